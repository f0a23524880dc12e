"""What levels are usual, how far people stray from it and how precisely each kind of evidence rates.

The variances of ``levels.py`` maximise the likelihood of the ratings, with priors at the hand-set values. What is usual
for somebody is taken from other people while that is done: with their own ratings in it, they would seem nearer to it
than they are, and intervals would be too narrow.

A course or a badge states its own level, the same for all who have it. Counted as ratings of people, they would agree
with one another perfectly and seem precise. So only the likelihood of the judged ratings *given* the stated levels is
maximised: a stated level is as precise as it helps to tell what people judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from engine.inference.level_likelihood import Case, Strays, measure_likelihood, open_case
from engine.inference.levels import KINDS, MIDDLE, OWN, LevelPrior, Ratings
from engine.inference.rating_errors import group_ratings, invert_errors
from engine.inference.settings import InferenceSettings
from engine.inference.sums import number_distinct, sum_by
from engine.inference.tendencies import sum_ratings
from graph_schema.evidence_kinds import EVIDENCE_KINDS

Floats = NDArray[np.float64]

ROUNDS = 4
"""Rounds of what is usual and how far people stray; variances move by less than .01 after the third."""
FOLDS = 5
"""Parts of the people; what is usual for one part is told from the others."""
MOST_PEOPLE = 5000
"""Rated people that the variances are learnt from, evenly spaced among all; more would only be slower."""
SKILL_SPREAD, ROLE_SPREAD = 0.2, 0.1
"""Where the variances of skills' and of roles' means start, and stay while there are no ratings. Hand-set."""
LOG_SD = 0.7
"""Prior standard deviation of the logarithm of a variance: a factor of two either way. Hand-set."""
OFFSET_SD = 0.3
"""Prior standard deviation of a kind's offset. Hand-set."""
SLOPE_SD = 0.1
"""Prior standard deviation of the slope. Hand-set."""
REACH = 8 * LOG_SD
"""How far from its prior mean the search may take a variance's logarithm, and so every other parameter."""
ANCHORED = np.asarray([EVIDENCE_KINDS[kind].verifies for kind in KINDS])
STATED = np.asarray([not EVIDENCE_KINDS[kind].judges_level for kind in KINDS])


@dataclass(frozen=True)
class _Usual:
    """What is usual by skill and by group and skill."""

    mean: float
    skill: Floats
    skill_variance: Floats
    rated: NDArray[np.bool_]
    codes: NDArray[np.int64]
    pair: Floats
    pair_variance: Floats
    skill_spread: float
    role_spread: float


def learn_levels(
    ratings: Ratings, group: NDArray[np.int64], skills: int, odds: Floats, settings: InferenceSettings
) -> LevelPrior:
    """Learn what is usual, and how far levels and ratings stray from it.

    Args:
        ratings: All ratings.
        group: Per person the number of their group, -1 for none.
        skills: How many skills there are.
        odds: Per rating the log-odds that the person has the skill, before evidence about it.
        settings: The hand-set drift, which the learnt one starts from.
    """
    strays = Strays.start(settings)
    spreads = SKILL_SPREAD, ROLE_SPREAD
    if len(ratings):
        some = _take_people(ratings)
        sample = open_case(ratings.select(some), group, skills, odds[some])
        for _ in range(ROUNDS):
            level, variance = _expect_from_others(sample, strays, skills, spreads)
            strays = _maximise(sample, level, variance, strays, settings)
            usual = _learn_usual(sample, strays, skills, spreads, np.ones(len(sample.skill), dtype=np.bool_))
            spreads = usual.skill_spread, usual.role_spread
    everybody = open_case(ratings, group, skills, odds)
    usual = _learn_usual(everybody, strays, skills, spreads, np.ones(len(everybody.skill), dtype=np.bool_))
    return LevelPrior(
        ratings=len(ratings),
        mean=usual.mean,
        slope=float(strays.slope),
        spread=strays.spread,
        person_spread=strays.person_spread,
        own_spread=strays.own_spread,
        skill_spread=usual.skill_spread,
        role_spread=usual.role_spread,
        drift=strays.drift,
        noise=dict(zip(KINDS, strays.noise.tolist(), strict=True)),
        offset=dict(zip(KINDS, strays.offset.tolist(), strict=True)),
        skill_means=np.where(usual.rated, usual.skill, np.nan),
        skill_variances=usual.skill_variance,
        pair_codes=usual.codes,
        pair_means=usual.pair,
        pair_variances=usual.pair_variance,
    )


def _take_people(ratings: Ratings) -> NDArray[np.int64]:
    rated = np.unique(ratings.person)
    taken = rated[np.unique(np.linspace(0, len(rated) - 1, min(len(rated), MOST_PEOPLE)).astype(np.int64))]
    return np.flatnonzero(np.isin(ratings.person, taken))


