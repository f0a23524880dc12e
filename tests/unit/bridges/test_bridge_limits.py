"""Limits on a bridge: exact against brute force, and what must hold whatever the instance."""

import json
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from bridge_builders import answer, document, move
from bridge_oracle import (
    Document,
    carry_out,
    draw_cover,
    draw_document,
    draw_limits,
    find_order,
    keep_limits,
    search_all,
)

from api.commands.bridge_instance import answer_alternatives, answer_front, answer_instance
from engine.bridges.instance import read_document
from engine.bridges.limits import Caps
from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import Move
from engine.bridges.person import Traveller
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.solve import find_route, solve_instance
from engine.bridges.synthetic import draw_catalogue, draw_question
from graph_schema.errors import InvalidInput
from graph_schema.queries.roles import RequirementRow

AMOUNTS = {"money": "cost", "hours": "hours"}


def list_chosen(given: Document, ids: Any) -> tuple[Document, ...]:
    return tuple(item for item in given["moves"] if item["id"] in set(ids))


def check(given: Document) -> str:
    """Hold an answer under limits against all sets of moves there are; answers its status."""
    found = solve_instance(read_document(given))
    expected = search_all(given)
    if expected is not None:
        assert found.status == "optimal"
        assert found.price == found.lower_bound == float(expected[0])
        assert sorted(found.moves) == expected[2]
        assert carry_out(given, list(found.moves))
        assert keep_limits(given, list_chosen(given, found.moves))
        return "optimal"
    assert (found.status, found.moves, found.price) == ("infeasible", (), None)
    if found.missing or found.blocked:
        assert not found.over
        return "unreachable"
    check_blame(given, found)
    return "over"


def check_blame(given: Document, found: Any) -> None:
    """The least that each limit leaves to be asked for, and what the cheapest takes without limits, are exact."""
    free = {**given, "limits": {k: v for k, v in given["limits"].items() if k not in AMOUNTS}}
    cheapest = search_all(free)
    assert cheapest is not None
    assert found.price_without_limits == float(cheapest[0])
    assert {item.limit for item in found.over} == {k for k in AMOUNTS if given["limits"].get(k) is not None}
    for item in found.over:
        field = AMOUNTS[item.limit]
        spent = sum((Fraction(str(m[field])) for m in list_chosen(given, cheapest[2])), Fraction(0))
        least = {**free, "objective": {"money_per_hour": 0}}
        least["moves"] = [{**m, "cost": m[field], "hours": 0} for m in given["moves"]]
        fewest = search_all(least)
        assert fewest is not None
        assert (item.most, item.cheapest) == (given["limits"][item.limit], float(spent))
        assert item.least == item.reached == float(fewest[0])


@pytest.mark.parametrize("block", range(12))
def test_tiny_instances_under_limits_are_answered_as_brute_force_answers_them(block: int) -> None:
    seen: dict[str, int] = {}
    for seed in range(block * 250, block * 250 + 250):
        random = Random(f"limits {seed}")
        given = draw_limits(random, draw_document(random, random.randint(2, 7), random.randint(1, 4)))
        status = check(given)
        seen[status] = seen.get(status, 0) + 1
    assert min(seen.get("optimal", 0), seen.get("unreachable", 0), seen.get("over", 0)) > 5


@pytest.mark.parametrize("block", range(4))
def test_covers_under_limits_are_answered_as_brute_force_answers_them(block: int) -> None:
    seen = {"optimal": 0, "over": 0, "unreachable": 0}
    for seed in range(block * 40, block * 40 + 40):
        random = Random(f"limited cover {seed}")
        given = draw_cover(random, random.randint(6, 9), random.randint(4, 6))
        for item in given["moves"]:
            item["hours"] = random.choice((0, 1, 2, 3.5))
        free = search_all(given)
        if free is None:
            continue
        hours = sum(Fraction(str(m["hours"])) for m in list_chosen(given, free[2]))
        given["limits"] = {"hours": float(hours * random.choice((Fraction(1, 2), Fraction(3, 4), 1)))}
        seen[check(given)] += 1
    assert seen["optimal"] > 5


