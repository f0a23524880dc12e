"""One caller that asks too much is told when to ask again; the others are answered."""

from dataclasses import dataclass

import anyio
import httpx2
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http_errors import MEDIA_TYPE
from api.metrics import ServiceMetrics
from api.middleware.rate_limits import CallerLimits, open_limiter
from api.service_settings import LimitSettings


@dataclass(frozen=True)
class Named:
    name: str


class Introduce:
    """Takes the caller to be who a header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (name := Request(scope).headers.get("x-name")):
            scope.setdefault("state", {})["caller"] = Named(name)
        await self._app(scope, receive, send)


def make_app(settings: LimitSettings, *, until: anyio.Event | None = None) -> Starlette:
    async def answer(_: Request) -> PlainTextResponse:
        if until is not None:
            await until.wait()
        return PlainTextResponse("answered")

    limits = Middleware(
        CallerLimits, limiter=open_limiter(settings), settings=settings, metrics=ServiceMetrics()
    )  # fmt: skip
    return Starlette(routes=[Route("/", answer)], middleware=[Middleware(Introduce), limits])


def test_beyond_the_rate_the_answer_says_when_to_ask_again() -> None:
    client = TestClient(make_app(LimitSettings(rate="3/minute")))
    answers = [client.get("/", headers={"X-Name": "ana"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["content-type"] == MEDIA_TYPE
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "3 per 1 minute" in answers[-1].json()["detail"]


def test_a_caller_does_not_use_up_what_another_may_ask() -> None:
    client = TestClient(make_app(LimitSettings(rate="1/minute")))
    asked = ["ana", "ana", "bea", None, None]
    answers = [client.get("/", headers={"X-Name": name} if name else {}) for name in asked]
    assert [answer.status_code for answer in answers] == [200, 429, 200, 200, 200]


@pytest.mark.parametrize(
    ("settings", "names", "statuses"),
    [
        (LimitSettings(at_once=2), ["ana"] * 3 + ["bea"], [200, 200, 200, 429]),
        (LimitSettings(at_once_in_all=2), ["ana", "bea", "cleo"], [200, 200, 503]),
    ],
)
def test_only_so_many_are_answered_at_once(settings: LimitSettings, names: list[str], statuses: list[int]) -> None:
    async def ask_together() -> list[int]:
        until = anyio.Event()
        answered: list[int] = []
        transport = httpx2.ASGITransport(make_app(settings, until=until))
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:

            async def ask(name: str) -> None:
                answer = await client.get("/", headers={"X-Name": name})
                answered.append(answer.status_code)
                if answer.status_code != 200:
                    assert int(answer.headers["retry-after"]) >= 1
                    # Those that wait end only now: they were under way when this one was refused.
                    until.set()

            async with anyio.create_task_group() as together:
                for name in names:
                    together.start_soon(ask, name)
            again = await client.get("/", headers={"X-Name": "ana"})
            assert again.status_code == 200
        return sorted(answered)

    assert anyio.run(ask_together) == statuses


def test_a_rate_that_is_none_is_refused_where_it_is_set() -> None:
    with pytest.raises(ValidationError, match="rate"):
        LimitSettings(rate="many")
