"""A promised list is the longest that keeps its promise; readiness is reached as often as trying every case says."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.matching import measure_readiness
from engine.promises import keep_promise, reach_readiness
from graph_schema.queries.roles import RequirementRow

chances = st.floats(0, 1)
shares = st.floats(0.01, 0.99)
people = st.lists(chances, max_size=12).map(np.asarray)


@given(people, shares)
def test_a_promised_list_is_the_longest_of_all_that_keep_the_promise(right: np.ndarray, precision: float) -> None:
    promise = keep_promise(right, precision)

    sizes = [
        size
        for size in range(1, len(right) + 1)
        if any(np.mean(right[list(chosen)]) >= precision - 1e-12 for chosen in combinations(range(len(right)), size))
    ]
    assert len(promise.chosen) == max(sizes, default=0)


@given(people, shares)
def test_what_is_stated_is_what_is_listed(right: np.ndarray, precision: float) -> None:
    promise = keep_promise(right, precision)
    listed, rest = right[promise.chosen], np.delete(right, promise.chosen)

    assert (np.diff(listed) <= 0).all()
    assert promise.expected_wrong == pytest.approx((1 - listed).sum())
    assert promise.expected_missed == pytest.approx(rest.sum())
    if len(listed):
        assert promise.expected_precision is not None
        assert promise.expected_precision >= precision - 1e-9
        assert promise.expected_precision == pytest.approx(listed.mean())
        assert listed.min() >= rest.max(initial=0.0)
    else:
        assert promise.expected_precision is None


@given(people, shares, shares)
def test_a_smaller_promise_holds_everybody_of_a_greater_one(right: np.ndarray, one: float, other: float) -> None:
    smaller, greater = sorted((one, other))

    more, fewer = keep_promise(right, smaller).chosen, keep_promise(right, greater).chosen

    assert more[: len(fewer)].tolist() == fewer.tolist()


@given(people, shares, chances)
def test_who_reaches_the_edge_is_listed_and_who_does_not_is_not(
    right: np.ndarray, precision: float, newcomer: float
) -> None:
    edge = keep_promise(right, precision).edge
    assume(abs(newcomer - edge) > 1e-6)

    joined = keep_promise(np.append(right, newcomer), precision)

    assert (len(right) in joined.chosen) == (newcomer > edge)


def test_ten_at_the_promise_keep_it_and_equals_stay_in_order() -> None:
    assert keep_promise(np.full(10, 0.9), 0.9).chosen.tolist() == list(range(10))
    assert keep_promise(np.asarray([0.7, 0.95, 0.95]), 0.95).chosen.tolist() == [1, 2]
    assert len(keep_promise(np.zeros(0), 0.9).chosen) == 0


@st.composite
def roles(draw: st.DrawFn) -> tuple[list[float], list[bool], list[float], float]:
    count = draw(st.integers(1, 7))
    importance = draw(st.lists(st.integers(0, 10_000).map(lambda n: n / 10_000), min_size=count, max_size=count))
    demanded = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    met = draw(st.lists(chances, min_size=count, max_size=count))
    return importance, demanded, met, draw(st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.95, 1.0]))


@given(roles())
def test_readiness_is_reached_as_often_as_every_case_together_says(
    role: tuple[list[float], list[bool], list[float], float],
) -> None:
    importance, demanded, met, threshold = role
    rows = [RequirementRow(str(n), "", 1.0, value, "core", False) for n, value in enumerate(importance)]
    whole = 0.0
    for case in product((True, False), repeat=len(met)):
        readiness = measure_readiness(rows, [row.skill_id for row, yes in zip(rows, case, strict=True) if yes])
        # A sum of importances may be a hair off in binary.
        reached = readiness >= threshold - 1e-9
        if reached and all(yes or not must for yes, must in zip(case, demanded, strict=True)):
            whole += float(np.prod([p if yes else 1 - p for p, yes in zip(met, case, strict=True)]))

    found = reach_readiness(np.asarray([met, met]), importance, threshold, demanded)

    assert found == pytest.approx([whole, whole], abs=1e-9)


def test_many_requirements_of_few_importances_cost_little_and_of_many_stay_exact() -> None:
    random = np.random.default_rng(0)
    met = random.random((3, 60))
    alike = reach_readiness(met, [1.0, 0.5] * 30, 0.5, [False] * 60)
    unlike = reach_readiness(met[:, :18], random.random(18).round(4).tolist(), 0.5, [False] * 18)

    drawn = random.random((20_000, 60))
    weights = np.asarray([1.0, 0.5] * 30)
    for row in range(3):
        often = ((drawn < met[row]) @ weights >= 0.5 * weights.sum()).mean()
        assert alike[row] == pytest.approx(often, abs=0.015)
    assert ((unlike > 0) & (unlike < 1)).all()


def test_all_demanded_is_the_product_and_nobody_is_no_row() -> None:
    assert reach_readiness(np.asarray([[0.5, 0.4]]), [1.0, 1.0], 1.0, [True, True]) == pytest.approx([0.2])
    assert reach_readiness(np.zeros((0, 2)), [1.0, 1.0], 1.0, [True, True]).shape == (0,)
    assert reach_readiness(np.asarray([[0.5]]), [0.0], 0.8, [False]).tolist() == [1.0]
