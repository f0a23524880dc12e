"""How many people of each group have a skill or are ready for a role, counted in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.beliefs import read_latest_model
from engine.disclosure import merge_groups, tell_role, tell_skill
from engine.landscape_results import (
    PeopleGroup,
    RequirementOfGroup,
    RoleLandscape,
    RoleOfGroup,
    SkillLandscape,
    SkillLine,
    SkillOfGroup,
)
from engine.pools import ROUNDING, read_asking
from engine.results import Named
from engine.settings import AggregateSettings, EngineSettings
from graph_schema.errors import InvalidInput
from graph_schema.queries.landscapes import (
    ALL_SKILL_COUNTS,
    GROUP_SIZES,
    READY_COUNTS,
    SKILL_COUNTS,
    SkillCount,
)
from graph_schema.scales import WORKING_LEVEL
from graph_schema.store import GraphStore

_NOT_KNOWN = "not known"


@dataclass(frozen=True)
class _Grouping:
    """The groups, and which of them each function or region is in."""

    groups: tuple[PeopleGroup, ...]
    places: dict[str, int]


def count_skills(store: GraphStore, skills: Sequence[Named], settings: EngineSettings, top: int) -> SkillLandscape:
    """Count, in each group, who lists each skill and who has it; of no skills, those with the highest numbers.

    Which skills these are hangs on numbers that are told and on nothing else.

    Raises:
        InvalidInput: The top is below 1, or there are too few people to tell anything.
        NotInferred: Inference has not been run on this graph.
    """
    if top < 1:
        raise InvalidInput("top", f"must be 1 or more, not {top}")
    model, rule = read_latest_model(store), settings.aggregates
    grouping = _read_groups(store, rule)
    threshold = settings.inference.threshold
    if skills:
        ids = [item.id for item in skills]
        rows = store.ask(SKILL_COUNTS, skill_ids=ids, threshold=threshold, by=rule.by, groups=grouping.places)
    else:
        rows = store.ask(ALL_SKILL_COUNTS, threshold=threshold, by=rule.by, groups=grouping.places)
    counted = {(row.skill_id, row.group): row for row in rows}
    asked = skills or tuple({row.skill_id: Named(row.skill_id, row.label) for row in rows}.values())
    lines = [_tell_line(skill, counted, grouping, rule.least) for skill in asked]
    if not skills:
        lines = sorted((line for line in lines if _sum_told(line)), key=lambda line: (-_sum_told(line), line.skill.id))
    return SkillLandscape(
        as_of=model.as_of,
        model=model.id,
        calibration=model.calibration,
        by=rule.by,
        least=rule.least,
        groups=grouping.groups,
        skills=tuple(lines if skills else lines[:top]),
    )


def count_ready(store: GraphStore, role: Named, settings: EngineSettings) -> RoleLandscape:
    """Count, in each group, who is ready for a role and who meets each of its requirements.

    Raises:
        InvalidInput: The role has no requirements, or there are too few people to tell anything.
        NotInferred: Inference has not been run on this graph.
    """
    model, rule = read_latest_model(store), settings.aggregates
    target = read_asking(store, role)
    requirements = target.requirements
    grouping = _read_groups(store, rule)
    weights = [item.importance for item in requirements]
    needed = target.threshold * sum(weights) - ROUNDING
    rows = store.ask(
        READY_COUNTS,
        requirements=[
            {"skill_id": item.skill_id, "level": item.level, "importance": item.importance, "verified": item.verified}
            for item in requirements
        ],
        threshold=settings.inference.threshold,
        working_level=WORKING_LEVEL,
        least=needed,
        by=rule.by,
        groups=grouping.places,
    )
    people = {(row.group, row.skill_id): row.people for row in rows}
    counts: list[RoleOfGroup] = []
    for place, group in enumerate(grouping.groups):
        ready, met = tell_role(
            people.get((place, None), 0),
            [people.get((place, item.skill_id), 0) for item in requirements],
            weights,
            needed,
            group.people,
            rule.least,
        )
        told = zip(requirements, met, strict=True)
        each = tuple(RequirementOfGroup(Named(item.skill_id, item.label), item.level, count) for item, count in told)
        counts.append(RoleOfGroup(group.name, ready, each))
    return RoleLandscape(
        role=role,
        threshold=target.threshold,
        as_of=model.as_of,
        model=model.id,
        calibration=model.calibration,
        by=rule.by,
        least=rule.least,
        groups=grouping.groups,
        counts=tuple(counts),
    )


def _read_groups(store: GraphStore, rule: AggregateSettings) -> _Grouping:
    sizes = {row.name: row.people for row in store.ask(GROUP_SIZES, by=rule.by)}
    merged = merge_groups(sizes, rule.least)
    if not merged:
        raise InvalidInput(
            "engine.aggregates.least",
            f"is {rule.least}, and the graph holds fewer people than that: nothing can be told of a group without "
            "telling of its members",
        )
    groups = tuple(
        PeopleGroup(
            name="other" if len(names) > 1 else names[0] or _NOT_KNOWN,
            holds=tuple(name or _NOT_KNOWN for name in names),
            people=sum(sizes[name] for name in names),
        )
        for names in merged
    )
    return _Grouping(groups, {name: place for place, names in enumerate(merged) for name in names})


def _tell_line(skill: Named, counted: dict[tuple[str, int], SkillCount], grouping: _Grouping, least: int) -> SkillLine:
    groups: list[SkillOfGroup] = []
    for place, group in enumerate(grouping.groups):
        row = counted.get((skill.id, place))
        listed, had = (row.listed, row.listed_or_hidden) if row else (0, 0)
        groups.append(SkillOfGroup(group.name, *tell_skill(listed, had, group.people, least)))
    return SkillLine(skill, tuple(groups))


def _sum_told(line: SkillLine) -> int:
    return sum(item.listed_or_hidden.number or item.listed.number or 0 for item in line.groups)
