"""Tables of measurements that fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from api.bench.inference.metrics import Interval

if TYPE_CHECKING:
    from rich.table import Table

RowT = TypeVar("RowT")


def lay_out(rows: Iterable[RowT], columns: Mapping[str, Callable[[RowT], str]]) -> Table:
    """Lay out rows as a table; each column has a heading and says one thing of a row."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in columns:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(tell(row) for tell in columns.values()))
    return table


def say(number: float | None, digits: int = 3) -> str:
    """Say a number, or that there is none."""
    return "-" if number is None else f"{number:.{digits}f}"


def say_margin(margin: Interval | None) -> str:
    """Say a margin with its 95 % interval."""
    return "-" if margin is None else f"{margin.mean:+.4f} ± {margin.high - margin.mean:.4f}"
