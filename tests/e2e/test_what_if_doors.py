"""What would be, and the calendar drawn, are the same from every door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.bridges.what_if import Supposition
from engine.service import Engine
from graph_schema.errors import SkillwayError
from loaders.sample import STORY_PERSON, STORY_ROLE

KEY = "key-of-the-what-if-tests"
SUPPOSED = [
    {"moves": [{"id": "new", "cost": 1.0, "gives": {"statistics": 3}}]},
    {"requires": {"statistics": 0, "SQL": 4}},
]
ILL_SUPPOSED = [
    {"moves": [{"id": "new", "after": ["no-such"], "gives": {}}]},
    {"requires": {"no such skill": 2}},
]
WHAT_IF = f"/v1/people/{STORY_PERSON}/roles/{STORY_ROLE}/bridge/what-if"


@pytest.fixture
def client(sample_engine: Engine) -> Iterator[TestClient]:
    service = create_app(sample_engine, Settings(serve=ServeSettings(api_key=KEY)))
    with TestClient(service, headers={"X-API-Key": KEY}) as client:
        yield client


def ask_what_if(tmp_path: Path, document: dict[str, Any]) -> list[str]:
    file = tmp_path / "supposed.json"
    file.write_text(json.dumps(document))
    return ["bridge", STORY_PERSON, STORY_ROLE, "--with", str(file), "--json"]


@pytest.mark.parametrize("document", SUPPOSED, ids=str)
def test_all_doors_suppose_alike(
    sample_engine: Engine,
    sample_environment: dict[str, str],
    client: TestClient,
    tmp_path: Path,
    document: dict[str, Any],
) -> None:
    expected = dump_result(sample_engine.what_if(STORY_PERSON, STORY_ROLE, Supposition.model_validate(document)))
    assert client.post(WHAT_IF, json=document).content == expected
    printed = CliRunner().invoke(
        command_line, ask_what_if(tmp_path, document), env=sample_environment, catch_exceptions=False
    )
    assert json.loads(printed.stdout) == json.loads(expected)


@pytest.mark.parametrize("document", ILL_SUPPOSED, ids=str)
def test_all_doors_refuse_the_same_suppositions(
    sample_engine: Engine,
    sample_environment: dict[str, str],
    client: TestClient,
    tmp_path: Path,
    document: dict[str, Any],
) -> None:
    with pytest.raises(SkillwayError) as refused:
        sample_engine.what_if(STORY_PERSON, STORY_ROLE, Supposition.model_validate(document))
    answer = client.post(WHAT_IF, json=document)
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"] in str(refused.value)
    printed = CliRunner().invoke(command_line, ask_what_if(tmp_path, document), env=sample_environment)
    assert str(printed.exception) == str(refused.value)


def test_the_calendar_is_drawn_alike(
    sample_engine: Engine, sample_environment: dict[str, str], client: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "bridge.svg"
    words = ["bridge", STORY_PERSON, STORY_ROLE, "--gantt", str(file)]
    printed = CliRunner().invoke(command_line, words, env=sample_environment, catch_exceptions=False)
    answer = client.get(f"/v1/people/{STORY_PERSON}/roles/{STORY_ROLE}/bridge/gantt")

    assert printed.exit_code == 0
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text == file.read_text()
    bars = [bar for bar in ElementTree.fromstring(answer.text).iter() if bar.tag.endswith("rect") and len(bar)]
    assert len(bars) == len(sample_engine.bridge(STORY_PERSON, STORY_ROLE).steps)


def test_the_price_without_each_move_is_shown_where_it_is_asked_for(
    sample_engine: Engine, sample_environment: dict[str, str]
) -> None:
    words = ["bridge", STORY_PERSON, STORY_ROLE]
    usual = CliRunner().invoke(command_line, words, env=sample_environment, catch_exceptions=False)
    priced = CliRunner().invoke(
        command_line, [*words, "--price-without"], env=sample_environment, catch_exceptions=False
    )
    steps = sample_engine.bridge(STORY_PERSON, STORY_ROLE, price_without=True).steps

    assert all(step.price_without is not None or step.indispensable for step in steps)
    assert "without" not in usual.stdout
    shown = " ".join(priced.stdout.split())
    for step in steps:
        assert ("no bridge" if step.price_without is None else f"{step.price_without:,.0f}") in shown
