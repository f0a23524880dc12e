"""Several bridges on a calendar with dates: what is out of time is left out, and what is proven is said."""

from datetime import date

import pytest

from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import Move
from engine.bridges.options import PlannedAlternatives, PlannedFront, plan_alternatives, plan_front
from engine.bridges.person import Traveller
from engine.bridges.plan import BridgeTerms
from graph_schema.queries.roles import RequirementRow

TODAY = date(2026, 7, 1)
NOBODY_YET = Traveller("ines", {})
ASKED = [RequirementRow("clean", "clean", 3, 1.0, "role", False)]
COURSE = Move("course", "course", "Course", money=210, hours=16, gives={"quality": 2})
SLOW = Move("slow", "course", "Slow", money=10, hours=64, gives={"quality": 2})
DEAR = Move("dear", "course", "Dear", money=5000, hours=24, gives={"clean": 3})
TERMS = BridgeTerms(money_per_hour=10, hours_per_week=8, starts_on=TODAY)


def begin_gig(day: date) -> Move:
    return Move("gig", "gig", "Gig", hours=16, weeks=2, needs={"quality": 2}, gives={"clean": 3}, starts_on=day)


def vary(*moves: Move, difference: float = 0.5) -> PlannedAlternatives:
    return plan_alternatives(compile_moves(moves), NOBODY_YET, ASKED, 5, TERMS, {}, difference=difference)


def trace(*moves: Move) -> PlannedFront:
    return plan_front(compile_moves(moves), NOBODY_YET, ASKED, TERMS, {})


def test_alternatives_are_planned_with_weeks_and_reasons() -> None:
    first, slow, dear = vary(COURSE, SLOW, DEAR, begin_gig(date(2026, 9, 1))).options
    assert [move.id for move in first.moves] == ["course", "gig"]
    assert [move.id for move in slow.moves] == ["slow", "gig"]
    # By hand: 210 + 32 x 10; 10 + 80 x 10; 5,000 + 24 x 10.
    assert [option.solution.price for option in (first, slow, dear)] == [530, 810, 5240]
    assert [option.dearer for option in (first, slow, dear)] == [0, 280, 4710]
    assert [option.solution.status for option in (first, slow, dear)] == ["optimal"] * 3
    assert slow.moves[0].why == ("brings quality to level 2, which Gig needs",)
    assert (dear.weeks, dear.left_out, dear.taken) == (3, ("course", "gig"), ("dear",))


def test_an_alternative_that_comes_too_late_gives_way_to_one_in_time_with_the_bound_proven_before() -> None:
    found = vary(COURSE, SLOW, DEAR, begin_gig(date(2026, 7, 15)))
    first, dear = found.options
    assert (first.solution.status, [move.id for move in first.moves]) == ("optimal", ["course", "gig"])
    assert [move.id for move in dear.moves] == ["dear"]
    assert (dear.solution.status, dear.solution.price, dear.solution.lower_bound) == ("feasible", 5240, 810)
    assert found.too_late == ("gig",)
    assert not found.exhausted


def test_a_front_leaves_out_what_begins_too_late_for_its_weeks() -> None:
    front = trace(COURSE, SLOW, DEAR, begin_gig(date(2026, 9, 1)))
    # The gig ends after its second week, counted from 1 September: 62 days and two weeks.
    assert [([move.id for move in option.moves], option.weeks) for option in front.options] == [
        (["course", "gig"], 11),
        (["dear"], 3),
    ]
    assert [option.solution.status for option in front.options] == ["optimal", "optimal"]
    assert front.complete


def test_a_front_without_the_cheapest_bridge_in_time_keeps_its_bound() -> None:
    front = trace(COURSE, DEAR, begin_gig(date(2026, 7, 6)))
    (only,) = front.options
    assert (only.solution.status, only.solution.price, only.solution.lower_bound) == ("feasible", 5240, 530)
    assert (front.complete, front.least_weeks, front.sooner_at_least) == (False, None, 530)
    assert front.too_late == ("gig",)


def test_out_of_reach_leads_as_near_as_can_be_reached() -> None:
    asked = [*ASKED, RequirementRow("magic", "magic", 1, 1.0, "role", False)]
    graph = compile_moves([COURSE, SLOW, DEAR, begin_gig(date(2026, 9, 1))])
    found = plan_alternatives(graph, NOBODY_YET, asked, 2, TERMS, {}, difference=0.5)
    front = plan_front(graph, NOBODY_YET, asked, TERMS, {})
    assert [item.skill_id for item in found.unmet] == [item.skill_id for item in front.unmet] == ["magic"]
    assert [[move.id for move in option.moves] for option in found.options] == [["course", "gig"], ["slow", "gig"]]
    assert len(front.options) == 2


@pytest.mark.parametrize("hours", [0.0, -8.0])
def test_a_week_without_hours_is_refused(hours: float) -> None:
    terms = BridgeTerms(hours_per_week=hours)
    with pytest.raises(Exception, match="hours_per_week"):
        plan_front(compile_moves([DEAR]), NOBODY_YET, ASKED, terms, {})
