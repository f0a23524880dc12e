"""Events on a real Neo4j: left with what they tell of, published in one order, read and consumed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.event_results import PublishedEvent
from engine.events.announce import announce
from engine.events.consume import Write, begin_anew, consume_events
from engine.events.publish import prune_events, publish_events
from engine.events.read import read_page
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.embedded import ServerAddress
from graph_schema.errors import EventsPruned, InvalidInput
from graph_schema.event_types import CHANGES, EVENT_TYPES, REMOVALS
from graph_schema.graph import Graph
from graph_schema.nodes import NODES
from graph_schema.queries.events import LOCK_EVENTS, PENDING_EVENTS, PUBLISH_EVENTS
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.relationships import RELATIONSHIPS
from graph_schema.schema import describe_relationship
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers
from tests.integration.engine.test_erasing import open_engine

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ORGANISATION = Path(__file__).parents[2] / "data" / "organisation" / "files"
FORGET_PENDING = Query(
    name="forget_pending", access="write", row=WrittenCount,
    text="MATCH (e:PendingEvent) DELETE e RETURN count(*) AS written",
)  # fmt: skip


def read(store: GraphStore, after: int | None = None) -> tuple[PublishedEvent, ...]:
    publish_events(store, NOW)
    return read_page(store, after, limit=1000).events


def told(events: Sequence[PublishedEvent]) -> set[tuple[str, str]]:
    return {(event.type.removeprefix("skillway."), event.subject) for event in events}


def told_since(store: GraphStore, after: int) -> set[tuple[str, str]]:
    return told(read(store, after))


@pytest.fixture
def company(store: GraphStore) -> Company:
    company = Company()
    company.team("red")
    company.skills("sql", "python")
    company.role("analyst", {"sql": 2.0})
    company.course("sql-course", {"sql": 2.0}, needs={"python": 1.0})
    company.gig("gig", needs={"sql": 1.0}, develops={"python": 2.0})
    company.person("ana", team="red").lists("sql").holds("analyst")
    company.person("bo", team="red")
    company.write(store)
    return company


def newest(store: GraphStore) -> int:
    publish_events(store, NOW)
    return read_page(store, None).newest


def test_each_thing_written_is_announced_once_whatever_number_of_writes_it_took(
    store: GraphStore, company: Company
) -> None:
    assert store.ask(PENDING_EVENTS)[0].count > 6
    events = read(store)

    assert sorted((event.type.removeprefix("skillway."), event.subject) for event in events) == [
        ("course.changed", "course:sql-course"),
        ("person.changed", "person:ana"),
        ("person.changed", "person:bo"),
        ("project.changed", "project:gig"),
        ("role.changed", "role:analyst"),
    ]
    assert [event.number for event in events] == [1, 2, 3, 4, 5]
    assert len({event.id for event in events}) == 5
    assert read(store, 5) == ()


def test_what_is_written_later_is_told_anew(store: GraphStore, company: Company) -> None:
    after = newest(store)
    store.write_relationships([r.RoleRequires(start_id="analyst", end_id="python", level=1.0)], SOURCE)
    assert told_since(store, after) == {("role.changed", "role:analyst")}
    store.write_relationships([r.HasSkill(
        start_id="bo", end_id="sql", probability=0.9, level=None, level_low=None, level_high=None, listed=False,
        verified=False, as_of=NOW.date(), model="m",
    )], SOURCE)  # fmt: skip
    assert told_since(store, after + 1) == {("person.skills_changed", "person:bo")}


@pytest.mark.parametrize(
    ("item", "about"),
    [
        (r.Endorsed(start_id="bo", end_id="ana", skill_id="sql", level=3.0, observed_on=NOW.date()), "ana"),
        (r.EvidenceBy(start_id="evidence:ana:sql:self_report", end_id="bo"), "ana"),
        (r.EvidenceFromCourse(start_id="evidence:ana:sql:self_report", end_id="sql-course"), "ana"),
        (r.ReportsTo(start_id="bo", end_id="ana"), "bo"),
        (r.InterestedInSkill(start_id="bo", end_id="sql"), "bo"),
        (
            n.Evidence(id="evidence:ana:sql:self_report", kind="self_report", observed_on=TODAY, origin="test"),
            "ana",
        ),
    ],
    ids=lambda item: type(item).__name__ if not isinstance(item, str) else item,
)
def test_what_is_said_of_a_person_is_told_about_them_and_so_is_its_removal(
    store: GraphStore, company: Company, item: n.Evidence | r.Endorsed, about: str
) -> None:
    after = newest(store)
    if isinstance(item, n.Evidence):
        store.write_nodes([item], SOURCE)
    else:
        store.write_relationships([item], SOURCE)
    assert told_since(store, after) == {("person.changed", f"person:{about}")}
    after = newest(store)
    if isinstance(item, n.Evidence):
        store.delete_nodes(n.Evidence, SOURCE, [item.id])
    else:
        key = (item.start_id, item.end_id, *([item.skill_id] if isinstance(item, r.Endorsed) else []))
        store.delete_relationships(type(item), SOURCE, [key])
    assert told_since(store, after) == {("person.changed", f"person:{about}")}


def test_what_goes_is_told_with_whatever_was_joined_to_it(store: GraphStore, company: Company) -> None:
    after = newest(store)
    store.delete_nodes(n.Role, SOURCE, ["analyst"])
    assert told_since(store, after) == {("role.removed", "role:analyst"), ("person.changed", "person:ana")}
    after = newest(store)
    store.delete_nodes(n.Skill, SOURCE, ["python"])
    assert told_since(store, after) == {("course.changed", "course:sql-course"), ("project.changed", "project:gig")}
    after = newest(store)
    store.delete_nodes(n.Person, SOURCE, ["ana", "nobody"])
    assert told_since(store, after) == {("person.removed", "person:ana")}


def test_a_transaction_that_fails_leaves_no_event(store: GraphStore, company: Company) -> None:
    store.ask(FORGET_PENDING)

    def fail(graph: Graph) -> None:
        graph.write_nodes([n.Role(id="new", title="New")], SOURCE)
        announce(graph, "skillway.person.changed", ["ana"])
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        store.transact("fail", fail)
    assert store.ask(PENDING_EVENTS)[0].count == 0
    assert "new" not in store.list_ids(n.Role)


def test_the_same_load_twice_makes_no_event(store: GraphStore) -> None:
    run_loader(store, get_loader("organisation"), ORGANISATION)
    first = read(store)
    assert {subject.partition(":")[0] for _, subject in told(first)} == {
        "role", "course", "project", "assessment", "person",
    }  # fmt: skip
    run_loader(store, get_loader("organisation"), ORGANISATION)
    assert store.ask(PENDING_EVENTS)[0].count == 0


def test_beliefs_choices_words_bridges_and_erasures_are_told(store: GraphStore) -> None:
    analysts_and_writers().write(store)
    engine = open_engine(store)
    engine.infer()
    assert ("person.skills_changed", "person:ana") in told(read(store))
    engine.infer()
    assert store.ask(PENDING_EVENTS)[0].count == 0

    after = newest(store)
    kept = engine.accept_bridge("ana", "Analyst")
    engine.accept_bridge("ana", "Analyst")
    engine.record_step("ana", "Analyst", "1", hours=3.0)
    engine.drop_bridge("ana", "Analyst")
    events = read(store, after)
    assert [event.type for event in events] == [
        "skillway.bridge.accepted",
        "skillway.bridge.progressed",
        "skillway.bridge.dropped",
    ]
    assert {event.subject for event in events} == {"person:ana"}
    assert events[0].data == {"bridge": kept.id, "role": "analyst"}

    for act in (
        lambda: engine.hide_skills("ana", "hidden"),
        lambda: engine.withdraw_evidence("evidence:ana:sql:project_outcome"),
        lambda: engine.reject_skill("ana", "SQL"),
    ):
        after = newest(store)
        act()
        assert ("person.changed", "person:ana") in told_since(store, after)

    engine.hide_skills("ana", "listed")
    engine.erase_person("ana")
    about = [event for event in read(store) if event.subject == "person:ana"]
    assert [event.type for event in about] == ["skillway.person.erased"]
    prune_events(store, NOW + timedelta(days=31), 30)
    assert not [event for event in read(store) if event.subject == "person:ana"]


def test_two_publishers_and_many_writers_leave_no_gap_and_lose_nothing(
    store: GraphStore, address: ServerAddress
) -> None:
    stop = False

    def publish() -> None:
        with GraphStore(address.uri, address.username, address.password.get_secret_value(), timeout=600) as own:
            while not stop:
                publish_events(own, NOW)

    def write(name: str) -> None:
        for number in range(15):
            store.write_nodes([n.Role(id=f"{name}{number}", title="x"), n.Role(id="shared", title=name)], SOURCE)

    with ThreadPoolExecutor(6) as pool:
        publishers = [pool.submit(publish) for _ in range(2)]
        list(pool.map(write, "abcd"))
        stop = True
        for publisher in publishers:
            publisher.result()
    events = read(store)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    subjects = [event.subject for event in events]
    assert {subject for subject in subjects if subject != "role:shared"} == {
        f"role:{name}{number}" for name in "abcd" for number in range(15)
    }
    assert len([subject for subject in subjects if subject != "role:shared"]) == 60
    assert 1 <= subjects.count("role:shared") <= 60


def test_a_publisher_that_died_half_way_is_healed_by_the_next(store: GraphStore, company: Company) -> None:
    def die(graph: Graph) -> None:
        graph.ask(LOCK_EVENTS)
        graph.ask(PUBLISH_EVENTS, most=100, now=NOW)

    store.transact("die", die)
    assert read_page(store, None).events == ()
    assert [event.number for event in read(store)] == [1, 2, 3, 4, 5]


def test_pages_are_filtered_and_go_on_where_they_ended(store: GraphStore, company: Company) -> None:
    publish_events(store, NOW)
    first = read_page(store, None, limit=2)
    assert ([event.number for event in first.events], first.last, first.newest) == ([1, 2], 2, 5)
    rest = read_page(store, first.last, limit=10)
    assert ([event.number for event in rest.events], rest.last) == ([3, 4, 5], 5)
    people = read_page(store, None, ["skillway.person.changed"], limit=10)
    assert told(people.events) == {("person.changed", "person:ana"), ("person.changed", "person:bo")}
    assert people.last == 5
    assert told(read_page(store, None, (), ["person:bo"]).events) == {("person.changed", "person:bo")}
    for wrong in ({"types": ["no.such.type"]}, {"limit": 0}, {"limit": 1001}):
        with pytest.raises(InvalidInput):
            read_page(store, None, **wrong)
    with pytest.raises(InvalidInput, match="restored"):
        read_page(store, 6)


def test_old_events_go_and_a_reader_from_before_them_is_told(store: GraphStore, company: Company) -> None:
    publish_events(store, NOW)
    store.write_nodes([n.Role(id="later", title="Later")], SOURCE)
    publish_events(store, NOW + timedelta(days=20))
    assert prune_events(store, NOW + timedelta(days=31), 30) == 5
    assert prune_events(store, NOW + timedelta(days=31), 30) == 0
    assert [event.number for event in read_page(store, 5).events] == [6]
    assert [event.number for event in read_page(store, None).events] == [6]
    with pytest.raises(EventsPruned, match="up to number 5"):
        read_page(store, 4)
    assert prune_events(store, NOW + timedelta(days=90), 30) == 1
    assert read_page(store, 6).events == ()


def test_a_consumer_has_each_event_once_even_when_its_work_fails(store: GraphStore, company: Company) -> None:
    publish_events(store, NOW)
    assert consume_events(store, "gaps", lambda _: pytest.fail("it begins with the next event")) is None
    begin_anew(store, "gaps")
    assert consume_events(store, "gaps", lambda _: pytest.fail("it begins with the next event")) == 0
    done: list[int] = []

    def work(graph: Graph, events: Sequence[PublishedEvent]) -> None:
        for event in events:
            graph.write_nodes([n.Team(id=f"seen:{event.number}", name="Seen")], SOURCE)
            done.append(event.number)

    def fail(graph: Graph, events: Sequence[PublishedEvent]) -> None:
        work(graph, events)
        raise RuntimeError("after the work")

    store.write_nodes([n.Role(id=f"role{number}", title="x") for number in range(5)], SOURCE)
    publish_events(store, NOW)
    with pytest.raises(RuntimeError):
        consume_events(store, "gaps", lambda events: lambda graph: fail(graph, events))
    assert not [id for id in store.list_ids(n.Team) if id.startswith("seen")]
    done.clear()

    def prepare(events: Sequence[PublishedEvent]) -> Write:
        return lambda graph: work(graph, events)

    def consume(_: int) -> int:
        return sum(consume_events(store, "gaps", prepare, limit=2) or 0 for _ in range(5))

    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(consume, range(3)))
    assert sum(counts) == 5
    assert consume_events(store, "gaps", prepare) == 0
    assert {id for id in store.list_ids(n.Team) if id.startswith("seen")} == {f"seen:{k}" for k in range(6, 11)}

    store.write_nodes([n.Role(id="lost", title="x")], SOURCE)
    publish_events(store, NOW)
    prune_events(store, NOW + timedelta(days=2), 1)
    with pytest.raises(EventsPruned):
        consume_events(store, "gaps", prepare)
    begin_anew(store, "gaps")
    assert consume_events(store, "gaps", prepare) == 0


def test_the_table_of_announcements_names_what_there_is() -> None:
    kinds = {node.__name__ for node in NODES} | {
        f"{item.start} {item.type}" for item in map(describe_relationship, RELATIONSHIPS)
    }
    assert {kind for kinds_ in CHANGES.values() for kind in kinds_} <= kinds
    assert set(REMOVALS) <= kinds
    assert {*CHANGES, *REMOVALS.values()} <= set(EVENT_TYPES)
