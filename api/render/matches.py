"""Work, courses and mentors for a person, and a pool with prices, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.conditions import say_conditions
from api.render.words import UNKNOWN, say_kind, say_level, say_number, say_probability, say_share, say_some, say_source
from engine.match_results import (
    CourseMatch,
    CourseMatches,
    GigMatch,
    GigMatches,
    MentorMatches,
    PersonPrice,
    PricedPool,
    StepTowards,
)

_CHOSEN = {
    "asked": "for {}",
    "interest": "for the roles they would like: {}",
    "nearest": "for the roles they are nearest to: {}",
}


def render_gigs(found: GigMatches) -> RenderableType:
    """Lay out the open work for a person, and what each would bring."""
    head = Text.assemble(
        "Open work for ", (found.person.name, "bold"), f": {found.found} of {found.open} they are at least "
        f"{say_share(found.at_least)} ready for; the first {len(found.gigs)}, money in {found.currency}",
    )  # fmt: skip
    table = _lay_out("work", "kind", "ready", "missing", "money", "hours", "would learn", "towards")
    for item in found.gigs:
        table.add_row(
            f"{item.project.name} (they would like it)" if item.interested else item.project.name,
            say_kind(item.kind),
            say_share(item.readiness),
            say_some([need.name for need in item.missing]),
            _say_amount(item.money),
            _say_amount(item.hours),
            _say_gains(item),
            _say_steps(item.towards),
        )
    return Group(head, table, _say_day(found))


def render_courses(found: CourseMatches) -> RenderableType:
    """Lay out the courses for a person, what they close and what must be met first."""
    why = _CHOSEN[found.chosen_by].format(say_some([role.name for role in found.roles]) or "none is left")
    head = Text.assemble(
        "Courses for ", (found.person.name, "bold"), f" {why}; the first {len(found.courses)} of {found.found}, "
        f"prices in {found.currency} with an hour at {say_number(found.money_per_hour)}",
    )  # fmt: skip
    table = _lay_out("course", "closes", "money", "hours", "price", "first needed")
    for item in found.courses:
        table.add_row(
            item.course.name,
            _say_steps(item.closes),
            _say_amount(item.money),
            _say_amount(item.hours),
            _say_amount(item.price),
            _say_first(item),
        )
    return Group(head, table, _say_day(found))


def render_mentors(found: MentorMatches) -> RenderableType:
    """Lay out who could be a mentor, and how much time each has left."""
    head = Text.assemble(
        "Mentors of ", (found.skill.name, "bold"), " for ", (found.person.name, "bold"),
        f", who is at level {say_level(found.level_now)}, to reach {say_level(found.level)}: people at "
        f"{say_level(found.level_needed)} or above with hours left, the first {len(found.mentors)} of {found.found}",
    )  # fmt: skip
    table = _lay_out("mentor", "title", "level", "P", "source", "hours free a week", "promised of a month's")
    for item in found.mentors:
        table.add_row(
            item.person.name,
            item.title or UNKNOWN,
            say_level(item.level),
            say_probability(item.probability),
            say_source(item.listed, item.verified),
            f"{item.hours_free_per_week:.1f}",
            f"{say_number(item.hours_promised)} of {say_number(item.hours_offered)}",
        )
    parts: list[RenderableType] = [head, table]
    if found.without_time:
        parts.append(Text(f"All hours of {found.without_time} more are promised.", style="dim"))
    return Group(*parts, _say_day(found))


def render_priced_pool(found: PricedPool) -> RenderableType:
    """Lay out a pool with the price of everybody's bridge."""
    head = Text.assemble(
        "Talent pool for ", (found.role.name, "bold"), f": {found.found} of {found.considered} people are at least "
        f"{say_share(found.at_least)} ready; the first {len(found.people)}, prices in {found.currency}",
    )  # fmt: skip
    table = _lay_out("person", "title", "ready", "by listed", "not met yet", "price", "weeks", "moves")
    for item in found.people:
        table.add_row(
            f"{item.entry.person.name} ({item.entry.person.id})",
            item.entry.title or UNKNOWN,
            say_share(item.entry.readiness),
            say_share(item.entry.readiness_listed),
            say_some([need.name for need in item.entry.missing]),
            _say_price(item.bridge),
            UNKNOWN if item.bridge.weeks is None else str(item.bridge.weeks),
            say_some([move.name for move in item.bridge.moves]),
        )
    return Group(head, table, *say_conditions(found.conditions, found.currency), _say_day(found))


def _lay_out(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in ("money", "hours", "price", "weeks", "ready") else "left")
    return table


def _say_day(found: GigMatches | CourseMatches | MentorMatches | PricedPool) -> Text:
    return Text(
        f"as of {found.as_of}, {found.model}; probabilities calibrated against: {found.calibration}", style="dim"
    )


def _say_amount(value: float | None) -> str:
    return UNKNOWN if value is None else say_number(value)


def _say_gains(item: GigMatch) -> str:
    return say_some([f"{gain.skill.name} {say_level(gain.level)} ({gain.gain})" for gain in item.develops])


def _say_steps(steps: tuple[StepTowards, ...]) -> str:
    return "; ".join(
        f"{say_some([skill.name for skill in step.skills])}: {step.role.name} "
        f"{say_share(step.readiness_before)} to {say_share(step.readiness_after)}"
        for step in steps
    )


def _say_first(item: CourseMatch) -> str:
    return say_some([need.name for need in (*item.missing, *item.after)])


def _say_price(bridge: PersonPrice) -> str:
    match bridge.status:
        case "not_priced":
            return "time ran out"
        case "optimal":
            return _say_amount(bridge.price)
        case _:
            return "no bridge" if bridge.price is None else f"≤ {say_number(bridge.price)}"
