"""Moves are read once and read again when, and only when, some of them have changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import read_catalogue as snapshots
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.move_graph import MoveGraph
from engine.read_catalogue import read_catalogue, read_labels
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.queries.stamps import STAMP_ANEW
from graph_schema.query import Query
from graph_schema.stamps import PARTS
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers
from tests.integration.engine.test_engine import infer, open_engine

COURSE = n.Course(id="quality-course", title="Quality Course", money=100.0, hours=10.0)
GIVE_AWAY = Query(
    name="give_away",
    row=dict,
    access="write",
    text="MATCH (c:Course) SET c.money = 0.0 RETURN count(c) AS written",
)


@pytest.fixture(autouse=True)
def without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "LONGEST", 1e12)


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    company = analysts_and_writers()
    company.assessment("quality-test", {"quality": 2.0}, money=10.0)
    company.person("mentor", mentor_hours=20.0).lists("sql", level=5.0)
    infer(store, company)
    return open_engine(store)


def read(store: GraphStore, *kinds: str) -> MoveGraph:
    return read_catalogue(store, kinds or USUAL_KINDS, 0.5, TODAY)


def find_money(graph: MoveGraph, move: str) -> float:
    return graph.moves[graph.index[move]].money


def test_what_has_not_changed_is_not_read_again(store: GraphStore, engine: Engine) -> None:
    before = read(store)

    engine.bridge("ana", "analyst")
    store.write_nodes([n.Credential(id="new-paper", title="New Paper")], SOURCE)
    engine.record_evidence("ana", "Quality", "self_report", level=1.0)

    assert read(store) is before


def test_a_course_that_changes_changes_the_bridge(store: GraphStore, engine: Engine) -> None:
    before, projects = engine.bridge("ana", "analyst"), read(store, "gig")

    store.write_nodes([replace(COURSE, money=150.0)], SOURCE)

    assert engine.bridge("ana", "analyst").money == before.money + 50.0
    assert read(store, "gig") is projects


@pytest.mark.parametrize(
    "change",
    [
        r.CourseTeaches(start_id="quality-course", end_id="quality", level=2.0),
        r.CourseNeeds(start_id="quality-course", end_id="python", level=2.0),
        r.CourseAfter(start_id="quality-course", end_id="quality-bootcamp"),
        r.ProjectNeeds(start_id="clean-up-gig", end_id="python", level=2.0),
        r.ProjectDevelops(start_id="clean-up-gig", end_id="python", level=2.0),
        r.AssessmentMeasures(start_id="quality-test", end_id="quality", level=4.0),
    ],
    ids=lambda change: type(change).__name__,
)
def test_every_edge_of_a_move_is_noticed(store: GraphStore, engine: Engine, change: r.Relationship) -> None:
    before = read(store)
    store.write_relationships([change], SOURCE)
    written = read(store)
    store.delete_relationships(type(change), SOURCE, [(change.start_id, change.end_id)])

    assert written.moves != before.moves
    assert read(store).moves != written.moves


def test_a_skill_that_goes_takes_its_edges_along(store: GraphStore, engine: Engine) -> None:
    assert "quality" in read(store).ladders

    store.delete_nodes(n.Skill, SOURCE, ["quality"])

    assert "quality" not in read(store).ladders
    assert "quality" not in read_labels(store)


def test_what_a_mentor_is_believed_to_know_is_noticed(store: GraphStore, engine: Engine) -> None:
    before = read(store)
    assert not [move for move in before.moves if "python" in move.gives and move.kind == "mentorship"]

    engine.record_evidence("mentor", "Python", "self_report", level=5.0)
    engine.record_evidence("mentor", "Python", "attestation", level=5.0)

    after = read(store)
    assert [move for move in after.moves if "python" in move.gives and move.kind == "mentorship"]


def test_a_mentor_who_hides_their_skills_is_offered_no_more(store: GraphStore, engine: Engine) -> None:
    assert [move for move in read(store, "mentorship").moves if move.by == "mentor"]

    engine.hide_skills("mentor", "listed")

    assert not [move for move in read(store, "mentorship").moves if move.by == "mentor"]


def test_a_role_counts_among_the_moves_only_as_an_interim_role(store: GraphStore, engine: Engine) -> None:
    usual, interim = read(store), read(store, "interim_role")
    company = Company()
    company.role("keeper", {"sql": 2.0})
    company.relationships = [replace(company.relationships[0], tier="core")]  # type: ignore[type-var]

    company.write(store)

    assert read(store) is usual
    assert [move.id for move in read(store, "interim_role").moves] == [*(m.id for m in interim.moves), "keeper"]


def test_cypher_of_ones_own_is_seen_once_it_is_said_or_some_minutes_have_passed(
    store: GraphStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(store)
    store.ask(GIVE_AWAY)
    assert find_money(read(store), "quality-course") == 100.0

    store.ask(STAMP_ANEW, parts=list(PARTS))
    assert find_money(read(store), "quality-course") == 0.0

    store.write_nodes([COURSE], SOURCE)
    read(store)
    store.ask(GIVE_AWAY)
    monkeypatch.setattr(snapshots, "LONGEST", 1e-9)
    assert find_money(read(store), "quality-course") == 0.0
