"""What is believed of a person and skill before evidence about it: base rate, attributes and what else they show.

Every number of one person is computed from that person's row alone, in one fixed order of additions. So one person
and a hundred thousand give the same bits, and an explanation is the computation and not a model of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.attributes import encode_people
from engine.inference.model import SkillModel
from engine.inference.profiles import ROLE, Profiles
from engine.inference.wide import WideModel
from engine.inference.wide_features import Asked

PEOPLE = 1024
"""People in one dense block of priors."""


@dataclass(frozen=True)
class Alignment:
    """Profiles in the numbers of a model."""

    skill: NDArray[np.int64]
    """Per column of the profiles the skill's number in the model, -1 where it does not know it."""
    group: NDArray[np.int64]
    """Per person the number of their role, -1 where the model does not know it."""
    shown: csr_array
    """People x learnt skills of the model, 1 where the person shows the skill."""
    attributes: csr_array
    """People x columns of the model's attributes."""
    asked: Asked | None = None
    """The same people in the numbers of the wide model, where there is one."""

    def take(self, rows: slice | NDArray[np.int64]) -> Alignment:
        """Return some of the people."""
        asked = None if self.asked is None else self.asked.take(rows)
        shown, attributes = csr_array(self.shown[rows]), csr_array(self.attributes[rows])
        return Alignment(self.skill, self.group[rows], shown, attributes, asked)


@dataclass(frozen=True)
class PriorTerm:
    """One part of a prior, in log-odds."""

    kind: str
    logit: float
    skill: int | None = None
    """The other skill it rests on, as its number in the model."""
    attribute: str = ""
    """What is known of the person that it rests on, in words."""


def align_profiles(model: SkillModel, profiles: Profiles) -> Alignment:
    """Express profiles in the numbers of a model."""
    people = len(profiles.people)
    skill = np.fromiter((model.columns.get(item, -1) for item in profiles.skills), np.int64, len(profiles.skills))
    role = profiles.attributes.get(ROLE, [None] * people)
    group = np.fromiter((model.find_group(item) for item in role), np.int64, people)
    position = np.full(len(model.skills) + 1, -1, dtype=np.int64)
    position[model.learnt] = np.arange(len(model.learnt))
    cells = profiles.shown.tocoo()
    learnt = position[skill[cells.col]]
    inside = learnt >= 0
    marks = np.ones(int(inside.sum()), dtype=np.float64)
    shown = csr_array((marks, (cells.row[inside], learnt[inside])), shape=(people, len(model.learnt)))
    shown.sort_indices()
    asked = None if model.wide is None else model.wide.align(profiles)
    return Alignment(skill, group, shown, encode_people(model.attributes, model.text_width, profiles), asked)


def compute_priors(model: SkillModel, aligned: Alignment) -> NDArray[np.float64]:
    """Return people x (learnt skills, then adopted skills): the prior log-odds."""
    if model.wide is not None and aligned.asked is not None:
        return model.wide.compute(aligned.asked)
    shown, attributes = aligned.shown, aligned.attributes
    speaks = np.asarray(shown @ model.exact_weights, dtype=np.float64)
    speaks += np.asarray(attributes @ model.exact_attribute_weights, dtype=np.float64)
    learnt = speaks + model.base[model.learnt] + compute_residual(model, shown, attributes)
    if not len(model.adopted):
        return learnt
    neighbours = model.neighbours
    related = np.asarray((neighbours @ np.ascontiguousarray(speaks.T)).T, dtype=np.float64)
    near = np.asarray((shown @ neighbours.T.tocsr()).toarray(), dtype=np.float64)
    adopted = model.slope_related * related + model.slope_shown * near + model.base[model.adopted]
    return np.concatenate([learnt, adopted], axis=1)


def compute_residual(model: SkillModel, shown: csr_array, attributes: csr_array) -> NDArray[np.float64]:
    """Return people x learnt skills: what the profile as a whole says beyond the sum of its parts."""
    if not len(model.residual_bias):
        return np.zeros((shown.shape[0], len(model.learnt)))
    weights_in, weights_out = model.exact_residual
    of_skills, of_attributes = np.split(weights_in, [len(model.learnt)])
    hidden = shown @ of_skills + attributes @ of_attributes + model.residual_bias.astype(np.float64)
    # Sparse, so that each person's sum is done in the same order however many people there are.
    active = csr_array(np.maximum(hidden, 0))
    return np.asarray(active @ weights_out, dtype=np.float64)


