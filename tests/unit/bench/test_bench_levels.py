from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from api.bench.level_tables import draw_questions, measure_table, read_onet
from api.bench.rated_people import measure_people, read_sample, simulate_people
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput

SETTINGS = InferenceSettings(floor=0.0, updates=150, passes=1)


@pytest.fixture
def occupations() -> pd.DataFrame:
    """Ten trades whose levels go together in ways of their own."""
    random = np.random.default_rng(3)
    trade = random.random((10, 20))[np.arange(200) % 10]
    levels = trade + 0.1 * random.normal(size=(200, 1)) + 0.05 * random.normal(size=(200, 20))
    return pd.DataFrame(levels, index=[f"o{row}" for row in range(200)], columns=[f"s{place}" for place in range(20)])


def test_the_table_tells_good_methods_from_bad_ones(occupations):
    rows = {(row.observed, row.method): row for row in measure_table("made up", occupations, 1, (0.1, 0.5))}
    assert len(rows) == 8
    for share in (0.1, 0.5):
        ours = rows[share, "Skillway"]
        assert ours.rmse < 0.7 * rows[share, "prior"].rmse
        assert ours.margin == pytest.approx(ours.rmse - min(rows[share, name].rmse for name in ("knn", "kalman")))
        assert ours.margin_ci > 0
        assert 0.8 < ours.coverage <= 1
        assert rows[share, "prior"].coverage is None
    assert rows[0.5, "Skillway"].rmse < rows[0.1, "Skillway"].rmse


def test_other_draws_are_not_compared(occupations, monkeypatch):
    monkeypatch.setattr(
        "api.bench.level_tables.draw_questions",
        lambda *asked: ((train, questions[::-1]) for train, questions in draw_questions(*asked)),
    )
    with pytest.raises(InvalidInput, match="draws its splits otherwise"):
        measure_table("made up", occupations, 1, (0.5,))


def test_a_folder_without_the_data_is_said(tmp_path):
    with pytest.raises(InvalidInput, match=r"skills\.csv\.gz"):
        read_onet(tmp_path)


@pytest.mark.realdata
def test_onet_is_read_whole(real_data):
    levels = read_onet(real_data)
    assert levels.shape == (879, 68)
    assert levels.min().min() == 0
    assert levels.max().max() == 1


def test_intervals_of_the_sample_cover_its_planted_truth():
    rows = {row.ratings: row for row in measure_people(read_sample(), SETTINGS)}
    assert 0.87 <= rows["all"].coverage <= 0.93
    assert rows["1"].skillway < 0.8 * rows["1"].mean
    assert rows["3 or more"].skillway < rows["3 or more"].mean
    assert rows["none"].mean is None


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_intervals_cover_levels_that_drift(drift):
    rows = {row.ratings: row for row in measure_people(simulate_people(drift, seed=5, people=200), SETTINGS)}
    assert 0.85 <= rows["all"].coverage <= 0.95
    assert rows["all"].pairs == sum(row.pairs for name, row in rows.items() if name != "all")
    assert rows["1"].skillway < rows["1"].mean
    assert rows["2"].skillway < rows["2"].latest


def test_the_same_seed_draws_the_same_people():
    first, again, other = (simulate_people(0.1, seed, people=60) for seed in (1, 1, 2))
    assert first.population == again.population
    assert np.array_equal(first.truth, again.truth, equal_nan=True)
    assert first.population.observations != other.population.observations
