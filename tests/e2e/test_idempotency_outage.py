"""A request with an ``Idempotency-Key`` while the graph is away: told as everything else is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.http_errors import MEDIA_TYPE
from api.middleware.idempotency import IdempotencyKeys
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.access.callers import OPERATOR
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.embedded import ServerAddress
from graph_schema.nodes import Team
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY
from tests.relay import Relay

KEY = "key-of-the-outage-tests"
ONCE = {"Idempotency-Key": "once"}


@dataclass
class FarStore:
    """The graph as a client has it whose line can be cut."""

    store: GraphStore
    relay: Relay


@pytest.fixture
def far(store: GraphStore, address: ServerAddress) -> Iterator[FarStore]:
    relay = Relay(urlsplit(address.uri).port or 0)
    with GraphStore(f"bolt://{relay.address}", address.username, address.password.get_secret_value()) as reached:
        yield FarStore(reached, relay)
    relay.cut()


class Introduce:
    """Takes everybody to be the operator."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = OPERATOR
        await self._app(scope, receive, send)


def open_service(far: FarStore, work: Callable[[], int]) -> TestClient:
    """A service with one route, which answers with the status that ``work`` returns."""

    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("done", work())

    return TestClient(
        Starlette(
            routes=[Route("/v1/work", answer, methods=["POST"])],
            middleware=[Middleware(Introduce), Middleware(IdempotencyKeys, store=far.store)],
        )
    )


def test_a_graph_that_is_away_is_told_with_when_to_ask_again(far: FarStore) -> None:
    engine = Engine(far.store, EngineSettings(), clock=lambda: TODAY, actor="tester")
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY, deliver=False)))
    with TestClient(app, headers={"X-API-Key": KEY}, raise_server_exceptions=False) as client:
        lines = {"content": b'{"id": "t", "name": "T"}', "headers": ONCE | {"Content-Type": "application/x-ndjson"}}
        assert client.post("/v1/objects/teams/bulk", **lines).status_code == 200  # type: ignore[arg-type]
        far.relay.cut()
        away = client.post("/v1/objects/teams/bulk", **lines)  # type: ignore[arg-type]
    assert (away.status_code, away.headers["content-type"]) == (503, MEDIA_TYPE)
    assert away.json()["type"] == "urn:skillway:problem:graph-unavailable"
    assert int(away.headers["retry-after"]) > 0
    assert away.json()["instance"].endswith(away.headers["x-request-id"])


@pytest.mark.parametrize("status", [200, 422])
def test_an_answer_that_cannot_be_kept_is_none(far: FarStore, status: int) -> None:
    def work() -> int:
        far.store.write_nodes([Team(id="t", name="T", function="F")], "test")
        far.relay.cut()
        return status

    answer = open_service(far, work).post("/v1/work", headers=ONCE)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)


def test_without_a_caller_nothing_is_kept(far: FarStore) -> None:
    done: list[int] = []
    app = Starlette(
        routes=[Route("/v1/work", lambda _: PlainTextResponse(str(done.append(1))), methods=["POST"])],
        middleware=[Middleware(IdempotencyKeys, store=far.store)],
    )
    answers = [TestClient(app).post("/v1/work", headers=ONCE) for _ in range(2)]
    assert ["idempotency-replayed" in answer.headers for answer in answers] == [False, False]
    assert len(done) == 2
