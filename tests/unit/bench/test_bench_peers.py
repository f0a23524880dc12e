from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from api.bench.inference.metrics import measure_ranking
from api.bench.inference.packages import fit_ials, fit_skillinfer, load_packages
from api.bench.inference.peers import (
    Peer,
    fit_ease,
    fit_edlae,
    fit_item_knn,
    fit_popularity,
    fit_role_popularity,
    hide_rates,
    solve_without_self,
)
from api.bench.inference.protocol import Question, hide_skills
from api.bench.inference.tuning import describe_setting, tune_peer
from engine.inference.profiles import Profiles
from graph_schema.errors import MissingExtra


def make(shown, roles=None) -> Profiles:
    shown = np.asarray(shown, dtype=np.float32)
    return Profiles(
        people=tuple(map(str, range(len(shown)))),
        skills=tuple(map(str, range(shown.shape[1]))),
        shown=csr_array(shown),
        attributes={"role": list(roles)} if roles is not None else {},
    )


@pytest.fixture(scope="module")
def trades() -> Profiles:
    """Three trades of six skills each."""
    trade = np.arange(240) % 3
    likely = np.where(np.arange(18)[None, :] % 3 == trade[:, None], 0.7, 0.1)
    return make(np.random.default_rng(0).random(likely.shape) < likely, (f"trade {kind}" for kind in trade))


def ask(profiles) -> Question:
    everybody = hide_skills(profiles, np.arange(180, 240), 0)
    return everybody.take(everybody.find_judged())


def mean_ndcg(score, question) -> float:
    return float(measure_ranking(score(question.visible), question).ndcg.mean())


def test_hidden_rates_follow_bayes():
    assert hide_rates(np.array([0.5])) == pytest.approx([0.2 / 0.7])
    assert hide_rates(np.array([0.3]), hide=1.0) == pytest.approx([0.3])


def test_popularity_is_the_same_for_everybody():
    score = fit_popularity(make([[1, 0], [1, 1], [0, 0], [1, 0]]), hide=1.0)

    assert score(make([[0, 0], [1, 0]])) == pytest.approx(np.tile([0.75, 0.25], (2, 1)))


def test_role_popularity_leans_on_everybody_where_a_role_is_small_or_unknown():
    train = make([[1, 0], [1, 0], [0, 1], [0, 0]], ["a", "a", "b", None])
    asked = make(np.zeros((3, 2)), ["a", None, "never met"])

    scores = fit_role_popularity(train, strength=2.0, hide=1.0)(asked)

    assert scores[0] == pytest.approx([(2 + 2 * 0.5) / 4, (0 + 2 * 0.25) / 4])
    assert scores[1] == pytest.approx([0.5, 0.25])
    assert scores[2] == pytest.approx([0.5, 0.25])


def test_item_knn_by_hand():
    train = make([[1, 1, 0], [1, 1, 0], [1, 0, 1], [0, 0, 1]])
    asked = make([[1, 0, 0], [0, 1, 1]])
    near, far = 2 / np.sqrt(3 * 2), 1 / np.sqrt(3 * 2)

    assert fit_item_knn(train, 2)(asked) == pytest.approx(np.array([[0, near, far], [near + far, 0, 0]]))
    # The one nearest skill of the first is the second, of both others the first.
    assert fit_item_knn(train, 1)(asked) == pytest.approx(np.array([[0, near, far], [near, 0, 0]]))


def test_each_column_is_the_ridge_regression_on_all_others(trades):
    gram = (trades.shown.T @ trades.shown).toarray().astype(np.float64)
    penalty = np.linspace(5, 50, len(gram))

    weights = solve_without_self(gram, penalty)

    assert (np.diag(weights) == 0).all()
    for column in range(len(gram)):
        others = np.flatnonzero(np.arange(len(gram)) != column)
        ridge = np.linalg.solve(gram[np.ix_(others, others)] + np.diag(penalty[others]), gram[others, column])
        assert weights[others, column] == pytest.approx(ridge)


def test_without_dropout_edlae_is_ease(trades):
    assert fit_edlae(trades, penalty=20.0, dropout=0.0)(trades) == pytest.approx(fit_ease(trades, penalty=20.0)(trades))


