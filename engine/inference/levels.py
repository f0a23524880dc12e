"""How well somebody has a skill: ratings weighted by their precision over what is usual for the role.

    precision of a rating = share / (sd_kind^2 + drift x age)      share: 1, or less for further ratings of one source
    level = sum of precision x rating / sum of precisions          the prior counts as one more rating

The prior of a skill is the mean of its ratings, shrunk towards the mean of all; that of a role and skill is shrunk
towards the skill's. A skill that no rating backs, in a population with too few ratings to say what is usual, has no
level: unknown, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.endorsements import Votes
from engine.inference.settings import InferenceSettings
from engine.inference.sums import number_distinct, sum_by
from engine.inference.weighing import WeighedObservations, measure_ages
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS

HIGHEST = 5.0
MIDDLE = 2.5
WIDE_VARIANCE = 1.5
"""Variance of levels where nothing has been learnt: the interval covers most of the scale."""
SHRINKAGE = 4.0
"""Ratings that a parent mean is worth."""
MIN_RATINGS = 20
"""Ratings in all from which the usual level stands in for a skill that nobody was rated on."""
Z90 = 1.6448536269514722
"""Half-width of a central 90 % normal interval, in standard deviations."""


@dataclass(frozen=True)
class Ratings:
    """Stated levels, one entry of every array a rating."""

    person: NDArray[np.int64]
    skill: NDArray[np.int64]
    level: NDArray[np.float64]
    precision: NDArray[np.float64]
    origin: NDArray[np.int64]
    """Position among the observations, or -1 - position among the endorsements."""


NO_RATINGS = Ratings(
    np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
)
"""What there is to learn levels from where nobody was rated."""


@dataclass(frozen=True)
class LevelPrior:
    """Usual levels, learnt from all ratings."""

    mean: float
    """Mean level of all."""
    variance: float
    """Variance of a person's level about the usual one."""
    ratings: int
    """How many ratings it was learnt from."""
    skill_means: NDArray[np.float64]
    """Per skill of the model; NaN where nobody was rated."""
    pair_codes: NDArray[np.int64]
    """Sorted codes ``group x skills + skill`` of rated pairs."""
    pair_means: NDArray[np.float64]
    """Mean of each rated pair."""


@dataclass(frozen=True)
class Levels:
    """Expected levels and 90 % intervals; NaN where unknown."""

    level: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def read_ratings(
    population: Population, weighed: WeighedObservations, votes: Votes, settings: InferenceSettings
) -> Ratings:
    """Collect every stated level of a population with its precision; rejections state none."""
    rated = [
        row
        for row, item in enumerate(population.observations)
        if item.level is not None and EVIDENCE_KINDS[item.kind].speaks_for
    ]
    seen = [population.observations[row] for row in rated]
    sds = np.asarray([EVIDENCE_KINDS[item.kind].level_sd for item in seen], dtype=np.float64)
    ages = measure_ages([item.observed_on for item in seen], population.as_of)
    precision = weighed.share[rated] / (sds**2 + settings.level_drift * ages)

    spoken = [
        row for row, item in enumerate(population.endorsements) if item.level is not None and votes.logit[row] > 0
    ]
    vouched = [population.endorsements[row] for row in spoken]
    ages = measure_ages([item.observed_on for item in vouched], population.as_of)
    temper = np.where(votes.reciprocal[spoken], settings.mutual_factor, settings.endorsement_factor)
    sd = EVIDENCE_KINDS["endorsement"].level_sd
    vouched_precision = temper / (sd**2 + settings.level_drift * ages)
    return Ratings(
        person=np.asarray([item.person for item in seen] + [item.person for item in vouched], dtype=np.int64),
        skill=np.asarray([item.skill for item in seen] + [item.skill for item in vouched], dtype=np.int64),
        level=np.asarray([item.level for item in seen] + [item.level for item in vouched], dtype=np.float64),
        precision=np.r_[precision, vouched_precision],
        origin=np.asarray(rated + [-1 - row for row in spoken], dtype=np.int64),
    )


