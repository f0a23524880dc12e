"""Every door gives the same answer: the Engine's result, ``skillway … --json`` and the HTTP body are one thing."""

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

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
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from loaders.sample import (
    CHANGING_ROLE,
    HIDDEN_ANALYSTS,
    SAMPLE_AS_OF,
    STORY_COURSE,
    STORY_GIG,
    STORY_PERSON,
    STORY_ROLE,
    TALENT_EXPORTER,
)

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
SWITCHING = {"switch_team", "switch_organisation"}
"""What switches inference for many, from every door: compared in test_switch_doors.py."""
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
COMMANDS = {
    "profile": "person",
    "anyone": "bridge --anyone",
    "priced_pool": "pool --prices",
    "record_evidence": "evidence",
    "withdraw_evidence": "evidence",
    "promised_pool": "pool",
    "verify_next": "pool",
    "bridge_alternatives": "bridge",
    "bridge_front": "bridge --pareto",
    "bridge_expected": "bridge --expected",
    "what_if": "bridge --with",
    "draw_audit": "audit draw",
    "record_audit": "audit record",
    "audit_status": "audit status",
    "accept_bridge": "progress accept",
    "bridge_progress": "progress show",
    "record_step": "progress record",
    "replan_bridge": "progress replan",
    "drop_bridge": "progress drop",
    "kept_bridges": "progress list",
    "watch_role": "watch add",
    "watch_pool": "watch add",
    "unwatch_role": "watch remove",
    "unwatch_pool": "watch remove",
    "list_watches": "watch list",
    "choose_mail_pace": "watch mail",
    "list_messages": "messages",
    "evaluate_changes": "watch evaluate",
    "send_mail": "watch send",
    "read_events": "events list",
    "create_subscription": "events subscribe",
    "list_subscriptions": "events subscriptions",
    "delete_subscription": "events unsubscribe",
    "rotate_subscription_secret": "events rotate",
    "list_dead_letters": "events dead-letters",
    "replay_dead_letters": "events replay",
    "ping_subscription": "events ping",
    "list_decisions": "decisions list",
    "verify_decisions": "decisions verify",
    "record_outcome": "decisions decide",
    "prune_decisions": "decisions prune",
    "export_person": "rights export",
    "reject_skill": "rights reject",
    "correct_level": "rights correct",
    "object_to_inference": "rights object",
    "allow_inference": "rights allow",
    "hide_skills": "rights hide",
    "show_skills": "rights show",
    "erase_person": "rights erase",
    "readmit_person": "rights readmit",
    "list_erasures": "rights receipts",
    "skill_landscape": "landscape skills",
    "role_landscape": "landscape role",
    "list_switches": "switches list",
    "switch_team": "switches team",
    "switch_organisation": "switches organisation",
    "read_object": "objects show",
    "list_objects": "objects list",
    "write_objects": "objects write",
    "delete_object": "objects delete",
    "create_key": "keys create",
    "list_keys": "keys list",
    "rotate_key": "keys rotate",
    "revoke_key": "keys revoke",
}
"""Commands that are not called as the method is."""
ONE_A_TIME = {"skills": "skill", "levels": "level"}
"""What a door repeats, one value a time."""
OPTIONS = {"count": "verify-next", "kinds": "kind"}
"""Options of the command line that are not called as the argument is."""

USE_CASES = list(list_use_cases(Engine))
FROM_EVERY_DOOR = RECORDING | SUPPOSING | FOLLOWING | ACCOUNTING | TELLING | KEEPING | LETTING_IN | SWITCHING | WATCHING
ELSEWHERE = WRITING | FROM_EVERY_DOOR
READING = [name for name in USE_CASES if name not in ELSEWHERE]


@dataclass(frozen=True)
class Question:
    """One question, to be put to every door."""

    method: str
    arguments: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    def ask_engine(self, engine: Engine) -> object:
        wished = {name: value for name, value in self.options.items() if name in BridgeWishes.model_fields}
        others = {name: value for name, value in self.options.items() if name not in wished}
        wishes = {"wishes": BridgeWishes(**wished)} if wished else {}
        return getattr(engine, self.method)(*self.arguments, **others, **wishes)

    def as_command(self) -> list[str]:
        words = [*COMMANDS.get(self.method, self.method).split(), *self.arguments, "--json"]
        for name, value in self.options.items():
            option = f"--{OPTIONS.get(name, ONE_A_TIME.get(name, name)).replace('_', '-')}"
            for item in value if isinstance(value, list) else [value]:
                words += [option] if item is True else [option, str(item)]
        return words

    @property
    def parameters(self) -> dict[str, Any]:
        return {ONE_A_TIME.get(name, name): value for name, value in self.options.items()}

    def as_path(self, app: FastAPI) -> str:
        path = find_paths(app)[self.method]
        for argument in self.arguments:
            before, rest = path.split("{", 1)
            path = before + quote(argument, safe="") + rest.split("}", 1)[1]
        return path

    def __str__(self) -> str:
        return " ".join([self.method, *self.arguments, *map(str, self.options.values())])


