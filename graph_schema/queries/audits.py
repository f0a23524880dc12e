"""Audits: which pairs of person and skill were drawn, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class AuditRow:
    """One pair that was drawn, with what was found of it so far."""

    person_id: str
    skill_id: str
    drawn_on: date
    stratum: str
    propensity: float
    probability: float
    outcome: str | None
    recorded_on: date | None


AUDITS = Query(
    name="audits",
    row=AuditRow,
    text="""
    MATCH (p:Person)-[audited:AUDITED]->(s:Skill)
    RETURN p.id AS person_id, s.id AS skill_id, audited.drawn_on AS drawn_on, audited.stratum AS stratum,
           audited.propensity AS propensity, audited.probability AS probability,
           audited.outcome AS outcome, audited.recorded_on AS recorded_on
    ORDER BY person_id, skill_id
    """,
)

REMOVE_AUDITS = Query(
    name="remove_audits",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (p:Person)-[audited:AUDITED]->(:Skill)
    WHERE p.id IN $person_ids
    DELETE audited
    RETURN count(*) AS written
    """,
)

RECORD_AUDITS = Query(
    name="record_audits",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $rows AS row
    MATCH (:Person {id: row.person_id})-[audited:AUDITED]->(:Skill {id: row.skill_id})
    WHERE audited.outcome IS NULL
    SET audited.outcome = row.outcome, audited.recorded_on = $recorded_on, audited.recorded_by = $recorded_by
    RETURN count(audited) AS written
    """,
)
