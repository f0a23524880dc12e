"""Synthetic skills of synthetic people, seeded: what the benches of size and speed draw on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

SKILLS_EACH = 18
ZIPF = 0.8
"""Exponent of the law by which skills are frequent: the 100 most frequent of 14,000 make a fifth of what is listed."""
CHUNK = 50_000


def draw_people(people: int, skills: int) -> csr_array:
    """Draw people x skills, 1 where shown: 18 different skills each by Zipf's law."""
    law = cumulate_law(skills, ZIPF)
    chunks = [
        draw_distinct(np.random.default_rng([2, start]), min(CHUNK, people - start), SKILLS_EACH, law)
        for start in range(0, people, CHUNK)
    ]
    return csr_array(vstack(chunks, format="csr"))


def cumulate_law(skills: int, exponent: float) -> NDArray[np.float64]:
    """Return the cumulated shares of skills whose frequency falls with their number by Zipf's law."""
    share = np.arange(1, skills + 1, dtype=np.float64) ** -exponent
    return np.cumsum(share / share.sum())


def draw_distinct(random: np.random.Generator, rows: int, each: int, law: NDArray[np.float64]) -> csr_array:
    """Draw ``each`` different columns a row by a law; a row that met too few different ones has fewer."""
    tries = each + each // 3 + 2
    drawn = np.minimum(np.searchsorted(law, random.random((rows, tries))), len(law) - 1)
    codes = (np.arange(rows)[:, None] * len(law) + drawn).reshape(-1)
    first = np.sort(np.unique(codes, return_index=True)[1])
    row = first // tries
    place = np.arange(len(first)) - np.searchsorted(row, row)
    kept = codes[first[place < each]]
    columns = np.sort(kept) % len(law)
    starts = np.r_[0, np.cumsum(np.bincount(kept // len(law), minlength=rows))]
    content = (np.ones(len(kept), dtype=np.float32), columns.astype(np.int32), starts.astype(np.int32))
    return csr_array(content, shape=(rows, len(law)))