def read_priors(
    model: SkillModel, aligned: Alignment, person: NDArray[np.int64], skill: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the prior log-odds of pairs of person and skill, both in the profiles' numbers."""
    place = place_skills(model)[aligned.skill[skill]]
    prior = np.r_[model.base, model.unknown_base][aligned.skill[skill]]
    rows = np.unique(person[place >= 0])
    for start in range(0, len(rows), PEOPLE):
        block = rows[start : start + PEOPLE]
        inside = np.flatnonzero((place >= 0) & (person >= block[0]) & (person <= block[-1]))
        values = compute_priors(model, aligned.take(block))
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


def list_prior_terms(model: SkillModel, aligned: Alignment, person: int, skill: int) -> list[PriorTerm]:
    """Return the parts that the prior of one person and skill is the sum of, the base rate first.

    Args:
        model: The model.
        aligned: Profiles that the person is among.
        person: Row of the person.
        skill: Number of the skill in the model, -1 for one it does not know.
    """
    if model.wide is not None and aligned.asked is not None and place_skills(model)[skill] >= 0:
        return _list_wide_terms(model.wide, aligned.asked.take(np.array([person])), skill)
    base = model.base[skill] if skill >= 0 else model.unknown_base
    terms = [PriorTerm("base_rate", float(base))]
    shown = aligned.shown[[person]].indices
    position = int(np.searchsorted(model.learnt, skill))
    residual = 0.0
    if position < len(model.learnt) and model.learnt[position] == skill:
        on_shown = model.exact_weights[shown, position]
        on_attributes = model.exact_attribute_weights[:, position]
        residual = float(compute_residual(model, aligned.shown[[person]], aligned.attributes[[person]])[0, position])
        kind = "co_occurrence"
    else:
        row = int(np.searchsorted(model.adopted, skill))
        if row >= len(model.adopted) or model.adopted[row] != skill:
            return terms
        near = model.neighbours[[row]].toarray()[0]
        on_shown = model.slope_related * (model.exact_weights[shown] @ near) + model.slope_shown * near[shown]
        on_attributes = model.slope_related * (model.exact_attribute_weights @ near)
        kind = "similar_skills"
    terms += _list_attribute_terms(model, aligned.attributes[[person]], on_attributes)
    terms += [
        PriorTerm(kind, float(value), int(model.learnt[place])) for place, value in zip(shown, on_shown, strict=True)
    ]
    terms.append(PriorTerm("overall_pattern", residual))
    return [term for term in terms if term.kind == "base_rate" or term.logit != 0.0]


def _list_wide_terms(wide: WideModel, asked: Asked, skill: int) -> list[PriorTerm]:
    """Return the parts of a wide model's logit; people found by likeness are one part, because nobody is named here."""
    terms: list[PriorTerm] = []
    found: Mapping[str, list[float]] = {"people_alike": [], "people_by_text": []}
    for term in wide.list_terms(asked, skill):
        if term.kind in found:
            found[term.kind].append(term.logit)
        elif term.kind == "group" and term.of is not None:
            name, _, value = term.of.partition("=")
            kind = "role" if name == ROLE else "attribute"
            terms.append(PriorTerm(kind, term.logit, attribute=f"{name} is {value}"))
        else:
            terms.append(PriorTerm(term.kind, term.logit, None if term.of is None else wide.columns[term.of]))
    return [*terms, *(PriorTerm(kind, math.fsum(parts)) for kind, parts in found.items() if parts)]


def _list_attribute_terms(
    model: SkillModel, attributes: csr_array, weights: NDArray[np.float64]
) -> Iterator[PriorTerm]:
    columns, values = attributes.indices, attributes.data
    start = 0
    for code in model.attributes:
        inside = (columns >= start) & (columns < start + code.width)
        for column, value in zip(columns[inside], values[inside], strict=True):
            kind = "role" if code.name == ROLE else "attribute"
            text = f"{code.name} is {code.say_column(int(column) - start)}"
            yield PriorTerm(kind, float(value * weights[column]), attribute=text)
        start += code.width
    written = columns >= start
    yield PriorTerm("text", float(values[written] @ weights[columns[written]]))


def adjust_terms(model: SkillModel, terms: list[PriorTerm]) -> list[PriorTerm]:
    """Return the parts of a prior as audits adjusted it: each at its worth, and what was added as a part of its own."""
    fusion = model.fusion
    worth = [replace(term, logit=fusion.slope * term.logit) for term in terms]
    return worth if fusion.shift == 0.0 else [*worth, PriorTerm("audits", fusion.shift)]
