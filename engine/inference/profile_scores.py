"""What a model says of people by their profiles alone, whether or not it was fitted on them.

The probabilities are the priors of :mod:`engine.inference.prior`: a profile holds what people show, no evidence about
the skills they do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.inference.model import SkillModel
from engine.inference.odds import to_probabilities, to_probability
from engine.inference.prior import Alignment, align_profiles, compute_priors, list_prior_terms
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
    aligned = align_profiles(model, profiles)
    size = max(CELLS // max(len(model.skills), 1), 1)
    for start in range(0, len(profiles.people), size):
        rows = slice(start, start + size)
        logits = _compute_logits(model, aligned, rows)
        cells = profiles.shown[rows].tocoo()
        number = aligned.skill[cells.col]
        logits[cells.row[number >= 0], number[number >= 0]] = -np.inf
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
    rest = _leave_out(profiles, row, skill)
    aligned = align_profiles(model, rest)
    logit = float(_compute_logits(model, aligned, slice(row, row + 1))[0, column])
    terms: list[Term] = []
    for part in list_prior_terms(model, aligned, row, column):
        other = None if part.skill is None else model.skills[part.skill]
        label = "" if part.skill is None else model.labels[part.skill]
        without = to_probability(logit - part.logit)
        terms.append(Term(part.kind, word_prior(part, label), part.logit, without, skill_id=other))
    reasons = sorted(terms[1:], key=lambda term: (-abs(term.logit), term.kind, term.text))
    return ProfileExplanation(
        person_id=person,
        skill_id=skill,
        skill_label=model.labels[column],
        shown=rest.shown.nnz < profiles.shown.nnz,
        probability=to_probability(logit),
        logit=logit,
        calibration=model.calibration,
        calibration_text=model.calibration_text,
        model=model.version,
        terms=(terms[0], *reasons),
    )


def _leave_out(profiles: Profiles, row: int, skill: str) -> Profiles:
    # A skill never speaks for itself, but the residual reads the profile as a whole.
    if skill not in profiles.skills:
        return profiles
    shown = profiles.shown.copy()
    own = slice(shown.indptr[row], shown.indptr[row + 1])
    shown.data[own][shown.indices[own] == profiles.skills.index(skill)] = 0
    shown.eliminate_zeros()
    return replace(profiles, shown=shown)


def _compute_logits(model: SkillModel, aligned: Alignment, rows: slice) -> NDArray[np.float64]:
    """Return people x skills of the model; those that nothing was learnt of have their base rate."""
    priors = compute_priors(model, aligned.take(rows))
    logits = np.tile(model.base, (len(priors), 1))
    logits[:, np.r_[model.learnt, model.adopted]] = priors
    return logits


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
