from __future__ import annotations

import numpy as np
import pytest

from engine.inference.calibration import measure_reliability


def draw(size: int, seed: int, power: float = 1.0):
    random = np.random.default_rng(seed)
    probability = random.random(size)
    return probability, random.random(size) < probability**power


def test_right_probabilities_show_what_chance_shows():
    found = [measure_reliability(*draw(200, seed), np.ones(200)) for seed in range(30)]
    assert np.mean([item.error for item in found]) == pytest.approx(np.mean([item.chance for item in found]), rel=0.15)


def test_wrong_probabilities_show_more():
    found = measure_reliability(*draw(200, 0, power=3.0), np.ones(200))
    assert found.error > 2 * found.chance
    assert found.outcomes == 200


def test_more_outcomes_leave_less_to_chance():
    few, many = (measure_reliability(*draw(size, 0), np.ones(size)) for size in (100, 5000))
    assert many.chance < few.chance / 3


def test_a_weight_of_two_is_the_outcome_twice():
    probability, has = np.array([0.1, 0.4, 0.9]), np.array([False, True, True])
    twice = measure_reliability(probability[[0, 1, 1, 2]], has[[0, 1, 1, 2]], np.ones(4))
    weighed = measure_reliability(probability, has, np.array([1.0, 2.0, 1.0]))
    assert weighed.brier == pytest.approx(twice.brier)
    assert weighed.error == pytest.approx(twice.error)


def test_one_outcome_is_enough():
    found = measure_reliability(np.array([0.25]), np.array([True]), np.array([7.0]))
    assert (found.brier, found.error) == (pytest.approx(0.5625), pytest.approx(0.75))
    assert found.chance == pytest.approx(2 * 0.25 * 0.75, abs=0.1)
