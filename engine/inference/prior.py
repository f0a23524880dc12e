"""What is believed of a person and skill before evidence about that skill: base rate, role and what else they show.

Every number of one person is computed from that person's row alone, in one fixed order of additions. So one person
and a hundred thousand give the same bits, and an explanation is the computation and not a model of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.model import SkillModel
from engine.inference.sums import number_distinct, sum_by
from engine.inference.weighing import WeighedObservations
from engine.population import Population

PEOPLE = 1024
"""People in one dense block of priors."""


@dataclass(frozen=True)
class Alignment:
    """A population in the numbers of a model."""

    skill: NDArray[np.int64]
    """Per column of the population the skill's number in the model, -1 where it does not know it."""
    group: NDArray[np.int64]
    """Per person the number of their group, -1 where the model does not know it."""
    shown: csr_array
    """People x learnt skills of the model, 1 where the person shows the skill."""


@dataclass(frozen=True)
class PriorTerm:
    """One part of a prior, in log-odds."""

    kind: str
    logit: float
    skill: int | None = None
    """The other skill it rests on, as its number in the model."""


def find_shown(population: Population, weighed: WeighedObservations) -> csr_array:
    """Return people x skills, 1 where the evidence, weighed, speaks for it; nothing inferred, nothing endorsed."""
    people, skills = len(population.people), len(population.skills)
    codes, index = number_distinct(weighed.person * skills + weighed.skill)
    net = sum_by(index, weighed.logit, len(codes))
    codes = codes[net > 0]
    marks = np.ones(len(codes), dtype=np.float64)
    place = (codes // max(skills, 1), codes % max(skills, 1))
    return csr_array((marks, place), shape=(people, skills))


def align_population(model: SkillModel, population: Population, weighed: WeighedObservations) -> Alignment:
    """Express a population in the numbers of a model."""
    skill = np.fromiter((model.columns.get(item, -1) for item in population.skills), np.int64, len(population.skills))
    group = np.fromiter(
        (model.group_rows.get(item, -1) for item in population.groups), np.int64, len(population.people)
    )
    position = np.full(len(model.skills) + 1, -1, dtype=np.int64)
    position[model.learnt] = np.arange(len(model.learnt))
    cells = find_shown(population, weighed).tocoo()
    learnt = position[skill[cells.col]]
    inside = learnt >= 0
    marks = np.ones(int(inside.sum()), dtype=np.float64)
    shown = csr_array((marks, (cells.row[inside], learnt[inside])), shape=(len(population.people), len(model.learnt)))
    shown.sort_indices()
    return Alignment(skill, group, shown)


def compute_priors(model: SkillModel, shown: csr_array, group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return people x (learnt skills, then adopted skills): the prior log-odds.

    Args:
        model: The model.
        shown: People x learnt skills, 1 where shown.
        group: Number of each person's group, -1 for none.
    """
    speaks = np.asarray(shown @ model.exact_weights, dtype=np.float64)
    known = group >= 0
    speaks[known] += model.exact_group_weights[group[known]]
    learnt = speaks + model.base[model.learnt]
    if not len(model.adopted):
        return learnt
    neighbours = model.neighbours
    related = np.asarray((neighbours @ np.ascontiguousarray(speaks.T)).T, dtype=np.float64)
    near = np.asarray((shown @ neighbours.T.tocsr()).toarray(), dtype=np.float64)
    adopted = model.slope_related * related + model.slope_shown * near + model.base[model.adopted]
    return np.concatenate([learnt, adopted], axis=1)


def read_priors(
    model: SkillModel, aligned: Alignment, person: NDArray[np.int64], skill: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the prior log-odds of pairs of person and skill, both in the population's numbers."""
    place = place_skills(model)[aligned.skill[skill]]
    prior = np.r_[model.base, model.unknown_base][aligned.skill[skill]]
    rows = np.unique(person[place >= 0])
    for start in range(0, len(rows), PEOPLE):
        block = rows[start : start + PEOPLE]
        inside = np.flatnonzero((place >= 0) & (person >= block[0]) & (person <= block[-1]))
        values = compute_priors(model, aligned.shown[block], aligned.group[block])
        prior[inside] = values[np.searchsorted(block, person[inside]), place[inside]]
    return prior


def place_skills(model: SkillModel) -> NDArray[np.int64]:
    """Return for every skill of the model its column in ``compute_priors``, -1 where it has none.

    One entry more, -1, stands for a skill that the model does not know.
    """
    place = np.full(len(model.skills) + 1, -1, dtype=np.int64)
    place[model.learnt] = np.arange(len(model.learnt))
    place[model.adopted] = len(model.learnt) + np.arange(len(model.adopted))
    return place


def list_prior_terms(model: SkillModel, shown: NDArray[np.int64], group: int, skill: int) -> list[PriorTerm]:
    """Return the parts that the prior of one person and skill is the sum of, the base rate first.

    Args:
        model: The model.
        shown: Positions, among the learnt skills, of those the person shows.
        group: Number of the person's group, -1 for none.
        skill: Number of the skill in the model, -1 for one it does not know.
    """
    base = model.base[skill] if skill >= 0 else model.unknown_base
    terms = [PriorTerm("base_rate", float(base))]
    position = int(np.searchsorted(model.learnt, skill))
    if position < len(model.learnt) and model.learnt[position] == skill:
        on_shown = model.exact_weights[shown, position]
        on_group = model.exact_group_weights[:, position]
        kind = "co_occurrence"
    else:
        row = int(np.searchsorted(model.adopted, skill))
        if row >= len(model.adopted) or model.adopted[row] != skill:
            return terms
        near = model.neighbours[[row]].toarray()[0]
        on_shown = model.slope_related * (model.exact_weights[shown] @ near) + model.slope_shown * near[shown]
        on_group = model.slope_related * (model.exact_group_weights @ near)
        kind = "similar_skills"
    if group >= 0:
        terms.append(PriorTerm("role", float(on_group[group])))
    terms += [
        PriorTerm(kind, float(value), int(model.learnt[place])) for place, value in zip(shown, on_shown, strict=True)
    ]
    return [term for term in terms if term.kind == "base_rate" or term.logit != 0.0]
