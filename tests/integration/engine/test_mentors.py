"""Mentors for a person, and pools with prices, on a real Neo4j."""

from __future__ import annotations

import pytest

from engine.access.callers import Caller
from engine.bridge_wishes import BridgeWishes
from engine.matching import round_level
from engine.results import Named
from engine.service import Engine
from graph_schema.store import GraphStore
from tests.integration.engine.match_company import (
    found_company,
    ids,
    plain,
    wishing,
)
from tests.integration.engine.test_engine import infer

__all__ = ["plain", "wishing"]


# --- mentors ----------------------------------------------------------------------------------------------------------


def test_mentors_have_the_next_level_show_it_and_have_time(plain: Engine) -> None:
    found = plain.mentors("zoe", "python", level=3.0)

    assert (found.level, found.level_now, found.level_needed) == (3.0, None, 4.0)
    # Verified ones first, then by level and free time: bob only says so himself, of whom there is more time.
    assert ids(item.person for item in found.mentors) == ["ann", "gus", "bob"]
    assert [item.verified for item in found.mentors] == [True, True, False]
    ann = found.mentors[0]
    assert (ann.hours_offered, ann.hours_promised) == (30.0, 0.0)
    assert ann.hours_free_per_week == pytest.approx(30 * 12 / 52)
    assert (found.found, found.without_time) == (3, 0)


def test_without_a_level_the_next_one_is_wanted(plain: Engine) -> None:
    assert plain.mentors("zoe", "python").level == 1.0
    [cat] = [item for item in plain.profile("cat").hidden if item.skill.id == "python"]
    assert cat.level is not None
    for level in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0):
        able = ids(item.person for item in plain.mentors("zoe", "python", level=level).mentors)
        assert ("cat" in able) is (round_level(cat.level) >= level + 1), level
    sql = plain.mentors("zoe", "sql")
    assert (sql.level_now, sql.level, sql.level_needed) == (3.0, 4.0, 5.0)
    # Nobody is above the highest level, so for it the highest level is enough.
    assert plain.mentors("zoe", "python", level=5.0).level_needed == 5.0


def test_nobody_is_their_own_mentor_and_only_those_seen_are_named(plain: Engine) -> None:
    assert "ann" not in ids(item.person for item in plain.mentors("ann", "python", level=3.0).mentors)
    partner = plain.as_caller(Caller(name="key:data", role="talent_partner", functions=("Data",)))
    seen = partner.mentors("zoe", "python", level=3.0)
    assert (ids(item.person for item in seen.mentors), seen.found) == (["ann", "gus"], 2)


def test_hours_that_are_promised_are_not_free(store: GraphStore) -> None:
    company = found_company()
    company.role("beginner", {"python": 1.0})
    company.person("bo").lists("statistics").shows("python", "rejection", level=None)
    engine = infer(store, company)
    kept = engine.accept_bridge("bo", "beginner", wishes=BridgeWishes(kinds=("mentorship",)))
    mentor = kept.steps[0].id.split(":")[1]
    hours = {"ann": 30.0, "bob": 40.0, "cat": 40.0, "gus": 12.0}
    found = engine.mentors("zoe", "python", level=1.0)
    left = {item.person.id: (item.hours_promised, item.hours_free_per_week) for item in found.mentors}

    assert left.pop(mentor, (12.0, 0.0)) == (12.0, pytest.approx((hours.pop(mentor) - 12) * 12 / 52))
    assert left == {id_: (0.0, pytest.approx(free * 12 / 52)) for id_, free in hours.items() if id_ in left}
    assert found.without_time == (mentor == "gus")


# --- pools with prices ------------------------------------------------------------------------------------------------


def test_a_pool_has_the_prices_of_everybodys_bridge(plain: Engine) -> None:
    pool, priced = plain.pool("modeller", at_least=0.1), plain.priced_pool("modeller", at_least=0.1)

    assert [item.entry for item in priced.people] == list(pool.entries)
    assert (priced.found, priced.considered) == (pool.found, pool.considered)
    for item in priced.people[:4]:
        bridge = plain.bridge(item.entry.person.id, "modeller")
        reached = bridge.status != "infeasible"
        assert item.bridge.status == bridge.status
        assert item.bridge.price == (bridge.price if reached else None)
        assert item.bridge.moves == (tuple(Named(step.id, step.title) for step in bridge.steps) if reached else ())
    lawyers = plain.priced_pool("lawyer", at_least=0.1)
    prices = {item.entry.person.id: item.bridge.price for item in lawyers.people}
    assert prices["zoe"] == 300.0 + 10 * 20.0
    assert prices["user00"] == 300.0 + 10 * 30.0
    one_rate = plain.priced_pool("lawyer", at_least=0.1, wishes=BridgeWishes(money_per_hour=1.0))
    assert {item.bridge.price for item in one_rate.people} == {310.0}


def test_whom_time_leaves_out_has_no_price(plain: Engine) -> None:
    people = plain.priced_pool("lawyer", at_least=0.1, time_limit=0.0).people

    assert {(item.bridge.status, item.bridge.price) for item in people} == {("not_priced", None)}
