"""What a model of skills is learnt from and asked about: who shows what, and what else is known of them.

The graph's population and a data scientist's tables both become ``Profiles``, so that one model serves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.sums import number_distinct, sum_by
from engine.inference.weighing import WeighedObservations
from engine.population import Population

ROLE = "role"
"""The attribute that says what people do: levels have usual values by it."""

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
        labels: What a reader calls each skill, in column order; empty when only their ids are known.
        embedder: Name of the text model that made ``texts``; empty when there are none.
    """

    people: tuple[str, ...]
    skills: tuple[str, ...]
    shown: csr_array
    attributes: Mapping[str, Sequence[Value]] = field(default_factory=dict[str, Sequence[Value]])
    texts: NDArray[np.float32] | None = None
    embeddings: NDArray[np.float32] | None = None
    labels: tuple[str, ...] = ()
    embedder: str = ""


def read_profiles(population: Population, weighed: WeighedObservations) -> Profiles:
    """Return what a population shows: what people list or have evidence for, never what was only endorsed."""
    return Profiles(
        people=population.people,
        skills=population.skills,
        shown=find_shown(population, weighed),
        attributes={ROLE: [group or None for group in population.groups]},
        embeddings=population.embeddings,
        labels=population.labels,
    )


def find_shown(population: Population, weighed: WeighedObservations) -> csr_array:
    """Return people x skills, 1 where the evidence, weighed, speaks for it; nothing inferred, nothing endorsed."""
    people, skills = len(population.people), len(population.skills)
    codes, index = number_distinct(weighed.person * skills + weighed.skill)
    net = sum_by(index, weighed.logit, len(codes))
    codes = codes[net > 0]
    marks = np.ones(len(codes), dtype=np.float64)
    place = (codes // max(skills, 1), codes % max(skills, 1))
    return csr_array((marks, place), shape=(people, skills))
