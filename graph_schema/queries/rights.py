"""What people may ask for themselves: their choices, and all that is held about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.visibility import SETTLE


@dataclass(frozen=True)
class ChoiceRow:
    """What a person chose for themselves; unknown where they chose nothing."""

    inference: Literal["on", "hard_off"] | None
    listed_visible: bool | None
    hidden_visible: bool | None


@dataclass(frozen=True)
class HeldRole:
    """A role that a person holds."""

    title: str
    since_on: date | None


@dataclass(frozen=True)
class HeldPerson:
    """All that stands in the graph on a person and on their place."""

    properties: dict[str, Any]
    teams: list[str]
    managers: list[str]
    reports: list[str]
    roles: list[HeldRole]
    interests: list[str]
    protected_attributes: dict[str, Any] | None


@dataclass(frozen=True)
class HeldEvidence:
    """One piece of evidence about a person, counting or not, with its sources."""

    id: str
    kind: str
    skill: str
    level: float | None
    score: float | None
    observed_on: date
    valid_until: date | None
    status: str
    origin: str
    data_set: str | None
    via: str | None
    by: str | None
    note: str | None


@dataclass(frozen=True)
class HeldEndorsement:
    """An endorsement that a person received or gave; it belongs to both."""

    direction: Literal["received", "given"]
    other: str
    skill: str
    level: float | None
    observed_on: date
    status: str


@dataclass(frozen=True)
class HeldAudit:
    """A pair of the person and a skill that was drawn to be audited."""

    skill: str
    drawn_on: date
    drawn_by: str
    probability: float
    outcome: str | None
    recorded_on: date | None
    recorded_by: str | None


@dataclass(frozen=True)
class HeldBridge:
    """A bridge that was accepted for a person."""

    id: str
    role: str | None
    accepted_on: date | None
    status: str | None
    steps: list[str]


@dataclass(frozen=True)
class HeldDecision:
    """A record of the decision log that names the person; whom else it names is not said."""

    id: str
    number: int
    operation: str
    asked_at: datetime
    model: str | None
    outcome: str | None
    asked_by_them: bool


CHOICE_OF = Query(
    name="choice_of",
    row=ChoiceRow,
    text="""
    MATCH (choice:PersonalChoice {id: 'choice:' + $person_id})
    RETURN choice.inference AS inference, choice.listed_visible AS listed_visible,
           choice.hidden_visible AS hidden_visible
    """,
)

APPLY_CHOICE = Query(
    name="apply_choice",
    access="write",
    row=WrittenCount,
    text=f"""
    MATCH (chosen:PersonalChoice {{id: 'choice:' + $person_id}})
    MATCH (p:Person {{id: $person_id}})
    SET p.inference = coalesce(chosen.inference, p.inference),
        p.listed_visible = coalesce(chosen.listed_visible, p.listed_visible),
        p.hidden_visible = coalesce(chosen.hidden_visible, p.hidden_visible)
    WITH p
    {SETTLE}
    RETURN count(p) AS written
    """,
)

WITHDRAW_OWN_REPORTS = Query(
    name="withdraw_own_reports",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (:Person {id: $person_id})<-[:ABOUT]-(e:Evidence {kind: 'self_report', status: 'active'})
          -[:SHOWS]->(:Skill {id: $skill_id})
    SET e.status = 'withdrawn'
    RETURN count(e) AS written
    """,
)

HELD_PERSON = Query(
    name="held_person",
    row=HeldPerson,
    text="""
    MATCH (p:Person {id: $person_id})
    OPTIONAL MATCH (attributes:ProtectedAttributes {id: 'protected:' + $person_id})
    RETURN properties(p) AS properties,
           COLLECT { MATCH (p)-[:MEMBER_OF]->(t:Team) RETURN t.name ORDER BY t.name } AS teams,
           COLLECT { MATCH (p)-[:REPORTS_TO]->(m:Person) RETURN m.name ORDER BY m.name } AS managers,
           COLLECT { MATCH (p)<-[:REPORTS_TO]-(m:Person) RETURN m.name ORDER BY m.name } AS reports,
           COLLECT { MATCH (p)-[h:HOLDS]->(role:Role)
                     RETURN {title: role.title, since_on: h.since_on} ORDER BY role.title } AS roles,
           COLLECT { MATCH (p)-[:INTERESTED_IN]->(x)
                     RETURN coalesce(x.title, x.preferred_label) AS name ORDER BY name } AS interests,
           CASE WHEN attributes IS NULL THEN NULL ELSE properties(attributes) END AS protected_attributes
    """,
)

HELD_EVIDENCE = Query(
    name="held_evidence",
    row=HeldEvidence,
    text="""
    MATCH (:Person {id: $person_id})<-[:ABOUT]-(e:Evidence)-[:SHOWS]->(s:Skill)
    OPTIONAL MATCH (e)-[:FROM]->(via)
    OPTIONAL MATCH (e)-[:BY]->(by:Person)
    RETURN e.id AS id, e.kind AS kind, s.preferred_label AS skill, e.level AS level, e.score AS score,
           e.observed_on AS observed_on, e.valid_until AS valid_until, e.status AS status, e.origin AS origin,
           e.source AS data_set, via.title AS via, by.name AS by, e.note AS note
    ORDER BY skill, observed_on, id
    """,
)

HELD_ENDORSEMENTS = Query(
    name="held_endorsements",
    row=HeldEndorsement,
    text="""
    MATCH (p:Person {id: $person_id})-[r:ENDORSED]-(other:Person)
    OPTIONAL MATCH (s:Skill {id: r.skill_id})
    RETURN CASE WHEN startNode(r) = p THEN 'given' ELSE 'received' END AS direction, other.name AS other,
           coalesce(s.preferred_label, r.skill_id) AS skill, r.level AS level, r.observed_on AS observed_on,
           r.status AS status
    ORDER BY direction DESC, skill, other, observed_on
    """,
)

HELD_AUDITS = Query(
    name="held_audits",
    row=HeldAudit,
    text="""
    MATCH (:Person {id: $person_id})-[a:AUDITED]->(s:Skill)
    RETURN s.preferred_label AS skill, a.drawn_on AS drawn_on, a.drawn_by AS drawn_by, a.probability AS probability,
           a.outcome AS outcome, a.recorded_on AS recorded_on, a.recorded_by AS recorded_by
    ORDER BY skill
    """,
)

HELD_BRIDGES = Query(
    name="held_bridges",
    row=HeldBridge,
    text="""
    MATCH (:Person {id: $person_id})<-[:FOR]-(b:Bridge)
    OPTIONAL MATCH (b)-[:TO]->(role:Role)
    RETURN b.id AS id, role.title AS role, b.accepted_on AS accepted_on, b.status AS status,
           COLLECT { MATCH (b)-[:FIRST|THEN*]->(step:BridgeStep) RETURN step.title ORDER BY step.order } AS steps
    ORDER BY accepted_on, id
    """,
)

HELD_DECISIONS = Query(
    name="held_decisions",
    row=HeldDecision,
    text="""
    MATCH (a:Pseudonym)-[:STANDS_FOR]->(:Person {id: $person_id})
    MATCH (d:Decision)
    WHERE d.asked_by = a.id OR d.question CONTAINS a.id OR d.answer CONTAINS a.id OR d.reason CONTAINS a.id
    RETURN DISTINCT d.id AS id, d.number AS number, d.operation AS operation, d.asked_at AS asked_at,
           d.model AS model, d.outcome AS outcome, d.asked_by = a.id AS asked_by_them
    ORDER BY number
    """,
)