def learn_levels(ratings: Ratings, group: NDArray[np.int64], skills: int) -> LevelPrior:
    """Learn what is usual, by skill and by role and skill.

    Args:
        ratings: All ratings.
        group: Per person the number of their group, -1 for none.
        skills: How many skills there are.
    """
    count = len(ratings.level)
    unknown = np.full(skills, np.nan)
    if not count:
        return LevelPrior(MIDDLE, WIDE_VARIANCE, 0, unknown, np.zeros(0, dtype=np.int64), np.zeros(0))
    mean = float((ratings.level.sum() + SHRINKAGE * MIDDLE) / (count + SHRINKAGE))
    sums = sum_by(ratings.skill, ratings.level, skills)
    counts = np.bincount(ratings.skill, minlength=skills)
    skill_means = np.where(counts > 0, (sums + SHRINKAGE * mean) / (counts + SHRINKAGE), np.nan)

    inside = group[ratings.person] >= 0
    codes, index = number_distinct((group[ratings.person] * skills + ratings.skill)[inside])
    sums = sum_by(index, ratings.level[inside], len(codes))
    counts = np.bincount(index, minlength=len(codes))
    pair_means = (sums + SHRINKAGE * skill_means[codes % skills]) / (counts + SHRINKAGE)

    prior = LevelPrior(mean, WIDE_VARIANCE, count, skill_means, codes, pair_means)
    usual = expect_levels(prior, group[ratings.person], ratings.skill)
    spread = float(((ratings.level - usual) ** 2).sum() - (1 / ratings.precision).sum())
    variance = float(np.clip((spread + SHRINKAGE * WIDE_VARIANCE) / (count + SHRINKAGE), 0.4, 2.0))
    return LevelPrior(mean, variance, count, skill_means, codes, pair_means)


def expect_levels(prior: LevelPrior, group: NDArray[np.int64], skill: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the usual level of each group and skill of the model; NaN where it cannot be said.

    Args:
        prior: What was learnt.
        group: Number of the group, -1 for none.
        skill: Number of the skill in the model, -1 for one it does not know.
    """
    overall = prior.mean if prior.ratings >= MIN_RATINGS else np.nan
    usual = np.full(len(skill), overall)
    known = skill >= 0
    means = prior.skill_means[skill[known]]
    usual[known] = np.where(np.isnan(means), overall, means)
    if len(prior.pair_codes):
        codes = group * len(prior.skill_means) + skill
        place = np.minimum(np.searchsorted(prior.pair_codes, codes), len(prior.pair_codes) - 1)
        hit = known & (group >= 0) & (prior.pair_codes[place] == codes)
        usual[hit] = prior.pair_means[place[hit]]
    return usual


def combine_levels(
    prior: LevelPrior,
    usual: NDArray[np.float64],
    precision: NDArray[np.float64],
    weighted: NDArray[np.float64],
    settings: InferenceSettings,
) -> Levels:
    """Combine the usual level with the ratings of each pair.

    Args:
        prior: What was learnt.
        usual: The usual level per pair; NaN where unknown.
        precision: Sum of the ratings' precisions per pair.
        weighted: Sum of precision x level per pair.
        settings: The widening of the interval.
    """
    known = ~np.isnan(usual) | (precision > 0)
    start = np.where(np.isnan(usual), prior.mean, usual)
    total = precision + 1 / prior.variance
    level = np.clip((weighted + start / prior.variance) / total, 0.0, HIGHEST)
    half = Z90 * settings.level_inflation / np.sqrt(total)
    return Levels(
        np.where(known, level, np.nan),
        np.where(known, np.clip(level - half, 0.0, HIGHEST), np.nan),
        np.where(known, np.clip(level + half, 0.0, HIGHEST), np.nan),
    )
