"""The decision log on a real Neo4j: whatever is changed, left out or moved in it, the chain says so."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.decisions import digest_decision, record_decision
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import DecisionSettings, EngineSettings
from graph_schema.embedded import ServerAddress
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.queries.decisions import DECISIONS_BETWEEN
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY, analysts_and_writers


@dataclass(frozen=True)
class Stored:
    """What stands in the graph of a record."""

    text: str


RAW = Query(
    name="raw_decisions",
    row=Stored,
    text="""
    MATCH (d:Decision)
    RETURN d.question + d.answer + d.asked_by + coalesce(d.reason, '') AS text
    ORDER BY d.number
    """,
)


def open_engine(store: GraphStore, actor: str = "tester", retention_days: int | None = None) -> Engine:
    settings = EngineSettings(
        inference=InferenceSettings(updates=50), decisions=DecisionSettings(retention_days=retention_days)
    )
    return Engine(store, settings, clock=lambda: TODAY, actor=actor)


def change(store: GraphStore, text: str) -> None:
    """Do what somebody with the database's password could do."""
    store.ask(Query(name="tamper", text=f"{text} RETURN '' AS text", row=Stored, access="write"))  # type: ignore[arg-type]


@pytest.fixture
def log(store: GraphStore) -> Engine:
    """An Engine with a log of six records."""
    engine = open_engine(store)
    for number in range(6):
        record_decision(store, "tester", "pool", {"role": f"role{number}", "at_least": 0.5}, ["a", "b"], "model:x")
    return engine


def test_a_log_that_nobody_touched_holds(log: Engine) -> None:
    found = log.verify_decisions()

    assert found.holds
    assert (found.records, found.first, found.last, found.broken, found.unchained) == (6, 1, 6, None, 0)
    page = log.list_decisions(top=4)
    assert [item.number for item in page.records] == [6, 5, 4, 3]
    assert page.records[0].id == found.head
    assert [item.number for item in log.list_decisions(before=page.older).records] == [2, 1]
    assert [item.previous for item in page.records[:3]] == [item.id for item in page.records[1:]]


def test_an_empty_log_holds(store: GraphStore) -> None:
    found = open_engine(store).verify_decisions()

    assert (found.holds, found.records, found.head) == (True, 0, None)


def test_a_stranger_can_compute_the_digest_from_what_is_told(log: Engine) -> None:
    record = log.list_decisions(top=1).records[0]
    content = {
        name: getattr(record, name)
        for name in ("number", "previous", "operation", "asked_by", "question", "answer", "model", "about", "outcome")
    }
    content |= {"reason": record.reason, "asked_at": record.asked_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert record.id == f"decision:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("operation", "'gap'"),
        ("asked_by", "'somebody else'"),
        ("asked_at", "d.asked_at + duration('PT1S')"),
        ("question", "'{}'"),
        ("answer", """'["b", "a"]'"""),
        ("model", "'model:y'"),
        ("outcome", "'accepted'"),
        ("reason", "'because'"),
        ("about", "'decision:none'"),
        ("previous", "'decision:none'"),
    ],
)
def test_whatever_is_changed_in_a_record_is_found(log: Engine, name: str, value: str) -> None:
    change(log.store, f"MATCH (d:Decision {{number: 3}}) SET d.{name} = {value}")

    found = log.verify_decisions()

    assert not found.holds
    assert found.broken is not None
    assert (found.broken.number, found.broken.problem, found.records) == (3, "changed", 2)


@pytest.mark.parametrize(
    ("text", "number", "problem"),
    [
        ("MATCH (d:Decision {number: 1}) DELETE d", 1, "missing"),
        ("MATCH (d:Decision {number: 4}) DELETE d", 4, "missing"),
        ("MATCH (d:Decision {number: 6}) DELETE d", 6, "missing"),
        ("MATCH (a:Decision {number: 2}), (b:Decision {number: 3}) SET a.number = 3, b.number = 2", 2, "changed"),
        ("MATCH (d:Decision {number: 6}) SET d.number = 9", 6, "missing"),
        ("MATCH (d:Decision {number: 2}) CREATE (e:Decision) SET e = d {.*, id: 'x'}", 2, "changed"),
        ("MATCH (d:Decision {number: 6}) CREATE (e:Decision) SET e = d {.*, id: 'x', number: 7}", 6, "out_of_order"),
        ("MATCH (c:DecisionChain) SET c.head = 'decision:none'", 6, "head_moved"),
        (
            "MATCH (c:DecisionChain), (d:Decision {number: 6}) SET c.number = 5, c.head = d.previous DELETE d",
            None,
            None,
        ),
    ],
    ids=["first", "middle", "last", "swapped", "moved", "copied", "added", "head", "last and head"],
)
def test_whatever_is_left_out_or_moved_is_found(
    log: Engine, text: str, number: int | None, problem: str | None
) -> None:
    change(log.store, text)

    broken = log.verify_decisions().broken

    # Whoever takes the last records and moves the head too is found by a head that was kept somewhere else.
    assert (broken and broken.number, broken and broken.problem) == (number, problem)


