from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.settings import InferenceSettings
from engine.inference.weighing import weigh_likelihoods, weigh_observations
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from tests.unit.inference.builders import AS_OF, observe

SETTINGS = InferenceSettings()
FACTOR = SETTINGS.same_source_factor


def total(*observations) -> float:
    return float(weigh_observations(observations, AS_OF, SETTINGS).logit.sum())


def test_the_formula_is_the_one_of_the_design():
    kind = EVIDENCE_KINDS["attestation"]
    rho = kind.reliability * 2 ** (-1461 / 365.25 / kind.half_life_years)
    a, b = kind.rate_if_has, kind.rate_if_not
    m = (a + b) / 2
    expected = math.log((rho * a + (1 - rho) * m) / (rho * b + (1 - rho) * m))
    assert total(observe(0, 0, "attestation", "e", days_ago=1461)) == pytest.approx(expected, abs=1e-12)


@given(ratio=st.floats(1e-6, 1e6))
def test_no_reliability_weighs_exactly_nothing(ratio):
    assert weigh_likelihoods(np.array([ratio]), np.array([0.0]))[0] == 0.0


@given(ratio=st.floats(1e-9, 1e9), rho=st.floats(0, 0.99))
def test_a_weight_is_bounded_by_the_reliability(ratio, rho):
    bound = math.log((1 + rho) / (1 - rho))
    assert abs(weigh_likelihoods(np.array([ratio]), np.array([rho]))[0]) <= bound + 1e-9


@given(kind=st.sampled_from(sorted(EVIDENCE_KINDS)), days=st.integers(0, 9000), more=st.integers(1, 4000))
def test_age_only_ever_weakens(kind, days, more):
    young, old = total(observe(0, 0, kind, "e", days_ago=days)), total(observe(0, 0, kind, "e", days_ago=days + more))
    assert abs(old) < abs(young)
    assert (old > 0) == (young > 0)


def test_a_low_score_speaks_against_and_a_middling_one_says_nothing():
    def score(value):
        return total(observe(0, 0, "assessment", "e", score=value))

    assert score(0.2) < -2
    assert score(0.5) == pytest.approx(0.0, abs=1e-12)
    assert score(0.9) > 2


def test_a_second_piece_from_the_same_source_counts_less():
    first, second = (observe(0, 0, "course_completion", f"e{n}", via="course:a") for n in (1, 2))
    elsewhere = observe(0, 0, "course_completion", "e3", via="course:b")
    alone = total(first)
    assert total(first, second) == pytest.approx(alone * (1 + FACTOR))
    assert total(first, elsewhere) == pytest.approx(alone * 2)


def test_attestations_of_one_signatory_are_one_source():
    signed = [observe(0, 0, "attestation", f"e{n}", by="boss") for n in range(3)]
    assert total(*signed) == pytest.approx(total(signed[0]) * (1 + 2 * FACTOR))


def test_a_later_pass_overtakes_an_earlier_failure():
    fail = observe(0, 0, "assessment", "e1", score=0.2, days_ago=400, via="test:a")
    passed = observe(0, 0, "assessment", "e2", score=0.8, days_ago=10, via="test:a")
    assert total(fail, passed) == pytest.approx(total(passed) + FACTOR * total(fail))


def test_a_later_failure_is_not_overtaken():
    passed = observe(0, 0, "assessment", "e1", score=0.8, days_ago=400, via="test:a")
    fail = observe(0, 0, "assessment", "e2", score=0.2, days_ago=10, via="test:a")
    assert total(fail, passed) == pytest.approx(total(passed) + total(fail))


def test_evidence_of_tomorrow_counts_as_of_today():
    item = observe(0, 0, "attestation", "e")
    tomorrow = type(item)(**{**vars(item), "observed_on": AS_OF + timedelta(days=1)})
    assert total(tomorrow) == total(item)


observations = st.lists(
    st.builds(
        observe,
        person=st.just(0),
        skill=st.just(0),
        kind=st.sampled_from(sorted(set(EVIDENCE_KINDS) - {"endorsement"})),
        id=st.uuids().map(str),
        score=st.none() | st.floats(0, 1),
        days_ago=st.integers(0, 3000),
        via=st.sampled_from([None, "a", "b"]),
        by=st.sampled_from([None, "boss"]),
    ),
    max_size=6,
)


@given(items=observations, more=observations)
def test_evidence_for_a_skill_never_lowers_it(items, more):
    for item in more:
        if total(item) > 0:
            assert total(*items, item) >= total(*items) - 1e-12


@given(items=observations, position=st.integers(0, 5), days=st.integers(1, 3000))
def test_older_evidence_for_a_skill_never_raises_it(items, position, days):
    if position >= len(items) or total(items[position]) <= 0:
        return
    old = type(items[position])(
        **{**vars(items[position]), "observed_on": items[position].observed_on - timedelta(days=days)}
    )
    aged = [*items[:position], old, *items[position + 1 :]]
    assert total(*aged) <= total(*items) + 1e-12


@given(items=observations, data=st.data())
def test_order_does_not_matter(items, data):
    shuffled = data.draw(st.permutations(items))
    by_id = dict(zip([item.id for item in items], weigh_observations(items, AS_OF, SETTINGS).logit, strict=True))
    again = weigh_observations(shuffled, AS_OF, SETTINGS).logit
    assert [by_id[item.id] for item in shuffled] == list(again)
