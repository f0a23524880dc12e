"""Somebody's service, to which webhooks are sent in tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@dataclass
class Receiver:
    """Somebody's service: it keeps what it took, and refuses what it is told to."""

    port: int = 0
    refuse: dict[str, int] = field(default_factory=dict)
    """Subject, or ``*`` for all -> the status that it answers."""
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Subject and webhook-id."""
    asked: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=b"

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _ in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # The sender was killed in the middle of it.
            state.asked.append((body, dict(self.headers.items())))
            subject = json.loads(body)["subject"]
            status = state.refuse.get(subject, state.refuse.get("*", 200))
            if status == 200:
                state.taken.append((subject, self.headers["webhook-id"]))
            self.send_response(status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            words = b"no thanks" if status != 200 else b""
            self.send_header("content-length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
