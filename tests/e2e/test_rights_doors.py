"""The decision log and people's rights through every door: the same answer, on a small company."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.exit_codes import BROKEN_LOG
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.decisions import digest_decision
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.nodes import Person
from graph_schema.queries.decisions import DecisionRow
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, analysts_and_writers
from tests.integration.engine.test_decision_log import change

KEY = "key-of-the-door-tests"
SCRIPT = "<script>alert(1)</script>"


@dataclass
class Doors:
    """The three doors to one graph."""

    engine: Engine
    client: TestClient
    environment: dict[str, str]

    def command(self, *words: str) -> Any:
        done = CliRunner().invoke(command_line, [*words, "--json"], env=self.environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def send(self, method: str, path: str, **body: Any) -> Any:
        answer = self.client.request(method, f"/v1{path}", json=body or None)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def doors(store: GraphStore, graph_environment: dict[str, str]) -> Iterator[Doors]:
    company = analysts_and_writers()
    for number in range(3):
        company.person(f"leaver{number}", team="writers", name=f"Leaver {number}").lists("copywriting")
    company.write(store)
    engine = Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")
    engine.infer()
    environment = {
        **graph_environment,
        "SKILLWAY_AS_OF": TODAY.isoformat(),
        "SKILLWAY_ACTOR": "tester",
    }
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield Doors(engine, client, environment)


def dump(answer: object) -> Any:
    return json.loads(dump_result(answer))


def leave_out(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in names}


def test_all_doors_change_what_is_believed_and_seen_alike(doors: Doors) -> None:
    person = "/people/ana"
    steps: list[tuple[Any, tuple[str, str, dict[str, Any]], tuple[str, ...]]] = [
        (
            lambda: doors.engine.reject_skill("ana", "sql"),
            ("POST", f"{person}/skills/sql/rejection", {}),
            ("rights", "reject", "ana", "sql"),
        ),
        (
            lambda: doors.engine.correct_level("ana", "sql", 4.0),
            ("POST", f"{person}/skills/sql/correction", {"level": 4.0}),
            ("rights", "correct", "ana", "sql", "4"),
        ),
        (
            lambda: doors.engine.object_to_inference("ana"),
            ("POST", f"{person}/objection", {}),
            ("rights", "object", "ana"),
        ),
        (
            lambda: doors.engine.allow_inference("ana"),
            ("DELETE", f"{person}/objection", {}),
            ("rights", "allow", "ana"),
        ),
        (
            lambda: doors.engine.hide_skills("ana", "listed"),
            ("DELETE", f"{person}/visibility/listed", {}),
            ("rights", "hide", "ana", "listed"),
        ),
        (
            lambda: doors.engine.show_skills("ana", "listed"),
            ("PUT", f"{person}/visibility/listed", {}),
            ("rights", "show", "ana", "listed"),
        ),
    ]
    for ask, (method, path, body), words in steps:
        first = dump(ask())
        # Told again it changes nothing more, so only what it changed the first time is left out.
        for again in (doors.send(method, path, **body), doors.command(*words)):
            assert leave_out(again, "before", "changed") == leave_out(first, "before", "changed")
    operations = [item.operation for item in reversed(doors.engine.list_decisions().records)]
    assert operations == [
        name
        for name in (
            "reject_skill", "correct_level", "object_to_inference", "allow_inference", "hide_skills", "show_skills",
        )
        for _ in range(3)
    ]  # fmt: skip


def test_all_doors_refuse_the_same_choices(doors: Doors) -> None:
    for method, path, words in (
        ("DELETE", "/people/ana/visibility/all", ("hide", "ana", "all")),
        ("POST", "/people/nobody/objection", ("object", "nobody")),
        ("POST", "/people/ana/skills/flying/rejection", ("reject", "ana", "flying")),
        ("POST", "/erasures/readmission/ana", ("readmit", "ana")),
        ("DELETE", "/people/nobody", ("erase", "nobody", "--yes")),
    ):
        answer = doors.client.request(method, f"/v1{path}")
        assert answer.status_code in (404, 422), answer.text
        printed = CliRunner().invoke(command_line, ["rights", *words], env=doors.environment)
        assert answer.json()["detail"] in str(printed.exception)


def test_all_doors_export_alike(doors: Doors, tmp_path: Path) -> None:
    doors.engine.record_evidence("ana", "python", "attestation", by="analyst01")
    doors.engine.pool("Analyst", at_least=0.0)

    held = dump(doors.engine.export_person("ana"))

    assert len(held["beliefs"]) > 1
    over_http = doors.send("GET", "/people/ana/export")
    printed = doors.command("rights", "export", "ana")
    # Each export is a record of its own, so that later ones name the earlier.
    for number, other in enumerate((over_http, printed), start=1):
        assert leave_out(other, "decisions") == leave_out(held, "decisions")
        assert len(other["decisions"]) == len(held["decisions"]) + number
    file = tmp_path / "ana.json"
    words = ["rights", "export", "ana", "--out", str(file)]
    assert CliRunner().invoke(command_line, words, env=doors.environment).exit_code == 0
    assert leave_out(json.loads(file.read_bytes()), "decisions") == leave_out(held, "decisions")
    refused = CliRunner().invoke(command_line, [*words[:-1], str(tmp_path / "a.pdf")], env=doors.environment)
    assert "neither .json nor .html" in str(refused.exception)


def test_the_page_holds_it_all_and_what_people_wrote_is_text(doors: Doors, tmp_path: Path) -> None:
    doors.engine.store.write_nodes([Person(id="ana", name="Ana", about=SCRIPT)], SOURCE)
    doors.engine.bridge("ana", "Analyst")
    file = tmp_path / "ana.html"
    words = ["rights", "export", "ana", "--out", str(file)]
    assert CliRunner().invoke(command_line, words, env=doors.environment).exit_code == 0

    text = file.read_text(encoding="utf-8")

    assert SCRIPT not in text
    assert "http" not in text, "the page needs nothing else"
    text = text.removeprefix("<!doctype html>\n").replace('<meta charset="utf-8">', "")
    page = ElementTree.fromstring(text.replace('content="width=device-width, initial-scale=1">', 'content="x"/>'))
    shown = "".join(page.itertext())
    held = doors.engine.export_person("ana")
    for wanted in (
        SCRIPT,
        *held.logic,
        *(item.skill.name for item in held.beliefs),
        *(reason.text for item in held.beliefs for reason in item.reasons),
        *(item.kind.replace("_", " ") for item in held.evidence),
        "Analyst00",
        *(item.id for item in held.decisions[:1]),
    ):
        assert wanted in shown
    answer = doors.client.get("/v1/people/ana/export", params={"format": "html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert len(answer.text) > len(text)


def test_all_doors_erase_and_let_in_alike(doors: Doors) -> None:
    by_engine = dump(doors.engine.erase_person("leaver0"))
    over_http = doors.send("DELETE", "/people/Leaver%201")
    asked = CliRunner().invoke(command_line, ["rights", "erase", "leaver2"], env=doors.environment, input="n\n")
    assert asked.exit_code == 1
    by_command = doors.command("rights", "erase", "leaver2", "--yes")

    for receipt in (over_http, by_command):
        assert leave_out(receipt, "id", "erased_at") == leave_out(by_engine, "id", "erased_at")
    assert [item.id for item in doors.engine.list_erasures().receipts] == [
        item["id"] for item in (by_command, over_http, by_engine)
    ]
    assert doors.send("GET", "/erasures") == doors.command("rights", "receipts")
    assert dump(doors.engine.readmit_person("leaver0")) == {"person_id": "leaver0"}
    assert doors.send("POST", "/erasures/readmission/leaver1") == {"person_id": "leaver1"}
    assert doors.command("rights", "readmit", "leaver2") == {"person_id": "leaver2"}
    assert doors.engine.verify_decisions().holds


def test_all_doors_record_an_outcome_alike(doors: Doors) -> None:
    doors.engine.pool("Analyst", at_least=0.0)
    [asked] = doors.engine.list_decisions().records

    by_engine = dump(doors.engine.record_outcome(asked.id, "rejected", reason="Ana is on leave"))
    over_http = doors.send("POST", f"/decisions/{asked.id}/outcome", outcome="rejected", reason="Ana is on leave")
    by_command = doors.command("decisions", "decide", asked.id, "rejected", "--reason", "Ana is on leave")

    for record in (over_http, by_command):
        own = ("id", "number", "previous", "asked_at")
        assert leave_out(record, *own) == leave_out(by_engine, *own)
    assert "Ana" not in by_engine["reason"]
    assert "Ana" in [item["person"]["name"] for item in by_engine["people"]]
    printed = CliRunner().invoke(command_line, ["decisions", "list"], env=doors.environment)
    assert "decided: rejected, because Ana (ana) is on leave" in printed.stdout


def test_what_is_exported_of_the_log_can_be_verified_without_the_graph(doors: Doors, tmp_path: Path) -> None:
    for _ in range(3):
        doors.engine.pool("Analyst", at_least=0.0)
    file = tmp_path / "log.jsonl"

    done = CliRunner().invoke(command_line, ["decisions", "export", str(file)], env=doors.environment)

    assert done.exit_code == 0
    rows = [DecisionRow(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row.number for row in rows] == [3, 2, 1]
    assert rows[0].id == doors.engine.verify_decisions().head
    for row in rows:
        assert digest_decision(replace(row, asked_at=datetime.fromisoformat(str(row.asked_at)))) == row.id
    assert '"ana' not in file.read_text(encoding="utf-8").replace("\\", "").replace('"analyst"', "")


def test_a_log_that_does_not_hold_fails_the_command(doors: Doors) -> None:
    doors.engine.pool("Analyst", at_least=0.0)
    assert "yes" in CliRunner().invoke(command_line, ["decisions", "verify"], env=doors.environment).stdout
    change(doors.engine.store, "MATCH (d:Decision {number: 1}) SET d.answer = '[]'")

    printed = CliRunner().invoke(command_line, ["decisions", "verify"], env=doors.environment)

    assert printed.exit_code == BROKEN_LOG
    assert "record 1: its contents are not what was signed" in printed.stdout
    assert doors.send("GET", "/decisions/verification")["broken"]["problem"] == "changed"


def test_the_log_is_pruned_from_the_command_line(doors: Doors) -> None:
    doors.engine.pool("Analyst", at_least=0.0)
    refused = CliRunner().invoke(command_line, ["decisions", "prune"], env=doors.environment)
    assert "SKILLWAY_ENGINE__DECISIONS__RETENTION_DAYS" in str(refused.exception)

    doors.environment |= {"SKILLWAY_ENGINE__DECISIONS__RETENTION_DAYS": "30", "SKILLWAY_AS_OF": "2100-01-01"}
    pruned = doors.command("decisions", "prune")

    assert (pruned["removed"], pruned["anchor_number"]) == (1, 1)
    assert doors.engine.verify_decisions().holds
