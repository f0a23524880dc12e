"""The occupation bench as tables that fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from api.bench.occupations import NEW, Guessing
from api.render.bench_tables import lay_out, say, say_margin

if TYPE_CHECKING:
    from rich.console import RenderableType


def render_occupation_bench(bench: Sequence[Guessing]) -> RenderableType:
    """Lay out task by task how each method ranks, and what its probabilities are worth."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for task in dict.fromkeys(row.task for row in bench):
        rows = [row for row in bench if row.task == task]
        unit = "skills" if task == NEW else "occupations"
        parts += [
            Text(f"{task}, {max(row.answers for row in rows):,} {unit}", style="bold"),
            lay_out(rows, _NEW if task == NEW else _RANKING),
            Text(),
        ]
    return Group(*parts)


_RANKING: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "NDCG@10": lambda row: say(row.ndcg, 4),
    "margin": lambda row: say_margin(row.margin),
    "ECE": lambda row: say(row.calibration_error, 4),
    "of frequent": lambda row: say(row.frequent_error, 4),
    "fit, s": lambda row: say(row.fit_seconds, 1),
    "tuned": lambda row: row.setting or "-",
}
_NEW: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "AUC": lambda row: say(row.auc, 4),
}