QUESTIONS = [
    Question("profile", (STORY_PERSON,)),
    Question("profile", ("Ines Duarte",)),
    Question("profile", (TALENT_EXPORTER,)),
    Question("profile", (STORY_PERSON,), {"explain": True}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"explain": True}),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF - timedelta(days=200)}),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF, "explain": True}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF - timedelta(days=200), "explain": True}),
    Question("pool", (STORY_ROLE,), {"top": 2, "explain": True}),
    Question("explain", ("Ines Duarte", "statistics")),
    Question("explain", (STORY_PERSON, "Python (computer programming)")),
    Question("explain", (HIDDEN_ANALYSTS[0], "statistics")),
    Question("pool", ("Junior Data Analyst",), {"top": 3, "at_least": 0.2}),
    Question("pool", (CHANGING_ROLE,)),
    Question("gap", (STORY_PERSON, STORY_ROLE)),
    Question("gap", ("ines duarte", "financial analyst")),
    Question("bridge", (STORY_PERSON, STORY_ROLE)),
    Question(
        "bridge",
        ("Ines Duarte", "Junior Data Analyst"),
        {"hours_per_week": 4.0, "money_per_hour": 0.0, "exclude": [STORY_GIG, STORY_COURSE]},
    ),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"budget": 0.0, "hours": 500.0, "weeks": 40}),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"budget": 0.0, "hours": 0.5}),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"weeks": 1}),
    Question(
        "bridge",
        ("Ines Duarte", "Junior Data Analyst"),
        {"require": [STORY_COURSE], "started": [f"{STORY_COURSE}=2.5"]},
    ),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"price_without": True}),
    Question("bridge_expected", (STORY_PERSON, STORY_ROLE)),
    Question(
        "bridge_expected", ("Ines Duarte", "Junior Data Analyst"), {"money_per_hour": 5.0, "exclude": [STORY_GIG]}
    ),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 3}),
    Question(
        "bridge_alternatives",
        ("Ines Duarte", "Junior Data Analyst"),
        {"best": 5, "difference": 0.5, "money_per_hour": 0.0, "exclude": [STORY_GIG]},
    ),
    Question(
        "bridge_alternatives",
        ("Ines Duarte", "Junior Data Analyst"),
        {"best": 3, "budget": 900.0, "require": [STORY_GIG]},
    ),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE)),
    Question("bridge_front", ("Ines Duarte", "Junior Data Analyst"), {"hours": 120.0, "started": [STORY_GIG]}),
    Question("bridge_front", ("Ines Duarte", "Junior Data Analyst"), {"hours_per_week": 4.0, "money_per_hour": 0.0}),
    Question("anyone", ("Junior Data Analyst",), {"top": 3}),
    Question("anyone", (STORY_ROLE,), {"top": 5, "hours_per_week": 4.0, "money_per_hour": 0.0, "exclude": [STORY_GIG]}),
    Question("anyone", (STORY_ROLE,), {"top": 3, "budget": 900.0, "hours": 120.0}),
    Question("roles", (STORY_PERSON,)),
    Question("roles", ("Ines Duarte",), {"weeks": 8, "budget": 250.0, "started": [STORY_COURSE]}),
    Question("roles", ("Ines Duarte",), {"kinds": ["course", "gig"], "money_per_hour": 12.5}),
    Question("gigs", (STORY_PERSON,)),
    Question("gigs", ("Ines Duarte",), {"top": 2, "at_least": 0.0}),
    Question("courses", (STORY_PERSON,)),
    Question("courses", ("Ines Duarte",), {"role": "Junior Data Analyst", "top": 3}),
    Question("mentors", (STORY_PERSON, "SQL")),
    Question("mentors", ("Ines Duarte", "statistics"), {"level": 2.5, "top": 3}),
    Question("priced_pool", (STORY_ROLE,)),
    Question("priced_pool", ("Junior Data Analyst",), {"top": 3, "at_least": 0.2}),
    Question("promised_pool", (), {"skills": ["SQL", "statistics"], "levels": [2.0, 2.0], "precision": 0.8}),
    Question("promised_pool", (), {"skills": ["A/B testing"]}),
    Question("promised_pool", (), {"role": "Junior Data Analyst", "precision": 0.6}),
    Question("promised_pool", (), {"role": STORY_ROLE, "precision": 0.5, "core": True}),
    Question("verify_next", (), {"skills": ["SQL"], "levels": [3.0], "count": 4}),
    Question("verify_next", (), {"role": STORY_ROLE, "precision": 0.6, "count": 3}),
    Question("unlocks", (STORY_COURSE,)),
    Question("unlocks", ("A/B Testing for Everyone",)),
    Question("skill_landscape", ()),
    Question("skill_landscape", (), {"top": 3}),
    Question("skill_landscape", (), {"skills": ["SQL", "statistics"]}),
    Question("role_landscape", (STORY_ROLE,)),
    Question("role_landscape", ("Data Analyst",)),
    Question("audit_status", ()),
    Question("chains", (STORY_COURSE, STORY_ROLE)),
    Question("chains", (STORY_COURSE, "Data Analyst"), {"most": 2, "moves": 3}),
    Question("list_decisions", (), {"operation": "pool", "top": 5}),
    Question("list_decisions", (), {"person": STORY_PERSON, "since": SAMPLE_AS_OF, "top": 3}),
    Question("verify_decisions", ()),
    Question("list_erasures", ()),
    Question("list_switches", ()),
    Question("list_keys", ()),
]

