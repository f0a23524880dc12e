"""What an observation that has not been made yet is worth: how many more entries of a list it is expected to put right.

Pure functions over numbers: a cell is one person and one skill asked of them. ``engine/verifying.py`` feeds them from
the graph.

A list takes everybody whose P(right) reaches its edge. Let a wrong entry cost ``edge`` and a right person left out
``1 - edge``, so that at the edge both cost the same. Then what an observation saves on average is::

    gain = sum over outcomes o of P(o) max(0, P(right | o) - edge)  -  max(0, P(right) - edge)

It is never negative, because the maximum is convex and P(right) is the mean of P(right | o), or below it where only a
verified skill counts; and it is 0 where no outcome carries the person over the edge. It is the first-order growth of
the number of right entries at the promise (the edge is the promise's shadow price), and holds for one observation at a
time: two about one person overlap.

Outcomes are weighed with the likelihoods that inference itself uses (``graph_schema/evidence_kinds.py``), so what is
said here of "after" is what inference will say. The curve of a graded test is cut into steps, and so is the level it
reports; a coarser look can only be worth less.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from graph_schema.evidence_kinds import ScoreCurve

Floats = NDArray[np.float64]

SCORE_EDGES = np.arange(-12, 13) / 4
"""Where the curve of scores is cut, in standard deviations from the score that says nothing."""
RATINGS = 9
"""Steps, equally likely, that the level reported by a test is cut into."""
NODES = 8
"""Levels that stand for those that suffice, and as many for those that do not."""
BLOCK = 2_000_000
"""Outcomes of one block of cells: 16 MB."""


@dataclass(frozen=True)
class Outcomes:
    """How likely each outcome of an observation is, one column an outcome; one row for all cells, or one a cell."""

    if_true: Floats
    """P(the outcome | what it is about holds)."""
    if_false: Floats
    """P(the outcome | it does not hold)."""
    success: NDArray[np.bool_]
    """Which outcomes speak for it, in the same shape."""


@dataclass(frozen=True)
class Cells:
    """People and skills that an observation may be made of, one entry of every array a cell."""

    has: Floats
    """P(the person has the skill)."""
    enough: Floats
    """P(their level suffices | they have it)."""
    right: Floats
    """P(the person's entry is right) as things stand."""
    right_if_met: Floats
    """The same if this skill were certain to be had at the level asked."""
    right_if_not: Floats
    """The same if it were certain not to be."""
    unverified: NDArray[np.bool_]
    """Whether the skill counts for nothing before something verifies it."""

    def take(self, where: NDArray[np.int64]) -> Cells:
        """Return some of the cells."""
        return Cells(**{item.name: getattr(self, item.name)[where] for item in fields(self)})


@dataclass(frozen=True)
class Values:
    """What an observation of each cell is worth, and what would be believed after it."""

    gain: Floats
    """Entries put right, expected; never below 0 but for rounding."""
    success: Floats
    """P(the outcome speaks for the skill and, where it tells the level, for the level asked)."""
    met_if_success: Floats
    """P(the skill is had at the level asked | success)."""
    met_if_failure: Floats
    """The same after failure."""


def expect_scores(curve: ScoreCurve, reliability: float) -> Outcomes:
    """Return how scores fall for those who have a skill and those who do not, a passing score being a success.

    Args:
        curve: The two normal curves of scores.
        reliability: Share of such tests that depend on the skill at all; the others fall on both alike.
    """
    edges = curve.middle + curve.sd * SCORE_EDGES
    has, has_not = (
        np.diff(np.r_[0.0, np.asarray(ndtr((edges - mean) / curve.sd), dtype=np.float64), 1.0])
        for mean in (curve.mean_if_has, curve.mean_if_not)
    )
    noise = (1 - reliability) * (has + has_not) / 2
    return Outcomes(
        (reliability * has + noise)[np.newaxis],
        (reliability * has_not + noise)[np.newaxis],
        np.r_[False, edges >= curve.middle][np.newaxis],
    )


def expect_answers(weight: Floats, rate_if_has: float) -> Outcomes:
    """Return whether a colleague who is asked will endorse: success, or silence, which speaks a little against.

    Args:
        weight: Log-odds that the endorsement would add, one a cell, at least 0.
        rate_if_has: P(it comes | the person has the skill).
    """
    has = np.full(len(weight), rate_if_has)
    has_not = has * np.exp(-weight)
    return Outcomes(np.c_[has, 1 - has], np.c_[has_not, 1 - has_not], np.asarray([[True, False]]))


def expect_ratings(level: Floats, sd: Floats, least: Floats, rating_sd: float) -> Outcomes:
    """Return what level a test will report where the level suffices, and where it does not.

    Args:
        level: Expected level, one a cell.
        sd: Its standard deviation; NaN where the level is not known or the test cannot tell it.
        least: The level from which it suffices.
        rating_sd: Standard deviation of a reported level about the true one.
    """
    telling = ~np.isnan(sd) & (sd > 0)
    mean, spread, limit = level[telling], sd[telling], least[telling]
    short = np.asarray(ndtr((limit - mean) / spread), dtype=np.float64)
    reported = np.sqrt(spread**2 + rating_sd**2)
    cuts = np.asarray(ndtri(np.arange(1, RATINGS) / RATINGS), dtype=np.float64)
    edges = mean[:, np.newaxis] + reported[:, np.newaxis] * cuts
    share = (np.arange(NODES) + 0.5) / NODES

    def report(quantile: Floats) -> Floats:
        levels = mean[:, np.newaxis] + spread[:, np.newaxis] * np.asarray(ndtri(quantile), dtype=np.float64)
        below = ndtr((edges[:, :, np.newaxis] - levels[:, np.newaxis, :]) / rating_sd).mean(axis=2)
        ends = np.zeros((len(mean), 1))
        return np.diff(np.concatenate([ends, below, ends + 1], axis=1), axis=1)

    enough = 1 - short
    if_true = np.full((len(level), RATINGS), 1 / RATINGS)
    if_false = if_true.copy()
    if_true[telling] = report(short[:, np.newaxis] + enough[:, np.newaxis] * share)
    if_false[telling] = report(short[:, np.newaxis] * share)
    return Outcomes(if_true, if_false, if_true >= if_false)


def expect_no_rating(cells: int) -> Outcomes:
    """Return the outcomes of an observation that says nothing of the level."""
    one = np.ones((cells, 1))
    return Outcomes(one, one, one > 0)


def value_observations(
    cells: Cells, about_skill: Outcomes, about_level: Outcomes, edge: float, *, verifies: bool
) -> Values:
    """Return what an observation is worth at each cell.

    What it says of the skill and what it says of the level are taken as independent given that the person has it.

    Args:
        cells: Where it may be made.
        about_skill: Its outcomes given that the person has the skill, and that they do not.
        about_level: Its outcomes given that the level suffices, and that it does not; one row a cell.
        edge: P(right) from which a person is on the list.
        verifies: Whether a success verifies the skill.
    """
    count, columns = len(cells.has), about_level.if_true.shape[1]
    shape = (count, about_skill.if_true.shape[1])
    weight, has = _judge(
        cells.has, np.broadcast_to(about_skill.if_true, shape), np.broadcast_to(about_skill.if_false, shape)
    )
    level_weight, enough = _judge(cells.enough, about_level.if_true, about_level.if_false)
    met = has * np.where(cells.unverified[:, np.newaxis], about_skill.success & verifies, True)

    gain = np.empty(count)
    step = max(1, BLOCK // (shape[1] * columns))
    for start in range(0, count, step):
        block = slice(start, start + step)
        after = met[block, :, np.newaxis] * enough[block, np.newaxis, :]
        low, high = cells.right_if_not[block, np.newaxis, np.newaxis], cells.right_if_met[block, np.newaxis, np.newaxis]
        over = np.maximum(0.0, low + (high - low) * after - edge)
        gain[block] = np.einsum("co,cr,cor->c", weight[block], level_weight[block], over)
    gain -= np.maximum(0.0, cells.right - edge)

    # Both parts are independent, so the sums over success are products of sums over either.
    said, told = np.where(about_skill.success, weight, 0.0), np.where(about_level.success, level_weight, 0.0)
    success = said.sum(axis=1) * told.sum(axis=1)
    well = (said * met).sum(axis=1) * (told * enough).sum(axis=1)
    whole = (weight * met).sum(axis=1) * (level_weight * enough).sum(axis=1)
    return Values(gain, success, _divide(well, success), _divide(whole - well, 1 - success))


def _judge(prior: Floats, if_true: Floats, if_false: Floats) -> tuple[Floats, Floats]:
    """Return P(each outcome) and P(what it is about holds | the outcome)."""
    holds = prior[:, np.newaxis] * if_true
    weight = holds + (1 - prior[:, np.newaxis]) * if_false
    return weight, _divide(holds, weight)


def _divide(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
