"""A file that is not a whole backup changes nothing. No server is needed: the file is checked before one is touched."""

from __future__ import annotations

import io
import json
import random
import shutil
import stat
import tarfile
from collections import namedtuple
from pathlib import Path

import pytest

from graph_schema.embedded import NEO4J_VERSION, backup_store, restore_store
from graph_schema.embedded.home import ServerHome
from graph_schema.errors import BackupError, DiskFull


@pytest.fixture
def home(tmp_path: Path) -> ServerHome:
    place = ServerHome(tmp_path / "home")
    place.create()
    place.write_store_version(NEO4J_VERSION)
    (place.store / "data").mkdir()
    (place.store / "data/nodes").write_bytes(random.Random(3).randbytes(100_000))
    (place.store / "logs").mkdir()
    (place.store / "logs/debug.log").write_text("of this machine only")
    return place


@pytest.fixture
def backup(home: ServerHome, tmp_path: Path) -> Path:
    file = tmp_path / "store.tar.gz"
    backup_store(home.path, tmp_path / "cache", file)
    return file


def members_of(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def write_archive(file: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(file, "w:gz") as archive:
        for name, data in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))


def read_all(home: ServerHome) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file() and path.name != "lock"}


def expect_refusal(home: ServerHome, file: Path, reason: str) -> None:
    before = read_all(home)
    with pytest.raises(BackupError, match=reason):
        restore_store(home.path, home.path / "cache", file)
    assert read_all(home) == before


def test_a_backup_holds_the_store_and_no_secret(home: ServerHome, tmp_path: Path) -> None:
    password = home.ensure_password().get_secret_value()
    file = tmp_path / "store.tar.gz"
    report = backup_store(home.path, tmp_path / "cache", file)
    members = members_of(file)
    assert list(members) == ["manifest.json", "store/data/nodes", "store/neo4j.version"]
    assert (report.store_files, report.store_version) == (2, NEO4J_VERSION)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any(password.encode() in data for data in members.values())


def test_a_backup_replaces_no_file(home: ServerHome, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        backup_store(home.path, home.path / "cache", backup)
    assert backup.read_bytes() == before


def test_a_backup_into_nowhere_is_explained(home: ServerHome, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        backup_store(home.path, tmp_path / "cache", tmp_path / "none" / "store.tar.gz")


def test_a_home_without_a_store_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no store"):
        backup_store(tmp_path / "none", tmp_path / "cache", tmp_path / "store.tar.gz")


def test_a_missing_file_is_refused(home: ServerHome, tmp_path: Path) -> None:
    expect_refusal(home, tmp_path / "none.tar.gz", "is no file")


def test_a_text_file_is_refused(home: ServerHome, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a backup")
    expect_refusal(home, file, "damaged or no backup")


@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_truncated_backup_is_refused(home: ServerHome, backup: Path, share: float) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(len(data) * share)])
    expect_refusal(home, backup, "damaged")


def test_a_changed_file_inside_is_refused(home: ServerHome, backup: Path) -> None:
    write_archive(backup, members_of(backup) | {"store/data/nodes": b"other"})
    expect_refusal(home, backup, "data/nodes is not what was backed up")


def test_a_missing_and_an_unlisted_file_inside_are_refused(home: ServerHome, backup: Path) -> None:
    members = members_of(backup)
    write_archive(backup, {name: data for name, data in members.items() if name != "store/data/nodes"})
    expect_refusal(home, backup, "does not hold the files it lists")
    write_archive(backup, members | {"store/data/more": b"smuggled"})
    expect_refusal(home, backup, "does not hold the files it lists")


@pytest.mark.parametrize("name", ["../outside", "store/../../outside", "/tmp/skillway-outside"])
def test_a_path_out_of_the_folder_is_refused(home: ServerHome, backup: Path, name: str, tmp_path: Path) -> None:
    write_archive(backup, members_of(backup) | {name: b"escaped"})
    expect_refusal(home, backup, "damaged or no backup|does not hold")
    assert not (tmp_path / "outside").exists()
    assert not Path("/tmp/skillway-outside").exists()


def test_another_archive_is_refused(home: ServerHome, tmp_path: Path) -> None:
    write_archive(tmp_path / "other.tar.gz", {"readme": b"something else"})
    expect_refusal(home, tmp_path / "other.tar.gz", "no backup of Skillway")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"neo4j": "4.4.38"}, "was written by Neo4j 4.4.38"),
        ({"format": "skillway.backup/9"}, "skillway.backup/9"),
        ({"files": 7}, "no backup this Skillway can read"),
    ],
)
def test_another_version_or_format_is_refused(
    home: ServerHome, backup: Path, change: dict[str, object], reason: str
) -> None:
    members = members_of(backup)
    manifest = json.loads(members["manifest.json"]) | change
    write_archive(backup, members | {"manifest.json": json.dumps(manifest).encode()})
    expect_refusal(home, backup, reason)


def test_no_room_for_both_stores_is_said_first(home: ServerHome, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9 - 50_000, 50_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match="nothing was changed"):
        restore_store(home.path, home.path / "cache", backup)
