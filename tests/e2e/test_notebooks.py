"""The notebooks run on the sample, and say what they said when they were checked in."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, validate

from tests.notebooks import execute_notebook, list_notebooks, read_notebook

STABLE = "stable"
"""Tag of a cell whose text follows from the data alone, on every machine."""


def list_code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read_texts(cell: NotebookNode) -> list[str]:
    """What a cell printed or returned, as plain text."""
    return [output.get("text") or output.data["text/plain"] for output in cell.outputs if not has_picture(output)]


def has_picture(output: NotebookNode) -> bool:
    return "image/png" in output.get("data", {})


def list_output_values(notebook: NotebookNode) -> list[Any]:
    return [
        value
        for cell in list_code_cells(notebook)
        for output in cell.outputs
        for kind, value in (("text", output.get("text", "")), *output.get("data", {}).items())
        if not kind.startswith("image/")
    ]


def test_there_are_notebooks() -> None:
    assert [path.name for path in list_notebooks()][:1] == ["01_the_graph.ipynb"]


@pytest.mark.parametrize("path", list_notebooks(), ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_the_same(path: Path, sample_environment: dict[str, str], tmp_path: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    kept = read_notebook(path)
    ran = execute_notebook(path, {**inherited, **sample_environment, "SKILLWAY_HOME": str(tmp_path)})
    assert len(list_code_cells(kept)) > 5
    for before, now in zip(list_code_cells(kept), list_code_cells(ran), strict=True):
        assert [output.output_type for output in now.outputs] == [output.output_type for output in before.outputs]
        assert list(map(has_picture, now.outputs)) == list(map(has_picture, before.outputs))
        if STABLE in before.metadata.get("tags", []):
            assert read_texts(now) == read_texts(before), before.source


@pytest.mark.parametrize("path", list_notebooks(), ids=lambda path: path.stem)
def test_a_checked_in_notebook_is_whole_and_clean(path: Path) -> None:
    notebook = read_notebook(path)
    validate(notebook)
    cells = list_code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert sum(STABLE in cell.metadata.get("tags", []) for cell in cells) >= 3
    assert sum(has_picture(output) for cell in cells for output in cell.outputs) >= 2
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    said = "\n".join(str(value) for value in list_output_values(notebook))
    assert not re.search(r"Warning|Traceback|password|api-key|bolt://|(?<![<\w])/(home|root|tmp|work|usr)/", said)
