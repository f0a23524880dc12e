"""Why something is believed: the model and the day that made the belief are read again, so the number is the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from engine.beliefs import read_latest_model, read_model
from engine.inference.explaining import Explainer, explain_belief
from engine.inference.results import Explanation
from engine.inference.settings import InferenceSettings
from engine.known import Known
from engine.read_population import read_believed, read_population
from engine.results import Named
from engine.veiling import may_see_all_of, veil_explanation, veil_names
from graph_schema.errors import Forbidden, InvalidInput
from graph_schema.queries.people import PERSON
from graph_schema.store import GraphStore


def explain_skill(
    store: GraphStore, person: Named, skill: Named, known: Known, settings: InferenceSettings
) -> Explanation:
    """Explain what is known of a person and a skill; of a pair below the floor, what is too little for a belief.

    Others are told why a skill is believed that they see of the person, and of no other skill whether it is.

    Raises:
        Forbidden: Others ask about a skill that they do not see of the person.
        InvalidInput: Inference is switched off for the person, and nothing is believed of this skill.
        NotInferred: Inference has not been run on this graph.
    """
    latest = known.model or read_latest_model(store)
    switch = store.ask(PERSON, person_id=person.id)[0].inference
    beliefs = known.beliefs
    belief = next((row for row in beliefs if row.skill_id == skill.id), None)
    shown = belief is not None and (belief.listed or belief.probability >= settings.threshold)
    if not shown and not may_see_all_of(store, person.id):
        raise Forbidden(f"{person.name} shows others no belief about {skill.name}, whether there is one or not")
    if belief is None and switch != "on":
        raise InvalidInput(
            "person", f"inference is switched off for {person.name} ({switch}): there is no belief to explain"
        )
    as_of = known.day or max((row.as_of for row in beliefs), default=latest.as_of)
    model_id, as_of = (latest.id, as_of) if belief is None else (belief.model, belief.as_of)
    # What is believed of somebody stays explained while their switch keeps it from changing.
    population = read_population(store, as_of, [person.id], switches=("on", "soft_off"))
    population = veil_names(store, population, person.id)
    explanation = explain_belief(read_model(store, model_id), population, person.id, skill.id, settings)
    return veil_explanation(store, explanation, {row.skill_id for row in beliefs})


def open_explainers(
    store: GraphStore,
    model_id: str,
    day: date,
    person_ids: Collection[str],
    skill_ids: Collection[str],
    settings: InferenceSettings,
) -> Mapping[str, Explainer]:
    """Return, by person, what says why skills are believed of them, in words that name nobody who may not be named.

    Args:
        store: The graph.
        model_id: The model by which it is believed.
        day: The day for which it is believed.
        person_ids: The people.
        skill_ids: The skills that will be asked about.
        settings: As for everybody.
    """
    population = read_believed(store, day, sorted(person_ids), skill_ids)
    found: dict[str, Explainer] = {}
    for sees_all in (True, False):
        # All that veiling asks of the person is whether everything of them is seen, so one of them stands for all.
        if people := [id_ for id_ in person_ids if may_see_all_of(store, id_) == sees_all]:
            told = veil_names(store, population, people[0])
            found |= dict.fromkeys(people, Explainer(read_model(store, model_id), told, settings))
    return found
