"""Moves that begin on a day: in time they are used, too late they are not, and what is proven is said."""

from datetime import date

import pytest

from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import Move
from engine.bridges.person import Traveller
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.schedule import schedule_moves
from graph_schema.queries.roles import RequirementRow

TODAY = date(2026, 7, 1)
NOBODY_YET = Traveller("ines", {})
ASKED = [RequirementRow("clean", "clean", 3, 1.0, "role", False)]
COURSE = Move("course", "course", money=210, hours=18, gives={"quality": 2})
DEAR = Move("dear", "course", money=5000, hours=40, gives={"clean": 3})


def begin_gig(starts_on: date | None = None, ends_on: date | None = None, id_: str = "gig") -> Move:
    return Move(
        id_, "gig", hours=20, weeks=3, needs={"quality": 2}, gives={"clean": 3}, starts_on=starts_on, ends_on=ends_on
    )


def plan(*moves: Move, hours: float = 8, starts_on: date | None = TODAY):
    terms = BridgeTerms(money_per_hour=10, hours_per_week=hours, starts_on=starts_on)
    return plan_bridge(compile_moves(moves), NOBODY_YET, ASKED, terms)


def test_a_gig_in_reach_stays_in_a_proven_bridge() -> None:
    found = plan(COURSE, DEAR, begin_gig(date(2026, 8, 3)))
    assert (found.status, found.gap, found.too_late, found.settled) == ("optimal", 0.0, (), True)
    assert [(move.id, move.start_week, move.end_week) for move in found.moves] == [("course", 1, 3), ("gig", 5, 8)]


@pytest.mark.parametrize(
    ("gig", "hours", "in_time"),
    [
        # 18 hours at 9 a week: exactly two weeks, to the morning of 15 July.
        (begin_gig(date(2026, 7, 15)), 9, True),
        (begin_gig(date(2026, 7, 14)), 9, False),
        # Without a first day, the last from which three weeks are done by the end.
        (begin_gig(ends_on=date(2026, 8, 5)), 9, True),
        (begin_gig(ends_on=date(2026, 8, 4)), 9, False),
        (begin_gig(date(2026, 8, 3)), 3, False),
    ],
)
def test_a_gig_is_used_up_to_the_day_it_can_be_joined(gig, hours, in_time) -> None:
    found = plan(COURSE, DEAR, gig, hours=hours)
    assert [move.id for move in found.moves] == (["course", "gig"] if in_time else ["dear"])
    assert found.too_late == (() if in_time else ("gig",))


def test_a_dearer_bridge_without_the_gig_is_measured_against_the_one_with_it() -> None:
    found = plan(COURSE, DEAR, begin_gig(date(2026, 7, 6)))
    # By hand: the course and the gig 210 + 38 x 10; the dear course 5,000 + 400.
    assert (found.status, found.price, found.lower_bound) == ("feasible", 5400.0, 590.0)
    assert found.gap == pytest.approx(1 - 590 / 5400)
    assert not found.settled


def test_another_gig_at_the_same_price_keeps_the_proof() -> None:
    found = plan(COURSE, DEAR, begin_gig(date(2026, 7, 6)), begin_gig(date(2026, 9, 1), id_="gig:later"))
    assert (found.status, found.gap, found.too_late) == ("optimal", 0.0, ("gig",))
    assert [move.id for move in found.moves] == ["course", "gig:later"]


def test_every_gig_that_begins_too_early_is_left_out_and_nothing_left_is_said() -> None:
    found = plan(COURSE, begin_gig(date(2026, 7, 6)), begin_gig(date(2026, 7, 8), id_="gig:next"))
    assert (found.status, set(found.too_late)) == ("infeasible", {"gig", "gig:next"})
    assert [need.skill_id for need in found.unmet] == ["clean"]
    assert found.moves == ()


def test_without_a_first_day_nothing_is_late() -> None:
    assert plan(COURSE, begin_gig(date(2020, 1, 1)), starts_on=None).status == "optimal"


def test_what_a_start_day_waits_for_goes_before_longer_work() -> None:
    long = Move("long", "course", hours=100, gives={"a": 1})
    slots = schedule_moves([long, COURSE, begin_gig(date(2026, 7, 22))], {}, hours_per_week=8, starts_on=TODAY)
    assert slots.late == ()
    assert [slot.start_week for slot in slots.slots] == [3, 1, 4]
