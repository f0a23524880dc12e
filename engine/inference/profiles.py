"""What a model of skills is learnt from and asked about: who shows what, and what else is known of them.

The graph's population and a data scientist's tables both become ``Profiles``, so that one model serves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Value = str | float | None
"""What an attribute says of one person: a category, a number, or nothing known."""


@dataclass(frozen=True)
class Profiles:
    """People with the skills they show; nothing inferred is ever in here.

    Attributes:
        people: Ids in row order.
        skills: Ids in column order.
        shown: People x skills, 1 where the person shows the skill, by listing it or by evidence.
        attributes: By name, one value a person in row order. Protected attributes must not be among them.
        texts: People x dimension: unit vectors of what is written about a person, NaN rows where nothing is; None when
            no text is known of anybody.
        embeddings: Skills x dimension: unit vectors of the skills' texts, NaN rows where there is none; None when no
            skill is embedded.
    """

    people: tuple[str, ...]
    skills: tuple[str, ...]
    shown: csr_array
    attributes: Mapping[str, Sequence[Value]] = field(default_factory=dict[str, Sequence[Value]])
    texts: NDArray[np.float32] | None = None
    embeddings: NDArray[np.float32] | None = None
