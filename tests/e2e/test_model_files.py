"""A model on files alone: the three commands as a data scientist runs them."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from graph_schema.errors import InvalidInput, LoadError, NotFound

DATA = Path(__file__).parents[1] / "data" / "profiles"
PROFILES, PEOPLE, SKILLS = DATA / "profiles.csv", DATA / "people.csv", DATA / "skills.csv"
NEW, NEW_PEOPLE = DATA / "new_profiles.csv", DATA / "new_people.csv"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["model", *map(str, words)])


def run_well(*words: object) -> Result:
    done = run(*words)
    assert done.exit_code == 0, done.exception or done.output
    return done


def fit(out: Path, *words: object) -> Result:
    return run_well("fit", PROFILES, "--people", PEOPLE, "--skills", SKILLS, "--out", out, *words)


@pytest.fixture(scope="module", autouse=True)
def quick() -> Generator[None]:
    """Sixteen people are learnt in few steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKILLWAY_ENGINE__INFERENCE__UPDATES", "150")
        patch.setenv("SKILLWAY_ENGINE__INFERENCE__LEARNING_RATE", "0.03")
        yield


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "skills.model"
    fit(path)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    table = pyarrow.parquet.read_table(path) if path.suffix == ".parquet" else pyarrow.csv.read_csv(path)
    return table.to_pylist()


def test_fit_says_what_it_made_and_what_it_left_out(tmp_path: Path) -> None:
    done = fit(tmp_path / "m", "--json")

    made = json.loads(done.stdout)
    assert (made["people"], made["skills"], made["calibration"]) == (16, 11, "none")
    assert "people.csv: left out, protected attributes are never used to infer: age" in done.stderr
    assert json.loads(run_well("show", tmp_path / "m", "--json").stdout) == made
    assert made["model"] in run_well("show", tmp_path / "m").stdout


def test_the_same_files_give_the_same_bytes_and_another_seed_others(tmp_path: Path, model: Path) -> None:
    fit(tmp_path / "again")
    fit(tmp_path / "other", "--seed", "7")

    assert (tmp_path / "again").read_bytes() == model.read_bytes()
    assert (tmp_path / "other").read_bytes() != model.read_bytes()


def test_rows_in_another_order_and_twice_give_the_same_bytes(tmp_path: Path, model: Path) -> None:
    for file in (PROFILES, PEOPLE, SKILLS):
        header, *rows = file.read_text().splitlines()
        (tmp_path / file.name).write_text("\n".join([header, *reversed(rows), *rows[:5]]))

    files = [tmp_path / file.name for file in (PROFILES, PEOPLE, SKILLS)]
    run_well("fit", files[0], "--people", files[1], "--skills", files[2], "--out", tmp_path / "m")

    assert (tmp_path / "m").read_bytes() == model.read_bytes()


@pytest.mark.parametrize("name", ["scores.parquet", "scores.csv"])
def test_new_people_are_scored_for_what_they_do_not_list(tmp_path: Path, model: Path, name: str) -> None:
    out = tmp_path / name
    done = run_well("score", model, NEW, "--people", NEW_PEOPLE, "--out", out, "--all")

    rows = read(out)
    assert list(rows[0]) == ["person_id", "skill_id", "probability"]
    found = {(row["person_id"], row["skill_id"]): row["probability"] for row in rows}
    # Eleven skills are known; quin lists two of them, rae one, and sol and tia are known by their attributes alone.
    assert {person: sum(key[0] == person for key in found) for person in ("quin", "rae", "sol", "tia")} == {
        "quin": 9, "rae": 10, "sol": 11, "tia": 11,
    }  # fmt: skip
    assert ("quin", "sql") not in found
    assert found["quin", "statistics"] > found["rae", "statistics"]
    assert found["sol", "knives"] > found["tia", "knives"]
    assert "1 skills the model does not know count for nothing: juggling" in done.stderr
    assert (
        "new_people.csv, role: 1 people have a value the model has not seen, taken as unknown: astronaut" in done.stderr
    )
    for person in ("quin", "rae", "sol", "tia"):
        own = [value for key, value in found.items() if key[0] == person]
        assert own == sorted(own, reverse=True)


def test_scores_come_in_the_same_bytes_and_say_what_they_mean(tmp_path: Path, model: Path) -> None:
    for name in ("one.parquet", "two.parquet", "one.csv", "two.csv"):
        run_well("score", model, NEW, "--out", tmp_path / name, "--top", "3")

    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert read(tmp_path / "one.csv") == read(tmp_path / "one.parquet")
    assert len(read(tmp_path / "one.csv")) == 6
    about = pyarrow.parquet.read_schema(tmp_path / "one.parquet").metadata
    assert about[b"skillway.calibration"] == b"none"
    assert about[b"skillway.model"].startswith(b"model:")


def test_an_explanation_is_the_score_in_plain_words(tmp_path: Path, model: Path) -> None:
    run_well("score", model, NEW, "--people", NEW_PEOPLE, "--out", tmp_path / "s.csv", "--all")
    scored = next(row for row in read(tmp_path / "s.csv") if (row["person_id"], row["skill_id"]) == ("quin", "stock"))
    question = ("explain", model, NEW, "--people", NEW_PEOPLE, "--person", "quin", "--skill", "stock")

    why = json.loads(run_well(*question, "--json").stdout)
    page = run_well(*question).stdout

    assert why["probability"] == scored["probability"]
    assert abs(sum(term["logit"] for term in why["terms"]) - why["logit"]) < 1e-9
    assert why["skill_label"] == "Stock keeping"
    assert any("SQL" in term["text"] for term in why["terms"])
    assert "quin has Stock keeping" in page
    assert "sum of the above" in page


