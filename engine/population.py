"""What inference computes on: people, skills and observations as numbers and ids, read from the graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix


@dataclass(frozen=True)
class Observation:
    """One piece of active evidence; ``person`` and ``skill`` are row and column of the population."""

    id: str
    person: int
    skill: int
    kind: str
    level: float | None
    score: float | None
    observed_on: date
    valid_until: date | None
    via_id: str | None
    via: str | None
    by_id: str | None
    by: str | None


@dataclass(frozen=True)
class Endorsement:
    """One person vouches for one skill of another; all three are rows or columns of the population."""

    endorser: int
    person: int
    skill: int
    level: float | None
    observed_on: date


@dataclass(frozen=True)
class AuditOutcome:
    """What an audit found of one person and skill; ``person`` and ``skill`` are row and column of the population."""

    person: int
    skill: int
    has: bool
    """Whether the person was found to have the skill."""
    propensity: float
    """Probability with which the draw chose this pair, above 0; its inverse is the outcome's weight."""
    recorded_on: date


@dataclass(frozen=True)
class Population:
    """People, skills and everything observed of them on one day.

    It may hold everybody (to fit a model) or one person and those who endorse or work with them (to explain): a fitted
    model gives the same probability either way.

    Attributes:
        as_of: The day that ages and expiry are counted from.
        people: Ids in row order, sorted.
        names: Names in row order.
        groups: In row order the title of the role a person holds, else their function, else "".
        skills: Ids in column order, sorted.
        labels: Preferred labels in column order.
        observations: Active evidence in a stable order, self-reports included.
        endorsements: Active endorsements in a stable order.
        embeddings: skills x dimension, unit length; a row of NaN where a skill has none; None when nobody embedded.
        audits: What audits found, in a stable order.
        exposed: people x skills: how many who work with the person vouch for the skill of somebody else; whole numbers.
            None when nothing is known of who works with whom.
    """

    as_of: date
    people: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    skills: tuple[str, ...]
    labels: tuple[str, ...]
    observations: tuple[Observation, ...]
    endorsements: tuple[Endorsement, ...]
    embeddings: NDArray[np.float32] | None = None
    audits: tuple[AuditOutcome, ...] = ()
    exposed: csr_array | None = None

    def listed(self) -> csr_matrix:
        """Return people x skills, 1 where the person reports the skill."""
        return self._mark(item for item in self.observations if item.kind == "self_report")

    def _mark(self, observations: Iterable[Observation]) -> csr_matrix:
        cells = sorted({(item.person, item.skill) for item in observations})
        rows = np.fromiter((row for row, _ in cells), dtype=np.int64, count=len(cells))
        columns = np.fromiter((column for _, column in cells), dtype=np.int64, count=len(cells))
        return csr_matrix(
            (np.ones(len(cells), dtype=np.float32), (rows, columns)), shape=(len(self.people), len(self.skills))
        )
