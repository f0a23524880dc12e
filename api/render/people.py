"""A person, an explanation, a gap and a pool as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import say_level, say_probability, say_share, say_some, say_source
from engine.inference.results import Explanation
from engine.results import Gap, PersonProfile, Pool, PoolSkill, RequirementGap, SkillBelief

_STATES = {
    "met": "met",
    "unknown": "nothing says so",
    "improbable": "improbable",
    "level": "level too low",
    "unverified": "not verified",
}


def render_profile(profile: PersonProfile) -> RenderableType:
    """Lay out a person: place, hidden skills, listed skills."""
    place = ", ".join(item for item in (profile.title, profile.function, profile.team, profile.region) if item)
    lines = [Text.assemble((profile.person.name, "bold"), f"  {profile.person.id}"), Text(place)]
    if profile.manager:
        lines.append(Text(f"reports to {profile.manager}"))
    if profile.inference != "on":
        lines.append(Text(f"inference is switched off ({profile.inference})", style="yellow"))
    if profile.model is None:
        return Group(*lines, Text("nothing inferred yet; run: skillway infer", style="yellow"))
    lines.append(Text(f"as of {profile.as_of}; probabilities calibrated against: {profile.calibration}", style="dim"))
    hidden = _table_beliefs("hidden skills: believed, never listed", profile.hidden)
    listed = _table_beliefs("listed skills", profile.listed)
    return Group(*lines, hidden, *_say_all_terms(profile.hidden), listed)


def render_explanation(explanation: Explanation) -> RenderableType:
    """Lay out the terms of one belief; they add up to its log-odds."""
    table = Table(box=None, pad_edge=False)
    table.add_column("log-odds", justify="right")
    table.add_column("because")
    table.add_column("P without", justify="right")
    for term in explanation.terms:
        table.add_row(f"{term.logit:+.2f}", term.text, say_probability(term.counterfactual))
    table.add_row(f"{explanation.logit:+.2f}", Text("sum of the above", style="dim"), "")
    level = say_level(explanation.level, explanation.level_low, explanation.level_high)
    head = Text.assemble(
        (explanation.person_name, "bold"), " has ", (explanation.skill_label, "bold"),
        f": P {say_probability(explanation.probability)}, level {level}, ",
        say_source(explanation.listed, explanation.verified),
    )  # fmt: skip
    foot = Text(f"as of {explanation.as_of}, {explanation.model}. {explanation.calibration_text}", style="dim")
    decisive = [
        term.text for term in explanation.terms if {term.evidence_id, term.skill_id} & set(explanation.decisive)
    ]
    if decisive:
        return Group(head, table, Text(f"It would not count without: {'; '.join(decisive)}"), foot)
    return Group(head, table, foot)


def render_gap(gap: Gap) -> RenderableType:
    """Lay out which requirements of a role a person meets."""
    head = Text.assemble(
        (gap.person.name, "bold"), " is ", (say_share(gap.readiness), "bold"), " ready for ", (gap.role.name, "bold"),
        f" ({say_share(gap.readiness_listed)} by listed skills alone; told from {say_share(gap.threshold)})",
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for name in ("requirement", "tier", "needs", "has", "P", "source", "state"):
        table.add_column(name)
    for item in gap.requirements:
        source = say_source(item.listed, item.verified) if item.probability is not None else "none"
        table.add_row(
            item.skill.name,
            item.tier,
            say_level(item.level_required),
            say_level(item.level),
            say_probability(item.probability),
            source,
            Text(_STATES[item.state], style="green" if item.state == "met" else "yellow"),
        )
    foot = f"as of {gap.as_of}, {gap.model}; probabilities calibrated against: {gap.calibration}"
    return Group(head, table, *_say_all_terms(gap.requirements), Text(foot, style="dim"))


def render_pool(pool: Pool) -> RenderableType:
    """Lay out the people for a role: readiness, then each hidden skill with its two strongest reasons."""
    parts: list[RenderableType] = [
        Text.assemble(
            "Talent pool for ", (pool.role.name, "bold"), f": {pool.found} of {pool.considered} people are at least "
            f"{say_share(pool.at_least)} ready; the first {len(pool.entries)}",
        ),
        Text(f"as of {pool.as_of}, {pool.model}; probabilities calibrated against: {pool.calibration}", style="dim"),
    ]  # fmt: skip
    for place, entry in enumerate(pool.entries, start=1):
        where = ", ".join(item for item in (entry.title, entry.function) if item)
        parts += [
            Text(),
            Text.assemble(
                f"{place}. ", (entry.person.name, "bold"), f" ({entry.person.id})  {where}\n   ",
                (f"{say_share(entry.readiness)} ready", "bold green"),
                f", {say_share(entry.readiness_listed)} by listed skills alone, "
                f"{say_share(entry.expected_readiness)} expected",
            ),
        ]  # fmt: skip
        for item in entry.skills:
            if not item.listed:
                parts += [_line_up_skill(item), Text(f"       {'; '.join(item.reasons)}", style="dim")]
        parts += _say_all_terms(entry.skills)
        listed = [item.skill.name for item in entry.skills if item.listed]
        if listed:
            parts.append(Text(f"   listed: {say_some(listed)}", style="dim"))
        if entry.missing:
            parts.append(Text(f"   not met yet: {say_some([item.name for item in entry.missing])}", style="dim"))
    return Group(*parts)


def _say_all_terms(items: Sequence[SkillBelief | RequirementGap | PoolSkill]) -> list[RenderableType]:
    """Say why each skill is believed, where that was asked for, a line a reason in log-odds."""
    lines: list[RenderableType] = []
    for item in items:
        if item.terms is not None:
            lines.append(Text(f"\n   {item.skill.name}, because (log-odds):"))
            lines += [Text(f"      {term.logit:+.2f}  {term.text}", style="dim") for term in item.terms]
    return lines


def _line_up_skill(item: PoolSkill) -> Text:
    level = f"level {say_level(item.level)} of {item.level_required:g}"
    source = say_source(item.listed, item.verified)
    return Text(f"   {item.skill.name:32} P {say_probability(item.probability):6} {level:15} {source}")


def _table_beliefs(title: str, beliefs: tuple[SkillBelief, ...]) -> Table:
    table = Table(title=f"\n{title} ({len(beliefs)})", title_justify="left", box=None, pad_edge=False)
    for name in ("skill", "P", "level", "verified"):
        table.add_column(name)
    for item in beliefs:
        table.add_row(
            item.skill.name,
            say_probability(item.probability),
            say_level(item.level, item.level_low, item.level_high),
            "yes" if item.verified else "",
        )
    return table
