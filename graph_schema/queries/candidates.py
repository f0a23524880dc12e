"""Candidates: people with what may be told of them about the skills that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from graph_schema.query import Query
from graph_schema.sight import LISTED_SHOWN, SEEN, SHOWN


@dataclass(frozen=True)
class CandidateSkill:
    """A required skill that a candidate is believed to have."""

    skill_id: str
    label: str
    probability: float
    level: float | None
    level_low: float | None
    level_high: float | None
    listed: bool
    verified: bool


@dataclass(frozen=True)
class CandidateRow:
    """A person with what is believed of them about the skills a role requires."""

    id: str
    name: str
    title: str | None
    function: str | None
    listed_visible: bool
    as_of: date
    """The day that the beliefs are computed for."""
    skills: list[CandidateSkill]


@dataclass(frozen=True)
class SkillSpread:
    """How many people are believed to have a skill, whoever asks."""

    id: str
    people: int


@dataclass(frozen=True)
class PeopleCount:
    """How many people."""

    people: int


@dataclass(frozen=True)
class PromisingCandidates:
    """Those who are ready enough for a role, a column each."""

    person_ids: list[str]
    met: list[float]
    """Summed importance of the requirements that each meets."""


@dataclass(frozen=True)
class MentorOfSkill:
    """Someone who offers time as a mentor and is believed to have the skill that is asked for."""

    id: str
    name: str
    title: str | None
    function: str | None
    capacity_hours: float
    probability: float
    level: float | None
    level_low: float | None
    level_high: float | None
    listed: bool
    verified: bool


# What somebody keeps from others counts in lists for nobody but themselves, whoever asks.
TOLD: LiteralString = f"""(
        coalesce(p.id = $sight.person, false)
        OR {SHOWN}
    )"""
"""Cypher: whether the belief ``has`` about the person ``p`` is told to who asks."""

_ROWS: LiteralString = f"""
    WITH p, s, has ORDER BY s.id
    WITH p, max(has.as_of) AS as_of,
         collect({{skill_id: s.id, label: s.preferred_label, probability: has.probability, level: has.level,
                  level_low: has.level_low, level_high: has.level_high,
                  listed: has.listed, verified: has.verified}}) AS skills
    WHERE {SEEN}
    RETURN p.id AS id, p.name AS name, p.title AS title, p.function AS function,
           coalesce(p.id = $sight.person, false) OR {LISTED_SHOWN} AS listed_visible, as_of, skills
    ORDER BY id
    """

CANDIDATES_WITH_SKILLS = Query(
    name="candidates_with_skills",
    row=CandidateRow,
    text=f"""
    MATCH (p:Person)-[has:HAS_SKILL]->(s:Skill)
    WHERE s.id IN $skill_ids AND {TOLD}
    {_ROWS}
    """,
)

CANDIDATES_BY_ID = Query(
    name="candidates_by_id",
    row=CandidateRow,
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})-[has:HAS_SKILL]->(s:Skill)
    WHERE s.id IN $skill_ids AND {TOLD}
    {_ROWS}
    """,
)

MET: LiteralString = """CASE
        WHEN has.probability < $threshold THEN 0.0
        WHEN round(coalesce(has.level, $working_level) * 2, 0, 'HALF_EVEN') / 2 < need.level THEN 0.0
        WHEN need.verified AND NOT has.verified THEN 0.0
        ELSE need.importance
    END"""
"""Cypher: the importance that the belief ``has`` meets of the requirement ``need``, as judge_requirement in
``engine/matching.py`` has it; in the graph, because most people are not ready enough."""

SPREAD_OF_SKILLS = Query(
    name="spread_of_skills",
    row=SkillSpread,
    text="""
    UNWIND $skill_ids AS id
    MATCH (s:Skill {id: id})
    RETURN id, COUNT { (s)<-[:HAS_SKILL]-() } AS people
    """,
)

NOT_HOLDING = Query(
    name="not_holding",
    row=PeopleCount,
    text=f"""
    CALL () {{
        MATCH (p:Person)
        WHERE {SEEN}
        RETURN count(p) AS seen
    }}
    CALL () {{
        MATCH (p:Person)-[:HOLDS]->(:Role {{id: $role_id}})
        WHERE {SEEN}
        RETURN count(DISTINCT p) AS holders
    }}
    RETURN seen - holders AS people
    """,
)

PROMISING_CANDIDATES = Query(
    name="promising_candidates",
    row=PromisingCandidates,
    # First whoever can be ready enough, by the skills that few have: most people need not be looked at further.
    text=f"""
    UNWIND $rare AS need
    MATCH (:Skill {{id: need.skill_id}})<-[:HAS_SKILL]-(p:Person)
    WITH p, sum(need.importance) AS hoped
    WHERE hoped >= $least_hoped AND {SEEN} AND NOT EXISTS {{ (p)-[:HOLDS]->(:Role {{id: $role_id}}) }}
    WITH collect(p) AS promising
    WITH promising, $requirements AS requirements
    UNWIND promising AS p
    MATCH (p)-[has:HAS_SKILL]->(s:Skill)
    WHERE s.id IN $skill_ids AND {TOLD}
    WITH p, has, requirements[s.id] AS need
    WITH p, sum({MET}) AS met
    WHERE met >= $least
    RETURN collect(p.id) AS person_ids, collect(met) AS met
    """,
)

MENTORS_OF_SKILL = Query(
    name="mentors_of_skill",
    row=MentorOfSkill,
    text=f"""
    MATCH (:Skill {{id: $skill_id}})<-[has:HAS_SKILL]-(p:Person)
    WHERE p.mentor_hours > 0 AND p.id <> $person_id AND has.probability >= $threshold AND {TOLD} AND {SEEN}
    RETURN p.id AS id, p.name AS name, p.title AS title, p.function AS function, p.mentor_hours AS capacity_hours,
           has.probability AS probability, has.level AS level, has.level_low AS level_low,
           has.level_high AS level_high, has.listed AS listed, has.verified AS verified
    ORDER BY id
    """,
)