def _learn_usual(
    case: Case, strays: Strays, skills: int, spreads: tuple[float, float], among: NDArray[np.bool_]
) -> _Usual:
    """Learn nested means: all, skill, group and skill, each shrunk to the one before by its spread."""
    skill_spread, role_spread = spreads
    ratings, count = case.ratings, len(case.skill)
    blocks = invert_errors(case.groups, strays.noise[ratings.kind] / ratings.share, ratings.age, strays.drift)
    stated = ratings.level - strays.offset[ratings.kind]
    sums = sum_ratings(case.pair, blocks, ratings.kind == OWN, stated, count)
    said = sums.off / sums.precision - strays.slope * case.odds
    own_spread = strays.own_spread * (sums.own / sums.precision) ** 2
    weight = 1 / (strays.spread + strays.person_spread + 1 / sums.precision + own_spread)
    weight = np.where(among, weight, 0.0)

    inside = np.flatnonzero(among & (case.code >= 0))
    codes, index = number_distinct(case.code[inside])
    of_code = codes % max(skills, 1)
    sums = sum_by(index, weight[inside], len(codes))
    means = sum_by(index, (weight * said)[inside], len(codes)) / sums
    # Pairs without a group speak for their skill by themselves, each as if it were a role of its own.
    alone = np.flatnonzero(among & (case.code < 0))
    trust = np.r_[1 / (role_spread + 1 / sums), 1 / (role_spread + 1 / weight[alone])]
    told = np.r_[means, said[alone]]
    of_skill = np.r_[of_code, case.skill[alone]]

    by_skill = sum_by(of_skill, trust, skills)
    sum_of_skill = sum_by(of_skill, trust * told, skills)
    rated = by_skill > 0
    known = 1 / (skill_spread + 1 / by_skill[rated])
    mean = float((MIDDLE + (known * sum_of_skill[rated] / by_skill[rated]).sum()) / (1 + known.sum()))
    skill_variance = 1 / (by_skill + 1 / skill_spread)
    skill = (sum_of_skill + mean / skill_spread) * skill_variance

    own_variance = 1 / (sums + 1 / role_spread)
    pair = (sums * means + skill[of_code] / role_spread) * own_variance
    pair_variance = own_variance + (own_variance / role_spread) ** 2 * skill_variance[of_code]
    # One step of expectation and maximisation, with one unit at the hand-set value.
    skills_stray = ((skill - mean) ** 2 + skill_variance)[rated]
    roles_stray = (pair - skill[of_code]) ** 2 + own_variance
    return _Usual(
        mean,
        skill,
        skill_variance,
        rated,
        codes,
        pair,
        pair_variance,
        float((SKILL_SPREAD + skills_stray.sum()) / (1 + len(skills_stray))),
        float((ROLE_SPREAD + roles_stray.sum()) / (1 + len(roles_stray))),
    )


def _expect_from_others(case: Case, strays: Strays, skills: int, spreads: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return what is usual for each pair, and how uncertain that is, told from people of the other folds."""
    level, variance = np.empty(len(case.skill)), np.empty(len(case.skill))
    for fold in range(FOLDS):
        mine = case.person % FOLDS == fold
        usual = _learn_usual(case, strays, skills, spreads, ~mine)
        skill = case.skill[mine]
        level[mine] = usual.skill[skill]
        variance[mine] = usual.skill_variance[skill] + spreads[1]
        if len(usual.codes):
            place = np.minimum(np.searchsorted(usual.codes, case.code), len(usual.codes) - 1)
            hit = mine & (usual.codes[place] == case.code)
            level[hit] = usual.pair[place[hit]]
            variance[hit] = usual.pair_variance[place[hit]]
    return level, variance


def _maximise(case: Case, level: Floats, variance: Floats, strays: Strays, settings: InferenceSettings) -> Strays:
    centre = Strays.start(settings).pack()
    count = len(KINDS)
    sd = np.r_[np.full(count + 4, LOG_SD), np.full(count, OFFSET_SD), SLOPE_SD]
    # Signed evidence is the scale that other kinds are set against, and a course's level has no offset of its own.
    free = np.r_[np.ones(count + 4), (~ANCHORED & ~STATED).astype(float), 1.0]
    stated = _narrow(case, STATED[case.ratings.kind])

    def judge(packed: Floats) -> tuple[float, Floats]:
        now = Strays.unpack(packed)
        value, slope = measure_likelihood(case, level, variance, now)
        less, slope_less = measure_likelihood(stated, level, variance, now)
        off = (packed - centre) / sd
        return -(value - less) + float(off @ off) / 2, (-(slope - slope_less) + off / sd) * free

    goal: Callable[[Floats], tuple[float, Floats]] = judge
    # A trial step far out would leave the range of floats; nothing lies there that the priors would not forbid.
    found = minimize(goal, strays.pack(), jac=True, method="L-BFGS-B", bounds=Bounds(centre - REACH, centre + REACH))
    return Strays.unpack(np.asarray(found.x, dtype=np.float64))


def _narrow(case: Case, chosen: NDArray[np.bool_]) -> Case:
    rows = np.flatnonzero(chosen)
    pair = case.pair[rows]
    return replace(case, ratings=case.ratings.select(rows), pair=pair, groups=group_ratings(pair))
