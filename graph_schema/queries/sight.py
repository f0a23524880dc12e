"""People as those who ask may see them; ``graph_schema/sight.py`` says how a query knows whom it may show."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.queries.decisions import PersonId, PseudonymRow
from graph_schema.queries.evidence import ListedSkill
from graph_schema.queries.graph import ModelHeader
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.skills import Candidate
from graph_schema.query import Query
from graph_schema.sight import LISTED_SHOWN, OTHERS_SHOWN, OWN, SEEN, SHOWN


@dataclass(frozen=True)
class EvidenceOwner:
    """Whom a piece of evidence is about, and whether they said it themselves."""

    person_id: str
    kind: str


@dataclass(frozen=True)
class KnownRow:
    """What may be seen of a person: beliefs, the most probable first, and what they list as of a day."""

    beliefs: list[BeliefRow]
    listed: list[ListedSkill]
    model: ModelHeader | None
    """The model that was fitted last."""


@dataclass(frozen=True)
class KindsShown:
    """Whether who asks may see the skills that a person lists, and those they are believed to have beside."""

    listed: bool
    others: bool


@dataclass(frozen=True)
class PersonToRank:
    """A person whom a list may name, and whether it may count the skills they list, and those they have beside."""

    id: str
    name: str
    title: str | None
    function: str | None
    listed: bool
    others: bool


@dataclass(frozen=True)
class KeptSkills:
    """The skills that a person keeps from others."""

    person_id: str
    skill_ids: list[str]


@dataclass(frozen=True)
class RecordOwner:
    """Who asked what a record of the decision log is about: an actor's name or a pseudonym."""

    asked_by: str


FIND_SEEN_PEOPLE = Query(
    name="find_seen_people",
    row=Candidate,
    text=f"""
    OPTIONAL MATCH (by_id:Person {{id: $name}})
    CALL (by_id) {{
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS p
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (p:Person)
        WHERE toLower(p.name) = sought OR toLower(p.email) = sought
        RETURN p
    }}
    WITH p
    WHERE {SEEN}
    RETURN p.id AS id, p.name AS name, p.title AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEEN_PEOPLE = Query(
    name="seen_people",
    row=PersonId,
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})
    WHERE {SEEN}
    RETURN p.id AS id
    ORDER BY id
    """,
)

ALL_SEEN = Query(
    name="all_seen",
    row=PersonId,
    text=f"""
    MATCH (p:Person)
    WHERE {SEEN}
    RETURN p.id AS id
    ORDER BY id
    """,
)

