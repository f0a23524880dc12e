"""Skills that hardly anybody shows yet start from the skills whose names and descriptions lie nearest.

For such a skill j, with N its nearest learnt skills weighted by softmax(12 cosine)::

    logit P(j) = b_j + slope_related x sum_k N_jk (what speaks for k) + slope_shown x sum_k N_jk [k is shown]

Both slopes are learnt by playing the game with skills whose answer is known: each learnt skill in turn is guessed from
its neighbours alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from engine.inference.settings import InferenceSettings
from engine.inference.sums import count_entries

SLOPES = (0.5, 2.0)
"""Prior means of the two slopes, for when there is too little to learn from."""
SLOPE_SD = 1.0
SAMPLE = 2000
BLOCK = 1024


@dataclass(frozen=True)
class Slopes:
    """How far neighbours speak for a skill."""

    related: float
    """For what speaks for the neighbours."""
    shown: float
    """For neighbours that the person shows."""


def find_neighbours(
    embeddings: NDArray[np.float32],
    wanted: NDArray[np.int64],
    learnt: NDArray[np.int64],
    settings: InferenceSettings,
) -> csr_array:
    """Find the learnt skills nearest to each wanted one; a skill is never its own neighbour.

    Args:
        embeddings: Skills x dimension, unit length; rows of NaN where a skill has none.
        wanted: Skills to find neighbours for.
        learnt: Skills that may be neighbours.
        settings: How many, and how sharply weighted.

    Returns:
        Wanted x learnt: weights that sum to 1 a row, or an empty row without an embedding.
    """
    has = np.isfinite(embeddings.sum(axis=1))
    candidates = np.flatnonzero(has[learnt])
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    asked = np.flatnonzero(has[wanted])
    keep = min(settings.neighbours, len(candidates) - 1)
    if keep >= 1:
        for start in range(0, len(asked), BLOCK):
            block = asked[start : start + BLOCK]
            cosine = (embeddings[wanted[block]] @ embeddings[learnt[candidates]].T).astype(np.float64)
            cosine[wanted[block][:, None] == learnt[candidates][None, :]] = -np.inf
            nearest = np.sort(np.argsort(-cosine, axis=1, kind="stable")[:, :keep], axis=1)
            near = np.take_along_axis(cosine, nearest, axis=1)
            weight = np.exp(settings.neighbour_sharpness * (near - near.max(axis=1, keepdims=True)))
            rows.append(np.repeat(block, keep))
            columns.append(candidates[nearest].reshape(-1))
            values.append((weight / weight.sum(axis=1, keepdims=True)).reshape(-1))
    shape = (len(wanted), len(learnt))
    if not rows:
        return csr_array(shape, dtype=np.float64)
    return csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def learn_slopes(
    shown: csr_array,
    speaks: NDArray[np.float64],
    weights: NDArray[np.float64],
    neighbours: csr_array,
    rates: NDArray[np.float64],
    seed: int,
) -> Slopes:
    """Learn how far neighbours speak for a skill, from skills whose answer is known.

    Args:
        shown: People x learnt skills, 1 where shown.
        speaks: People x learnt skills: the log-odds beyond the base rate.
        weights: Co-occurrence weights, shown x guessed.
        neighbours: Learnt x learnt neighbour weights, diagonal empty.
        rates: Share of people who show each learnt skill.
        seed: Seed of the sample of people.
    """
    people = shown.shape[0]
    chosen = np.sort(np.random.default_rng(seed).permutation(people)[:SAMPLE])
    truth = shown[chosen].toarray().astype(np.float64)
    related = np.asarray((neighbours @ speaks[chosen].T).T, dtype=np.float64)
    # What a person's showing of the skill itself says about its neighbours would give the answer away.
    own = np.asarray(neighbours.multiply(weights).sum(axis=1), dtype=np.float64).reshape(-1)
    related -= truth * own
    near = np.asarray((neighbours @ truth.T).T, dtype=np.float64)
    offset = np.broadcast_to(np.log(rates / (1 - rates)), truth.shape)
    has = np.flatnonzero(count_entries(neighbours.indptr))
    features = np.stack([np.ones(truth[:, has].size), related[:, has].ravel(), near[:, has].ravel()], axis=1)
    found = _fit_logistic(
        features, truth[:, has].ravel(), offset[:, has].ravel(), mean=np.array([0.0, *SLOPES]), sd=SLOPE_SD
    )
    return Slopes(related=max(0.0, float(found[1])), shown=max(0.0, float(found[2])))


def _fit_logistic(
    features: NDArray[np.float64],
    truth: NDArray[np.float64],
    offset: NDArray[np.float64],
    mean: NDArray[np.float64],
    sd: float,
) -> NDArray[np.float64]:
    # Newton's method; scikit-learn's logistic regression takes neither an offset nor a prior mean.
    found = mean.copy()
    precision = np.eye(len(mean)) / sd**2
    for _ in range(25):
        guess = expit(features @ found + offset)
        gradient = features.T @ (guess - truth) + precision @ (found - mean)
        curvature = (features * (guess * (1 - guess))[:, None]).T @ features + precision
        step = np.linalg.solve(curvature, gradient)
        found -= np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max()) < 1e-8:
            break
    return found
