from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array, save_npz

from api.bench import endorsements
from api.bench.endorsements import EndorsementBench, bench_endorsements
from api.bench.grades import bench_grades
from engine.simulation.world import draw_latent_truth
from graph_schema.errors import InvalidInput


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "people").mkdir()
    (folder / "trust").mkdir()
    save_npz(folder / "people" / "so2023_have.npz", csr_array(draw_latent_truth(900, 40, 0)))
    random = np.random.default_rng(0)
    severity, level = random.normal(0, 0.6, 60), random.normal(0, 0.6, 60)
    with gzip.open(folder / "trust" / "advogato.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["src", "dst", "weight"])
        for giver, taker in sorted({tuple(pair) for pair in random.integers(0, 60, (1500, 2)).tolist()}):
            grade = int(np.clip(np.round(1 + severity[giver] + level[taker]), 0, 2))
            writer.writerow([giver, taker, ("0.6", "0.8", "1.0")[grade]])
    return folder


@pytest.fixture(scope="module")
def result(folder) -> EndorsementBench:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(endorsements, "SIZES", {"ring": (3, 6), "star": (5,)})
        patch.setattr(endorsements, "ATTACKS", 5)
        return bench_endorsements(folder, seeds=1, people=300)


def test_the_table_tells_good_methods_from_bad_ones(result):
    table = {row.method: row for row in result.judgements}
    assert table["ceiling"].auc > table["Skillway"].auc > table["prior only"].auc > table["count"].auc
    assert table["Skillway"].brier_skill > max(
        table[peer].brier_skill for peer in ("count", "count by PageRank", "Dawid-Skene", "prior + EM, every vote")
    )
    assert table["prior only"].margin == 0.0
    assert table["Skillway"].margin - table["Skillway"].margin_ci > 0
    assert table["ceiling"].ece_endorsed == 0.0
    assert table["Skillway"].ece < 0.05 < table["Dawid-Skene"].ece_endorsed


def test_rings_break_the_others_and_a_star_breaks_all_up_to_the_cap(result):
    table = {(row.attack, row.size): row for row in result.gains}
    for size in (3, 6):
        ring = table["ring", size]
        assert max(ring.skillway_most, ring.audited_most) <= 0.15
        assert min(ring.dawid_skene, ring.every_vote) > 2 * max(ring.skillway, ring.audited)
    star = table["star", 5]
    assert star.skillway > 0.3
    assert star.highest <= 0.8 + 1e-9 < star.before + star.every_vote
    charged = table[endorsements.CHARGED, 5]
    assert charged.audited < 0.7 * charged.skillway


def test_grades_are_told_from_severity_and_level(result):
    rmse = {row.method: row.rmse for row in result.grades}
    assert rmse["severity + level"] < 0.8 * rmse["mean received"] < 0.8 * rmse["global mean"]


@pytest.mark.realdata
def test_real_grades_are_told_as_well_as_promised(real_data: Path):
    rmse = {row.method: row.rmse for row in bench_grades(real_data, splits=2)}
    assert rmse["severity + level + reciprocity"] <= 0.451
    assert rmse["mean received"] > 0.48


def test_a_folder_without_the_data_is_said(tmp_path):
    with pytest.raises(InvalidInput, match="so2023_have"):
        bench_endorsements(tmp_path)
    with pytest.raises(InvalidInput, match="advogato"):
        bench_grades(tmp_path)


def test_too_few_people_for_a_prior_are_said(folder):
    with pytest.raises(InvalidInput, match="at least 100"):
        bench_endorsements(folder, people=880)
