"""The client is one more door: what it gives is what the Engine answers, whatever the question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import SecretStr

from api.app import create_app
from api.client import Client
from api.http_errors import Problem
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.bridge_wishes import BridgeWishes
from engine.bridges.what_if import Supposition
from engine.service import Engine
from loaders.sample import STORY_COURSE, STORY_GIG, STORY_PERSON, STORY_ROLE
from tests.e2e.door_questions import QUESTIONS, Question
from tests.e2e.serving import serve_app

KEY = "key-of-the-client-door-tests"


@pytest.fixture(scope="module")
def client(kept_sample: Engine) -> Iterator[Client]:
    serve = ServeSettings(api_key=SecretStr(KEY), deliver=False)
    with serve_app(create_app(kept_sample, Settings(serve=serve))) as url, Client(url, KEY) as client:
        yield client


LAST = {question.method: question for question in QUESTIONS}
"""One question of each method: others differ in what the service is asked, and test_doors.py asks it."""


@pytest.mark.parametrize("question", LAST.values(), ids=str)
def test_the_client_gives_the_same_answer(client: Client, sample_engine: Engine, question: Question) -> None:
    expected = question.ask_engine(sample_engine)
    answer = getattr(client, question.method)(*question.arguments, **question.options)
    assert type(answer) is type(expected)
    assert dump_result(answer) == dump_result(expected)


def test_what_is_supposed_is_asked_alike(client: Client, sample_engine: Engine) -> None:
    move = {"id": "new", "kind": "course", "cost": 1, "hours": 1, "needs": {}, "gives": {"statistics": 3}}
    supposed = {"moves": [move], "requires": {"SQL": 2}}
    wishes = BridgeWishes(exclude=(STORY_GIG,))
    expected = sample_engine.what_if(
        STORY_PERSON, STORY_ROLE, Supposition.model_validate(supposed), wishes=wishes
    )  # fmt: skip
    assert client.what_if(STORY_PERSON, STORY_ROLE, supposed, exclude=[STORY_GIG]) == expected


def test_the_calendar_comes_as_a_picture(client: Client) -> None:
    now, then = (client.bridge_gantt(STORY_PERSON, STORY_ROLE, as_of=day) for day in (None, date(2025, 1, 1)))
    assert now.startswith("<svg")
    assert then.startswith("<svg")
    assert then != now


def test_many_questions_are_answered_each_in_its_place(client: Client, sample_engine: Engine) -> None:
    asked = [{"person": person, "role": STORY_ROLE} for person in (STORY_PERSON, "Nobody At All", "Ines Duarte")]
    first, refused, third = client.batch_gaps(asked, portion=2)
    assert first == third == sample_engine.gap(STORY_PERSON, STORY_ROLE)
    assert isinstance(refused, Problem)
    assert (refused.status, refused.field) == (404, "person")

    wishes = {"exclude": [STORY_GIG]}
    [bridge] = client.batch_bridges([{"person": STORY_PERSON, "role": STORY_ROLE, "wishes": wishes}])
    assert bridge == sample_engine.bridge(STORY_PERSON, STORY_ROLE, wishes=BridgeWishes(exclude=(STORY_GIG,)))


def test_every_match_of_many_is_that_of_the_question_alone(client: Client, sample_engine: Engine) -> None:
    of_role, of_person = {"role": STORY_ROLE}, {"person": STORY_PERSON}
    asked = [
        {"ask": "pool", **of_role}, {"ask": "priced_pool", **of_role}, {"ask": "anyone", **of_role},
        {"ask": "roles", **of_person}, {"ask": "gigs", **of_person}, {"ask": "courses", **of_person},
        {"ask": "mentors", **of_person, "skill": "SQL"}, {"ask": "unlocks", "course": STORY_COURSE},
        {"ask": "holiday"},
    ]  # fmt: skip
    *told, refused = client.batch_matches(asked)
    for question, answer in zip(asked, told, strict=False):
        alone = getattr(sample_engine, question.pop("ask"))(**question)
        assert type(answer) is type(alone)
        assert dump_result(answer) == dump_result(alone)
    assert isinstance(refused, Problem)
    assert refused.status == 422


def test_questions_go_out_as_their_answers_are_taken(client: Client) -> None:
    """However many there are, no more are read than are asked."""
    read = 0

    def ask_on_and_on() -> Iterator[dict[str, str]]:
        nonlocal read
        while True:
            read += 1
            yield {"person": STORY_PERSON, "role": STORY_ROLE}

    answers = client.batch_gaps(ask_on_and_on(), portion=3)
    assert [next(answers) for _ in range(4)]
    assert read == 6
