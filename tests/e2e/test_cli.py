"""The command line: quick, clear about mistakes, and the same for programs as for people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api import cli, exit_codes
from api.cli import app
from graph_schema import errors

INSTANCE = {
    "schema": "skillway.bridge/1",
    "person": {"id": "p", "skills": {}},
    "target": {"id": "r", "requires": {"t": 1}},
    "moves": [
        {"id": "a", "kind": "course", "cost": 5.0, "hours": 0, "needs": {}, "gives": {"a": 1}},
        {"id": "b", "kind": "course", "cost": 5.0, "hours": 0, "needs": {}, "gives": {"b": 1}},
        {"id": "gig", "kind": "gig", "cost": 1.0, "hours": 0, "needs": {"a": 1, "b": 1}, "gives": {"t": 1}},
        {"id": "direct", "kind": "course", "cost": 8.0, "hours": 0, "needs": {}, "gives": {"t": 1}},
    ],
    "objective": {"money_per_hour": 0},
}
"""A path through one course and the gig costs 6 and cannot be carried out; the cheapest bridge costs 8."""


def ask(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def list_errors(kind: type[errors.SkillwayError]) -> list[type[errors.SkillwayError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in list_errors(child))]


def test_help_loads_neither_driver_nor_numbers() -> None:
    code = (
        "import sys, api.cli; "
        "print([name for name in ('neo4j', 'numpy', 'scipy', 'sklearn', 'torch', 'fastapi') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"


def test_help_names_every_command_with_a_sentence() -> None:
    shown = ask("--help")

    assert shown.exit_code == 0
    for name in ("demo", "db", "load", "template", "embed", "infer", "person", "explain", "pool", "gap", "bridge"):
        assert f"\n  {name} " in shown.stdout
    for name in ("unlocks", "evidence", "serve", "cypher", "settings", "bench", "simulate"):
        assert f"\n  {name} " in shown.stdout


@pytest.mark.parametrize("command", [("person", "Ines Duarte"), ("gap", "Ines Duarte", "Junior Data Analyst")])
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "31.01.2026", ""])
def test_a_past_day_that_is_none_is_refused_before_the_graph_is_asked(command: tuple[str, ...], day: str) -> None:
    refused = ask(*command, "--as-of", day)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--as-of" in refused.stderr


@pytest.mark.parametrize("kind", list_errors(errors.SkillwayError)[1:], ids=lambda kind: kind.__name__)
def test_every_error_has_a_documented_exit_code(kind: type[errors.SkillwayError]) -> None:
    code = exit_codes.read_exit_code(kind.__new__(kind))

    assert code >= 3
    assert f"\n{code:<6}" in (exit_codes.__doc__ or "")


def test_a_mistake_is_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["skillway", "cypher", "no_such_query"])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 3
    assert "no query with the id or name 'no_such_query': skillway cypher lists them" in capsys.readouterr().err


def test_cypher_prints_a_query_and_lists_them_all() -> None:
    assert "MATCH (:Role {id: $role_id})-[need:REQUIRES]->(s:Skill)" in ask("cypher", "requirements_of_role").stdout
    assert "requirements_of_role" in ask("cypher").stdout


def test_settings_are_shown_with_their_variables_and_secrets_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://db.example:7687")
    monkeypatch.setenv("NEO4J_PASSWORD", "do-not-show-me")
    monkeypatch.setenv("SKILLWAY_SERVE__API_KEY", "nor-me")
    monkeypatch.setenv("SKILLWAY_ENGINE__BRIDGE__MONEY_PER_HOUR", "42.5")

    shown = ask("settings").stdout + ask("settings", "--json").stdout

    assert "do-not-show-me" not in shown
    assert "nor-me" not in shown
    assert "SKILLWAY_ENGINE__BRIDGE__MONEY_PER_HOUR" in shown
    assert "42.5" in shown


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLWAY_ENGINE__INFERENCE__THRESHOLD", "1.5")

    error = ask("settings").exception

    assert isinstance(error, errors.InvalidInput)
    assert error.field == "SKILLWAY_ENGINE__INFERENCE__THRESHOLD"


def test_a_password_file_takes_the_place_of_the_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from api.settings import load_settings

    (tmp_path / "secret").write_text("from-a-file\n")
    monkeypatch.setenv("NEO4J_URI", "bolt://db.example:7687")
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(tmp_path / "secret"))

    password = load_settings().store.password

    assert password is not None
    assert password.get_secret_value() == "from-a-file"


def test_an_instance_is_solved_without_any_database(tmp_path: Path) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(INSTANCE))

    answer = json.loads(ask("bridge", "--instance", str(file), "--json").stdout)

    assert answer == {
        "status": "optimal", "moves": ["direct"], "money": 8.0, "hours": 0.0, "price": 8.0,
        "lower_bound": 8.0, "gap": 0.0, "missing": {},
    }  # fmt: skip


def test_many_instances_are_answered_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    broken = {**INSTANCE, "moves": [{**INSTANCE["moves"][0], "cost": -1}]}  # type: ignore[dict-item]
    file.write_text("\n".join(map(json.dumps, (INSTANCE, broken, INSTANCE))))

    answers = [json.loads(line) for line in ask("bridge", "--instances", str(file)).stdout.splitlines()]

    assert [answer["status"] for answer in answers] == ["optimal", "invalid", "optimal"]
    assert answers[1]["field"] == "moves[0].cost"


def test_an_instance_is_answered_with_different_bridges_without_any_database(tmp_path: Path) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(INSTANCE))

    answer = json.loads(ask("bridge", "--instance", str(file), "-k", "5", "--json").stdout)

    assert [item["moves"][-1] for item in answer["bridges"]] == ["direct", "gig"]
    assert [item["status"] for item in answer["bridges"]] == ["optimal", "optimal"]
    assert answer["bridges"][1]["dearer"] == 3
    assert answer["bridges"][1]["left_out"] == ["direct"]
    assert answer["exhausted"]


def test_an_instance_is_answered_with_its_front_without_any_database(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    quick = {"id": "quick", "kind": "course", "cost": 90, "hours": 2, "gives": INSTANCE["target"]["requires"]}  # type: ignore[index]
    slow = [{**move, "hours": 30} for move in INSTANCE["moves"]]  # type: ignore[union-attr]
    file.write_text(json.dumps({**INSTANCE, "moves": [*slow, quick]}))

    words = ("bridge", "--instances", str(file), "--pareto", "--hours-per-week", "10")
    answer = json.loads(ask(*words).stdout)

    assert [(point["moves"], point["weeks"]) for point in answer["points"]] == [(["direct"], 3), (["quick"], 1)]
    assert answer["points"][1]["left_out"] == ["direct"]
    assert answer["complete"]


@pytest.mark.parametrize(
    "words", [("-k", "0"), ("-k", "-2"), ("-k", "3", "--difference", "2"), ("-k", "3", "--pareto")]
)
def test_bridges_that_cannot_be_meant_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(INSTANCE))

    assert isinstance(ask("bridge", "--instance", str(file), *words).exception, errors.InvalidInput)


@pytest.mark.parametrize(
    "words",
    [
        ("Ana", "Analyst", "--pareto"), ("Ana", "Analyst", "-k", "3"), ("Ana", "Analyst", "--expected"),
        ("Ana", "Analyst", "--with", "file.json"), ("--anyone", "Analyst"), ("--instance", "file.json"),
        ("--instances", "file.json"),
    ],
)  # fmt: skip
def test_a_past_day_is_for_one_bridge(words: tuple[str, ...]) -> None:
    error = ask("bridge", *words, "--as-of", "2026-01-31").exception

    assert isinstance(error, errors.InvalidInput)
    assert error.field == "--as-of"


def test_a_missing_file_is_named() -> None:
    error = ask("bridge", "--instance", "/no/such/file.json").exception

    assert isinstance(error, errors.InvalidInput)
    assert "/no/such/file.json" in str(error)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ((), "ROLE"),
        (("--level", "3"), "ROLE"),
        (("Analyst", "--role", "Analyst"), "ROLE"),
        (("Analyst", "--precision", "0.9", "--top", "5"), "--top and --at-least"),
        (("Analyst", "--prices", "--as-of", "2026-01-31"), "--as-of"),
        (("--role", "Analyst", "--as-of", "2026-01-31"), "--as-of"),
        (("--skill", "SQL", "--as-of", "2026-01-31"), "--as-of"),
    ],
)
def test_a_pool_that_cannot_be_meant_is_refused_before_the_graph_is_opened(words: tuple[str, ...], field: str) -> None:
    error = ask("pool", *words).exception

    assert isinstance(error, errors.InvalidInput)
    assert error.field == field
