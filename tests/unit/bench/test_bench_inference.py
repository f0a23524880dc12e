from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from api.bench.inference.ours import FittedOurs
from api.bench.inference.protocol import hide_skills
from api.bench.inference.surveys import read_survey
from api.bench.inference.table import OURS, OURS_ALONE, PEERS, bench_inference
from api.cli import app
from engine.inference.fitting import fit_profiles
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput
from tests.unit.bench.bench_folders import write_survey


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_survey(folder, "2023", people=400)
    return folder


@pytest.fixture(scope="module")
def bench(folder):
    return bench_inference(folder, seeds=2, sets=["2023"])


def test_the_table_tells_good_methods_from_bad_ones(bench):
    rows = {row.method: row for row in bench.methods}

    assert set(rows) == {*(peer.name for peer in PEERS), OURS, OURS_ALONE}
    for method in (OURS, OURS_ALONE, "EDLAE", "EASE^R", "iALS (implicit)", "skillinfer", "role popularity"):
        assert rows[method].ndcg > rows["popularity"].ndcg + 0.1
    assert rows[OURS].ndcg > rows[OURS_ALONE].ndcg
    for row in rows.values():
        assert 0 < row.ndcg <= 1
        assert 0 < row.recall_5 <= 1
        assert 0 < row.recall_10 <= 1
        assert 0 < row.mrr <= 1
        assert 70 <= row.people <= 80


def test_margins_are_to_the_best_peer(bench):
    rows = {row.method: row for row in bench.methods}
    best = max((rows[peer.name] for peer in PEERS), key=lambda row: row.ndcg)

    for row in rows.values():
        assert row.reference == best.method
        assert row.margin.mean == pytest.approx(row.ndcg - best.ndcg)
        assert row.margin.low <= row.margin.mean <= row.margin.high
    assert (best.margin.low, best.margin.high) == (0.0, 0.0)


def _list_probability_figures(row):
    return row.brier_skill, row.calibration_error, row.noise_floor, row.calibration_error_of_all


def test_only_probabilities_are_judged_as_such(bench):
    for row in bench.methods:
        judged = row.method in {"popularity", "role popularity", OURS, OURS_ALONE}
        known = [value is not None for value in _list_probability_figures(row)]
        assert known == [judged] * 4
        if judged:
            assert row.brier_skill < 1
            assert 0 < row.noise_floor < 0.1
            assert 0 < row.calibration_error < 0.2
            assert 0 < row.calibration_error_of_all < 0.2
            # Some people had nothing hidden or nothing visible.
            assert row.people < 80
            assert row.calibration_error_of_all != row.calibration_error


def test_every_tuned_peer_says_how(bench):
    settings = {row.method: row.setting for row in bench.methods}

    assert settings["popularity"] == settings[OURS] == ""
    for peer in PEERS:
        assert all(name in settings[peer.name] for name in peer.choices)


def test_a_cold_start_is_asked_with_none_one_and_two_skills(bench):
    rows = {(row.visible, row.method): row for row in bench.cold_start}

    assert {visible for visible, _ in rows} == {0, 1, 2}
    assert rows[0, "EDLAE"].ndcg is None
    assert rows[0, "EDLAE"].margin is None
    assert rows[2, "EDLAE"].ndcg > rows[1, "EDLAE"].ndcg
    assert rows[2, "EDLAE"].calibration_error is None
    assert rows[0, OURS].ndcg > rows[0, "popularity"].ndcg + 0.1
    # With nothing visible, a plain share of people is the right probability.
    assert rows[0, "popularity"].calibration_error < 0.1
    for visible in (0, 1, 2):
        assert rows[visible, "role popularity"].margin.mean == 0.0


def test_what_no_single_part_explains_is_measured(folder, bench):
    [row] = bench.residuals
    assert (row.data, row.under_half, row.median) == ("2023", 1.0, 0.0)  # so few people have no residual

    profiles = read_survey(folder, "2023").profiles
    question = hide_skills(profiles, np.arange(40), 0)
    ours = FittedOurs(fit_profiles(profiles, InferenceSettings(residual_min_people=100, residual_price=0.0)))
    sizes = ours.list_residuals(question, ours(question.visible))
    assert len(sizes) == 40 * 10
    assert (sizes > 0).all()


def test_groups_are_audited_against_each_other(bench):
    everybody = bench.groups[0]
    by_attribute = {name: [row for row in bench.groups if row.attribute == name] for name in ("age", "education")}

    assert everybody.group == "everybody"
    assert everybody.people == sum(row.people for row in by_attribute["education"])
    assert [row.group for row in by_attribute["age"]] == ["25-34", "35-44"]
    for rows in by_attribute.values():
        assert max(row.impact_ratio for row in rows) == 1.0
        assert [row.worst for row in rows].count(True) == 1
        assert all(0 <= row.selection_rate <= 1 for row in rows)
        assert all(0 < row.hidden_rate < 1 for row in rows)


def test_the_same_data_gives_the_same_numbers(folder, bench):
    again = bench_inference(folder, seeds=2, sets=["2023", "2023"])

    assert again.cold_start == bench.cold_start
    assert again.groups == bench.groups
    assert [row.ndcg for row in again.methods] == [row.ndcg for row in bench.methods]


def test_the_command_prints_tables_and_json(folder):
    words = ["bench", "inference", "--data", str(folder), "--set", "2023", "--seeds", "1"]

    page = CliRunner().invoke(app, words)
    told = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)

    assert page.exit_code == 0
    assert "2023: tuning EDLAE" in page.stderr
    for method in (OURS, "skillinfer", "iALS (implicit)"):
        assert method in page.stdout
    assert told["seeds"] == 1
    assert {row["method"] for row in told["methods"]} == {*(peer.name for peer in PEERS), OURS, OURS_ALONE}
    assert told["cold_start"][0]["margin"]["mean"] < 0
    assert told["groups"][0]["group"] == "everybody"


def test_nothing_to_measure_is_said(folder):
    with pytest.raises(InvalidInput, match="at least one"):
        bench_inference(folder, seeds=0)
    with pytest.raises(InvalidInput, match="at least one"):
        bench_inference(folder, sets=[])
