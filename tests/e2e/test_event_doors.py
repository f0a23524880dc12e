"""Events through every door: pages, streams that go on where they broke off, webhooks that outlive their sender."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from threading import Thread
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.exit_codes import EXIT_CODES
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.events.publish import prune_events
from engine.events.worker import read_clock
from engine.service import Engine
from engine.settings import EngineSettings, EventSettings
from graph_schema.errors import EventsPruned
from graph_schema.event_types import EVENT_TYPES
from graph_schema.nodes import Role
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY
from tests.receiver import Receiver, receiver

KEY = "key-of-the-event-tests"
COMMAND = Path(sys.executable).with_name("skillway")

END_ANY_LEASE = Query(
    name="end_any_lease", access="write", row=WrittenCount,
    text="MATCH (s:Subscription) REMOVE s.leased_by, s.leased_until RETURN count(s) AS written",
)  # fmt: skip

__all__ = ["receiver"]


@dataclass
class Doors:
    """The three doors to one graph, and a way to change it."""

    engine: Engine
    client: TestClient
    environment: dict[str, str]

    def command(self, *words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(command_line, [*words, "--json"], env=self.environment)
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    def change(self, *roles: str) -> None:
        for role in roles:
            self.engine.store.write_nodes([Role(id=role, title=role)], SOURCE)


@pytest.fixture
def doors(store: GraphStore, graph_environment: dict[str, str], tmp_path: Path) -> Iterator[Doors]:
    events = EventSettings(allow_private=True, key_file=tmp_path / "keys", interval=0.05)
    engine = Engine(store, EngineSettings(events=events), clock=lambda: TODAY, actor="tester")
    environment = {
        **graph_environment,
        "SKILLWAY_ACTOR": "tester",
        "SKILLWAY_HOME": str(tmp_path),
        "SKILLWAY_ENGINE__EVENTS__ALLOW_PRIVATE": "true",
        "SKILLWAY_ENGINE__EVENTS__KEY_FILE": str(tmp_path / "keys"),
        "SKILLWAY_ENGINE__EVENTS__INTERVAL": "0.05",
    }
    # What is sent is sent by the processes of the tests, or by nobody.
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY, deliver=False)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield Doors(engine, client, environment)


@contextmanager
def run(doors: Doors, *words: str) -> Iterator[Popen[str]]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    environment = {**inherited, **doors.environment, "SKILLWAY_SERVE__API_KEY": KEY}
    with Popen([COMMAND, *words], env=environment, stdout=PIPE, stderr=STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def serve(doors: Doors) -> Iterator[tuple[Popen[str], httpx2.Client]]:
    with run(doors, "serve", "--port", "0") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert url, first + process.stdout.read()
        # Nobody else reads what it says, and a full pipe would stop it.
        Thread(target=process.stdout.read, daemon=True).start()
        with httpx2.Client(base_url=url[0], headers={"X-API-Key": KEY}, timeout=60) as client:
            yield process, client


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def follow(client: httpx2.Client, count: int, **headers: str) -> list[dict[str, str]]:
    """Read so many events of a stream, then break off."""
    found: list[dict[str, str]] = []
    with client.stream("GET", "/v1/events/stream", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif not line and fields:
                found.append(fields)
                fields = {}
                if len(found) == count:
                    break
    return found


def test_all_doors_tell_the_same_events(doors: Doors) -> None:
    doors.change("a", "b", "c")
    page = json.loads(dump_result(doors.engine.read_events(limit=2)))
    assert [event["subject"] for event in page["events"]] == ["role:a", "role:b"]
    assert doors.client.get("/v1/events", params={"limit": 2}).json() == page
    assert doors.command("events", "list", "--limit", "2") == page
    rest = doors.client.get("/v1/events", params={"after": page["last"], "types": "skillway.role.changed"}).json()
    assert [event["subject"] for event in rest["events"]] == ["role:c"]
    assert rest["last"] == rest["newest"] == 3
    shown = CliRunner().invoke(command_line, ["events", "list", "--after", "3"], env=doors.environment)
    assert "nothing new" in shown.stdout
    wrong = doors.client.get("/v1/events", params={"types": "no.such"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "types")

    prune_events(doors.engine.store, read_clock().replace(year=2099), 1)
    for path in ("/v1/events", "/v1/events/stream"):
        gone = doors.client.get(path, params={"after": 1})
        assert (gone.status_code, gone.json()["type"]) == (410, "urn:skillway:problem:events-pruned")
    done = CliRunner().invoke(command_line, ["events", "list", "--after", "1"], env=doors.environment)
    assert isinstance(done.exception, EventsPruned)
    assert EXIT_CODES[EventsPruned] == 11
    assert doors.client.get("/v1/events/stream", headers={"Last-Event-ID": "x"}).status_code == 422


def test_all_doors_keep_subscriptions(doors: Doors, receiver: Receiver) -> None:
    made = doors.client.post("/v1/subscriptions", json={"url": receiver.url, "types": ["skillway.role.changed"]}).json()
    other = doors.command("events", "subscribe", receiver.url, "--subject", "role:a")
    ids = [made["subscription"]["id"], other["subscription"]["id"]]
    listed = doors.client.get("/v1/subscriptions")
    assert [item["id"] for item in listed.json()["subscriptions"]] == ids
    assert listed.json() == doors.command("events", "subscriptions")
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in listed.text

    rotated = doors.client.post(f"/v1/subscriptions/{ids[0]}/rotate").json()
    again = doors.command("events", "rotate", ids[0])
    assert len({made["secret"], rotated["secret"], again["secret"]}) == 3

    assert doors.client.post(f"/v1/subscriptions/{ids[0]}/test").json()["delivered"] is True
    body, headers = receiver.asked[-1]
    assert Webhook(again["secret"]).verify(body, headers)["type"] == "skillway.ping"
    receiver.refuse["*"] = 500
    assert doors.command("events", "ping", ids[0], code=1)["problem"] == "answered 500: no thanks"

    path = f"/v1/subscriptions/{ids[0]}/dead-letters"
    assert doors.client.get(path).json() == doors.command("events", "dead-letters", ids[0])
    assert doors.client.post(f"{path}/replay", json={}).json() == doors.command("events", "replay", ids[0])
    gone = doors.client.delete(f"/v1/subscriptions/{ids[0]}")
    assert gone.json()["id"] == ids[0]
    assert doors.command("events", "unsubscribe", ids[1])["id"] == ids[1]
    assert doors.client.get(path).status_code == 404
    refused = doors.client.post("/v1/subscriptions", json={"url": "https://user@example.com/"})
    assert (refused.status_code, refused.json()["field"]) == (422, "url")


def test_a_stream_goes_on_where_it_broke_off_even_in_another_process(doors: Doors, receiver: Receiver) -> None:
    doors.change("before")
    doors.engine.create_subscription(receiver.url)
    with serve(doors) as (first, client):
        client.get("/v1/events")
        writer = Thread(target=lambda: (time.sleep(0.5), doors.change("a", "b", "c")))
        writer.start()
        begun = follow(client, 2)
        writer.join()
        assert [json.loads(event["data"])["subject"] for event in begun] == ["role:a", "role:b"]
        assert [event["event"] for event in begun] == ["skillway.role.changed"] * 2
        doors.change("d")
        # The service sends webhooks besides.
        wait_until(lambda: receiver.subjects == [f"role:{name}" for name in "abcd"])
        with client.stream("GET", "/v1/events/stream") as answer:
            assert answer.status_code == 200
            first.send_signal(signal.SIGTERM)
            # It ends the stream itself, and does not wait for its reader.
            assert list(answer.iter_lines()) is not None
        wait_until(lambda: first.poll() is not None)
    with serve(doors) as (_, client):
        rest = follow(client, 2, **{"Last-Event-ID": begun[-1]["id"]})
    assert [json.loads(event["data"])["subject"] for event in rest] == ["role:c", "role:d"]
    assert [int(event["id"]) for event in begun + rest] == [2, 3, 4, 5]


def test_what_a_killed_sender_left_is_sent_by_another(doors: Doors, receiver: Receiver) -> None:
    made = doors.engine.create_subscription(receiver.url)
    subjects = [f"r{number:03}" for number in range(40)]
    with run(doors, "deliver") as killed:
        doors.engine.store.write_nodes([Role(id=subject, title="x") for subject in subjects], SOURCE)
        wait_until(lambda: len(receiver.taken) >= 3)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    # As if the lease had run out: nobody waits a minute here.
    doors.engine.store.ask(END_ANY_LEASE)
    with run(doors, "deliver") as second:
        wait_until(lambda: set(receiver.subjects) == {f"role:{subject}" for subject in subjects})
        wait_until(lambda: doors.engine.list_subscriptions().subscriptions[0].behind == 0)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=30) == 0
    ids = {id for _, id in receiver.taken}
    assert len(ids) == len(subjects)
    for body, headers in receiver.asked:
        Webhook(made.secret).verify(body, headers)


def test_the_description_lists_every_event(doors: Doors) -> None:
    described = doors.client.get("/openapi.json").json()
    assert set(described["webhooks"]) == set(EVENT_TYPES)
    for name, kind in EVENT_TYPES.items():
        content = described["webhooks"][name]["post"]["requestBody"]["content"]
        schema = content["application/cloudevents+json"]["schema"]
        assert schema["properties"]["type"] == {"const": name}
        assert schema["properties"]["data"]["required"] == list(kind.data)
