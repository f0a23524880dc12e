"""Who is nearest to a role, which role is nearest to a person, and what a course is worth, in a real Neo4j."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema.errors import InvalidInput, NotInferred
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import Company, analysts_and_writers
from tests.integration.engine.test_engine import infer, open_engine

ANALYSTS = [f"analyst{number:02}" for number in range(20)]
TO_KEEPER = 100.0 + 30.0 * 10 + 30.0 * 20
"""The course and the gig at 30 an hour, for whoever has SQL: cheaper than the bootcamp."""


def company_with_keepers(**ana: Any) -> Company:
    """Keepers need SQL and quality: analysts lack quality, writers lack both and nobody teaches SQL."""
    company = analysts_and_writers(**ana)
    company.role("keeper", {"sql": 2.0, "quality": 2.0}, salary=60_000.0)
    company.role("checker", {"quality": 1.0}, salary=40_000.0)
    company.role("helper", {"quality": 1.0})
    company.role("oracle", {"sql": 5.0}, salary=90_000.0)
    company.role("clerk", {"editing": 1.0}, salary=50_000.0)
    company.person("paid", hourly_rate=10.0).lists("sql")
    return company


@pytest.fixture
def keepers(graph: GraphUnderTest) -> Engine:
    """An Engine on the company as it is; tests must leave it so."""
    if graph.holds != "the keepers":
        graph.wipe()
        infer(graph.store, company_with_keepers())
        graph.holds = "the keepers"
    return open_engine(graph.store)


def test_the_people_nearest_to_a_role_have_the_prices_of_their_bridges(keepers: Engine) -> None:
    found = keepers.anyone("keeper", top=50)

    assert found.complete
    assert found.people[0].person.id == "paid"
    listed = {item.person.id: item for item in found.people}
    assert set(ANALYSTS) < set(listed)
    assert not any(id_.startswith("writer") for id_ in listed)
    assert found.considered == len(listed) + found.unreachable
    for id_ in ("paid", "ana", "analyst03"):
        bridge = keepers.bridge(id_, "keeper")
        item = listed[id_]
        assert (item.price, item.money, item.hours, item.weeks) == (
            bridge.price, bridge.money, bridge.hours, bridge.weeks,
        )  # fmt: skip
        assert [move.id for move in item.moves] == [step.id for step in bridge.steps]
        assert item.readiness == bridge.readiness_before
        assert item.status == bridge.status == "optimal"
    assert listed["paid"].price == 100.0 + 10.0 * 30
    assert listed["analyst03"].price == TO_KEEPER


def test_ties_are_listed_by_id_and_the_rest_left_to_the_bounds(keepers: Engine) -> None:
    found = keepers.anyone("keeper", top=4)

    assert [item.person.id for item in found.people] == ["paid", "ana", "analyst00", "analyst01"]
    assert found.at_least == TO_KEEPER
    assert found.solved <= 5


def test_one_rate_for_everybody_may_be_asked_for(keepers: Engine) -> None:
    found = keepers.anyone("keeper", top=3, wishes=BridgeWishes(money_per_hour=30.0))

    assert {item.price for item in found.people} == {TO_KEEPER}
    assert {item.money_per_hour for item in found.people} == {30.0}


def test_who_holds_the_role_is_left_out_and_who_is_ready_pays_nothing(keepers: Engine) -> None:
    found = keepers.anyone("clerk", top=2)
    assert found.ready == 20
    assert [(item.person.id, item.price, item.moves) for item in found.people] == [
        ("writer00", 0.0, ()),
        ("writer01", 0.0, ()),
    ]
    assert not {item.person.id for item in keepers.anyone("writer", top=50).people} & {"writer00", "writer19", "ana"}


def test_a_role_out_of_reach_has_nobody(keepers: Engine) -> None:
    found = keepers.anyone("oracle")

    assert (found.people, found.complete, found.at_least) == ((), True, None)
    assert found.unreachable == found.considered


def test_an_excluded_move_is_used_by_nobody(keepers: Engine) -> None:
    found = keepers.anyone("keeper", top=50, wishes=BridgeWishes(exclude=("Clean Up Gig",)))

    assert {move.id for item in found.people for move in item.moves} == {"quality-bootcamp"}


def test_without_time_the_answer_says_what_is_certain(keepers: Engine) -> None:
    found = keepers.anyone("keeper", top=3, time_limit=0.0)

    assert not found.complete
    assert found.people == ()
    assert found.at_least is not None
    assert found.at_least <= TO_KEEPER


def test_who_keeps_hidden_skills_invisible_is_not_found_by_them(store: GraphStore) -> None:
    engine = infer(store, company_with_keepers(hidden_visible=False))

    assert "ana" not in [item.person.id for item in engine.anyone("keeper", top=50).people]


def test_the_list_leaves_a_decision_record(store: GraphStore) -> None:
    engine = infer(store, company_with_keepers())

    engine.anyone("keeper", top=2)
    engine.roles("ana")

    roles, anyone = engine.list_decisions().records
    called = {item.pseudonym: item.person.id for item in anyone.people}
    assert (anyone.operation, [called[name] for name in json.loads(anyone.answer)]) == ("anyone", ["paid", "ana"])
    assert (roles.operation, "keeper" in json.loads(roles.answer)) == ("roles", True)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"top": 0}, "top"),
        ({"time_limit": -1.0}, "time_limit"),
        ({"time_limit": float("nan")}, "time_limit"),
        ({"wishes": BridgeWishes(hours_per_week=0.0)}, "hours_per_week"),
        ({"wishes": BridgeWishes(kinds=("holiday",))}, "kinds"),
    ],
)
def test_wishes_that_make_no_sense_name_their_field(keepers: Engine, wish: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        keepers.anyone("keeper", **wish)

    assert caught.value.field == field


def test_a_role_without_requirements_is_near_to_nobody(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.role("anything", {})
    engine = infer(store, company)

    with pytest.raises(InvalidInput, match="no requirements"):
        engine.anyone("anything")


def test_nothing_is_answered_before_inference(store: GraphStore) -> None:
    analysts_and_writers().write(store)

    with pytest.raises(NotInferred):
        open_engine(store).anyone("analyst")


def test_roles_are_ranked_by_what_pays_back_soonest(store: GraphStore) -> None:
    company = company_with_keepers()
    company.role("apprentice", {"editing": 1.0}, salary=30_000.0)
    company.person("zoe").lists("sql").holds("clerk")
    engine = infer(store, company)

    found = engine.roles("zoe")

    ranked = {item.role.id: item for item in found.roles}
    assert found.pay == 50_000.0
    assert "clerk" not in ranked
    keeper, helper, checker, oracle = (ranked[id_] for id_ in ("keeper", "helper", "checker", "oracle"))
    assert (keeper.gain, keeper.price) == (10_000.0, TO_KEEPER)
    assert keeper.payback_weeks == pytest.approx(TO_KEEPER / 10_000.0 * 52)
    assert (helper.pay, helper.gain, helper.payback_weeks) == (None, None, None)
    assert (checker.gain, checker.payback_weeks) == (-10_000.0, None)
    assert (oracle.status, oracle.payback_weeks) == ("infeasible", None)
    order = [item.role.id for item in found.roles]
    assert order.index("keeper") < order.index("helper") < order.index("checker") < order.index("oracle")
    for item in (keeper, helper):
        bridge = engine.bridge("zoe", item.role.id)
        assert (item.price, item.weeks, item.readiness) == (bridge.price, bridge.weeks, bridge.readiness_before)


def test_unknown_pay_is_unknown(keepers: Engine) -> None:
    found = keepers.roles("ana")

    assert found.pay is None
    assert {item.gain for item in found.roles} == {None}
    assert {item.pay for item in found.roles} == {None, 40_000.0, 50_000.0, 60_000.0, 90_000.0}


def test_roles_that_time_did_not_allow_are_named(keepers: Engine) -> None:
    found = keepers.roles("ana", time_limit=0.0)

    assert found.roles == ()
    assert {item.id for item in found.left_out} == {"analyst", "keeper", "checker", "helper", "oracle", "clerk"}


def test_a_course_is_worth_the_bridge_without_it_less_the_one_with_it(keepers: Engine) -> None:
    unlocks = keepers.unlocks("quality-course")

    checker = next(item for item in unlocks.roles if item.role.id == "checker")
    saved = {item.person.id: (item.worth, item.saved) for item in checker.people}
    with_it = keepers.bridge("analyst03", "checker")
    without = keepers.bridge("analyst03", "checker", wishes=BridgeWishes(exclude=("quality-course",)))
    assert saved["analyst03"] == ("priced", without.price - with_it.price)
    assert saved["paid"] == ("priced", 5000.0 + 10.0 * 200 - 100.0 - 10.0 * 10)
    worth = {item.person.id: item for item in unlocks.worth.people}
    # Two roles ask for the same: she can go to one of them, so it is counted once.
    assert (worth["paid"].roles, worth["paid"].saved) == (2, saved["paid"][1])
    assert unlocks.worth.saved == sum(item.saved or 0.0 for item in unlocks.worth.people)
    assert (unlocks.worth.not_priced, unlocks.worth.pairs) == (0, 2 * len(worth))


def test_a_course_that_nothing_replaces_is_indispensable(store: GraphStore) -> None:
    company = company_with_keepers()
    company.skills("magic")
    company.course("magic-course", {"magic": 2.0}, money=10.0, hours=1.0)
    company.role("magician", {"magic": 2.0})
    engine = infer(store, company)

    worth = engine.unlocks("magic-course").worth

    assert worth.pairs == worth.indispensable == len(worth.people) > 0
    assert worth.saved is None


def test_what_was_not_priced_is_counted(keepers: Engine) -> None:
    worth = keepers.unlocks("quality-course", time_limit=0.0).worth

    assert worth.pairs == worth.not_priced > 0
    assert worth.saved is None
