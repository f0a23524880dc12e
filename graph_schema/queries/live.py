"""Live gaps: who watches which role, who of them is near it, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from graph_schema.queries.candidates import MET, TOLD, CandidateSkill
from graph_schema.queries.decisions import PersonId
from graph_schema.queries.evidence import ListedSkill
from graph_schema.query import Query
from graph_schema.sight import LISTED_SHOWN, OWN, SEEN, SHOWN


@dataclass(frozen=True)
class WatchedRole:
    """A role that somebody watches, with who watches it themselves."""

    role_id: str
    person_ids: list[str]


@dataclass(frozen=True)
class RoleId:
    """A role, by its id alone."""

    id: str


@dataclass(frozen=True)
class PoolWatchRow:
    """Somebody watches how near others are to a role."""

    id: str
    watcher_id: str
    role_id: str
    team: str | None
    everybody: bool
    reports: bool
    functions: list[str]
    regions: list[str]


@dataclass(frozen=True)
class WatchRow:
    """What one person watches; ``interest`` where only a data set says that they would."""

    kind: str
    interest: bool
    role_id: str
    role: str
    threshold: float
    team_id: str | None
    team: str | None
    since: date | None


@dataclass(frozen=True)
class NearPersonRow:
    """A person, with what may be seen of their skills, the moves they have done and what an hour of theirs costs."""

    id: str
    name: str
    hourly_rate: float | None
    own: bool
    """Whether who asks may see what others may not."""
    beliefs: list[CandidateSkill]
    listed: list[ListedSkill]
    done: list[str]


@dataclass(frozen=True)
class MessageRow:
    """A message as it is kept."""

    id: str
    written_at: datetime
    person_id: str
    person: str
    own: bool
    role_id: str
    role: str
    readiness: float
    content: str
    mailed_at: datetime | None


@dataclass(frozen=True)
class HeldMessageRow(MessageRow):
    """A message as it is kept, with who was told."""

    to: str


@dataclass(frozen=True)
class MessageId:
    """A message, by its id alone."""

    id: str


WATCHED_ROLES = Query(
    name="watched_roles",
    row=RoleId,
    text="""
    MATCH (r:Role)
    WHERE EXISTS { (r)<-[:ON]-(:Watch {active: true}) } OR EXISTS { (r)<-[:INTERESTED_IN]-(:Person) }
    RETURN r.id AS id
    ORDER BY id
    """,
)

ROLES_WATCHED_BY = Query(
    name="roles_watched_by",
    row=WatchedRole,
    text="""
    UNWIND $person_ids AS id
    MATCH (p:Person {id: id})
    CALL (p) {
        MATCH (p)<-[:BY]-(:Watch {kind: 'own', active: true})-[:ON]->(r:Role)
        RETURN r
        UNION
        MATCH (p)-[:INTERESTED_IN]->(r:Role)
        RETURN r
    }
    WITH r, p ORDER BY p.id
    RETURN r.id AS role_id, collect(DISTINCT p.id) AS person_ids
    ORDER BY role_id
    """,
)

POOL_WATCHES = Query(
    name="pool_watches",
    row=PoolWatchRow,
    text="""
    MATCH (p:Person)<-[:BY]-(w:Watch {kind: 'pool', active: true})-[:ON]->(r:Role)
    RETURN w.id AS id, p.id AS watcher_id, r.id AS role_id, w.team AS team, w.everybody AS everybody,
           w.reports AS reports, w.functions AS functions, w.regions AS regions
    ORDER BY id
    """,
)

NEAR_WATCHERS = Query(
    name="near_watchers",
    row=PersonId,
    # Of whom nothing is inferred now, what they list may say more than the beliefs do: they are looked at one by one.
    text=f"""
    MATCH (r:Role {{id: $role_id}})
    CALL (r) {{
        MATCH (r)<-[:ON]-(:Watch {{kind: 'own', active: true}})-[:BY]->(p:Person)
        RETURN p
        UNION
        MATCH (r)<-[:INTERESTED_IN]-(p:Person)
        WHERE NOT EXISTS {{ (p)<-[:BY]-(:Watch {{kind: 'own', active: false}})-[:ON]->(r) }}
        RETURN p
    }}
    WITH r, p
    WHERE ($person_ids IS NULL OR p.id IN $person_ids) AND NOT EXISTS {{ (p)-[:HOLDS]->(r) }}
    CALL (p) {{
        UNWIND $requirements AS need
        MATCH (p)-[has:HAS_SKILL]->(:Skill {{id: need.skill_id}})
        RETURN sum({MET}) AS met
    }}
    WITH p, met
    WHERE met >= $least OR coalesce(p.inference, 'on') <> 'on'
       OR EXISTS {{ MATCH (s:Tenant|Switch) WHERE s.inference <> 'on' AND (s:Tenant OR s.id = 'switch:organisation') }}
       OR EXISTS {{
           MATCH (p)-[:MEMBER_OF]->(team:Team)
           WHERE team.inference <> 'on' OR EXISTS {{ MATCH (:Switch {{id: 'switch:team:' + team.id}}) }}
       }}
    RETURN p.id AS id
    ORDER BY id
    """,
)

NEAR_IN_POOL = Query(
    name="near_in_pool",
    row=PersonId,
    text=f"""
    UNWIND $requirements AS need
    MATCH (:Skill {{id: need.skill_id}})<-[has:HAS_SKILL]-(p:Person)
    WHERE ($person_ids IS NULL OR p.id IN $person_ids) AND {TOLD}
    WITH p, sum({MET}) AS met
    WHERE met >= $least AND {SEEN} AND p.id <> $watcher_id
      AND NOT EXISTS {{ (p)-[:HOLDS]->(:Role {{id: $role_id}}) }}
      AND ($team IS NULL OR EXISTS {{ (p)-[:MEMBER_OF]->(:Team {{id: $team}}) }})
    RETURN p.id AS id
    ORDER BY id
    """,
)

NEAR_PEOPLE = Query(
    name="near_people",
    row=NearPersonRow,
    text=f"""
    UNWIND $person_ids AS id
    MATCH (p:Person {{id: id}})
    WHERE {SEEN}
    RETURN p.id AS id, p.name AS name, p.hourly_rate AS hourly_rate, {OWN} AS own,
           COLLECT {{
               MATCH (p)-[has:HAS_SKILL]->(s:Skill)
               WHERE {OWN} OR {SHOWN}
               RETURN {{skill_id: s.id, label: s.preferred_label, probability: has.probability, level: has.level,
                       level_low: has.level_low, level_high: has.level_high,
                       listed: has.listed, verified: has.verified}}
           }} AS beliefs,
           COLLECT {{
               MATCH (p)<-[:ABOUT]-(e:Evidence {{kind: 'self_report', status: 'active'}})-[:SHOWS]->(s:Skill)
               WHERE ({OWN} OR {LISTED_SHOWN})
                 AND e.observed_on <= $as_of AND (e.valid_until IS NULL OR e.valid_until >= $as_of)
               WITH s, e ORDER BY e.observed_on DESC, e.id
               WITH s, head(collect(e.level)) AS level
               RETURN {{skill_id: s.id, label: s.preferred_label, level: level}}
           }} AS listed,
           COLLECT {{
               MATCH (p)<-[:ABOUT]-(e:Evidence)-[:FROM]->(move:Course|Project)
               WHERE e.status = 'active' AND e.kind IN ['course_completion', 'project_outcome']
               RETURN DISTINCT move.id
           }} AS done
    ORDER BY id
    """,
)

TOLD_OF_MOVES = Query(
    name="told_of_moves",
    row=WatchedRole,
    text="""
    MATCH (m:Message)-[:ON]->(r:Role)
    WHERE any(id IN m.move_ids WHERE id IN $move_ids)
    MATCH (m)-[:ABOUT]->(p:Person)
    RETURN r.id AS role_id, collect(DISTINCT p.id) AS person_ids
    ORDER BY role_id
    """,
)

WRITE_MESSAGES = Query(
    name="write_messages",
    access="write",
    row=MessageId,
    # What was said before is not said again: a message's id is made from what it says. Each is announced, as
    # engine/events/announce.py does.
    text="""
    UNWIND $messages AS told
    MATCH (to:Person {id: told.to_id})
    MATCH (about:Person {id: told.about_id})
    MATCH (r:Role {id: told.role_id})
    MERGE (m:Message {id: told.id})
    ON CREATE SET m.fresh = true
    WITH told, to, about, r, m
    WHERE m.fresh
    REMOVE m.fresh
    SET m += told.properties
    CREATE (m)-[:TO]->(to), (m)-[:ABOUT]->(about), (m)-[:ON]->(r)
    CREATE (:PendingEvent {id: 'event:' + randomUUID(), type: $type, subject: 'person:' + to.id,
                           occurred_at: datetime.realtime(), data: told.data})
    RETURN m.id AS id
    """,
)

WATCHES_OF_PERSON = Query(
    name="watches_of_person",
    row=WatchRow,
    text="""
    MATCH (p:Person {id: $person_id})
    CALL (p) {
        MATCH (p)<-[:BY]-(w:Watch {active: true})-[:ON]->(r:Role)
        OPTIONAL MATCH (team:Team {id: w.team})
        RETURN w.kind AS kind, false AS interest, r, w.team AS team_id, team.name AS team, w.since AS since
        UNION
        MATCH (p)-[:INTERESTED_IN]->(r:Role)
        WHERE NOT EXISTS { (p)<-[:BY]-(:Watch {kind: 'own'})-[:ON]->(r) }
        RETURN 'own' AS kind, true AS interest, r, null AS team_id, null AS team, null AS since
    }
    RETURN kind, interest, r.id AS role_id, r.title AS role, coalesce(r.threshold, 0.8) AS threshold,
           team_id, team, since
    ORDER BY kind, role, role_id, team_id
    """,
)

MESSAGES_OF_PERSON = Query(
    name="messages_of_person",
    row=MessageRow,
    # Whom somebody may see can have changed since they were told of them.
    text=f"""
    MATCH (to:Person {{id: $person_id}})<-[:TO]-(m:Message)-[:ABOUT]->(p:Person)
    WHERE ($before IS NULL OR m.written_at < $before.at OR (m.written_at = $before.at AND m.id < $before.id)) AND {SEEN}
    MATCH (m)-[:ON]->(r:Role)
    RETURN m.id AS id, m.written_at AS written_at, p.id AS person_id, p.name AS person, p = to AS own,
           r.id AS role_id, r.title AS role, m.readiness AS readiness, m.content AS content, m.mailed_at AS mailed_at
    ORDER BY written_at DESC, id DESC
    LIMIT $limit
    """,
)

HELD_MESSAGES = Query(
    name="held_messages",
    row=HeldMessageRow,
    text="""
    MATCH (:Person {id: $person_id})<-[:TO|ABOUT]-(m:Message)
    WITH DISTINCT m
    MATCH (to:Person)<-[:TO]-(m)-[:ABOUT]->(p:Person)
    MATCH (m)-[:ON]->(r:Role)
    RETURN m.id AS id, m.written_at AS written_at, p.id AS person_id, p.name AS person, p = to AS own,
           r.id AS role_id, r.title AS role, m.readiness AS readiness, m.content AS content, m.mailed_at AS mailed_at,
           to.name AS to
    ORDER BY written_at, id
    """,
)
