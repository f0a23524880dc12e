from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from engine.inference.level_mixture import LevelMixture, MixtureSettings, fit_level_mixture
from graph_schema.errors import InvalidInput

ONE = MixtureSettings(clusters=1, members=1)
NAN = np.nan


def draw_trades(entities: int = 240, skills: int = 12, seed: int = 0) -> np.ndarray:
    """Four trades with levels of their own, and one general ability."""
    random = np.random.default_rng(seed)
    trades = random.uniform(0, 5, (4, skills))
    ability = random.normal(0, 0.5, (entities, 1))
    return trades[np.arange(entities) % 4] + ability + random.normal(0, 0.3, (entities, skills))


def observe_some(levels: np.ndarray, share: float, seed: int = 1) -> np.ndarray:
    return np.where(np.random.default_rng(seed).random(levels.shape) < share, levels, NAN)


@cache
def of_four_skills() -> LevelMixture:
    return fit_level_mixture(draw_trades(skills=4), ONE)


def test_one_cluster_is_the_conditional_of_the_multivariate_normal():
    model = of_four_skills()
    member = model.members[0]
    noise = np.array([0.3, NAN, 0.7, NAN])
    observed = np.array([1.0, NAN, 4.0, NAN])
    found = model.predict(observed[None], noise[None])

    # p(level 3 | observed) by Bayes' rule on a grid, from joint densities alone: no conditioning formula.
    seen = [0, 2]
    covariance = member.covariance[np.ix_([0, 2, 3], [0, 2, 3])] + np.diag([0.09, 0.49, 0.0])
    joint = multivariate_normal(member.means[0, [0, 2, 3]], covariance)
    grid = np.linspace(found.mean[0, 3] - 8 * found.sd[0, 3], found.mean[0, 3] + 8 * found.sd[0, 3], 4001)
    density = joint.pdf(np.c_[np.tile(observed[seen], (len(grid), 1)), grid])
    density /= density.sum()
    mean = float(density @ grid)
    assert found.mean[0, 3] == pytest.approx(mean, abs=1e-9)
    assert found.sd[0, 3] == pytest.approx(np.sqrt(density @ (grid - mean) ** 2), rel=1e-6)


def test_clusters_are_weighed_by_their_likelihood():
    model = fit_level_mixture(draw_trades(), MixtureSettings(clusters=4, members=1))
    member = model.members[0]
    observed = np.full(12, NAN)
    observed[[2, 5, 9]] = [1.0, 3.0, 4.0]
    seen = np.flatnonzero(~np.isnan(observed))
    covariance = member.covariance[np.ix_(seen, seen)] + 0.25 * np.eye(3)
    weight = np.array(
        [
            np.exp(share) * multivariate_normal(mean[seen], covariance).pdf(observed[seen])
            for share, mean in zip(member.log_weights, member.means, strict=True)
        ]
    )
    weight /= weight.sum()
    gain = member.covariance[:, seen] @ np.linalg.inv(covariance)
    means = member.means + (observed[seen] - member.means[:, seen]) @ gain.T
    assert model.predict(observed[None], 0.5).mean[0] == pytest.approx(weight @ means, abs=1e-9)


def test_observed_levels_tell_the_others():
    levels = draw_trades()
    model = fit_level_mixture(levels[:200])
    observed = observe_some(levels[200:], 0.3)
    asked = np.isnan(observed)
    error = (model.predict(observed, 0.01).mean - levels[200:])[asked].std()
    usual = (levels[:200].mean(axis=0) - levels[200:])[asked].std()
    assert error < usual / 2


def test_intervals_cover_what_they_promise():
    levels = draw_trades(600)
    observed = observe_some(levels[480:], 0.3)
    found = fit_level_mixture(levels[:480]).predict(observed, 0.01)
    inside = np.abs(found.mean - levels[480:]) <= 1.6448536 * found.sd
    assert 0.86 <= inside[np.isnan(observed)].mean() <= 0.94


def test_the_same_levels_and_seed_give_the_same_prediction():
    levels = draw_trades()
    observed = observe_some(levels[:5], 0.3)
    first, again = (fit_level_mixture(levels).predict(observed, 0.1) for _ in range(2))
    other = fit_level_mixture(levels, MixtureSettings(seed=9)).predict(observed, 0.1)
    assert first.mean.tobytes() == again.mean.tobytes()
    assert first.sd.tobytes() == again.sd.tobytes()
    assert first.mean.tobytes() != other.mean.tobytes()


@given(noise=st.floats(0, 3), more=st.floats(0.01, 3), column=st.integers(0, 3))
def test_a_noisier_observation_says_less(noise, more, column):
    model = of_four_skills()
    observed = np.full((1, 4), NAN)
    observed[0, column] = 4.0
    assert (model.predict(observed, noise).sd <= model.predict(observed, noise + more).sd + 1e-9).all()


@given(first=st.integers(0, 3), second=st.integers(0, 3))
def test_with_one_cluster_another_observation_never_widens(first, second):
    model = of_four_skills()
    one = np.full((1, 4), NAN)
    one[0, first] = 4.0
    both = one.copy()
    both[0, second] = 1.0
    assert (model.predict(both, 0.2).sd <= model.predict(one, 0.2).sd + 1e-9).all()


def test_nothing_observed_is_what_is_usual():
    levels = draw_trades()
    found = fit_level_mixture(levels).predict(np.full((1, 12), NAN))
    assert found.mean[0] == pytest.approx(levels.mean(axis=0), abs=0.1)
    assert found.sd[0] == pytest.approx(levels.std(axis=0), rel=0.15)


def test_entities_with_unknown_levels_are_left_out():
    levels = draw_trades()
    holes = np.vstack([levels, observe_some(levels, 0.5)])
    model = fit_level_mixture(holes)
    assert model.entities == len(levels)
    observed = observe_some(levels[:3], 0.4)
    assert (
        model.predict(observed, 0.1).mean.tobytes() == fit_level_mixture(levels).predict(observed, 0.1).mean.tobytes()
    )


def test_levels_that_never_vary_are_answered():
    model = fit_level_mixture(np.tile([1.0, 2.0, 3.0], (30, 1)))
    found = model.predict([[1.0, NAN, NAN]])
    assert found.mean[0] == pytest.approx([1.0, 2.0, 3.0], abs=1e-6)
    assert np.isfinite(found.sd).all()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (np.ones(3), "dimensions"),
        (np.ones((3, 0)), "no columns"),
        (np.ones((1, 3)), "1 of 1 rows"),
        (np.full((4, 3), NAN), "0 of 4 rows"),
        (np.array([[1.0, np.inf], [2.0, 3.0]]), "infinite"),
    ],
)
def test_levels_that_cannot_be_learnt_from_are_refused(levels, words):
    with pytest.raises(InvalidInput, match=words):
        fit_level_mixture(levels)


@pytest.mark.parametrize(
    ("observed", "noise", "words"),
    [
        (np.ones((1, 5)), 0.1, "5 columns"),
        (np.ones((1, 4)), -0.1, "0 or more"),
        (np.ones((1, 4)), np.ones(3), "shape"),
        (np.full((1, 4), np.inf), 0.1, "infinite"),
    ],
)
def test_observations_that_do_not_fit_are_refused(observed, noise, words):
    model = of_four_skills()
    with pytest.raises(InvalidInput, match=words):
        model.predict(observed, noise)
