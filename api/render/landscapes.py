"""Landscapes as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import UNKNOWN, say_level, say_number, say_share, say_some
from engine.landscape_results import Count, PeopleGroup, RoleLandscape, SkillLandscape


def render_skill_landscape(found: SkillLandscape) -> RenderableType:
    """Lay out each skill by group."""
    table = Table(box=None, pad_edge=False)
    for name in ("skill", found.by):
        table.add_column(name)
    for name in ("people", "list it", "list it or have it hidden"):
        table.add_column(name, justify="right")
    for line in found.skills:
        for place, (group, counts) in enumerate(zip(found.groups, line.groups, strict=True)):
            table.add_row(
                line.skill.name if not place else "",
                group.name,
                say_number(group.people),
                _say_count(counts.listed),
                _say_count(counts.listed_or_hidden),
            )
    if not found.skills:
        return Group(Text("No skill is had by so many of a group, and lacked by so many, that a number may be told."))
    return Group(table, *_say_rules(found.groups, found.by, found.least), _say_source(found))


def render_role_landscape(found: RoleLandscape) -> RenderableType:
    """Lay out who is ready by group, and who meets what."""
    table = Table(box=None, pad_edge=False)
    table.add_column(found.by)
    table.add_column("people", justify="right")
    table.add_column("of whom")
    table.add_column("", justify="right")
    for group, counts in zip(found.groups, found.counts, strict=True):
        table.add_row(group.name, say_number(group.people), Text("are ready", style="bold"), _say_count(counts.ready))
        for item in counts.requirements:
            table.add_row("", "", f"meet {item.skill.name} {say_level(item.level)}", _say_count(item.met))
    head = Text.assemble(
        "Ready for ", (found.role.name, "bold"), f": at least {say_share(found.threshold)} of what it requires"
    )
    return Group(head, table, *_say_rules(found.groups, found.by, found.least), _say_source(found))


def _say_count(count: Count) -> str:
    return say_number(count.number) if count.number is not None else count.word or UNKNOWN


def _say_rules(groups: Sequence[PeopleGroup], by: str, least: int) -> list[Text]:
    merged = [f"{group.name}: {say_some(group.holds)}" for group in groups if len(group.holds) > 1]
    rule = f"By {by}. A number is told only where at least {least} people are counted and {least} are not."
    return [Text(line, style="dim") for line in (*merged, rule)]


def _say_source(found: SkillLandscape | RoleLandscape) -> Text:
    return Text(
        f"as of {found.as_of}, {found.model}; probabilities calibrated against: {found.calibration}", style="dim"
    )
