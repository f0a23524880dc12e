"""The embedded server for real. Whatever server the other tests run on, these start their own.

A start takes seconds, so the tests follow one home through its life, in the order of the file.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import neo4j
import psutil
import pytest
from neo4j.exceptions import DriverError, Neo4jError

from graph_schema.embedded import (
    NEO4J_VERSION,
    ServerAddress,
    backup_store,
    ensure_running,
    read_status,
    restore_store,
    stop_server,
)
from graph_schema.embedded.home import ServerHome
from graph_schema.errors import BackupError, ServerBusy
from tests.server import find_cache

CACHE = find_cache()
BATCH = 50
IDLE_SECONDS = 10


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("embedded") / "home"
    yield folder
    stop_server(folder)


def open_driver(address: ServerAddress) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=(address.username, address.password.get_secret_value()),
        max_transaction_retry_time=0,
    )


def ask(address: ServerAddress, query: str, **parameters: object) -> list[object]:
    with open_driver(address) as driver:
        return [record[0] for record in driver.execute_query(query, parameters).records]  # type: ignore[arg-type]


def name_nodes(address: ServerAddress) -> list[object]:
    return ask(address, "MATCH (n:Kept) RETURN n.name AS name ORDER BY name")


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backup") / "store.tar.gz"


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def address(home: Path) -> ServerAddress:
    """The server as two commands started it at once."""
    with ThreadPoolExecutor(2) as pool:
        commands = [pool.submit(ensure_running, home, CACHE) for _ in range(2)]
        first, second = (command.result() for command in commands)
    assert first == second
    return first


def test_two_commands_at_once_share_one_server(home: Path, address: ServerAddress) -> None:
    assert ensure_running(home, CACHE, port=1) == address
    servers = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "graph_schema.embedded.child" in (process.info["cmdline"] or []) and str(home) in process.info["cmdline"]
    ]
    assert [process.pid for process in servers] == [read_status(home).pid]


def test_only_bolt_listens_and_only_on_loopback(home: Path, address: ServerAddress) -> None:
    process = psutil.Process(read_status(home).pid)
    listening = {
        (connection.laddr.ip.removeprefix("::ffff:"), connection.laddr.port)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {f"bolt://{ip}:{port}" for ip, port in listening} == {address.uri}


def test_the_password_is_needed_and_shown_nowhere(home: Path, address: ServerAddress) -> None:
    for wrong in ("neo4j", ""):
        with (
            neo4j.GraphDatabase.driver(address.uri, auth=("neo4j", wrong)) as driver,
            pytest.raises((Neo4jError, DriverError)),
        ):
            driver.verify_connectivity()
    password = address.password.get_secret_value()
    process = psutil.Process(read_status(home).pid)
    assert password not in " ".join(process.cmdline())
    assert password not in " ".join(process.environ().values())
    holders = [path.name for path in home.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert holders == ["password"]


def test_the_server_outlives_the_command_and_its_terminal(home: Path, address: ServerAddress) -> None:
    process = psutil.Process(read_status(home).pid)
    assert os.getsid(process.pid) == process.pid


def test_a_store_held_by_another_process_is_said_to_be_busy(home: Path, address: ServerAddress, tmp_path: Path) -> None:
    other = ServerHome(tmp_path / "other")
    other.create()
    other.store.symlink_to(home / "store")
    with pytest.raises(ServerBusy, match="another process holds the store"):
        ensure_running(other.path, CACHE)
    assert ask(address, "RETURN 1") == [1]


def test_a_running_server_is_back_after_its_backup(home: Path, address: ServerAddress, backup: Path) -> None:
    ask(address, "CREATE (n:Kept {name: 'before'}) RETURN n")
    backup_store(home, CACHE, backup)
    ask(address, "CREATE (n:Kept {name: 'after'}) RETURN n")
    assert name_nodes(address) == ["after", "before"]


def test_killed_in_the_middle_of_a_load_it_loses_nothing_committed(
    home: Path, address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged, enough = list[int](), threading.Event()

    def load() -> None:
        with open_driver(address) as driver, driver.session() as session, suppress(Neo4jError, DriverError):
            for number in range(100_000):
                rows = [{"batch": number, "row": row} for row in range(BATCH)]
                session.run("UNWIND $rows AS row CREATE (n:Loaded) SET n = row", rows=rows).consume()
                acknowledged.append(number)
                if number == 40:
                    enough.set()

    loader = threading.Thread(target=load)
    loader.start()
    assert enough.wait(120)
    process = psutil.Process(read_status(home).pid)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    loader.join(120)
    assert not read_status(home).running

    # A password made before the server took it, as after a crash in between, holds from the next start on.
    ServerHome(home).password_file.unlink()
    # The first free port is gone by the time Neo4j asks for it.
    with socket.create_server(("127.0.0.1", 0)) as winner:
        ports = iter([winner.getsockname()[1], find_free_port()])
        monkeypatch.setattr("graph_schema.embedded.server._choose_port", lambda: next(ports))
        again = ensure_running(home, CACHE, idle_seconds=IDLE_SECONDS)
    assert again.password != address.password

    with open_driver(again) as driver:
        sizes = driver.execute_query("MATCH (n:Loaded) RETURN n.batch AS batch, count(*) AS rows").records
    found = {record["batch"]: record["rows"] for record in sizes}
    assert set(found) >= set(acknowledged)
    assert len(found) <= len(acknowledged) + 1
    assert set(found.values()) == {BATCH}


def test_an_unused_server_stops_itself_and_a_used_one_does_not(home: Path) -> None:
    """The server is the one that the test before started with a time-out."""
    process = psutil.Process(read_status(home).pid)
    with open_driver(ensure_running(home, CACHE)) as driver:
        driver.verify_connectivity()
        with pytest.raises(psutil.TimeoutExpired):
            process.wait(IDLE_SECONDS + 3)
    process.wait(120)
    assert ServerHome(home).read_log().endswith(f"not used for {IDLE_SECONDS} s\nstopped cleanly\n")
    assert not read_status(home).running


def test_a_restore_brings_the_old_data_back_and_a_bad_one_changes_nothing(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    restore_store(home, CACHE, backup)
    assert not read_status(home).running

    broken = ServerHome(tmp_path / "broken")
    broken.create()
    broken.write_store_version(NEO4J_VERSION)
    (broken.store / "data").write_text("a file where Neo4j needs a folder")
    backup_store(broken.path, CACHE, tmp_path / "broken.tar.gz")
    with pytest.raises(BackupError, match="the old one is back"):
        restore_store(home, CACHE, tmp_path / "broken.tar.gz")

    assert [path.name for path in home.iterdir() if path.is_dir()] == ["store"]
    address = ensure_running(home, CACHE)
    assert name_nodes(address) == ["before"]
    assert ask(address, "MATCH (n:Loaded) RETURN count(n)") == [0]
    assert stop_server(home)
    assert "stopped cleanly" in ServerHome(home).read_log()
