"""Every operation of the service is reached through the client: what it calls is what the service counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.client import Client, ServiceProblem
from api.metrics import ServiceMetrics
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.registry.kinds import KINDS
from engine.service import Engine
from engine.settings import EventSettings
from tests.conftest import GraphUnderTest
from tests.e2e.door_questions import QUESTIONS
from tests.e2e.serving import serve_app
from tests.e2e.test_keep_in_step import wait_until
from tests.integration.engine.access_company import open_company
from tests.integration.engine.company import TODAY
from tests.receiver import Receiver, receiver

__all__ = ["receiver"]

KEY = "key-of-the-client-operation-tests"
LEFT_OUT = {
    "check_health": "asked by what watches the service, over plain HTTP",
    "check_readiness": "asked by what watches the service, over plain HTTP",
    "read_metrics": "read by Prometheus, in its own format",
    "stream_events": "does not end; read_events reads the same on from where one was",
}
"""Operations that the client does not have, and why."""
COMPARED = {"bridge_gantt", "what_if", "batch_gaps", "batch_bridges", "batch_matches"}
"""Operations that test_client_doors.py asks for beside its questions."""


@dataclass
class Service:
    """The service under test, and who may ask it."""

    app: FastAPI
    engine: Engine
    url: str

    def count(self) -> dict[str, float]:
        metrics: ServiceMetrics = self.app.state.metrics
        return {
            sample.labels["operation"]: sample.value
            for metric in metrics.registry.collect()
            for sample in metric.samples
            if sample.name == "skillway_http_request_seconds_count" and sample.labels["status"] < "300"
        }


@pytest.fixture(scope="module")
def service(graph: GraphUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    graph.wipe()
    graph.holds = "the company of the client's operations"
    engine = open_company(graph.store)
    events = EventSettings(allow_private=True, key_file=tmp_path_factory.mktemp("keys") / "keys")
    engine = Engine(
        graph.store, engine.settings.model_copy(update={"events": events}), clock=lambda: TODAY, actor="tester"
    )
    app = create_app(engine, Settings(serve=ServeSettings(api_key=SecretStr(KEY), deliver=False)))
    with serve_app(app) as url:
        yield Service(app, engine, url)


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url, KEY) as client:
        yield client


@pytest.fixture
def reached(service: Service) -> Callable[[], set[str]]:
    """Which operations answered well since the test began."""
    before = service.count()
    return lambda: {name for name, count in service.count().items() if count > before.get(name, 0)}


REACHED: dict[str, set[str]] = {
    "kept": {"accept_bridge", "kept_bridges", "bridge_progress", "record_step", "replan_bridge", "drop_bridge"},
    "rights": {
        "export_person", "reject_skill", "correct_level", "object_to_inference", "allow_inference", "hide_skills",
        "show_skills", "erase_person", "list_erasures", "readmit_person",
    },
    "evidence": {"record_evidence", "withdraw_evidence"},
    "watches": {
        "watch_role", "watch_pool", "list_watches", "choose_mail_pace", "unwatch_role", "unwatch_pool",
        "list_messages",
    },
    "switches": {
        "list_switches", "switch_organisation", "switch_team", "switch_organisation_visibility",
        "switch_team_visibility",
    },
    "keys": {"create_key", "list_keys", "rotate_key", "revoke_key"},
    "decisions": {"pool", "list_decisions", "record_outcome", "verify_decisions"},
    "events": {
        "create_subscription", "list_subscriptions", "ping_subscription", "rotate_subscription_secret",
        "list_dead_letters", "replay_dead_letters", "delete_subscription", "read_events",
    },
}  # fmt: skip
"""What each of the tests below reaches: each says so by a check of its own."""


def list_object_operations(kind: str) -> set[str]:
    one = KINDS[kind].singular
    verbs = {"evidence": ("read", "delete"), "endorsements": ("read", "put", "delete")}
    changed = verbs.get(kind, ("read", "put", "patch", "delete"))
    return {f"list_{kind}", f"write_{kind}"} | {f"{verb}_{one}" for verb in changed}


def test_every_operation_is_reached_or_named_as_left_out(service: Service) -> None:
    described = {
        operation["operationId"]
        for operations in service.app.openapi()["paths"].values()
        for operation in operations.values()
    }
    held = {question.method for question in QUESTIONS}.union(
        COMPARED, *REACHED.values(), *map(list_object_operations, KINDS)
    )
    assert held & LEFT_OUT.keys() == set()
    assert held | LEFT_OUT.keys() == described


OBJECTS: dict[str, dict[str, Any]] = {
    "people": {"id": "new/one", "name": "New"},
    "teams": {"id": "new/one", "name": "New"},
    "skills": {"id": "new/one", "preferred_label": "New"},
    "roles": {"id": "new/one", "title": "New"},
    "courses": {"id": "new/one", "title": "New"},
    "projects": {"id": "new/one", "title": "New", "kind": "gig"},
    "assessments": {"id": "new/one", "title": "New"},
    "credentials": {"id": "new/one", "title": "New"},
    "evidence": {
        "person_id": "ben", "skill_id": "sql", "kind": "attestation", "level": 2.0, "observed_on": TODAY,
        "origin": "test",
    },
    "endorsements": {
        "endorser_id": "dan", "person_id": "ben", "skill_id": "sql", "level": 2.0, "observed_on": TODAY,
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_objects_of_every_kind(client: Client, kind: str, reached: Callable[[], set[str]]) -> None:
    [written] = client.write_objects(kind, [OBJECTS[kind]])
    assert written["status"] == "created", written
    found = client.read_object(kind, written["id"])
    assert found.content in list(client.list_objects(kind, limit=1000))
    operations, one = list_object_operations(kind), KINDS[kind].singular
    if f"put_{one}" in operations:
        assert client.write_object(kind, written["id"], found.content, etag=found.etag) == found
        with pytest.raises(ServiceProblem) as there:
            client.write_object(kind, written["id"], found.content, create_only=True)
        assert there.value.problem.status == 412
    if f"patch_{one}" in operations:
        name = next(name for name in ("name", "title", "preferred_label") if name in OBJECTS[kind])
        patched = client.patch_object(kind, written["id"], {name: "Newer"}, etag=found.etag)
        assert patched.content == {**found.content, name: "Newer"}
        with pytest.raises(ServiceProblem) as late:
            client.delete_object(kind, written["id"], etag=found.etag)
        assert late.value.problem.status == 412
    if kind == "people":
        with pytest.raises(ServiceProblem, match="not deleted but erased"):
            client.delete_object(kind, written["id"])
        operations -= {"delete_person"}
    else:
        assert client.delete_object(kind, written["id"]).id == written["id"]
    wait_until(lambda: reached() == operations)


def test_accepted_bridges(client: Client, service: Service, reached: Callable[[], set[str]]) -> None:
    accepted = client.accept_bridge("ana", "python-analyst", hours_per_week=4.0)
    assert client.kept_bridges("ana") == service.engine.kept_bridges("ana")
    [step] = accepted.steps
    done = client.record_step("ana", "python-analyst", step.id, money=12.5, started_on=TODAY)
    assert client.bridge_progress("ana", "python-analyst") == done
    assert client.replan_bridge("ana", "python-analyst").role == accepted.role
    assert client.drop_bridge("ana", "python-analyst").status == "dropped"
    wait_until(lambda: reached() == REACHED["kept"])


def test_rights(client: Client, reached: Callable[[], set[str]]) -> None:
    with pytest.raises(ServiceProblem):
        client.correct_level("ana", "sql", 7.0)
    assert client.correct_level("ana", "sql", 4.0).person.id == "ana"
    assert client.reject_skill("ana", "python").skill.id == "python"
    assert client.object_to_inference("ana") != client.allow_inference("ana")
    assert client.hide_skills("ana", "listed") != client.show_skills("ana", "listed")
    assert client.export_person("ana").person.id == "ana"
    assert client.export_page("ana").lstrip().startswith("<!")
    receipt = client.erase_person("cleo")
    assert receipt in client.list_erasures().receipts
    assert client.readmit_person("cleo").person_id == "cleo"
    wait_until(lambda: reached() == REACHED["rights"])


def test_evidence(client: Client, reached: Callable[[], set[str]]) -> None:
    told = client.record_evidence("ben", "python", "attestation", level=3.0, observed_on=TODAY)
    taken = client.withdraw_evidence(told.evidence_id)
    assert (told.status, taken.status, taken.person) == ("active", "withdrawn", told.person)
    wait_until(lambda: reached() == REACHED["evidence"])


def test_watches_and_messages(client: Client, service: Service, reached: Callable[[], set[str]]) -> None:
    client.watch_role("mia", "analyst")
    client.watch_pool("mia", "analyst", team="writers")
    client.choose_mail_pace("mia", "weekly")
    assert client.list_watches("mia") == service.engine.list_watches("mia")
    assert client.list_messages("mia", limit=3) == service.engine.list_messages("mia", limit=3)
    client.unwatch_role("mia", "analyst")
    left = client.unwatch_pool("mia", "analyst", team="writers")
    assert left == service.engine.list_watches("mia")
    wait_until(lambda: reached() == REACHED["watches"])


def test_switches(client: Client, service: Service, reached: Callable[[], set[str]]) -> None:
    client.switch_team("writers", "soft_off")
    client.switch_organisation("soft_off")
    assert client.switch_team_visibility("writers", "hidden", False).switch.hidden.by_hand is False
    assert client.switch_organisation_visibility("listed", True).changed == 0
    assert client.list_switches() == service.engine.list_switches()
    client.switch_organisation("on")
    client.switch_team("writers", "on")
    client.switch_organisation_visibility("listed", None)
    assert client.switch_team_visibility("writers", "hidden", None).switch.hidden.by_hand is None
    wait_until(lambda: reached() == REACHED["switches"])


def test_keys(client: Client, service: Service, reached: Callable[[], set[str]]) -> None:
    made = client.create_key("portal", "integration", scopes=["people:read"])
    again = client.rotate_key(made.key.id, overlap_hours=0.0)
    assert made.token != again.token
    with Client(service.url, again.token) as portal, pytest.raises(ServiceProblem) as refused:
        portal.list_keys()
    assert refused.value.problem.status == 403
    client.revoke_key(again.key.id)
    assert client.list_keys() == service.engine.list_keys()
    wait_until(lambda: reached() == REACHED["keys"])


def test_an_admin_says_why_they_ask(client: Client, service: Service) -> None:
    token = client.create_key("admin", "admin").token
    with Client(service.url, token) as silent, pytest.raises(ServiceProblem) as refused:
        silent.profile("ana")
    assert refused.value.problem.status == 403
    with Client(service.url, token, reason="complaint 17") as admin:
        assert admin.profile("ana").person.id == "ana"


def test_decisions(client: Client, service: Service, reached: Callable[[], set[str]]) -> None:
    client.pool("analyst")
    [asked] = client.list_decisions(operation="pool", top=1).records
    decided = client.record_outcome(asked.id, "rejected", reason="no time")
    assert decided.id != asked.id
    assert client.verify_decisions().holds
    assert client.list_decisions(since=date(2000, 1, 1)) == service.engine.list_decisions(since=date(2000, 1, 1))
    wait_until(lambda: reached() == REACHED["decisions"])


def test_events_and_subscriptions(client: Client, receiver: Receiver, reached: Callable[[], set[str]]) -> None:
    made = client.subscribe(receiver.url, types=["skillway.role.changed"])
    [listed] = client.list_subscriptions().subscriptions
    name = listed.id
    assert client.ping_subscription(name).problem is None
    assert client.rotate_subscription_secret(name).secret != made.secret
    assert client.list_dead_letters(name, limit=5).dead_letters == ()
    assert client.replay_dead_letters(name).replayed == 0
    assert client.read_events(limit=1).events
    client.unsubscribe(name)
    client.unsubscribe(name)
    assert client.list_subscriptions().subscriptions == ()
    wait_until(lambda: reached() == REACHED["events"])
