"""What is believed of one person, or of some, computed anew as soon as something is known that was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from graph_schema.diff import Difference, Key, diff_items
from graph_schema.graph import Graph
from graph_schema.queries.objects import BELIEF_FINGERPRINTS
from graph_schema.queries.people import MEMBERS, BeliefRow, MemberRow
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
    found = infer_person(graph, person.id, model, settings, as_of) if person.inference == "on" else []
    items = [item for item, _ in found]
    difference = diff_items(items, {(row.person_id, row.skill_id): row.fingerprint for row in before})
    _write(graph, difference)
    beliefs = [to_belief(item, label, settings.threshold) for item, label in found]
    beliefs.sort(key=lambda item: (-(item.probability or 0.0), item.skill.id))
    return Refreshment(tuple(beliefs), len(difference.created) + len(difference.updated) + len(difference.removed))


def infer_person(
    graph: Graph, person_id: str, model: SkillModel, settings: InferenceSettings, as_of: date
) -> list[tuple[HasSkill, str]]:
    """Infer one person's skills as ``refresh_person`` does, each with its label, and write nothing."""
    items = infer_people(graph, [person_id], model, settings, as_of)
    # Which skills are in use takes long to ask of a whole taxonomy, so it is asked of those alone that are believed.
    labels = {item.id: item.name for item in graph.ask(SKILLS_IN_USE, skill_ids=[item.end_id for item in items])}
    return [(item, labels[item.end_id]) for item in items if item.end_id in labels]


def refresh_people(
    graph: Graph, person_ids: Sequence[str], model: SkillModel, settings: InferenceSettings, as_of: date
) -> int:
    """Infer many people's skills at once as ``refresh_person`` does one's; returns how many beliefs changed.

    Args:
        graph: The transaction in which the people are locked.
        person_ids: Whom.
        model: The model.
        settings: As for everybody.
        as_of: The day to compute for.
    """
    members = {member.id: member for member in graph.ask(MEMBERS, person_ids=sorted(set(person_ids)))}
    refreshed = sorted(id for id, member in members.items() if member.inference != "soft_off")
    inferred = [id for id in refreshed if members[id].inference == "on"]
    items = infer_people(graph, inferred, model, settings, as_of) if inferred else []
    used = {item.id for item in graph.ask(SKILLS_IN_USE, skill_ids=sorted({item.end_id for item in items}))}
    before = graph.ask(BELIEF_FINGERPRINTS, person_ids=refreshed)
    known: dict[Key, str] = {(row.person_id, row.skill_id): row.fingerprint for row in before}
    difference = diff_items([item for item in items if item.end_id in used], known)
    _write(graph, difference)
    return len(difference.created) + len(difference.updated) + len(difference.removed)


def infer_people(
    graph: Graph,
    person_ids: Sequence[str],
    model: SkillModel,
    settings: InferenceSettings,
    as_of: date,
    skill_ids: Collection[str] | None = None,
) -> list[HasSkill]:
    """Infer the skills of people whose inference is on, and write nothing; some skills alone, where these are given.

    What the model alone believes of skills that nothing speaks of any more is among them.
    """
    # Only where a skill that the model has never seen would be believed of anybody must every skill be looked up.
    seen = settings.floor > 0 and model.unknown_base < to_logit(settings.floor)
    population = read_population(graph, as_of, person_ids, skill_ids=model.skills if seen else None)
    beliefs = infer_beliefs(model, population, settings)
    row_of = {person: row for row, person in enumerate(population.people)}
    wanted = np.isin(beliefs.person, [row_of[person] for person in person_ids])
    if skill_ids is not None:
        named = frozenset(skill_ids)
        wanted &= np.asarray([skill in named for skill in population.skills], dtype=bool)[beliefs.skill]
    return list(to_relationships(beliefs, np.flatnonzero(wanted)))


def _write(graph: Graph, difference: Difference[HasSkill]) -> None:
    graph.delete_relationships(HasSkill, SOURCE, [key for key in difference.removed if isinstance(key, tuple)])
    graph.write_relationships([*difference.created, *difference.updated], SOURCE)
