from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.simulate import simulate_company
from graph_schema.errors import InvalidInput


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        simulate_company(tmp_path / name, 60, 30, 5, "collusion", 4, 2)
    simulate_company(tmp_path / "other", 60, 30, 6, "collusion", 4, 2)
    assert read_bytes(tmp_path / "one") == read_bytes(tmp_path / "two") != read_bytes(tmp_path / "other")


def test_an_attack_adds_to_the_endorsements_and_is_told_in_the_truth_alone(tmp_path):
    simulate_company(tmp_path / "honest", 60, 30, 5)
    done = simulate_company(tmp_path / "attacked", 60, 30, 5, "ring", 4, 2)
    honest, attacked = read_bytes(tmp_path / "honest"), read_bytes(tmp_path / "attacked")
    assert set(attacked) - set(honest) == {"truth/attacks.csv"}
    assert {name for name in honest if honest[name] != attacked[name]} == {"endorsements.csv"}
    told = read_rows(tmp_path / "attacked" / "truth" / "attacks.csv")
    assert len({row["attack"] for row in told}) == done.attacks == 2
    before = read_rows(tmp_path / "honest" / "endorsements.csv")
    new = [row for row in read_rows(tmp_path / "attacked" / "endorsements.csv") if row not in before]
    assert len(new) == 2 * 4 * 3
    assert {(row["person_id"], row["skill_id"]) for row in new} == {(row["person_id"], row["skill_id"]) for row in told}


def test_the_sums_are_those_of_the_files(tmp_path):
    done = simulate_company(tmp_path / "c", 60, 30, 5)
    truth = {(row["person_id"], row["skill_id"]) for row in read_rows(tmp_path / "c" / "truth" / "skills.csv")}
    given = read_rows(tmp_path / "c" / "endorsements.csv")
    assert done.people == len(read_rows(tmp_path / "c" / "people.csv")) == 60
    assert done.listings == len(read_rows(tmp_path / "c" / "evidence.csv"))
    assert done.endorsements == len(given)
    assert done.false_endorsements == sum((row["person_id"], row["skill_id"]) not in truth for row in given)
    assert {(row["person_id"], row["skill_id"]) for row in read_rows(tmp_path / "c" / "evidence.csv")} <= truth


def test_a_simulation_may_be_overwritten_and_nothing_else(tmp_path):
    simulate_company(tmp_path / "c", 60, 30, 5, "star", 3, 1)
    simulate_company(tmp_path / "c", 60, 30, 5)
    assert not (tmp_path / "c" / "truth" / "attacks.csv").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "people.csv").write_text("person_id,name\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="empty folder"):
        simulate_company(tmp_path / "mine", 60, 30, 5)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["people.csv"]


def test_the_command_says_what_it_wrote_and_what_comes_next(tmp_path):
    done = CliRunner().invoke(app, ["simulate", str(tmp_path / "c"), "--people", "60", "--skills", "30"])
    assert done.exit_code == 0
    assert "60 people, 30 skills" in done.stdout
    assert "skillway load organisation" in done.stdout
