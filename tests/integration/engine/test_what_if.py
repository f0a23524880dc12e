"""Moves that nobody offers yet, planned with as if somebody did; the graph stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.bridges.what_if import read_supposition
from engine.service import Engine
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.nodes import Course
from graph_schema.relationships import RoleRequires
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, Company, analysts_and_writers
from tests.integration.engine.test_engine import DECISIONS, infer, open_engine

SQL_SCHOOL = {"id": "sql-school", "title": "Sql School", "cost": 50.0, "hours": 5.0, "gives": {"SQL": 3}, "weeks": 2}

EDITING = {"id": "editing-school", "title": "Editing School", "cost": 50.0, "hours": 5.0, "gives": {"editing": 4}}


def company() -> Company:
    company = analysts_and_writers()
    company.role("keeper", {"sql": 2.0, "quality": 2.0})
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    infer(store, company())
    return open_engine(store)


def test_a_supposed_course_gives_the_answer_that_writing_it_gives(store: GraphStore, engine: Engine) -> None:
    before = engine.bridge("writer03", "keeper")
    answer = engine.what_if("writer03", "keeper", read_supposition(json.dumps(SQL_SCHOOL)))
    supposed = answer.then

    assert answer.now == before
    assert before.status == "infeasible"
    assert supposed.status == "optimal"
    assert "sql-school" in {step.id for step in supposed.steps}
    assert engine.bridge("writer03", "keeper") == before
    assert "sql-school" not in store.list_ids(Course)

    written = Company()
    written.course("sql-school", {"sql": 3.0}, money=50.0, hours=5.0, weeks=2.0)
    written.write(store)
    assert engine.bridge("writer03", "keeper") == supposed


def test_a_supposed_move_stands_for_the_one_with_its_id(engine: Engine) -> None:
    usual = engine.bridge("ana", "keeper")
    dear = [
        {"id": step.id, "kind": step.kind, "title": step.title, "cost": 1e6, "gives": {"quality": 2}}
        for step in usual.steps
    ]
    other = engine.what_if("ana", "keeper", read_supposition(json.dumps(dear))).then

    assert other.price > usual.price
    without = engine.bridge("ana", "keeper", wishes=BridgeWishes(exclude=tuple(step.id for step in usual.steps)))
    assert replace(other, steps=(), missing=()) == replace(without, steps=(), missing=())


def test_what_was_supposed_stands_in_the_decision_record(store: GraphStore, engine: Engine) -> None:
    engine.what_if("writer03", "keeper", read_supposition(json.dumps([SQL_SCHOOL])))

    [decision] = store.ask(DECISIONS)
    assert json.loads(decision["question"])["supposed"]["moves"][0]["id"] == "sql-school"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "document"),
        ('{"title": "no id"}', "id"),
        (json.dumps({"requires": {"SQL": 6}}), "requires.SQL"),
        (json.dumps({"requires": {"SQL": 3}, "role": "keeper"}), "role"),
        (json.dumps({**SQL_SCHOOL, "cost": -1}), "cost"),
        (json.dumps({**SQL_SCHOOL, "gives": {"SQL": 7}}), "SQL"),
        (json.dumps({**SQL_SCHOOL, "teaches": {}}), "teaches"),
    ],
)
def test_what_cannot_be_read_names_its_field(text: str, field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        read_supposition(text)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({**SQL_SCHOOL, "after": ["sql-school"]}, "after itself"),
        ({**SQL_SCHOOL, "after": ["no-such"]}, "is no move"),
        ([SQL_SCHOOL, SQL_SCHOOL], "before it already"),
        ({"requires": {"sql": 1, "SQL": 2}}, "before it already"),
    ],
)
def test_suppositions_that_lead_nowhere_are_said(engine: Engine, document: object, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        engine.what_if("ana", "keeper", read_supposition(json.dumps(document)))


def test_a_skill_nobody_knows_is_said(engine: Engine) -> None:
    with pytest.raises(NotFound, match="knitting"):
        engine.what_if("ana", "keeper", read_supposition(json.dumps({"id": "x", "gives": {"knitting": 1}})))


def test_an_edited_role_gives_the_answer_that_writing_it_gives(store: GraphStore, engine: Engine) -> None:
    edited = read_supposition(json.dumps({"requires": {"quality": 0, "editing": 4, "SQL": 1}, "moves": [EDITING]}))
    answer = engine.what_if("ana", "keeper", edited)

    assert answer.now == engine.bridge("ana", "keeper")
    assert {step.id for step in answer.then.steps} == {"editing-school"}

    written = Company()
    written.course("editing-school", {"editing": 4.0}, money=50.0, hours=5.0)
    written.role("keeper", {"sql": 1.0, "editing": 4.0})
    written.write(store)
    store.delete_relationships(RoleRequires, SOURCE, [("keeper", "quality")])
    assert engine.bridge("ana", "keeper") == answer.then


def test_what_a_bridge_costs_on_average_lies_above_its_price(engine: Engine) -> None:
    found = engine.bridge_expected("analyst00", "keeper")

    [sql] = [item for item in found.cheapest.relies_on if item.skill.id == "sql"]
    assert 0.5 < sql.probability < 1.0
    assert sql.dearer is None
    assert found.cheapest.stranded == pytest.approx(1.0 - sql.probability)
    assert found.cheapest.bridge.price == engine.bridge("analyst00", "keeper").price


def test_a_skill_that_is_only_believed_can_be_made_up_for(store: GraphStore, engine: Engine) -> None:
    more = Company()
    more.course("sql-school", {"sql": 3.0}, money=1000.0, hours=0.0)
    more.write(store)
    cheapest = engine.bridge_expected("analyst00", "keeper").cheapest

    [sql] = [item for item in cheapest.relies_on if item.skill.id == "sql"]
    assert sql.dearer == 1000.0
    assert cheapest.stranded == 0.0
    expected = cheapest.bridge.price + (1.0 - sql.probability) * 1000.0
    assert cheapest.expected_least == pytest.approx(expected, abs=0.02)
    assert cheapest.expected_most == pytest.approx(expected, abs=0.02)


def test_limits_are_not_kept_on_average(engine: Engine) -> None:
    with pytest.raises(InvalidInput, match="budget"):
        engine.bridge_expected("analyst00", "keeper", wishes=BridgeWishes(budget=1.0))
