"""Silence that says something: colleagues see somebody's work, vouch for the skill elsewhere, and nobody vouches here.

Whoever is in a team with a person sees their work. Where such a colleague endorses the skill for somebody else and
nobody endorses it for this person, the endorsement that is not there is weak evidence against it: the other outcome of
the same likelihoods, log[(1 - a) / (1 - b)] with the endorsement's rates, tempered as a vote is. However many are
silent, it counts once. Nobody sees the work of everybody in a team of hundreds, so teams with more than
``MOST_TOGETHER`` people count for nothing. Where nobody is exposed, silence says exactly nothing.

Who worked on a project together is told by evidence, and evidence about one person must bear on no other; so projects
expose nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.settings import InferenceSettings
from engine.inference.sums import look_up
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS

MOST_TOGETHER = 30
"""Most people of a team who see one another's work. Hand-set."""


@dataclass(frozen=True)
class Silence:
    """What silence adds where somebody is exposed and nobody vouches; ``code`` is person x skills + skill, rising."""

    code: NDArray[np.int64]
    logit: NDArray[np.float64]


def find_exposure(teams: Sequence[Sequence[int]], given: NDArray[np.int64], shape: tuple[int, int]) -> csr_array:
    """Count, people x skills, the colleagues of a person who endorse the skill for somebody else.

    Args:
        teams: Rows of the people of each team.
        given: 3 x endorsements: rows of endorsers, rows of the endorsed, columns of skills; all that the colleagues of
            those concerned have given, each once.
        shape: How many people and skills there are.
    """
    people, skills = shape
    inside = [sorted(set(place)) for place in teams if 1 < len(set(place)) <= MOST_TOGETHER]
    member = np.asarray([row for place in inside for row in place], dtype=np.int64)
    number = np.repeat(np.arange(len(inside)), [len(place) for place in inside])
    together = _count(member, number, (people, len(inside)))
    colleagues = (together @ together.T).tocoo()
    row, column = colleagues.row.astype(np.int64), colleagues.col.astype(np.int64)
    near = _count(row[row != column], column[row != column], (people, people))
    near.data[:] = 1

    giver, taker, skill = given
    times = _count(giver, skill, shape)
    able = times.copy()
    able.data[:] = 1
    # A colleague who vouches for the skill of this person alone does not do it for others.
    once = look_up(_list_codes(times), times.data.astype(np.float64), giver * skills + skill) == 1
    alone = once & np.isin(taker * people + giver, _list_codes(near))
    counts = csr_array(near @ able - _count(taker[alone], skill[alone], shape))
    counts.eliminate_zeros()
    counts.sort_indices()
    return counts


def find_silence(population: Population, settings: InferenceSettings) -> Silence:
    """Weigh the silence about everybody."""
    if population.exposed is None:
        return Silence(np.zeros(0, dtype=np.int64), np.zeros(0))
    skills = len(population.skills)
    endorsed = np.asarray([item.person * skills + item.skill for item in population.endorsements], dtype=np.int64)
    exposed = _list_codes(population.exposed)
    code = exposed[~np.isin(exposed, endorsed)]
    return Silence(code, np.full(len(code), weigh_silence(settings)))


def weigh_silence(settings: InferenceSettings) -> float:
    """Return what silence adds to the log-odds where it says something."""
    kind = EVIDENCE_KINDS["endorsement"]
    return settings.silence_factor * math.log((1 - kind.rate_if_has) / (1 - kind.rate_if_not))


def _count(row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]) -> csr_array:
    found = csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape)
    found.sum_duplicates()
    found.sort_indices()
    return found


def _list_codes(matrix: csr_array) -> NDArray[np.int64]:
    """Return row x columns + column of every entry, rising."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return row * matrix.shape[1] + matrix.indices
