"""What people say of themselves against what is believed of them, in one transaction with the record of it."""

from __future__ import annotations

from datetime import date

from engine import names
from engine.decisions import Told, append_decision
from engine.events.announce import announce
from engine.inference.settings import InferenceSettings
from engine.names import resolve_name
from engine.recording import NewEvidence, check_evidence, write_evidence
from engine.results import EvidenceChange
from graph_schema.graph import Graph
from graph_schema.queries.evidence import LOCK_PERSON
from graph_schema.queries.rights import WITHDRAW_OWN_REPORTS
from graph_schema.store import GraphStore


def reject_skill(
    store: GraphStore, actor: str, person: str, skill: str, settings: InferenceSettings, today: date
) -> EvidenceChange:
    """Record that a person says they do not have a skill."""
    told = NewEvidence(person, skill, "rejection", None, None, today, None, None, None)
    return _record(store, actor, "reject_skill", told, settings, today)


def correct_level(
    store: GraphStore, actor: str, person: str, skill: str, level: float, settings: InferenceSettings, today: date
) -> EvidenceChange:
    """Record the level at which a person says they have a skill.

    Raises:
        InvalidInput: The level is not from 0 to 5.
    """
    told = NewEvidence(person, skill, "self_report", level, None, today, None, None, None)
    return _record(store, actor, "correct_level", told, settings, today)


def _record(
    store: GraphStore, actor: str, operation: str, told: NewEvidence, settings: InferenceSettings, today: date
) -> EvidenceChange:
    check_evidence(told, today)

    def record(graph: Graph) -> EvidenceChange:
        person = resolve_name(graph, names.PERSON, told.person)
        skill = resolve_name(graph, names.SKILL, told.skill)
        graph.ask(LOCK_PERSON, person_id=person.id)
        # What they say now stands in place of what they said before.
        graph.ask(WITHDRAW_OWN_REPORTS, person_id=person.id, skill_id=skill.id)
        announce(graph, "skillway.person.changed", [person.id])
        change = write_evidence(store, graph, told, settings, today)
        question = {"person": person.id, "skill": skill.id, "level": told.level}
        answer = (change.evidence_id,)
        append_decision(graph, actor, Told(operation=operation, question=question, answer=answer, model=change.model))
        return change

    return store.transact(operation, record)
