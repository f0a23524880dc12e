"""A bridge and what a course unlocks, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.conditions import say_conditions, say_limits_broken
from api.render.words import UNKNOWN, say_kind, say_number, say_share, say_some
from engine.results import Bridge, BridgeStep, UnlockedPerson, Unlocks

_SHOWN = 8
"""Most requirements out of reach to list."""


def render_bridge(bridge: Bridge) -> RenderableType:
    """Lay out the ordered moves of a bridge with why, money, hours and weeks, and the total."""
    head = Text.assemble(
        (bridge.person.name, "bold"), " is ", (f"{say_share(bridge.readiness_before)} ready", "bold"), " for ",
        (bridge.role.name, "bold"),
    )  # fmt: skip
    kept = say_conditions(bridge.conditions, bridge.currency)
    late = [Text(f"Left out, since it begins or ends too early for this bridge: {item}") for item in bridge.too_late]
    if broken := say_limits_broken(bridge.conditions, bridge.status, bridge.currency):
        return Group(head, *broken, *(Text(f"  - {item}") for item in bridge.missing[:_SHOWN]), *late)
    if bridge.status == "infeasible":
        return Group(
            head,
            Text("No bridge reaches the role:", style="yellow"),
            *(Text(f"  - {item}") for item in bridge.missing[:_SHOWN]),
            *([Text(f"  … and {more} more (--json has all)")] if (more := len(bridge.missing) - _SHOWN) > 0 else []),
            *(
                [Text(f"The nearest that can be reached is {say_share(bridge.readiness_after)}:")]
                if bridge.steps
                else []
            ),
            *([_table_steps(bridge)] if bridge.steps else []),
            *kept,
        )
    if not bridge.steps:
        return Group(head, Text("Every requirement is met already: no move is needed.", style="green"))
    proof = (
        "proven cheapest"
        if bridge.status == "optimal"
        else f"at most {say_share(bridge.gap)} above the cheapest (at least {say_number(bridge.lower_bound)})"
    )
    total = Text.assemble(
        "Total: ", (f"{say_number(bridge.money)} {bridge.currency}", "bold"),
        f" and {say_number(bridge.hours)} hours in {say_number(bridge.weeks)} weeks "
        f"at {say_number(bridge.hours_per_week)} hours a week; price {say_number(bridge.price)} {bridge.currency} "
        f"with an hour at {say_number(bridge.money_per_hour)} ({proof})",
    )  # fmt: skip
    after = Text(f"Afterwards: {say_share(bridge.readiness_after)} ready", style="green")
    return Group(head, Text("The cheapest bridge:"), _table_steps(bridge), total, *kept, *late, after)


def render_unlocks(unlocks: Unlocks) -> RenderableType:
    """Lay out the roles and projects that a course opens, and for whom."""
    parts: list[RenderableType] = [
        Text.assemble((unlocks.course.name, "bold"), " teaches ", ", ".join(item.name for item in unlocks.teaches)),
        Text("\nroles it brings people to", style="bold"),
    ]
    for role in unlocks.roles:
        if role.people:
            people = [
                f"{item.person.name} ({say_share(item.readiness_before)} -> {say_share(item.readiness_after)}"
                f"{_say_saved(item, unlocks.currency)})"
                for item in role.people
            ]
            parts.append(Text(f"  {role.role.name}, over {say_share(role.threshold)}: {', '.join(people)}"))
    if unlocks.worth.pairs:
        parts.append(_say_worth(unlocks))
    others = [role.role.name for role in unlocks.roles if not role.people]
    if others:
        parts.append(Text(f"  asked for, but enough for nobody by itself: {say_some(others)}", style="dim"))
    parts.append(Text("\ngigs and tours of duty it opens", style="bold"))
    for project in unlocks.projects:
        names = ", ".join(item.name for item in project.people) or "nobody by itself"
        parts.append(Text(f"  {project.project.name} ({say_kind(project.kind)}): for {names}"))
    if not unlocks.projects:
        parts.append(Text("  none", style="dim"))
    return Group(*parts)


def _say_saved(item: UnlockedPerson, currency: str) -> str:
    if item.worth == "indispensable":
        return ", no bridge without it"
    return f", saves {say_number(item.saved)} {currency}" if item.saved else ""


def _say_worth(unlocks: Unlocks) -> Text:
    worth = unlocks.worth
    saved = "an unknown amount" if worth.saved is None else f"{say_number(worth.saved)} {unlocks.currency}"
    least = "at least " if worth.not_priced and worth.saved is not None else ""
    parts = [
        f"  brings {len(worth.people)} people over a threshold and saves {least}{saved} on their bridges",
        f"; indispensable for {worth.indispensable}" if worth.indispensable else "",
        f"; {worth.no_bridge} have no bridge to the whole role even so" if worth.no_bridge else "",
        f"; {worth.not_priced} of {worth.pairs} could not be priced" if worth.not_priced else "",
    ]
    return Text("".join(parts), style="green")


def _table_steps(bridge: Bridge) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("", "move", "kind", "why"):
        table.add_column(name)
    priced = any(step.indispensable is not None for step in bridge.steps)
    for name in ("money", "hours", "weeks", *(["price without it"] if priced else [])):
        table.add_column(name, justify="right")
    for step in bridge.steps:
        table.add_row(
            f"{step.order}.",
            step.title,
            say_kind(step.kind),
            "; ".join(step.why),
            say_number(step.money),
            say_number(step.hours),
            f"{say_number(step.start_week)}–{say_number(step.end_week)}",
            *([_say_without(step)] if priced else []),
        )
    return table


def _say_without(step: BridgeStep) -> str:
    if step.indispensable:
        return "no bridge"
    return UNKNOWN if step.price_without is None else say_number(step.price_without)
