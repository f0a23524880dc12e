"""What people choose for themselves: whether anything is inferred of them, and what others may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Literal

from engine.beliefs import SOURCE, read_model
from engine.decisions import Told, append_decision
from engine.events.announce import announce
from engine.inference.settings import InferenceSettings
from engine.record_results import ChoiceChange
from engine.refreshing import refresh_person
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.graph import Graph
from graph_schema.nodes import PersonalChoice
from graph_schema.queries.audits import REMOVE_AUDITS
from graph_schema.queries.evidence import LOCK_PERSON
from graph_schema.queries.graph import LATEST_MODEL
from graph_schema.queries.people import BELIEFS_OF_PERSON, MEMBERS, PERSON
from graph_schema.queries.rights import APPLY_CHOICE, CHOICE_OF
from graph_schema.queries.stamps import STAMP_ANEW
from graph_schema.queries.visibility import LOCK_VISIBILITY
from graph_schema.store import GraphStore

SKILLS = ("listed", "hidden")


def choose_inference(
    store: GraphStore,
    actor: str,
    person: Named,
    chosen: Literal["on", "hard_off"],
    settings: InferenceSettings,
    today: date,
) -> ChoiceChange:
    """Keep whether a person lets their skills be inferred, and act on it: beliefs go, or come, as of today."""

    def choose(graph: Graph) -> ChoiceChange:
        _keep(graph, person, lambda choice: replace(choice, inference=chosen))
        changed = _refresh(store, graph, person, settings, today)
        operation = "allow_inference" if chosen == "on" else "object_to_inference"
        append_decision(graph, actor, Told(operation=operation, question={"person": person.id}))
        return _describe(graph, person, changed)

    return store.transact("choose_inference", choose)


def choose_visibility(store: GraphStore, actor: str, person: Named, skills: str, *, visible: bool) -> ChoiceChange:
    """Keep whether others may see a person's listed, or hidden, skills, whatever their team or the organisation says.

    Raises:
        InvalidInput: Neither kind of skills is named.
    """
    if skills not in SKILLS:
        raise InvalidInput("skills", f"{skills!r} is not one of {', '.join(SKILLS)}")

    def choose(graph: Graph) -> ChoiceChange:
        if skills == "listed":
            _keep(graph, person, lambda choice: replace(choice, listed_visible=visible))
        else:
            _keep(graph, person, lambda choice: replace(choice, hidden_visible=visible))
        question = {"person": person.id, "skills": skills}
        append_decision(graph, actor, Told(operation="show_skills" if visible else "hide_skills", question=question))
        return _describe(graph, person, 0)

    return store.transact("choose_visibility", choose)


def _keep(graph: Graph, person: Named, choose: Callable[[PersonalChoice], PersonalChoice]) -> None:
    graph.ask(LOCK_VISIBILITY)
    graph.ask(LOCK_PERSON, person_id=person.id)
    choice = PersonalChoice(id=f"choice:{person.id}")
    for row in graph.ask(CHOICE_OF, person_id=person.id):
        choice = replace(
            choice, inference=row.inference, listed_visible=row.listed_visible, hidden_visible=row.hidden_visible
        )
    graph.write_nodes([choose(choice)], SOURCE)
    graph.ask(APPLY_CHOICE, person_id=person.id)
    graph.ask(STAMP_ANEW, parts=["mentors"])
    announce(graph, "skillway.person.changed", [person.id])


def _refresh(store: GraphStore, graph: Graph, person: Named, settings: InferenceSettings, today: date) -> int:
    [member] = graph.ask(MEMBERS, person_ids=[person.id])
    if member.inference == "hard_off":
        # What was drawn to be audited carries what was believed.
        graph.ask(REMOVE_AUDITS, person_ids=[person.id])
    latest = graph.ask(LATEST_MODEL)
    if not latest:
        return 0
    before = graph.ask(BELIEFS_OF_PERSON, person_id=person.id)
    return refresh_person(graph, member, before, read_model(store, latest[0].id), settings, today).changed


def _describe(graph: Graph, person: Named, changed: int) -> ChoiceChange:
    row = graph.ask(PERSON, person_id=person.id)[0]
    [member] = graph.ask(MEMBERS, person_ids=[person.id])
    return ChoiceChange(person, member.inference, row.listed_visible, row.hidden_visible, changed)
