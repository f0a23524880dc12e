"""``skillway serve`` as a process of its own."""

import os
import re
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen, run

import httpx2
import pytest

from engine.service import Engine

COMMAND = [str(Path(sys.executable).with_name("skillway")), "serve"]


@pytest.fixture
def environment(sample_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    return {**inherited, **sample_environment, "SKILLWAY_HOME": str(tmp_path)}


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[Popen[str]]:
    with Popen([*COMMAND, "--port", "0"], env=environment, stdout=PIPE, stderr=STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_says_where_it_is_and_answers_who_holds_the_key(service: Popen[str], tmp_path: Path) -> None:
    assert service.stdout is not None
    first = service.stdout.readline()
    url = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert url, first + service.stdout.read()
    key_file = tmp_path / "api-key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    key = key_file.read_text()
    with httpx2.Client(base_url=url[0], timeout=120) as client:
        assert client.get("/v1/people/p017").status_code == 401
        assert client.get("/v1/people/p017", headers={"X-API-Key": key}).json()["person"]["id"] == "p017"
        assert client.get("/healthz").json() == {"status": "ok"}
    service.send_signal(signal.SIGINT)
    said = service.stdout.read()
    assert service.wait(timeout=30) == 0
    assert str(key_file) in said
    assert key not in said


def refuse(environment: dict[str, str], *options: str, **more: str) -> str:
    command = [*COMMAND, "--host", "0.0.0.0", "--port", "0", *options]
    refused = run(command, env={**environment, **more}, capture_output=True, text=True, check=False, timeout=120)
    assert refused.returncode == 5, refused.stderr
    return refused.stderr


def test_it_does_not_listen_for_others_in_the_clear(environment: dict[str, str], tmp_path: Path) -> None:
    assert "--behind-tls" in refuse(environment)
    assert "--behind-tls" in refuse(environment, SKILLWAY_SERVE__API_KEY="chosen")
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_listen_for_others_where_nobody_chose_who_is_let_in(
    environment: dict[str, str], tmp_path: Path, sample_engine: Engine
) -> None:
    (tmp_path / "api-key").write_text("made-before")
    assert "skillway keys create" in refuse(environment, "--behind-tls")
    revoked = sample_engine.create_key("revoked", "auditor")
    sample_engine.revoke_key(revoked.key.id)
    assert "skillway keys create" in refuse(environment, SKILLWAY_SERVE__BEHIND_TLS="true")
    made = sample_engine.create_key("auditor", "auditor")
    command = [*COMMAND, "--host", "0.0.0.0", "--port", "0", "--behind-tls"]
    with Popen(command, env=environment, stdout=PIPE, stderr=STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://0\.0\.0\.0:(\d+)", process.stdout.readline())
            assert found
            with httpx2.Client(base_url=f"http://127.0.0.1:{found[1]}", timeout=120) as client:
                # The key of the home folder opens nothing here: nobody chose it.
                assert client.get("/v1/decisions", headers={"X-API-Key": "made-before"}).status_code == 401
                assert client.get("/v1/decisions", headers={"X-API-Key": made.token}).status_code == 200
        finally:
            process.kill()
            sample_engine.revoke_key(made.key.id)
