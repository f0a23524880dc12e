"""Several bridges side by side, as a person reads them: truly different ones, and price against weeks."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.conditions import say_conditions, say_limits_broken
from api.render.words import say_number, say_share
from engine.bridge_results import BridgeAlternatives, BridgeFront, BridgeOption
from engine.results import Named


def render_alternatives(found: BridgeAlternatives) -> RenderableType:
    """Lay out truly different bridges: price, how much dearer, and what each does differently from the first."""
    head = Text.assemble(
        (found.person.name, "bold"), " to ", (found.role.name, "bold"),
        f": bridges that leave out at least {say_share(found.difference)} of the moves of every one before them",
    )  # fmt: skip
    parts: list[RenderableType] = [head, *_say_missing(found.missing)]
    if not found.bridges:
        return Group(*parts, *_say_broken(found))
    parts.append(_table(found.bridges, found.currency, "compared with the first"))
    if found.exhausted:
        parts.append(Text("No other bridge differs so much from all of these (proven)."))
    return Group(*parts, *_say_terms(found))


def render_front(front: BridgeFront) -> RenderableType:
    """Lay out price against weeks: what each bridge costs and takes, its proof, what changes from one to the next."""
    head = Text.assemble(
        (front.person.name, "bold"), " to ", (front.role.name, "bold"),
        ": bridges from the cheapest to the soonest; in the weeks of each, none is cheaper than its proof says",
    )  # fmt: skip
    parts: list[RenderableType] = [head, *_say_missing(front.missing)]
    if not front.points:
        return Group(*parts, *_say_broken(front))
    parts.append(_table(front.points, front.currency, "compared with the one before"))
    last = say_number(front.points[-1].weeks)
    if front.sooner_at_least is None:
        parts.append(Text(f"No bridge takes fewer than {last} weeks (proven)."))
    else:
        least = (
            "" if front.least_weeks is None else f"; none fits into fewer than {say_number(front.least_weeks)} weeks"
        )
        price = f"{say_number(front.sooner_at_least)} {front.currency}"
        parts.append(Text(f"A bridge in fewer than {last} weeks, if there is one, costs at least {price}{least}."))
    parts.append(
        Text("The front is complete (proven).")
        if front.complete
        else Text("The front may lack bridges: not every point is proven.", style="yellow")
    )
    return Group(*parts, *_say_terms(front))


def _table(options: Sequence[BridgeOption], currency: str, compared: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in (f"price {currency}", "dearer by", "weeks"):
        table.add_column(name, justify="right")
    table.add_column("proof")
    table.add_column(f"moves ({compared})")
    for number, option in enumerate(options, start=1):
        table.add_row(
            f"{number}.",
            say_number(option.price),
            say_number(option.dearer) if number > 1 else "",
            say_number(option.weeks),
            "cheapest" if option.status == "optimal" else f"at least {say_number(option.lower_bound)}",
            _say_moves(option) if number == 1 else _say_change(option),
        )
    return table


def _say_moves(option: BridgeOption) -> str:
    return "; ".join(step.title for step in option.steps) or "none: every requirement is met already"


def _say_change(option: BridgeOption) -> str:
    return f"instead of {_list_names(option.left_out)}: {_list_names(option.taken)}"


def _list_names(moves: Sequence[Named]) -> str:
    return "; ".join(move.name for move in moves) or "nothing"


def _say_missing(missing: Sequence[str]) -> list[Text]:
    if not missing:
        return []
    return [
        Text("No bridge reaches the role; these lead as near as can be reached:", style="yellow"),
        *(Text(f"  - {item}") for item in missing),
    ]


def _say_terms(answer: BridgeAlternatives | BridgeFront) -> list[Text]:
    terms = (
        f"At {say_number(answer.hours_per_week)} hours a week, with an hour at "
        f"{say_number(answer.money_per_hour)} {answer.currency}."
    )
    late = [Text(f"Left out where a bridge gets to it only after it has begun: {item}") for item in answer.too_late]
    return [*say_conditions(answer.conditions, answer.currency), *late, Text(terms, style="dim")]


def _say_broken(answer: BridgeAlternatives | BridgeFront) -> list[Text]:
    proven = answer.exhausted if isinstance(answer, BridgeAlternatives) else answer.complete
    return say_limits_broken(answer.conditions, "infeasible" if proven else "unknown", answer.currency)
