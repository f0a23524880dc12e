"""The value of an observation not made yet: never negative, none where nothing can change, and what sampling says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import norm

from engine.inference.settings import InferenceSettings
from engine.inference.weighing import weigh_observations
from engine.population import Observation
from engine.verification import (
    Cells,
    Outcomes,
    expect_answers,
    expect_no_rating,
    expect_ratings,
    expect_scores,
    value_observations,
)
from graph_schema.evidence_kinds import EVIDENCE_KINDS

TEST = EVIDENCE_KINDS["assessment"]
assert TEST.scores is not None
SCORES = expect_scores(TEST.scores, TEST.reliability)
chances = st.floats(0, 1)


def put(has: float, enough: float = 1.0, low: float = 0.0, high: float = 1.0, unverified: bool = False) -> Cells:
    met = 0.0 if unverified else has * enough
    row = [np.asarray([value]) for value in (has, enough, low + (high - low) * met, high, low)]
    return Cells(*row, np.asarray([unverified]))


def look(level: float, sd: float, least: float) -> Outcomes:
    return expect_ratings(np.asarray([level]), np.asarray([sd]), np.asarray([least]), TEST.level_sd)


@given(chances, chances, chances, chances, st.booleans(), st.floats(0, 5), st.floats(0.1, 1.5), st.floats(0, 3))
def test_an_observation_is_never_worth_less_than_nothing(
    has: float, edge: float, one: float, other: float, unverified: bool, level: float, sd: float, weight: float
) -> None:
    low, high = sorted((one, other))
    cells = put(has, 1 - float(norm.cdf((2.75 - level) / sd)), low, high, unverified)
    for about_skill in (SCORES, expect_answers(np.asarray([weight]), 0.1)):
        for about_level in (look(level, sd, 2.75), expect_no_rating(1)):
            for verifies in (True, False):
                assert value_observations(cells, about_skill, about_level, edge, verifies=verifies).gain[0] >= -1e-9


@given(st.floats(0.01, 0.99), st.floats(0, 5), st.floats(0.1, 1.5))
def test_what_is_believed_after_averages_to_what_is_believed_now(has: float, level: float, sd: float) -> None:
    enough = 1 - float(norm.cdf((2.75 - level) / sd))

    values = value_observations(put(has, enough), SCORES, look(level, sd, 2.75), 0.5, verifies=True)

    after = values.success * values.met_if_success + (1 - values.success) * values.met_if_failure
    assert after == pytest.approx(has * enough, abs=1e-9)
    assert values.met_if_success[0] >= values.met_if_failure[0] - 1e-9


@pytest.mark.parametrize("has", [0.0, 1.0])
def test_certain_cells_are_worth_nothing(has: float) -> None:
    for about_skill in (SCORES, expect_answers(np.asarray([1.5]), 0.1)):
        found = value_observations(put(has), about_skill, expect_no_rating(1), 0.5, verifies=True)
        assert found.gain[0] == pytest.approx(0.0, abs=1e-12)


def test_who_is_on_the_same_side_whatever_comes_is_worth_nothing() -> None:
    for cells in (put(0.5, low=0.6), put(0.5, high=0.4)):
        found = value_observations(cells, SCORES, expect_no_rating(1), 0.5, verifies=True)
        assert found.gain[0] == pytest.approx(0.0, abs=1e-12)


def test_the_worth_of_a_test_is_what_sampling_it_says() -> None:
    random = np.random.default_rng(1)
    has, level, sd, least, edge = 0.7, 3.0, 0.8, 2.75, 0.6
    draws = 400_000
    knows, rated = random.random(draws) < has, random.normal(level, sd, draws)
    depends, other = random.random(draws) < TEST.reliability, random.random(draws) < 0.5
    curve = TEST.scores
    assert curve is not None
    score = random.normal(np.where(np.where(depends, knows, other), curve.mean_if_has, curve.mean_if_not), curve.sd)
    a, b = (norm.pdf(score, mean, curve.sd) for mean in (curve.mean_if_has, curve.mean_if_not))
    rho = TEST.reliability
    ratio = np.log((rho * a + (1 - rho) * (a + b) / 2) / (rho * b + (1 - rho) * (a + b) / 2))
    reported = random.normal(rated, TEST.level_sd)
    gain = sd**2 / (sd**2 + TEST.level_sd**2)
    enough = norm.sf((least - level - gain * (reported - level)) / (sd * np.sqrt(1 - gain)))
    after = expit(logit(has) + ratio) * enough
    sampled = np.maximum(0, after - edge).mean()

    now = has * float(norm.sf((least - level) / sd))
    found = value_observations(
        put(has, float(norm.sf((least - level) / sd))), SCORES, look(level, sd, least), edge, verifies=True
    )

    assert now < edge
    assert found.gain[0] == pytest.approx(sampled, rel=0.03)
    # Steps of score and level are a coarser look, and can only be worth less.
    assert found.gain[0] <= sampled * 1.005


@pytest.mark.parametrize("score", [0.2, 0.5, 0.66, 0.9])
def test_a_score_weighs_what_inference_will_make_of_it(score: float) -> None:
    day = date(2026, 7, 1)
    seen = Observation("e", 0, 0, "assessment", None, score, day, None, "t", "t", None, None)
    weight = weigh_observations([seen], day, InferenceSettings()).logit[0]

    curve = TEST.scores
    assert curve is not None
    steps = curve.middle + curve.sd * np.arange(-12, 13) / 4
    step = int(np.searchsorted(steps, score, side="right"))
    ratios = np.log(SCORES.if_true[0] / SCORES.if_false[0])

    assert ratios[max(step - 1, 0)] - 1e-9 <= weight <= ratios[min(step + 1, len(ratios) - 1)] + 1e-9
    assert ratios[step] == pytest.approx(weight, abs=0.7)
    assert bool(SCORES.success[0, step]) == (score >= curve.middle)


def test_an_endorsement_adds_its_weight_and_silence_takes_a_little() -> None:
    answers = expect_answers(np.asarray([1.53]), 0.1)

    values = value_observations(put(0.6), answers, expect_no_rating(1), 0.7, verifies=False)

    assert logit(values.met_if_success[0]) == pytest.approx(logit(0.6) + 1.53)
    assert 0.57 < values.met_if_failure[0] < 0.6
    assert values.gain[0] == pytest.approx(values.success[0] * (values.met_if_success[0] - 0.7))


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0, 2), st.floats(0, 2))
def test_a_weightier_word_is_never_worth_less(has: float, edge: float, one: float, other: float) -> None:
    # So the strongest word there is bounds what any may be worth.
    weak, strong = sorted((one, other))
    less, more = (
        value_observations(put(has), expect_answers(np.asarray([w]), 0.1), expect_no_rating(1), edge, verifies=False)
        for w in (weak, strong)
    )

    assert less.gain[0] <= more.gain[0] + 1e-9


def test_only_what_verifies_helps_a_skill_that_must_be_verified() -> None:
    cells = put(0.9, unverified=True)

    by_test, by_word = (
        value_observations(cells, SCORES, expect_no_rating(1), 0.8, verifies=True),
        value_observations(cells, expect_answers(np.asarray([1.5]), 0.1), expect_no_rating(1), 0.8, verifies=False),
    )

    assert by_test.gain[0] > 0.1
    assert by_test.met_if_failure[0] == 0
    assert by_word.gain[0] == 0


def test_a_level_that_nobody_can_tell_tells_nothing() -> None:
    untold = look(3.0, float("nan"), 2.75)

    assert (untold.if_true == untold.if_false).all()
    cells = put(0.7, 0.6)
    found = value_observations(cells, SCORES, untold, 0.5, verifies=True)
    plain = value_observations(cells, SCORES, expect_no_rating(1), 0.5, verifies=True)
    assert found.gain == pytest.approx(plain.gain)
    assert found.met_if_success == pytest.approx(plain.met_if_success)


def test_blocks_do_not_change_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 7
    has = np.linspace(0.1, 0.9, count)
    cells = replace(put(0.5), has=has, enough=np.full(count, 0.8), right=has * 0.8)
    cells = replace(
        cells, right_if_met=np.ones(count), right_if_not=np.zeros(count), unverified=np.zeros(count, dtype=np.bool_)
    )
    level = expect_ratings(np.full(count, 3.5), np.full(count, 0.9), np.full(count, 2.75), TEST.level_sd)
    whole = value_observations(cells, SCORES, level, 0.5, verifies=True)

    monkeypatch.setattr("engine.verification.BLOCK", 1)

    assert value_observations(cells, SCORES, level, 0.5, verifies=True).gain == pytest.approx(whole.gain, abs=0)
