"""A client that sends nothing, or never ends, does not hold a connection for ever."""

import socket
import threading
from collections.abc import Iterator
from typing import Annotated

import httpx2
import pytest
import uvicorn
from fastapi import Body, FastAPI

from api.http_errors import install_problem_handlers
from api.middleware.body_limits import BodyLimits
from api.middleware.slow_heads import limit_heads
from api.service_settings import LimitSettings

HEAD = b"POST /echo HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = FastAPI()
    install_problem_handlers(app)

    @app.post("/echo")
    def echo(said: Annotated[dict[str, object], Body()]) -> dict[str, object]:
        return said

    app.add_middleware(BodyLimits, limits=LimitSettings(body_seconds=0.3, body_bytes=1_000))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, http=limit_heads(0.5), log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def talk(port: int, *sent: bytes) -> bytes:
    """Send, then read until the service closes the connection; a service that never does fails the test."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for part in sent:
            connection.sendall(part)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


@pytest.mark.parametrize("sent", [b"", b"POST /echo HTT", HEAD[:40]], ids=["nothing", "half a line", "half a head"])
def test_a_head_that_does_not_come_ends_the_connection(port: int, sent: bytes) -> None:
    assert talk(port, sent) == b""


def test_the_head_of_a_second_request_is_not_waited_for_either(port: int) -> None:
    body = b'{"a": 1}'
    whole = HEAD.replace(b"100", str(len(body)).encode()) + body
    assert talk(port, whole, HEAD[:40]).count(b"HTTP/1.1 200") == 1


def test_a_body_that_does_not_come_is_answered_and_the_connection_ends(port: int) -> None:
    answer = talk(port, HEAD, b'{"a": ')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def test_a_client_in_time_is_answered_over_one_connection(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        assert [client.post("/echo", json={"a": turn}).json() for turn in range(3)] == [{"a": 0}, {"a": 1}, {"a": 2}]


def test_a_body_that_is_too_long_is_refused(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        answers = [
            client.post("/echo", json={"a": "x" * 2_000}),
            client.post("/echo", content=(b"x" * 500 for _ in range(4)), headers={"Content-Type": "application/json"}),
        ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
