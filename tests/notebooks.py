"""Runs the notebooks; ``python -m tests.notebooks`` writes their outputs anew.

Run it with the settings in force on a graph that holds the sample, as ``make demo`` leaves it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parent.parent / "notebooks"
SECONDS_A_CELL = 120


def list_notebooks() -> list[Path]:
    """The notebooks, in the order they are read."""
    return sorted(FOLDER.glob("*.ipynb"))


def read_notebook(path: Path) -> NotebookNode:
    """The notebook as it is checked in."""
    return nbformat.read(path, as_version=4)


def execute_notebook(path: Path, environment: Mapping[str, str]) -> NotebookNode:
    """The notebook with the outputs of a run in a kernel of its own."""
    notebook = read_notebook(path)
    with TemporaryDirectory(prefix="kernel-") as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            # Sockets of files in a folder of our own, not of TCP: nobody else on the machine can listen in.
            km=AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/kernel"),
            record_timing=False,
            # Whether a cell's print reaches us in one message or in two is chance.
            coalesce_streams=True,
            resources={"metadata": {"path": str(FOLDER)}},
        )
        client.execute(env=dict(environment), cleanup_kc=True)
    # The Python that ran it is a fact of the machine, not of the notebook.
    notebook.metadata.pop("language_info", None)
    return notebook


if __name__ == "__main__":
    for path in list_notebooks():
        nbformat.write(execute_notebook(path, os.environ), path)