def test_a_record_written_anew_with_its_digest_breaks_the_one_after_it(log: Engine) -> None:
    [row] = log.store.ask(DECISIONS_BETWEEN, after=2, through=3)
    forged = digest_decision(replace(row, answer="[]"))
    change(log.store, f"MATCH (d:Decision {{number: 3}}) SET d.answer = '[]', d.id = '{forged}'")

    broken = log.verify_decisions().broken

    assert broken is not None
    assert (broken.number, broken.problem) == (4, "out_of_order")


def test_what_a_human_decided_is_a_record_of_its_own(log: Engine) -> None:
    first = log.list_decisions().records[2]

    decided = log.record_outcome(first.id, " rejected ", reason="too little experience")

    assert (decided.about, decided.outcome, decided.reason) == (first.id, "rejected", "too little experience")
    assert (decided.number, decided.asked_by, decided.model) == (7, "tester", "model:x")
    assert first in log.list_decisions().records
    assert log.verify_decisions().holds
    with pytest.raises(InvalidInput, match="outcome"):
        log.record_outcome(first.id, "  ")
    with pytest.raises(NotFound, match="decision:none"):
        log.record_outcome("decision:none", "accepted")
    assert log.list_decisions(operation="outcome").records == (decided,)


def test_pruning_leaves_an_anchor_by_which_the_rest_still_holds(log: Engine) -> None:
    records = log.list_decisions().records
    with pytest.raises(InvalidInput, match="RETENTION_DAYS"):
        log.prune_decisions()
    assert open_engine(log.store, retention_days=100_000).prune_decisions().removed == 0
    keeper = Engine(
        log.store,
        EngineSettings(decisions=DecisionSettings(retention_days=0)),
        clock=lambda: datetime.now(UTC).date() + timedelta(days=1),
        actor="tester",
    )

    pruned = keeper.prune_decisions()

    assert (pruned.removed, pruned.anchor_number, pruned.anchor) == (6, 6, records[0].id)
    found = keeper.verify_decisions()
    assert (found.holds, found.records, found.first, found.anchor) == (True, 1, 7, records[0].id)
    kept = keeper.list_decisions().records
    assert [item.operation for item in kept] == ["prune_decisions"]
    assert kept[0].previous == records[0].id
    change(log.store, "MATCH (c:DecisionChain) SET c.anchor = 'decision:none'")
    broken = keeper.verify_decisions().broken
    assert broken is not None
    assert broken.problem == "out_of_order"
    with pytest.raises(InvalidInput, match="does not hold"):
        keeper.prune_decisions()


def write_some(address: ServerAddress, writer: int) -> None:
    with GraphStore(address.uri, address.username, address.password.get_secret_value()) as store:
        for number in range(15):
            record_decision(store, f"writer{writer}", "pool", {"role": str(number), "person": "ana"}, ["ana"], None)


def test_processes_that_write_at_once_write_one_chain(store: GraphStore, address: ServerAddress) -> None:
    analysts_and_writers().write(store)

    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(write_some, [address] * 3, range(3)))

    found = open_engine(store).verify_decisions()
    assert (found.holds, found.records) == (True, 45)
    records = open_engine(store).list_decisions(top=100).records
    assert {item.asked_by for item in records} == {"writer0", "writer1", "writer2"}
    assert {named.person.id for item in records for named in item.people} == {"ana"}


def test_people_are_named_by_pseudonyms_that_only_the_graph_can_tell(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("boss:7", name="Kim Boss", email="kim@example.org")
    company.write(store)
    engine = open_engine(store, actor="kim@example.org")
    question = {"person": "ana", "started": ["mentorship:boss:7:sql:2=3.5"], "note": "analysis"}
    record_decision(store, "kim@example.org", "bridge", question, ["mentorship:boss:7:sql:2 quality-course"], None)
    record = engine.list_decisions().records[0]
    engine.record_outcome(record.id, "accepted", reason="Ana is ready, and kim boss agrees; Anastasia is not asked")

    [text, reason] = [item.text for item in store.ask(RAW)]
    assert '"ana"' not in text
    assert "boss" not in text + reason.lower()
    assert "kim" not in text + reason.lower()
    assert '"analysis"' in text
    assert "quality-course" in text
    assert "Anastasia is not asked" in reason
    assert {named.person.id for named in record.people} == {"ana", "boss:7"}
    assert [item.operation for item in engine.list_decisions(person="Ana").records] == ["outcome", "bridge"]
    assert engine.list_decisions(person="writer00").records == ()
    told = record.question
    for named in record.people:
        told = told.replace(named.pseudonym, named.person.id)
    assert json.loads(told) == question


@pytest.mark.parametrize("top", [0, 1001])
def test_too_many_records_at_once_are_refused(log: Engine, top: int) -> None:
    with pytest.raises(InvalidInput, match="top"):
        log.list_decisions(top=top)


def test_records_are_found_by_day(log: Engine) -> None:
    day = log.list_decisions().records[0].asked_at.date()

    assert len(log.list_decisions(since=day, until=day).records) == 6
    assert log.list_decisions(since=day + timedelta(days=1)).records == ()
    assert log.list_decisions(until=day - timedelta(days=1)).records == ()


def test_records_of_before_the_chain_are_counted(log: Engine) -> None:
    change(log.store, "CREATE (:Decision {id: 'decision:old', operation: 'pool'})")

    found = log.verify_decisions()

    assert (found.holds, found.unchained) == (True, 1)
