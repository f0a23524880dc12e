"""How likely ratings are, given how far levels and ratings stray from what is usual.

Levels, people and own rulers are integrated out exactly, as all is normal (``levels.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.levels import FARTHEST, KINDS, OWN, Ratings
from engine.inference.rating_errors import Rows, group_ratings, invert_errors, multiply
from engine.inference.settings import InferenceSettings
from engine.inference.sums import number_distinct, sum_by
from engine.inference.tendencies import find_tendencies, sum_ratings, vary
from graph_schema.evidence_kinds import EVIDENCE_KINDS

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

SPREAD, PERSON_SPREAD, OWN_SPREAD = 0.5, 0.15, 0.1
"""Where the variances of levels about the usual, of people and of own rulers start, and stay without ratings. Hand-set;
with those of skills and roles they cover most of the scale."""


@dataclass(frozen=True)
class Strays:
    """How far levels and ratings stray: all that is learnt by likelihood."""

    noise: Floats
    """Per kind of evidence, as in ``LevelPrior``; so are the others."""
    drift: float
    spread: float
    person_spread: float
    own_spread: float
    offset: Floats
    slope: float

    def pack(self) -> Floats:
        """Return all numbers in a row, variances as logarithms."""
        variances = np.r_[self.noise, self.drift, self.spread, self.person_spread, self.own_spread]
        return np.r_[np.log(variances), self.offset, self.slope]

    @classmethod
    def unpack(cls, packed: Floats) -> Strays:
        """Return what ``pack`` packed."""
        count = len(KINDS)
        variances = np.exp(packed[: count + 4])
        drift, spread, person_spread, own_spread = map(float, variances[count:])
        return cls(variances[:count], drift, spread, person_spread, own_spread, packed[count + 4 : -1], packed[-1])

    @classmethod
    def start(cls, settings: InferenceSettings) -> Strays:
        """Return the hand-set ones."""
        noise = np.asarray([EVIDENCE_KINDS[kind].level_sd ** 2 for kind in KINDS])
        return cls(
            noise=noise,
            drift=settings.level_drift,
            spread=SPREAD,
            person_spread=PERSON_SPREAD,
            own_spread=OWN_SPREAD,
            offset=np.zeros(len(KINDS)),
            slope=0.0,
        )


@dataclass(frozen=True)
class Case:
    """Ratings with what the likelihood needs beside them."""

    ratings: Ratings
    pair: Places
    """The pair of each rating."""
    person: Places
    """The person of each pair, numbered among those rated."""
    people: int
    skill: NDArray[np.int64]
    """The skill of each pair."""
    code: NDArray[np.int64]
    """``group x skills + skill`` of each pair; below 0 where the person has no group."""
    odds: Floats
    """Log-odds of each pair."""
    groups: tuple[Rows, ...]
    """The ratings of pairs with 1, 2, … ratings."""


def open_case(ratings: Ratings, group: NDArray[np.int64], skills: int, odds: Floats) -> Case:
    """Sort ratings by pair and person.

    Args:
        ratings: The ratings.
        group: Per person the number of their group, -1 for none.
        skills: How many skills there are.
        odds: Per rating the log-odds that the person has the skill, before evidence about it.
    """
    codes, pair = number_distinct(ratings.person * skills + ratings.skill)
    rows, person = number_distinct(codes // max(skills, 1))
    skill = codes % max(skills, 1)
    of_group = group[rows][person] if len(rows) else np.zeros(0, dtype=np.int64)
    of_pair = np.zeros(len(codes))
    of_pair[pair] = np.clip(odds, -FARTHEST, FARTHEST)
    code = np.where(of_group >= 0, of_group * skills + skill, -1)
    return Case(ratings, pair, person, len(rows), skill, code, of_pair, group_ratings(pair))


def measure_likelihood(case: Case, level: Floats, variance: Floats, strays: Strays) -> tuple[float, Floats]:
    """Return the log-likelihood of ratings and its slope along every number of ``strays``, as packed.

    The slope is the expectation of the complete one over levels, people and own rulers (Fisher's identity).

    Args:
        case: The ratings.
        level: What is usual for each pair, the slope on the log-odds left out.
        variance: How uncertain that is.
        strays: The numbers to judge.
    """
    ratings, pair, person = case.ratings, case.pair, case.person
    pairs, people, kinds = len(case.skill), case.people, len(KINDS)
    noise = strays.noise[ratings.kind] / ratings.share
    blocks = invert_errors(case.groups, noise, ratings.age, strays.drift)
    own = ratings.kind == OWN
    off = ratings.level - strays.offset[ratings.kind] - (level + strays.slope * case.odds)[pair]
    spread = strays.spread + variance
    sums = sum_ratings(pair, blocks, own, off, pairs)
    found = find_tendencies(sums, spread, person, people, strays.person_spread, strays.own_spread)

    kept = 1 / (1 + spread * sums.precision)
    shrink = spread * kept
    left = found.level_variance * found.own_variance - found.covariance**2
    explained = (
        found.own_variance * found.level**2
        - 2 * found.covariance * found.level * found.own
        + found.level_variance * found.own**2
    ) / left
    likelihood = 0.5 * float(
        np.log(kept).sum()
        + (shrink * sums.off**2).sum()
        - (off * multiply(blocks, off)).sum()
        + sum(float(np.linalg.slogdet(block.inverse).logabsdet.sum()) for block in blocks)
        + explained.sum()
        + np.log(left / (strays.person_spread * strays.own_spread)).sum()
    )

    # What is left of each level and of each rating, in mean and variance, given all ratings of the person.
    rest = shrink * (sums.off - sums.precision * found.level[person] - sums.own * found.own[person])
    rest_variance = shrink + vary(found, person, shrink * sums.precision, shrink * sums.own)
    of = person[pair]
    error = off - found.level[of] - own * found.own[of] - rest[pair]
    by_own = own - (shrink * sums.own)[pair]
    along_noise, along_drift = np.zeros(len(ratings)), 0.0
    for block in blocks:
        at = pair[block.rows[:, 0]]
        who, flat = person[at][:, None, None], np.broadcast_to(kept[at][:, None], block.rows.shape)
        one, other = by_own[block.rows][:, :, None], by_own[block.rows][:, None, :]
        joint = error[block.rows][:, :, None] * error[block.rows][:, None, :]
        joint += (shrink[at] + kept[at] ** 2 * found.level_variance[person[at]])[:, None, None]
        joint += flat[:, :, None] * found.covariance[who] * (one + other) + found.own_variance[who] * one * other
        along_covariance = 0.5 * (block.inverse @ joint @ block.inverse - block.inverse)
        along_noise[block.rows] = np.diagonal(along_covariance, axis1=1, axis2=2)
        age = ratings.age[block.rows]
        along_drift += float((along_covariance * np.minimum(age[:, :, None], age[:, None, :])).sum())
    pulled = multiply(blocks, error)

    def along(mean: Floats, variance: Floats, spread: Floats | float) -> float:
        return 0.5 * float(((mean**2 + variance) / spread**2 - 1 / spread).sum())

    slope = np.r_[
        sum_by(ratings.kind, along_noise / ratings.share, kinds) * strays.noise,
        along_drift * strays.drift,
        along(rest, rest_variance, spread) * strays.spread,
        along(found.level, found.level_variance, strays.person_spread) * strays.person_spread,
        along(found.own, found.own_variance, strays.own_spread) * strays.own_spread,
        sum_by(ratings.kind, pulled, kinds),
        float((pulled * case.odds[pair]).sum()),
    ]
    return likelihood, slope
