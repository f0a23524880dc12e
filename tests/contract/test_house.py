"""What keeps the house in order: imports one way, files of one breath, names instead of hosts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.order import LONGEST, order_tests

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


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def name_package(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")  # type: ignore[index]


def test_what_is_imported_is_named_as_a_dependency() -> None:
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = described["project"]
    named = {name_package(item) for item in project["dependencies"]}
    named |= {name_package(item) for items in project["optional-dependencies"].values() for item in items}
    tested = named | {name_package(item) for item in described["dependency-groups"]["test"]}
    packages, known = packages_distributions(), {*sys.stdlib_module_names, *PACKAGES}

    for paths, allowed in ((MODULES, named), ((ROOT / "tests").rglob("*.py"), tested)):
        unnamed = {
            (str(path.relative_to(ROOT)), name)
            for path in paths
            for name in list_imports(path)
            # What belongs to no package that is installed lies beside the tests, or is an extra that is not here.
            if name not in known and name in packages and not {*map(name_package, packages[name])} & allowed
        }
        assert not unnamed


def test_the_longest_files_are_there_and_begun_first() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []
    items: Any = [SimpleNamespace(nodeid=f"{file}::test", fixturenames=names) for file, names in (
        ("tests/unit/test_a.py", ()), ("tests/e2e/test_b.py", ["graph"]), ("tests/e2e/test_c.py", ["sample_engine"]),
        (LONGEST[1], ["graph"]), (LONGEST[0], ()), ("tests/e2e/test_a.py", ["kept_sample"]),
        ("tests/e2e/test_a.py", ["graph"]),
    )]  # fmt: skip
    order_tests(items)
    assert [(item.nodeid.partition("::")[0], list(item.fixturenames)) for item in items] == [
        (LONGEST[0], []), (LONGEST[1], ["graph"]), ("tests/e2e/test_c.py", ["sample_engine"]),
        ("tests/e2e/test_a.py", ["kept_sample"]), ("tests/e2e/test_a.py", ["graph"]),
        ("tests/e2e/test_b.py", ["graph"]), ("tests/unit/test_a.py", []),
    ]  # fmt: skip
