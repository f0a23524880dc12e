"""Which observations are on offer for whom, and what each is worth as if nothing stood against it.

A cell is a person and an asked skill whose certainty could carry the person over the edge of a promised list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contests import Contest
from engine.inference.weighing import weigh_likelihoods
from engine.matching import HALF_STEP, expect_level, read_level_spread
from engine.settings import EngineSettings
from engine.verification import (
    Cells,
    Values,
    expect_answers,
    expect_no_rating,
    expect_ratings,
    expect_scores,
    value_observations,
)
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.queries.moves import AssessmentRow

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """The cells of a contest by person, then requirement, with the levels that are believed of them."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    cells: Cells
    level: Floats
    sd: Floats
    least: Floats


@dataclass(frozen=True)
class Offer:
    """An assessment, or where there is none an endorsement request, with its worth at the cells ``where``."""

    assessment: AssessmentRow | None
    hours: float
    where: NDArray[np.int64]
    values: Values


def list_cells(contest: Contest, edge: float) -> Grid:
    """List the people and skills whose certainty could carry the person over the edge, either way."""
    found: list[tuple[int, int, float, float]] = []
    for column, requirement in enumerate(contest.asked.requirements):
        rows = [
            row
            for row, held in enumerate(contest.held)
            if requirement.skill_id in held and not contest.thin[row, column]
        ]
        met = contest.met[rows]
        met[:, column] = 1.0
        if_met = contest.asked.measure_right(met)
        met[:, column] = 0.0
        if_not = contest.asked.measure_right(met)
        found += [
            (row, column, high, low)
            for row, high, low in zip(rows, if_met.tolist(), if_not.tolist(), strict=True)
            if low < edge < high
        ]
    found.sort()
    requirements = [contest.asked.requirements[column] for _, column, _, _ in found]
    beliefs = [contest.held[row][item.skill_id] for (row, *_), item in zip(found, requirements, strict=True)]
    pairs = list(zip(requirements, beliefs, strict=True))
    row = np.asarray([item[0] for item in found], dtype=np.int64)
    return Grid(
        row=row,
        column=np.asarray([item[1] for item in found], dtype=np.int64),
        cells=Cells(
            has=np.asarray([held.probability for held in beliefs], dtype=np.float64),
            enough=np.asarray([expect_level(item.level, held) for item, held in pairs], dtype=np.float64),
            right=contest.right[row],
            right_if_met=np.asarray([item[2] for item in found], dtype=np.float64),
            right_if_not=np.asarray([item[3] for item in found], dtype=np.float64),
            unverified=np.asarray([item.verified and not held.verified for item, held in pairs], dtype=np.bool_),
        ),
        level=np.asarray([0.0 if held.level is None else held.level for held in beliefs], dtype=np.float64),
        # Where every level suffices there is nothing to be told about it.
        sd=np.asarray(
            [math.nan if item.level <= 0 else read_level_spread(held) or math.nan for item, held in pairs],
            dtype=np.float64,
        ),
        least=np.asarray([item.level - HALF_STEP for item in requirements], dtype=np.float64),
    )


def offer_assessments(
    contest: Contest, grid: Grid, assessments: Sequence[AssessmentRow], edge: float, settings: EngineSettings
) -> Iterator[Offer]:
    """Offer every assessment of known hours that measures an asked skill, as if nobody had taken it."""
    kind = EVIDENCE_KINDS["assessment"]
    assert kind.scores is not None
    about_skill = expect_scores(kind.scores, kind.reliability)
    for assessment in assessments:
        measured = {item.skill_id: item.level for item in assessment.measures}
        if assessment.hours is None:
            continue
        confirms = np.asarray([measured.get(item.skill_id, math.nan) for item in contest.asked.requirements])
        where = np.flatnonzero(~np.isnan(confirms[grid.column])).astype(np.int64)
        least = grid.least[where]
        # It cannot tell whether a level suffices that lies above the highest it confirms.
        telling = confirms[grid.column[where]] >= least
        about_level = expect_ratings(
            grid.level[where], np.where(telling, grid.sd[where], math.nan), least, kind.level_sd
        )
        values = value_observations(grid.cells.take(where), about_skill, about_level, edge, verifies=kind.verifies)
        yield Offer(assessment, max(assessment.hours, settings.verification.least_hours), where, values)


def offer_requests(contest: Contest, grid: Grid, edge: float, settings: EngineSettings) -> Offer:
    """Offer to ask a colleague of every person, at the most that it may be worth."""
    kind = EVIDENCE_KINDS["endorsement"]
    # The best word there is, from somebody without ties: no request can be worth more.
    best = max([1.0, *contest.model.reliability.values()])
    ratio = np.asarray([kind.rate_if_has / kind.rate_if_not * best])
    strongest = settings.inference.endorsement_factor * weigh_likelihoods(ratio, np.asarray([kind.reliability]))
    where = np.arange(len(grid.row), dtype=np.int64)
    about_skill = expect_answers(np.repeat(strongest, len(where)), kind.rate_if_has)
    values = value_observations(grid.cells, about_skill, expect_no_rating(len(where)), edge, verifies=kind.verifies)
    return Offer(None, settings.verification.endorsement_hours, where, values)