@pytest.mark.parametrize("seed", range(60))
def test_a_limit_met_changes_nothing_and_a_tighter_one_is_never_cheaper(seed: int) -> None:
    random = Random(f"tighter {seed}")
    given = draw_document(random, random.randint(4, 8), random.randint(2, 4))
    free = solve_instance(read_document(given))
    if free.money is None or free.hours is None or free.price is None:
        return
    for name, spent in (("money", free.money), ("hours", free.hours)):
        assert solve_instance(read_document({**given, "limits": {name: spent}})) == free
        if not spent:
            continue
        less = solve_instance(
            read_document({**given, "limits": {name: float(Fraction(str(spent)) - Fraction(1, 100))}})
        )
        if less.price is None:
            assert less.over[0].least == spent
            continue
        assert less.moves != free.moves
        assert less.price >= free.price
        lesser = solve_instance(read_document({**given, "limits": {name: spent / 2}}))
        assert lesser.price is None or lesser.price >= less.price


@pytest.mark.parametrize("number", range(3))
def test_a_limit_met_changes_nothing_over_a_thousand_courses(number: int) -> None:
    catalogue = draw_catalogue(1_000, 0)
    question = draw_question(catalogue, 5, number)
    graph, rate = catalogue.graph, 30.0
    free = find_route(graph, question.skills, question.requires, money_per_hour=rate).solution
    assert free.money
    assert free.hours
    assert free.price
    met = Caps(money=free.money, hours=free.hours)
    kept = find_route(graph, question.skills, question.requires, money_per_hour=rate, caps=met).solution
    assert kept == free
    below = Caps(money=free.money - 0.01)
    tight = find_route(graph, question.skills, question.requires, money_per_hour=rate, caps=below).solution
    assert tight.price is None or (tight.price >= free.price and (tight.money or 0) <= free.money - 0.01)
    forced = find_route(graph, question.skills, question.requires, money_per_hour=rate, require=free.moves).solution
    assert sorted(forced.moves) == sorted(free.moves)


def test_a_required_move_brings_what_it_needs_with_it() -> None:
    moves = [move("base", 5, gives={"x": 1}), move("club", 7, needs={"x": 1}, gives={"y": 1})]
    given = document([*moves, move("short", 1, gives={"s": 1})], {"s": 1})
    assert answer(given).moves == ("short",)
    forced = answer({**given, "limits": {"require": ["club"]}})
    assert sorted(forced.moves) == ["base", "club", "short"]
    assert (forced.status, forced.price) == ("optimal", 13.0)
    done = {**given, "person": {"id": "p", "skills": {}, "done": ["club"]}, "limits": {"require": ["club"]}}
    assert answer(done).moves == ("short",)


def test_a_required_move_that_cannot_start_is_named() -> None:
    given = document([move("a", gives={"s": 1}), move("far", needs={"nobody": 1}, gives={"z": 1})], {"s": 1})
    given["limits"] = {"require": ["far"]}
    assert answer_instance(json.dumps(given))["blocked"] == ["far"]
    assert answer(given).status == "infeasible"


def test_a_price_below_the_finest_digit_does_not_slip_under_a_limit() -> None:
    given = document([move("a", 0.00000015, gives={"s": 1})], {"s": 1})
    assert answer({**given, "limits": {"money": 0.0000001}}).status == "infeasible"
    assert answer({**given, "limits": {"money": 0.000001}}).status == "optimal"


LIMITED = {
    **document([move("a", 3, gives={"s": 1}, hours=1), move("b", 1, gives={"s": 1}, hours=4)], {"s": 1}),
}


def test_the_answer_says_which_limit_asks_too_much() -> None:
    found = answer_instance(json.dumps({**LIMITED, "limits": {"money": 0.5, "hours": 9}}))
    assert found["status"] == "infeasible"
    assert found["over"] == [
        {"limit": "money", "most": 0.5, "cheapest": 1.0, "least": 1.0, "reached": 1.0},
        {"limit": "hours", "most": 9.0, "cheapest": 4.0, "least": 1.0, "reached": 1.0},
    ]
    assert found["price_without_limits"] == 1.0


