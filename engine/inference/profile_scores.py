"""What a model says of people by their profiles alone, whether or not it was fitted on them.

The probabilities are the priors of :mod:`engine.inference.prior`: a profile holds what people show, no evidence about
the skills they do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.model import SkillModel
from engine.inference.odds import to_probabilities, to_probability
from engine.inference.prior import compute_priors, list_prior_terms
from engine.inference.profiles import Profiles
from engine.inference.results import Term
from engine.inference.wording import word_prior
from graph_schema.errors import NotFound

CELLS = 1 << 22
"""People x skills that are scored at once, at most: 32 MB an array."""


@dataclass(frozen=True)
class Scores:
    """How probable skills are that people do not show, one entry of every array a person and skill.

    Ordered by person, then the most probable first, then in the order of the model's skills.
    """

    people: tuple[str, ...]
    """Ids that ``person`` counts in."""
    skills: tuple[str, ...]
    """Ids that ``skill`` counts in: the model's."""
    person: NDArray[np.int64]
    """Row of the person."""
    skill: NDArray[np.int64]
    """Number of the skill in the model."""
    probability: NDArray[np.float64]
    """P(the person has the skill), 0–1; the model's ``calibration_text`` says what it means."""


@dataclass(frozen=True)
class ProfileExplanation:
    """Why a model finds a skill probable or not for one profile: the computation itself, term by term."""

    person_id: str
    """The person."""
    skill_id: str
    """The skill."""
    skill_label: str
    """What it is called."""
    shown: bool
    """Whether the profile shows the skill already; the terms then say what the rest of it says."""
    probability: float
    """P(the person has the skill), 0–1: the same number as in ``Scores``."""
    logit: float
    """Its log-odds: the sum of the terms, exact to 1e-9."""
    calibration: str
    """What the probability is calibrated against: ``none``, ``listing`` or ``audit(n, date)``."""
    calibration_text: str
    """The same in a sentence."""
    model: str
    """Version of the model."""
    terms: tuple[Term, ...]
    """The base rate, then every reason, strongest first."""


def score_profiles(model: SkillModel, profiles: Profiles, top: int | None = 20) -> Iterator[Scores]:
    """Score the skills of the model that each person does not show.

    The answer comes in blocks of people, in their order, so that all pairs need never stand in memory at once. A skill
    that the model does not know counts for nothing and is not scored.

    Args:
        model: The fitted model.
        profiles: Anybody; a person who shows nothing is scored by what else is known of them.
        top: How many skills a person, the most probable; all of them when None.
    """
    aligned = _align(model, profiles)
    size = max(CELLS // max(len(model.skills), 1), 1)
    for start in range(0, len(profiles.people), size):
        rows = slice(start, start + size)
        shown, group = aligned.shown[rows], aligned.group[rows]
        logits = np.tile(model.base, (shown.shape[0], 1))
        logits[:, np.r_[model.learnt, model.adopted]] = compute_priors(model, csr_array(shown[:, model.learnt]), group)
        cells = shown.tocoo()
        logits[cells.row, cells.col] = -np.inf
        person, skill = _find_most_probable(logits, len(model.skills) if top is None else top)
        probability = to_probabilities(logits[person, skill])
        yield Scores(profiles.people, model.skills, person + start, skill, probability)


def explain_profile(model: SkillModel, profiles: Profiles, person: str, skill: str) -> ProfileExplanation:
    """Explain one score: the same number as ``score_profiles`` gives, taken apart.

    Args:
        model: The fitted model.
        profiles: At least the person; others change nothing.
        person: Id of the person.
        skill: Id of the skill.

    Raises:
        NotFound: The person is not in the profiles, or the model does not know the skill.
    """
    if person not in profiles.people:
        raise NotFound("person", person, "the profiles do not name them")
    if skill not in model.columns:
        raise NotFound("skill", skill, "the model does not know it")
    row, column = profiles.people.index(person), model.columns[skill]
    aligned = _align(model, profiles)
    shown, group = aligned.shown[[row]], aligned.group[[row]]
    learnt = csr_array(shown[:, model.learnt])
    logits = model.base.copy()
    logits[np.r_[model.learnt, model.adopted]] = compute_priors(model, learnt, group)[0]
    logit = float(logits[column])
    terms: list[Term] = []
    for part in list_prior_terms(model, np.sort(learnt.indices).astype(np.int64), int(group[0]), column):
        other = None if part.skill is None else model.skills[part.skill]
        label = "" if part.skill is None else model.labels[part.skill]
        without = to_probability(logit - part.logit)
        terms.append(Term(part.kind, word_prior(part, label), part.logit, without, skill_id=other))
    reasons = sorted(terms[1:], key=lambda term: (-abs(term.logit), term.kind, term.text))
    return ProfileExplanation(
        person_id=person,
        skill_id=skill,
        skill_label=model.labels[column],
        shown=column in shown.indices,
        probability=to_probability(logit),
        logit=logit,
        calibration=model.calibration,
        calibration_text=model.calibration_text,
        model=model.version,
        terms=(terms[0], *reasons),
    )


@dataclass(frozen=True)
class _Aligned:
    """Profiles in the numbers of a model."""

    shown: csr_array
    """People x skills of the model."""
    group: NDArray[np.int64]


def _align(model: SkillModel, profiles: Profiles) -> _Aligned:
    number = np.fromiter((model.columns.get(skill, -1) for skill in profiles.skills), np.int64, len(profiles.skills))
    cells = profiles.shown.tocoo()
    known = number[cells.col] >= 0
    place = (cells.row[known], number[cells.col[known]])
    shown = csr_array((np.ones(int(known.sum())), place), shape=(len(profiles.people), len(model.skills)))
    roles = profiles.attributes.get("role", [None] * len(profiles.people))
    group = np.fromiter((model.group_rows.get(str(role), -1) for role in roles), np.int64, len(profiles.people))
    return _Aligned(shown, group)


def _find_most_probable(logits: NDArray[np.float64], top: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of the highest finite values of each row, the highest first, ties by column."""
    width = logits.shape[1]
    if top < width:
        # Everything at least as high as the last one wanted, so that ties at the end fall by column and not by chance.
        last = np.partition(logits, width - top, axis=1)[:, width - top]
        row, column = np.nonzero((logits >= last[:, None]) & (logits > -np.inf))
    else:
        row, column = np.nonzero(logits > -np.inf)
    order = np.lexsort((column, -logits[row, column], row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    return row[rank < top], column[rank < top]
