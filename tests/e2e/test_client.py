"""The typed client asks the real service over the network, and gets what the Engine answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date

import httpx2
import pytest

from api.app import create_app
from api.client import Client, ServiceProblem, TaggedObject
from api.service_settings import LimitSettings, ServeSettings
from api.settings import Settings
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema.nodes import Evidence
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.e2e.serving import serve_app
from tests.integration.engine.access_company import open_company
from tests.integration.engine.company import TODAY
from tests.relay import Relay

KEY = "key-of-the-client-tests"


@pytest.fixture(scope="module")
def engine(graph: GraphUnderTest) -> Engine:
    graph.wipe()
    graph.holds = "the company of the client's tests"
    return open_company(graph.store)


@pytest.fixture(scope="module")
def url(engine: Engine) -> Iterator[str]:
    with serve_app(create_app(engine, Settings(serve=ServeSettings(api_key=KEY, deliver=False)))) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url, KEY) as client:
        yield client


def test_answers_are_those_of_the_engine(client: Client, engine: Engine) -> None:
    assert client.profile("ana") == engine.profile("ana")
    assert client.profile("Ana Surname") == engine.profile("ana")
    assert client.explain("ana", "sql") == engine.explain("ana", "sql")
    assert client.gap("ana", "python-analyst") == engine.gap("ana", "python-analyst")
    day = TODAY.replace(month=1, day=1)
    assert client.profile("ana", as_of=day) == engine.profile("ana", as_of=day) != engine.profile("ana")
    gap = engine.gap("ana", "python-analyst", as_of=day)
    assert client.gap("ana", "python-analyst", as_of=day) == gap != engine.gap("ana", "python-analyst")
    assert client.pool("analyst", top=3, at_least=0.1).entries == engine.pool("analyst", top=3, at_least=0.1).entries
    pool = client.pool("analyst", top=3, at_least=0.1, as_of=day)
    assert pool == engine.pool("analyst", top=3, at_least=0.1, as_of=day)
    assert (pool.as_of, engine.pool("analyst").as_of) == (day, TODAY)
    why = client.explain("ana", "sql", as_of=day)
    assert why == engine.explain("ana", "sql", as_of=day) != engine.explain("ana", "sql")
    planned = engine.bridge("ana", "python-analyst", as_of=day, wishes=BridgeWishes(exclude=("sql-course",)))
    assert client.bridge("ana", "python-analyst", as_of=day, exclude=["sql-course"]) == planned
    bridge = client.bridge("ana", "python-analyst", exclude=["sql-course"], weeks=None)
    assert bridge == engine.bridge("ana", "python-analyst", wishes=BridgeWishes(exclude=("sql-course",)))
    assert client.bridge("ana", "python-analyst").steps != bridge.steps
    assert client.roles("ana").roles == engine.roles("ana").roles
    assert client.unlocks("sql-course").course == engine.unlocks("sql-course").course


@pytest.mark.parametrize(
    ("ask", "status", "slug", "field"),
    [
        (lambda c: c.profile("nobody"), 404, "not-found", "person"),
        (lambda c: c.profile("a?b#c & d%2F"), 404, "not-found", "person"),
        (lambda c: c.bridge("ana", "analyst", weeks=-1), 422, "invalid-input", "weeks"),
        (lambda c: c.record_evidence("ana", "sql", "rumour"), 422, "invalid-input", "kind"),
        (lambda c: c.write_object("roles", "r", {"colour": "red"}), 422, "invalid-input", "body.title"),
        (lambda c: list(c.list_objects("teams", colour="red")), 422, "invalid-input", "colour"),
        (lambda c: c.read_object("teams", "none"), 404, "not-found", "object_id"),
        (lambda c: c.read_events(after=1_000_000), 422, "invalid-input", "after"),
        (lambda c: c.read_events(types=["no.such"]), 422, "invalid-input", "types"),
    ],
)
def test_a_refusal_is_an_error_with_its_fields(
    client: Client, ask: Callable[[Client], object], status: int, slug: str, field: str
) -> None:
    with pytest.raises(ServiceProblem) as refused:
        ask(client)
    problem = refused.value.problem
    assert (problem.status, problem.type, problem.field) == (status, f"urn:skillway:problem:{slug}", field)
    assert problem.detail in str(refused.value)


def test_a_key_that_is_none_opens_nothing(url: str) -> None:
    with Client(url, "wrong") as stranger, pytest.raises(ServiceProblem) as refused:
        stranger.profile("ana")
    assert (refused.value.problem.status, refused.value.problem.type) == (401, "about:blank")


def test_what_is_no_service_of_ours_is_told_as_such() -> None:
    with Client("ftp://127.0.0.1", KEY) as client, pytest.raises(httpx2.UnsupportedProtocol):
        client.profile("ana")


def test_objects_are_written_read_and_guarded_by_their_tags(client: Client, engine: Engine) -> None:
    path = ("roles", "data lead/eu")
    made = client.write_object(*path, {"title": "Lead", "requires": [{"skill_id": "sql", "level": 3}]})
    assert made == client.read_object(*path)
    assert made.content["requires"][0]["level"] == 3.0
    assert engine.read_object(*path).values["title"] == "Lead"
    changed = client.write_object(*path, {"title": "Head"}, etag=made.etag)
    assert isinstance(changed, TaggedObject)
    assert changed.etag != made.etag
    with pytest.raises(ServiceProblem) as late:
        client.write_object(*path, {"title": "Chief"}, etag=made.etag)
    assert (late.value.problem.status, client.read_object(*path)) == (412, changed)


def test_pages_are_read_to_their_end(client: Client) -> None:
    rows = [{"id": f"page-{number}", "name": f"Page {number}", "function": "Pages"} for number in range(7)]
    assert [row["status"] for row in client.write_objects("teams", rows)] == ["created"] * 7
    found = list(client.list_objects("teams", function="Pages", limit=3, fields="name"))
    assert found == [{"id": row["id"], "name": row["name"]} for row in rows]


def test_many_rows_are_told_one_by_one_in_their_order(client: Client) -> None:
    odd = "line\u2028separator"
    rows = [
        {"id": odd, "title": "A", "hours": 2.5}, {"id": "no-title"},
        {"id": "b\x85", "title": "B\nb", "start_on": date(2026, 9, 1)}, {"id": odd, "title": "A", "hours": 2.5},
    ]  # fmt: skip
    told = list(client.write_objects("courses", rows))
    assert [row["line"] for row in told] == [1, 2, 3, 4]
    assert [row["status"] for row in told][:2] == ["created", "rejected"]
    assert told[0]["id"] == odd
    assert told[1]["problems"] == [{"field": "title", "detail": "Field required"}]
    assert client.read_object("courses", odd).content["hours"] == 2.5
    assert list(client.write_objects("courses", [])) == []


def test_events_are_read_on_from_where_one_was(client: Client, engine: Engine) -> None:
    newest = client.read_events().newest
    for name in ("e1", "e2", "e3"):
        client.write_object("roles", name, {"title": name})
    first = client.read_events(newest, limit=2)
    rest = client.read_events(first.last)
    assert [event.subject for event in (*first.events, *rest.events)] == ["role:e1", "role:e2", "role:e3"]
    assert client.read_events(rest.last).events == ()
    assert client.read_events(newest, subjects=["role:e2"]).events == first.events[1:]
    assert client.read_events(newest) == engine.read_events(after=newest)


def count_evidence(store: GraphStore) -> int:
    return len(store.list_ids(Evidence))


def test_evidence_that_is_sent_again_is_recorded_once(url: str, engine: Engine) -> None:
    """The line breaks after the request has gone out, and before its answer is back."""
    relay = Relay(int(url.rpartition(":")[2]))
    before = count_evidence(engine.store)
    with Client(f"http://{relay.address}", KEY) as client:
        assert client.profile("ana").person.id == "ana"
        relay.lose_answers = 1
        change = client.record_evidence("ana", "python", "attestation", level=3.0, observed_on=TODAY)
    relay.cut()
    assert relay.lose_answers == 0
    assert change.before != change.after
    assert count_evidence(engine.store) == before + 1


def test_who_asks_too_much_waits_as_long_as_it_is_told(engine: Engine) -> None:
    serve = ServeSettings(api_key=KEY, deliver=False, limits=LimitSettings(rate="3/second"))
    with serve_app(create_app(engine, Settings(serve=serve))) as url, Client(url, KEY) as client:
        started = time.monotonic()
        tags = {client.read_object("roles", "analyst").etag for _ in range(8)}
    assert (len(tags), time.monotonic() - started > 1) == (1, True)
