"""Live gaps on a real Neo4j: who is told what, when something that they depend on has changed, and never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.access.callers import Caller
from engine.events.publish import prune_events
from engine.events.worker import read_clock
from engine.live.affected import TYPES
from engine.live.evaluate import CONSUMER, evaluate_changes
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.event_types import EVENT_TYPES
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company
from tests.integration.engine.test_engine import infer
from tests.integration.engine.test_recording import open_engine

SKILLS = ("sql", "statistics", "reporting", "quality", "python")


def company() -> Company:
    """Five skills of equal importance; Ana lists four of them, Bo three, Cy two; one course gives quality."""
    company = Company()
    company.tenant()
    company.team("writers")
    company.team("editors")
    company.skills(*SKILLS)
    company.role("analyst", dict.fromkeys(SKILLS, 2.0))
    company.person("ana", team="writers", email="ana@example.org").lists("sql", "statistics", "reporting", "python")
    company.person("bo", team="writers").lists("sql", "statistics", "reporting")
    company.person("cy", team="editors").lists("sql", "statistics")
    company.person("kim")
    company.relationships += [r.ReportsTo(start_id=id, end_id="kim") for id in ("ana", "bo")]
    company.course("quality-course", {"quality": 2.0}, money=90.0, hours=8.0)
    company.course("python-course", {"python": 2.0}, money=200.0, hours=20.0)
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    infer(store, company())
    return open_engine(store)


def told(engine: Engine, person: str) -> list[str]:
    """What somebody was told, the first first."""
    return [message.text for message in reversed(engine.list_messages(person).messages)]


NEAR = "You are 80 % qualified for Analyst; Quality Course (90 EUR, 8 h) takes you to 100 %."


def test_who_watches_a_role_they_nearly_meet_is_told_at_once_and_once(engine: Engine) -> None:
    state = engine.watch_role("Ana", "Analyst")

    assert (state.kind, state.role.id, state.threshold, state.since, state.interest) == (
        "own", "analyst", 0.8, TODAY, False,
    )  # fmt: skip
    assert told(engine, "ana") == [NEAR]
    [message] = engine.list_messages("ana").messages
    assert (message.own, message.readiness) == (True, pytest.approx(0.8))
    assert [(item.skill.name, item.level) for item in message.advice.missing] == [("Quality", 2.0)]
    assert [move.id for move in message.advice.moves] == ["quality-course"]
    bridge = engine.bridge("ana", "analyst")
    assert (message.advice.money, message.advice.hours, message.advice.price) == (
        bridge.money, bridge.hours, bridge.price,
    )  # fmt: skip
    engine.watch_role("ana", "analyst")
    engine.evaluate_changes()
    assert told(engine, "ana") == [NEAR]


def test_who_is_further_away_is_told_when_the_role_comes_nearer(engine: Engine, store: GraphStore) -> None:
    engine.watch_role("bo", "analyst")
    engine.watch_role("cy", "analyst")
    assert engine.evaluate_changes().messages == 0

    store.delete_relationships(r.RoleRequires, SOURCE, [("analyst", "python")])
    store.delete_relationships(r.RoleRequires, SOURCE, [("analyst", "reporting")])
    run = engine.evaluate_changes()
    # Bo meets two of three, Cy two of three: 66 %.
    assert (run.messages, told(engine, "bo")) == (0, [])

    store.write_nodes([n.Role(id="analyst", title="Analyst", threshold=0.6)], SOURCE)
    assert engine.evaluate_changes().messages == 2
    text = "You are 66 % qualified for Analyst; Quality Course (90 EUR, 8 h) takes you to 100 %."
    assert told(engine, "bo") == told(engine, "cy") == [text]
    assert told(engine, "ana") == []


def test_a_persons_own_evidence_tells_them_alone(engine: Engine) -> None:
    for person in ("bo", "cy"):
        engine.watch_role(person, "analyst")
    engine.evaluate_changes()

    engine.record_evidence("bo", "python", "assessment", level=3.0, score=0.95)
    run = engine.evaluate_changes()
    assert (run.messages, told(engine, "bo"), told(engine, "cy")) == (1, [NEAR], [])
    engine.record_evidence("bo", "quality", "assessment", level=3.0, score=0.95)
    engine.evaluate_changes()
    assert told(engine, "bo") == [NEAR, "You meet every requirement of Analyst."]


def test_a_course_that_is_new_or_gone_changes_what_is_told(engine: Engine, store: GraphStore) -> None:
    engine.watch_role("ana", "analyst")
    engine.evaluate_changes()
    store.write_nodes([n.Course(id="short", title="Short Course", money=10.0, hours=2.0)], SOURCE)
    store.write_relationships([r.CourseTeaches(start_id="short", end_id="quality", level=2.0)], SOURCE)

    assert engine.evaluate_changes().messages == 1
    assert told(engine, "ana")[1:] == [
        "You are 80 % qualified for Analyst; Short Course (10 EUR, 2 h) takes you to 100 %."
    ]
    # A course that leads nowhere near the role concerns nobody.
    store.write_nodes([n.Course(id="other", title="Other", money=1.0, hours=1.0)], SOURCE)
    assert engine.evaluate_changes().messages == 0
    store.delete_nodes(n.Course, SOURCE, ["short"])
    # It was told before that the quality course leads there, so it is not said again.
    assert engine.evaluate_changes().messages == 0
    store.delete_nodes(n.Course, SOURCE, ["quality-course"])
    assert engine.evaluate_changes().messages == 1
    assert told(engine, "ana")[2:] == [
        "You are 80 % qualified for Analyst; what is missing is Quality at level 2, "
        "and nothing on offer leads there for now."
    ]


def test_interest_of_a_data_set_counts_until_the_person_wants_it_no_more(engine: Engine, store: GraphStore) -> None:
    store.write_relationships([r.InterestedInRole(start_id="ana", end_id="analyst")], SOURCE)
    [watch] = engine.list_watches("ana").watches
    assert (watch.interest, watch.since) == (True, None)
    # The first look is at everybody who is watched.
    assert engine.evaluate_changes().messages == 1
    assert told(engine, "ana") == [NEAR]

    assert engine.unwatch_role("ana", "analyst").watches == ()
    store.delete_nodes(n.Course, SOURCE, ["quality-course"])
    assert engine.evaluate_changes().messages == 0
    with pytest.raises(NotFound, match="watch"):
        engine.unwatch_role("ana", "analyst")
    engine.watch_role("ana", "analyst")
    assert len(told(engine, "ana")) == 2


def test_who_holds_the_role_is_told_nothing_and_cannot_watch_it(engine: Engine, store: GraphStore) -> None:
    store.write_relationships([r.Holds(start_id="ana", end_id="analyst")], SOURCE)
    store.write_relationships([r.InterestedInRole(start_id="ana", end_id="analyst")], SOURCE)
    assert engine.evaluate_changes().messages == 0
    with pytest.raises(InvalidInput, match="holds Analyst already"):
        engine.watch_role("ana", "analyst")


def test_a_manager_is_told_of_their_reports_alone_and_a_team_narrows_it(engine: Engine, store: GraphStore) -> None:
    store.write_nodes([n.Role(id="analyst", title="Analyst", threshold=0.4)], SOURCE)
    manager = engine.as_caller(Caller(name="kim's key", role="manager", person_id="kim"))
    assert manager.watch_pool("kim", "analyst").kind == "pool"

    texts = [message.text for message in manager.list_messages("kim").messages]
    assert sorted(texts) == [
        "Ana is 80 % qualified for Analyst; Quality Course (90 EUR, 8 h) takes them to 100 %.",
        "Bo is 60 % qualified for Analyst; Python Course and then Quality Course (290 EUR, 28 h) take them to 100 %.",
    ]
    # Cy is not theirs; the operator, who sees everybody, is told of the editors alone where they ask for that.
    engine.watch_pool("kim", "analyst", team="editors")
    assert {message.person.id for message in engine.list_messages("kim").messages} == {"ana", "bo", "cy"}
    assert {message.person.id for message in manager.list_messages("kim").messages} == {"ana", "bo"}
    # Who is no longer their report is no longer theirs to read about.
    store.delete_relationships(r.ReportsTo, SOURCE, [("ana", "kim")])
    assert {message.person.id for message in manager.list_messages("kim").messages} == {"bo"}
    assert [item.team and item.team.id for item in engine.list_watches("kim").watches] == ["editors", None]
    manager.unwatch_pool("kim", "analyst")
    assert [item.team and item.team.id for item in engine.list_watches("kim").watches] == ["editors"]


def test_what_people_keep_to_themselves_is_told_to_them_alone(engine: Engine) -> None:
    engine.hide_skills("ana", "listed")
    engine.watch_pool("kim", "analyst")
    assert told(engine, "kim") == []
    engine.watch_role("ana", "analyst")
    assert told(engine, "ana") == [NEAR]


def test_who_objects_to_inference_is_told_by_what_they_list(engine: Engine) -> None:
    engine.object_to_inference("ana")
    engine.watch_role("ana", "analyst")
    assert told(engine, "ana") == [NEAR]


def test_many_processes_tell_once(engine: Engine, store: GraphStore) -> None:
    store.write_nodes([n.Role(id="analyst", title="Analyst", threshold=0.3)], SOURCE)
    store.write_relationships([r.InterestedInRole(start_id=id, end_id="analyst") for id in ("ana", "bo", "cy")], SOURCE)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: evaluate_changes(store, EngineSettings(), TODAY), range(4)))
    assert sum(run.messages for run in runs) == 3
    store.delete_nodes(n.Course, SOURCE, ["python-course"])
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: evaluate_changes(store, EngineSettings(), TODAY), range(4)))
    # Bo's bridge is gone with it; Ana's does without, and Cy had none: nobody teaches reporting.
    assert sum(run.messages for run in runs) == 1
    assert [len(told(engine, id)) for id in ("ana", "bo", "cy")] == [1, 2, 1]


def test_every_message_is_on_record_and_announced(engine: Engine) -> None:
    engine.watch_role("ana", "analyst")
    [record] = engine.list_decisions(operation="message").records
    [message] = engine.list_messages("ana").messages
    assert message.id in record.answer
    assert engine.verify_decisions().holds
    events = engine.read_events(types=["skillway.message.written"]).events
    assert [(event.subject, event.data) for event in events] == [
        ("person:ana", {"message": message.id, "role": "analyst"})
    ]


def test_pages_of_messages_go_on_where_they_ended(engine: Engine, store: GraphStore) -> None:
    engine.watch_role("ana", "analyst")
    for money in (80.0, 70.0):
        id_ = f"course{money:g}"
        store.write_nodes([n.Course(id=id_, title=f"Course {money:g}", money=money, hours=8.0)], SOURCE)
        store.write_relationships([r.CourseTeaches(start_id=id_, end_id="quality", level=2.0)], SOURCE)
        engine.evaluate_changes()
    whole = engine.list_messages("ana").messages
    first = engine.list_messages("ana", limit=2)
    assert first.before is not None
    rest = engine.list_messages("ana", before=first.before, limit=2)
    assert (first.messages + rest.messages, len(whole), rest.before) == (whole, 3, None)
    for wrong in ({"limit": 0}, {"limit": 201}, {"before": "yesterday"}):
        with pytest.raises(InvalidInput):
            engine.list_messages("ana", **wrong)


def test_the_first_look_and_one_after_events_were_pruned_are_at_everybody(engine: Engine, store: GraphStore) -> None:
    engine.evaluate_changes()
    store.write_relationships([r.InterestedInRole(start_id="ana", end_id="analyst")], SOURCE)
    engine.read_events()
    prune_events(store, read_clock() + timedelta(days=40), 30)
    assert engine.evaluate_changes().messages == 1
    assert CONSUMER in store.list_ids(n.EventCursor)


def test_what_is_looked_at_is_announced() -> None:
    assert set(TYPES) <= set(EVENT_TYPES)
