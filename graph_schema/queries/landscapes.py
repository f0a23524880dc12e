"""Landscapes: how many people of each group have a skill or are ready for a role. No row is about a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from graph_schema.queries.candidates import MET
from graph_schema.queries.people import IN_FORCE
from graph_schema.query import Query
from graph_schema.sight import SHOWN


@dataclass(frozen=True)
class GroupSize:
    """How many people are of a function or a region; of none where the name is empty."""

    name: str
    people: int


@dataclass(frozen=True)
class SkillCount:
    """How many people of a group have a skill, of those who let it be told."""

    skill_id: str
    label: str
    group: int
    listed: int
    listed_or_hidden: int


@dataclass(frozen=True)
class ReadyCount:
    """How many people of a group meet a requirement or, where no skill is named, are ready for the role."""

    group: int
    skill_id: str | None
    people: int


_NAME: LiteralString = "coalesce(CASE $by WHEN 'region' THEN p.region ELSE p.function END, '')"

_OF_ALL: LiteralString = """
    OPTIONAL MATCH (tenant:Tenant {id: 'tenant'})
    OPTIONAL MATCH (whole:Switch {id: 'switch:organisation'})
    WITH [tenant.inference, whole.inference] AS of_all"""

# Whoever is switched off is counted as one of the group, and as having nothing.
_INFERRED: LiteralString = f"""
    WITH *, of_all + [p.inference]
         + COLLECT {{ MATCH (p)-[:MEMBER_OF]->(team:Team) RETURN team.inference }}
         + COLLECT {{
             MATCH (p)-[:MEMBER_OF]->(team:Team)
             MATCH (by_hand:Switch {{id: 'switch:team:' + team.id}})
             RETURN by_hand.inference
         }} AS switches
    WHERE {IN_FORCE} = 'on' AND $groups[{_NAME}] IS NOT NULL"""

_COUNTS: LiteralString = f"""
    WITH s, $groups[{_NAME}] AS group, sum(CASE WHEN has.listed THEN 1 ELSE 0 END) AS listed,
         count(*) AS listed_or_hidden
    RETURN s.id AS skill_id, s.preferred_label AS label, group, listed, listed_or_hidden
    ORDER BY skill_id, group"""

GROUP_SIZES = Query(
    name="group_sizes",
    row=GroupSize,
    text=f"""
    MATCH (p:Person)
    WITH {_NAME} AS name, count(*) AS people
    RETURN name, people
    ORDER BY name
    """,
)

SKILL_COUNTS = Query(
    name="skill_counts",
    row=SkillCount,
    text=f"""{_OF_ALL}
    UNWIND $skill_ids AS id
    MATCH (s:Skill {{id: id}})<-[has:HAS_SKILL]-(p:Person)
    WHERE has.probability >= $threshold AND {SHOWN}{_INFERRED}{_COUNTS}
    """,
)

ALL_SKILL_COUNTS = Query(
    name="all_skill_counts",
    row=SkillCount,
    text=f"""{_OF_ALL}
    MATCH (p:Person){_INFERRED}
    MATCH (p)-[has:HAS_SKILL]->(s:Skill)
    WHERE has.probability >= $threshold AND {SHOWN}{_COUNTS}
    """,
)

READY_COUNTS = Query(
    name="ready_counts",
    row=ReadyCount,
    # No requirement weighs nothing, so what is met is what adds something.
    text=f"""{_OF_ALL}
    UNWIND $requirements AS need
    MATCH (:Skill {{id: need.skill_id}})<-[has:HAS_SKILL]-(p:Person)
    WHERE {SHOWN}
    WITH of_all, p, need, {MET} AS weight
    WITH of_all, p, sum(weight) AS met, collect(CASE WHEN weight > 0 THEN need.skill_id END) AS skill_ids{_INFERRED}
    UNWIND skill_ids + CASE WHEN met >= $least THEN [null] ELSE [] END AS skill_id
    WITH $groups[{_NAME}] AS group, skill_id, count(*) AS people
    RETURN group, skill_id, people
    ORDER BY group, skill_id
    """,
)
