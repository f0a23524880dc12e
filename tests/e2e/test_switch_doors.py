"""Switches of inference through every door: the same answer, on a small company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.embedded import ServerAddress
from graph_schema.store import GraphStore
from tests.e2e.test_rights_doors import KEY, Doors
from tests.integration.engine.company import TODAY, analysts_and_writers


@pytest.fixture
def doors(store: GraphStore, address: ServerAddress) -> Iterator[Doors]:
    analysts_and_writers().write(store)
    engine = Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")
    engine.infer()
    environment = {
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password.get_secret_value(),
        "SKILLWAY_AS_OF": TODAY.isoformat(),
        "SKILLWAY_ACTOR": "tester",
    }
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield Doors(engine, client, environment)


def test_every_door_switches_and_tells_alike(doors: Doors) -> None:
    by_http = doors.send("PUT", "/switches/teams/Writers", inference="hard_off")
    assert (by_http["switch"]["in_force"], by_http["removed"] > 0) == ("hard_off", True)
    by_command = doors.command("switches", "team", "writers", "on")
    assert (by_command["switch"]["in_force"], by_command["removed"]) == ("on", 0)
    assert doors.command("switches", "organisation", "opt_in")["removed"] > 0
    assert doors.send("PUT", "/switches/organisation", inference="opt_in")["removed"] == 0
    told = doors.send("GET", "/switches")
    assert told == doors.command("switches", "list")
    assert (told["organisation"]["by_hand"], told["teams"][0]["in_force"]) == ("opt_in", "opt_in")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("teams/writers", {"inference": "opt_in"}, 422),
        ("teams/nobody", {"inference": "on"}, 404),
        ("organisation", {"inference": "off"}, 422),
        ("organisation", {}, 422),
        ("organisation", {"inference": "on", "for": "ever"}, 422),
    ],
)
def test_what_cannot_be_switched_is_refused(doors: Doors, path: str, body: dict[str, str], status: int) -> None:
    answer = doors.client.put(f"/v1/switches/{path}", json=body)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert doors.engine.list_switches().organisation.by_hand is None
