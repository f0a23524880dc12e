from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.access import KEY_HEADER, OPEN_PATHS, ApiKey, Gate, find_api_key
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.access.callers import OPERATOR
from graph_schema.errors import InvalidInput

KEY = "a-key-of-our-own"
UNASKED: Any = SimpleNamespace(caller=OPERATOR)
"""Stands where the Engine does; the operator's key is recognised without asking the graph."""


def open_gate(key: str = KEY) -> TestClient:
    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("let in")

    async def greet(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    paths = [*OPEN_PATHS, "/v1/people/ana"]
    app = Starlette(
        routes=[*(Route(path, answer) for path in paths), WebSocketRoute("/events", greet)],
        middleware=[Middleware(Gate, engine=UNASKED, key=SecretStr(key), tokens=None)],
    )
    return TestClient(app)


@pytest.mark.parametrize("path", sorted(OPEN_PATHS))
def test_open_paths_answer_without_a_key(path: str) -> None:
    assert open_gate().get(path).text == "let in"


@pytest.mark.parametrize("path", ["/v1/people/ana", "/", "/nowhere", "/healthz/", "/docs/more", "//healthz"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_everything_else_is_refused_without_a_key(method: str, path: str) -> None:
    answer = open_gate().request(method, path, follow_redirects=False)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="skillway"'
    assert KEY_HEADER in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {KEY}"}]
)
def test_the_key_opens(headers: dict[str, str]) -> None:
    assert open_gate().get("/v1/people/ana", headers=headers).text == "let in"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": ""},
        {"X-API-Key": KEY[:-1]},
        {"X-API-Key": KEY + "x"},
        {"X-API-Key": KEY.upper()},
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
        {"X-API-Key": "wrong", "Authorization": f"Bearer {KEY}"},
    ],
)
def test_another_key_does_not(headers: dict[str, str]) -> None:
    assert open_gate().get("/v1/people/ana", headers=headers).status_code == 401


def test_a_key_may_hold_any_character() -> None:
    client = open_gate("schlüssel")
    assert client.get("/v1/people/ana", headers=[(b"X-API-Key", "schlüssel".encode())]).text == "let in"


def test_a_websocket_needs_the_key_too() -> None:
    client = open_gate()
    with client.websocket_connect("/events", headers={KEY_HEADER: KEY}):
        pass
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/events"):
        pass


def make_key(settings: Settings) -> ApiKey:
    key = find_api_key(settings)
    assert key is not None
    return key


def test_the_key_set_is_used_and_none_is_kept(tmp_path: Path) -> None:
    key = make_key(Settings(home=tmp_path, serve=ServeSettings(api_key=SecretStr(KEY))))
    assert (key.value.get_secret_value(), key.file) == (KEY, None)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first, second = make_key(settings), make_key(settings)
    assert first == second
    assert len(first.value.get_secret_value()) == 43
    assert first.file is not None
    assert first.file.stat().st_mode & 0o777 == 0o600
    assert list(first.file.parent.iterdir()) == [first.file]


def test_every_home_has_its_own_key(tmp_path: Path) -> None:
    one, other = make_key(Settings(home=tmp_path / "one")), make_key(Settings(home=tmp_path / "other"))
    assert one.value != other.value


def test_two_first_starts_agree_on_the_key(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(make_key, [settings] * 8))
    assert len({key.value.get_secret_value() for key in keys}) == 1


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    key = make_key(Settings(home=tmp_path))
    assert key.value.get_secret_value() not in repr(key)


def test_an_empty_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SKILLWAY_SERVE__API_KEY"):
        find_api_key(Settings(home=tmp_path, serve=ServeSettings(api_key=SecretStr(""))))
    (tmp_path / "api-key").write_text("\n")
    with pytest.raises(InvalidInput, match="delete it"):
        find_api_key(Settings(home=tmp_path))


def test_a_home_that_cannot_hold_the_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="SKILLWAY_HOME"):
        find_api_key(Settings(home=tmp_path / "file"))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4"])
def test_where_others_come_near_no_key_is_made_nor_taken_that_nobody_chose(tmp_path: Path, host: str) -> None:
    (tmp_path / "api-key").write_text("made-before")
    assert find_api_key(Settings(home=tmp_path, serve=ServeSettings(host=host))) is None
    chosen = make_key(Settings(home=tmp_path, serve=ServeSettings(host=host, api_key=SecretStr(KEY))))
    assert chosen.value.get_secret_value() == KEY
