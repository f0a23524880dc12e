"""What keeps the house in order: imports one way, files of one breath, names instead of hosts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph_schema", "loaders", "engine", "api")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_can_be_read_in_one_breath(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 400
    assert text.startswith('"""')


def test_the_environment_is_read_in_one_place() -> None:
    readers = [path for path in MODULES if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))]

    # The embedded server reads nothing from it: it hands it on to the process that it starts.
    assert [str(path.relative_to(ROOT)) for path in readers] == ["graph_schema/embedded/server.py"]


def test_the_lock_names_packages_by_version_and_hash_and_no_host() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if re.match(r"[a-z0-9]", line)]

    assert pins
    assert all(re.match(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+( ;.*)? \\$", line) for line in pins)
    assert not [line for line in lines if "://" in line]
