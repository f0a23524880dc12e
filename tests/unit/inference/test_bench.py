from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest
from scipy.sparse import csr_array, save_npz

from api.bench.inference import bench_inference
from graph_schema.errors import InvalidInput


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    trade = np.arange(300) % 3
    likely = np.where(np.arange(18)[None, :] % 3 == trade[:, None], 0.8, 0.1)
    (tmp_path / "people").mkdir()
    save_npz(tmp_path / "people" / "so2023_have.npz", csr_array((random.random(likely.shape) < likely).astype(np.int8)))
    with gzip.open(tmp_path / "people" / "so2023_have_people.csv.gz", "wt", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(["row", "role"])
        writer.writerows((row, f"trade {kind}") for row, kind in enumerate(trade))
    return tmp_path


def test_the_table_tells_good_methods_from_bad_ones(folder):
    table = {row.method: row for row in bench_inference(folder)}
    assert table["Skillway"].ndcg > table["popularity"].ndcg + 0.1
    assert table["role popularity"].ndcg > table["popularity"].ndcg + 0.1
    assert table["EDLAE"].margin == 0.0
    assert table["EASE^R"].calibration_error is None
    assert 0 <= table["Skillway + role"].calibration_error < 0.1
    assert all(0 < row.ndcg <= 1 for row in table.values())


def test_a_folder_without_the_data_is_said(tmp_path):
    with pytest.raises(InvalidInput, match="so2023_have"):
        bench_inference(tmp_path)


def test_an_unknown_set_is_said(folder):
    with pytest.raises(InvalidInput, match="2024"):
        bench_inference(folder, sets=["2024"])
