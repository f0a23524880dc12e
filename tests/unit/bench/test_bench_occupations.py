"""The occupation bench, on a made-up classification of four trades whose vectors are planted in the cache."""

from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest
from scipy.sparse import csr_array

from api.bench.occupation_data import OCCUPATIONS, RELATIONS, SKILLS, name_vectors, read_occupations
from api.bench.occupation_methods import fit_edlae, fit_item_knn, fit_user_knn
from api.bench.occupations import COMPLETION, DESCRIPTION, FAR, NEW, OURS, bench_occupations
from engine.embedding import Embedder
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput

TRADES, OCCUPATIONS_EACH, SKILLS_EACH = 4, 30, 15


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "esco").mkdir()
    random = np.random.default_rng(0)
    trade, of = np.arange(TRADES * OCCUPATIONS_EACH) % TRADES, np.arange(TRADES * SKILLS_EACH) // SKILLS_EACH
    has = random.random((len(trade), len(of))) < np.where(trade[:, None] == of, 0.6, 0.05)
    occupations = [
        # Two unit groups a trade, so that something is left to find when one is taken out.
        {"conceptUri": f"o{row:03}", "iscoGroup": f"1{kind}1{row // TRADES % 2}", "description": f"work {row}"}
        for row, kind in enumerate(trade)
    ]
    skills = [{"conceptUri": f"s{column:02}", "preferredLabel": f"skill {column}"} for column in range(len(of))]
    relations = [{"occupationUri": f"o{row:03}", "skillUri": f"s{column:02}"} for row, column in np.argwhere(has)]
    for name, rows in ((OCCUPATIONS, occupations), (SKILLS, skills), (RELATIONS, relations)):
        with gzip.open(folder / "esco" / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    centre = random.standard_normal((TRADES, 8))
    (folder / "cache").mkdir()
    for texts, kind in (
        ([row["description"] for row in occupations], trade),
        ([row["preferredLabel"] for row in skills], of),
    ):
        vectors = centre[kind] + 0.5 * random.standard_normal((len(kind), 8))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        np.save(folder / "cache" / name_vectors(Embedder().name, texts), vectors.astype(np.float32))
    return folder


def test_the_table_tells_good_methods_from_bad_ones(folder):
    rows = bench_occupations(folder, folder / "cache", seeds=1)
    table = {(row.task, row.method): row for row in rows}
    assert table[COMPLETION, OURS].ndcg > table[COMPLETION, "popularity"].ndcg + 0.1
    assert table[COMPLETION, "EDLAE"].ndcg > table[COMPLETION, "popularity"].ndcg + 0.1
    assert table[DESCRIPTION, OURS].ndcg > table[DESCRIPTION, "popularity"].ndcg + 0.1
    assert table[FAR, OURS].ndcg > table[DESCRIPTION, "popularity"].ndcg
    assert table[NEW, OURS].auc > 0.7 > table[NEW, "count of skills listed"].auc
    assert 0 <= table[COMPLETION, OURS].calibration_error < 0.1
    assert table[COMPLETION, "EDLAE"].calibration_error is None
    best = max(row.ndcg for row in rows if row.task == DESCRIPTION and not row.method.startswith(OURS))
    assert table[DESCRIPTION, OURS].margin.mean == pytest.approx(table[DESCRIPTION, OURS].ndcg - best)


def test_occupations_are_read_in_the_order_of_their_ids(folder):
    profiles = read_occupations(folder / "esco", folder / "cache", lambda _: None)
    assert profiles.shown.shape == (120, 60)
    assert list(profiles.people) == sorted(profiles.people)
    assert profiles.attributes["isco3"][5] == profiles.attributes["isco4"][5][:3]


def test_peers_score_by_what_is_shown():
    shown = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=float)
    train = _show(shown)
    asked = _show(np.array([[1, 0, 0, 0]], dtype=float))
    for fit, setting in ((fit_user_knn, {"neighbours": 2}), (fit_item_knn, {"neighbours": 1})):
        scores = fit(train, **setting)(asked)[0]
        assert scores[1] > 0
        assert scores[2] == scores[3] == 0
    # EASE^R of two identical columns: a ridge of one on the other, 2 / (2 + penalty).
    assert fit_edlae(train, penalty=1.0)(asked)[0, 1] == pytest.approx(2 / 3)


def test_what_cannot_be_measured_is_said(folder, tmp_path):
    with pytest.raises(InvalidInput, match="occupations_en"):
        bench_occupations(tmp_path, tmp_path)
    with pytest.raises(InvalidInput, match="last tenth"):
        bench_occupations(folder, folder / "cache", learn_share=1.0)


def _show(shown: np.ndarray) -> Profiles:
    return Profiles(
        tuple(f"o{row}" for row in range(len(shown))),
        tuple(f"s{column}" for column in range(shown.shape[1])),
        csr_array(shown),
    )
