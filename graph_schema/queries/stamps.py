"""Stamps: whether a part of the graph is still as it was read."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class PartStamp:
    """A part of the graph, and the token that its last write left."""

    part: str
    token: str


@dataclass(frozen=True)
class SkillLabels:
    """Every skill with its label, a column each."""

    skill_ids: list[str]
    labels: list[str]


STAMPS = Query(
    name="stamps",
    row=PartStamp,
    text="""
    MATCH (stamp:Stamp)
    RETURN stamp.id AS part, stamp.token AS token
    ORDER BY part
    """,
)

STAMP_ANEW = Query(
    name="stamp_anew",
    row=WrittenCount,
    access="write",
    text="""
    UNWIND $parts AS part
    MERGE (stamp:Stamp {id: part})
    SET stamp.token = randomUUID()
    RETURN count(stamp) AS written
    """,
)

SKILL_LABELS = Query(
    name="skill_labels",
    row=SkillLabels,
    text="""
    MATCH (skill:Skill)
    WITH skill ORDER BY skill.id
    RETURN collect(skill.id) AS skill_ids, collect(skill.preferred_label) AS labels
    """,
)
