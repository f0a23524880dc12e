"""Ranking by the compiled pass is ranking by the dense sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.inference.ranking import rank_skills

# Eighths add up without rounding, so equal sums are equal bits and ties are real.
EIGHTHS = st.integers(-8, 8).map(lambda number: number / 8)


def draw_matrix(data: st.DataObject, rows: int, columns: int, values: st.SearchStrategy[float]) -> np.ndarray:
    cells = data.draw(st.lists(values, min_size=rows * columns, max_size=rows * columns))
    return np.asarray(cells, dtype=np.float32).reshape(rows, columns)


def rank_densely(logits: np.ndarray, shown: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    logits = np.where(shown > 0, -np.inf, logits)
    order = np.argsort(-logits, axis=1, kind="stable")[:, :top]
    order = np.pad(order, ((0, 0), (0, top - order.shape[1])))
    found = np.take_along_axis(logits, order, axis=1)
    absent = np.isneginf(found) | (np.arange(top) >= logits.shape[1])
    return np.where(absent, -1, order), np.where(absent, np.nan, found)


@given(st.data())
def test_the_pass_gives_what_the_dense_sum_gives(data: st.DataObject) -> None:
    people, skills = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 9))
    features, top = data.draw(st.integers(0, 3)), data.draw(st.integers(1, 10))
    shown = draw_matrix(data, people, skills, st.sampled_from([0.0, 0.0, 1.0]))
    weights = draw_matrix(data, skills, skills, EIGHTHS)
    known = draw_matrix(data, people, features, st.sampled_from([0.0, 1.0, 2.0]))
    feature_weights = draw_matrix(data, features, skills, EIGHTHS)
    base = draw_matrix(data, 1, skills, st.one_of(EIGHTHS, st.just(-np.inf)))[0]

    ranking = rank_skills(
        csr_array(shown), csr_array(weights), base, top, features=csr_array(known), feature_weights=feature_weights
    )

    ids, logits = rank_densely(base + known @ feature_weights + shown @ weights, shown, top)
    np.testing.assert_array_equal(ranking.skills, ids)
    np.testing.assert_array_equal(ranking.logits, logits.astype(np.float32))


def test_a_large_population_is_ranked_as_each_person_is_alone() -> None:
    random = np.random.default_rng(0)
    people, skills = 300, 700
    shown = csr_array((random.random((people, skills)) < 0.03).astype(np.float32))
    weights = csr_array(
        np.where(random.random((skills, skills)) < 40 / skills, random.normal(0, 0.5, (skills, skills)), 0)
    )
    base = random.normal(-4, 1, size=skills)

    together = rank_skills(shown, weights, base, 20)

    ids, logits = rank_densely((shown @ weights).toarray() + base, shown.toarray(), 20)
    np.testing.assert_array_equal(together.skills, ids)
    np.testing.assert_allclose(together.logits, logits, atol=1e-5)
    for person in range(0, people, 50):
        alone = rank_skills(shown[[person]], weights, base, 20)
        np.testing.assert_array_equal(alone.skills[0], together.skills[person])
        np.testing.assert_array_equal(alone.logits[0], together.logits[person])


@pytest.mark.parametrize("change", [{"base": np.zeros(3)}, {"top": 0}, {"weights": csr_array((4, 5))}])
def test_shapes_that_do_not_fit_are_refused(change: dict) -> None:
    fitting = {"shown": csr_array((2, 4)), "weights": csr_array((4, 4)), "base": np.zeros(4), "top": 3}
    rank_skills(**fitting)

    with pytest.raises(ValueError, match=r"do not fit|at least 1"):
        rank_skills(**{**fitting, **change})
