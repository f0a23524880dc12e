"""Requirements are met at the level asked, in half steps; readiness is the importance-weighted share."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.matching import Held, count_level, expect_met, judge_requirement, measure_readiness
from graph_schema.queries.roles import RequirementRow

SQL = RequirementRow("sql", "SQL", level=3, importance=1.0, tier="core", verified=False)
HELD = Held(probability=0.8, level=3.1, listed=False, verified=False, level_low=2.3, level_high=3.9)


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (None, "unknown"),
        (replace(HELD, probability=0.49), "improbable"),
        (replace(HELD, level=2.7), "level"),
        (replace(HELD, level=None), "met"),
        (replace(HELD, level=2.8), "met"),
        (HELD, "met"),
    ],
)
def test_a_requirement_is_met_or_says_what_stands_against_it(held: Held | None, state: str) -> None:
    assert judge_requirement(SQL, held, threshold=0.5) == state


def test_a_skill_of_unknown_level_counts_as_the_working_level() -> None:
    unknown = replace(HELD, level=None, level_low=None, level_high=None)

    assert count_level(unknown, 0.5) == 3
    assert judge_requirement(replace(SQL, level=3.5), unknown, threshold=0.5) == "level"
    assert expect_met(SQL, unknown) == 0.8
    assert expect_met(replace(SQL, level=3.5), unknown) == 0


def test_belief_does_not_meet_a_requirement_that_asks_for_verification() -> None:
    strict = replace(SQL, verified=True)

    assert judge_requirement(strict, HELD, threshold=0.5) == "unverified"
    assert judge_requirement(strict, replace(HELD, verified=True), threshold=0.5) == "met"
    assert expect_met(strict, HELD) == 0


def test_readiness_weighs_by_importance() -> None:
    small = RequirementRow("python", "Python", level=1, importance=0.25, tier="stretch", verified=False)

    assert measure_readiness([SQL, small], ["sql"]) == pytest.approx(0.8)
    assert measure_readiness([SQL, small], ["sql", "python", "another"]) == 1
    assert measure_readiness([], []) == 1


def test_expected_readiness_is_probability_times_the_chance_of_the_level() -> None:
    # 3.1 ± 0.8 (90 %): standard deviation .4863; P(level >= 2.75) = .764; x .8
    assert expect_met(SQL, HELD) == pytest.approx(0.8 * 0.7642, abs=1e-3)
    assert expect_met(SQL, None) == 0


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 1))
def test_more_of_a_skill_never_meets_less(level: float, more: float, probability: float) -> None:
    lower, higher = sorted((level, more))
    held = Held(probability, lower, listed=False, verified=False)
    better = replace(held, level=higher)

    assert (count_level(held, 0.5) or 0) <= (count_level(better, 0.5) or 0)
    assert expect_met(SQL, held) <= expect_met(SQL, better)
