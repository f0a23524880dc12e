"""``skillway serve --processes``: one command, several processes that answer on one socket."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen

import httpx2
import psutil
import pytest

from graph_schema.store import GraphStore
from tests.e2e.test_keep_in_step import PATIENCE, is_ready, wait_until

KEY = "key-of-the-process-tests"
GRACE_SECONDS = 5


@dataclass
class Service:
    """A service of two processes, and the one that started them."""

    parent: Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def list_processes(self) -> set[int]:
        """The processes that answer; one that Python keeps beside them to clean up is none."""
        found = psutil.Process(self.parent.pid).children(recursive=True)
        return {process.pid for process in found if is_server(process.pid)}

    def find_answering(self, client: httpx2.Client) -> int | None:
        """The process that holds the other end of the connection that a client keeps."""
        assert client.get("/healthz").status_code == 200
        ours = {
            item.laddr.port
            for item in psutil.Process().net_connections("tcp")
            if item.status == psutil.CONN_ESTABLISHED and item.raddr and item.raddr.port == self.port
        }
        for pid in self.list_processes():
            for item in psutil.Process(pid).net_connections("tcp"):
                if item.status == psutil.CONN_ESTABLISHED and item.laddr.port == self.port and item.raddr.port in ours:
                    return pid
        return None

    def wait_for_both(self) -> set[int]:
        """Ask over new connections until both processes have answered."""
        answered: set[int | None] = set()

        def both_answer() -> bool:
            with httpx2.Client(base_url=self.url, timeout=PATIENCE) as client:
                answered.add(self.find_answering(client))
            return len(answered & self.list_processes()) == 2

        wait_until(both_answer)
        return self.list_processes()


def is_server(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def service(store: GraphStore, graph_environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    environment = {
        **inherited, **graph_environment, "SKILLWAY_HOME": str(tmp_path),
        "SKILLWAY_SERVE__API_KEY": KEY, "SKILLWAY_SERVE__SHUTDOWN_SECONDS": str(GRACE_SECONDS), "TMPDIR": str(tmp_path),
    }  # fmt: skip
    command = [Path(sys.executable).with_name("skillway"), "serve", "--port", "0", "--processes", "2"]
    log = (tmp_path / "log").open("w")
    with ExitStack() as closing:
        closing.enter_context(log)
        parent = closing.enter_context(Popen(command, env=environment, stdout=PIPE, stderr=log, text=True))
        closing.callback(parent.kill)
        assert parent.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", parent.stdout.readline())
        assert found, (tmp_path / "log").read_text()
        yield Service(parent, found[0])


def test_both_answer_until_all_are_told_to_end(service: Service, tmp_path: Path) -> None:
    first = service.wait_for_both()
    assert service.parent.pid not in first
    assert is_ready(service.url)
    both_count_what_either_answered(service)

    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in service.list_processes())
    assert is_ready(service.url)
    second = service.wait_for_both()
    assert second & first == first - {killed}
    assert f"Child process [{killed}] died" in (tmp_path / "log").read_text()

    service.parent.send_signal(signal.SIGTERM)
    started = time.monotonic()
    assert service.parent.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - started < GRACE_SECONDS + 5
    assert not any(map(psutil.pid_exists, second))
    assert not list(tmp_path.glob("skillway-metrics-*"))


def both_count_what_either_answered(service: Service) -> None:
    """Whichever is asked for the metrics tells the sum of both."""
    answers = 0
    asked: set[int | None] = set()

    def counts_all(client: httpx2.Client) -> bool:
        told = client.get("/metrics", headers={"X-API-Key": KEY})
        assert told.status_code == 200, told.text
        assert told.text.rstrip().endswith("# EOF")
        pattern = r'^skillway_http_request_seconds_count\{.*operation="list_switches".*\} (\S+)$'
        return sum(map(float, re.findall(pattern, told.text, re.MULTILINE))) == answers

    while len(asked & service.list_processes()) < 2:
        with httpx2.Client(base_url=service.url, timeout=PATIENCE) as client:
            assert client.get("/v1/switches", headers={"X-API-Key": KEY}).status_code == 200
            answers += 1
            asked.add(service.find_answering(client))
            wait_until(partial(counts_all, client))


def test_none_outlives_the_one_that_started_it(service: Service) -> None:
    """A parent that is killed ends nobody; what it started would hold the port for ever."""
    wait_until(lambda: len(service.list_processes()) == 2)
    processes = service.list_processes()
    service.parent.kill()
    wait_until(lambda: not any(is_server(pid) for pid in processes))
