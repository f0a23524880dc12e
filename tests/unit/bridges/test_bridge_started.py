"""Moves under way: money spent, needs met, only what is left of them counts; and mentors give what they have."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine.bridge_wishes import BridgeWishes, read_started
from engine.bridges.mentorship import offer_mentorships
from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms
from engine.bridges.schedule import schedule_moves
from engine.bridges.started import resume_moves
from graph_schema.errors import InvalidInput
from graph_schema.queries.moves import MentorRow, SkillLevel

TODAY = date(2026, 7, 1)


def resume(move: Move, left: float | None) -> Move:
    graph = resume_moves(compile_moves([move]), [], {move.id: left}, TODAY)
    return graph.moves[graph.index[move.id]]


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_only_the_hours_left_count_and_their_share_of_the_weeks() -> None:
    course = Move("c", "course", money=500, hours=40, weeks=8, needs={"x": 1}, after=("b",), gives={"s": 2})
    for left, hours, weeks in ((None, 40, 8), (10, 10, 2), (0, 0, 0)):
        begun = resume(course, left)
        assert (begun.money, begun.hours, begun.weeks) == (0, hours, weeks)
        assert (begun.needs, begun.after, begun.gives) == ({}, (), {"s": 2})


@pytest.mark.parametrize(
    ("starts", "ends", "weeks", "opens"),
    [(-10, 13, 2, None), (7, 20, 2, 7), (None, 0, 1 / 7, None), (-10, None, 4, None)],
)
def test_a_gig_under_way_lasts_until_its_last_day(starts: Any, ends: Any, weeks: float, opens: Any) -> None:
    days = {name: None if day is None else in_days(day) for name, day in (("starts_on", starts), ("ends_on", ends))}
    begun = resume(Move("g", "gig", hours=8, weeks=4, gives={"s": 1}, **days), None)
    assert begun.weeks == pytest.approx(weeks)
    assert begun.begins_by == (None if opens is None else in_days(opens))
    assert schedule_moves([begun], {}, hours_per_week=80, starts_on=TODAY).late == ()


def test_what_is_over_or_unknown_is_not_under_way() -> None:
    with pytest.raises(InvalidInput, match="ended on 2026-06-30"):
        resume(Move("g", "gig", gives={"s": 1}, ends_on=in_days(-1)), None)
    with pytest.raises(InvalidInput, match="'h' is no move"):
        resume_moves(compile_moves([]), [], {"h": None}, TODAY)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Course", {"Course": None}),
        ("Course=2.5", {"Course": 2.5}),
        ("a=b", {"a=b": None}),
        ("a=b=0", {"a=b": 0.0}),
    ],
)
def test_moves_under_way_are_read_with_or_without_hours(given: str, read: dict[str, float | None]) -> None:
    assert read_started(BridgeWishes(started=(given,))) == read


@pytest.mark.parametrize("given", ["c=-1", "c=nan", "c=inf"])
def test_hours_left_that_are_none_are_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="started"):
        read_started(BridgeWishes(started=(given,)))


def test_a_mentor_gives_no_more_hours_a_month_than_they_have() -> None:
    able = MentorRow("ana", "Ana", 24.0, [SkillLevel("sql", 4.0), SkillLevel("r", 4.0)])
    other = MentorRow("bo", "Bo", 12.0, [SkillLevel("go", 4.0)])
    moves = {move.id: move for move in offer_mentorships(CatalogueRows(mentors=[able, other]), Terms())}
    sql, r, go = (moves[f"mentorship:{who}:1"] for who in ("ana:sql", "ana:r", "bo:go"))
    # 12 hours of 24 a month last half a month, of 12 a month a whole one.
    assert (sql.weeks, go.weeks) == (2.17, 4.33)
    plenty = schedule_moves([sql, r, go], {}, hours_per_week=100)
    first, second = sorted(plenty.slots[:2], key=lambda slot: slot.starts)
    assert first.ends == second.starts
    assert plenty.slots[2].starts == 0
    assert (plenty.weeks, plenty.least_weeks) == (5, 5)
