"""What a wide model goes by: each feature is a row about a person times a matrix about the skills.

So each is a sum, over skills shown or over people and occupations found, that can be told part by part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.attributes import AttributeCode
from engine.inference.profiles import Profiles
from engine.inference.retrieval import DIGITS

Floats = NDArray[np.float64]
BUCKETS = (0, 1, 3, 10)
"""From how many skills seen each set of coefficients holds."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Those asked about, in the numbers of a model."""

    shown: csr_array
    """Asked x learnt skills, 1 where shown."""
    texts: NDArray[np.float32]
    """Asked x dimension; NaN rows, or no columns, where nothing is written."""
    groups: NDArray[np.int64]
    """Attributes x asked: number of the category or bin, -1 where unknown."""
    own: NDArray[np.int64]
    """The entity of the model that is the same one, -1 for none."""

    def take(self, rows: slice | NDArray[np.int64]) -> Asked:
        """Return some of them."""
        return Asked(csr_array(self.shown[rows]), self.texts[rows], self.groups[:, rows], self.own[rows])

    @property
    def has_text(self) -> NDArray[np.bool_]:
        """Return of whom a text is known."""
        known = np.isfinite(self.texts)
        return known[:, 0] if known.shape[1] else np.zeros(len(known), dtype=np.bool_)

    @property
    def buckets(self) -> NDArray[np.int64]:
        """Return by how many skills are seen of each which set of coefficients holds."""
        seen = np.diff(self.shown.indptr)
        return (np.searchsorted(BUCKETS, seen, side="right") - 1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Feature:
    """One feature of people and skills, a sum over places: skills shown, people or occupations."""

    kind: str
    left: csr_array
    """Asked x places."""
    right: csr_array
    """Places x skills."""
    sources: Sequence[str | None]
    """What each place stands for; None for everybody."""

    def compute(self) -> Floats:
        """Return asked x skills."""
        return csr_array(self.left @ self.right).toarray()

    def list_parts(self, aim: Floats) -> list[tuple[str | None, float]]:
        """Return the parts, by what they rest on, of the feature of one person summed over skills weighted by ``aim``.

        Args:
            aim: A weight a skill: 1 for one skill and 0 for the others gives the feature of that skill.
        """
        values = self.left.data * np.asarray(self.right @ aim)[self.left.indices]
        return [
            (self.sources[place], float(value))
            for place, value in zip(map(int, self.left.indices), values, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Comparison:
    """A feature that is no sum to tell: the cosine of the person's text and the skill's."""

    kind: str
    left: Floats
    """Asked x dimension; rows of 0 where nothing is written."""
    right: Floats
    """Skills x dimension, likewise."""

    def compute(self) -> Floats:
        """Return asked x skills."""
        return np.round(self.left @ self.right.T, DIGITS)

    def list_parts(self, aim: Floats) -> list[tuple[str | None, float]]:
        """Return one part: the feature of one person summed over skills weighted by ``aim``."""
        return [(None, float(self.compute()[0] @ aim))]


def number_groups(attributes: Sequence[AttributeCode], profiles: Profiles) -> NDArray[np.int64]:
    """Return attributes x people: the number of the category or bin, -1 where unknown or never seen in fitting."""
    groups = np.full((len(attributes), len(profiles.people)), -1, dtype=np.int64)
    for row, code in enumerate(attributes):
        values = profiles.attributes.get(code.name, ())
        columns = {value: code.find_column(value) for value in set(values)}
        groups[row, : len(values)] = [columns[value] for value in values]
    return groups