def test_edlae_is_ease_on_data_with_dropout(trades):
    random = np.random.default_rng(1)
    shown = trades.shown.toarray().astype(np.float64)
    kept = [shown * (random.random(shown.shape) >= 0.5) for _ in range(4000)]
    # E[dropped'dropped] and E[dropped'shown], in the scale where the latter is the gram matrix.
    inputs = sum(item.T @ item for item in kept) / len(kept) / 0.25
    column, others = 4, np.flatnonzero(np.arange(shown.shape[1]) != 4)
    ridge = np.linalg.solve(
        inputs[np.ix_(others, others)] + 10 * np.eye(len(others)), (shown.T @ shown)[others, column]
    )

    score = fit_edlae(trades, penalty=10.0, dropout=0.5)

    assert score(make(np.eye(18)))[others, column] == pytest.approx(ridge, abs=0.01)


def test_skillinfer_conditions_a_gaussian_on_what_is_visible(trades):
    scores = fit_skillinfer(trades, covariance="sample", noise=0.2)(make(np.eye(18)[:2] + np.eye(18)[3:5]))

    table = trades.shown.toarray().astype(np.float64)
    mean, covariance = table.mean(axis=0), np.cov(table, rowvar=False)
    seen = [0, 3]
    gain = covariance[:, seen] @ np.linalg.inv(covariance[np.ix_(seen, seen)] + 0.04 * np.eye(2))
    assert scores[0] == pytest.approx(mean + gain @ (1 - mean[seen]), abs=1e-4)
    assert scores.shape == (2, 18)


def test_skillinfer_keeps_order_below_zero():
    # Nobody has the third or fourth skill with the first or the second, let alone with both.
    train = make([[1, 0, 0, 0]] * 10 + [[0, 1, 0, 0]] * 10 + [[0, 0, 1, 1]] * 8 + [[0, 0, 1, 0]] * 2)

    scores = fit_skillinfer(train, covariance="sample", noise=0.01)(make([[1, 1, 0, 0]]))

    assert scores[0, 2] < scores[0, 3] < 0


@pytest.mark.parametrize(
    "fit",
    [
        lambda train: fit_ials(train, factors=8, regularization=5.0, alpha=5.0),
        lambda train: fit_skillinfer(train, covariance="ledoit-wolf", noise=0.3),
        lambda train: fit_ease(train, penalty=20.0),
        lambda train: fit_edlae(train, penalty=20.0, dropout=0.4),
        lambda train: fit_item_knn(train, 5),
        lambda train: fit_role_popularity(train, 5.0),
    ],
    ids=["iALS", "skillinfer", "EASE", "EDLAE", "item-KNN", "role popularity"],
)
def test_every_peer_finds_the_trades_and_repeats_itself(trades, fit):
    question = ask(trades)
    train = make(trades.shown.toarray()[:180], trades.attributes["role"][:180])

    with threadpool_limits(1):
        score = fit(train)
        assert mean_ndcg(score, question) > mean_ndcg(fit_popularity(train), question) + 0.15
        assert (score(question.visible) == fit(train)(question.visible)).all()


def test_tuning_finds_the_best_of_each_setting(trades):
    question = ask(trades)

    def fit(_train, left, right):
        # The right answer, blurred the more the further from the best settings.
        blur = np.random.default_rng(0).normal(size=question.hidden.shape)
        return lambda _asked: question.hidden + blur * (abs(left - 1) + abs(right - 4))

    peer = Peer("made up", fit, {"left": (0.0, 1.0, 2.0, 3.0), "right": (3.0, 4.0, 5.0)})

    assert tune_peer(peer, trades, question) == {"left": 1.0, "right": 4.0}


def test_a_peer_without_settings_needs_no_tuning(trades):
    question = ask(trades)

    assert tune_peer(Peer("popularity", fit_popularity), trades, question) == {}


def test_settings_are_said_in_a_line():
    assert describe_setting({"penalty": 100.0, "dropout": 0.4}) == "penalty 100.0, dropout 0.4"


@pytest.mark.parametrize("package", ["implicit.als", "skillinfer"])
def test_a_missing_package_is_said_with_what_to_install(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtra, match=r"skillway\[bench\]"):
        load_packages()
