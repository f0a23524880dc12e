"""Accepted bridges and how far they are, and chains of moves, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import UNKNOWN, say_number, say_share
from engine.bridges.result import OUT_OF_REACH
from engine.progress_results import BridgeProgress, Chains, Comparison, KeptBridge, KeptBridges, StepProgress

_STATES = {"done": "done", "not_needed": "not needed", "open": "open"}
_ADVICE = {
    "stay": "Stay: nothing is cheaper from here.",
    "replan": "Plan it anew: skillway progress replan",
    "stuck": "No bridge leads to the role as things are.",
    "finished": "Every requirement of the role is met.",
}


def render_kept(kept: KeptBridge) -> RenderableType:
    """Lay out a bridge as it was accepted."""
    closed = f", {kept.status} on {kept.closed_on}" if kept.closed_on else ""
    head = Text.assemble(
        (kept.person.name, "bold"), " to ", (kept.role.name, "bold"),
        f": accepted on {kept.accepted_on} by {kept.accepted_by}{closed}",
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for name in ("", "step", "brings"):
        table.add_column(name)
    for name in ("money", "hours", "weeks"):
        table.add_column(name, justify="right")
    for step in kept.steps:
        weeks = f"{say_number(step.start_week)}–{say_number(step.end_week)}"
        amounts = (say_number(step.money), say_number(step.hours), weeks)
        table.add_row(f"{step.order}.", step.title, "; ".join(step.gives), *amounts)
    foot = Text(
        f"Foretold: {say_number(kept.money)} {kept.currency} and {say_number(kept.hours)} hours in "
        f"{say_number(kept.weeks)} weeks, price {say_number(kept.price)} {kept.currency}"
    )
    return Group(head, table, foot)


def render_list(found: KeptBridges) -> RenderableType:
    """Lay out all bridges that were accepted for a person."""
    if not found.bridges:
        return Text(f"{found.person.name} has accepted no bridge.")
    return Group(*(render_kept(item) for item in found.bridges))


def render_progress(progress: BridgeProgress) -> RenderableType:
    """Lay out how far a bridge is, what is left of it, whether it holds, and what it has cost."""
    kept = progress.bridge
    finished = progress.state == "finished"
    done = sum(step.state != "open" for step in progress.steps)
    head = Text.assemble(
        (kept.person.name, "bold"), " to ", (kept.role.name, "bold"), ": ",
        ("finished" if finished else f"{done} of {len(progress.steps)} steps", "bold"),
        f", {say_share(kept.readiness_before)} ready when accepted on {kept.accepted_on}, "
        f"{say_share(progress.readiness)} on {progress.as_of}",
    )  # fmt: skip
    parts: list[RenderableType] = [head, _table(progress)]
    parts += [Text(f"{item.step.title} is done, yet not shown: {'; '.join(item.short)}", style="yellow")
              for item in (*progress.earlier, *progress.steps) if item.short]  # fmt: skip
    parts.append(Text(_say_cost(progress)))
    if not finished:
        parts += [Text(_say_left(progress)), Text(_say_calendar(progress), style="yellow" if progress.behind else "")]
    if progress.changes:
        parts += [Text("Not as it was foretold:", style="yellow"), *(Text(f"  - {item}") for item in progress.changes)]
    if progress.anew is not None:
        parts.append(Text(_say_anew(progress)))
    parts.append(Text(_ADVICE[progress.advice], style="green" if progress.advice in ("stay", "finished") else "yellow"))
    return Group(*parts)


def render_chains(found: Chains) -> RenderableType:
    """Lay out the chains from a move to a role."""
    if not found.chains:
        moves = f"in {found.most_moves} moves" if found.most_moves > 1 else "by itself"
        return Text(f"{found.move.name} leads to no requirement of {found.role.name} {moves}.")
    lines: list[Text] = []
    for chain in found.chains:
        line = Text()
        for step in chain.steps:
            also = f" (needs {step.also_needs} more)" if step.also_needs else ""
            line.append(step.move.name, "bold").append(f"{also} -> {step.skill.name} at level {step.gives:g} -> ")
        lines.append(line.append(found.role.name).append("" if chain.meets else ", which wants it verified"))
    more = [Text("There are more: --most shows them.", style="dim")] if found.cut else []
    foot = Text("A chain shows one need of each move; whether it is enough, a bridge says.", style="dim")
    return Group(*lines, *more, foot)


def _table(progress: BridgeProgress) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("", "step", "state"):
        table.add_column(name)
    for name in ("weeks", "money", "came to", "hours", "came to"):
        table.add_column(name, justify="right")
    for item in progress.earlier:
        table.add_row("", item.step.title, f"done before: {item.why}", "", *_say_amounts(item), style="dim")
    for item in progress.steps:
        state = _STATES[item.state] + (f": {item.why}" if item.why else ", overdue" if item.overdue else "")
        weeks = f"{item.step.start_week}–{item.step.end_week}"
        table.add_row(f"{item.step.order}.", item.step.title, state, weeks, *_say_amounts(item))
    return table


def _say_amounts(item: StepProgress) -> tuple[str, ...]:
    step = item.step
    return say_number(step.money), _say(step.actual_money), say_number(step.hours), _say(step.actual_hours)


def _say(value: float | None) -> str:
    return UNKNOWN if value is None else say_number(value)


def _say_cost(progress: BridgeProgress) -> str:
    currency = progress.bridge.currency
    return f"Steps done: {_compare(progress.money, currency)}; {_compare(progress.hours, 'hours')}."


def _compare(found: Comparison, unit: str) -> str:
    if found.actual is None or found.foretold is None:
        return f"what they came to in {unit} is recorded of none of {found.of}"
    whole = "" if found.known == found.of else f" (recorded of {found.known} of {found.of})"
    return f"{say_number(found.actual)} {unit} where {say_number(found.foretold)} were foretold{whole}"


def _say_left(progress: BridgeProgress) -> str:
    left, currency = progress.left, progress.bridge.currency
    return f"Left: {say_number(left.money)} {currency} and {say_number(left.hours)} hours as foretold."


def _say_calendar(progress: BridgeProgress) -> str:
    behind = "Behind: a step is overdue" if progress.behind else "No step is overdue"
    ends = f"; from here it ends on {progress.left.ends_on}" if progress.left.ends_on else ""
    return f"{behind}; foretold to end on {progress.foretold_end_on}{ends}."


def _say_anew(progress: BridgeProgress) -> str:
    anew, left, currency = progress.anew, progress.left, progress.bridge.currency
    stay = "does not hold" if left.price_now is None else f"{say_number(left.price_now)} {currency}"
    if anew is None or anew.status in OUT_OF_REACH:
        return f"Stay: {stay}; new: no bridge leads to the role."
    moves = ", ".join(move.name for move in anew.moves)
    return f"Stay: {stay}; new: {say_number(anew.price)} {currency} in {say_number(anew.weeks)} weeks ({moves})."
