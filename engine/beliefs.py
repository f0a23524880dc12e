"""Runs inference over the graph and writes what is believed back to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.results import Beliefs
from engine.inference.settings import InferenceSettings
from engine.population import Population
from engine.read_population import add_embeddings, read_population
from engine.results import InferenceRun
from graph_schema import nodes
from graph_schema.diff import diff_items
from graph_schema.errors import InvalidInput, NotInferred
from graph_schema.graph import Graph
from graph_schema.queries.audits import REMOVE_AUDITS
from graph_schema.queries.graph import LATEST_MODEL, MODEL_CONTENT, MODELS_IN_USE, ModelHeader
from graph_schema.queries.people import MEMBERS
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore

SOURCE = "engine"
"""Owner, in the graph, of all that the engine writes."""

OnProgress = Callable[[str], None]


def run_inference(
    store: GraphStore, settings: InferenceSettings, as_of: date, on_progress: OnProgress | None = None
) -> InferenceRun:
    """Fit a model on everybody, infer everybody's skills as of a day and write what changed.

    Nothing is inferred of people, teams or tenants that are switched off; a hard switch removes what was believed,
    a soft one leaves it as it was.

    Raises:
        InvalidInput: The graph holds no people or no evidence.
    """
    say = on_progress or stay_quiet
    say("reading people and evidence")
    population = add_embeddings(store, read_population(store, as_of))
    members = store.ask(MEMBERS, person_ids=None)
    nothing = not population.observations and not population.endorsements
    if nothing and all(member.inference == "on" for member in members):
        raise InvalidInput("graph", "holds no evidence to infer from; load an organisation first (skillway load)")
    say(f"fitting the model on {len(population.people)} people and {len(population.skills)} skills")
    model = fit_model(population, settings)
    say("inferring")
    beliefs = infer_beliefs(model, population, settings)
    say(f"writing {len(beliefs)} beliefs")
    return _write(store, model, population, beliefs, {member.id: member.inference for member in members})


def read_latest_model(graph: Graph) -> ModelHeader:
    """Return the model that was fitted last.

    Raises:
        NotInferred: Inference has not been run on this graph.
    """
    stored = graph.ask(LATEST_MODEL)
    if not stored:
        raise NotInferred("nothing has been inferred on this graph yet; run: skillway infer")
    return stored[0]


def read_model(store: GraphStore, model_id: str) -> SkillModel:
    """Return a model of the graph with its contents; the last ones are kept, since an id stands for its content."""
    return _read_model(store.whole, model_id)


@lru_cache(maxsize=2)
def _read_model(store: GraphStore, model_id: str) -> SkillModel:
    return SkillModel.from_bytes(store.ask(MODEL_CONTENT, model_id=model_id)[0].content)


def _write(
    store: GraphStore, model: SkillModel, population: Population, beliefs: Beliefs, switched: Mapping[str, str]
) -> InferenceRun:
    items = [item for item in to_relationships(beliefs, range(len(beliefs))) if switched.get(item.start_id) == "on"]
    difference = diff_items(items, store.read_fingerprints(HasSkill, SOURCE))
    removed = [key for key in difference.removed if isinstance(key, tuple) and switched.get(key[0]) != "soft_off"]
    store.delete_relationships(HasSkill, SOURCE, removed)
    store.write_relationships([*difference.created, *difference.updated], SOURCE)
    # What was drawn to be audited carries what was believed.
    store.ask(REMOVE_AUDITS, person_ids=[id for id, switch in sorted(switched.items()) if switch == "hard_off"])
    # Last, so that a run that was interrupted is seen as not done.
    store.write_nodes(
        [
            nodes.Model(
                id=model.version,
                fitted_at=datetime.now(UTC),
                calibration=model.calibration,
                as_of=population.as_of,
                people=len(population.people),
                skills=len(population.skills),
                content=model.to_bytes(),
            )
        ],
        SOURCE,
    )
    # A model holds what it learnt of everybody, so none that no belief rests on may stay.
    kept = {model.version, *(item.id for item in store.ask(MODELS_IN_USE))}
    store.delete_nodes(nodes.Model, SOURCE, [id for id in store.list_ids(nodes.Model) if id not in kept])
    return InferenceRun(
        model=model.version,
        calibration=model.calibration,
        as_of=population.as_of,
        people=len(population.people),
        skills=len(population.skills),
        created=len(difference.created),
        updated=len(difference.updated),
        unchanged=difference.unchanged,
        removed=len(removed),
    )


def to_relationships(beliefs: Beliefs, rows: Iterable[int]) -> Iterator[HasSkill]:
    """Yield some of the beliefs as they are written to the graph."""
    for row in rows:
        yield HasSkill(
            start_id=beliefs.people[int(beliefs.person[row])],
            end_id=beliefs.skills[int(beliefs.skill[row])],
            probability=float(beliefs.probability[row]),
            level=_known(beliefs.level[row]),
            level_low=_known(beliefs.level_low[row]),
            level_high=_known(beliefs.level_high[row]),
            listed=bool(beliefs.listed[row]),
            verified=bool(beliefs.verified[row]),
            as_of=beliefs.as_of,
            model=beliefs.model,
        )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def stay_quiet(_sentence: str) -> None:
    """Say nothing about how far a run is: for callers who did not ask."""
