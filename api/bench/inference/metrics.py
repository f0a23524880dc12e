"""How good an answer is: the order of skills, the probabilities, and how sure a difference is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.bench.inference.protocol import Question

Floats = NDArray[np.float64]
DEPTH = 10
BINS = 15
SIMULATIONS = 5
"""Simulated outcomes behind a noise floor."""


@dataclass(frozen=True)
class Ranking:
    """How early each person's hidden skills come, 0 to 1, one value a person."""

    ndcg: Floats
    """NDCG@10 with gain 1 a hidden skill, against the best order possible."""
    recall_5: Floats
    """Hidden skills among the first 5, of at most 5."""
    recall_10: Floats
    """Hidden skills among the first 10, of at most 10."""
    reciprocal_rank: Floats
    """1 / place of the first hidden skill."""


@dataclass(frozen=True)
class Calibration:
    """How far probabilities can be believed, over every skill that was not visible."""

    brier_skill: float
    """1 - Brier score / Brier score of always saying the overall rate: 1 is perfect, 0 knows nothing."""
    error: float
    """Expected calibration error, no calibration step before it."""
    noise_floor: float
    """What that error would be on average if the probabilities were right and outcomes independent."""


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def measure_ranking(scores: Floats, question: Question) -> Ranking:
    """Rank every skill that is not visible by score, highest first, equal ones by column.

    Raises:
        ValueError: Of somebody nothing is hidden, so that no order is better than another.
    """
    if not question.hidden.any(axis=1).all():
        raise ValueError("something must be hidden of everybody who is judged")
    ranked = np.where(question.find_asked(), scores, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")
    hits = np.take_along_axis(question.hidden, order, axis=1)
    first, count = hits[:, :DEPTH], question.hidden.sum(axis=1)
    discount = 1 / np.log2(np.arange(first.shape[1]) + 2)
    ideal = np.cumsum(discount)[np.minimum(count, len(discount)) - 1]
    return Ranking(
        ndcg=(first * discount).sum(axis=1) / ideal,
        recall_5=hits[:, :5].sum(axis=1) / np.minimum(count, 5),
        recall_10=first.sum(axis=1) / np.minimum(count, DEPTH),
        reciprocal_rank=1 / (hits.argmax(axis=1) + 1.0),
    )


def measure_calibration(guess: Floats, truth: NDArray[np.bool_], seed: int = 0) -> Calibration:
    """Compare probabilities with what was hidden.

    Args:
        guess: One probability a cell.
        truth: Whether the skill was hidden there; both must occur.
        seed: Of the simulated outcomes.
    """
    order = np.argsort(guess, kind="stable")
    guess, outcome = guess[order], truth[order].astype(np.float64)
    random = np.random.default_rng(seed)
    floors = [_measure_error(guess, random.random(len(guess)) < guess) for _ in range(SIMULATIONS)]
    return Calibration(
        brier_skill=1 - float(((guess - outcome) ** 2).mean()) / float(outcome.var()),
        error=_measure_error(guess, outcome),
        noise_floor=float(np.mean(floors)),
    )


def _measure_error(ascending: Floats, outcome: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    # Bins of equal mass: with bins of equal width nearly all cells, being improbable, would fall into the first.
    gaps = [abs(float(part.sum())) for part in np.array_split(ascending - outcome, BINS)]
    return sum(gaps) / len(ascending)


def average_by_person(people: NDArray[np.int64], values: Floats) -> Interval:
    """Average values over seeds, with a normal interval that knows that a person's answers are not independent.

    Args:
        people: Per value whose it is; a person comes once for each seed that drew them into the test part.
        values: For example how much better one method ranked for this person than another.
    """
    mean = float(values.mean())
    _, person = np.unique(people, return_inverse=True)
    # Variance of a mean with clusters: what a person's values have in common does not average out within the person.
    off = np.bincount(person, weights=values - mean)
    clusters = len(off)
    spread = np.sqrt(float(off @ off) * clusters / max(clusters - 1, 1)) / len(values)
    half = 1.959963984540054 * float(spread)
    return Interval(mean, mean - half, mean + half)
