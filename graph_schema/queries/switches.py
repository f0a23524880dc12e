"""Switches of inference: of the organisation and of teams, as data sets have them and as they were made by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_schema.queries.decisions import PersonId
from graph_schema.queries.skills import Candidate
from graph_schema.query import Query


@dataclass(frozen=True)
class VisibilityWords:
    """What data sets and a hand say of one kind of skills; unknown where they say nothing."""

    by_data: bool | None
    by_hand: bool | None
    switched_at: datetime | None


@dataclass(frozen=True)
class SwitchRow:
    """What data sets say and what was chosen by hand, of the organisation (no id) or of a team."""

    team_id: str | None
    name: str | None
    by_data: str
    by_hand: str | None
    switched_at: datetime | None
    listed: VisibilityWords
    hidden: VisibilityWords
    people: int


FIND_TEAMS = Query(
    name="find_teams",
    row=Candidate,
    text="""
    MATCH (t:Team)
    WHERE t.id = $name OR toLower(t.name) = toLower($name)
    RETURN t.id AS id, t.name AS name, t.function AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEARCH_TEAMS = Query(
    name="search_teams",
    row=Candidate,
    text="""
    MATCH (t:Team)
    WHERE toLower(t.name) CONTAINS toLower($words)
    RETURN t.id AS id, t.name AS name, t.function AS detail
    ORDER BY name, id
    LIMIT 10
    """,
)

SWITCHES = Query(
    name="switches",
    row=SwitchRow,
    text="""
    CALL () {
        OPTIONAL MATCH (tenant:Tenant {id: 'tenant'})
        OPTIONAL MATCH (by_hand:Switch {id: 'switch:organisation'})
        OPTIONAL MATCH (listed:VisibilitySwitch {id: 'visibility:listed:organisation'})
        OPTIONAL MATCH (hidden:VisibilitySwitch {id: 'visibility:hidden:organisation'})
        RETURN null AS team_id, tenant AS of, listed, hidden, by_hand,
               COUNT { MATCH (:Person) } AS people
        UNION ALL
        MATCH (team:Team)
        OPTIONAL MATCH (by_hand:Switch {id: 'switch:team:' + team.id})
        OPTIONAL MATCH (listed:VisibilitySwitch {id: 'visibility:listed:team:' + team.id})
        OPTIONAL MATCH (hidden:VisibilitySwitch {id: 'visibility:hidden:team:' + team.id})
        RETURN team.id AS team_id, team AS of, listed, hidden, by_hand,
               COUNT { MATCH (team)<-[:MEMBER_OF]-(:Person) } AS people
    }
    RETURN team_id, of.name AS name, coalesce(of.inference, 'on') AS by_data, by_hand.inference AS by_hand,
           by_hand.switched_at AS switched_at,
           {by_data: of.listed_visible, by_hand: listed.visible, switched_at: listed.switched_at} AS listed,
           {by_data: of.hidden_visible, by_hand: hidden.visible, switched_at: hidden.switched_at} AS hidden,
           people
    ORDER BY team_id IS NOT NULL, team_id
    """,
)

PEOPLE_OF_TEAM = Query(
    name="people_of_team",
    row=PersonId,
    text="""
    MATCH (:Team {id: $team_id})<-[:MEMBER_OF]-(p:Person)
    RETURN DISTINCT p.id AS id
    ORDER BY id
    """,
)
