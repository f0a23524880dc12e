"""The wheel, installed in a clean environment, does the main job: no file of the package falls out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import find_cache

ROOT = Path(__file__).parents[2]
INHERITED = {name: value for name, value in os.environ.items() if name in ("PATH", "JAVA_TOOL_OPTIONS")}
UV = Path(sys.executable).parent / "uv"


@pytest.fixture(scope="module")
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for, without any extra."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", folder, ROOT)
    _run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    programs = folder / "venv" / "bin"
    wheel = next(folder.glob("*.whl"))
    pins = ROOT / "requirements.lock"
    _run(UV, "pip", "install", "--quiet", "--python", programs / "python", "--constraint", pins, wheel)
    return programs


def test_the_demo_runs_from_the_wheel(clean_environment: Path, tmp_path: Path) -> None:
    environment = {
        **INHERITED,
        "HOME": str(tmp_path),
        "SKILLWAY_HOME": str(tmp_path / "home"),
        "SKILLWAY_CACHE": str(find_cache()),
    }
    skillway = clean_environment / "skillway"
    try:
        shown = _run(skillway, "demo", cwd=tmp_path, env=environment)
    finally:
        _run(skillway, "db", "stop", cwd=tmp_path, env=environment)

    assert "Talent pool for Junior Data Analyst" in shown.stdout
    assert "Ines Duarte is 83 % ready for Junior Data Analyst" in shown.stdout
    assert "proven cheapest" in shown.stdout
    assert "pip install 'skillway[embed]'" in shown.stderr


def test_the_wheel_brings_no_test_and_no_torch(clean_environment: Path, tmp_path: Path) -> None:
    code = "import importlib.util as u; print([name for name in ('torch', 'pytest', 'tests') if u.find_spec(name)])"

    assert _run(clean_environment / "python", "-c", code, cwd=tmp_path, env=INHERITED).stdout.strip() == "[]"


def _run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=900, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done
