"""How well somebody has a skill: ratings weighed by their precision over what is usual, and what explains both.

::

    rating = level + offset of the kind + own ruler (self-reports only) + noise
    level  = usual + person + rest

    usual  = of the role and skill + slope x log-odds of having the skill
    person = what is common to all levels of a person, about what is usual
    own ruler = how much higher than others a person rates themselves

All parts are normal. Their variances were learnt with the model (``level_learning.py``), so that an interval is as wide
as the ratings of an organisation disagree. Given the two numbers of a person, levels of different skills are
independent, which makes the posterior exact in closed form::

    level     = mean of (usual + person) and of every (rating - offset - own ruler), weighted by precision
    precision = 1 / (rest + uncertainty of the usual)   of the usual
              = 1 / (noise / share + drift x age)       of a rating by itself; together see ``rating_errors.py``

The share is 1, or less for further ratings of one source and for endorsements. Endorsements speak for no other skill:
they do not enter what is common to a person. A skill that no rating backs, in a population with too few ratings to say
what is usual, has no level: unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.endorsements import Votes
from engine.inference.rating_errors import group_ratings, invert_errors
from engine.inference.settings import InferenceSettings
from engine.inference.sums import sum_by
from engine.inference.tendencies import RatingSums, Tendencies, find_tendencies, sum_ratings, vary
from engine.inference.weighing import WeighedObservations, measure_ages
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS

HIGHEST = 5.0
MIDDLE = 2.5
MIN_RATINGS = 20
"""Ratings in all from which the usual level stands in for a skill that nobody was rated on."""
FARTHEST = 4.0
"""Log-odds beyond which likelier or unlikelier says no more about the level: few ratings lie there."""
Z90 = 1.6448536269514722
"""Half-width of a central 90 % normal interval, in standard deviations."""
KINDS = tuple(EVIDENCE_KINDS)
OWN = KINDS.index("self_report")


@dataclass(frozen=True)
class Ratings:
    """Stated levels, one entry of every array a rating."""

    person: NDArray[np.int64]
    skill: NDArray[np.int64]
    kind: NDArray[np.int64]
    """Position in ``KINDS``."""
    level: NDArray[np.float64]
    age: NDArray[np.float64]
    """Years."""
    share: NDArray[np.float64]
    """Factor on the precision: further ratings of one source and tempered votes count less."""
    origin: NDArray[np.int64]
    """Position among the observations, or -1 - position among the endorsements."""

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.level)

    @classmethod
    def none(cls) -> Ratings:
        """Return no ratings at all."""
        number, value = np.zeros(0, dtype=np.int64), np.zeros(0)
        return cls(number, number, number, value, value, value, number)

    def select(self, rows: NDArray[np.int64]) -> Ratings:
        """Return some of them."""
        return Ratings(
            self.person[rows],
            self.skill[rows],
            self.kind[rows],
            self.level[rows],
            self.age[rows],
            self.share[rows],
            self.origin[rows],
        )


@dataclass(frozen=True)
class LevelPrior:
    """What is usual, and how far levels and ratings stray from it; all variances in squared steps of the scale."""

    ratings: int
    """How many ratings it was learnt from."""
    mean: float
    """Mean level of all skills, at even odds of having it."""
    slope: float
    """How much higher the level is where the log-odds of having the skill are higher by 1."""
    spread: float
    """Variance of one level about what is usual for the role, the skill and the person."""
    person_spread: float
    """Variance of what is common to the levels of a person."""
    own_spread: float
    """Variance of how much higher than others people rate themselves."""
    skill_spread: float
    """Variance of skills' means."""
    role_spread: float
    """Variance of a role's mean about the skill's."""
    drift: float
    """Variance a level gains a year."""
    noise: Mapping[str, float]
    """By kind of evidence: variance of a fresh rating about the level."""
    offset: Mapping[str, float]
    """By kind of evidence: how much higher than signed evidence it rates."""
    skill_means: NDArray[np.float64]
    """Per skill of the model; NaN where nobody was rated."""
    skill_variances: NDArray[np.float64]
    """How uncertain each is."""
    pair_codes: NDArray[np.int64]
    """Sorted codes ``group x skills + skill`` of rated pairs."""
    pair_means: NDArray[np.float64]
    """Mean of each rated pair."""
    pair_variances: NDArray[np.float64]
    """How uncertain each is."""

    def measure_noise(self, ratings: Ratings) -> NDArray[np.float64]:
        """Return the variance of each rating's own noise; one that counts less is as if it were noisier."""
        noise = np.asarray([self.noise.get(kind, EVIDENCE_KINDS[kind].level_sd ** 2) for kind in KINDS])
        return noise[ratings.kind] / ratings.share

    def take_off_offsets(self, ratings: Ratings) -> NDArray[np.float64]:
        """Return what each rating says on the scale of signed evidence."""
        return ratings.level - np.asarray([self.offset.get(kind, 0.0) for kind in KINDS])[ratings.kind]


@dataclass(frozen=True)
class UsualLevels:
    """The usual level of each pair, before anything is known of the person but their role and skills."""

    level: NDArray[np.float64]
    variance: NDArray[np.float64]
    """How uncertain the usual level is; how far people stray from it is not in it."""
    known: NDArray[np.bool_]
    """Whether there are ratings enough to say it; where not, the middle of all stands in beside ratings."""


