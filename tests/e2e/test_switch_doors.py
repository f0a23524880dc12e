"""Switches of inference and of what others see through every door: the same answer, on a small company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.store import GraphStore
from tests.e2e.test_rights_doors import KEY, Doors
from tests.integration.engine.company import TODAY, analysts_and_writers


@pytest.fixture
def doors(store: GraphStore, graph_environment: dict[str, str]) -> Iterator[Doors]:
    analysts_and_writers().write(store)
    engine = Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")
    engine.infer()
    environment = {
        **graph_environment,
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


def test_every_door_switches_what_others_see_and_tells_alike(doors: Doors) -> None:
    everybody = doors.engine.list_switches().organisation.people
    by_http = doors.send("PUT", "/switches/visibility/organisation", skills="listed", visible=False)
    assert (by_http["changed"], by_http["switch"]["listed"]["in_force"]) == (everybody, False)
    by_command = doors.command("switches", "team-visibility", "writers", "listed", "show")
    assert (by_command["changed"], by_command["switch"]["listed"]["by_hand"]) == (
        by_command["switch"]["people"], True,
    )  # fmt: skip
    again = doors.send("PUT", "/switches/visibility/teams/Writers", skills="listed", visible=True)
    assert again["changed"] == 0
    told = doors.send("GET", "/switches")
    assert told == doors.command("switches", "list")
    assert [told["organisation"]["listed"]["in_force"], told["teams"][0]["listed"]["in_force"]] == [False, True]
    assert {item["skills"]: (item["visible"], item["by"]) for item in doors.send("GET", "/people/ana/export")[
        "visibility"
    ]} == {"listed": (True, "team"), "hidden": (True, "nobody")}  # fmt: skip
    page = doors.client.get("/v1/people/ana/export", params={"format": "html"}).text
    assert "Others see the skills you list: that is said for your team." in page

    taken_back = doors.send("PUT", "/switches/visibility/teams/writers", skills="listed", visible=None)
    assert (taken_back["switch"]["listed"]["by_hand"], taken_back["switch"]["listed"]["in_force"]) == (None, False)
    assert doors.command("switches", "organisation-visibility", "listed", "unset")["changed"] == everybody


def test_a_person_reads_who_says_what_others_see(doors: Doors) -> None:
    doors.engine.switch_team_visibility("writers", "hidden", False)

    def run(*words: str) -> list[list[str]]:
        done = CliRunner().invoke(command_line, [*words], env=doors.environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return [line.split() for line in done.stdout.splitlines()]

    assert ["Writers", "(writers)", "hidden", "-", "hide", "hide"] in run("switches", "list")
    assert ["the", "organisation", "hidden", "-", "-", "show"] in run("switches", "list")
    held = run("rights", "export", "ana")
    assert ["hidden", "skills", "kept", "from", "others", "Said", "by:", "their", "team."] in held


def test_a_choice_that_there_is_not_is_refused_by_the_command(doors: Doors) -> None:
    for words in (("team-visibility", "writers", "listed", "off"), ("organisation-visibility", "all", "hide")):
        done = CliRunner().invoke(command_line, ["switches", *words], env=doors.environment)
        assert done.exit_code != 0
    assert doors.engine.list_decisions().records == ()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("teams/writers", {"inference": "opt_in"}, 422),
        ("teams/nobody", {"inference": "on"}, 404),
        ("organisation", {"inference": "off"}, 422),
        ("organisation", {}, 422),
        ("organisation", {"inference": "on", "for": "ever"}, 422),
        ("visibility/organisation", {"skills": "listed"}, 422),
        ("visibility/organisation", {"skills": "all", "visible": True}, 422),
        ("visibility/organisation", {"skills": "listed", "visible": "no"}, 422),
        ("visibility/organisation", {"visible": False}, 422),
        ("visibility/teams/nobody", {"skills": "listed", "visible": False}, 404),
        ("visibility/teams/writers", {"skills": "listed", "visible": False, "for": "ever"}, 422),
    ],
)
def test_what_cannot_be_switched_is_refused(doors: Doors, path: str, body: dict[str, object], status: int) -> None:
    answer = doors.client.put(f"/v1/switches/{path}", json=body)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert doors.engine.list_switches().organisation.by_hand is None
    assert doors.engine.list_decisions().records == ()
