"""How fast a data set is read and written: seconds and rows a second for every file and every kind of write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph_schema.errors import InvalidInput
from graph_schema.queries.loading import DATA_SETS
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader


@dataclass(frozen=True)
class LoadSpeed:
    """One step of a load."""

    step: str
    items: int
    seconds: float
    per_second: float
    """Rows, nodes or relationships a second; 0 when the step took no measurable time."""


def bench_load(store: GraphStore, folder: Path, loader: str = "esco") -> list[LoadSpeed]:
    """Load a folder twice, into an empty graph and again with nothing to change, and return the time of each step.

    Raises:
        InvalidInput: The graph holds data, which a measurement must not touch.
        LoadError: The folder does not hold such a data set.
    """
    if held := [item.source for item in store.ask(DATA_SETS)]:
        raise InvalidInput(
            "graph",
            f"holds data ({', '.join(held)}), and this fills it with all of a data set; "
            "set SKILLWAY_HOME to an empty folder to measure loading",
        )
    speeds: list[LoadSpeed] = []
    for run in ("first load", "second load"):
        report = run_loader(store, get_loader(loader), folder)
        speeds += [_measure(f"{run}: {item.step}", item.items, item.seconds) for item in report.timings]
        speeds.append(_measure(f"{run}: all rows", sum(report.rows.values()), report.seconds))
    return speeds


def _measure(step: str, items: int, seconds: float) -> LoadSpeed:
    return LoadSpeed(step, items, seconds, round(items / seconds, 1) if seconds else 0.0)
