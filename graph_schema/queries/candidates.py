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
class PeopleCount:
    """How many people."""

    people: int


@dataclass(frozen=True)
class SkillPosting:
    """Who is believed to have a skill, whoever asks, a column for each thing that is believed."""

    skill_id: str
    person_ids: list[str]
    probabilities: list[float]
    levels: list[float]
    """The working level where nothing says one."""
    verified: list[bool]


@dataclass(frozen=True)
class ChangedBeliefs:
    """Whose beliefs have changed since some event, and how far that is known."""

    person_ids: list[str]
    gone: bool
    """Whether somebody was removed or erased."""
    more: bool
    """Whether there are more changes than were asked for."""
    shown_through: int
    pruned_through: int
    before: str | None
    """The event after which changes were asked for, and the one that is shown last: a graph that was restored, or is
    another one, has others in their places."""
    last: str | None
    token: str | None
    """Stamp of the skills: anew where one of them changed, or with ``skillway db changed``."""


@dataclass(frozen=True)
class ReadyCandidates:
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
``engine/matching.py`` has it; in the graph, because there alone it is known what is told of whom."""

POSTINGS = Query(
    name="postings",
    row=SkillPosting,
    text="""
    UNWIND $skill_ids AS id
    CALL (id) {
        MATCH (:Skill {id: id})<-[has:HAS_SKILL]-(p:Person)
        RETURN collect(p.id) AS person_ids, collect(has.probability) AS probabilities,
               collect(coalesce(has.level, $working_level)) AS levels, collect(has.verified) AS verified
    }
    RETURN id AS skill_id, person_ids, probabilities, levels, verified
    """,
)

POSTINGS_OF_PEOPLE = Query(
    name="postings_of_people",
    row=SkillPosting,
    text="""
    UNWIND $person_ids AS id
    MATCH (p:Person {id: id})-[has:HAS_SKILL]->(s:Skill)
    WHERE s.id IN $skill_ids
    RETURN s.id AS skill_id, collect(p.id) AS person_ids, collect(has.probability) AS probabilities,
           collect(coalesce(has.level, $working_level)) AS levels, collect(has.verified) AS verified
    """,
)

BELIEFS_CHANGED = Query(
    name="beliefs_changed",
    row=ChangedBeliefs,
    # The end of the log first, then what is not yet published, then what is: whatever moves on meanwhile is found
    # later in the same row, or after that end the next time.
    text="""
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    WITH coalesce(log.shown_through, 0) AS shown_through
    CALL () {
        MATCH (e:PendingEvent)
        WITH e LIMIT $most
        RETURN collect(e) AS pending
    }
    CALL () {
        MATCH (e:Event)
        WHERE e.number > $after
        WITH e LIMIT $most
        RETURN collect(e) AS published
    }
    CALL (pending, published) {
        UNWIND pending + published AS e
        RETURN collect(CASE WHEN e.type IN $types THEN substring(e.subject, size('person:')) END) AS person_ids,
               coalesce(max(e.type IN $gone), false) AS gone
    }
    OPTIONAL MATCH (before:Event {number: $after})
    OPTIONAL MATCH (last:Event {number: shown_through})
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    OPTIONAL MATCH (stamp:Stamp {id: 'skills'})
    RETURN person_ids, gone, size(pending) = $most OR size(published) = $most AS more,
           shown_through, coalesce(log.pruned_through, 0) AS pruned_through, before.id AS before, last.id AS last,
           stamp.token AS token
    """,
)

NOT_HOLDING = Query(
    name="not_holding",
    row=PeopleCount,
    # Neo4j keeps count of the nodes of a label; whom only some may see is counted one by one.
    text=f"""
    CALL () {{
        MATCH (p:Person)
        RETURN count(p) AS everybody
    }}
    CALL () {{
        UNWIND CASE WHEN $sight IS NULL OR $sight.everybody THEN [] ELSE [true] END AS once
        MATCH (p:Person)
        WHERE {SEEN}
        RETURN count(p) AS seen
    }}
    CALL () {{
        MATCH (p:Person)-[:HOLDS]->(:Role {{id: $role_id}})
        WHERE {SEEN}
        RETURN count(DISTINCT p) AS holders
    }}
    RETURN CASE WHEN $sight IS NULL OR $sight.everybody THEN everybody ELSE seen END - holders AS people
    """,
)

READY_CANDIDATES = Query(
    name="ready_candidates",
    row=ReadyCandidates,
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})
    WHERE {SEEN} AND NOT EXISTS {{ (p)-[:HOLDS]->(:Role {{id: $role_id}}) }}
    WITH p, $requirements AS requirements
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
