import os
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import pytest
from pydantic import SecretStr, ValidationError
from typer.testing import CliRunner

from api.access import ApiKey
from api.cli import app as command_line
from api.commands.serve import choose_address, describe_service, listen, refuse_without_keys, refuse_without_tls
from api.metrics import ServiceMetrics
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.access.key_results import Key, KeyList
from graph_schema.errors import InvalidInput

OPEN_HOSTS = ["0.0.0.0", "::", "192.168.1.4", "skills.example.org"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_needs_no_tls(host: str) -> None:
    refuse_without_tls(ServeSettings(host=host))


@pytest.mark.parametrize("host", OPEN_HOSTS)
def test_other_machines_are_let_near_only_with_tls_declared(host: str) -> None:
    refuse_without_tls(ServeSettings(host=host, behind_tls=True))
    with pytest.raises(InvalidInput, match="SKILLWAY_SERVE__BEHIND_TLS") as refused:
        refuse_without_tls(ServeSettings(host=host, api_key=SecretStr("chosen")))
    assert refused.value.field == "--host"


@pytest.mark.parametrize("state", ["expired", "revoked", "orphaned"])
def test_a_key_that_is_not_good_lets_nobody_near(state: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    key = Key("1", "k", "auditor", None, (), (), (), now, now, None, None, state)
    with pytest.raises(InvalidInput, match="skillway keys"):
        refuse_without_keys("0.0.0.0", KeyList((key,)))
    refuse_without_keys("0.0.0.0", KeyList((key, replace(key, state="good"))))


def test_the_command_line_goes_before_the_settings() -> None:
    chosen = choose_address(Settings(serve=ServeSettings(host="10.0.0.1")), "0.0.0.0", True).serve
    assert (chosen.host, chosen.behind_tls) == ("0.0.0.0", True)
    kept = choose_address(Settings(serve=ServeSettings(host="10.0.0.1", behind_tls=True)), None, False).serve
    assert (kept.host, kept.behind_tls) == ("10.0.0.1", True)


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("count", ["0", "-1", "65", "many"])
def test_a_number_of_processes_that_cannot_be_is_refused(count: str) -> None:
    refused = CliRunner().invoke(command_line, ["serve", "--port", "0", "--processes", count])
    assert refused.exit_code == 2
    assert "--processes" in refused.output


@pytest.mark.parametrize("count", [0, 65])
def test_settings_know_how_many_processes_there_may_be(count: int) -> None:
    with pytest.raises(ValidationError, match="processes"):
        ServeSettings(processes=count)


def test_what_a_killed_process_had_under_way_is_forgotten(tmp_path: Path) -> None:
    ended = Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"gauge_livesum_{ended.pid}", f"counter_{ended.pid}", f"gauge_livesum_{os.getpid()}"):
        (tmp_path / f"{name}.db").touch()
    ServiceMetrics(tmp_path)
    kept = {file.stem for file in tmp_path.iterdir()}
    assert kept == {f"counter_{ended.pid}", f"gauge_livesum_{os.getpid()}"}


def test_it_says_where_the_key_is_and_not_what_it_is() -> None:
    key = SecretStr("not-to-be-shown")
    kept = describe_service("127.0.0.1", 8000, ApiKey(key, Path("/home/ana smith/api-key")))
    chosen = describe_service("::1", 8001, ApiKey(key, None))
    assert "http://127.0.0.1:8000/docs" in kept
    assert "$(cat '/home/ana smith/api-key')" in kept
    assert "http://[::1]:8001/docs" in chosen
    assert "$SKILLWAY_SERVE__API_KEY" in chosen
    assert "not-to-be-shown" not in kept + chosen


def test_answers_on_a_kept_connection_wait_for_no_acknowledgement() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
