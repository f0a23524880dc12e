"""How far ratings of one person and skill are off together.

A rating of some years ago is off by its own noise and by what has changed since. What has changed is a random walk, so
that two ratings share the change since the later of them::

    covariance of rating i and j = noise_i [i = j] + drift x min(age_i, age_j)

Three old ratings that agree are therefore hardly better than one: they agree on what was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class ErrorBlock:
    """Pairs with the same number of ratings."""

    rows: Rows
    """Pairs x ratings: the rows of the ratings."""
    inverse: Floats
    """Pairs x ratings x ratings: the inverse of the covariance of their errors."""


def group_ratings(pair: NDArray[np.intp]) -> tuple[Rows, ...]:
    """Return the ratings of each pair, pairs x ratings, an array for every number of ratings.

    Args:
        pair: The pair of each rating.
    """
    order = np.argsort(pair, kind="stable").astype(np.int64)
    _, first, count = np.unique(pair[order], return_index=True, return_counts=True)
    return tuple(order[first[count == ratings][:, None] + np.arange(ratings)] for ratings in np.unique(count).tolist())


def invert_errors(groups: Sequence[Rows], noise: Floats, age: Floats, drift: float) -> tuple[ErrorBlock, ...]:
    """Return the inverse covariance of the errors of every pair's ratings.

    Args:
        groups: What ``group_ratings`` returned.
        noise: Variance of each rating's own noise, above 0.
        age: Years since each rating.
        drift: Variance a level gains a year.
    """
    blocks: list[ErrorBlock] = []
    for rows in groups:
        covariance = drift * np.minimum(age[rows][:, :, None], age[rows][:, None, :])
        covariance += noise[rows][:, :, None] * np.eye(rows.shape[1])
        blocks.append(ErrorBlock(rows, np.linalg.inv(covariance).astype(np.float64)))
    return tuple(blocks)


def multiply(blocks: Sequence[ErrorBlock], values: Floats) -> Floats:
    """Return the inverse covariance times one value a rating, by rating."""
    product = np.zeros(len(values))
    for block in blocks:
        product[block.rows] = (block.inverse * values[block.rows][:, None, :]).sum(axis=2)
    return product
