"""Objects over HTTP as another system meets them: read, written, listed, in bulk, and sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.http_errors import MEDIA_TYPE
from api.ndjson import MOST_LINES
from api.settings import ServeSettings, Settings
from engine.idempotency import KEPT, STALE, Claim, KeptAnswer, KeyTaken, claim_request, keep_answer
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.embedded import ServerAddress
from graph_schema.service_nodes import IdempotentRequest
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY

KEY = "key-of-the-object-tests"
HEADERS = {"X-API-Key": KEY}
NDJSON = {"Content-Type": "application/x-ndjson"}
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    engine = Engine(store, EngineSettings(), clock=lambda: TODAY, actor="tester")
    engine.write_objects("skills", [{"id": "sql", "preferred_label": "SQL"}, {"id": "r", "preferred_label": "R"}])
    return engine


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(engine, Settings(serve=ServeSettings(api_key=KEY))), headers=HEADERS) as client:
        yield client


def send_lines(client: TestClient, kind: str, *lines: Any, **headers: str) -> Any:
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return client.post(f"/v1/objects/{kind}/bulk", content=body, headers=NDJSON | headers)


def read_lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_object_is_created_read_replaced_patched_and_deleted(client: TestClient) -> None:
    path = "/v1/objects/roles/analyst%2Fsenior"
    role = {"title": "Analyst", "requires": [{"skill_id": "sql", "level": 3}]}
    created = client.put(path, json=role, headers={"If-None-Match": "*"})
    assert (created.status_code, created.json()["id"]) == (201, "analyst/senior")
    read = client.get(path)
    assert (read.json(), read.headers["etag"]) == (created.json(), created.headers["etag"])
    assert read.json()["requires"] == [
        {"skill_id": "sql", "level": 3.0, "importance": 1.0, "tier": "role", "verified": False}
    ]
    assert not {"source", "fingerprint", "embedding"} & read.json().keys()
    assert client.get(path, headers={"If-None-Match": read.headers["etag"]}).status_code == 304
    assert client.get(path, params={"fields": "title"}).json() == {"id": "analyst/senior", "title": "Analyst"}
    assert client.put(path, json=role).headers["etag"] == read.headers["etag"]
    patched = client.patch(
        path, content='{"salary": 50000, "requires": null}', headers={"Content-Type": "application/merge-patch+json"}
    )
    assert (patched.status_code, patched.json()["salary"], patched.json()["requires"]) == (200, 50000.0, [])
    late = client.put(path, json=role, headers={"If-Match": read.headers["etag"]})
    assert (late.status_code, late.json()["type"]) == (412, "urn:skillway:problem:changed-meanwhile")
    assert client.put(path, json=role, headers={"If-None-Match": "*"}).status_code == 412
    assert client.delete(path, headers={"If-Match": read.headers["etag"]}).status_code == 412
    gone = client.delete(path, headers={"If-Match": patched.headers["etag"]})
    assert (gone.status_code, gone.json()["status"]) == (200, "deleted")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "A", "source": "mine"}, "body.source"),
        ({"title": "A", "fingerprint": "0"}, "body.fingerprint"),
        ({"title": "A", "salary": -1}, "body.salary"),
        ({"title": "A", "requires": [{"skill_id": "sql", "level": 6}]}, "body.requires.0.level"),
        ({"title": "A", "requires": [{"skill_id": "none", "level": 1}]}, "requires"),
        ({"title": "A", "id": "another"}, "id"),
        ({}, "body.title"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: dict[str, Any], field: str) -> None:
    answer = client.put("/v1/objects/roles/a", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert client.get("/v1/objects/roles/a").status_code == 404


def test_people_are_erased_and_what_is_used_or_owned_stays(client: TestClient, engine: Engine) -> None:
    engine.store.write_nodes([_course("theirs")], "catalogue")
    send_lines(client, "people", {"id": "ana", "name": "Ana"})
    send_lines(client, "courses", {"id": "c", "title": "C", "teaches": [{"skill_id": "sql", "level": 2}]})
    refused = client.delete("/v1/objects/people/ana")
    assert (refused.status_code, "DELETE /v1/people/ana" in refused.json()["detail"]) == (409, True)
    used = client.delete("/v1/objects/skills/sql")
    assert (used.json()["type"], "Course c" in used.json()["detail"]) == ("urn:skillway:problem:in-use", True)
    owned = client.put("/v1/objects/courses/theirs", json={"title": "Ours"})
    assert (owned.status_code, owned.json()["type"]) == (409, "urn:skillway:problem:owned-elsewhere")
    assert "catalogue" in owned.json()["detail"]
    taken = client.put("/v1/objects/courses/theirs", params={"take_over": True}, json={"title": "Ours"})
    assert taken.status_code == 200


def _course(id: str) -> Any:
    from graph_schema.nodes import Course

    return Course(id=id, title=id.title())


def test_pages_lead_on_and_filters_are_checked(client: TestClient) -> None:
    send_lines(client, "teams", *({"id": f"t{n}", "name": f"T{n}", "function": "Data"} for n in range(5)))
    first = client.get("/v1/objects/teams", params={"limit": 2, "function": "Data", "fields": "name"})
    assert first.json()["items"] == [{"id": "t0", "name": "T0"}, {"id": "t1", "name": "T1"}]
    found, answer = list(first.json()["items"]), first
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        found += answer.json()["items"]
    assert ([item["id"] for item in found], answer.json()["next"]) == ([f"t{n}" for n in range(5)], None)
    refused = client.get("/v1/objects/teams", params={"colour": "red"})
    assert (refused.status_code, refused.json()["field"]) == (422, "colour")
    assert "name, function" in refused.json()["detail"]


def test_bad_lines_are_told_in_their_place_and_the_rest_is_written(client: TestClient) -> None:
    deep = "[" * 5_000
    lines = read_lines(
        send_lines(
            client, "courses", {"id": "a", "title": "A"}, "{no json", '"text"', {"id": "b"}, "", deep,
            '{"id": "c", "title": "C", "hours": NaN}', '{"id": "d", "title": "\\ud800"}', {"id": "e", "title": "E"},
        )
    )  # fmt: skip
    assert [line["line"] for line in lines] == [*range(1, 10)]
    assert [line["status"] for line in lines] == ["created", *["rejected"] * 7, "created"]
    assert lines[3]["problems"] == [{"field": "title", "detail": "Field required"}]
    assert lines[0]["etag"] == client.get("/v1/objects/courses/a").headers["etag"].strip('"')


def test_a_bulk_request_has_its_form_and_its_limits(client: TestClient) -> None:
    assert client.post("/v1/objects/teams/bulk", json={}).status_code == 415
    too_many = client.post("/v1/objects/teams/bulk", content="\n" * (MOST_LINES + 1), headers=NDJSON)
    assert (too_many.status_code, too_many.headers["content-type"]) == (413, MEDIA_TYPE)
    assert client.post("/v1/objects/teams/bulk", content="x" * 1_100_000, headers=NDJSON).status_code == 413
    keyed = {"Content-Type": "application/json", "Idempotency-Key": "long"}
    long = client.post("/v1/people/ana/evidence", content="x" * 1_100_000, headers=keyed)
    assert (long.status_code, long.headers["content-type"]) == (413, MEDIA_TYPE)


def test_a_request_sent_again_is_answered_as_it_was(client: TestClient, engine: Engine) -> None:
    key = {"Idempotency-Key": "one"}
    first = send_lines(client, "teams", {"id": "t", "name": "T"}, **key)
    engine.write_objects("teams", [{"id": "t", "name": "Changed since"}])
    again = send_lines(client, "teams", {"id": "t", "name": "T"}, **key)
    assert (again.content, again.headers["content-type"]) == (first.content, first.headers["content-type"])
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert engine.read_object("teams", "t").values["name"] == "Changed since"
    another = send_lines(client, "teams", {"id": "t", "name": "Another"}, **key)
    assert (another.status_code, another.json()["type"]) == (422, "urn:skillway:problem:idempotency-key-reused")
    assert send_lines(client, "teams", {"id": "t", "name": "T"}, **{"Idempotency-Key": ""}).status_code == 422


def test_what_was_refused_may_be_mended_under_the_same_key(client: TestClient) -> None:
    key = {"Idempotency-Key": "two"}
    assert client.post("/v1/objects/teams/bulk", json={}, headers=key).status_code == 415
    assert send_lines(client, "teams", {"id": "t", "name": "T"}, **key).status_code == 200


def test_two_processes_on_one_graph_do_it_once(client: TestClient, engine: Engine, address: ServerAddress) -> None:
    with GraphStore(address.uri, address.username, address.password.get_secret_value()) as store:
        other = Engine(store, EngineSettings(), clock=lambda: TODAY, actor="tester")
        with TestClient(create_app(other, Settings(serve=ServeSettings(api_key=KEY))), headers=HEADERS) as second:
            lines = [{"id": f"c{n}", "title": f"C{n}"} for n in range(300)]
            with ThreadPoolExecutor(2) as pool:
                sent = [
                    pool.submit(send_lines, asked, "courses", *lines, **{"Idempotency-Key": "both"})
                    for asked in (client, second)
                ]
            answers = [item.result() for item in sent]
            done = next(answer for answer in answers if answer.status_code == 200)
            created = [line for line in read_lines(done) if line["status"] == "created"]
            assert len(created) == 300
            for answer in answers:
                if answer.status_code == 409:
                    assert answer.json()["type"] == "urn:skillway:problem:still-running"
                    assert int(answer.headers["retry-after"]) > 0
                else:
                    assert answer.content == done.content
            again = send_lines(second, "courses", *lines, **{"Idempotency-Key": "both"})
            assert (again.content, again.headers["idempotency-replayed"]) == (done.content, "true")


def test_a_claim_whose_process_died_is_taken_over_and_goes_after_a_day(store: GraphStore) -> None:
    first = claim_request(store, "lms", "k", "d", NOW)
    assert isinstance(first, Claim)
    assert claim_request(store, "lms", "k", "d", NOW + STALE / 2) == KeyTaken(by_another=False)
    assert isinstance(claim_request(store, "hris", "k", "other", NOW), Claim)
    second = claim_request(store, "lms", "k", "d", NOW + STALE + timedelta(seconds=1))
    assert isinstance(second, Claim)
    keep_answer(store, first, KeptAnswer(200, {}, "late"))
    keep_answer(store, second, KeptAnswer(201, {"etag": '"x"'}, "done"))
    assert claim_request(store, "lms", "k", "d", NOW + STALE) == KeptAnswer(201, {"etag": '"x"'}, "done")
    assert claim_request(store, "lms", "k", "e", NOW + STALE) == KeyTaken(by_another=True)
    assert isinstance(claim_request(store, "lms", "k", "e", NOW + STALE * 3 + KEPT), Claim)
    assert len(store.list_ids(IdempotentRequest)) == 1


def test_an_answer_goes_with_whom_it_names(client: TestClient, engine: Engine) -> None:
    name = 'Ana "the first" Silva'
    send_lines(client, "people", {"id": "p-1", "name": name}, {"id": "p-2", "name": "Bo"}, **{"Idempotency-Key": "a"})
    send_lines(client, "people", {"id": "p-2", "name": "Bo"}, **{"Idempotency-Key": "b"})
    told = {"skill": "sql", "kind": "attestation"}
    client.post("/v1/people/p-1/evidence", json=told, headers={"Idempotency-Key": "c"})
    assert len(engine.store.list_ids(IdempotentRequest)) == 2
    engine.erase_person("p-1")
    assert len(engine.store.list_ids(IdempotentRequest)) == 1
    lines = read_lines(
        send_lines(
            client, "people", {"id": "p-1", "name": name}, {"id": "p-2", "name": "Bo"}, **{"Idempotency-Key": "a"}
        )
    )
    assert [(line["status"], line.get("reason")) for line in lines] == [("rejected", "erased"), ("unchanged", None)]


def test_every_kind_has_its_own_operations_and_model(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    operations = {
        operation["operationId"]: operation
        for path, methods in described["paths"].items()
        for operation in methods.values()
        if path.startswith("/v1/objects/")
    }
    assert {"list_people", "read_person", "put_role", "patch_course", "delete_skill", "write_evidence"} <= set(
        operations
    )
    body = operations["put_role"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"] == "#/components/schemas/RoleObject"
    role = described["components"]["schemas"]["RoleObject"]
    assert (role["required"], role["additionalProperties"]) == (["title"], False)
    assert role["properties"]["threshold"]["maximum"] == 1
    assert "application/merge-patch+json" in operations["patch_role"]["requestBody"]["content"]
    assert {item["name"] for item in operations["list_people"]["parameters"]} >= {"after", "limit", "fields", "team_id"}


def test_the_command_line_does_the_same(
    client: TestClient, engine: Engine, graph_environment: dict[str, str], tmp_path: Any
) -> None:
    file = tmp_path / "courses.ndjson"
    file.write_text('{"id": "a", "title": "A"}\nno json\n{"id": "b", "title": "B", "after": ["a"]}\n')

    def ask(*words: str) -> Any:
        done = CliRunner().invoke(
            command_line, ["objects", *words, "--json"], env=graph_environment, catch_exceptions=False
        )
        return json.loads(done.stdout)

    assert [row["status"] for row in ask("write", "courses", str(file))["rows"]] == ["created", "rejected", "created"]
    assert ask("show", "courses", "b")["values"] == client.get("/v1/objects/courses/b").json()
    page = ask("list", "courses", "--limit", "1", "--where", "q=A", "--field", "title")
    assert page["items"] == client.get("/v1/objects/courses", params={"q": "A", "fields": "title"}).json()["items"]
    refused = CliRunner().invoke(command_line, ["objects", "delete", "courses", "a"], env=graph_environment)
    assert refused.exception is not None
    assert ask("delete", "courses", "b")["status"] == "deleted"
