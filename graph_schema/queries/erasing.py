"""Erasing a person: what there is of them, whom it concerns besides, and the removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_schema.queries.decisions import PersonId
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class PersonalCounts:
    """How many things of each kind there are of a person."""

    evidence: int
    evidence_signed: int
    endorsements_received: int
    endorsements_given: int
    beliefs: int
    audits: int
    bridges: int
    watches: int
    messages: int
    roles: int
    teams: int
    reporting_lines: int
    interests: int
    protected_attributes: int
    choices: int
    pseudonyms: int
    keys: int


@dataclass(frozen=True)
class TouchedSkill:
    """A skill that evidence or an endorsement of a person speaks of."""

    id: str


@dataclass(frozen=True)
class ErasureRow:
    """The receipt of an erasure as it is kept."""

    id: str
    erased_at: datetime
    counts: str
    salt: str | None
    tombstone: str | None


@dataclass(frozen=True)
class FittedModel:
    """A model and when it was fitted."""

    id: str
    fitted_at: datetime


@dataclass(frozen=True)
class ContactDetails:
    """By what a person is called, where others wrote it down."""

    name: str
    email: str | None


PERSONAL_COUNTS = Query(
    name="personal_counts",
    row=PersonalCounts,
    text="""
    MATCH (p:Person {id: $person_id})
    RETURN COUNT { (p)<-[:ABOUT]-(:Evidence) } AS evidence,
           COUNT { MATCH (p)<-[:BY]-(e:Evidence) WHERE NOT (e)-[:ABOUT]->(p) } AS evidence_signed,
           COUNT { (p)<-[:ENDORSED]-(:Person) } AS endorsements_received,
           COUNT { MATCH (p)-[:ENDORSED]->(other:Person) WHERE other <> p } AS endorsements_given,
           COUNT { (p)-[:HAS_SKILL]->() } AS beliefs,
           COUNT { (p)-[:AUDITED]->() } AS audits,
           COUNT { (p)<-[:FOR]-(:Bridge) } AS bridges,
           COUNT { (p)<-[:BY]-(:Watch) } AS watches,
           COUNT { MATCH (p)<-[:TO|ABOUT]-(message:Message) RETURN DISTINCT message } AS messages,
           COUNT { (p)-[:HOLDS]->() } AS roles,
           COUNT { (p)-[:MEMBER_OF]->() } AS teams,
           COUNT { (p)-[:REPORTS_TO]-() } AS reporting_lines,
           COUNT { (p)-[:INTERESTED_IN]->() } AS interests,
           COUNT { MATCH (a:ProtectedAttributes {id: 'protected:' + $person_id}) } AS protected_attributes,
           COUNT { MATCH (c:PersonalChoice {id: 'choice:' + $person_id}) }
             + COUNT { MATCH (c:MailChoice {id: 'mail:' + $person_id}) } AS choices,
           COUNT { (p)<-[:STANDS_FOR]-(:Pseudonym) } AS pseudonyms,
           COUNT { MATCH (key:ApiKey {person: $person_id}) } AS keys
    """,
)

CONTACT_DETAILS = Query(
    name="contact_details",
    row=ContactDetails,
    text="""
    MATCH (p:Person {id: $person_id})
    RETURN p.name AS name, p.email AS email
    """,
)

CONCERNED_PEOPLE = Query(
    name="concerned_people",
    row=PersonId,
    # What is believed of them rests on the person: as an endorser or signer, as a colleague who could have vouched, or
    # as somebody for whom a colleague vouches.
    text="""
    MATCH (p:Person {id: $person_id})
    CALL (p) {
        MATCH (p)-[:ENDORSED]->(other:Person)
        RETURN other
        UNION
        MATCH (p)<-[:BY]-(:Evidence)-[:ABOUT]->(other:Person)
        RETURN other
        UNION
        MATCH (p)-[:MEMBER_OF]->(:Team)<-[:MEMBER_OF]-(other:Person)
        RETURN other
        UNION
        MATCH (p)<-[:ENDORSED]-(:Person)-[:MEMBER_OF]->(:Team)<-[:MEMBER_OF]-(other:Person)
        RETURN other
    }
    WITH DISTINCT p, other
    WHERE other <> p
    RETURN other.id AS id
    ORDER BY id
    """,
)

SKILLS_TOUCHED = Query(
    name="skills_touched",
    row=TouchedSkill,
    text="""
    MATCH (p:Person {id: $person_id})
    CALL (p) {
        MATCH (p)<-[:ABOUT]-(:Evidence)-[:SHOWS]->(s:Skill)
        RETURN s.id AS id
        UNION
        MATCH (p)-[r:ENDORSED]-(:Person)
        RETURN r.skill_id AS id
    }
    RETURN DISTINCT id
    ORDER BY id
    """,
)

UNSIGNED_PEOPLE = Query(
    name="unsigned_people",
    row=PersonId,
    text="""
    MATCH (p:Person {id: $person_id})
    CALL (p) {
        MATCH (p)-[:ENDORSED]->(other:Person)
        RETURN other
        UNION
        MATCH (p)<-[:BY]-(:Evidence)-[:ABOUT]->(other:Person)
        RETURN other
        UNION
        MATCH (p)<-[:REPORTS_TO]-(other:Person)
        RETURN other
    }
    WITH DISTINCT p, other
    WHERE other <> p
    RETURN other.id AS id
    ORDER BY id
    """,
)

REMOVE_BELIEFS_IN = Query(
    name="remove_beliefs_in",
    access="write",
    row=PersonId,
    text="""
    MATCH (p:Person)-[has:HAS_SKILL]->(s:Skill)
    WHERE s.id IN $skill_ids
    DELETE has
    RETURN DISTINCT p.id AS id
    """,
)

REMOVE_FROM_MARGINS = Query(
    name="remove_from_margins",
    access="write",
    row=WrittenCount,
    # Who drew or recorded an audit, or accepted a bridge, stands there as they were called; so does a mentor whom
    # somebody wanted, or did not want, on a bridge.
    text="""
    CALL () {
        MATCH (:Person)-[audited:AUDITED]->(:Skill)
        WHERE audited.drawn_by IN $called OR audited.recorded_by IN $called
        SET audited.drawn_by = CASE WHEN audited.drawn_by IN $called THEN 'erased' ELSE audited.drawn_by END,
            audited.recorded_by =
                CASE WHEN audited.recorded_by IN $called THEN 'erased' ELSE audited.recorded_by END
        RETURN count(*) AS written
        UNION ALL
        MATCH (bridge:Bridge)
        WHERE bridge.accepted_by IN $called
        SET bridge.accepted_by = 'erased'
        RETURN count(*) AS written
        UNION ALL
        MATCH (bridge:Bridge)
        WHERE bridge.wishes CONTAINS 'mentorship:' + $person_id + ':'
        SET bridge.wishes = replace(bridge.wishes, 'mentorship:' + $person_id + ':', 'mentorship:erased:')
        RETURN count(*) AS written
        UNION ALL
        MATCH (old:Decision)
        WHERE old.number IS NULL
          AND any(name IN $called WHERE old.asked_by = name
                                     OR old.question + old.answer =~ '(?s).*[" :]\\\\Q' + name + '\\\\E[" :=].*')
        DELETE old
        RETURN count(*) AS written
    }
    RETURN sum(written) AS written
    """,
)

ERASE_PERSON = Query(
    name="erase_person",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (p:Person {id: $person_id})
    WITH p, COLLECT { MATCH (evidence:Evidence)-[:ABOUT]->(p) RETURN evidence }
          + COLLECT { MATCH (bridge:Bridge)-[:FOR]->(p) RETURN bridge }
          + COLLECT { MATCH (p)<-[:FOR]-(:Bridge)-[:FIRST|THEN*]->(step:BridgeStep) RETURN step }
          + COLLECT { MATCH (watch:Watch)-[:BY]->(p) RETURN watch }
          + COLLECT { MATCH (message:Message)-[:TO|ABOUT]->(p) RETURN message }
          + COLLECT { MATCH (choice:MailChoice {id: 'mail:' + $person_id}) RETURN choice }
          + COLLECT { MATCH (pseudonym:Pseudonym)-[:STANDS_FOR]->(p) RETURN pseudonym }
          + COLLECT { MATCH (key:ApiKey {person: $person_id}) RETURN key }
          + COLLECT { MATCH (attributes:ProtectedAttributes {id: 'protected:' + $person_id}) RETURN attributes }
          + COLLECT { MATCH (choice:PersonalChoice {id: 'choice:' + $person_id}) RETURN choice } AS belongings
    UNWIND belongings + [p] AS node
    WITH DISTINCT node
    DETACH DELETE node
    RETURN count(*) AS written
    """,
)

ERASURES = Query(
    name="erasures",
    row=ErasureRow,
    text="""
    MATCH (e:Erasure)
    RETURN e.id AS id, e.erased_at AS erased_at, e.counts AS counts, e.salt AS salt, e.tombstone AS tombstone
    ORDER BY erased_at DESC, id
    """,
)

LIFT_TOMBSTONE = Query(
    name="lift_tombstone",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (e:Erasure)
    WHERE e.tombstone IN $tombstones
    REMOVE e.tombstone
    RETURN count(*) AS written
    """,
)

FITTED_MODELS = Query(
    name="fitted_models",
    row=FittedModel,
    text="""
    MATCH (m:Model)
    RETURN m.id AS id, m.fitted_at AS fitted_at
    ORDER BY id
    """,
)
