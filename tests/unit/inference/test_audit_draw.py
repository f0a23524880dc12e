from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.audit_draw import EVIDENCE_SHARE, AuditSample, draw_sample
from engine.inference.posterior import infer_beliefs
from engine.inference.results import Beliefs
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput
from tests.unit.inference.builders import company_of_two_trades
from tests.unit.inference.test_posterior import fitted

SETTINGS = InferenceSettings(floor=0.2)
POPULATION = company_of_two_trades()
EVERYBODY = range(len(POPULATION.people))
PAIRS = len(POPULATION.people) * len(POPULATION.skills)


@cache
def beliefs() -> Beliefs:
    return infer_beliefs(fitted(), POPULATION, SETTINGS)


def draw(size: int, seed: int = 0, eligible=EVERYBODY, drawn=()) -> AuditSample:
    return draw_sample(beliefs(), POPULATION, eligible, drawn, size, seed)


def code(sample: AuditSample) -> list[int]:
    return (sample.person * len(POPULATION.skills) + sample.skill).tolist()


@given(size=st.integers(1, PAIRS), seed=st.integers(0, 1000))
@settings(max_examples=40)
def test_so_many_different_pairs_are_drawn_each_with_its_chance(size, seed):
    sample = draw(size, seed)
    assert len(set(code(sample))) == size
    assert code(sample) == sorted(code(sample))
    assert ((sample.propensity > 0) & (sample.propensity <= 1 + 1e-12)).all()
    assert code(draw(size, seed)) == code(sample)


def test_the_propensity_is_how_often_a_pair_is_drawn():
    rounds, size = 1500, 30
    times = np.zeros(PAIRS)
    propensity = np.full(PAIRS, np.nan)
    for seed in range(rounds):
        sample = draw(size, seed)
        times[code(sample)] += 1
        propensity[code(sample)] = sample.propensity
    hit = ~np.isnan(propensity)
    assert hit.mean() > 0.99
    assert propensity[hit].sum() == pytest.approx(size, rel=0.02)
    spread = np.sqrt(propensity[hit] * (1 - propensity[hit]) / rounds)
    assert (np.abs(times[hit] / rounds - propensity[hit]) <= 5 * spread + 1e-9).all()


def test_three_in_four_have_evidence():
    evident = {item.person * len(POPULATION.skills) + item.skill for item in POPULATION.observations}
    evident |= {item.person * len(POPULATION.skills) + item.skill for item in POPULATION.endorsements}
    assert len(evident & set(code(draw(80)))) / 80 == pytest.approx(EVIDENCE_SHARE, abs=0.03)


def test_weighed_by_its_propensity_a_draw_speaks_for_all():
    has = np.random.default_rng(0).random(PAIRS) < 0.3
    found = [(has[code(sample)] / sample.propensity).sum() for sample in (draw(60, seed) for seed in range(400))]
    assert np.mean(found) == pytest.approx(has.sum(), rel=0.05)


def test_only_who_may_be_asked_about_and_nobody_twice():
    eligible = (3, 7, 11)
    first = draw(10, 0, eligible)
    assert set(first.person.tolist()) <= set(eligible)
    rest = draw(20, 0, eligible, code(first))
    assert len(set(code(first)) | set(code(rest))) == 30
    with pytest.raises(InvalidInput, match="must be 1 to 20"):
        draw(21, 0, eligible, code(first))


@pytest.mark.parametrize("size", [0, -1, PAIRS + 1])
def test_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(InvalidInput, match="size: must be 1 to 400"):
        draw(size)
    with pytest.raises(InvalidInput, match="must be 1 to 0"):
        draw(1, 0, ())
