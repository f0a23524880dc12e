"""Every door gives the same answer: the Engine's result, ``skillway … --json`` and the HTTP body are one thing."""

import inspect
import json
from collections.abc import Iterator

import pytest
import typer
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.access.guard import list_use_cases
from engine.service import Engine
from tests.e2e.door_questions import COMMANDS, MISTAKES, QUESTIONS, Question, find_paths

KEY = "key-of-the-door-tests"
WRITING = {"infer", "embed", "draw_audit", "record_audit", "prune_decisions", "evaluate_changes", "send_mail"}
"""What changes the graph: asked for from the command line alone."""
RECORDING = {"record_evidence", "withdraw_evidence"}
"""What changes the graph from every door: compared in test_evidence_doors.py."""
LETTING_IN = {"create_key", "rotate_key", "revoke_key"}
"""What makes and ends API keys, from every door: compared in test_key_doors.py."""
SUPPOSING = {"what_if"}
"""What is asked with a document: a file on the command line, a body over HTTP."""
DRAWN = {"bridge_gantt"}
"""Pictures of what a use case answers."""
FOLLOWING = {"accept_bridge", "bridge_progress", "record_step", "replan_bridge", "drop_bridge", "kept_bridges"}
"""What is asked of a bridge that is kept, from every door: compared in test_progress_doors.py."""
ACCOUNTING = {
    "record_outcome", "export_person", "reject_skill", "correct_level", "object_to_inference", "allow_inference",
    "hide_skills", "show_skills", "erase_person", "readmit_person",
}  # fmt: skip
"""What leaves a record and changes people's data, from every door: compared in test_rights_doors.py."""
SWITCHING = {
    "switch_team", "switch_organisation", "switch_team_visibility", "switch_organisation_visibility",
}  # fmt: skip
"""What switches inference, or what others see, for many, from every door: compared in test_switch_doors.py."""
WATCHING = {
    "watch_role", "unwatch_role", "watch_pool", "unwatch_pool", "list_watches", "choose_mail_pace", "list_messages",
}  # fmt: skip
"""Who is told of roles that they nearly meet, from every door: compared in test_message_doors.py."""
TELLING = {
    "read_events", "create_subscription", "list_subscriptions", "delete_subscription", "rotate_subscription_secret",
    "list_dead_letters", "replay_dead_letters", "ping_subscription",
}  # fmt: skip
"""What is asked of events, from every door: compared in test_event_doors.py."""
BATCHED = {"batch_gaps", "batch_bridges", "batch_matches"}
"""Many questions in one request: compared with the questions alone in test_batches.py."""
WATCHED = {"check_health", "check_readiness", "read_metrics"}
"""What those who run the service ask, and no use case."""
STREAMED = {"stream_events"}
"""Answers that do not end."""
KEEPING = {"read_object", "list_objects", "write_objects", "delete_object"}
"""What other systems keep in step, a set of routes a kind: compared in test_objects_http.py."""
USE_CASES = list(list_use_cases(Engine))
FROM_EVERY_DOOR = RECORDING | SUPPOSING | FOLLOWING | ACCOUNTING | TELLING | KEEPING | LETTING_IN | SWITCHING | WATCHING
ELSEWHERE = WRITING | FROM_EVERY_DOOR
READING = [name for name in USE_CASES if name not in ELSEWHERE]


@pytest.fixture(scope="module")
def app(kept_sample: Engine) -> FastAPI:
    """The service of all questions of this file; it describes itself once."""
    return create_app(kept_sample, Settings(serve=ServeSettings(api_key=KEY, deliver=False)))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield client


def list_commands() -> set[str]:
    group = typer.main.get_command(command_line)
    assert isinstance(group, typer.core.TyperGroup)
    return {
        f"{name} {inner}" if inner else name
        for name, command in group.commands.items()
        for inner in ("", *getattr(command, "commands", ()))
    }


@pytest.mark.parametrize("method", USE_CASES)
def test_every_use_case_has_a_command(method: str) -> None:
    assert COMMANDS.get(method, method).split(" --")[0] in list_commands()


@pytest.mark.parametrize("method", [*READING, *sorted(FROM_EVERY_DOOR - KEEPING)])
def test_every_question_has_a_route(app: FastAPI, method: str) -> None:
    assert method in find_paths(app)


def test_no_route_does_what_the_engine_does_not(app: FastAPI) -> None:
    assert set(find_paths(app)) - WATCHED - DRAWN - STREAMED - BATCHED == {
        *READING,
        *RECORDING,
        *SUPPOSING,
        *FOLLOWING,
        *ACCOUNTING,
        *TELLING,
        *LETTING_IN,
        *SWITCHING,
        *WATCHING,
    }


@pytest.mark.parametrize("method", READING)
def test_every_question_is_compared_below(method: str) -> None:
    arguments = len(inspect.signature(getattr(Engine, method)).parameters) - 1
    assert sum(question.method == method for question in QUESTIONS) >= (2 if arguments else 1)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_all_doors_give_the_same_answer(
    sample_engine: Engine, sample_environment: dict[str, str], client: TestClient, app: FastAPI, question: Question
) -> None:
    expected = dump_result(question.ask_engine(sample_engine))
    answer = client.get(question.as_path(app), params=question.parameters)
    assert answer.status_code == 200, answer.text
    assert answer.content == expected
    printed = CliRunner().invoke(command_line, question.as_command(), env=sample_environment, catch_exceptions=False)
    assert json.loads(printed.stdout) == json.loads(expected)


@pytest.mark.parametrize("question", MISTAKES, ids=str)
def test_all_doors_explain_the_same_mistake(
    sample_engine: Engine, sample_environment: dict[str, str], client: TestClient, app: FastAPI, question: Question
) -> None:
    with pytest.raises(Exception, match=r".+") as refused:
        question.ask_engine(sample_engine)
    answer = client.get(question.as_path(app), params=question.parameters)
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"] in str(refused.value)
    printed = CliRunner().invoke(command_line, question.as_command(), env=sample_environment)
    assert type(printed.exception) is type(refused.value)
    assert str(printed.exception) == str(refused.value)
