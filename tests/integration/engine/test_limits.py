"""Bridges over the graph that keep to a budget, hours, weeks, required moves and moves already begun."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import Company, analysts_and_writers
from tests.integration.engine.test_engine import DECISIONS, infer, open_engine


def company() -> Company:
    company = analysts_and_writers(hourly_rate=30.0)
    company.course("knitting", {"editing": 1.0}, needs={"python": 3.0}, money=10.0, hours=1.0)
    company.gig(
        "long-gig", needs={"python": 4.0}, develops={"quality": 2.0}, hours=40.0, weeks=8.0, seats=0,
        starts_on=date(2026, 6, 1), ends_on=date(2026, 7, 28),
    )  # fmt: skip
    company.gig("over-gig", needs={}, develops={"quality": 2.0}, hours=1.0, ends_on=date(2026, 6, 1))
    company.person("eve").lists("sql", "statistics").shows("editing", "course_completion", 1.0)
    completed = r.EvidenceFromCourse(start_id="evidence:eve:editing:course_completion", end_id="quality-bootcamp")
    company.relationships.append(completed)
    return company


@pytest.fixture
def engine(graph: GraphUnderTest) -> Engine:
    """An Engine on the company as it is; tests must leave it so."""
    if graph.holds != "the company with limits":
        graph.wipe()
        infer(graph.store, company())
        graph.holds = "the company with limits"
    return open_engine(graph.store)


def ask(engine: Engine, **wishes: object):
    return engine.bridge("Ana", "Analyst", price_without=True, wishes=BridgeWishes.model_validate(wishes))


def test_a_limit_that_the_cheapest_bridge_meets_changes_nothing(engine: Engine) -> None:
    usual = ask(engine)
    assert (usual.money, usual.hours, usual.weeks, usual.price) == (100.0, 30.0, 4, 1000.0)
    for limit in ({"budget": 100.0}, {"hours": 30.0}):
        kept = ask(engine, **limit)
        assert ([step.id for step in kept.steps], kept.status) == ([step.id for step in usual.steps], "optimal")
        assert [step.price_without for step in usual.steps] == [11_000.0, 11_000.0]
        assert [step.price_without for step in kept.steps] == [None, None]
    within = ask(engine, weeks=4)
    assert [step.id for step in within.steps] == [step.id for step in usual.steps]
    assert within.status == "optimal"


@pytest.mark.parametrize(
    ("limit", "name", "least"),
    [({"budget": 99.99}, "money", 100.0), ({"hours": 29.5}, "hours", 30.0), ({"weeks": 3}, "weeks", 4.0)],
)
def test_where_no_bridge_keeps_a_limit_the_answer_says_what_it_would_have_to_be(
    engine: Engine, limit: dict[str, float], name: str, least: float
) -> None:
    bridge = ask(engine, **limit)
    (found,) = bridge.conditions.limits
    assert (bridge.status, bridge.steps, bridge.readiness_after) == ("infeasible", (), bridge.readiness_before)
    assert (found.limit, found.cheapest, found.least, found.reached) == (name, least, least, least)
    assert bridge.conditions.price_without_limits == 1000.0


def test_a_required_move_is_in_the_bridge_and_says_so(engine: Engine) -> None:
    bridge = ask(engine, require=["Quality Bootcamp"])
    assert ([step.id for step in bridge.steps], bridge.status) == (["quality-bootcamp"], "optimal")
    assert bridge.steps[0].why[0] == "is required"
    assert [item.name for item in bridge.conditions.required] == ["Quality Bootcamp"]


def test_a_required_move_out_of_reach_is_infeasible_and_named(engine: Engine) -> None:
    bridge = ask(engine, require=["Knitting"])
    assert (bridge.status, [step.id for step in bridge.steps]) == ("infeasible", ["quality-course", "clean-up-gig"])
    assert bridge.missing == (
        "Knitting is required, but needs what is out of reach: Python at level 3: nobody offers it",
    )
    (gone,) = ask(engine, require=["Long Gig"]).missing
    assert "is not on offer" in gone


def test_what_is_begun_costs_only_the_hours_left(engine: Engine) -> None:
    bridge = ask(engine, started=["Quality Bootcamp=10"])
    assert ([step.id for step in bridge.steps], bridge.money, bridge.hours) == (["quality-bootcamp"], 0.0, 10.0)
    whole = ask(engine, started=["Quality Bootcamp"])
    assert (whole.price, whole.money) == (1000.0, 100.0)
    gig = ask(engine, started=["Long Gig=8"])
    assert ([step.id for step in gig.steps], gig.price, gig.weeks) == (["long-gig"], 240.0, 4)
    assert [item.name for item in gig.conditions.started] == ["Long Gig"]


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"budget": -1}, "budget"),
        ({"hours": float("nan")}, "hours"),
        ({"weeks": -2}, "weeks"),
        ({"require": ["Knitting"], "exclude": ["knitting"]}, "require"),
        ({"started": ["Over Gig"]}, "started"),
        ({"started": ["Knitting=-1"]}, "started"),
        ({"started": ["Knitting=1", "Knitting=2"]}, "started"),
        ({"started": ["Long Gig"], "kinds": ["course"]}, "started"),
    ],
)
def test_wishes_that_cannot_be_heeded_name_their_field(engine: Engine, wishes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(engine, **wishes)
    assert caught.value.field == field


@pytest.mark.parametrize("field", ["weeks", "require", "started"])
def test_questions_that_cannot_heed_a_wish_refuse_it(engine: Engine, field: str) -> None:
    wishes = BridgeWishes.model_validate({field: 3 if field == "weeks" else ["Knitting"]})
    with pytest.raises(InvalidInput) as caught:
        engine.anyone("Analyst", wishes=wishes)
    assert caught.value.field == field
    if field == "weeks":
        for question in (engine.bridge_front, engine.bridge_alternatives):
            with pytest.raises(InvalidInput, match="weeks"):
                question("Ana", "Analyst", wishes=wishes)


def test_several_bridges_keep_the_limits(engine: Engine) -> None:
    free = engine.bridge_alternatives("Ana", "Analyst")
    assert [item.money for item in free.bridges] == [100.0, 5000.0]
    kept = engine.bridge_alternatives("Ana", "Analyst", wishes=BridgeWishes(budget=200))
    assert ([item.money for item in kept.bridges], kept.exhausted) == ([100.0], True)
    front = engine.bridge_front("Ana", "Analyst", wishes=BridgeWishes(budget=50))
    assert (front.points, front.conditions.price_without_limits) == ((), 1000.0)


def test_everybody_and_every_role_keep_the_limits(engine: Engine) -> None:
    within = BridgeWishes(budget=99)
    assert "ana" in [item.person.id for item in engine.anyone("Analyst", top=50).people]
    assert "ana" not in [item.person.id for item in engine.anyone("Analyst", top=50, wishes=within).people]
    (role,) = [item for item in engine.roles("Ana", wishes=within).roles if item.role.id == "analyst"]
    assert (role.status, role.keeps_limits, role.price, role.payback_weeks) == ("infeasible", False, 1000.0, None)


def test_a_completed_course_is_not_planned_again(engine: Engine) -> None:
    bridge = engine.bridge("eve", "Analyst", wishes=BridgeWishes(exclude=("Clean Up Gig",)))
    assert (bridge.status, bridge.steps) == ("infeasible", ())
    assert bridge.missing[-1] == "Quality Bootcamp: completed already, and not counted on again"
    assert engine.bridge("eve", "Analyst", wishes=BridgeWishes(require=("Quality Bootcamp",))).status == "optimal"
    with pytest.raises(InvalidInput, match="completed already"):
        engine.bridge("eve", "Analyst", wishes=BridgeWishes(started=("Quality Bootcamp",)))


def test_the_decision_record_holds_the_limits(engine: Engine) -> None:
    ask(engine, budget=500, weeks=9, require=["Quality Course"], started=["Quality Bootcamp=10"])
    question = json.loads(engine.store.ask(DECISIONS)[-1]["question"])
    assert (question["budget"], question["weeks"], question["hours"]) == (500, 9, None)
    assert (question["require"], question["started"]) == (["quality-course"], ["quality-bootcamp=10.0"])
