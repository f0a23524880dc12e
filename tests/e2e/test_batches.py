"""Many questions in one request: each answered as if it came alone, in its place, or refused by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.http_errors import MEDIA_TYPE as PROBLEM
from api.ndjson import MEDIA_TYPE
from api.output import dump_result
from api.routes.batches import MOST_QUESTIONS
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from loaders.sample import HIDDEN_ANALYSTS, SAMPLE_AS_OF, STORY_COURSE, STORY_GIG, STORY_PERSON, STORY_ROLE

KEY = "key-of-the-batch-tests"
OTHER = HIDDEN_ANALYSTS[0]


@pytest.fixture
def client(sample_engine: Engine) -> Iterator[TestClient]:
    app = create_app(sample_engine, Settings(serve=ServeSettings(api_key=KEY)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield client


def post(client: TestClient, path: str, lines: list[object], **headers: str) -> list[dict[str, Any]]:
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    answer = client.post(f"/v1/{path}", content=body, headers={"Content-Type": MEDIA_TYPE, **headers})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    said = [json.loads(line) for line in answer.content.splitlines()]
    assert [item["line"] for item in said] == list(range(1, len(lines) + 1))
    return said


def load(answer: object) -> object:
    return json.loads(dump_result(answer))


def test_gaps_and_bridges_are_those_of_the_questions_alone(client: TestClient, sample_engine: Engine) -> None:
    people = [STORY_PERSON, OTHER, "Ines Duarte"]
    gaps = post(client, "gaps", [{"person": person, "role": STORY_ROLE} for person in people])
    assert [item["answer"] for item in gaps] == [load(sample_engine.gap(person, STORY_ROLE)) for person in people]

    wishes = {"exclude": [STORY_GIG], "money_per_hour": 5.0}
    bridges = post(
        client,
        "bridges",
        [{"person": STORY_PERSON, "role": STORY_ROLE}, {"person": STORY_PERSON, "role": STORY_ROLE, "wishes": wishes}],
    )
    expected = [
        sample_engine.bridge(STORY_PERSON, STORY_ROLE),
        sample_engine.bridge(STORY_PERSON, STORY_ROLE, wishes=BridgeWishes(exclude=(STORY_GIG,), money_per_hour=5.0)),
    ]
    assert [item["answer"] for item in bridges] == [load(item) for item in expected]


def test_matches_are_those_of_the_questions_alone(client: TestClient, sample_engine: Engine) -> None:
    said = post(
        client,
        "matches",
        [
            {"ask": "pool", "role": STORY_ROLE, "top": 3},
            {"ask": "gigs", "person": STORY_PERSON, "at_least": 0.0},
            {"ask": "courses", "person": STORY_PERSON, "role": STORY_ROLE, "top": 2},
            {"ask": "mentors", "person": STORY_PERSON, "skill": "SQL", "level": 2.0},
            {"ask": "priced_pool", "role": STORY_ROLE, "top": 2},
            {"ask": "anyone", "role": STORY_ROLE, "top": 2},
            {"ask": "roles", "person": STORY_PERSON, "wishes": {"kinds": ["course"]}},
            {"ask": "unlocks", "course": STORY_COURSE},
        ],
    )
    expected = [
        sample_engine.pool(STORY_ROLE, top=3),
        sample_engine.gigs(STORY_PERSON, at_least=0.0),
        sample_engine.courses(STORY_PERSON, role=STORY_ROLE, top=2),
        sample_engine.mentors(STORY_PERSON, "SQL", level=2.0),
        sample_engine.priced_pool(STORY_ROLE, top=2),
        sample_engine.anyone(STORY_ROLE, top=2),
        sample_engine.roles(STORY_PERSON, wishes=BridgeWishes(kinds=("course",))),
        sample_engine.unlocks(STORY_COURSE),
    ]
    assert [item["answer"] for item in said] == [load(item) for item in expected]


def test_what_is_wrong_with_a_line_is_told_in_its_place_and_stops_no_other(
    client: TestClient, sample_engine: Engine
) -> None:
    right = {"person": STORY_PERSON, "role": STORY_ROLE}
    said = post(
        client,
        "bridges",
        [
            {"person": "Nobody At All", "role": STORY_ROLE},
            "{no json",
            "[1]",
            {"person": STORY_PERSON},
            right | {"hours": 3},
            right | {"wishes": {"hours_per_week": -1.0}},
            right | {"wishes": {"hours_per_weak": 1.0}},
            right,
        ],
    )
    problems = [item["problem"] for item in said[:-1]]
    assert [(item["status"], item["field"]) for item in problems] == [
        (404, "person"), (422, "line"), (422, "line"), (422, "role"), (422, "hours"), (422, "hours_per_week"),
        (422, "wishes.hours_per_weak"),
    ]  # fmt: skip
    assert said[-1]["answer"] == load(sample_engine.bridge(STORY_PERSON, STORY_ROLE))


def test_a_line_may_ask_of_a_past_day(client: TestClient, sample_engine: Engine) -> None:
    day, tomorrow = SAMPLE_AS_OF - timedelta(days=200), SAMPLE_AS_OF + timedelta(days=1)
    of_one, days = {"person": STORY_PERSON, "role": STORY_ROLE}, [str(day), "yesterday", str(tomorrow)]
    for path, asked, expected, now in (
        ("gaps", of_one, sample_engine.gap(*of_one.values(), as_of=day), sample_engine.gap(*of_one.values())),
        ("bridges", of_one, sample_engine.bridge(*of_one.values(), as_of=day), sample_engine.bridge(*of_one.values())),
        (
            "matches",
            {"ask": "pool", "role": STORY_ROLE},
            sample_engine.pool(STORY_ROLE, as_of=day),
            sample_engine.pool(STORY_ROLE),
        ),
    ):
        told, *refused = post(client, path, [asked | {"as_of": item} for item in days])
        assert told["answer"] == load(expected) != load(now)
        assert [item["problem"]["status"] for item in refused] == [422, 422]
        assert refused[0]["problem"]["field"].endswith("as_of")
        assert "yet to come" in refused[1]["problem"]["detail"]


def test_a_match_must_say_what_it_asks(client: TestClient) -> None:
    said = post(
        client, "matches", [{"ask": "weather"}, {"role": STORY_ROLE}, {"ask": "pool", "role": STORY_ROLE, "top": 0}]
    )

    assert [item["problem"]["status"] for item in said] == [422, 422, 422]


def test_each_line_is_allowed_or_refused_by_itself(client: TestClient, sample_engine: Engine) -> None:
    key = sample_engine.create_key("batch-employee", "employee", person=STORY_PERSON)
    try:
        said = post(
            client,
            "gaps",
            [{"person": STORY_PERSON, "role": STORY_ROLE}, {"person": OTHER, "role": STORY_ROLE}],
            **{"X-API-Key": key.token},
        )
        assert "answer" in said[0]
        assert said[1]["problem"]["type"] == "urn:skillway:problem:forbidden"
        [pool] = post(client, "matches", [{"ask": "pool", "role": STORY_ROLE}], **{"X-API-Key": key.token})
        assert pool["problem"]["status"] == 403
    finally:
        sample_engine.revoke_key(key.key.id)


def test_a_batch_is_ndjson_and_has_so_many_lines(client: TestClient) -> None:
    line = json.dumps({"person": "x", "role": "y"})
    long = client.post(
        "/v1/gaps", content="\n".join([line] * (MOST_QUESTIONS + 1)), headers={"Content-Type": MEDIA_TYPE}
    )
    assert (long.status_code, long.headers["content-type"]) == (413, PROBLEM)
    assert client.post("/v1/gaps", json={}).status_code == 415
    assert client.post("/v1/gaps", content="", headers={"Content-Type": MEDIA_TYPE}).content == b""
