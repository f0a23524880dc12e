"""What is known of people besides skills, as columns of zeros and ones: the category, or the bin a number falls into.

So every attribute adds one weight to a sum, which an explanation can name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.profiles import Profiles, Value

BINS = 10
"""Most bins of a number, each with about as many people."""


@dataclass(frozen=True)
class AttributeCode:
    """How one attribute becomes columns: by ``categories``, or, for a number, by the bins between ``edges``."""

    name: str
    categories: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.edges) + 1 if self.edges else len(self.categories)

    def find_column(self, value: Value) -> int:
        """Return the column of a value, -1 for one that is unknown or was never seen in fitting."""
        if value is None:
            return -1
        if not self.edges:
            return self.categories.index(value) if value in self.categories else -1
        number = float(value)
        return -1 if np.isnan(number) else int(np.searchsorted(self.edges, number, side="right"))

    def say_column(self, column: int) -> str:
        """Say in words what a column stands for."""
        if not self.edges:
            return self.categories[column]
        if column == 0:
            return f"under {self.edges[0]:g}"
        if column == len(self.edges):
            return f"{self.edges[-1]:g} or more"
        return f"{self.edges[column - 1]:g} to under {self.edges[column]:g}"


def learn_codes(attributes: Mapping[str, Sequence[Value]]) -> tuple[AttributeCode, ...]:
    """Decide the columns of each attribute, by name; one that says nothing of anybody has none."""
    return tuple(_learn_code(name, attributes[name]) for name in sorted(attributes))


def _learn_code(name: str, values: Sequence[Value]) -> AttributeCode:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) for value in known):
        numbers = np.asarray(known, dtype=np.float64)
        inner = np.linspace(0, 1, BINS + 1)[1:-1]
        edges = np.unique(np.quantile(numbers[~np.isnan(numbers)], inner)) if not np.isnan(numbers).all() else ()
        return AttributeCode(name, edges=tuple(float(edge) for edge in edges))
    return AttributeCode(name, categories=tuple(sorted({str(value) for value in known})))


def encode_people(codes: Sequence[AttributeCode], text_width: int, profiles: Profiles) -> csr_array:
    """Return people x columns: the attributes one after another, then the text's vector.

    Args:
        codes: The columns, as learnt in fitting.
        text_width: Dimension of the texts' vectors in fitting, 0 where there were none.
        profiles: The people; an attribute they lack is unknown.
    """
    people = len(profiles.people)
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    start = 0
    for code in codes:
        values = profiles.attributes.get(code.name)
        if values is not None:
            column_of = {value: code.find_column(value) for value in set(values)}
            found = np.fromiter((column_of[value] for value in values), dtype=np.int64, count=people)
            rows.append(np.flatnonzero(found >= 0))
            columns.append(start + found[found >= 0])
        start += code.width
    row = np.concatenate([*rows, np.zeros(0, dtype=np.int64)])
    column = np.concatenate([*columns, np.zeros(0, dtype=np.int64)])
    marks = np.ones(len(row))
    if text_width and profiles.texts is not None:
        written = np.nan_to_num(profiles.texts.astype(np.float64))
        of, dimension = np.nonzero(written)
        row, column = np.r_[row, of], np.r_[column, start + dimension]
        marks = np.r_[marks, written[of, dimension]]
    encoded = csr_array((marks, (row, column)), shape=(people, start + text_width))
    encoded.sort_indices()
    return encoded
