"""How far probabilities can be trusted, measured on outcomes, with what chance alone would show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Most bins of the expected calibration error."""
PER_BIN = 10
"""Fewest outcomes a bin needs on average; fewer outcomes make fewer bins."""
REPEATS = 200
"""Simulated sets of outcomes that the share of chance is the mean of."""


@dataclass(frozen=True)
class Reliability:
    """How probabilities and outcomes agree; weights make a stratified sample speak for everybody."""

    outcomes: int
    brier: float
    """Mean squared distance of probability and outcome: 0 is perfect."""
    error: float
    """Expected calibration error: mean distance of share found and mean probability, over bins of equal weight."""
    chance: float
    """The same if every probability were right: what so few outcomes show by chance alone."""


def measure_reliability(
    probability: NDArray[np.float64], has: NDArray[np.bool_], weight: NDArray[np.float64], seed: int = 0
) -> Reliability:
    """Compare probabilities with what was found.

    The share of chance follows Roelofs and others, "Mitigating bias in calibration error estimation" (2020): a perfect
    model shows an error above 0 on few outcomes.

    Args:
        probability: What was believed, 0–1; at least one.
        has: What was found.
        weight: How many pairs each stands for.
        seed: Of the simulation.
    """
    share = weight / weight.sum()
    index = _split_equally(probability, share)
    drawn = np.random.default_rng(seed).random((REPEATS, len(probability))) < probability
    return Reliability(
        outcomes=len(probability),
        brier=float((share * (probability - has) ** 2).sum()),
        error=_measure_error(index, share * (has - probability)),
        chance=float(np.mean([_measure_error(index, share * (row - probability)) for row in drawn])),
    )


def _split_equally(probability: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the bin of each outcome: bins of equal weight, by rising probability; equal ones stay together."""
    bins = int(np.clip(len(probability) // PER_BIN, 1, BINS))
    distinct, index = np.unique(probability, return_inverse=True)
    mass = np.bincount(index, weights=share, minlength=len(distinct))
    middle = np.cumsum(mass) - mass / 2
    return np.minimum((middle * bins).astype(np.intp), bins - 1)[index]


def _measure_error(index: NDArray[np.intp], gap: NDArray[np.float64]) -> float:
    return float(np.abs(np.bincount(index, weights=gap)).sum())
