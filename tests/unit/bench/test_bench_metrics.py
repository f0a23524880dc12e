from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy.sparse import csr_array

from api.bench.inference.metrics import average_by_person, measure_calibration, measure_ranking
from api.bench.inference.protocol import Question
from engine.inference.profiles import Profiles


def ask(visible: list[list[int]], hidden: list[list[int]]) -> Question:
    people, skills = np.shape(visible)
    profiles = Profiles(
        tuple(map(str, range(people))), tuple(map(str, range(skills))), csr_array(np.array(visible, dtype=np.float32))
    )
    return Question(profiles, np.array(hidden, dtype=bool), np.arange(people))


@st.composite
def questions(draw):
    people, skills = draw(st.integers(1, 4)), draw(st.integers(2, 14))
    cells = st.lists(st.sampled_from("hvn"), min_size=skills - 1, max_size=skills - 1)
    marks = np.array([["h", *draw(cells)] for _ in range(people)])
    return ask((marks == "v").astype(int).tolist(), (marks == "h").astype(int).tolist())


def test_a_ranking_by_hand():
    question = ask([[1, 0, 0, 0, 0]], [[0, 1, 0, 1, 0]])

    found = measure_ranking(np.array([[9.0, 0.1, 0.5, 0.4, 0.3]]), question)

    # Column 0 is visible and not ranked; the order is 2, 3, 4, 1: hidden skills at places 2 and 4.
    ideal = 1 + 1 / np.log2(3)
    assert found.ndcg[0] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / ideal)
    assert found.recall_5[0] == found.recall_10[0] == 1.0
    assert found.reciprocal_rank[0] == 0.5


def test_recall_asks_for_no_more_than_fits():
    hidden = np.zeros((1, 20), dtype=int)
    hidden[0, :12] = 1
    scores = np.arange(20.0)[None, :]

    found = measure_ranking(scores, ask(np.zeros((1, 20), dtype=int).tolist(), hidden.tolist()))

    assert found.recall_5[0] == 0.0
    assert found.recall_10[0] == pytest.approx(2 / 10)
    assert found.reciprocal_rank[0] == pytest.approx(1 / 9)


def test_equal_scores_are_ranked_by_column():
    hidden = np.arange(300) == 200
    scores = (np.arange(300) % 3 == 2).astype(float)

    found = measure_ranking(scores[None, :], ask([[0] * 300], [hidden.astype(int).tolist()]))

    # 66 skills before column 200 score as much as it does.
    assert found.reciprocal_rank[0] == pytest.approx(1 / 67)


def test_nobody_is_judged_of_whom_nothing_is_hidden():
    with pytest.raises(ValueError, match="hidden of everybody"):
        measure_ranking(np.zeros((2, 2)), ask([[1, 0], [1, 0]], [[0, 1], [0, 0]]))


@given(questions())
def test_a_perfect_order_is_worth_one(question):
    found = measure_ranking(question.hidden.astype(float), question)

    for values in (found.ndcg, found.recall_5, found.recall_10, found.reciprocal_rank):
        assert values == pytest.approx(np.ones(len(values)))


@given(questions(), st.integers(0, 2**32 - 1))
def test_only_the_order_counts(question, seed):
    scores = np.random.default_rng(seed).normal(size=question.hidden.shape)

    found, again = measure_ranking(scores, question), measure_ranking(np.exp(scores) * 3, question)

    assert found.ndcg.tolist() == again.ndcg.tolist()
    assert ((found.ndcg >= 0) & (found.ndcg <= 1)).all()
    assert (found.ndcg <= measure_ranking(question.hidden.astype(float), question).ndcg + 1e-12).all()


def test_calibration_error_by_hand():
    # 15 bins of two cells: each says .25 and .35, one of two comes true in the first five bins, none elsewhere.
    guess = np.tile([0.25, 0.35], 15) + np.repeat(np.arange(15) * 1e-6, 2)
    guess = np.sort(guess)
    truth = np.zeros(30, dtype=bool)
    truth[[0, 2, 4, 6, 8]] = True

    expected = sum(abs(guess[at : at + 2].mean() - truth[at : at + 2].mean()) for at in range(0, 30, 2)) / 15

    assert measure_calibration(guess, truth).error == pytest.approx(expected)
    assert expected == pytest.approx((5 * 0.25 + 2.5 * 0.25 + 7.5 * 0.35) / 15, abs=0.01)


def test_brier_skill_is_zero_for_the_rate_and_one_for_the_truth():
    truth = np.arange(100) < 20

    assert measure_calibration(np.full(100, 0.2), truth).brier_skill == pytest.approx(0.0)
    assert measure_calibration(truth.astype(float), truth).brier_skill == pytest.approx(1.0)


def test_right_probabilities_err_by_the_noise_floor_and_wrong_ones_by_more():
    random = np.random.default_rng(1)
    guess = random.beta(0.5, 8, size=40_000)
    found = [measure_calibration(guess, random.random(len(guess)) < guess) for _ in range(20)]
    wrong = measure_calibration(guess * 0.8, random.random(len(guess)) < guess)

    floor = np.mean([item.noise_floor for item in found])
    assert np.mean([item.error for item in found]) == pytest.approx(floor, rel=0.15)
    assert wrong.error > 4 * wrong.noise_floor


def test_the_noise_floor_falls_with_more_cells():
    random = np.random.default_rng(2)
    few, many = (
        measure_calibration(guess, random.random(len(guess)) < guess)
        for guess in (random.random(2_000), random.random(200_000))
    )

    assert few.noise_floor == pytest.approx(10 * many.noise_floor, rel=0.4)


def test_an_interval_over_different_people_is_the_usual_one():
    values = np.random.default_rng(3).normal(5, size=400)

    found = average_by_person(np.arange(400), values)

    assert found.mean == pytest.approx(values.mean())
    assert found.high - found.mean == pytest.approx(1.96 * values.std(ddof=1) / 20, rel=1e-3)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_asking_a_person_again_makes_nothing_surer():
    values = np.random.default_rng(4).normal(5, size=100)

    once = average_by_person(np.arange(100), values)
    five_times = average_by_person(np.tile(np.arange(100), 5), np.tile(values, 5))

    assert five_times.high - five_times.low == pytest.approx(once.high - once.low)
