"""The HTTP service as its users meet it, over the sample organisation."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.http_errors import MEDIA_TYPE
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.service import Engine
from graph_schema.embedded import ServerAddress
from graph_schema.store import GraphStore
from loaders.sample import NAMESAKES, SAMPLE_AS_OF, STORY_PERSON, STORY_ROLE

KEY = "key-of-the-http-tests"
UNDER_WATCH: dict[str, set[str]] = {"/healthz": set(), "/readyz": {"503", "504"}, "/metrics": set()}
PROBLEMS = {"401", "403", "404", "409", "422", "429", "503", "504"}
PROFILE = f"/v1/people/{STORY_PERSON}"


@pytest.fixture
def app(sample_engine: Engine) -> FastAPI:
    return create_app(sample_engine, Settings(serve=ServeSettings(api_key=KEY)))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def asking(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield client


def list_operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, methods in described["paths"].items() for operation in methods.values()]


def list_references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from list_references(item)
    elif isinstance(value, list):
        for item in value:
            yield from list_references(item)


def test_people_are_asked_about_by_name_with_the_key_either_way(client: TestClient) -> None:
    by_header = client.get("/v1/people/Ines%20Duarte", headers={"X-API-Key": KEY})
    by_bearer = client.get(PROFILE, headers={"Authorization": f"Bearer {KEY}"})
    assert by_header.status_code == by_bearer.status_code == 200
    assert by_header.json() == by_bearer.json()
    assert by_header.json()["person"] == {"id": STORY_PERSON, "name": "Ines Duarte"}


@pytest.mark.parametrize("path", [PROFILE, "/v1/roles/x/pool", "/v1", "/", "/nowhere"])
def test_nothing_is_told_without_the_key(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (401, MEDIA_TYPE)
    assert "www-authenticate" in answer.headers


def test_health_and_description_need_no_key(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.get("/openapi.json").json()["info"]["title"] == "Skillway"
    assert "/openapi.json" in client.get("/docs").text


def test_a_wrong_name_offers_the_nearest(asking: TestClient) -> None:
    problem = asking.get("/v1/people/Ines").json()
    assert (problem["status"], problem["type"]) == (404, "urn:skillway:problem:not-found")
    assert problem["field"] == "person"
    assert STORY_PERSON in problem["detail"]


def test_an_ambiguous_name_lists_who_it_may_be(asking: TestClient) -> None:
    name = asking.get(f"/v1/people/{NAMESAKES[0]}").json()["person"]["name"].split(",")[0]
    answer = asking.get(f"/v1/people/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (409, MEDIA_TYPE)
    assert [candidate["id"] for candidate in answer.json()["candidates"]] == sorted(NAMESAKES)
    assert answer.json()["field"] == "person"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/roles/x/pool?top=0", "query.top"),
        ("/v1/roles/x/pool?at_least=1.5", "query.at_least"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?hours_per_week=many", "query.hours_per_week"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?hours_per_week=0", "hours_per_week"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?hours_per_week=nan", "hours_per_week"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?money_per_hour=-1", "money_per_hour"),
        (f"{PROFILE}?as_of=yesterday", "query.as_of"),
        (f"{PROFILE}?as_of=2026-02-30", "query.as_of"),
        (f"{PROFILE}?as_of={SAMPLE_AS_OF + timedelta(days=1)}", "as_of"),
        (f"{PROFILE}/roles/{STORY_ROLE}/gap?as_of=", "query.as_of"),
        (f"{PROFILE}/roles/{STORY_ROLE}/gap?as_of=9999-12-31", "as_of"),
        (f"{PROFILE}/skills/SQL/explanation?as_of=yesterday", "query.as_of"),
        (f"{PROFILE}/skills/SQL/explanation?as_of=9999-12-31", "as_of"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?as_of=2026-02-30", "query.as_of"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge?as_of={SAMPLE_AS_OF + timedelta(days=1)}", "as_of"),
        (f"{PROFILE}/roles/{STORY_ROLE}/bridge/gantt?as_of={SAMPLE_AS_OF + timedelta(days=1)}", "as_of"),
        (f"/v1/roles/{STORY_ROLE}/pool?as_of=2026", "query.as_of"),
        (f"/v1/roles/{STORY_ROLE}/pool?as_of={SAMPLE_AS_OF + timedelta(days=1)}", "as_of"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(asking: TestClient, path: str, field: str) -> None:
    problem = asking.get(path).json()
    assert (problem["status"], problem["type"]) == (422, "urn:skillway:problem:invalid-input")
    assert problem["field"] == field


def test_a_name_with_a_slash_reaches_the_engine_whole(asking: TestClient) -> None:
    answer = asking.get("/v1/courses/A%2FB%20Testing%20for%20Everyone/unlocks")
    assert answer.json()["course"]["id"] == "course:a-b-testing-for-everyone"
    explained = asking.get(f"{PROFILE}/skills/A%2FB%20testing/explanation")
    assert explained.json()["skill_id"] == "own:ab-testing"


def test_unknown_routes_are_problem_documents(asking: TestClient) -> None:
    answer = asking.get("/v2/people")
    assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA_TYPE)
    assert asking.post(PROFILE).headers["allow"] == "GET"


def test_the_description_is_complete(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["components"]["securitySchemes"]) == {"ApiKey", "Bearer"}
    for path, operation in list_operations(described):
        assert operation["summary"], path
        assert operation["description"], path
        assert len(operation["tags"]) == 1, path
        content = operation["responses"]["200"]["content"]
        if "application/json" in content:
            assert content["application/json"]["schema"]["$ref"].startswith("#/components/schemas/"), path
        wanted = PROBLEMS if path.startswith("/v1/") else UNDER_WATCH[path]
        wanted = wanted | ({"410"} if path.startswith("/v1/events") else set())
        refused = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert wanted <= set(refused) <= wanted | {"400", "408", "412", "413", "415"}, path
        for answer in refused.values():
            assert answer["content"] == {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert operation.get("security", []) == ([{"ApiKey": []}, {"Bearer": []}] if path.startswith("/v1/") else [])
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])


def test_every_reference_of_the_description_leads_somewhere(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert set(list_references(described)) == known


def test_a_service_whose_graph_is_away_lives_but_is_not_ready(sample_engine: Engine, address: ServerAddress) -> None:
    store = GraphStore(address.uri, address.username, address.password.get_secret_value())
    store.close()
    lost = Engine(store, sample_engine.settings, clock=lambda: SAMPLE_AS_OF, actor="test")
    with TestClient(create_app(lost, Settings(serve=ServeSettings(api_key=KEY)))) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        counted = client.get("/metrics", headers={"X-API-Key": KEY}).text
    assert answer.status_code >= 500
    assert "skillway_graph_up 0.0" in counted
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert address.uri not in answer.text
