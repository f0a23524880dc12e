"""Start, find again and stop the embedded server of a home."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import SecretStr

from graph_schema.embedded.artifacts import NEO4J_VERSION, Progress, ensure_jars
from graph_schema.embedded.home import LOOPBACK, USERNAME, ProcessRecord, ServerHome
from graph_schema.errors import DiskFull, EmbeddedServerError, PortTaken, ServerBusy, StoreTooOld

_START_SECONDS = 600.0
_STOP_SECONDS = 300.0
_SECONDS_BETWEEN_LOOKS = 0.05
_PORT_TRIES = 3

# An empty store and its first transaction logs take 3 MB; a start with less than this dies half-way through recovery.
_BYTES_TO_START = 100_000_000


@dataclass(frozen=True)
class ServerAddress:
    """Where the graph answers, and the key to it."""

    uri: str
    username: str
    password: SecretStr


@dataclass(frozen=True)
class ServerStatus:
    """What is known of a home without starting anything."""

    running: bool
    pid: int | None
    port: int | None
    uri: str | None
    home: Path
    store_version: str | None
    started_at: datetime | None
    store_bytes: int
    log: Path


def ensure_running(
    home: Path,
    cache: Path,
    *,
    port: int | None = None,
    idle_seconds: float | None = None,
    wait_seconds: float = _START_SECONDS,
    on_progress: Progress | None = None,
) -> ServerAddress:
    """The address of the server of ``home``: the running one, or one started now.

    Two commands at once share one server: the second waits for the first. A server that runs already is returned as
    it is, whatever ``port`` and ``idle_seconds`` say.

    Args:
        home: The server's directory; made when missing.
        cache: The folder of jars, shared by all homes.
        port: The Bolt port on loopback; a free one by default.
        idle_seconds: The server stops itself after so long without a connection or a command; ``None`` means never.
        wait_seconds: How long to wait for another command that is starting or stopping the same server.
        on_progress: Told in a sentence what is being waited for.

    Raises:
        PortTaken: ``port`` belongs to another program.
        ServerBusy: Another command or process holds the home for too long.
        DiskFull: No room for the jars or the store.
        DownloadFailed: The jars could not be fetched.
        ChecksumMismatch: A jar is not the published one.
        StoreTooOld: The store was written by another Neo4j version.
        EmbeddedServerError: The server died at its start; the message ends with its last words.
    """
    place = ServerHome(home.resolve())
    running = place.find_running()
    if running is not None and running.ready:
        return _address(place, running)
    with place.lock(wait_seconds):
        return start_locked(place, cache.resolve(), port, idle_seconds, on_progress or _say_nothing)


def start_locked(
    home: ServerHome, cache: Path, port: int | None, idle_seconds: float | None, on_progress: Progress
) -> ServerAddress:
    """As ``ensure_running``, for a caller that holds the home's lock."""
    running = home.find_running()
    if running is None:
        _check_store_version(home)
        _check_disk(home)
        if port is not None:
            _check_port(port)
        ensure_jars(cache, on_progress=on_progress)
        home.read_password()
        home.write_store_version(NEO4J_VERSION)
        on_progress(f"starting Neo4j {NEO4J_VERSION}")
        running = _start_on_some_port(home, cache, port, idle_seconds)
        on_progress(f"Neo4j {NEO4J_VERSION} answers on {running.uri}")
    elif not running.ready:
        running = _wait_until_ready(home, running.find_process())
    return _address(home, running)


def stop_server(home: Path, *, wait_seconds: float = _STOP_SECONDS) -> bool:
    """Shut the server of ``home`` down cleanly; ``False`` when none was running.

    Raises:
        ServerBusy: Another command holds the home, or the server does not end in time.
    """
    place = ServerHome(home.resolve())
    if not place.path.exists():
        return False
    with place.lock(wait_seconds):
        return stop_locked(place, wait_seconds)


