from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.db import app
from graph_schema.errors import InvalidInput


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLWAY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_status_path_and_stop_without_a_server(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert "running  no" in run("status")
    status = json.loads(run("status", "--json"))
    assert (status["running"], status["home"], status["store_version"]) == (False, home, None)
    assert json.loads(run("path", "--json")) == {"home": home}
    assert run("stop") == "no server was running\n"
    assert json.loads(run("stop", "--json")) == {"home": home, "stopped": False}


def test_a_server_of_the_users_own_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://graph.example:7687")
    for arguments in (["start"], ["stop"], ["backup", str(tmp_path / "b")], ["restore", str(tmp_path / "b")]):
        with pytest.raises(InvalidInput, match=r"does not manage the server at bolt://graph\.example:7687"):
            run(*arguments)
    assert json.loads(run("status", "--json")) == {"uri": "bolt://graph.example:7687", "managed": False}
