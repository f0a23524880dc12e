"""Switching inference, and what others may see, for the organisation and for teams, by hand and for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

from engine.beliefs import SOURCE
from engine.choices import SKILLS
from engine.decisions import Told, append_decision
from engine.events.announce import announce
from engine.results import Named
from engine.switch_results import SwitchChange, SwitchList, SwitchState, VisibilityChange, VisibilityState
from graph_schema.errors import InvalidInput
from graph_schema.graph import Graph
from graph_schema.nodes import Switch, VisibilitySwitch
from graph_schema.queries.audits import REMOVE_AUDITS
from graph_schema.queries.objects import BELIEF_FINGERPRINTS
from graph_schema.queries.people import MEMBERS
from graph_schema.queries.switches import PEOPLE_OF_TEAM, SWITCHES, SwitchRow, VisibilityWords
from graph_schema.queries.visibility import LOCK_VISIBILITY, SETTLE_PEOPLE, UNSETTLED_PEOPLE
from graph_schema.record_nodes import HandSwitch
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore

OF_TEAM: dict[str, HandSwitch] = {"on": "on", "soft_off": "soft_off", "hard_off": "hard_off"}
"""What a team may be switched to."""
OF_ORGANISATION: dict[str, HandSwitch] = {**OF_TEAM, "opt_in": "opt_in"}
"""What the organisation may be switched to."""
_STRICTEST = ("hard_off", "opt_in", "soft_off", "on")
_TOGETHER = 500
"""People whose beliefs are removed in one transaction."""


def switch_team(store: GraphStore, actor: str, team: Named, inference: str) -> SwitchChange:
    """Switch inference for a team; what was believed of those who are hard off now goes.

    Raises:
        InvalidInput: There is no such switch.
    """
    chosen = _choose(inference, OF_TEAM)
    _keep(store, actor, f"switch:team:{team.id}", chosen, Told(
        operation="switch_team", question={"team": team.id, "inference": chosen}
    ))  # fmt: skip
    removed = _remove_beliefs(store, [row.id for row in store.ask(PEOPLE_OF_TEAM, team_id=team.id)])
    return SwitchChange(_read_state(store, team), removed)


def switch_organisation(store: GraphStore, actor: str, inference: str) -> SwitchChange:
    """Switch inference for the organisation; what was believed of those who are hard off now goes.

    Raises:
        InvalidInput: There is no such switch.
    """
    chosen = _choose(inference, OF_ORGANISATION)
    _keep(store, actor, "switch:organisation", chosen, Told(
        operation="switch_organisation", question={"inference": chosen}
    ))  # fmt: skip
    removed = _remove_beliefs(store, None)
    return SwitchChange(_read_state(store, None), removed)


def switch_visibility(
    store: GraphStore, actor: str, team: Named | None, skills: str, visible: bool | None
) -> VisibilityChange:
    """Switch whether others may see listed, or hidden, skills of a team's people or, without a team, of everybody's.

    Args:
        store: The graph.
        actor: Who asks.
        team: The team; None for the organisation.
        skills: ``listed`` or ``hidden``.
        visible: Whether others may see them; None takes back what was said by hand.

    Raises:
        InvalidInput: Neither kind of skills is named.
    """
    if skills not in SKILLS:
        raise InvalidInput("skills", f"{skills!r} is not one of {', '.join(SKILLS)}")
    of = "organisation" if team is None else f"team:{team.id}"
    told = Told(
        operation="switch_organisation_visibility" if team is None else "switch_team_visibility",
        question=({} if team is None else {"team": team.id}) | {"skills": skills, "visible": visible},
    )

    def switch(graph: Graph) -> int:
        graph.ask(LOCK_VISIBILITY)
        id_ = f"visibility:{skills}:{of}"
        if visible is None:
            graph.delete_nodes(VisibilitySwitch, SOURCE, [id_])
        else:
            graph.write_nodes([VisibilitySwitch(id=id_, visible=visible, switched_at=datetime.now(UTC))], SOURCE)
        changed = graph.ask(UNSETTLED_PEOPLE, team_id=team and team.id)
        graph.ask(SETTLE_PEOPLE, people=list(map(asdict, changed)))
        announce(graph, "skillway.person.changed", (row.id for row in changed))
        append_decision(graph, actor, told)
        return len(changed)

    changed = store.transact("switch_visibility", switch)
    return VisibilityChange(_read_state(store, team), changed)


def list_switches(store: GraphStore) -> SwitchList:
    """List the switches of the organisation and of all teams."""
    organisation, *teams = store.ask(SWITCHES)
    whole = _describe(organisation, None)
    return SwitchList(whole, tuple(_describe(row, whole) for row in teams))


def _read_state(store: GraphStore, team: Named | None) -> SwitchState:
    listed = list_switches(store)
    if team is None:
        return listed.organisation
    return next(state for state in listed.teams if state.team is not None and state.team.id == team.id)


def _choose(inference: str, known: dict[str, HandSwitch]) -> HandSwitch:
    if inference not in known:
        raise InvalidInput("inference", f"{inference!r} is not one of {', '.join(known)}")
    return known[inference]


def _keep(store: GraphStore, actor: str, id_: str, chosen: HandSwitch, told: Told) -> None:
    def keep(graph: Graph) -> None:
        graph.write_nodes([Switch(id=id_, inference=chosen, switched_at=datetime.now(UTC))], SOURCE)
        append_decision(graph, actor, told)

    store.transact("switch_inference", keep)


def _remove_beliefs(store: GraphStore, person_ids: Sequence[str] | None) -> int:
    """Remove what is believed of those of some people, or of everybody, who are hard off.

    In portions, since a whole organisation is too much for one transaction. One that was interrupted is made up for
    when it is switched again or everybody is inferred.
    """
    members = store.ask(MEMBERS, person_ids=person_ids)
    off = [member.id for member in members if member.inference == "hard_off"]
    return sum(
        store.transact("remove_beliefs", partial(_remove, person_ids=off[first : first + _TOGETHER]))
        for first in range(0, len(off), _TOGETHER)
    )


def _remove(graph: Graph, person_ids: Sequence[str]) -> int:
    # What was drawn to be audited carries what was believed.
    graph.ask(REMOVE_AUDITS, person_ids=list(person_ids))
    rows = graph.ask(BELIEF_FINGERPRINTS, person_ids=list(person_ids))
    graph.delete_relationships(HasSkill, SOURCE, [(row.person_id, row.skill_id) for row in rows])
    return len(rows)


def _describe(row: SwitchRow, above: SwitchState | None) -> SwitchState:
    bearing = {row.by_data, row.by_hand, above and above.in_force}
    return SwitchState(
        team=None if row.team_id is None else Named(row.team_id, row.name or row.team_id),
        by_data=row.by_data,
        by_hand=row.by_hand,
        switched_at=row.switched_at,
        in_force=next(switch for switch in _STRICTEST if switch in bearing),
        listed=_describe_visibility(row.listed, shown_above=above is None or above.listed.in_force),
        hidden=_describe_visibility(row.hidden, shown_above=above is None or above.hidden.in_force),
        people=row.people,
    )


def _describe_visibility(words: VisibilityWords, *, shown_above: bool) -> VisibilityState:
    # As graph_schema/visibility.py has it.
    said: Collection[bool] = {word for word in (words.by_data, words.by_hand) if word is not None}
    return VisibilityState(words.by_data, words.by_hand, words.switched_at, all(said) if said else shown_above)
