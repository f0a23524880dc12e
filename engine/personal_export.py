"""Collects all that is held and inferred about a person: what a person may ask for, whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.beliefs import read_model
from engine.inference.explaining import explain_belief
from engine.inference.settings import InferenceSettings
from engine.live.telling import to_message
from engine.live.watching import list_watches
from engine.personal_results import (
    ExplainedBelief,
    HeldFact,
    HeldMessage,
    HeldVisibility,
    PersonalExport,
    Reason,
)
from engine.read_population import read_population
from engine.results import Named
from engine.settings import LiveSettings
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.nodes import Person, ProtectedAttributes
from graph_schema.queries.graph import LATEST_MODEL
from graph_schema.queries.live import HELD_MESSAGES, HeldMessageRow
from graph_schema.queries.people import BELIEFS_OF_PERSON, MEMBERS, BeliefRow
from graph_schema.queries.rights import (
    HELD_AUDITS,
    HELD_BRIDGES,
    HELD_DECISIONS,
    HELD_ENDORSEMENTS,
    HELD_EVIDENCE,
    HELD_PERSON,
)
from graph_schema.queries.visibility import SHOWN_OF_PERSON
from graph_schema.schema import Node, describe_node
from graph_schema.store import GraphStore


def export_person(
    store: GraphStore, person: Named, settings: InferenceSettings, live: LiveSettings, today: date
) -> PersonalExport:
    """Return all that is held and inferred about a person."""
    [held] = store.ask(HELD_PERSON, person_id=person.id)
    [member] = store.ask(MEMBERS, person_ids=[person.id])
    [shown] = store.ask(SHOWN_OF_PERSON, person_id=person.id)
    beliefs = store.ask(BELIEFS_OF_PERSON, person_id=person.id)
    latest = store.ask(LATEST_MODEL)
    calibration = read_model(store, latest[0].id).calibration_text if latest else None
    return PersonalExport(
        person=person,
        exported_on=today,
        facts=_list_facts(Person, held.properties),
        inference=member.inference,
        visibility=(
            HeldVisibility("listed", shown.listed, shown.listed_by),
            HeldVisibility("hidden", shown.hidden, shown.hidden_by),
        ),
        teams=tuple(held.teams),
        managers=tuple(held.managers),
        reports=tuple(held.reports),
        roles=tuple(held.roles),
        interests=tuple(held.interests),
        protected_attributes=_list_facts(ProtectedAttributes, held.protected_attributes or {}),
        evidence=tuple(store.ask(HELD_EVIDENCE, person_id=person.id)),
        endorsements=tuple(store.ask(HELD_ENDORSEMENTS, person_id=person.id)),
        beliefs=tuple(_explain(store, person, beliefs, settings)),
        audits=tuple(store.ask(HELD_AUDITS, person_id=person.id)),
        bridges=tuple(store.ask(HELD_BRIDGES, person_id=person.id)),
        watches=list_watches(store, person, live).watches,
        messages=tuple(map(_say_message, store.ask(HELD_MESSAGES, person_id=person.id))),
        decisions=tuple(store.ask(HELD_DECISIONS, person_id=person.id)),
        model=latest[0].id if latest else None,
        logic=_tell_logic(settings, calibration),
    )


def _say_message(row: HeldMessageRow) -> HeldMessage:
    message = to_message(row)
    return HeldMessage(message.written_at, row.to, message.text, message.mailed_at)


def _list_facts(declared: type[Node], properties: Mapping[str, Any]) -> tuple[HeldFact, ...]:
    """List what is held by the names of its declaration, and the data set that it came from."""
    facts = [HeldFact("source", "The data set that it came from.", properties.get("source"))]
    for item in describe_node(declared).properties:
        value = properties.get(item.name)
        facts.append(HeldFact(item.name, item.description, value.isoformat() if isinstance(value, date) else value))
    return tuple(fact for fact in facts if fact.value is not None)


def _explain(
    store: GraphStore, person: Named, beliefs: list[BeliefRow], settings: InferenceSettings
) -> list[ExplainedBelief]:
    made: defaultdict[tuple[str, date], list[BeliefRow]] = defaultdict(list)
    for row in beliefs:
        made[row.model, row.as_of].append(row)
    explained: list[ExplainedBelief] = []
    for (model, as_of), rows in sorted(made.items()):
        # What is believed of somebody stays explained while their switch keeps it from changing.
        population = read_population(store, as_of, [person.id], switches=("on", "soft_off"))
        explained += [_explain_one(store, model, population, row, settings) for row in rows]
    return sorted(explained, key=lambda item: (-item.probability, item.skill.id))


def _explain_one(
    store: GraphStore, model: str, population: Any, row: BeliefRow, settings: InferenceSettings
) -> ExplainedBelief:
    found = explain_belief(read_model(store, model), population, row.person_id, row.skill_id, settings)
    return ExplainedBelief(
        skill=Named(row.skill_id, row.label),
        probability=row.probability,
        level=row.level,
        level_low=row.level_low,
        level_high=row.level_high,
        listed=row.listed,
        verified=row.verified,
        as_of=row.as_of,
        model=row.model,
        reasons=tuple(Reason(term.text, term.logit, term.counterfactual, term.evidence_id) for term in found.terms),
    )


def _tell_logic(settings: InferenceSettings, calibration: str | None) -> tuple[str, ...]:
    """Say in plain words how what is held becomes what is believed."""
    kinds = "; ".join(f"{name.replace('_', ' ')}: {kind.description}" for name, kind in EVIDENCE_KINDS.items())
    return (
        "A probability says how likely it is that you have a skill. It starts from how common the skill is, moves with "
        "what people who show the same skills and hold the same role show, and then with every piece of evidence "
        "about you. Each of these steps is listed as a reason, and they add up to the number.",
        f"Kinds of evidence: {kinds}",
        "Evidence fades with the time since the skill was last seen. Withdrawn or expired evidence is kept and does "
        "not count. Endorsements alone never make a skill verified.",
        f"A skill you did not list counts as hidden from a probability of {settings.threshold:.0%} on; what is "
        f"believed less likely than {settings.floor:.0%} is not kept, unless there is evidence.",
        "Age, sex, ethnicity, nationality, health, belief, family and education are never used to infer a skill. Where "
        "they are held at all, they serve to check that nobody is treated unfairly.",
        *([f"What the numbers mean: {calibration}."] if calibration else []),
        "You can reject a skill, correct a level, withdraw what you reported, object to inference, choose what others "
        "see, and be erased.",
    )
