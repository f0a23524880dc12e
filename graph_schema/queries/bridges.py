"""Bridges that were accepted: as they were foretold, what they came to, and the evidence that ticks off their steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class AimRow:
    """What a role asked for when a bridge was accepted."""

    skill_id: str
    label: str
    level: float
    verified: bool


@dataclass(frozen=True)
class KeptBridgeRow:
    """A bridge that was accepted, without its steps."""

    id: str
    person_id: str
    person: str
    role_id: str
    role: str
    accepted_on: date
    accepted_by: str
    status: str
    closed_on: date | None
    replaces: str | None
    wishes: str
    model: str
    readiness_before: float
    money: float
    hours: float
    weeks: int
    price: float
    lower_bound: float
    money_per_hour: float
    hours_per_week: float
    currency: str
    aims: list[AimRow]


@dataclass(frozen=True)
class GivenSkill:
    """What a step was to bring."""

    skill_id: str
    label: str
    level: float
    verified: bool


@dataclass(frozen=True)
class KeptStepRow:
    """One step of a bridge that was accepted; the mentor is known for as long as they are there."""

    bridge_id: str
    id: str
    order: int
    kind: str
    move_id: str | None
    title: str
    mentor_id: str | None
    mentor: str | None
    money: float
    hours: float
    start_week: int
    end_week: int
    actual_money: float | None
    actual_hours: float | None
    started_on: date | None
    done_on: date | None
    gives: list[GivenSkill]


@dataclass(frozen=True)
class MoveEvidenceRow:
    """One active piece of evidence about a person that a move left or somebody signed."""

    id: str
    kind: str
    skill_id: str
    score: float | None
    observed_on: date
    via_id: str | None
    by_id: str | None


@dataclass(frozen=True)
class HeldRole:
    """A role that a person holds now."""

    role_id: str
    since_on: date | None


@dataclass(frozen=True)
class MoveState:
    """Whether a move is still in the catalogue, and what says that it can be joined."""

    id: str
    known: bool
    seats: int | None
    starts_on: date | None
    ends_on: date | None


KEPT_BRIDGES = Query(
    name="kept_bridges",
    row=KeptBridgeRow,
    text="""
    MATCH (p:Person {id: $person_id})<-[:FOR]-(b:Bridge)-[:TO]->(r:Role)
    WHERE $role_id IS NULL OR r.id = $role_id
    OPTIONAL MATCH (b)-[:REPLACES]->(before:Bridge)
    RETURN b.id AS id, p.id AS person_id, p.name AS person, r.id AS role_id, r.title AS role,
           b.accepted_on AS accepted_on, b.accepted_by AS accepted_by, b.status AS status, b.closed_on AS closed_on,
           before.id AS replaces, b.wishes AS wishes, b.model AS model, b.readiness_before AS readiness_before,
           b.money AS money, b.hours AS hours, b.weeks AS weeks, b.price AS price, b.lower_bound AS lower_bound,
           b.money_per_hour AS money_per_hour, b.hours_per_week AS hours_per_week, b.currency AS currency,
           COLLECT {
               MATCH (b)-[aim:AIMS_AT]->(s:Skill)
               RETURN {skill_id: s.id, label: s.preferred_label, level: aim.level, verified: aim.verified}
               ORDER BY s.id
           } AS aims
    ORDER BY accepted_on DESC, id
    """,
)

KEPT_STEPS = Query(
    name="kept_steps",
    row=KeptStepRow,
    text="""
    UNWIND $bridge_ids AS bridge_id
    MATCH (b:Bridge {id: bridge_id})-[:FIRST]->(:BridgeStep)-[:THEN]->*(step:BridgeStep)
    OPTIONAL MATCH (step)-[:USES]->(mentor:Person)
    RETURN b.id AS bridge_id, step.id AS id, step.order AS order, step.kind AS kind, step.move_id AS move_id,
           step.title AS title, mentor.id AS mentor_id, mentor.name AS mentor,
           step.money AS money, step.hours AS hours, step.start_week AS start_week, step.end_week AS end_week,
           step.actual_money AS actual_money, step.actual_hours AS actual_hours,
           step.started_on AS started_on, step.done_on AS done_on,
           COLLECT {
               MATCH (step)-[gives:GIVES]->(s:Skill)
               RETURN {skill_id: s.id, label: s.preferred_label, level: gives.level, verified: gives.verified}
               ORDER BY s.id
           } AS gives
    ORDER BY bridge_id, order
    """,
)

EVIDENCE_OF_MOVES = Query(
    name="evidence_of_moves",
    row=MoveEvidenceRow,
    # An endorsement is an edge without an id of its own; its two people and the skill name it. What has just been
    # withdrawn ($also) is asked for too, to say what it had ticked off.
    text="""
    CALL () {
        MATCH (:Person {id: $person_id})<-[:ABOUT]-(e:Evidence)-[:SHOWS]->(s:Skill)
        WHERE e.status = 'active' OR e.id = $also
        OPTIONAL MATCH (e)-[:FROM]->(via)
        OPTIONAL MATCH (e)-[:BY]->(by:Person)
        WITH e, s, via, by WHERE via IS NOT NULL OR by IS NOT NULL
        RETURN e.id AS id, e.kind AS kind, s.id AS skill_id, e.score AS score, e.observed_on AS observed_on,
               via.id AS via_id, by.id AS by_id
        UNION ALL
        MATCH (by:Person)-[r:ENDORSED {status: 'active'}]->(p:Person {id: $person_id})
        RETURN 'endorsement:' + by.id + ':' + p.id + ':' + r.skill_id AS id, 'endorsement' AS kind,
               r.skill_id AS skill_id, null AS score, r.observed_on AS observed_on, null AS via_id, by.id AS by_id
    }
    WITH id, kind, skill_id, score, observed_on, via_id, by_id
    WHERE observed_on >= $since AND observed_on <= $until
    RETURN id, kind, skill_id, score, observed_on, via_id, by_id
    ORDER BY observed_on, id
    """,
)

HELD_ROLES = Query(
    name="held_roles",
    row=HeldRole,
    text="""
    MATCH (:Person {id: $person_id})-[holds:HOLDS]->(r:Role)
    RETURN r.id AS role_id, holds.since_on AS since_on
    ORDER BY role_id
    """,
)

MOVE_STATES = Query(
    name="move_states",
    row=MoveState,
    text="""
    UNWIND $move_ids AS id
    OPTIONAL MATCH (move:Course|Project|Assessment|Role {id: id})
    RETURN id, move IS NOT NULL AS known, move.seats AS seats, move.starts_on AS starts_on, move.ends_on AS ends_on
    ORDER BY id
    """,
)

CLOSE_BRIDGE = Query(
    name="close_bridge",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (b:Bridge {id: $bridge_id, status: 'active'})
    SET b.status = $status, b.closed_on = $closed_on
    RETURN count(b) AS written
    """,
)

REOPEN_BRIDGE = Query(
    name="reopen_bridge",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (b:Bridge {id: $bridge_id})
    SET b.status = 'active', b.closed_on = null
    RETURN count(b) AS written
    """,
)

RECORD_STEP = Query(
    name="record_step",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (step:BridgeStep {id: $step_id})
    SET step.actual_money = coalesce($money, step.actual_money),
        step.actual_hours = coalesce($hours, step.actual_hours),
        step.started_on = coalesce($started_on, step.started_on),
        step.done_on = coalesce($done_on, step.done_on)
    RETURN count(step) AS written
    """,
)
