"""Sums over groups of entries, always in the order of the entries, so that the same entries give the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def sum_by(index: NDArray[np.intp], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return ``count`` sums: of the values with index 0, with index 1 and so on."""
    return np.bincount(index, weights=values, minlength=count).astype(np.float64)


def number_distinct(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the distinct codes, rising, and for each code its place among them."""
    distinct, index = np.unique(codes, return_inverse=True)
    return distinct, index.reshape(-1)


def look_up(codes: NDArray[np.int64], values: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the value of each wanted code, 0 where there is none; ``codes`` rise."""
    found = np.zeros(len(wanted))
    if len(codes):
        place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        hit = codes[place] == wanted
        found[hit] = values[place[hit]]
    return found


def count_entries(starts: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many entries each row of a sparse matrix has, from its row starts."""
    return np.diff(starts).astype(np.int64)
