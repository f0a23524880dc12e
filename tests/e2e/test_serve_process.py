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


def test_it_does_not_listen_for_others_with_a_key_nobody_chose(environment: dict[str, str], tmp_path: Path) -> None:
    refused = run([*COMMAND, "--host", "0.0.0.0"], env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 5
    assert "SKILLWAY_SERVE__API_KEY" in refused.stderr
    assert list(tmp_path.iterdir()) == []
