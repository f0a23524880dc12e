"""The likeliest skills that people do not show, for a whole organisation in one pass.

::

    logit of j = base_j + sum over shown i of W_ij + sum over features f of value_f F_fj

A person's log-odds are added up in one row of memory that stays in the processor's cache, so nothing of the size
people x skills is ever made, and the first skills are picked while the row is still there. One person takes some ten
microseconds: after a new piece of evidence they are simply ranked again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float32]
Numbers = NDArray[np.uint32]

BLOCK = 64
"""Skills that are passed over together when none of them enters the list."""


@dataclass(frozen=True)
class Ranking:
    """The first skills of every person, likeliest first; of equals the lower column comes first."""

    skills: NDArray[np.int32]
    """People x top: columns of the skills, -1 where a person has fewer."""
    logits: Floats
    """People x top: their log-odds, NaN where a person has fewer."""


def rank_skills(
    shown: csr_array,
    weights: csr_array,
    base: NDArray[Any],
    top: int,
    *,
    features: csr_array | None = None,
    feature_weights: NDArray[Any] | None = None,
) -> Ranking:
    """Rank the skills that people do not show; one thread, the same input gives the same bits.

    Args:
        shown: People x skills, 1 where the person shows the skill.
        weights: Skill shown x skill guessed, log-odds; a few hundred a row.
        base: Per skill the log-odds for somebody of whom nothing is known; minus infinity leaves a skill out.
        top: Most skills to return a person.
        features: People x features: what else is known of a person, such as 1 for the role held.
        feature_weights: Features x skills, log-odds of one unit of the feature.

    Raises:
        ValueError: The shapes do not fit one another, or ``top`` is not positive.
    """
    people, skills = shown.shape
    if features is None or feature_weights is None:
        features = csr_array(np.zeros((people, 0), dtype=np.float32))
        feature_weights = np.zeros((0, skills), dtype=np.float32)
    fits = weights.shape == (skills, skills) and base.shape == (skills,)
    if not fits or features.shape != (people, len(feature_weights)) or feature_weights.shape[1] != skills:
        raise ValueError(
            f"shown {shown.shape}, weights {weights.shape}, base {base.shape}, features {features.shape} and "
            f"feature_weights {feature_weights.shape} do not fit one another"
        )
    if top < 1:
        raise ValueError(f"top is {top}; it must be at least 1")
    ranking = Ranking(np.full((people, top), -1, dtype=np.int32), np.full((people, top), np.nan, dtype=np.float32))
    _compile_pass()(
        *_unpack(shown),
        *_unpack(weights),
        np.ascontiguousarray(base, dtype=np.float32),
        *_unpack(features),
        np.ascontiguousarray(feature_weights, dtype=np.float32),
        ranking.skills,
        ranking.logits,
    )
    return ranking


def _unpack(matrix: csr_array) -> tuple[Numbers, Numbers, Floats]:
    # Unsigned, because a signed index is looked at twice: it might count from the end.
    return (
        matrix.indptr.astype(np.int32, copy=False).view(np.uint32),
        matrix.indices.astype(np.int32, copy=False).view(np.uint32),
        np.asarray(matrix.data, dtype=np.float32),
    )


@cache
def _compile_pass() -> Callable[..., None]:
    import numba  # half a second to import, and only ranking needs it

    return cast(Callable[..., None], cast(Any, numba).njit(cache=True)(_rank))


def _rank(
    shown_at: Numbers,
    shown: Numbers,
    share: Floats,
    weight_at: Numbers,
    guessed: Numbers,
    weight: Floats,
    base: Floats,
    feature_at: Numbers,
    feature: Numbers,
    value: Floats,
    feature_weight: Floats,
    skills: NDArray[np.int32],
    logits: Floats,
) -> None:
    count, top = len(base), skills.shape[1]
    row = np.empty(count, dtype=np.float32)
    for person in range(len(skills)):
        row[:] = base
        for at in range(feature_at[person], feature_at[person + 1]):
            for column in range(count):
                row[column] += value[at] * feature_weight[feature[at], column]
        for at in range(shown_at[person], shown_at[person + 1]):
            for cell in range(weight_at[shown[at]], weight_at[shown[at] + 1]):
                row[guessed[cell]] += share[at] * weight[cell]
        for at in range(shown_at[person], shown_at[person + 1]):
            if share[at] != 0:
                row[shown[at]] = -np.inf

        found = 0
        least = np.float32(-np.inf)
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            entering = 0
            for column in range(start, stop):
                entering += row[column] > least
            if entering == 0:
                continue
            for column in range(start, stop):
                logit = row[column]
                if logit > least:
                    place = min(found, top - 1)
                    while place > 0 and logits[person, place - 1] < logit:
                        logits[person, place] = logits[person, place - 1]
                        skills[person, place] = skills[person, place - 1]
                        place -= 1
                    logits[person, place] = logit
                    skills[person, place] = column
                    found = min(found + 1, top)
                    if found == top:
                        least = logits[person, top - 1]
