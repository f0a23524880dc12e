"""Start, find again and stop the embedded server of a home."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import SecretStr

from graph_schema.embedded.artifacts import NEO4J_VERSION, Progress, ensure_jars
from graph_schema.embedded.home import LOOPBACK, REASONS_HEADING, USERNAME, ProcessRecord, ServerHome, is_alive
from graph_schema.errors import DiskFull, EmbeddedServerError, PortTaken, ServerBusy, StoreTooOld

_START_SECONDS = 600.0
_STOP_SECONDS = 300.0
_SECONDS_BETWEEN_LOOKS = 0.2
_PORT_TRIES = 3
_LINES_OF_LOG = 15

# An empty store and its first transaction logs take 3 MB; a start with less than this dies half-way through recovery.
_BYTES_TO_START = 100_000_000
_BYTES_OF_FULL_DISK = 1_000_000


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
    """Bolt answers."""
    uri: str | None
    pid: int | None
    port: int | None
    started_at: datetime | None
    idle_seconds: float | None
    """The server stops itself after so long without a connection or a command; ``None`` means never."""
    home: Path
    store_version: str | None
    """Neo4j version that wrote the store; ``None`` when there is no store yet."""
    store_bytes: int
    password_file: Path
    """Holds the password of the user ``neo4j``."""
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
    running = _find_ready(place)
    if running is not None:
        return _address(place, running)
    with place.lock(wait_seconds):
        if place.set_aside.exists():
            stop_locked(place)
            place.undo_unfinished_restore()
        return start_locked(place, cache.resolve(), port, idle_seconds, on_progress or _say_nothing)


def start_locked(
    home: ServerHome, cache: Path, port: int | None, idle_seconds: float | None, on_progress: Progress
) -> ServerAddress:
    """As ``ensure_running``, for a caller that holds the home's lock."""
    running = home.find_running()
    if running is not None and running.phase == "stopping":
        stop_locked(home)
        running = None
    if running is None:
        _check_store_version(home)
        _check_disk(home)
        if port is not None:
            _check_port(port)
        ensure_jars(cache, on_progress=on_progress)
        home.ensure_password()
        home.write_store_version(NEO4J_VERSION)
        on_progress(f"starting Neo4j {NEO4J_VERSION}")
        running = _start_on_some_port(home, cache, port, idle_seconds)
        on_progress(f"Neo4j {NEO4J_VERSION} answers on {running.uri}")
    elif running.phase == "starting":
        running = _wait_until_ready(home, running.pid, running.port)
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
        running=record is not None and record.phase == "ready",
        uri=record.uri if record else None,
        pid=record.pid if record else None,
        port=record.port if record else None,
        started_at=record.started_at if record else None,
        idle_seconds=record.idle_seconds if record else None,
        home=place.path,
        store_version=place.read_store_version(),
        store_bytes=place.measure_store(),
        password_file=place.password_file,
        log=place.log,
    )


def _say_nothing(_: str) -> None: ...


def _find_ready(home: ServerHome) -> ProcessRecord | None:
    """The running server that may be used without waiting for anybody."""
    if home.find_running() is None or home.set_aside.exists():
        return None
    # First the touch, then the look: a server about to stop itself for want of use does it the other way round.
    home.used_file.touch()
    record = home.find_running()
    return record if record is not None and record.phase == "ready" else None


def _address(home: ServerHome, record: ProcessRecord) -> ServerAddress:
    return ServerAddress(record.uri, USERNAME, home.read_password())


def _check_store_version(home: ServerHome) -> None:
    if not home.has_store():
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
            raise _port_taken(port, error.strerror or str(error)) from error


def _port_taken(port: int, reason: str) -> PortTaken:
    return PortTaken(f"port {port} on {LOOPBACK} cannot be used ({reason}): name another port, or none for a free one")


def _choose_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _start_on_some_port(home: ServerHome, cache: Path, port: int | None, idle_seconds: float | None) -> ProcessRecord:
    if port is not None:
        return _start_on_port(home, cache, port, idle_seconds)
    # Another program may take the free port before Neo4j does: choose again.
    for _ in range(_PORT_TRIES - 1):
        try:
            return _start_on_port(home, cache, _choose_port(), idle_seconds)
        except PortTaken:
            continue
    return _start_on_port(home, cache, _choose_port(), idle_seconds)


def _start_on_port(home: ServerHome, cache: Path, port: int, idle_seconds: float | None) -> ProcessRecord:
    # The child must find this very package, whatever folder the command was started from.
    package_root = str(Path(__file__).resolve().parents[2])
    search_path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")]))
    arguments = [str(home.path), str(cache), str(port)]
    if idle_seconds:
        arguments += ["--idle-seconds", str(idle_seconds)]
    home.forget_record()
    home.used_file.touch()
    # Not subprocess.Popen: its objects complain when the process outlives them, which a server is meant to do.
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-P", "-m", "graph_schema.embedded.child", *arguments],
        os.environ | {"PYTHONPATH": search_path},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(home.log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    return _wait_until_ready(home, pid, port)


def _wait_until_ready(home: ServerHome, pid: int, port: int) -> ProcessRecord:
    deadline = time.monotonic() + _START_SECONDS
    while _is_pid_alive(pid):
        record = home.find_running()
        if record is not None and record.phase == "ready" and record.pid == pid:
            return record
        if time.monotonic() > deadline:
            raise ServerBusy(
                f"the server (pid {pid}) has not come up in {_START_SECONDS:g} s, it may be recovering the store: "
                f"try again later; its log is {home.log}"
            )
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    home.forget_record()
    raise explain_death(home, port)


def _is_pid_alive(pid: int) -> bool:
    try:
        return is_alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


def explain_death(home: ServerHome, port: int) -> EmbeddedServerError:
    """The error that fits what the server said before it died at its start."""
    said = home.read_log()
    if "Address already in use" in said:
        return _port_taken(port, "another program listens there")
    # On a full disk the server cannot even write down why it dies.
    if "No space left on device" in said or shutil.disk_usage(home.path).free < _BYTES_OF_FULL_DISK:
        return DiskFull(
            f"no room was left in {home.path} while Neo4j started: make room or choose another home (SKILLWAY_HOME), "
            f"then start again; its log is {home.log}"
        )
    if "FileLockException" in said:
        return ServerBusy(
            f"another process holds the store {home.store}: end it, or choose another home (SKILLWAY_HOME); "
            f"the log is {home.log}"
        )
    # The child ends its log with the reasons alone; a Java runtime that dies by itself leaves only what it printed.
    last_words = said.rpartition(REASONS_HEADING)[2].splitlines()[-_LINES_OF_LOG:]
    return EmbeddedServerError(
        "\n".join([f"Neo4j died at its start; its log is {home.log} and ends with:", *last_words])
    )
