"""Copy the store of a home into one file, and put it back.

A backup is a ``.tar.gz``: ``manifest.json`` with the Neo4j version and the SHA-256 of every file, then the store. It is
taken from a store at rest, so the server is stopped for it and started again when it was running. Personal data is in
it: the file is readable by its owner only, and the password is not in it.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from graph_schema.embedded.artifacts import NEO4J_VERSION, Progress, hash_file
from graph_schema.embedded.home import ProcessRecord, ServerHome
from graph_schema.embedded.server import start_locked, stop_locked
from graph_schema.errors import BackupError, DiskFull, EmbeddedServerError

_FORMAT = "skillway.backup/1"
_MANIFEST = "manifest.json"
_WAIT_SECONDS = 300.0
# Level 3 takes a third of the time of the default for a file some 5 % larger.
_COMPRESSION = 3


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    neo4j: str
    created_at: datetime
    bytes: int
    files: dict[str, str]
    """SHA-256 by path inside the store."""


@dataclass(frozen=True)
class StoreBackup:
    """A backup that was written or put back."""

    file: Path
    store_version: str
    created_at: datetime
    store_files: int
    store_bytes: int


def backup_store(home: Path, cache: Path, file: Path, *, on_progress: Progress | None = None) -> StoreBackup:
    """Copy the store of ``home`` into ``file``; a running server is stopped meanwhile and started again.

    Args:
        home: The server's directory.
        cache: The folder of jars, to start the server again.
        file: The backup to write; it must not exist yet.
        on_progress: Told in a sentence what is being done.

    Raises:
        BackupError: There is no store, or the file exists or cannot be written.
        ServerBusy: Another command holds the home.
    """
    place, say = ServerHome(home.resolve()), on_progress or _say_nothing
    if file.exists():
        raise BackupError(f"{file} exists already: name another file, a backup never replaces one")
    if not place.has_store():
        raise BackupError(f"{place.path} holds no store: nothing to back up")
    with place.lock(_WAIT_SECONDS):
        running = place.find_running()
        stop_locked(place)
        place.undo_unfinished_restore()
        try:
            say(f"copying the store to {file}")
            manifest = _write_backup(place, file)
        finally:
            _start_again(place, cache, running, say)
    return _summarise(file, manifest)


def restore_store(home: Path, cache: Path, file: Path, *, on_progress: Progress | None = None) -> StoreBackup:
    """Replace the store of ``home`` by the one in ``file``.

    The backup is unpacked and checked beside the old store; the old store is kept until a server has started on the
    new one, and comes back whole when anything fails.

    Args:
        home: The server's directory; made when missing.
        cache: The folder of jars.
        file: A backup written by ``backup_store``.
        on_progress: Told in a sentence what is being done.

    Raises:
        BackupError: The file is missing, damaged, no backup, of another Neo4j version, or its store does not start.
        DiskFull: No room for both stores.
        ServerBusy: Another command holds the home.
    """
    place, say = ServerHome(home.resolve()), on_progress or _say_nothing
    if not file.is_file():
        raise BackupError(f"{file} is no file: name one that `skillway db backup` wrote")
    with place.lock(_WAIT_SECONDS), tempfile.TemporaryDirectory(prefix="restore-", dir=place.path) as folder:
        say(f"checking {file}")
        manifest = _unpack_backup(file, Path(folder), place)
        running = place.find_running()
        stop_locked(place)
        place.undo_unfinished_restore()
        try:
            with _replaced_store(place, Path(folder) / "store"):
                start_locked(place, cache.resolve(), *_port_and_idle(running), say)
        except BaseException as error:
            _start_again(place, cache, running, say)
            if isinstance(error, EmbeddedServerError):
                raise BackupError(f"no server starts on the store in {file}, the old one is back: {error}") from error
            raise
        if running is None:
            stop_locked(place)
    return _summarise(file, manifest)


def _say_nothing(_: str) -> None: ...


def _summarise(file: Path, manifest: Manifest) -> StoreBackup:
    return StoreBackup(file, manifest.neo4j, manifest.created_at, len(manifest.files), manifest.bytes)


def _port_and_idle(running: ProcessRecord | None) -> tuple[int | None, float | None]:
    return (running.port, running.idle_seconds) if running else (None, None)


def _start_again(home: ServerHome, cache: Path, running: ProcessRecord | None, on_progress: Progress) -> None:
    if running is not None:
        start_locked(home, cache.resolve(), *_port_and_idle(running), on_progress)


def _write_backup(home: ServerHome, file: Path) -> Manifest:
    # Neo4j's own logs are no data, and they say what happened on this machine only.
    files = sorted(path for path in home.store.rglob("*") if path.is_file() and home.store / "logs" not in path.parents)
    manifest = Manifest(
        format=_FORMAT,
        neo4j=home.read_store_version() or "unknown",
        created_at=datetime.now(UTC).replace(microsecond=0),
        bytes=sum(path.stat().st_size for path in files),
        files={path.relative_to(home.store).as_posix(): hash_file(path) for path in files},
    )
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=_COMPRESSION) as archive,
        ):
            text = manifest.model_dump_json(indent=1).encode()
            head = tarfile.TarInfo(_MANIFEST)
            head.size = len(text)
            archive.addfile(head, BytesIO(text))
            for path in files:
                archive.add(path, f"store/{path.relative_to(home.store).as_posix()}")
        partial.replace(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written ({error.strerror}): choose another place") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _unpack_backup(file: Path, folder: Path, home: ServerHome) -> Manifest:
    try:
        with tarfile.open(file, "r:gz") as archive:
            manifest = _read_manifest(archive, file)
            _check_version(manifest, file)
            _check_room(manifest, home)
            # The data filter refuses absolute paths, paths upwards and links out of the folder.
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(f"{file} is damaged or no backup ({error}): nothing was changed") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be unpacked ({error}): nothing was changed") from error
    _check_content(manifest, folder, file)
    return manifest


def _read_manifest(archive: tarfile.TarFile, file: Path) -> Manifest:
    head = archive.next()
    content = archive.extractfile(head) if head is not None and head.name == _MANIFEST else None
    if content is None:
        raise BackupError(f"{file} is no backup of Skillway (it does not begin with {_MANIFEST}): nothing was changed")
    try:
        manifest = Manifest.model_validate_json(content.read())
    except ValidationError as error:
        raise BackupError(f"{file} is no backup this Skillway can read ({error}): nothing was changed") from error
    if manifest.format != _FORMAT:
        raise BackupError(f"{file} has the format {manifest.format!r}, this Skillway reads {_FORMAT!r}")
    return manifest


def _check_version(manifest: Manifest, file: Path) -> None:
    if manifest.neo4j.split(".")[:2] != NEO4J_VERSION.split(".")[:2]:
        raise BackupError(
            f"{file} was written by Neo4j {manifest.neo4j}, this Skillway runs {NEO4J_VERSION}: "
            "restore it with the Skillway that wrote it; nothing was changed"
        )


def _check_room(manifest: Manifest, home: ServerHome) -> None:
    free = shutil.disk_usage(home.path).free
    if free < manifest.bytes:
        raise DiskFull(
            f"the backup needs {manifest.bytes // 1_000_000} MB in {home.path} beside the old store, "
            f"{free // 1_000_000} MB are free: make room; nothing was changed"
        )


def _check_content(manifest: Manifest, folder: Path, file: Path) -> None:
    store = folder / "store"
    found = {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}
    expected = {Path("store") / PurePosixPath(path) for path in manifest.files} | {Path(_MANIFEST)}
    if found != expected:
        strange = ", ".join(sorted(path.as_posix() for path in found ^ expected)[:3])
        raise BackupError(f"{file} does not hold the files it lists ({strange} …): nothing was changed")
    for path, sha256 in manifest.files.items():
        if hash_file(store / path) != sha256:
            raise BackupError(f"{file} is damaged: {path} is not what was backed up; nothing was changed")


@contextmanager
def _replaced_store(home: ServerHome, new_store: Path) -> Generator[None]:
    """The new store in place; the old one comes back when the body fails, and goes when it succeeds."""
    if home.store.exists():
        home.store.rename(home.set_aside)
    new_store.chmod(0o700)
    new_store.rename(home.store)
    try:
        yield
    except BaseException:
        stop_locked(home)
        shutil.rmtree(home.store)
        home.undo_unfinished_restore()
        raise
    if home.set_aside.exists():
        # A name of its own first: a cut-off deletion must not look like an unfinished restore.
        doomed = home.path / f"store.replaced.{os.getpid()}"
        home.set_aside.rename(doomed)
        shutil.rmtree(doomed)
