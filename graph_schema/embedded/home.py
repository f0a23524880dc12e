"""What one embedded server keeps on disk, and how commands find it again.

A home is one directory for one server::

    home/
    ├── store/          Neo4j's own files; store/neo4j.version says who wrote them
    ├── password        the random password, readable by its owner only
    ├── server.json     the running process: pid, its creation time, port, phase
    ├── neo4j.conf     Neo4j's settings, written anew at each start
    ├── lock            held while a command starts, stops or copies the server
    ├── used            touched by each command, so that an idle server can stop itself
    └── server.log      what the server said, the last start only
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from graph_schema.errors import EmbeddedServerError, ServerBusy

USERNAME = "neo4j"
LOOPBACK = "127.0.0.1"
REASONS_HEADING = "because:\n"
"""After this line of its log a server that could not start says why, without stacks."""

# psutil rounds creation times to the clock tick of the kernel, 10 ms; a pid is not used twice that fast.
_CREATION_TOLERANCE_SECONDS = 0.05


class ProcessRecord(BaseModel):
    """The server process as it wrote itself down."""

    model_config = ConfigDict(frozen=True)

    pid: int
    created_at: float
    """Creation time of the process in seconds since the epoch: tells it from another one that got its pid later."""
    port: int
    version: str
    phase: Literal["starting", "ready", "stopping"] = "starting"
    """``ready``: Bolt answers and the password is set."""
    idle_seconds: float | None = None
    """It stops itself after so long without a connection or a command."""

    @property
    def uri(self) -> str:
        """The Bolt address on loopback."""
        return f"bolt://{LOOPBACK}:{self.port}"

    @property
    def started_at(self) -> datetime:
        """When the process began, in UTC."""
        return datetime.fromtimestamp(self.created_at, UTC)

    def find_process(self) -> psutil.Process | None:
        """The living process, or ``None`` when it is gone or its pid belongs to another program."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created_at) <= _CREATION_TOLERANCE_SECONDS
        except psutil.NoSuchProcess:
            return None
        return process if same and is_alive(process) else None


def is_alive(process: psutil.Process) -> bool:
    """Whether the process still runs; one that ended and was not waited for yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass(frozen=True)
class ServerHome:
    """The directory of one embedded server."""

    path: Path

    @property
    def store(self) -> Path:
        """Neo4j's own files."""
        return self.path / "store"

    @property
    def log(self) -> Path:
        """What the server said since its last start."""
        return self.path / "server.log"

    @property
    def settings_file(self) -> Path:
        """Neo4j's settings as of the last start; written anew each time."""
        return self.path / "neo4j.conf"

    @property
    def password_file(self) -> Path:
        """The random password, mode 0600."""
        return self.path / "password"

    @property
    def used_file(self) -> Path:
        """Touched by each command that asks for the server."""
        return self.path / "used"

    @property
    def set_aside(self) -> Path:
        """The old store while a restore is under way; its presence means that the restore did not finish."""
        return self.path / "store.before-restore"

    @property
    def _record_file(self) -> Path:
        return self.path / "server.json"

    @property
    def _version_file(self) -> Path:
        return self.store / "neo4j.version"

    def create(self) -> None:
        """Make the directory, closed to other users.

        Raises:
            EmbeddedServerError: The directory cannot be made or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise EmbeddedServerError(
                f"{self.path} cannot be made ({error.strerror}): choose another home for the server"
            ) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise EmbeddedServerError(f"{self.path} cannot be written: choose another home for the server")

    @contextmanager
    def lock(self, wait_seconds: float) -> Generator[None]:
        """Keep every other command from starting, stopping or copying this server.

        Args:
            wait_seconds: How long to wait for another command to finish.

        Raises:
            ServerBusy: The other command took longer.
        """
        self.create()
        try:
            with FileLock(self.path / "lock", timeout=wait_seconds):
                yield
        except Timeout as timeout:
            raise ServerBusy(
                f"another command has been starting, stopping or copying the server in {self.path} "
                f"for more than {wait_seconds:g} s: wait for it, or end it, and try again"
            ) from timeout

    def read_record(self) -> ProcessRecord | None:
        """The process written down last, living or not; ``None`` when there is none."""
        try:
            return ProcessRecord.model_validate_json(self._record_file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def find_running(self) -> ProcessRecord | None:
        """The record of the living server process; a record left behind by a dead one does not count."""
        record = self.read_record()
        return record if record is not None and record.find_process() is not None else None

    def write_record(self, record: ProcessRecord) -> None:
        """Write the process down."""
        _write_whole(self._record_file, record.model_dump_json(indent=1))

    def forget_record(self) -> None:
        """Remove the record of a process that is gone."""
        self._record_file.unlink(missing_ok=True)

    def ensure_password(self) -> SecretStr:
        """The password of this server, made at random when there is none yet.

        The file is complete before anything uses it, and the server takes its password from it at every start:
        a command that dies in between leaves nothing to repair.
        """
        if not self.password_file.exists():
            _write_whole(self.password_file, secrets.token_urlsafe(24))
        return self.read_password()

    def read_password(self) -> SecretStr:
        """The password of this server.

        Raises:
            EmbeddedServerError: The file is gone.
        """
        try:
            return SecretStr(self.password_file.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EmbeddedServerError(
                f"{self.password_file} is gone: stop the server and start it again, it then gets a new password"
            ) from error

    def read_store_version(self) -> str | None:
        """The Neo4j version that wrote the store; ``None`` when there is no store or nobody wrote it down."""
        try:
            return self._version_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def write_store_version(self, version: str) -> None:
        """Write down which Neo4j version the store belongs to."""
        self.store.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_whole(self._version_file, version + "\n")

    def has_store(self) -> bool:
        """Whether anything is stored yet."""
        return self.store.is_dir() and any(self.store.iterdir())

    def undo_unfinished_restore(self) -> None:
        """Put the old store back where a restore was cut off before the new one had proved itself.

        The caller holds the lock, and no server runs.
        """
        if self.set_aside.exists():
            shutil.rmtree(self.store, ignore_errors=True)
            self.set_aside.rename(self.store)

    def measure_store(self) -> int:
        """Bytes of all files of the store."""
        total = 0
        for folder, _, names in os.walk(self.store):
            for name in names:
                try:
                    total += (Path(folder) / name).stat().st_size
                except FileNotFoundError:
                    continue
        return total

    def read_log(self) -> str:
        """What the server said since its last start."""
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""


def _write_whole(file: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    partial.replace(file)
