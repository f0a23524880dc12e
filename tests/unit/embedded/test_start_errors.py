"""What keeps a server from starting is found before anything is changed, or read from its last words."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from graph_schema.embedded import ensure_running
from graph_schema.embedded.home import ServerHome
from graph_schema.embedded.server import explain_death
from graph_schema.errors import DiskFull, EmbeddedServerError, PortTaken, ServerBusy, StoreTooOld

# Each as Neo4j 5.26.19 said it when it was made to happen.
NO_SPACE = "java.io.IOException: java.io.IOException: No space left on device\n"
PORT = "java.net.BindException: java.net.BindException: Address already in use\n"
LOCKED = (
    "org.neo4j.kernel.internal.locker.FileLockException: Lock file has been locked by another process: "
    "/srv/store/data/databases/store_lock. Please ensure no other process is using this database\n"
)


@pytest.fixture
def home(tmp_path: Path) -> ServerHome:
    place = ServerHome(tmp_path / "home")
    place.create()
    return place


@pytest.mark.parametrize("version", ["4.4.38", "5.25.1", "2026.8.1", None])
def test_a_store_of_another_version_is_refused_untouched(home: ServerHome, version: str | None) -> None:
    home.store.mkdir()
    (home.store / "data").write_text("as it was")
    if version:
        home.write_store_version(version)
    with pytest.raises(StoreTooOld, match="choose a new home"):
        ensure_running(home.path, home.path / "cache")
    assert (home.store / "data").read_text() == "as it was"
    assert home.read_store_version() == version


def test_a_port_of_another_program_is_named(home: ServerHome) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} .*name another port"):
            ensure_running(home.path, home.path / "cache", port=port)


def test_a_full_disk_is_said_with_both_sizes(home: ServerHome, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9 - 7_000_000, 7_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match=r"100 MB to start.*7 MB free"):
        ensure_running(home.path, home.path / "cache")


@pytest.mark.parametrize(
    ("said", "error", "advice"),
    [
        (NO_SPACE, DiskFull, "make room"),
        (PORT, PortTaken, "port 7687 .*name another port"),
        (LOCKED, ServerBusy, "another process holds the store"),
    ],
)
def test_the_last_words_are_understood(
    home: ServerHome, said: str, error: type[EmbeddedServerError], advice: str
) -> None:
    home.log.write_text("Traceback (most recent call last):\n" + said)
    death = explain_death(home, 7687)
    assert type(death) is error
    with pytest.raises(error, match=advice):
        raise death


def test_a_full_disk_is_seen_when_not_even_the_log_could_be_written(
    home: ServerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.log.write_text("")
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert type(explain_death(home, 7687)) is DiskFull


def test_an_unknown_death_shows_the_end_of_the_log_and_its_place(home: ServerHome) -> None:
    home.log.write_text("\n".join(f"line {number}" for number in range(100)))
    message = str(explain_death(home, 7687))
    assert str(home.log) in message
    assert "line 99" in message
    assert "line 80" not in message


def test_the_reasons_are_shown_without_the_stack(home: ServerHome) -> None:
    home.log.write_text("Traceback (most recent call last):\n  File ...\nbecause:\nthe store is damaged\n")
    assert str(explain_death(home, 7687)).endswith("ends with:\nthe store is damaged")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, graph_schema.embedded; print({'jpype', 'jgo', 'neo4j', 'requests'} & set(sys.modules))"
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root).stdout == "set()\n"
