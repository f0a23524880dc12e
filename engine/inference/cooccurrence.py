"""Which skills go together, learnt by hiding parts of profiles and guessing them back.

One logistic regression a skill, all trained at once::

    logit P(j is shown though hidden from us | the visible part v, group g) = b_j + U_gj + sum_i W_ij v_i

Each step hides a random share of each profile and scores the guesses for every skill that is not visible. No labels are
needed, a skill never explains itself (where it is visible nothing is learnt about it), and the sum is its own
explanation. Gaussian priors on W, U and b make it a maximum-a-posteriori estimate, so a pilot of 50 people shrinks
towards base rates by itself. Numpy and Adam; one thread, so the same input gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from engine.inference.settings import InferenceSettings

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class CoOccurrence:
    """The learnt weights in log-odds."""

    base: NDArray[np.float64]
    """Per skill: log-odds for somebody of whom nothing is known."""
    weights: NDArray[np.float64]
    """Skill shown x skill guessed; the diagonal is 0."""
    group_weights: NDArray[np.float64]
    """Group x skill guessed."""


def learn_cooccurrence(
    shown: csr_array, group: NDArray[np.int64], groups: int, base: NDArray[np.float64], settings: InferenceSettings
) -> CoOccurrence:
    """Learn the weights from what people show.

    Args:
        shown: People x skills, 1 where the person shows the skill.
        group: Per person the number of their group, -1 for none.
        groups: How many groups there are.
        base: Per skill the prior mean of its base log-odds.
        settings: Mask rates, priors and steps.
    """
    people, skills = shown.shape
    random = np.random.default_rng(settings.seed)
    base_mean = base.astype(np.float32)
    parameters = [
        np.zeros((skills, skills), dtype=np.float32),
        np.zeros((groups, skills), dtype=np.float32),
        base_mean.copy(),
    ]
    priors = [
        (np.float32(0), np.float32(settings.weight_sd**-2)),
        (np.float32(0), np.float32(settings.group_sd**-2)),
        (base_mean, np.float32(settings.base_sd**-2)),
    ]
    if people and skills:
        batch = min(settings.batch, people)
        steps = max(settings.updates, -(-settings.passes * people // batch))
        optimiser = _Adam(parameters, settings.learning_rate, steps)
        queue = np.empty(0, dtype=np.int64)
        for _ in range(steps):
            while len(queue) < batch:
                queue = np.r_[queue, random.permutation(people)]
            rows, queue = queue[:batch], queue[batch:]
            truth: Floats = shown[rows].toarray().astype(np.float32)
            gradients = _differentiate(parameters, truth, group[rows], random, settings)
            for gradient, parameter, (mean, precision) in zip(gradients, parameters, priors, strict=True):
                gradient += precision / np.float32(people) * (parameter - mean)
            optimiser.step(parameters, gradients)
    weights, group_weights, learnt_base = (part.astype(np.float64) for part in parameters)
    return CoOccurrence(learnt_base, weights, group_weights)


def _differentiate(
    parameters: list[Floats],
    truth: Floats,
    group: NDArray[np.int64],
    random: np.random.Generator,
    settings: InferenceSettings,
) -> list[Floats]:
    weights, group_weights, base = parameters
    batch = len(truth)
    hide = random.uniform(settings.mask_low, settings.mask_high, size=(batch, 1)).astype(np.float32)
    visible = truth * (random.random(truth.shape, dtype=np.float32) >= hide)
    known = group >= 0
    membership = np.zeros((batch, len(group_weights)), dtype=np.float32)
    membership[known, group[known]] = 1
    logits = visible @ weights + membership @ group_weights + base
    errors: Floats = np.asarray((expit(logits) - truth) * (1 - visible) / batch, dtype=np.float32)
    return [visible.T @ errors, membership.T @ errors, errors.sum(axis=0)]


class _Adam:
    """Adam (Kingma and Ba 2015) with a cosine schedule."""

    def __init__(self, parameters: list[Floats], rate: float, steps: int) -> None:
        self._first = [np.zeros_like(item) for item in parameters]
        self._second = [np.zeros_like(item) for item in parameters]
        self._rate, self._steps, self._done = rate, steps, 0

    def step(self, parameters: list[Floats], gradients: list[Floats]) -> None:
        """Move the parameters, in place, down their gradients."""
        rate = self._rate * 0.5 * (1 + np.cos(np.pi * self._done / self._steps))
        self._done += 1
        scale = rate * np.sqrt(1 - 0.999**self._done) / (1 - 0.9**self._done)
        for parameter, gradient, first, second in zip(parameters, gradients, self._first, self._second, strict=True):
            first += np.float32(0.1) * (gradient - first)
            second += np.float32(0.001) * (gradient * gradient - second)
            parameter -= np.float32(scale) * first / (np.sqrt(second) + np.float32(1e-8))


def estimate_rates(
    counts: NDArray[Any], people: int, prior: NDArray[np.float64] | None = None, strength: float | None = None
) -> NDArray[np.float64]:
    """Return each skill's share of people by empirical Bayes, strictly between 0 and 1.

    Args:
        counts: People who show each skill.
        people: People in all.
        prior: Expected share per skill; the mean share of all skills when not given.
        strength: People that the prior is worth; estimated from the spread of the shares when not given.
    """
    if not len(counts):
        return np.zeros(0)
    share = (counts + 0.5) / (people + 1.0)
    mean = np.full(len(share), share.mean()) if prior is None else prior
    if strength is None:
        spread = float(share.var())
        middle = float(share.mean())
        strength = float(np.clip(middle * (1 - middle) / max(spread, 1e-9) - 1, 1.0, 100.0))
    return np.asarray((counts + strength * mean) / (people + strength), dtype=np.float64)