def test_alternatives_and_fronts_keep_the_limits() -> None:
    text = json.dumps({**LIMITED, "limits": {"money": 2}})
    found: Any = answer_alternatives(text, 5, difference=0.25)
    assert [item["moves"] for item in found["bridges"]] == [["b"]]
    assert found["exhausted"]
    front: Any = answer_front(text, hours_per_week=1)
    assert [point["moves"] for point in front["points"]] == [["b"]]
    assert front["complete"]
    free: Any = answer_front(json.dumps(LIMITED), hours_per_week=1)
    assert [point["moves"] for point in free["points"]] == [["b"], ["a"]]
    shut: Any = answer_front(json.dumps({**LIMITED, "limits": {"money": 0}}), hours_per_week=1)
    assert (shut["status"], shut["points"], shut["over"][0]["limit"]) == ("infeasible", [], "money")


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"money": -1}, "limits.money"),
        ({"money": float("nan")}, "limits.money"),
        ({"hours": "3"}, "limits.hours"),
        ({"weeks": 3}, "limits.weeks"),
        ({"require": ["nobody"]}, "limits.require[0]"),
        ({"exclude": ["a", "nobody"]}, "limits.exclude[1]"),
        ({"require": ["b", "a"], "exclude": ["a"]}, "limits.require[1]"),
        ({"require": ["a"], "kinds": ["gig"]}, "limits.require[0]"),
        ({"kinds": ["holiday"]}, "limits.kinds[0]"),
        ({"kinds": []}, "limits.kinds"),
        ([], "limits"),
    ],
)
def test_limits_that_cannot_be_used_name_their_field(limits: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer_instance(json.dumps({**LIMITED, "limits": limits}))
    assert caught.value.field == field


# Limits of weeks are kept on the calendar, so they are asked of plans.

TODAY = date(2026, 7, 1)
WANTED = [RequirementRow("s", "S", 1.0, 1.0, "core", False)]


def plan(moves: list[Move], weeks: int | None, wanted: Any = WANTED, **terms: Any) -> Any:
    settings = BridgeTerms(money_per_hour=0, hours_per_week=1, starts_on=TODAY, weeks=weeks, **terms)
    return plan_bridge(compile_moves(moves), Traveller("p", {}), wanted, settings)


@pytest.mark.parametrize("seed", range(150))
def test_weeks_are_exact_where_moves_have_hours_alone(seed: int) -> None:
    random = Random(f"weeks {seed}")
    given = draw_document(random, random.randint(3, 7), random.randint(1, 3))
    given["person"]["skills"], given["objective"] = {}, {"money_per_hour": 0}
    weeks = random.randint(0, 6)
    wanted = [RequirementRow(s, s, level, 1.0, "core", False) for s, level in given["target"]["requires"].items()]
    found = plan(read_document(given).list_moves(), weeks, wanted)
    expected = search_all({**given, "limits": {"hours": weeks}})
    free = search_all(given)
    if expected is not None:
        assert (found.status, found.price) == ("optimal", float(expected[0]))
        assert found.weeks <= weeks
    elif free is not None:
        assert (found.status, found.moves) == ("infeasible", ())
        assert (found.over[0].limit, found.price_without_limits) == ("weeks", float(free[0]))
        least = {**given, "moves": [{**m, "cost": m["hours"], "hours": 0} for m in given["moves"]]}
        fewest = search_all(least)
        assert fewest is not None
        assert weeks < found.over[0].reached
        assert found.over[0].least == found.over[0].reached == -(-fewest[0] // 1)


def test_a_week_that_a_calendar_loses_is_told_as_a_bound() -> None:
    # Two weeks of their own each, side by side at the same hours: four weeks, though chains and hours say two.
    pair = [Move(f"m{n}", "course", hours=2, weeks=2, gives={k: 1}) for n, k in enumerate("ab")]
    slow = Move("slow", "course", money=9, hours=1, weeks=1, gives={"a": 1})
    wanted = [RequirementRow(k, k, 1.0, 1.0, "core", False) for k in "ab"]
    assert plan(pair, None, wanted).weeks == 4
    assert plan([*pair, slow], 3, wanted).status == "optimal"
    dated = Move("dated", "gig", hours=1, weeks=1, gives={"s": 1}, starts_on=TODAY + timedelta(days=13))
    dear = Move("dear", "course", money=5, hours=2, gives={"s": 1})
    assert [item.id for item in plan([dated, dear], None).moves] == ["dated"]
    within = plan([dated, dear], 2)
    assert ([item.id for item in within.moves], within.status, within.price) == (["dear"], "optimal", 5.0)


def test_a_bridge_of_more_weeks_than_hours_say_is_feasible_or_unknown_with_its_bound() -> None:
    # Hours come to half a week and each chain to two, but a mentor takes one mentorship after another: four.
    mentored = [Move(f"n{k}", "mentorship", hours=0.2, weeks=2, gives={k: 1}, by="ana") for k in "ab"]
    school = Move("school", "course", money=7, hours=1, gives={"a": 1})
    wanted = [RequirementRow(k, k, 1.0, 1.0, "core", False) for k in "ab"]
    assert plan(mentored, None, wanted).weeks == 4
    assert plan(mentored, None, wanted).least_weeks == 4
    unsure = plan(mentored, 3, wanted)
    assert (unsure.status, unsure.moves, unsure.over[0].reached) == ("unknown", (), 4)
    assert plan(mentored, 1, wanted).status == "infeasible"
    assert plan([*mentored, school], 4, wanted).price == 0
    assert find_order({"person": {"skills": {}}}, ()) == []


def test_a_gig_that_ends_before_the_person_is_through_is_left_out() -> None:
    gig = Move("gig", "gig", hours=4, gives={"s": 1}, ends_on=TODAY + timedelta(days=20))
    course = Move("course", "course", money=5, hours=1, gives={"s": 1})
    found = plan([gig, course], None)
    assert ([item.id for item in found.moves], found.too_late) == (["course"], ("gig",))
    assert (found.status, found.lower_bound) == ("feasible", 0.0)
    longer = Move("gig", "gig", hours=4, gives={"s": 1}, ends_on=TODAY + timedelta(days=27))
    assert [item.id for item in plan([longer, course], None).moves] == ["gig"]
    both = Move("gig", "gig", hours=4, weeks=1, gives={"s": 1}, starts_on=TODAY, ends_on=TODAY + timedelta(days=6))
    assert plan([both, course], None).too_late == ("gig",)


def test_a_completed_move_is_not_planned_again() -> None:
    old, new = (Move(k, "course", money=m, gives={"s": 1}) for k, m in (("old", 1), ("new", 3)))
    after = Move("after", "course", money=0, after=("old",), gives={"s": 1})
    done = Traveller("p", {}, frozenset({"old"}))
    settings = BridgeTerms(starts_on=TODAY)
    assert [m.id for m in plan_bridge(compile_moves([old, new]), done, WANTED, settings).moves] == ["new"]
    assert [m.id for m in plan_bridge(compile_moves([old, new, after]), done, WANTED, settings).moves] == ["after"]
    none = plan_bridge(compile_moves([old]), done, WANTED, settings)
    assert (none.status, none.unmet[0].skill_id) == ("infeasible", "s")


def test_a_required_move_out_of_reach_leaves_the_rest_of_the_bridge() -> None:
    moves = [Move("a", "course", money=1, gives={"s": 1}), Move("far", "course", needs={"x": 2}, gives={"z": 1})]
    found = plan(moves, None, require=("far",))
    assert (found.status, [item.id for item in found.moves]) == ("infeasible", ["a"])
    assert [(item.move_id, item.unmet[0].skill_id) for item in found.blocked] == [("far", "x")]
    assert plan(moves, None, require=("nowhere",)).blocked[0].unmet == ()


def test_what_a_move_saves_is_counted_within_the_limits() -> None:
    moves = [Move(k, "course", money=m, hours=h, gives={"s": 1}) for k, m, h in (("a", 1, 9), ("b", 3, 2), ("c", 7, 1))]
    (kept,) = plan(moves, None, caps=Caps(hours=5), price_absences=True).moves
    assert (kept.id, kept.dearer_without, kept.indispensable) == ("b", 4.0, False)
    (only,) = plan(moves, None, caps=Caps(hours=1), price_absences=True).moves
    assert (only.id, only.dearer_without, only.indispensable) == ("c", None, True)
