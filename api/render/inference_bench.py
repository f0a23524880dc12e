"""The inference bench as tables that fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from api.bench.inference.metrics import Interval
from api.bench.inference.results import ColdStart, GroupAudit, Guessing, InferenceBench

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

RowT = TypeVar("RowT")


def render_inference_bench(bench: InferenceBench) -> RenderableType:
    """Lay out, survey by survey, the methods' order and probabilities, the cold start and the groups."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for data in dict.fromkeys(row.data for row in bench.methods):
        methods = [row for row in bench.methods if row.data == data]
        first = methods[0]
        parts += [
            Text(
                f"{data} survey, {first.people:,} answers, seeds: {bench.seeds}. Margin to the best tuned peer, "
                f"{first.reference}, with its 95 % interval",
                style="bold",
            ),
            _lay_out(methods, _RANKING),
            Text("Probabilities of every skill not visible; ECE has its noise floor beside it", style="bold"),
            _lay_out([row for row in methods if row.brier_skill is not None], _PROBABILITIES),
            Text("Seconds on one thread, and what tuning chose", style="bold"),
            _lay_out(methods, _TIMES),
            Text("Cold start; margin to role popularity", style="bold"),
            _lay_out([row for row in bench.cold_start if row.data == data], _COLD),
            Text("Groups, of which Skillway was not told", style="bold"),
            _lay_out([row for row in bench.groups if row.data == data], _GROUPS),
            Text(),
        ]
    return Group(*parts)


def _lay_out(rows: Iterable[RowT], columns: Mapping[str, Callable[[RowT], str]]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in columns:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(say(row) for say in columns.values()))
    return table


def _say(number: float | None, digits: int = 3) -> str:
    return "-" if number is None else f"{number:.{digits}f}"


def _say_margin(margin: Interval | None) -> str:
    return "-" if margin is None else f"{margin.mean:+.4f} ± {margin.high - margin.mean:.4f}"


_RANKING: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "NDCG@10": lambda row: _say(row.ndcg, 4),
    "margin": lambda row: _say_margin(row.margin),
    "R@5": lambda row: _say(row.recall_5),
    "R@10": lambda row: _say(row.recall_10),
    "MRR": lambda row: _say(row.mrr),
}
_PROBABILITIES: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "Brier skill": lambda row: _say(row.brier_skill),
    "ECE": lambda row: _say(row.calibration_error, 4),
    "floor": lambda row: _say(row.noise_floor, 4),
    "ECE of all test people": lambda row: _say(row.calibration_error_of_all, 4),
}
_TIMES: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "fit, s": lambda row: _say(row.fit_seconds, 2),
    "score, s": lambda row: _say(row.score_seconds, 2),
    "tuned": lambda row: row.setting or "-",
}
_COLD: Mapping[str, Callable[[ColdStart], str]] = {
    "seen": lambda row: str(row.visible),
    "method": lambda row: row.method,
    "NDCG@10": lambda row: _say(row.ndcg, 4),
    "margin": lambda row: _say_margin(row.margin),
    "ECE": lambda row: _say(row.calibration_error, 4),
    "floor": lambda row: _say(row.noise_floor, 4),
}
_GROUPS: Mapping[str, Callable[[GroupAudit], str]] = {
    "group": lambda row: f"{row.attribute} {row.group}".strip(),
    "people": lambda row: f"{row.people:,}",
    "ECE": lambda row: _say(row.calibration_error, 4) + (" worst" if row.worst else ""),
    "floor": lambda row: _say(row.noise_floor, 4),
    "suggested": lambda row: _say(row.selection_rate, 4),
    "hidden": lambda row: _say(row.hidden_rate, 4),
    "ratio": lambda row: _say(row.impact_ratio, 2),
}