@pytest.mark.embed
def test_what_is_written_about_people_is_read_and_explained_exactly(tmp_path: Path) -> None:
    for file in (PEOPLE, NEW_PEOPLE):
        header, *rows = file.read_text().splitlines()
        texts = [
            f'{row},"runs the kitchen, and the stock"' if "cook" in row else f"{row},reports churn figures to the board"
            for row in rows
        ]
        (tmp_path / file.name).write_text("\n".join([f"{header},text", *texts]))
    people, model, scores = tmp_path / NEW_PEOPLE.name, tmp_path / "m", tmp_path / "s.csv"

    fitted = run_well("fit", PROFILES, "--people", tmp_path / PEOPLE.name, "--out", model, "--json")
    run_well("score", model, NEW, "--people", people, "--out", scores, "--all")
    why = run_well("explain", model, NEW, "--people", people, "--person", "sol", "--skill", "stock", "--json")
    unread = run_well("score", model, NEW, "--people", NEW_PEOPLE, "--out", tmp_path / "u.csv", "--all")

    assert json.loads(fitted.stdout)["embedder"] == "all-MiniLM-L6-v2"
    found = {(row["person_id"], row["skill_id"]): row["probability"] for row in read(scores)}
    assert json.loads(why.stdout)["probability"] == found["sol", "stock"]
    assert "text" in {term["kind"] for term in json.loads(why.stdout)["terms"]}
    assert "new_people.csv: has no text, which the model reads; taken as unknown" in unread.stderr


def test_an_empty_file_is_scored_to_an_empty_file_and_not_fitted(tmp_path: Path, model: Path) -> None:
    (tmp_path / "none.csv").write_text("person_id,skill_id\n")

    run_well("score", model, tmp_path / "none.csv", "--out", tmp_path / "none.parquet")

    assert pyarrow.parquet.read_table(tmp_path / "none.parquet").shape == (0, 3)
    error = run("fit", tmp_path / "none.csv", "--out", tmp_path / "m").exception
    assert isinstance(error, LoadError)
    assert "none.csv shows no skill of anybody" in str(error)
    assert not (tmp_path / "m").exists()


def test_one_person_is_fitted_and_said_to_be_too_few(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("person_id,skill_id\nana,sql\nana,python\n")

    made = json.loads(run_well("fit", tmp_path / "one.csv", "--out", tmp_path / "m", "--json").stdout)

    assert (made["people"], made["skills"], made["calibration"]) == (1, 2, "none")


@pytest.mark.parametrize(
    ("words", "kind", "problem"),
    [
        (("score", "{model}", NEW, "--out", "{folder}/s.xlsx"), InvalidInput, "must end in .parquet or .csv"),
        (("score", "{model}", NEW, "--out", "{folder}/no/s.csv"), InvalidInput, "there is no folder"),
        (("score", "{model}", NEW, "--out", "{folder}/s.csv", "--top", 2, "--all"), InvalidInput, "exclude each other"),
        (("score", NEW, NEW, "--out", "{folder}/s.csv"), InvalidInput, "new_profiles.csv: these bytes are not"),
        (("score", "{folder}/none", NEW, "--out", "{folder}/s.csv"), InvalidInput, "none: cannot be read"),
        (("score", "{model}", "{folder}/none.csv", "--out", "{folder}/s.csv"), LoadError, "none.csv cannot be read"),
        (("fit", PROFILES, "--out", "{folder}"), InvalidInput, "is a folder"),
        (("fit", PROFILES, "--out", PROFILES), InvalidInput, "is read for this very answer"),
        (("fit", SKILLS, "--out", "{folder}/m"), LoadError, "skills.csv has no column person_id"),
        (("fit", PROFILES, "--people", PEOPLE, "--category", "grade", "--out", "{folder}/m"), InvalidInput, "grade"),
        (("explain", "{model}", NEW, "--person", "zoe", "--skill", "sql"), NotFound, "no person .* 'zoe'"),
        (("explain", "{model}", NEW, "--person", "quin", "--skill", "juggling"), NotFound, "no skill .* 'juggling'"),
    ],
)
def test_mistakes_are_said_and_leave_nothing_behind(
    tmp_path: Path, model: Path, words: tuple[object, ...], kind: type[Exception], problem: str
) -> None:
    done = run(*(str(word).format(model=model, folder=tmp_path) for word in words))

    assert type(done.exception) is kind
    assert done.exception
    with pytest.raises(kind, match=problem):
        raise done.exception
    assert not list(tmp_path.iterdir())


def test_a_run_that_fails_half_way_leaves_the_file_of_before(tmp_path: Path, model: Path) -> None:
    (tmp_path / "s.csv").write_text("of before")
    (tmp_path / "broken.csv").write_text("person_id,skill_id\nana\n")

    assert isinstance(run("score", model, tmp_path / "broken.csv", "--out", tmp_path / "s.csv").exception, LoadError)

    assert (tmp_path / "s.csv").read_text() == "of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.csv", "s.csv"]
