"""Lists that keep a promise: the longest whose expected share of wrong entries stays under what was promised.

Pure functions over numbers: one row of an array a person. ``engine/promised_pools.py`` feeds them from the graph.

Two things a promise cannot do. It is an expectation: a list of ten that promises 90 % holds one wrong entry on average,
now and then three. And it is as good as the probabilities: picking the likeliest also picks those whose probability
is too high by mistake (the winner's curse). Where probabilities are calibrated that costs nothing, since of all who
are believed at .8 four in five are right however they were picked; where they are not, nothing but an audit of the
list tells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""What sums of binary fractions may be off, so that ten entries of .9 keep a promise of .9."""
FINEST = 10_000
"""Importances count in steps of a ten-thousandth."""
BLOCK = 4_000_000
"""Numbers of one block of people: 32 MB."""


@dataclass(frozen=True)
class Promise:
    """The longest list that keeps a promise."""

    chosen: NDArray[np.int64]
    """Rows of the people on it, likeliest first; among equals in the order given."""
    expected_precision: float | None
    """Expected share of right entries, at least what was promised; None for an empty list."""
    expected_wrong: float
    """Expected number of wrong entries."""
    expected_missed: float
    """Expected number of people who are right and not on the list."""
    edge: float
    """The least probability of being right with which a person gets or stays on the list, 0–1."""


def keep_promise(right: Floats, precision: float) -> Promise:
    """Choose the most people whose expected share of right entries is at least ``precision``.

    Taking the likeliest first is best: the share falls with every entry, so the longest list is the last one that
    keeps the promise.

    Args:
        right: P(it is right to list this person), one each.
        precision: The share promised, above 0 and below 1.
    """
    order = np.argsort(-right, kind="stable").astype(np.int64)
    ranked = right[order]
    share = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    count = int((share >= precision - ROUNDING).sum())
    listed, rest = ranked[:count], ranked[count:]
    # One more may be as much below the promise as all the others are above it, but not below the last of them:
    # who comes before the last one takes their place.
    spare = float((listed - precision).sum())
    edge = min([precision - spare, *listed[-1:].tolist()])
    return Promise(
        chosen=order[:count],
        expected_precision=float(share[count - 1]) if count else None,
        expected_wrong=float((1 - listed).sum()),
        expected_missed=float(rest.sum()),
        edge=max(0.0, edge),
    )


def reach_readiness(met: Floats, importance: Sequence[float], threshold: float, demanded: Sequence[bool]) -> Floats:
    """Return P(readiness reaches the threshold and everything demanded is met), one a person.

    Readiness is the importance-weighted share of requirements met. The distribution of the sum is convolved one
    requirement at a time, exactly: sums that coincide are kept once, so few or round importances cost little.
    Requirements are taken to be met independently of one another, given what is known of the person. That is what the
    probabilities say, since they come from one model of the whole profile, but errors of that model fall on several
    skills of a person at once. For skills that are all demanded it understates the chance when they go together.

    Args:
        met: People x requirements, P(the requirement is met).
        importance: Of each requirement; counted in ten-thousandths.
        threshold: The readiness to reach, 0–1.
        demanded: Of each requirement whether it must be met whatever the readiness.
    """
    weights = [round(value * FINEST) for value in importance]
    unit = math.gcd(*weights) or 1
    weights = [weight // unit for weight in weights]
    needed = math.ceil(round(threshold * sum(weights), 6))
    step = max(1, BLOCK // (needed + 1))
    parts = [
        _reach_sum(met[start : start + step], weights, needed, demanded) for start in range(0, max(1, len(met)), step)
    ]
    return np.concatenate(parts)


def _reach_sum(met: Floats, weights: Sequence[int], needed: int, demanded: Sequence[bool]) -> Floats:
    reached = np.zeros(1, dtype=np.int64)
    chance = np.ones((1, len(met)))
    open_weight = sum(weights)
    for number in sorted(range(len(weights)), key=lambda number: -weights[number]):
        weight, yes = weights[number], met[:, number]
        no = np.zeros(len(met)) if demanded[number] else 1 - yes
        # Whoever has enough has enough: all sums beyond are one.
        grown = np.minimum(reached + weight, needed)
        distinct, place = np.unique(np.concatenate([reached, grown]), return_inverse=True)
        after = np.zeros((len(distinct), len(met)))
        np.add.at(after, place[: len(reached)], chance * no)
        np.add.at(after, place[len(reached) :], chance * yes)
        open_weight -= weight
        alive = distinct + open_weight >= needed
        reached, chance = distinct[alive], after[alive]
    return chance[reached >= needed].sum(axis=0)
