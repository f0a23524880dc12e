"""A second system keeps its copy in step with the service, each a process of its own, whichever is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from api.client import Client
from api.examples.keep_in_step import TYPES
from engine.events.publish import prune_events
from engine.events.worker import read_clock
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY

KEY = "key-of-the-second-system-tests"
PATIENCE = 90.0
NEVER = 3600.0
"""Seconds after which the second system looks without being told: longer than any test waits."""


@dataclass
class Systems:
    """Where the two systems keep what is theirs, and how they are started."""

    folder: Path
    store: GraphStore
    environment: dict[str, str]
    port: int
    hook_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.hook_port}/hook"

    @contextmanager
    def serve(self) -> Iterator[Popen[str]]:
        command = [Path(sys.executable).with_name("skillway"), "serve", "--port", str(self.port)]
        with Popen(command, env=self.environment, stdout=PIPE, stderr=DEVNULL, text=True) as service:
            assert service.stdout is not None
            try:
                assert any(re.search("answers at", line) for line in service.stdout)
                wait_until(lambda: is_ready(self.url))
                yield service
            finally:
                service.kill()

    @contextmanager
    def follow(self, look_every: float = NEVER) -> Iterator[Popen[bytes]]:
        command = [
            sys.executable, "-m", "api.examples.keep_in_step", self.url, "--key-file", self.folder / "key",
            "--copy", self.folder / "copy.sqlite", "--hook", self.hook, "--port", str(self.hook_port),
            "--look-every", str(look_every),
        ]  # fmt: skip
        with Popen(command, env=self.environment, stderr=DEVNULL) as second:
            try:
                yield second
            finally:
                second.kill()

    def read(self, query: str) -> list[Any]:
        file = self.folder / "copy.sqlite"
        if not file.exists():
            return []
        with closing(sqlite3.connect(file)) as copy:
            try:
                return copy.execute(query).fetchall()
            except sqlite3.OperationalError:
                return []  # Its tables are not made yet.

    def read_copy(self) -> dict[str, Any]:
        return {role: json.loads(content) for role, content in self.read("SELECT id, content FROM roles")}


@pytest.fixture
def systems(store: GraphStore, graph_environment: dict[str, str], tmp_path: Path) -> Systems:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    environment = {
        **inherited, **graph_environment, "SKILLWAY_HOME": str(tmp_path),
        "SKILLWAY_SERVE__API_KEY": KEY, "SKILLWAY_ENGINE__EVENTS__ALLOW_PRIVATE": "true",
        "SKILLWAY_ENGINE__EVENTS__INTERVAL": "0.05",
    }  # fmt: skip
    engine = Engine(store, EngineSettings(), clock=lambda: TODAY, actor="tester")
    token = engine.create_key("roles", "integration", scopes=["events:read"]).token
    (tmp_path / "key").write_text(token)
    engine.write_objects("skills", [{"id": "sql", "preferred_label": "SQL"}])
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [item.getsockname()[1] for item in (one, other)]
    return Systems(tmp_path, store, environment, *ports)


def is_ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", timeout=30).status_code == 200
    except httpx2.TransportError:
        return False


def wait_until(true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends_at, "it did not come about"
        time.sleep(0.05)


def write(client: Client, *roles: str, **content: Any) -> None:
    for role in roles:
        client.write_object("roles", role, {"title": role, **content})


def test_its_copy_is_the_service_s_whichever_was_killed(systems: Systems) -> None:
    requires = [{"skill_id": "sql", "level": 3}]
    with Client(systems.url, KEY, timeout=PATIENCE) as client, ExitStack() as second:

        def read_roles() -> dict[str, Any]:
            return {role["id"]: role for role in client.list_objects("roles")}

        def is_in_step() -> bool:
            return systems.read_copy() == read_roles()

        with systems.serve() as service:
            write(client, "a", "b", "c/d")
            first = second.enter_context(systems.follow())
            wait_until(lambda: len(systems.read_copy()) == 3)
            wait_until(lambda: bool(client.list_subscriptions().subscriptions))
            wait_until(lambda: takes_webhooks(systems))
            # From here on it is told by webhooks alone: it does not look by itself.
            begun = int(systems.read("SELECT value FROM known WHERE name = 'place'")[0][0])
            write(client, "a", requires=requires)
            httpx2.delete(f"{systems.url}/v1/objects/roles/b", headers={"X-API-Key": KEY}, timeout=PATIENCE)
            wait_until(is_in_step)
            assert set(systems.read_copy()) == {"a", "c/d"}
            assert systems.read_copy()["a"]["requires"][0]["level"] == 3.0

            # Killed in the midst of changes, and away for some.
            write(client, *(f"r{number}" for number in range(10)))
            first.send_signal(signal.SIGKILL)
            first.wait()
            write(client, *(f"r{number}" for number in range(5, 15)), salary=1000.0)
            second.enter_context(systems.follow())
            wait_until(is_in_step)
            write(client, "a", "while both are there")
            service.terminate()
            service.wait()
        with systems.serve():
            write(client, "after the service was started again")
            wait_until(is_in_step)
            assert len(client.list_subscriptions().subscriptions) == 1
            events = client.read_events(begun, types=TYPES, limit=1000).events
        assert len(systems.read_copy()) == 19
        taken = systems.read(f"SELECT number, subject FROM history WHERE number > {begun} ORDER BY number")
    # Each event once, and none left out.
    assert taken == [(event.number, event.subject) for event in events]
    assert len(taken) >= 20


def takes_webhooks(systems: Systems) -> bool:
    try:
        return httpx2.post(systems.hook, content=b"{}", timeout=30).status_code == 401
    except httpx2.TransportError:
        return False


def test_what_is_not_signed_rings_no_bell_and_what_is_pruned_is_read_anew(systems: Systems) -> None:
    with systems.serve(), Client(systems.url, KEY, timeout=PATIENCE) as client:
        write(client, "a")
        with systems.follow():
            wait_until(lambda: takes_webhooks(systems))
            wait_until(lambda: set(systems.read_copy()) == {"a"})
        [subscription] = client.list_subscriptions().subscriptions
        client.unsubscribe(subscription.id)
        write(client, "b", "c")
        prune_events(systems.store, read_clock().replace(year=2099), 1)
        write(client, "d")
        with systems.follow():
            # There is no subscription any more, and the number that it has is too old to go on from.
            wait_until(lambda: set(systems.read_copy()) == {"a", "b", "c", "d"})
            [again] = client.list_subscriptions().subscriptions
            assert again.id != subscription.id
            forged = Webhook("whsec_" + "A" * 43 + "=")
            # One time for all: it is signed, to the second.
            now = read_clock()
            signature = forged.sign("event", now, "{}")
            headers = {
                "webhook-id": "event", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature,
            }  # fmt: skip
            assert httpx2.post(systems.hook, content=b"{}", headers=headers, timeout=30).status_code == 401
            assert httpx2.post(systems.hook, content=b"x" * 1_000_001, timeout=30).status_code == 413
            secret = systems.read("SELECT value FROM known WHERE name = 'secret'")[0][0]
            headers["webhook-signature"] = Webhook(secret).sign("event", now, "{}")
            assert httpx2.post(systems.hook, content=b"{}", headers=headers, timeout=30).status_code == 204
            assert (systems.folder / "copy.sqlite").stat().st_mode & 0o077 == 0
