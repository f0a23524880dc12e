"""The decision log: its ends, its records, and whom its pseudonyms stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class ChainEnds:
    """Both ends of the log: number and id of its last record, and of the last one that was pruned."""

    number: int
    head: str | None
    anchor_number: int
    anchor: str | None


@dataclass(frozen=True)
class DecisionRow:
    """One record as it stands in the graph; people by pseudonym."""

    id: str
    number: int
    previous: str | None
    operation: str
    asked_by: str
    asked_at: datetime
    question: str
    answer: str
    model: str | None
    about: str | None
    outcome: str | None
    reason: str | None


@dataclass(frozen=True)
class Misplaced:
    """How many records stand outside the log: without a number, before its first or after its last record."""

    unnumbered: int
    outside: int


@dataclass(frozen=True)
class NumberedDecision:
    """The place of a record in the log."""

    number: int | None


@dataclass(frozen=True)
class PseudonymRow:
    """Somebody whom the log names by a pseudonym."""

    pseudonym: str
    person_id: str
    name: str
    email: str | None


@dataclass(frozen=True)
class TakenPseudonym:
    """The pseudonym of somebody whom a record names, and whether they are who asked."""

    person_id: str
    pseudonym: str
    asks: bool


@dataclass(frozen=True)
class PersonId:
    """A person."""

    id: str


LOCK_DECISIONS = Query(
    name="lock_decisions",
    access="write",
    row=ChainEnds,
    # Writing a property is how Cypher takes the lock: whoever comes second waits for the first to have written, and
    # reads the ends after that.
    text="""
    MERGE (chain:DecisionChain {id: 'decisions'})
    ON CREATE SET chain.number = 0, chain.anchor_number = 0
    SET chain.locked = true
    REMOVE chain.locked
    WITH chain
    RETURN chain.number AS number, chain.head AS head, chain.anchor_number AS anchor_number, chain.anchor AS anchor
    """,
)

DECISION_CHAIN = Query(
    name="decision_chain",
    row=ChainEnds,
    text="""
    MATCH (chain:DecisionChain {id: 'decisions'})
    RETURN chain.number AS number, chain.head AS head, chain.anchor_number AS anchor_number, chain.anchor AS anchor
    """,
)

DECISIONS_BETWEEN = Query(
    name="decisions_between",
    row=DecisionRow,
    text="""
    MATCH (d:Decision)
    WHERE d.number > $after AND d.number <= $through
    RETURN d.id AS id, d.number AS number, d.previous AS previous, d.operation AS operation, d.asked_by AS asked_by,
           d.asked_at AS asked_at, d.question AS question, d.answer AS answer, d.model AS model, d.about AS about,
           d.outcome AS outcome, d.reason AS reason
    ORDER BY number, id
    """,
)

DECISIONS = Query(
    name="decisions",
    row=DecisionRow,
    text="""
    MATCH (d:Decision)
    WHERE d.number < $before AND ($operation IS NULL OR d.operation = $operation)
      AND ($since IS NULL OR d.asked_at >= $since) AND ($until IS NULL OR d.asked_at <= $until)
      AND ($pseudonyms IS NULL OR any(name IN $pseudonyms WHERE d.asked_by = name OR d.question CONTAINS name
                                      OR d.answer CONTAINS name OR d.reason CONTAINS name))
    RETURN d.id AS id, d.number AS number, d.previous AS previous, d.operation AS operation, d.asked_by AS asked_by,
           d.asked_at AS asked_at, d.question AS question, d.answer AS answer, d.model AS model, d.about AS about,
           d.outcome AS outcome, d.reason AS reason
    ORDER BY number DESC
    LIMIT $top
    """,
)

DECISION = Query(
    name="decision",
    row=DecisionRow,
    text="""
    MATCH (d:Decision {id: $decision_id})
    WHERE d.number IS NOT NULL
    RETURN d.id AS id, d.number AS number, d.previous AS previous, d.operation AS operation, d.asked_by AS asked_by,
           d.asked_at AS asked_at, d.question AS question, d.answer AS answer, d.model AS model, d.about AS about,
           d.outcome AS outcome, d.reason AS reason
    """,
)

MISPLACED_DECISIONS = Query(
    name="misplaced_decisions",
    row=Misplaced,
    text="""
    RETURN COUNT { MATCH (d:Decision) WHERE d.number IS NULL } AS unnumbered,
           COUNT { MATCH (d:Decision) WHERE d.number <= $after OR d.number > $through } AS outside
    """,
)

FIRST_DECISION_SINCE = Query(
    name="first_decision_since",
    row=NumberedDecision,
    text="""
    MATCH (d:Decision)
    WHERE d.asked_at >= $since
    RETURN min(d.number) AS number
    """,
)

PRUNE_DECISIONS = Query(
    name="prune_decisions",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (d:Decision)
    WHERE d.number > $after AND d.number <= $through
    DELETE d
    RETURN count(*) AS written
    """,
)

TAKE_PSEUDONYMS = Query(
    name="take_pseudonyms",
    access="write",
    row=TakenPseudonym,
    # Two at once may give somebody two pseudonyms; both stand for them, and both go with them. A name that two people
    # share says neither of them.
    text="""
    CALL () {
        MATCH (p:Person)
        WHERE p.id = $actor OR p.email = $actor OR p.name = $actor
        WITH p LIMIT 2
        RETURN collect(p.id) AS found
    }
    WITH CASE WHEN size(found) = 1 THEN found ELSE [] END AS asking
    UNWIND $person_ids + asking AS id
    WITH DISTINCT asking, id ORDER BY id
    MATCH (p:Person {id: id})
    MERGE (pseudonym:Pseudonym)-[:STANDS_FOR]->(p)
    ON CREATE SET pseudonym.id = 'pseudonym:' + randomUUID()
    WITH asking, p, min(pseudonym.id) AS pseudonym
    RETURN p.id AS person_id, pseudonym, p.id IN asking AS asks
    ORDER BY person_id
    """,
)

NAMES_OF_PSEUDONYMS = Query(
    name="names_of_pseudonyms",
    row=PseudonymRow,
    text="""
    UNWIND $pseudonyms AS id
    MATCH (pseudonym:Pseudonym {id: id})-[:STANDS_FOR]->(p:Person)
    RETURN pseudonym.id AS pseudonym, p.id AS person_id, p.name AS name, p.email AS email
    ORDER BY pseudonym
    """,
)

PSEUDONYMS_OF_PERSON = Query(
    name="pseudonyms_of_person",
    row=PseudonymRow,
    text="""
    MATCH (pseudonym:Pseudonym)-[:STANDS_FOR]->(p:Person {id: $person_id})
    RETURN pseudonym.id AS pseudonym, p.id AS person_id, p.name AS name, p.email AS email
    ORDER BY pseudonym
    """,
)
