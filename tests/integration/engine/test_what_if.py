"""Moves that nobody offers yet, planned with as if somebody did; the graph stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.bridges.what_if import read_supposed_moves
from engine.service import Engine
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.nodes import Course
from graph_schema.store import GraphStore
from tests.integration.engine.company import Company, analysts_and_writers
from tests.integration.engine.test_engine import DECISIONS, infer, open_engine

SQL_SCHOOL = {"id": "sql-school", "title": "Sql School", "cost": 50.0, "hours": 5.0, "gives": {"SQL": 3}, "weeks": 2}


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
    supposed = engine.bridge("writer03", "keeper", supposed=read_supposed_moves(json.dumps(SQL_SCHOOL)))

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
    other = engine.bridge("ana", "keeper", supposed=read_supposed_moves(json.dumps(dear)))

    assert other.price > usual.price
    without = engine.bridge("ana", "keeper", wishes=BridgeWishes(exclude=tuple(step.id for step in usual.steps)))
    assert replace(other, steps=(), missing=()) == replace(without, steps=(), missing=())


def test_what_was_supposed_stands_in_the_decision_record(store: GraphStore, engine: Engine) -> None:
    engine.bridge("writer03", "keeper", supposed=read_supposed_moves(json.dumps([SQL_SCHOOL])))

    [decision] = store.ask(DECISIONS)
    assert json.loads(decision["question"])["supposed"][0]["id"] == "sql-school"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "document"),
        ('{"title": "no id"}', "id"),
        (json.dumps([SQL_SCHOOL, SQL_SCHOOL]), "id"),
        (json.dumps({**SQL_SCHOOL, "cost": -1}), "cost"),
        (json.dumps({**SQL_SCHOOL, "gives": {"SQL": 7}}), "SQL"),
        (json.dumps({**SQL_SCHOOL, "teaches": {}}), "teaches"),
    ],
)
def test_moves_that_cannot_be_read_name_their_field(text: str, field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        read_supposed_moves(text)


def test_moves_that_lead_nowhere_are_said(engine: Engine) -> None:
    for after, problem in ((["sql-school"], "after itself"), (["no-such"], "is no move")):
        with pytest.raises(InvalidInput, match=problem):
            engine.bridge("ana", "keeper", supposed=read_supposed_moves(json.dumps({**SQL_SCHOOL, "after": after})))
    with pytest.raises(NotFound, match="knitting"):
        engine.bridge("ana", "keeper", supposed=read_supposed_moves(json.dumps({"id": "x", "gives": {"knitting": 1}})))
