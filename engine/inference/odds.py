"""Probabilities as log-odds and back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit


def to_logit(probability: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    return math.log(probability) - math.log1p(-probability)


def to_probability(logit: float) -> float:
    """Return the probability of log-odds; bit for bit what ``to_probabilities`` gives for an array."""
    return float(expit(np.float64(logit)))


def to_probabilities(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of an array of log-odds."""
    return np.asarray(expit(logits), dtype=np.float64)
