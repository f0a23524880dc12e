"""A bridge that is kept is the same from every door: accepted, followed, recorded, planned anew, dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema.nodes import Bridge, BridgeStep
from loaders.sample import SAMPLE_AS_OF, STORY_COURSE, STORY_GIG, STORY_PERSON, STORY_ROLE

KEY = "key-of-the-progress-tests"
PATH = f"/v1/people/{STORY_PERSON}/roles/{STORY_ROLE}/progress"


@pytest.fixture
def engine(sample_engine: Engine) -> Iterator[Engine]:
    """The sample's Engine; the bridges that a test keeps are taken out again."""
    # As the command line asks, so that one record of who accepted stands at every door.
    yield Engine(sample_engine.store, sample_engine.settings, clock=lambda: SAMPLE_AS_OF, actor=Settings().actor)
    for kind in (BridgeStep, Bridge):
        sample_engine.store.delete_nodes(kind, "engine", list(sample_engine.store.list_ids(kind)))


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(engine, Settings(serve=ServeSettings(api_key=KEY))), headers={"X-API-Key": KEY}) as it:
        yield it


def run(environment: dict[str, str], *words: str) -> Any:
    command = ["progress", *words, "--json"]
    return json.loads(CliRunner().invoke(app, command, env=environment, catch_exceptions=False).stdout)


def test_every_door_keeps_and_follows_the_same_bridge(
    engine: Engine, client: TestClient, sample_environment: dict[str, str]
) -> None:
    pair = (STORY_PERSON, STORY_ROLE)
    kept = engine.accept_bridge(*pair)
    assert client.post(PATH).content == dump_result(kept)
    assert run(sample_environment, "accept", *pair) == json.loads(dump_result(kept))

    progress = engine.bridge_progress(*pair)
    assert client.get(PATH).content == dump_result(progress)
    assert run(sample_environment, "show", *pair) == json.loads(dump_result(progress))

    recorded = engine.record_step(*pair, "2", money=99.5, hours=12.0, started_on=SAMPLE_AS_OF)
    assert recorded != progress
    told = {"money": 99.5, "hours": 12, "started_on": SAMPLE_AS_OF.isoformat()}
    assert client.put(f"{PATH}/steps/2", json=told).content == dump_result(recorded)
    options = ["--money", "99.5", "--hours", "12", "--started", SAMPLE_AS_OF.isoformat()]
    assert run(sample_environment, "record", *pair, STORY_COURSE, *options) == json.loads(dump_result(recorded))

    assert client.post(f"{PATH}/replan").content == dump_result(engine.replan_bridge(*pair))
    assert run(sample_environment, "replan", *pair) == json.loads(dump_result(engine.replan_bridge(*pair)))

    listed = engine.kept_bridges(STORY_PERSON)
    assert client.get(f"/v1/people/{STORY_PERSON}/progress").content == dump_result(listed)
    assert run(sample_environment, "list", STORY_PERSON) == json.loads(dump_result(listed))

    dropped = client.delete(PATH)
    assert dropped.content == dump_result(engine.kept_bridges(STORY_PERSON).bridges[0])
    engine.accept_bridge(*pair)
    assert run(sample_environment, "drop", *pair) == json.loads(dropped.content)


def test_every_door_wishes_alike(engine: Engine, client: TestClient, sample_environment: dict[str, str]) -> None:
    wishes = BridgeWishes(hours_per_week=4.0, exclude=(STORY_GIG,), kinds=("course", "mentorship", "gig"))
    kept = engine.accept_bridge(STORY_PERSON, STORY_ROLE, wishes=wishes)
    assert kept.hours_per_week == 4.0
    assert STORY_GIG not in {step.id for step in kept.steps}
    assert client.post(PATH, json=wishes.model_dump()).content == dump_result(kept)
    options = ["--hours-per-week", "4", "--exclude", STORY_GIG]
    options += [word for kind in wishes.kinds for word in ("--kind", kind)]
    assert run(sample_environment, "accept", STORY_PERSON, STORY_ROLE, *options) == json.loads(dump_result(kept))


def test_every_door_explains_the_same_mistake(
    engine: Engine, client: TestClient, sample_environment: dict[str, str]
) -> None:
    def refuse(words: list[str], answer: Any) -> None:
        printed = CliRunner().invoke(app, ["progress", *words], env=sample_environment)
        assert printed.exception is not None
        assert answer.status_code in (404, 422)
        assert answer.json()["detail"] in str(printed.exception)

    pair = [STORY_PERSON, STORY_ROLE]
    for command, answer in (
        ("show", client.get(PATH)),
        ("drop", client.delete(PATH)),
        ("replan", client.post(f"{PATH}/replan")),
    ):
        refuse([command, *pair], answer)
    refuse(["accept", *pair, "--hours-per-week", "-1"], client.post(PATH, json={"hours_per_week": -1}))
    engine.accept_bridge(*pair)
    refuse(["record", *pair, "9", "--money", "1"], client.put(f"{PATH}/steps/9", json={"money": 1}))
    refuse(["record", *pair, "1", "--money", "-1"], client.put(f"{PATH}/steps/1", json={"money": -1}))
    refuse(["record", *pair, "1"], client.put(f"{PATH}/steps/1", json={}))


def test_a_person_reads_where_they_stand(engine: Engine, sample_environment: dict[str, str]) -> None:
    pair = (STORY_PERSON, STORY_ROLE)
    engine.accept_bridge(*pair)
    engine.record_step(*pair, "1", money=80.0)

    def show(*words: str) -> str:
        shown = CliRunner().invoke(app, list(words), env={**sample_environment, "COLUMNS": "200"})
        assert shown.exception is None
        return shown.stdout

    said = show("progress", "show", *pair)
    assert "0 of 3 steps" in said
    assert "Stay: nothing is cheaper from here." in said
    assert "recorded of none of 0" in said
    listed = show("progress", "list", STORY_PERSON)
    assert "price 1,426 EUR" in listed
    assert "has accepted no bridge" in show("progress", "list", "p018")
    chains = show("chains", STORY_COURSE, STORY_ROLE)
    assert "Clean Up the Campaign Database (needs 1 more)" in chains
    assert replace(engine.bridge_progress(*pair), as_of=SAMPLE_AS_OF).left.price == 1426.0
