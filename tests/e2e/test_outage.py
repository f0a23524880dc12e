"""Neo4j dies under load and is away for a while: nothing acknowledged is lost, and the service recovers by itself.

Whatever server the other tests run on, these start their own, and kill it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import httpx2
import psutil
import pytest

from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.embedded import ServerAddress, ensure_running, read_status, stop_server
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY, Company
from tests.server import find_cache

CACHE = find_cache()
KEY = "key-of-the-outage-tests"
AWAY_SECONDS = 30
PATIENCE = 180.0
PEOPLE = [f"person-{number}" for number in range(4)]


@dataclass(frozen=True)
class EvidenceId:
    id: str


EVIDENCE_IDS = Query(name="evidence_ids", row=EvidenceId, text="MATCH (e:Evidence) RETURN e.id AS id ORDER BY id")


@dataclass
class Service:
    """One process of the service, what it acknowledged, and what else it answered."""

    url: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    unexplained: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A home whose graph holds a small company that was inferred."""
    folder = tmp_path_factory.mktemp("outage") / "home"
    with open_store(ensure_running(folder, CACHE)) as store:
        store.migrate()
        company = Company()
        company.tenant()
        company.skills("sql", "statistics", "writing")
        for person in PEOPLE:
            company.person(person).lists("sql")
        company.write(store)
        Engine(store, EngineSettings(), clock=lambda: TODAY, actor="test").infer()
    yield folder
    stop_server(folder)


@contextmanager
def open_store(address: ServerAddress) -> Generator[GraphStore]:
    with GraphStore(address.uri, address.username, address.password.get_secret_value()) as store:
        yield store


@contextmanager
def run_service(home: Path, **environment: str) -> Generator[Service]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SKILLWAY_", "NEO4J_"))}
    own = {"SKILLWAY_HOME": str(home), "SKILLWAY_CACHE": str(CACHE), "SKILLWAY_SERVE__API_KEY": KEY}
    command = [str(Path(sys.executable).with_name("skillway")), "serve", "--port", "0"]
    with Popen(
        command, env={**inherited, **own, "SKILLWAY_AS_OF": TODAY.isoformat(), **environment},
        stdout=PIPE, stderr=DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            yield Service(url)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def load(services: list[Service]) -> Iterator[None]:
    """Record evidence and read profiles at every service, one after the other, until the body ends."""
    over, days = threading.Event(), count()

    def ask(service: Service) -> None:
        with httpx2.Client(base_url=service.url, headers={"X-API-Key": KEY}, timeout=PATIENCE) as client:
            for turn in days:
                if over.is_set():
                    return
                person, day = PEOPLE[turn % len(PEOPLE)], date(2020, 1, 1) + timedelta(days=turn)
                told = {"skill": "statistics", "kind": "attestation", "level": 3, "observed_on": day.isoformat()}
                for answer in (
                    client.post(f"/v1/people/{person}/evidence", json=told),
                    client.get(f"/v1/people/{person}"),
                ):
                    service.statuses.add(answer.status_code)
                    if answer.status_code == 200 and answer.request.method == "POST":
                        service.acknowledged.append(answer.json()["evidence_id"])
                    elif answer.status_code == 503:
                        assert int(answer.headers["retry-after"]) >= 1
                        time.sleep(0.5)
                    elif answer.status_code != 200:
                        service.unexplained.append(answer.text)

    with ExitStack() as stack:
        threads = [threading.Thread(target=ask, args=[service]) for service in services for _ in range(3)]
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(over.set)
        yield


def wait_for_more(services: list[Service], more: int = 5) -> None:
    """Wait until every service has acknowledged some more; one that never does fails the test."""
    before = [len(service.acknowledged) for service in services]
    ends_at = time.monotonic() + PATIENCE
    while any(len(service.acknowledged) < so_far + more for service, so_far in zip(services, before, strict=True)):
        assert time.monotonic() < ends_at, [(service.statuses, service.unexplained[:3]) for service in services]
        time.sleep(0.1)


def kill_server(home: Path) -> None:
    process = psutil.Process(read_status(home).pid)
    process.kill()
    process.wait(60)


def read_evidence(address: ServerAddress) -> set[str]:
    with open_store(address) as store:
        return {row.id for row in store.ask(EVIDENCE_IDS)}


def test_a_server_away_for_half_a_minute_costs_nothing_acknowledged(home: Path) -> None:
    """Two processes of the service on a server that is not theirs to start."""
    address = ensure_running(home, CACHE)
    port = int(address.uri.rpartition(":")[2])
    given = {
        "NEO4J_URI": address.uri, "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password.get_secret_value(),
    }  # fmt: skip
    with run_service(home, **given) as one, run_service(home, **given) as other:
        services = [one, other]
        with load(services):
            wait_for_more(services)
            kill_server(home)
            time.sleep(AWAY_SECONDS)
            for service in services:
                away = httpx2.get(f"{service.url}/readyz", timeout=PATIENCE)
                assert away.status_code == 503
                assert away.headers["retry-after"]
                assert httpx2.get(f"{service.url}/healthz", timeout=PATIENCE).status_code == 200
            ensure_running(home, CACHE, port=port)
            wait_for_more(services)
            assert httpx2.get(f"{one.url}/readyz", timeout=PATIENCE).json() == {"status": "ready"}
        assert {*one.acknowledged, *other.acknowledged} <= read_evidence(address)
        for service in services:
            assert service.statuses == {200, 503}, service.unexplained[:3]


def test_the_embedded_server_is_started_again_by_the_service_itself(home: Path) -> None:
    with run_service(home) as service:
        with load([service]):
            wait_for_more([service])
            kill_server(home)
            wait_for_more([service])
        assert set(service.acknowledged) <= read_evidence(ensure_running(home, CACHE))
        assert service.statuses == {200, 503}, service.unexplained[:3]
