"""What is believed of one person, computed anew as soon as something is known that was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.beliefs import SOURCE, to_relationships
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.profiles import to_belief
from engine.read_population import read_population
from engine.results import SkillBelief
from graph_schema.diff import Difference, diff_items
from graph_schema.graph import Graph
from graph_schema.queries.people import BeliefRow, MemberRow
from graph_schema.queries.skills import SKILLS_IN_USE
from graph_schema.relationships import HasSkill


@dataclass(frozen=True)
class Refreshment:
    """All that is believed of a person now, most probable first, and how many beliefs are new, changed or gone."""

    beliefs: tuple[SkillBelief, ...]
    changed: int


def refresh_person(
    graph: Graph,
    person: MemberRow,
    before: list[BeliefRow],
    model: SkillModel,
    settings: InferenceSettings,
    as_of: date,
) -> Refreshment:
    """Infer one person's skills with a model that is fitted, and write what changed.

    It gives what inferring everybody with this model would give for them: while the model stays, evidence about one
    person bears on no other. (In an organisation so small that even a skill nobody shows is believed above the floor, a
    skill that comes into use is believed of the others when everybody is inferred anew.) As then, a soft switch leaves
    what was believed as it was, and a hard one removes it.

    Args:
        graph: The transaction in which the person is locked.
        person: Who, with the switch in force for them.
        before: What the graph holds of them.
        model: The model.
        settings: As for everybody.
        as_of: The day to compute for.
    """
    if person.inference == "soft_off":
        return Refreshment(tuple(to_belief(row, row.label, settings.threshold) for row in before), 0)
    items = _infer(graph, person.id, model, settings, as_of) if person.inference == "on" else []
    # Which skills are in use takes long to ask of a whole taxonomy, so it is asked of those alone that are believed.
    labels = {item.id: item.name for item in graph.ask(SKILLS_IN_USE, skill_ids=[item.end_id for item in items])}
    items = [item for item in items if item.end_id in labels]
    difference = diff_items(items, {(row.person_id, row.skill_id): row.fingerprint for row in before})
    _write(graph, difference)
    beliefs = [to_belief(item, labels[item.end_id], settings.threshold) for item in items]
    beliefs.sort(key=lambda item: (-(item.probability or 0.0), item.skill.id))
    return Refreshment(tuple(beliefs), len(difference.created) + len(difference.updated) + len(difference.removed))


def _infer(graph: Graph, person_id: str, model: SkillModel, settings: InferenceSettings, as_of: date) -> list[HasSkill]:
    # Only where a skill that the model has never seen would be believed of anybody must every skill be looked up.
    seen = settings.floor > 0 and model.unknown_base < to_logit(settings.floor)
    population = read_population(graph, as_of, [person_id], skill_ids=model.skills if seen else None)
    beliefs = infer_beliefs(model, population, settings)
    return list(to_relationships(beliefs, np.flatnonzero(beliefs.person == population.people.index(person_id))))


def _write(graph: Graph, difference: Difference[HasSkill]) -> None:
    graph.delete_relationships(HasSkill, SOURCE, [key for key in difference.removed if isinstance(key, tuple)])
    graph.write_relationships([*difference.created, *difference.updated], SOURCE)
