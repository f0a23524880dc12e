"""Which skills go together, learnt by hiding parts of profiles and guessing them back.

One logistic regression a skill, all trained at once::

    logit P(j is shown though hidden from us | the visible part v, attributes a) = b_j + sum_i W_ij v_i + sum_k U_kj a_k
                                                                                     + r_j(v, a)

Each step hides a random share of each profile and scores the guesses for every skill that is not visible. No labels are
needed, a skill never explains itself (where it is visible nothing is learnt about it), and the sum is its own
explanation. Gaussian priors on W, U and b make it a maximum-a-posteriori estimate, so a pilot of 50 people shrinks
towards base rates by itself.

The residual r is what a sum over single skills cannot say: one hidden layer, r = C max(0, A (v, a) + c), learnt beside
the sum and charged for its size, ``residual_price`` x P x r^2 a guess, so that it stays small wherever the sum can do
the work. It is learnt only from many people; see ``residual_min_people``.

Numpy and Adam; one thread, so the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from engine.inference.adam import Adam, Floats
from engine.inference.settings import InferenceSettings


@dataclass(frozen=True)
class CoOccurrence:
    """The learnt weights, all in single precision; those that are summed are in log-odds.

    ``residual_in`` takes the skills shown, then the attributes; its width is 0 where there were too few people.
    """

    base: Floats
    """Per skill: log-odds for somebody of whom nothing is known."""
    weights: Floats
    """Skill shown x skill guessed; the diagonal is 0."""
    attribute_weights: Floats
    """Attribute x skill guessed."""
    residual_in: Floats
    """Skill shown, then attribute x hidden unit."""
    residual_bias: Floats
    """Per hidden unit."""
    residual_out: Floats
    """Hidden unit x skill guessed."""

    def list_arrays(self) -> list[Floats]:
        """Return the arrays in the order of the fields."""
        return [
            self.base,
            self.weights,
            self.attribute_weights,
            self.residual_in,
            self.residual_bias,
            self.residual_out,
        ]


def learn_cooccurrence(
    shown: csr_array, attributes: Floats, base: NDArray[np.float64], settings: InferenceSettings
) -> CoOccurrence:
    """Learn the weights from what people show.

    Args:
        shown: People x skills, 1 where the person shows the skill.
        attributes: People x attributes; all zeros where nothing is known of a person.
        base: Per skill the prior mean of its base log-odds.
        settings: Mask rates, priors and steps.
    """
    people, skills = shown.shape
    random = np.random.default_rng(settings.seed)
    start = _start(people, skills, attributes.shape[1], base.astype(np.float32), random, settings)
    if not people or not skills:
        return start
    parameters = start.list_arrays()
    precisions = _list_precisions(people, settings)
    base_mean = base.astype(np.float32)
    batch = min(settings.batch, people)
    steps = max(settings.updates, -(-settings.passes * people // batch))
    optimiser = Adam(parameters, settings.learning_rate, steps)
    for rows in _draw_batches(people, batch, steps, random):
        truth: Floats = shown[rows].toarray().astype(np.float32)
        visible = _hide_some(truth, random, settings)
        gradients = _differentiate(start, truth, visible, attributes[rows], random, settings)
        gradients[0] -= precisions[0] * base_mean
        for gradient, parameter, precision in zip(gradients, parameters, precisions, strict=True):
            gradient += precision * parameter
        optimiser.step(gradients)
    return start


def _start(
    people: int, skills: int, attributes: int, base: Floats, random: np.random.Generator, settings: InferenceSettings
) -> CoOccurrence:
    units = settings.residual_units if people >= settings.residual_min_people else 0
    inputs = random.standard_normal((skills + attributes, units), dtype=np.float32)
    return CoOccurrence(
        base=base.copy(),
        weights=np.zeros((skills, skills), dtype=np.float32),
        attribute_weights=np.zeros((attributes, skills), dtype=np.float32),
        # A profile shows some twenty skills: so each unit starts with a sum of about unit variance.
        residual_in=inputs / np.float32(np.sqrt(20)),
        residual_bias=np.zeros(units, dtype=np.float32),
        residual_out=np.zeros((units, skills), dtype=np.float32),
    )


def _list_precisions(people: int, settings: InferenceSettings) -> list[np.float32]:
    sds = (settings.base_sd, settings.weight_sd, settings.attribute_sd, *(settings.residual_sd,) * 3)
    return [np.float32(sd**-2 / people) for sd in sds]


def _draw_batches(people: int, batch: int, steps: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    queue = np.empty(0, dtype=np.int64)
    for _ in range(steps):
        while len(queue) < batch:
            queue = np.r_[queue, random.permutation(people)]
        yield queue[:batch]
        queue = queue[batch:]


def _hide_some(truth: Floats, random: np.random.Generator, settings: InferenceSettings) -> Floats:
    hide = random.uniform(settings.mask_low, settings.mask_high, size=(len(truth), 1)).astype(np.float32)
    # Newcomers show next to nothing, and must be guessed at too: of some profiles almost all is hidden.
    few = random.random((len(truth), 1)) < settings.newcomer_share
    left = random.uniform(0, settings.newcomer_skills, size=(len(truth), 1))
    hide = np.where(few, 1 - left / np.maximum(truth.sum(axis=1, keepdims=True), settings.newcomer_skills), hide)
    return truth * (random.random(truth.shape, dtype=np.float32) >= hide)


def _differentiate(
    learnt: CoOccurrence,
    truth: Floats,
    visible: Floats,
    attributes: Floats,
    random: np.random.Generator,
    settings: InferenceSettings,
) -> list[Floats]:
    """Return the gradient of each array of ``learnt``, in the order of the fields."""
    inputs = np.concatenate([visible, attributes], axis=1)
    active = np.maximum(inputs @ learnt.residual_in + learnt.residual_bias, 0)
    kept = (random.random(active.shape, dtype=np.float32) >= settings.residual_dropout).astype(np.float32)
    kept /= np.float32(1 - settings.residual_dropout)
    residual = (active * kept) @ learnt.residual_out
    guess = expit(visible @ learnt.weights + attributes @ learnt.attribute_weights + learnt.base + residual)
    asked = (1 - visible) / np.float32(len(truth))
    errors: Floats = np.asarray((guess - truth) * asked, dtype=np.float32)
    charge = 2 * settings.residual_price * residual * guess * asked
    charged: Floats = np.asarray(errors + charge, dtype=np.float32)
    backwards = (charged @ learnt.residual_out.T) * kept * (active > 0)
    return [
        errors.sum(axis=0),
        visible.T @ errors,
        attributes.T @ errors,
        inputs.T @ backwards,
        backwards.sum(axis=0),
        (active * kept).T @ charged,
    ]


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
