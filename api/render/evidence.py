"""What one piece of evidence changed, as a person reads it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import say_level, say_probability
from engine.results import EvidenceChange, SkillBelief


def render_change(change: EvidenceChange) -> RenderableType:
    """Lay out the skill before and after, then the refreshed hidden skills."""
    verb = "recorded" if change.status == "active" else "withdrawn"
    head = Text.assemble(
        f"{verb}: ", (change.person.name, "bold"), ", ", (change.skill.name, "bold"), f"  {change.evidence_id}"
    )
    bridges = [Text(item, style="green" if change.status == "active" else "yellow") for item in change.bridges]
    if change.inference != "on":
        return Group(
            head, *bridges, Text(f"inference is switched off ({change.inference}): nothing is inferred", style="yellow")
        )
    moved = Text(f"P {_say(change.before)} -> {_say(change.after)}; {change.changed} beliefs changed")
    table = Table(title="\nhidden skills now", title_justify="left", box=None, pad_edge=False)
    for name in ("skill", "P", "level"):
        table.add_column(name)
    for item in change.hidden:
        table.add_row(
            item.skill.name, say_probability(item.probability), say_level(item.level, item.level_low, item.level_high)
        )
    foot = Text(f"as of {change.as_of}, {change.model}", style="dim")
    return Group(head, *bridges, moved, table, foot)


def _say(belief: SkillBelief | None) -> str:
    if belief is None:
        return "too little to believe"
    return f"{say_probability(belief.probability)} at level {say_level(belief.level)}"
