from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.settings import InferenceSettings
from engine.inference.weighing import (
    find_last_uses,
    refresh_endorsements,
    weigh_likelihoods,
    weigh_observations,
)
from engine.population import Endorsement
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


def test_what_speaks_for_a_skill_is_as_fresh_as_its_last_use():
    course = observe(0, 0, "course_completion", "e1", days_ago=2500, via="course:a")
    used = observe(0, 0, "project_outcome", "e2", days_ago=30, via="project:a")
    fresh = observe(0, 0, "course_completion", "e1", days_ago=30, via="course:a")
    assert total(course, used) == pytest.approx(total(fresh) + total(used))
    assert total(course, used) > total(course) + total(used) + 0.3


@pytest.mark.parametrize("kind", ["attestation", "assessment"])
def test_being_seen_or_tested_is_use(kind):
    old = observe(0, 0, "credential", "e1", days_ago=2500)
    used = observe(0, 0, kind, "e2", score=0.9 if kind == "assessment" else None)
    assert total(old, used) > total(old) + total(used) + 0.3


@pytest.mark.parametrize(
    "other",
    [
        observe(0, 0, "assessment", "e2", score=0.1),
        observe(0, 0, "rejection", "e2"),
        observe(0, 0, "self_report", "e2"),
        observe(0, 1, "project_outcome", "e2"),
        observe(1, 0, "project_outcome", "e2"),
    ],
    ids=["failed test", "rejection", "claim", "another skill", "another person"],
)
def test_nothing_else_is(other):
    old = observe(0, 0, "credential", "e1", days_ago=2500)
    assert total(old, other) == pytest.approx(total(old) + total(other), abs=1e-12)


def test_what_speaks_against_ages_from_its_own_day():
    fail = observe(0, 0, "assessment", "e1", score=0.2, days_ago=2500, via="test:a")
    used = observe(0, 0, "project_outcome", "e2", via="project:a")
    assert total(fail, used) == pytest.approx(total(fail) + total(used))


def test_an_endorsement_is_as_fresh_as_the_last_use():
    used = observe(0, 0, "project_outcome", "e1", days_ago=10)
    old = Endorsement(1, 0, 0, None, AS_OF - timedelta(days=2000))
    young = replace(old, observed_on=AS_OF)
    elsewhere = replace(old, skill=1)
    found = refresh_endorsements((old, young, elsewhere), find_last_uses([used]))
    assert [item.observed_on for item in found] == [used.observed_on, AS_OF, old.observed_on]


factors = st.dictionaries(st.sampled_from(sorted(EVIDENCE_KINDS)), st.floats(0, 3))


@given(items=observations, more=observations, worth=factors)
def test_evidence_for_a_skill_never_lowers_it_whatever_audits_found(items, more, worth):
    def judge(*some):
        return float(weigh_observations(some, AS_OF, SETTINGS, worth).logit.sum())

    for item in more:
        if total(item) > 0:
            assert judge(*items, item) >= judge(*items) - 1e-12


@given(items=observations, position=st.integers(0, 5), days=st.integers(1, 3000), worth=factors)
def test_older_evidence_for_a_skill_never_raises_it_whatever_audits_found(items, position, days, worth):
    if position >= len(items) or total(items[position]) <= 0:
        return
    old = replace(items[position], observed_on=items[position].observed_on - timedelta(days=days))
    aged = [*items[:position], old, *items[position + 1 :]]

    def judge(some):
        return float(weigh_observations(some, AS_OF, SETTINGS, worth).logit.sum())

    assert judge(aged) <= judge(items) + 1e-12


def test_a_kind_that_audits_found_worth_nothing_says_exactly_nothing():
    items = [observe(0, 0, kind, kind, score=0.9) for kind in sorted(set(EVIDENCE_KINDS) - {"endorsement"})]
    weighed = weigh_observations(items, AS_OF, SETTINGS, dict.fromkeys(EVIDENCE_KINDS, 0.0))
    assert (weighed.logit == 0.0).all()
