"""People: who they are, what is believed of them, and the hidden pool of a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from graph_schema.queries.skills import Candidate, NamedNode
from graph_schema.query import Query
from graph_schema.sight import LISTED_SHOWN, OTHERS_SHOWN


@dataclass(frozen=True)
class PersonRow:
    """A person with their place in the organisation."""

    id: str
    name: str
    title: str | None
    function: str | None
    region: str | None
    about: str | None
    hourly_rate: float | None
    team: str | None
    manager: str | None
    manager_id: str | None
    role_ids: list[str]
    roles: list[str]
    inference: str
    listed_visible: bool
    hidden_visible: bool


@dataclass(frozen=True)
class MemberRow:
    """A person as a row of the population: the group is the title of the role held, else the function."""

    id: str
    name: str
    group: str
    inference: str


@dataclass(frozen=True)
class BeliefRow:
    """One belief of the engine about one person and one skill, as it stands in the graph."""

    person_id: str
    skill_id: str
    label: str
    probability: float
    level: float | None
    level_low: float | None
    level_high: float | None
    listed: bool
    verified: bool
    as_of: date
    model: str
    fingerprint: str
    """Digest of all that is stored of it."""


@dataclass(frozen=True)
class TeamMates:
    """The others of a person's teams."""

    person_id: str
    mates: list[NamedNode]


@dataclass(frozen=True)
class HourlyRate:
    """What an hour of a person's time costs."""

    person_id: str
    hourly_rate: float


@dataclass(frozen=True)
class Interest:
    """A role, project or skill that a person would like, by the label of its node."""

    kind: str
    id: str
    name: str


FIND_PEOPLE = Query(
    name="find_people",
    row=Candidate,
    # Names are compared only where nobody has the id, because that looks at everybody.
    text="""
    OPTIONAL MATCH (by_id:Person {id: $name})
    CALL (by_id) {
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS p
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (p:Person)
        WHERE toLower(p.name) = sought OR toLower(p.email) = sought
        RETURN p
    }
    RETURN p.id AS id, p.name AS name, p.title AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEARCH_PEOPLE = Query(
    name="search_people",
    row=Candidate,
    text="""
    MATCH (p:Person)
    WHERE toLower(p.name) CONTAINS toLower($words)
    RETURN p.id AS id, p.name AS name, p.title AS detail
    ORDER BY name, id
    LIMIT 10
    """,
)

IN_FORCE: LiteralString = """CASE
        WHEN 'hard_off' IN switches THEN 'hard_off'
        WHEN 'opt_in' IN switches AND NOT EXISTS {
            MATCH (choice:PersonalChoice {id: 'choice:' + p.id}) WHERE choice.inference = 'on'
        } THEN 'hard_off'
        WHEN 'soft_off' IN switches THEN 'soft_off'
        ELSE 'on'
    END"""
"""Cypher: the strictest of all ``switches`` that bear on the person ``p``, those of data sets and by hand."""

PERSON = Query(
    name="person",
    row=PersonRow,
    text=f"""
    MATCH (p:Person {{id: $person_id}})
    OPTIONAL MATCH (tenant:Tenant {{id: 'tenant'}})
    OPTIONAL MATCH (whole:Switch {{id: 'switch:organisation'}})
    OPTIONAL MATCH (p)-[:MEMBER_OF]->(team:Team)
    OPTIONAL MATCH (by_hand:Switch {{id: 'switch:team:' + team.id}})
    WITH p, [tenant.inference, whole.inference, p.inference] AS switches, head(collect(team)) AS team,
         collect(team.inference) + collect(by_hand.inference) AS of_teams
    WITH p, switches + of_teams AS switches, team
    OPTIONAL MATCH (p)-[:REPORTS_TO]->(manager:Person)
    WITH p, switches, team, head(collect(manager)) AS manager
    OPTIONAL MATCH (p)-[:HOLDS]->(role:Role)
    WITH p, switches, team, manager, role ORDER BY role.id
    WITH p, switches, team, manager, collect(role.id) AS role_ids, collect(role.title) AS roles
    RETURN p.id AS id, p.name AS name, p.title AS title, p.function AS function, p.region AS region,
           p.about AS about, p.hourly_rate AS hourly_rate, team.name AS team, manager.name AS manager,
           manager.id AS manager_id,
           role_ids, roles,
           {IN_FORCE} AS inference,
           {LISTED_SHOWN} AS listed_visible, {OTHERS_SHOWN} AS hidden_visible
    """,
)

MEMBERS = Query(
    name="members",
    row=MemberRow,
    text=f"""
    OPTIONAL MATCH (tenant:Tenant {{id: 'tenant'}})
    OPTIONAL MATCH (whole:Switch {{id: 'switch:organisation'}})
    CALL () {{
        WITH $person_ids AS ids WHERE ids IS NULL
        MATCH (p:Person)
        RETURN p
        UNION ALL
        UNWIND coalesce($person_ids, []) AS id
        MATCH (p:Person {{id: id}})
        RETURN p
    }}
    OPTIONAL MATCH (p)-[:MEMBER_OF]->(team:Team)
    OPTIONAL MATCH (by_hand:Switch {{id: 'switch:team:' + team.id}})
    WITH p, [tenant.inference, whole.inference, p.inference] AS switches,
         collect(team.inference) + collect(by_hand.inference) AS of_teams
    OPTIONAL MATCH (p)-[:HOLDS]->(role:Role)
    WITH p, switches + of_teams AS switches, min(role.title) AS role
    RETURN p.id AS id, p.name AS name, coalesce(role, p.function, '') AS group, {IN_FORCE} AS inference
    ORDER BY id
    """,
)

BELIEFS_OF_PERSON = Query(
    name="beliefs_of_person",
    row=BeliefRow,
    text="""
    MATCH (p:Person {id: $person_id})-[has:HAS_SKILL]->(s:Skill)
    RETURN p.id AS person_id, s.id AS skill_id, s.preferred_label AS label, has.probability AS probability,
           has.level AS level, has.level_low AS level_low, has.level_high AS level_high,
           has.listed AS listed, has.verified AS verified, has.as_of AS as_of, has.model AS model,
           has.fingerprint AS fingerprint
    ORDER BY probability DESC, skill_id
    """,
)

TEAM_MATES = Query(
    name="team_mates",
    row=TeamMates,
    text="""
    MATCH (p:Person)-[:MEMBER_OF]->(:Team)<-[:MEMBER_OF]-(mate:Person)
    WHERE p.id IN $person_ids AND mate <> p
    WITH DISTINCT p, mate ORDER BY mate.id
    RETURN p.id AS person_id, collect({id: mate.id, name: mate.name}) AS mates
    ORDER BY person_id
    """,
)

INTERESTS = Query(
    name="interests",
    row=Interest,
    text="""
    MATCH (:Person {id: $person_id})-[:INTERESTED_IN]->(wished:Role|Project|Skill)
    RETURN head(labels(wished)) AS kind, wished.id AS id, coalesce(wished.title, wished.preferred_label) AS name
    ORDER BY kind, id
    """,
)

HOURLY_RATES = Query(
    name="hourly_rates",
    row=HourlyRate,
    text="""
    MATCH (p:Person)
    WHERE p.hourly_rate IS NOT NULL
    RETURN p.id AS person_id, p.hourly_rate AS hourly_rate
    ORDER BY person_id
    """,
)
