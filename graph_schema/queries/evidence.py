"""Evidence and endorsements: what inference reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.skills import NamedNode
from graph_schema.query import Query


@dataclass(frozen=True)
class ObservationRow:
    """One piece of active evidence with where it came from and who signed it."""

    id: str
    skill_id: str
    kind: str
    level: float | None
    score: float | None
    observed_on: date
    valid_until: date | None
    via_id: str | None
    via: str | None
    by_id: str | None
    by: str | None


@dataclass(frozen=True)
class PersonObservations:
    """Everything active about one person, collected into one row."""

    person_id: str
    observations: list[ObservationRow]


@dataclass(frozen=True)
class EndorsementRow:
    """One endorsement given to a person."""

    endorser_id: str
    skill_id: str
    level: float | None
    observed_on: date


@dataclass(frozen=True)
class PersonEndorsements:
    """Every active endorsement of one person, collected into one row."""

    person_id: str
    endorsements: list[EndorsementRow]


@dataclass(frozen=True)
class ListedSkill:
    """A skill that a person reports themselves, at the level of the last report."""

    skill_id: str
    label: str
    level: float | None


@dataclass(frozen=True)
class EvidencedPerson:
    """A person of whom somebody speaks of a skill: by evidence or by an endorsement."""

    person_id: str
    skill_id: str


@dataclass(frozen=True)
class SkillEndorsers:
    """Everybody who vouches for a skill of somebody."""

    skill_id: str
    endorsers: list[NamedNode]


@dataclass(frozen=True)
class GivenEndorsements:
    """Everybody whom a person endorses, for whatever skill."""

    endorser_id: str
    person_ids: list[str]


OBSERVATIONS = Query(
    name="observations",
    row=PersonObservations,
    text="""
    MATCH (p:Person)
    WHERE $person_ids IS NULL OR p.id IN $person_ids
    MATCH (p)<-[:ABOUT]-(e:Evidence)-[:SHOWS]->(s:Skill)
    WHERE e.status = 'active' AND e.observed_on <= $as_of AND (e.valid_until IS NULL OR e.valid_until >= $as_of)
    OPTIONAL MATCH (e)-[:FROM]->(via)
    OPTIONAL MATCH (e)-[:BY]->(by:Person)
    WITH p, e, s, via, by ORDER BY e.id
    RETURN p.id AS person_id,
           collect({id: e.id, skill_id: s.id, kind: e.kind, level: e.level, score: e.score,
                    observed_on: e.observed_on, valid_until: e.valid_until,
                    via_id: via.id, via: via.title, by_id: by.id, by: by.name}) AS observations
    ORDER BY person_id
    """,
)

ENDORSEMENTS = Query(
    name="endorsements",
    row=PersonEndorsements,
    text="""
    MATCH (endorser:Person)-[r:ENDORSED]->(p:Person)
    WHERE r.status = 'active' AND r.observed_on <= $as_of AND ($person_ids IS NULL OR p.id IN $person_ids)
    WITH endorser, p, r ORDER BY endorser.id, r.skill_id
    RETURN p.id AS person_id,
           collect({endorser_id: endorser.id, skill_id: r.skill_id, level: r.level,
                    observed_on: r.observed_on}) AS endorsements
    ORDER BY person_id
    """,
)

LISTED_SKILLS = Query(
    name="listed_skills",
    row=ListedSkill,
    text="""
    MATCH (:Person {id: $person_id})<-[:ABOUT]-(e:Evidence {kind: 'self_report', status: 'active'})-[:SHOWS]->(s:Skill)
    WITH s, e ORDER BY e.observed_on DESC, e.id
    RETURN s.id AS skill_id, s.preferred_label AS label, head(collect(e.level)) AS level
    ORDER BY skill_id
    """,
)

EVIDENCED_PEOPLE = Query(
    name="evidenced_people",
    row=EvidencedPerson,
    text="""
    MATCH (s:Skill)<-[:SHOWS]-(e:Evidence)-[:ABOUT]->(p:Person)
    WHERE s.id IN $skill_ids AND e.status = 'active' AND e.observed_on <= $as_of
      AND (e.valid_until IS NULL OR e.valid_until >= $as_of)
    RETURN p.id AS person_id, s.id AS skill_id
    UNION
    MATCH (:Person)-[r:ENDORSED]->(p:Person)
    WHERE r.skill_id IN $skill_ids AND r.status = 'active' AND r.observed_on <= $as_of
    RETURN p.id AS person_id, r.skill_id AS skill_id
    """,
)

ENDORSERS_OF_SKILLS = Query(
    name="endorsers_of_skills",
    row=SkillEndorsers,
    text="""
    MATCH (endorser:Person)-[r:ENDORSED]->(:Person)
    WHERE r.skill_id IN $skill_ids AND r.status = 'active' AND r.observed_on <= $as_of
    WITH DISTINCT r.skill_id AS skill_id, endorser ORDER BY endorser.id
    RETURN skill_id, collect({id: endorser.id, name: endorser.name}) AS endorsers
    ORDER BY skill_id
    """,
)

ENDORSEMENTS_GIVEN = Query(
    name="endorsements_given",
    row=GivenEndorsements,
    text="""
    MATCH (endorser:Person)-[r:ENDORSED]->(p:Person)
    WHERE endorser.id IN $person_ids AND r.status = 'active' AND r.observed_on <= $as_of
    WITH DISTINCT endorser, p ORDER BY p.id
    RETURN endorser.id AS endorser_id, collect(p.id) AS person_ids
    ORDER BY endorser_id
    """,
)