BELIEFS_SEEN_OF = Query(
    name="beliefs_seen_of",
    row=BeliefRow,
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})-[has:HAS_SKILL]->(s:Skill)
    WHERE {SEEN}
      AND ({OWN} OR {SHOWN})
    RETURN p.id AS person_id, s.id AS skill_id, s.preferred_label AS label, has.probability AS probability,
           has.level AS level, has.level_low AS level_low, has.level_high AS level_high,
           has.listed AS listed, has.verified AS verified, has.as_of AS as_of, has.model AS model,
           has.fingerprint AS fingerprint
    ORDER BY person_id, probability DESC, skill_id
    """,
)

KNOWN = Query(
    name="known",
    row=KnownRow,
    # One row, because a row of its own for every skill takes longer to read than to find.
    text=f"""
    OPTIONAL MATCH (model:Model)
    WITH model ORDER BY model.fitted_at DESC, model.id LIMIT 1
    OPTIONAL MATCH (p:Person {{id: $person_id}}) WHERE {SEEN}
    CALL (p) {{
        MATCH (p)-[has:HAS_SKILL]->(s:Skill)
        WHERE {OWN} OR {SHOWN}
        WITH p, has, s ORDER BY has.probability DESC, s.id
        RETURN collect({{
            person_id: p.id, skill_id: s.id, label: s.preferred_label, probability: has.probability,
            level: has.level, level_low: has.level_low, level_high: has.level_high,
            listed: has.listed, verified: has.verified, as_of: has.as_of, model: has.model,
            fingerprint: has.fingerprint
        }}) AS beliefs
    }}
    CALL (p, model) {{
        WITH p, coalesce($as_of, model.as_of, date()) AS as_of
        MATCH (p)<-[:ABOUT]-(e:Evidence {{kind: 'self_report', status: 'active'}})-[:SHOWS]->(s:Skill)
        WHERE ({OWN} OR {LISTED_SHOWN})
          AND e.observed_on <= as_of AND (e.valid_until IS NULL OR e.valid_until >= as_of)
        WITH s, e ORDER BY e.observed_on DESC, e.id
        WITH s, head(collect(e.level)) AS level ORDER BY s.id
        RETURN collect({{skill_id: s.id, label: s.preferred_label, level: level}}) AS listed
    }}
    RETURN beliefs, listed, model {{.id, .calibration, .as_of}} AS model
    """,
)

KINDS_SHOWN = Query(
    name="kinds_shown",
    row=KindsShown,
    # The condition of KNOWN, for beliefs that do not stand in the graph.
    text=f"""
    MATCH (p:Person {{id: $person_id}})
    WHERE {SEEN}
    RETURN {OWN} OR {LISTED_SHOWN} AS listed, {OWN} OR {OTHERS_SHOWN} AS others
    """,
)

PEOPLE_TO_RANK = Query(
    name="people_to_rank",
    row=PersonToRank,
    # In lists, what somebody keeps from others counts for nobody but themselves, whoever asks.
    text=f"""
    MATCH (p:Person)
    WHERE {SEEN} AND NOT EXISTS {{ (p)-[:HOLDS]->(:Role {{id: $role_id}}) }}
    WITH p, coalesce(p.id = $sight.person, false) AS own
    RETURN p.id AS id, p.name AS name, p.title AS title, p.function AS function,
           own OR {LISTED_SHOWN} AS listed, own OR {OTHERS_SHOWN} AS others
    ORDER BY id
    """,
)

KEPT_SKILLS = Query(
    name="kept_skills",
    row=KeptSkills,
    # What is listed and not believed yet is of the listed kind as well.
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})
    CALL (p) {{
        MATCH (p)-[has:HAS_SKILL]->(s:Skill)
        WHERE NOT {SHOWN}
        RETURN s.id AS skill_id
        UNION
        MATCH (p)<-[:ABOUT]-(e:Evidence {{kind: 'self_report', status: 'active'}})-[:SHOWS]->(s:Skill)
        WHERE NOT {LISTED_SHOWN} AND NOT EXISTS {{ (p)-[:HAS_SKILL]->(s) }}
          AND e.observed_on <= $as_of AND (e.valid_until IS NULL OR e.valid_until >= $as_of)
        RETURN s.id AS skill_id
    }}
    RETURN p.id AS person_id, collect(skill_id) AS skill_ids
    ORDER BY person_id
    """,
)

NAMES_SEEN = Query(
    name="names_seen",
    row=PseudonymRow,
    text=f"""
    UNWIND $pseudonyms AS id
    MATCH (pseudonym:Pseudonym {{id: id}})-[:STANDS_FOR]->(p:Person)
    WHERE {SEEN}
    RETURN pseudonym.id AS pseudonym, p.id AS person_id, p.name AS name, p.email AS email
    ORDER BY pseudonym
    """,
)

OWNER_OF_EVIDENCE = Query(
    name="owner_of_evidence",
    row=EvidenceOwner,
    text="""
    MATCH (e:Evidence {id: $evidence_id})-[:ABOUT]->(p:Person)
    RETURN p.id AS person_id, e.kind AS kind
    """,
)

OWNER_OF_RECORD = Query(
    name="owner_of_record",
    row=RecordOwner,
    # By the pseudonyms of the person who asks now, or the name that an API key goes by.
    text="""
    MATCH (d:Decision {id: $decision_id})
    WHERE d.asked_by = $name
       OR EXISTS { MATCH (a:Pseudonym {id: d.asked_by})-[:STANDS_FOR]->(:Person {id: $person_id}) }
    RETURN d.asked_by AS asked_by
    """,
)
