"""Objects as they are stored, beside what is made from the schema: locks, choices, endorsements, beliefs of many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class PersonChoice:
    """What a person chose for themselves; unknown where they chose nothing."""

    person_id: str
    inference: Literal["on", "hard_off"] | None
    listed_visible: bool | None
    hidden_visible: bool | None


@dataclass(frozen=True)
class StoredEndorsement:
    """One endorsement, counting or not, with the data set that owns it."""

    endorser_id: str
    person_id: str
    skill_id: str
    level: float | None
    observed_on: date
    status: str
    source: str | None


@dataclass(frozen=True)
class BeliefFingerprint:
    """A belief of the engine, by the digest of all that is stored of it."""

    person_id: str
    skill_id: str
    fingerprint: str


BELIEF_FINGERPRINTS = Query(
    name="belief_fingerprints",
    row=BeliefFingerprint,
    text="""
    UNWIND $person_ids AS id
    MATCH (p:Person {id: id})-[has:HAS_SKILL]->(s:Skill)
    RETURN p.id AS person_id, s.id AS skill_id, has.fingerprint AS fingerprint
    ORDER BY person_id, skill_id
    """,
)

LOCK_KINDS = Query(
    name="lock_kinds",
    access="write",
    row=WrittenCount,
    # Writing a property is how Cypher takes the lock; all in one order, so that nobody waits in a circle.
    text="""
    UNWIND $kinds AS kind
    WITH kind ORDER BY kind
    MERGE (lock:ObjectLock {id: kind})
    SET lock.locked = true
    REMOVE lock.locked
    RETURN count(lock) AS written
    """,
)

LOCK_PEOPLE = Query(
    name="lock_people",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $person_ids AS id
    WITH id ORDER BY id
    MATCH (p:Person {id: id})
    SET p.locked = true
    REMOVE p.locked
    RETURN count(p) AS written
    """,
)

CHOICES_OF = Query(
    name="choices_of",
    row=PersonChoice,
    text="""
    UNWIND $person_ids AS id
    MATCH (choice:PersonalChoice {id: 'choice:' + id})
    RETURN id AS person_id, choice.inference AS inference, choice.listed_visible AS listed_visible,
           choice.hidden_visible AS hidden_visible
    ORDER BY person_id
    """,
)

READ_ENDORSEMENTS = Query(
    name="read_endorsements",
    row=StoredEndorsement,
    text="""
    UNWIND $keys AS key
    MATCH (a:Person {id: key[0]})-[r:ENDORSED {skill_id: key[2]}]->(b:Person {id: key[1]})
    RETURN a.id AS endorser_id, b.id AS person_id, r.skill_id AS skill_id, r.level AS level,
           r.observed_on AS observed_on, r.status AS status, r.source AS source
    ORDER BY endorser_id, person_id, skill_id
    """,
)

PAGE_ENDORSEMENTS = Query(
    name="page_endorsements",
    row=StoredEndorsement,
    text="""
    MATCH (a:Person)-[r:ENDORSED]->(b:Person)
    WHERE a.id >= $after[0]
      AND (a.id > $after[0] OR b.id > $after[1] OR (b.id = $after[1] AND r.skill_id > $after[2]))
      AND ($endorser_id IS NULL OR a.id = $endorser_id)
      AND ($person_id IS NULL OR b.id = $person_id)
      AND ($skill_id IS NULL OR r.skill_id = $skill_id)
      AND ($status IS NULL OR r.status = $status)
      AND ($within IS NULL OR b.id IN $within)
    WITH a, r, b ORDER BY a.id, b.id, r.skill_id LIMIT $limit
    RETURN a.id AS endorser_id, b.id AS person_id, r.skill_id AS skill_id, r.level AS level,
           r.observed_on AS observed_on, r.status AS status, r.source AS source
    """,
)

WITHDRAW_ENDORSEMENT = Query(
    name="withdraw_endorsement",
    access="write",
    row=WrittenCount,
    # The fingerprint stays, so that the same data set loaded again leaves it withdrawn.
    text="""
    MATCH (:Person {id: $endorser_id})-[r:ENDORSED {skill_id: $skill_id}]->(:Person {id: $person_id})
    SET r.status = 'withdrawn'
    RETURN count(r) AS written
    """,
)