@dataclass(frozen=True)
class Levels:
    """Expected levels and 90 % intervals, NaN where unknown, with the parts that they are the weighted mean of."""

    level: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    start: NDArray[np.float64]
    """Per pair what is usual for role, skill and person."""
    start_weight: NDArray[np.float64]
    """Per pair its share of all precision."""
    said: NDArray[np.float64]
    """Per rating what it says once offset and own ruler are taken off."""
    said_weight: NDArray[np.float64]
    """Per rating its share of all precision."""
    tendencies: Tendencies


def read_ratings(
    population: Population, weighed: WeighedObservations, votes: Votes, settings: InferenceSettings
) -> Ratings:
    """Collect every stated level of a population; rejections state none."""
    rated = [
        row
        for row, item in enumerate(population.observations)
        if item.level is not None and EVIDENCE_KINDS[item.kind].speaks_for
    ]
    spoken = [
        row for row, item in enumerate(population.endorsements) if item.level is not None and votes.logit[row] > 0
    ]
    seen = [population.observations[row] for row in rated]
    vouched = [population.endorsements[row] for row in spoken]
    kinds = [KINDS.index(item.kind) for item in seen] + [KINDS.index("endorsement")] * len(vouched)
    temper = np.where(votes.reciprocal[spoken], settings.mutual_factor, settings.endorsement_factor)
    return Ratings(
        person=np.asarray([item.person for item in seen] + [item.person for item in vouched], dtype=np.int64),
        skill=np.asarray([item.skill for item in seen] + [item.skill for item in vouched], dtype=np.int64),
        kind=np.asarray(kinds, dtype=np.int64),
        level=np.asarray([item.level for item in seen] + [item.level for item in vouched], dtype=np.float64),
        age=measure_ages(
            [item.observed_on for item in seen] + [item.observed_on for item in vouched], population.as_of
        ),
        share=np.r_[weighed.share[rated], temper],
        origin=np.asarray(rated + [-1 - row for row in spoken], dtype=np.int64),
    )


def expect_levels(
    prior: LevelPrior, group: NDArray[np.int64], skill: NDArray[np.int64], odds: NDArray[np.float64]
) -> UsualLevels:
    """Return the usual level of each pair of a person and a skill.

    Args:
        prior: What was learnt.
        group: Number of the person's group, -1 for none.
        skill: Number of the skill in the model, -1 for one it does not know.
        odds: Log-odds that the person has the skill, before evidence about that skill.
    """
    count = len(skill)
    level = np.full(count, prior.mean)
    variance = np.full(count, prior.skill_spread + prior.role_spread)
    known = np.full(count, prior.ratings >= MIN_RATINGS)
    rated = np.flatnonzero(skill >= 0)
    rated = rated[~np.isnan(prior.skill_means[skill[rated]])]
    level[rated] = prior.skill_means[skill[rated]]
    variance[rated] = prior.skill_variances[skill[rated]] + prior.role_spread
    known[rated] = True
    if len(prior.pair_codes):
        codes = group * len(prior.skill_means) + skill
        place = np.minimum(np.searchsorted(prior.pair_codes, codes), len(prior.pair_codes) - 1)
        hit = (skill >= 0) & (group >= 0) & (prior.pair_codes[place] == codes)
        level[hit] = prior.pair_means[place[hit]]
        variance[hit] = prior.pair_variances[place[hit]]
    level += prior.slope * np.clip(odds, -FARTHEST, FARTHEST)
    return UsualLevels(np.clip(level, 0.0, HIGHEST), variance, known)


def infer_levels(
    prior: LevelPrior, ratings: Ratings, usual: UsualLevels, code: NDArray[np.int64], people: int, skills: int
) -> Levels:
    """Infer the levels of pairs from all ratings of the people they are about.

    Args:
        prior: What was learnt.
        ratings: All ratings of those people.
        usual: The usual level of each pair.
        code: Each pair as person x skills + skill, rising; every rated pair is among them.
        people: How many people there are.
        skills: How many skills there are.
    """
    person = code // max(skills, 1)
    spread = prior.spread + usual.variance

    def weigh(some: Ratings) -> tuple[NDArray[np.intp], RatingSums]:
        pair = np.searchsorted(code, some.person * skills + some.skill)
        blocks = invert_errors(group_ratings(pair), prior.measure_noise(some), some.age, prior.drift)
        off = prior.take_off_offsets(some) - usual.level[pair]
        return pair, sum_ratings(pair, blocks, some.kind == OWN, off, len(code))

    _, observed = weigh(ratings.select(np.flatnonzero(ratings.origin >= 0)))
    found = find_tendencies(observed, spread, person, people, prior.person_spread, prior.own_spread)

    pair, sums = weigh(ratings)
    own_ruler = np.where(ratings.kind == OWN, found.own[ratings.person], 0.0)
    said = np.clip(prior.take_off_offsets(ratings) - own_ruler, 0.0, HIGHEST)
    start = np.clip(usual.level + found.level[person], 0.0, HIGHEST)
    before = 1 / spread
    total = before + sums.precision
    level = (before * start + sum_by(pair, sums.weight * said, len(code))) / total
    half = Z90 * np.sqrt(1 / total + vary(found, person, before / total, -sums.own / total))
    known = usual.known | (np.bincount(pair, minlength=len(code)) > 0)
    level = np.clip(level, 0.0, HIGHEST)
    return Levels(
        level=np.where(known, level, np.nan),
        low=np.where(known, np.clip(level - half, 0.0, HIGHEST), np.nan),
        high=np.where(known, np.clip(level + half, 0.0, HIGHEST), np.nan),
        start=start,
        start_weight=before / total,
        said=said,
        said_weight=sums.weight / total[pair],
        tendencies=found,
    )
