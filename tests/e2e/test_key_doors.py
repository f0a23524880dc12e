"""API keys through every door: made, rotated, revoked, and what each lets in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.service_settings import LimitSettings, ServeSettings
from api.settings import Settings
from engine.access.keys import KeyTerms, create_key, recognise_key, rotate_key
from engine.service import Engine
from engine.settings import EngineSettings, EventSettings
from graph_schema.queries.keys import KEYS
from graph_schema.query import Query
from tests.e2e.access_service import FORBIDDEN, KEY, carry, client, engine, issuer, make
from tests.integration.engine.company import TODAY

__all__ = ["client", "engine", "issuer"]


@dataclass(frozen=True)
class KeptRequest:
    content: str


KEPT_REQUESTS = Query(
    name="kept_requests", row=KeptRequest,
    text="MATCH (r:IdempotentRequest) RETURN r.status + coalesce(r.headers, '') + coalesce(r.body, '') AS content",
)  # fmt: skip


def test_a_key_lets_in_until_it_is_revoked_and_its_secret_is_kept_nowhere(engine: Engine, client: TestClient) -> None:
    made = engine.create_key("lms", "integration", scopes=["people:read"], days=1)
    assert client.get("/v1/people/ana", headers={"X-API-Key": made.token}).status_code == 200
    assert client.get("/v1/people/ana", headers=carry(made.token)).status_code == 200
    secret = made.token.split("_", 2)[2]
    kept = json.dumps([vars(row) for row in engine.store.ask(KEYS)], default=str)
    listed = client.get("/v1/keys", headers=carry(KEY))
    log = json.dumps([vars(row) for row in engine.list_decisions(top=100).records], default=str)
    assert secret not in kept + listed.text + log
    engine.revoke_key(made.key.id)
    assert client.get("/v1/people/ana", headers=carry(made.token)).status_code == 401
    assert engine.list_decisions(operation="revoke_key").records


@pytest.mark.parametrize("token", ["skw_", "skw_0123456789abcdef_" + "x" * 43, "skw_" + "a" * 5000, "x", "ünknöwn"])
def test_what_is_no_key_is_refused_in_the_same_words(client: TestClient, token: str) -> None:
    plain = client.get("/v1/people/ana")
    refused = client.get("/v1/people/ana", headers=[(b"X-API-Key", token.encode())])
    assert refused.status_code == 401
    assert {**refused.json(), "instance": None} == {**plain.json(), "instance": None}


def test_a_rotated_key_has_two_secrets_for_a_while_and_ends_on_its_day(engine: Engine) -> None:
    store, now = engine.store, datetime.now(UTC)
    terms = KeyTerms(name="rotated", role="auditor", days=10)
    first = create_key(store, "tester", terms, now)
    second = rotate_key(store, "tester", first.key.id, 2.0, now)
    hours = timedelta(hours=1)

    def lets_in(token: str, at: datetime) -> bool:
        return recognise_key(store, token, at) is not None

    assert [lets_in(first.token, now + hours), lets_in(first.token, now + 3 * hours)] == [True, False]
    assert [lets_in(second.token, now + 3 * hours), lets_in(second.token, now + 241 * hours)] == [True, False]
    third = rotate_key(store, "tester", first.key.id, 0.0, now + hours)
    assert not lets_in(first.token, now + hours)
    assert not lets_in(second.token, now + hours)
    assert lets_in(third.token, now + hours)


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"role": "operator"}, "role"),
        ({"role": "employee"}, "person"),
        ({"role": "talent_partner"}, "functions"),
        ({"role": "integration"}, "scopes"),
        ({"role": "integration", "scopes": ["everything"]}, "scopes"),
        ({"role": "auditor", "scopes": ["people:read"]}, "scopes"),
        ({"role": "admin", "person": "ana"}, "person"),
        ({"role": "manager", "person": "mia", "regions": ["North"]}, "regions"),
        ({"role": "auditor", "days": 0}, "days"),
        ({"role": "auditor", "name": "a\nb"}, "name"),
        ({"role": "auditor", "owner": "me"}, "body.owner"),
    ],
)
def test_a_key_that_fits_no_role_is_not_made(client: TestClient, terms: dict[str, Any], named: str) -> None:
    before = client.get("/v1/keys", headers=carry(KEY)).json()
    answer = client.post("/v1/keys", json={"name": "k", **terms}, headers=carry(KEY))
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert client.get("/v1/keys", headers=carry(KEY)).json() == before


def test_an_admin_makes_keys_for_a_reason_and_others_make_none(engine: Engine, client: TestClient) -> None:
    admin, asked = make(engine, "admin"), {"name": "for ana", "role": "employee", "person": "ana"}
    assert client.post("/v1/keys", json=asked, headers=carry(admin)).json()["type"] == FORBIDDEN
    made = client.post("/v1/keys", json=asked, headers=carry(admin, **{"X-Reason": "first day"})).json()
    assert client.get("/v1/people/ana", headers=carry(made["token"])).status_code == 200
    assert client.get("/v1/people/ben", headers=carry(made["token"])).json()["type"] == FORBIDDEN
    record = engine.list_decisions(operation="admin_read", top=1).records[0]
    assert "first day" in record.question
    for role, terms in (("auditor", {}), ("manager", {"person": "mia"})):
        token = make(engine, role, **terms)
        assert client.get("/v1/keys", headers=carry(token)).json()["type"] == FORBIDDEN


def test_an_erased_person_takes_their_keys_along(engine: Engine, client: TestClient) -> None:
    token = make(engine, "employee", person="gil")
    assert client.get("/v1/people/gil", headers=carry(token)).status_code == 200
    receipt = client.delete("/v1/people/gil", headers=carry(token)).json()
    assert receipt["counts"]["keys"] == 1
    assert client.get("/v1/people/gil", headers=carry(token)).status_code == 401
    assert not [row for row in engine.store.ask(KEYS) if row.person == "gil"]


def test_all_doors_keep_keys_alike(engine: Engine, client: TestClient, graph_environment: dict[str, str]) -> None:
    environment = graph_environment | {"SKILLWAY_AS_OF": TODAY.isoformat()}

    def command(*words: str) -> Any:
        done = CliRunner().invoke(command_line, ["keys", *words], env=environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    terms = {"role": "integration", "functions": ["Data"], "scopes": ["people:read"], "days": 7}
    wanted = "create door --role integration --function Data --scope people:read --days 7 --json"
    made = json.loads(command(*wanted.split()))
    posted = client.post("/v1/keys", json={"name": "door", **terms}, headers=carry(KEY)).json()
    told = engine.create_key("door", **terms)  # type: ignore[arg-type]
    for key in (made["key"], posted["key"]):
        assert key.keys() == vars(told.key).keys()
        assert [key[name] for name in ("name", "role", "functions", "scopes", "state")] == [
            "door", "integration", ["Data"], ["people:read"], "good",
        ]  # fmt: skip
    rotated = json.loads(command("rotate", made["key"]["id"], "--overlap-hours", "0", "--json"))
    assert client.get("/v1/people/ana", headers=carry(made["token"])).status_code == 401
    assert client.get("/v1/people/ana", headers=carry(rotated["token"])).status_code == 200
    again = client.post(f"/v1/keys/{made['key']['id']}/rotation?overlap_hours=0", headers=carry(KEY)).json()
    assert client.get("/v1/people/ana", headers=carry(rotated["token"])).status_code == 401
    shown = command("create", "shown", "--role", "auditor")
    assert recognise_key(engine.store, shown.split()[0], datetime.now(UTC)) is not None
    assert json.loads(command("list", "--json")) == client.get("/v1/keys", headers=carry(KEY)).json()
    assert client.delete(f"/v1/keys/{made['key']['id']}", headers=carry(KEY)).json()["state"] == "revoked"
    assert client.get("/v1/people/ana", headers=carry(again["token"])).status_code == 401
    assert "revoked" in command("revoke", made["key"]["id"])
    assert client.delete("/v1/keys/none", headers=carry(KEY)).status_code == 404


def test_two_keys_of_one_name_share_nothing(engine: Engine, client: TestClient) -> None:
    terms = {"scopes": ["evidence:write", "matching:read", "decisions:read"]}
    one, other = (engine.create_key("lms", "integration", **terms) for _ in range(2))  # type: ignore[arg-type]

    def tell(token: str, kind: str) -> httpx2.Response:
        told = {"skill": "sql", "kind": kind}
        return client.post("/v1/people/ana/evidence", json=told, headers=carry(token, **{"Idempotency-Key": "same"}))

    first = tell(one.token, "attestation")
    assert (first.status_code, tell(one.token, "attestation").headers["idempotency-replayed"]) == (200, "true")
    # Neither the answer is kept for another, nor the key taken from them.
    second = tell(other.token, "project_outcome")
    assert (second.status_code, "idempotency-replayed" in second.headers) == (200, False)
    rotated = engine.rotate_key(one.key.id)
    assert tell(rotated.token, "attestation").headers["idempotency-replayed"] == "true"

    client.get("/v1/roles/analyst/pool", headers=carry(one.token))
    client.get("/v1/roles/analyst/pool", headers=carry(other.token))
    records = engine.list_decisions(operation="pool", top=2).records
    assert [record.asked_by for record in records] == [f"key:lms:{other.key.id}", f"key:lms:{one.key.id}"]
    path = f"/v1/decisions/{records[0].id}/outcome"
    for token, status in ((one.token, 403), (rotated.token, 403), (other.token, 200)):
        assert client.post(path, json={"outcome": "accepted"}, headers=carry(token)).status_code == status


@pytest.mark.parametrize(
    ("path", "asked", "secret"),
    [
        ("/v1/keys", {"name": "once", "role": "auditor"}, "token"),
        ("/v1/keys/{key}/rotation", None, "token"),
        ("/v1/subscriptions", {"url": "https://example.com/hook"}, "secret"),
        ("/v1/subscriptions/{subscription}/rotate", None, "secret"),
    ],
)
def test_no_secret_is_kept_for_a_request_that_is_sent_again(
    engine: Engine, tmp_path: Path, path: str, asked: Any, secret: str
) -> None:
    settings = EngineSettings(events=EventSettings(key_file=tmp_path / "keys"))
    engine = Engine(engine.store, settings, clock=lambda: TODAY, actor="tester")
    subscription = engine.create_subscription("https://example.com/old").subscription.id
    path = path.format(key=engine.create_key("old", "auditor").key.id, subscription=subscription)
    headers = carry(KEY, **{"Idempotency-Key": path})
    with TestClient(create_app(engine, Settings(serve=ServeSettings(api_key=KEY, deliver=False)))) as client:
        first, again = (client.post(path, json=asked, headers=headers) for _ in range(2))
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert (again.status_code, again.json()["type"]) == (409, "urn:skillway:problem:answer-not-kept")
    kept = json.dumps([vars(row) for row in engine.store.ask(KEPT_REQUESTS)])
    assert (len(kept) > 2, first.json()[secret] in kept) == (True, False)


def test_two_keys_of_one_name_have_a_rate_each(engine: Engine) -> None:
    serve = ServeSettings(api_key=KEY, limits=LimitSettings(rate="2/hour"))
    tokens = [make(engine, "employee", person="ana") for _ in range(2)]
    with TestClient(create_app(engine, Settings(serve=serve))) as client:
        statuses = [client.get("/v1/people/ana", headers=carry(token)).status_code for token in tokens * 3]
    assert statuses == [200, 200, 200, 200, 429, 429]
