"""The inference bench as tables that fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from api.bench.inference.results import ColdStart, GroupAudit, Guessing, InferenceBench, Residuals
from api.render.bench_tables import lay_out, say, say_margin

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text


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
            lay_out(methods, _RANKING),
            Text("Probabilities of every skill not visible; ECE has its noise floor beside it", style="bold"),
            lay_out([row for row in methods if row.brier_skill is not None], _PROBABILITIES),
            *(_tell_residuals(item) for item in bench.residuals if item.data == data),
            Text("Seconds on one thread, and what tuning chose", style="bold"),
            lay_out(methods, _TIMES),
            Text("Cold start; margin to role popularity", style="bold"),
            lay_out([row for row in bench.cold_start if row.data == data], _COLD),
            Text("Groups, of which Skillway was not told", style="bold"),
            lay_out([row for row in bench.groups if row.data == data], _GROUPS),
            Text(),
        ]
    return Group(*parts)


def _tell_residuals(found: Residuals) -> Text:
    from rich.text import Text

    return Text(
        f"Of the ten likeliest skills of each person, {found.under_half:.1%} have an overall pattern of less than "
        f"half a unit of log-odds; the median is {found.median:.2f}\n"
    )


_RANKING: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "NDCG@10": lambda row: say(row.ndcg, 4),
    "margin": lambda row: say_margin(row.margin),
    "R@5": lambda row: say(row.recall_5),
    "R@10": lambda row: say(row.recall_10),
    "MRR": lambda row: say(row.mrr),
}
_PROBABILITIES: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "Brier skill": lambda row: say(row.brier_skill),
    "ECE": lambda row: say(row.calibration_error, 4),
    "floor": lambda row: say(row.noise_floor, 4),
    "ECE of all test people": lambda row: say(row.calibration_error_of_all, 4),
}
_TIMES: Mapping[str, Callable[[Guessing], str]] = {
    "method": lambda row: row.method,
    "fit, s": lambda row: say(row.fit_seconds, 2),
    "score, s": lambda row: say(row.score_seconds, 2),
    "tuned": lambda row: row.setting or "-",
}
_COLD: Mapping[str, Callable[[ColdStart], str]] = {
    "seen": lambda row: str(row.visible),
    "method": lambda row: row.method,
    "NDCG@10": lambda row: say(row.ndcg, 4),
    "margin": lambda row: say_margin(row.margin),
    "ECE": lambda row: say(row.calibration_error, 4),
    "floor": lambda row: say(row.noise_floor, 4),
}
_GROUPS: Mapping[str, Callable[[GroupAudit], str]] = {
    "group": lambda row: f"{row.attribute} {row.group}".strip(),
    "people": lambda row: f"{row.people:,}",
    "ECE": lambda row: say(row.calibration_error, 4) + (" worst" if row.worst else ""),
    "floor": lambda row: say(row.noise_floor, 4),
    "suggested": lambda row: say(row.selection_rate, 4),
    "hidden": lambda row: say(row.hidden_rate, 4),
    "ratio": lambda row: say(row.impact_ratio, 2),
}
