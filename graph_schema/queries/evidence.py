"""Evidence and endorsements: what inference reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.skills import Candidate, NamedNode
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
class Team:
    """The people of one team: they see one another's work."""

    id: str
    person_ids: list[str]


@dataclass(frozen=True)
class ExposedSkill:
    """How many of a person's team vouch for a skill of somebody else."""

    skill_id: str
    colleagues: int


@dataclass(frozen=True)
class PersonExposures:
    """Every skill that somebody of a person's team vouches for of somebody else."""

    person_id: str
    skills: list[ExposedSkill]


@dataclass(frozen=True)
class ListedSkill:
    """A skill that a person reports themselves, at the level of the last report."""

    skill_id: str
    label: str
    level: float | None


@dataclass(frozen=True)
class EvidenceSubject:
    """Whom, and which skill, a piece of evidence is about."""

    person_id: str
    person: str
    skill_id: str
    skill: str


@dataclass(frozen=True)
class LockedPerson:
    """A person of whom nobody else writes for as long as the transaction runs."""

    id: str


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
    CALL () {
        WITH $person_ids AS ids WHERE ids IS NULL
        MATCH (p:Person)
        RETURN p
        UNION ALL
        UNWIND coalesce($person_ids, []) AS id
        MATCH (p:Person {id: id})
        RETURN p
    }
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
    CALL () {
        WITH $person_ids AS ids WHERE ids IS NULL
        MATCH (p:Person)
        RETURN p
        UNION ALL
        UNWIND coalesce($person_ids, []) AS id
        MATCH (p:Person {id: id})
        RETURN p
    }
    MATCH (endorser:Person)-[r:ENDORSED]->(p)
    WHERE r.status = 'active' AND r.observed_on <= $as_of AND ($endorser_ids IS NULL OR endorser.id IN $endorser_ids)
    WITH endorser, p, r ORDER BY endorser.id, r.skill_id
    RETURN p.id AS person_id,
           collect({endorser_id: endorser.id, skill_id: r.skill_id, level: r.level,
                    observed_on: r.observed_on}) AS endorsements
    ORDER BY person_id
    """,
)

TEAMS = Query(
    name="teams",
    row=Team,
    text="""
    MATCH (team:Team)<-[:MEMBER_OF]-(member:Person)
    WITH team, collect(DISTINCT member.id) AS person_ids
    WHERE size(person_ids) > 1 AND size(person_ids) <= $most
    RETURN team.id AS id, person_ids
    ORDER BY id
    """,
)

EXPOSURES = Query(
    name="exposures",
    row=PersonExposures,
    text="""
    UNWIND $person_ids AS person_id
    MATCH (p:Person {id: person_id})-[:MEMBER_OF]->(team:Team)
    WHERE COUNT { (team)<-[:MEMBER_OF]-(:Person) } <= $most
    MATCH (team)<-[:MEMBER_OF]-(colleague:Person)
    WHERE colleague <> p
    WITH DISTINCT p, colleague
    MATCH (colleague)-[r:ENDORSED]->(other:Person)
    WHERE other <> p AND r.status = 'active' AND r.observed_on <= $as_of
    WITH p, r.skill_id AS skill_id, count(DISTINCT colleague) AS colleagues ORDER BY skill_id
    RETURN p.id AS person_id, collect({skill_id: skill_id, colleagues: colleagues}) AS skills
    ORDER BY person_id
    """,
)

FIND_ORIGINS = Query(
    name="find_origins",
    row=Candidate,
    text="""
    OPTIONAL MATCH (course:Course {id: $name})
    OPTIONAL MATCH (project:Project {id: $name})
    OPTIONAL MATCH (assessment:Assessment {id: $name})
    OPTIONAL MATCH (credential:Credential {id: $name})
    WITH coalesce(course, project, assessment, credential) AS by_id
    CALL (by_id) {
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS origin
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (origin:Course|Project|Assessment|Credential)
        WHERE toLower(origin.title) = sought
        RETURN origin
    }
    RETURN origin.id AS id, origin.title AS name, labels(origin)[0] AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEARCH_ORIGINS = Query(
    name="search_origins",
    row=Candidate,
    text="""
    UNWIND ['course_labels', 'project_labels', 'assessment_labels', 'credential_labels'] AS index
    CALL db.index.fulltext.queryNodes(index, $words) YIELD node, score
    RETURN node.id AS id, node.title AS name, labels(node)[0] AS detail
    ORDER BY score DESC, id
    LIMIT 10
    """,
)

LOCK_PERSON = Query(
    name="lock_person",
    access="write",
    row=LockedPerson,
    # Writing a property is how Cypher takes the lock; of two pieces of evidence, the second then sees the first.
    text="""
    MATCH (p:Person {id: $person_id})
    SET p.locked = true
    REMOVE p.locked
    RETURN p.id AS id
    """,
)

WITHDRAW_EVIDENCE = Query(
    name="withdraw_evidence",
    access="write",
    row=EvidenceSubject,
    text="""
    MATCH (s:Skill)<-[:SHOWS]-(e:Evidence {id: $evidence_id})-[:ABOUT]->(p:Person)
    SET e.status = 'withdrawn'
    RETURN p.id AS person_id, p.name AS person, s.id AS skill_id, s.preferred_label AS skill
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
