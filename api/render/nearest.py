"""The people nearest to a role and the roles nearest to a person, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.conditions import say_conditions
from api.render.words import UNKNOWN, say_number, say_share, say_some
from engine.bridges.result import OUT_OF_REACH
from engine.nearest_results import NearestPeople, NearestRoles, NearRole


def render_nearest_people(found: NearestPeople) -> RenderableType:
    """Lay out the people with the cheapest bridges, and how certain the list is."""
    table = Table(box=None, pad_edge=False)
    for name in ("", "person", "title"):
        table.add_column(name)
    for name in ("ready", "price", "money", "hours", "weeks"):
        table.add_column(name, justify="right")
    table.add_column("moves")
    for place, item in enumerate(found.people, start=1):
        table.add_row(
            f"{place}.",
            item.person.name,
            item.title or UNKNOWN,
            say_share(item.readiness),
            say_number(item.price) if item.status == "optimal" else f"≤ {say_number(item.price)}",
            say_number(item.money),
            say_number(item.hours),
            str(item.weeks),
            say_some([move.name for move in item.moves]) or "none needed",
        )
    head = Text.assemble("The cheapest bridges to ", (found.role.name, "bold"), f", prices in {found.currency}")
    kept = say_conditions(found.conditions, found.currency)
    return Group(head, table, *kept, _say_certainty(found), Text(_say_work(found), style="dim"))


def _say_certainty(found: NearestPeople) -> Text:
    if not found.complete:
        least = "an unknown price" if found.at_least is None else f"{say_number(found.at_least)} {found.currency}"
        return Text(
            f"Time ran out: others may be cheaper than these; number {found.top} costs at least {least}.",
            style="yellow",
        )
    if not found.people:
        return Text("Nobody can reach the role with the moves there are.", style="yellow")
    return Text("Proven: nobody else has a cheaper bridge.", style="green")


def _say_work(found: NearestPeople) -> str:
    return (
        f"{found.considered:,} people considered, {found.ready:,} ready, {found.unreachable:,} found out of reach; "
        f"{found.bounded} looked at closer, {found.solved} bridges solved"
    )


def render_nearest_roles(found: NearestRoles) -> RenderableType:
    """Lay out the roles a person can get to, what each costs and pays, and what is out of reach."""
    table = Table(box=None, pad_edge=False)
    table.add_column("role")
    for name in ("ready", "price", "weeks", "pays a year", "more than now", "paid back in weeks"):
        table.add_column(name, justify="right")
    table.add_column("moves")
    reached = [role for role in found.roles if role.status not in OUT_OF_REACH]
    for role in reached:
        table.add_row(
            role.role.name,
            say_share(role.readiness),
            say_number(role.price) if role.status == "optimal" else f"≤ {say_number(role.price)}",
            str(role.weeks),
            _say_amount(role.pay),
            _say_amount(role.gain),
            "-" if role.payback_weeks is None else f"{role.payback_weeks:,.0f}",
            say_some([move.name for move in role.moves]) or "none needed",
        )
    head = Text.assemble(
        "Roles that ", (found.person.name, "bold"),
        f" can get to, prices in {found.currency} with an hour at {say_number(found.money_per_hour)}",
    )  # fmt: skip
    shut = [role for role in found.roles if role not in reached]
    parts: list[RenderableType] = [head, table, *say_conditions(found.conditions, found.currency)]
    if shut:
        parts.append(Text(f"Out of reach: {say_some([_say_nearest(role) for role in shut])}", style="dim"))
    if found.left_out:
        names = say_some([role.name for role in found.left_out])
        parts.append(Text(f"Time ran out before these were priced: {names}", style="yellow"))
    return Group(*parts)


def _say_amount(value: float | None) -> str:
    return UNKNOWN if value is None else say_number(value)


def _say_nearest(role: NearRole) -> str:
    if not role.keeps_limits:
        return f"{role.role.name} (over the limits at {say_number(role.price)})"
    return f"{role.role.name} ({say_share(role.readiness_after)} at most)"
