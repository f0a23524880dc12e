from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from graph_schema.embedded import ServerAddress, read_status, stop_server
from graph_schema.embedded.home import ProcessRecord, ServerHome
from graph_schema.errors import EmbeddedServerError, ServerBusy


@pytest.fixture
def home(tmp_path: Path) -> ServerHome:
    place = ServerHome(tmp_path / "home")
    place.create()
    return place


def record_of(pid: int, created_at: float) -> ProcessRecord:
    return ProcessRecord(pid=pid, created_at=created_at, port=7687, version="5.26.19", phase="ready")


def test_the_password_is_random_kept_and_for_its_owner_only(tmp_path: Path) -> None:
    homes = [ServerHome(tmp_path / name) for name in ("a", "b")]
    for place in homes:
        place.create()
    first, second = (place.ensure_password().get_secret_value() for place in homes)
    assert first != second
    assert len(first) >= 32
    assert homes[0].ensure_password().get_secret_value() == first
    assert stat.S_IMODE(homes[0].password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(homes[0].path.stat().st_mode) == 0o700


def test_a_lost_password_is_explained(home: ServerHome) -> None:
    with pytest.raises(EmbeddedServerError, match="password is gone: stop the server and start it again"):
        home.read_password()


def test_an_address_does_not_show_its_password(home: ServerHome) -> None:
    password = home.ensure_password()
    assert password.get_secret_value() not in repr(ServerAddress("bolt://127.0.0.1:1", "neo4j", password))


def test_a_living_process_is_found(home: ServerHome) -> None:
    me = psutil.Process()
    home.write_record(record_of(me.pid, me.create_time()))
    assert home.find_running() == home.read_record()


def test_a_dead_process_is_not_taken_for_running(home: ServerHome) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        created_at = psutil.Process(child.pid).create_time()
    home.write_record(record_of(child.pid, created_at))
    assert home.find_running() is None


def test_a_pid_given_to_another_program_is_left_alone(home: ServerHome) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        earlier = psutil.Process(stranger.pid).create_time() - 60
        home.write_record(record_of(stranger.pid, earlier))
        assert stop_server(home.path) is False
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_an_ended_process_that_nobody_waited_for_is_not_running(home: ServerHome) -> None:
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    created_at = psutil.Process(pid).create_time()
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    home.write_record(record_of(pid, created_at))
    assert home.find_running() is None
    os.waitpid(pid, 0)


@pytest.mark.parametrize("text", ["", '{"pid": 1', "[]"])
def test_a_record_cut_off_or_damaged_counts_as_none(home: ServerHome, text: str) -> None:
    (home.path / "server.json").write_text(text)
    assert home.find_running() is None


def test_a_home_held_by_another_command_is_busy(home: ServerHome) -> None:
    with home.lock(1), pytest.raises(ServerBusy, match="another command"), ServerHome(home.path).lock(0.01):
        pass


def test_a_home_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EmbeddedServerError, match="choose another home"):
        ServerHome(tmp_path / "file").create()


def test_an_unfinished_restore_is_undone(home: ServerHome) -> None:
    for folder, text in ((home.store, "new"), (home.set_aside, "old")):
        folder.mkdir()
        (folder / "data").write_text(text)
    home.undo_unfinished_restore()
    assert (home.store / "data").read_text() == "old"
    assert not home.set_aside.exists()


def test_looking_at_a_home_makes_nothing(tmp_path: Path) -> None:
    status = read_status(tmp_path / "none")
    assert (status.running, status.uri, status.store_version, status.store_bytes) == (False, None, None, 0)
    assert stop_server(tmp_path / "none") is False
    assert not (tmp_path / "none").exists()
