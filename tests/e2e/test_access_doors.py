"""What people try over HTTP: to find out about others, to be read as Cypher, to send more than is asked."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from engine.service import Engine
from graph_schema.queries.keys import KEYS
from tests.e2e.access_service import KEY, carry, client, engine, issuer, make

__all__ = ["client", "engine", "issuer"]

ROUTES = [
    ("GET", "/v1/people/{}"), ("GET", "/v1/people/{}/skills/sql/explanation"),
    ("GET", "/v1/people/{}/roles/analyst/gap"), ("GET", "/v1/people/{}/roles/analyst/bridge"),
    ("GET", "/v1/people/{}/roles"), ("GET", "/v1/people/{}/progress"),
    ("GET", "/v1/people/{}/export"), ("POST", "/v1/people/{}/skills/sql/rejection"), ("DELETE", "/v1/people/{}"),
    ("POST", "/v1/people/{}/objection"), ("DELETE", "/v1/people/{}/visibility/listed"),
    ("POST", "/v1/evidence/listed:{}/withdrawal"),
]  # fmt: skip
TRIED = [
    "dan", "nobody", "Dan Surname", "'}) DETACH DELETE n;", "ana' OR '1'='1", "$person_id", "{id: 'dan'}", "`dan`",
    "\" UNION MATCH (p) RETURN p;", "dan\\u0027", "%00", "*", "🙂",
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_is_found_out_or_changed_by_asking(engine: Engine, client: TestClient, method: str, path: str) -> None:
    token = make(engine, "employee", person="ana")
    before = engine.export_person("dan"), engine.store.ask(KEYS)
    answers = [client.request(method, path.format(quote(name, safe="")), headers=carry(token)) for name in TRIED]
    assert {answer.status_code for answer in answers} == {403}
    assert len({json.dumps({**answer.json(), "instance": None}) for answer in answers}) == 1
    after = engine.export_person("dan"), engine.store.ask(KEYS)
    assert (after[0].facts, after[0].evidence, after[1]) == (before[0].facts, before[0].evidence, before[1])


@pytest.mark.parametrize("name", TRIED[3:])
def test_names_are_never_read_as_cypher(client: TestClient, name: str) -> None:
    quoted = quote(name, safe="")
    for path in (f"/v1/people/{quoted}", f"/v1/roles/{quoted}/pool", f"/v1/courses/{quoted}/unlocks"):
        assert client.get(path, headers=carry(KEY)).status_code in (404, 422), path
    for path in (f"/v1/pools?skill={quoted}", f"/v1/decisions?operation={quoted}&person=ana"):
        assert client.get(path, headers=carry(KEY)).status_code in (200, 404, 422), path
    assert client.get("/v1/people/dan", headers=carry(KEY)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/people/ana/evidence", {"skill": "sql", "kind": "assessment", "status": "active"}),
        ("POST", "/v1/people/ana/evidence", {"skill": "sql", "kind": "assessment", "person": "dan"}),
        ("POST", "/v1/people/ana/skills/sql/correction", {"level": 3, "verified": True}),
        ("PUT", "/v1/people/ana/roles/analyst/progress/steps/1", {"money": 1, "person": "dan"}),
        ("POST", "/v1/people/ana/roles/analyst/progress", {"accepted_by": "dan"}),
        ("POST", "/v1/decisions/x/outcome", {"outcome": "accepted", "asked_by": "dan"}),
        ("POST", "/v1/keys", {"name": "k", "role": "auditor", "digest": "x"}),
    ],
)
def test_a_body_may_hold_nothing_but_what_is_asked(
    client: TestClient, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = client.request(method, path, json=body, headers=carry(KEY))
    assert answer.status_code == 422
    assert answer.json()["field"].startswith("body.")


def test_no_key_is_ever_logged_or_answered(
    engine: Engine, client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    token = make(engine, "employee", person="ana")
    answers = [
        client.request(method, path.format(name), headers=carry(sent))
        for method, path in ROUTES[:3]
        for name in ("ana", "dan")
        for sent in (token, KEY, token[:-1] + "x", KEY + "x")
    ]
    said = "".join(answer.text + str(answer.headers) for answer in answers) + caplog.text + "".join(capfd.readouterr())
    assert token.split("_", 2)[2] not in said
    assert KEY not in said
