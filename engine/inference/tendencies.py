"""What is common to the ratings of a person: how high their levels lie, and how high they rate themselves.

A rating lies off what is usual by ``person + own ruler (self-reports only) + rest of the pair + noise``, all normal.
Given the two numbers of the person, pairs are independent, so that each pair adds its part to a two-by-two system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.rating_errors import ErrorBlock, multiply
from engine.inference.sums import sum_by

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RatingSums:
    """The ratings of each pair of person and skill, weighed and summed.

    With R the covariance of the errors of a pair's ratings, 1 a vector of ones, s one of 1 for self-reports and 0 for
    others, and y how far the ratings lie off what is usual.
    """

    precision: Floats
    """1' R^-1 1: what all ratings of the pair weigh together."""
    own: Floats
    """1' R^-1 s: the self-reports' part of that."""
    own_alone: Floats
    """s' R^-1 s."""
    off: Floats
    """1' R^-1 y."""
    own_off: Floats
    """s' R^-1 y."""
    weight: Floats
    """R^-1 1, by rating: its part of ``precision``."""


@dataclass(frozen=True)
class Tendencies:
    """What is common to the ratings of each person, by row, with its uncertainty."""

    level: Floats
    """How much higher their levels are than usual."""
    own: Floats
    """How much higher they rate themselves than others rate them."""
    level_variance: Floats
    own_variance: Floats
    covariance: Floats
    skills: NDArray[np.int64]
    """How many rated skills that was told from."""


def sum_ratings(
    pair: NDArray[np.intp], blocks: Sequence[ErrorBlock], own: NDArray[np.bool_], off: Floats, pairs: int
) -> RatingSums:
    """Weigh and sum ratings by pair.

    Args:
        pair: The pair of each rating.
        blocks: The covariance of their errors, inverted.
        own: Whether each is a self-report.
        off: How far each lies off what is usual.
        pairs: How many pairs there are.
    """
    weight = multiply(blocks, np.ones(len(pair)))
    own_weight = multiply(blocks, own.astype(np.float64))
    return RatingSums(
        precision=sum_by(pair, weight, pairs),
        own=sum_by(pair, own_weight, pairs),
        own_alone=sum_by(pair, np.where(own, own_weight, 0.0), pairs),
        off=sum_by(pair, weight * off, pairs),
        own_off=sum_by(pair, own_weight * off, pairs),
        weight=weight,
    )


def find_tendencies(
    sums: RatingSums,
    spread: Floats,
    person: NDArray[np.int64],
    people: int,
    person_spread: float,
    own_spread: float,
) -> Tendencies:
    """Find what is common to the ratings of each person.

    Args:
        sums: Their ratings by pair.
        spread: Variance of each pair's level about what is usual for the person.
        person: Row of the person of each pair.
        people: How many people there are.
        person_spread: Variance of what is common to a person's levels.
        own_spread: Variance of how much higher than others people rate themselves.
    """
    kept = 1 / (1 + spread * sums.precision)
    shrink = spread * kept
    both = sum_by(person, sums.own * kept, people)
    for_level = 1 / person_spread + sum_by(person, sums.precision * kept, people)
    for_own = 1 / own_spread + sum_by(person, sums.own_alone - sums.own**2 * shrink, people)
    pull_level = sum_by(person, sums.off * kept, people)
    pull_own = sum_by(person, sums.own_off - sums.own * sums.off * shrink, people)
    determinant = for_level * for_own - both**2
    return Tendencies(
        level=(for_own * pull_level - both * pull_own) / determinant,
        own=(for_level * pull_own - both * pull_level) / determinant,
        level_variance=for_own / determinant,
        own_variance=for_level / determinant,
        covariance=-both / determinant,
        skills=np.bincount(person[sums.precision > 0], minlength=people),
    )


def vary(found: Tendencies, person: NDArray[np.int64], level: Floats, own: Floats) -> Floats:
    """Return the variance of ``level`` x the person's level tendency + ``own`` x their own ruler."""
    return (
        level**2 * found.level_variance[person]
        + 2 * level * own * found.covariance[person]
        + own**2 * found.own_variance[person]
    )