def stop_locked(home: ServerHome, wait_seconds: float = _STOP_SECONDS) -> bool:
    """As ``stop_server``, for a caller that holds the home's lock."""
    record = home.find_running()
    process = record.find_process() if record else None
    if process is not None:
        process.terminate()
        try:
            process.wait(wait_seconds)
        except psutil.TimeoutExpired as timeout:
            raise ServerBusy(
                f"the server (pid {process.pid}) is still closing the store after {wait_seconds:g} s: "
                f"wait and try again; its log is {home.log}"
            ) from timeout
    home.forget_record()
    return process is not None


def read_status(home: Path) -> ServerStatus:
    """What is known of ``home``; starts and changes nothing."""
    place = ServerHome(home.resolve())
    record = place.find_running()
    return ServerStatus(
        running=record is not None and record.ready,
        pid=record.pid if record else None,
        port=record.port if record else None,
        uri=record.uri if record else None,
        home=place.path,
        store_version=place.read_store_version(),
        started_at=record.started_at if record else None,
        store_bytes=place.measure_store(),
        log=place.log,
    )


def _say_nothing(_: str) -> None: ...


def _address(home: ServerHome, record: ProcessRecord) -> ServerAddress:
    home.used_file.touch()
    return ServerAddress(record.uri, USERNAME, home.read_password())


def _check_store_version(home: ServerHome) -> None:
    if not home.store.exists() or not any(home.store.iterdir()):
        return
    found = home.read_store_version()
    if found is None or found.split(".")[:2] != NEO4J_VERSION.split(".")[:2]:
        raise StoreTooOld(
            f"the store in {home.store} was written by Neo4j {found or 'of unknown version'}, "
            f"this Skillway runs {NEO4J_VERSION}: export the data with the Skillway that wrote it, "
            "or choose a new home (SKILLWAY_HOME) and load the data again"
        )


def _check_disk(home: ServerHome) -> None:
    free = shutil.disk_usage(home.path).free
    if free < _BYTES_TO_START:
        raise DiskFull(
            f"Neo4j needs {_BYTES_TO_START // 1_000_000} MB to start, {home.path} has {free // 1_000_000} MB free: "
            "make room or choose another home (SKILLWAY_HOME)"
        )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise _port_taken(port, error.strerror) from error


def _port_taken(port: int, reason: str) -> PortTaken:
    return PortTaken(f"port {port} on {LOOPBACK} cannot be used ({reason}): name another port, or none for a free one")


def _choose_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _start_on_some_port(home: ServerHome, cache: Path, port: int | None, idle_seconds: float | None) -> ProcessRecord:
    for _ in range(_PORT_TRIES):
        chosen = port or _choose_port()
        process = _spawn_child(home, cache, chosen, idle_seconds)
        try:
            return _wait_until_ready(home, process)
        except PortTaken:
            if port is not None:
                raise
    raise _port_taken(chosen, f"as were {_PORT_TRIES - 1} others before it")


def _spawn_child(home: ServerHome, cache: Path, port: int, idle_seconds: float | None) -> psutil.Process:
    # The child must find this very package, whatever folder the command was started from.
    package_root = str(Path(__file__).resolve().parents[2])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")]))
    }
    arguments = [str(home.path), str(cache), str(port)]
    if idle_seconds:
        arguments += ["--idle-seconds", str(idle_seconds)]
    home.forget_record()
    with home.log.open("wb") as log:
        return psutil.Popen(
            [sys.executable, "-P", "-m", "graph_schema.embedded.child", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home.path,
            env=environment,
            start_new_session=True,
        )


def _wait_until_ready(home: ServerHome, process: psutil.Process | None) -> ProcessRecord:
    deadline = time.monotonic() + _START_SECONDS
    while process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        record = home.find_running()
        if record is not None and record.ready and record.pid == process.pid:
            return record
        if time.monotonic() > deadline:
            raise ServerBusy(f"the server has not come up in {_START_SECONDS:g} s; its log is {home.log}")
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    raise explain_death(home)


def explain_death(home: ServerHome) -> EmbeddedServerError:
    """The error that fits what the server said before it died at its start."""
    tail = home.read_log_tail()
    if "Address already in use" in tail:
        return _port_taken(0, "Address already in use")
    return EmbeddedServerError(f"Neo4j died at its start; its log is {home.log} and ends with:\n{tail}")
