"""Finds whoever lies nearest: people or occupations by text, by the skills they show, or by group.

Cosine between a text and a skill's name is a weak score for people. A text earns its place by retrieval: the nearest
entities say which skills go with it, each by its share, softmax(sharpness x cosine), and each can be named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

Floats = NDArray[np.float64]
DIGITS = 6
"""Decimals that a cosine is rounded to, so that it does not show how many were asked about at once."""
BLOCK = 256


@dataclass(frozen=True, eq=False)
class Entities:
    """Those who can be retrieved: people with a profile, or occupations."""

    ids: tuple[str, ...]
    """Ids in row order."""
    shown: csr_array
    """Entities x skills, 1 where shown."""
    texts: NDArray[np.float32]
    """Entities x dimension, unit length; NaN rows where nothing is written; no columns when no text is known of any."""
    groups: NDArray[np.int64]
    """Attributes x entities: number of the entity's category, -1 where unknown."""

    @cached_property
    def rows(self) -> dict[str, int]:
        """Return the row of each entity by its id."""
        return {entity: row for row, entity in enumerate(self.ids)}

    @cached_property
    def unit_shown(self) -> csr_array:
        """Return ``shown`` with rows of unit length."""
        return scale_rows(self.shown)

    def leave_out(self, ids: Collection[str]) -> Entities:
        """Return the entities without some of them, as if they had never been there."""
        kept = np.flatnonzero([entity not in ids for entity in self.ids])
        return replace(
            self,
            ids=tuple(self.ids[row] for row in kept),
            shown=csr_array(self.shown[kept]),
            texts=self.texts[kept],
            groups=self.groups[:, kept],
        )


def find_by_text(
    texts: NDArray[np.float32], index: NDArray[np.float32], own: NDArray[np.int64], count: int, sharpness: float
) -> csr_array:
    """Weigh the texts of an index nearest to each of some texts.

    Args:
        texts: Asked x dimension, unit length; rows of NaN where there is no text.
        index: Indexed x dimension, likewise.
        own: Per asked text the row of the index that is its own and does not count, -1 for none.
        count: How many nearest.
        sharpness: Factor on the cosine inside the softmax.

    Returns:
        Asked x indexed: weights that sum to 1 a row; an empty row where there is no text.
    """
    # Without a text the cosine is 0, and who is not nearer than that is not found.
    asked, right = np.nan_to_num(texts.astype(np.float64)), np.nan_to_num(index.astype(np.float64)).T
    blocks = [
        _weigh_nearest(asked[start : start + BLOCK] @ right, own[start : start + BLOCK], count, sharpness)
        for start in range(0, len(texts), BLOCK)
    ]
    return csr_array(vstack(blocks, format="csr")) if blocks else csr_array(np.zeros((0, len(index))))


def find_alike(shown: csr_array, entities: Entities, own: NDArray[np.int64], count: int, sharpness: float) -> csr_array:
    """Weigh the entities that show most nearly the same skills, by the cosine between profiles.

    Args:
        shown: Asked x skills, 1 where shown.
        entities: Those who may be found.
        own: Per row of ``shown`` the entity that is the same one and does not count, -1 for none.
        count: How many nearest.
        sharpness: Factor on the cosine inside the softmax.

    Returns:
        Asked x entities: weights that sum to 1 a row; an empty row for somebody who shares no skill with anybody.
    """
    asked, right = scale_rows(shown), entities.unit_shown.T.tocsr()
    blocks = [
        _weigh_nearest((asked[start : start + BLOCK] @ right).toarray(), own[start : start + BLOCK], count, sharpness)
        for start in range(0, shown.shape[0], BLOCK)
    ]
    return csr_array(vstack(blocks, format="csr")) if blocks else csr_array(np.zeros((0, len(entities.ids))))


def find_members(
    group: NDArray[np.int64], groups: NDArray[np.int64], own: NDArray[np.int64], strength: float
) -> csr_array:
    """Weigh the members of each one's group alike: 1 / (members + strength), the one asked about not counting.

    Args:
        group: Per asked one the number of the group, -1 for none.
        groups: Per entity the number of the group, -1 for none.
        own: Per asked one the entity that is the same one, -1 for none.
        strength: Members that nothing at all is worth: how far a small group is believed.

    Returns:
        Asked x entities.
    """
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], group, side="left")
    last = np.searchsorted(groups[order], group, side="right")
    size = np.where(group >= 0, last - first, 0)
    starts = np.r_[0, np.cumsum(size)]
    members = order[np.repeat(first - starts[:-1], size) + np.arange(starts[-1])]
    asked = np.repeat(np.arange(len(group)), size)
    kept = members != own[asked]
    asked, members = asked[kept], members[kept]
    weight = 1 / (np.bincount(asked, minlength=len(group)) + strength)
    found = csr_array((weight[asked], (asked, members)), shape=(len(group), len(groups)))
    found.sort_indices()
    return found


def scale_rows(rows: csr_array) -> csr_array:
    """Return the rows of a non-negative matrix with unit length; empty rows stay empty."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64)).reshape(-1, 1)
    return csr_array(rows.multiply(1 / np.where(length > 0, length, 1)))


def _weigh_nearest(cosine: Floats, own: NDArray[np.int64], count: int, sharpness: float) -> csr_array:
    cosine = np.round(cosine, DIGITS)
    asked = np.arange(len(cosine))
    cosine[asked[own >= 0], own[own >= 0]] = -1.0
    # The nearest in the order of their numbers, so that sums over them do not hang on how they were found.
    count = min(count, cosine.shape[1])
    nearest = np.sort(np.argpartition(-cosine, count - 1, axis=1)[:, :count], axis=1)
    near = np.take_along_axis(cosine, nearest, axis=1)
    weight = np.where(near > 0, np.exp(sharpness * (near - 1)), 0.0)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    starts = np.arange(len(cosine) + 1) * nearest.shape[1]
    found = csr_array((weight.reshape(-1), nearest.reshape(-1), starts), shape=cosine.shape)
    found.eliminate_zeros()
    return found