MISTAKES = [
    Question("profile", ("Nobody At All",)),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("explain", (STORY_PERSON, "no such skill")),
    Question("pool", ("Jnior Data Analyst",)),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"hours_per_week": -1.0}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"exclude": ["no such course"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"budget": -1.0}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"weeks": -1}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"require": [STORY_GIG], "exclude": [STORY_GIG]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": ["no such course=3"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": [f"{STORY_GIG}=-3"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": [STORY_GIG], "kinds": ["course"]}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 2, "weeks": 5}),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE), {"weeks": 5}),
    Question("bridge_expected", (STORY_PERSON, STORY_ROLE), {"budget": 5.0}),
    Question("anyone", (STORY_ROLE,), {"require": [STORY_COURSE]}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 0}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 3, "difference": -0.5}),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE), {"hours_per_week": 0.0}),
    Question("anyone", ("Jnior Data Analyst",)),
    Question("anyone", (STORY_ROLE,), {"hours_per_week": -1.0}),
    Question("roles", ("Nobody At All",)),
    Question("roles", (STORY_PERSON,), {"kinds": ["holiday"]}),
    Question("gigs", ("Nobody At All",)),
    Question("courses", (STORY_PERSON,), {"role": "Jnior Data Analyst"}),
    Question("mentors", (STORY_PERSON, "no such skill")),
    Question("mentors", (STORY_PERSON, "SQL"), {"level": 6.0}),
    Question("priced_pool", ("Jnior Data Analyst",)),
    Question("promised_pool", (), {"skills": ["SQL"], "precision": 1.5}),
    Question("promised_pool", (), {"skills": ["SQL"], "levels": [7.0]}),
    Question("promised_pool", (), {"skills": ["SQL", "statistics"], "levels": [3.0]}),
    Question("promised_pool", (), {"skills": ["no such skill"]}),
    Question("promised_pool", (), {"role": STORY_ROLE, "skills": ["SQL"]}),
    Question("verify_next", (), {"role": "Jnior Data Analyst", "count": 3}),
    Question("verify_next", (), {"skills": ["SQL"], "count": 0}),
    Question("unlocks", ("no such course",)),
    Question("skill_landscape", (), {"skills": ["no such skill"]}),
    Question("skill_landscape", (), {"top": 0}),
    Question("role_landscape", ("Jnior Data Analyst",)),
    Question("chains", (STORY_COURSE, "Jnior Data Analyst")),
    Question("chains", (STORY_COURSE, STORY_ROLE), {"moves": 5}),
    Question("chains", (STORY_COURSE, STORY_ROLE), {"most": 0}),
    Question("list_decisions", (), {"top": 0}),
    Question("list_decisions", (), {"person": "Nobody At All"}),
]


@pytest.fixture
def app(sample_engine: Engine) -> FastAPI:
    return create_app(sample_engine, Settings(serve=ServeSettings(api_key=KEY)))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield client


def find_paths(app: FastAPI) -> dict[str, str]:
    return {
        operation["operationId"]: path
        for path, operations in app.openapi()["paths"].items()
        if not path.startswith("/v1/objects/")
        for operation in operations.values()
    }


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
