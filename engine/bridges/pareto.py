"""Price against calendar weeks: the bridges of which none is both cheaper and sooner.

For one number of weeks after another, from the cheapest bridge's down, the solver finds the cheapest bridge whose hours
fit into so many weeks and none of whose moves, the shortest chain of moves before it included, ends later. A calendar
asks more than that where moves have a duration of their own (hours of a week may go unused) or a start day, so the
price found is the least of any bridge in so many weeks, proven. Where the schedule of the bridge found keeps the weeks,
it is the cheapest in them and the point is ``optimal``; moves that have hours alone always do, and their front is
exact. Elsewhere the point says what is proven: no bridge that fits into its weeks is cheaper than its bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from engine.bridges.kernels import IntArray
from engine.bridges.limited import Ground, Limited, keeps
from engine.bridges.move_graph import MoveGraph
from engine.bridges.problem import Problem
from engine.bridges.schedule import Calendar, Schedule
from engine.bridges.search import Found, Limit, solve_problem

FINE = 1 << 20
"""Parts of an hour and of a week that are counted, rounded down: a bound stays a bound."""


@dataclass(frozen=True, slots=True)
class Point:
    """A bridge that no other one found is both cheaper and sooner than.

    Attributes:
        moves: Catalogue moves in an order that can be carried out.
        price: In whole units.
        at_least: No bridge that fits into its calendar weeks is cheaper, in whole units.
    """

    moves: tuple[int, ...]
    schedule: Schedule
    price: int
    at_least: int


@dataclass(frozen=True, slots=True)
class Front:
    """Points from the cheapest to the soonest.

    Attributes:
        least_weeks: No bridge at all fits into fewer weeks, proven.
        complete: Whether every point is proven and none is missing between or beyond them.
        sooner_at_least: What any bridge sooner than the last point costs at least, in whole units; None when it is
            proven that there is none.
    """

    points: tuple[Point, ...]
    least_weeks: int
    complete: bool
    sooner_at_least: int | None


class FrontSearch:
    """The state of one front: what fits into how many weeks, what was found, what was proven."""

    def __init__(
        self,
        graph: MoveGraph,
        problem: Problem,
        calendar: Calendar,
        deadline: float,
        limits: Sequence[Limit] = (),
    ) -> None:
        """Count hours and the earliest end of every move; every bridge of the front keeps ``limits`` too."""
        self.graph, self.problem, self.calendar, self.deadline = graph, problem, calendar, deadline
        self.limits = tuple(limits)
        self.pace = Fraction(repr(calendar.hours_per_week))
        hours = count_parts([move.hours for move in graph.moves])
        self.unit = int(np.gcd.reduce(hours)) or 1
        self.hours = hours // self.unit
        self.shortest, self.ends = self._measure_ends()
        self.found: list[Point] = []
        self.bounds: list[tuple[float, int]] = []
        self.least = 0

    def trace(self, cheapest: Found) -> Front:
        """Go from the cheapest bridge to fewer and fewer weeks, until none fits or time is up."""
        self.bounds.append((math.inf, cheapest.at_least))
        weeks = self._record(cheapest.moves, cheapest.price)
        least, soonest = self._find_soonest()
        swept = weeks is not None and weeks <= least
        if weeks is not None and not swept and self._in_time():
            ground = Ground(self.problem, cheapest.moves, cheapest.at_least, soonest)
            least, swept = self._sweep(ground, weeks - 1, least)
        return self._collect(least, swept)

    def fit(self, cheapest: Found, weeks: int) -> Limited:
        """Find the cheapest bridge that keeps so many weeks on the calendar, from the cheapest there is.

        Fewer and fewer weeks are asked for until what is found keeps these on the calendar. What was found for the
        weeks themselves is the bound.
        """
        taken = self._record(cheapest.moves, cheapest.price)
        if taken is not None and taken <= weeks:
            return Limited(cheapest.moves, cheapest.price, cheapest.at_least, cheapest.settled)
        self.least, soonest = self._find_soonest()
        if weeks < self.least:
            return Limited(None, None, None)
        ground = Ground(self.problem, cheapest.moves, cheapest.at_least, soonest)
        first = ground.find_cheapest(self._limit(weeks), self.deadline)
        answer, asked = first, weeks
        while answer.moves is not None and answer.price is not None:
            taken = self._record(answer.moves, answer.price)
            if taken is not None and taken <= weeks:
                if answer is first:
                    return first
                break
            asked -= 1
            if asked < self.least or not answer.proven:
                break
            answer = ground.find_cheapest(self._limit(asked), self.deadline)
        fitting = [point for point in self.found if point.schedule.weeks <= weeks]
        if not fitting:
            return first if first.moves is None else Limited(None, None, first.at_least)
        best = min(fitting, key=lambda point: point.price)
        return Limited(best.moves, best.price, min(best.price, first.at_least or 0))

    def _sweep(self, ground: Ground, weeks: int, least: int) -> tuple[int, bool]:
        """Ask for fewer and fewer weeks; answer the least there are, and whether all were asked for."""
        while weeks >= least:
            if not self._in_time():
                return least, False
            answer = ground.find_cheapest(self._limit(weeks), self.deadline)
            if answer.proven and answer.moves is None:
                return weeks + 1, True
            self.bounds.append((weeks, answer.at_least or 0))
            taken = None
            if answer.moves is not None and answer.price is not None:
                taken = self._record(answer.moves, answer.price)
            if not answer.proven:
                return least, False
            weeks = (weeks if taken is None else min(weeks, taken)) - 1
        return least, True

    def _limit(self, weeks: int) -> list[Limit]:
        """Limit a bridge to what a calendar of so many weeks asks in any case."""
        limits = [*self.limits, Limit(self.hours, math.floor(weeks * self.pace * FINE / self.unit))]
        never = self.ends > weeks * FINE
        return [*limits, Limit(never.astype(np.int64), 0)] if never.any() else limits

    def _measure_ends(self) -> tuple[int, IntArray]:
        """Measure the shortest chain to the target, and the earliest end of every move, in parts of a week."""
        problem, calendar = self.problem, self.calendar
        moves = [self.graph.moves[int(place)] for place in problem.origin]
        pace = calendar.hours_per_week
        weeks = count_parts([move.weeks for move in moves])
        length = np.maximum(weeks, count_parts([move.hours / pace for move in moves]))
        before, _ = problem.estimate(length, additive=False)
        ends = np.zeros(len(self.graph.moves), dtype=np.int64)
        for place, move, start, lasts in zip(problem.origin, moves, before.tolist(), length.tolist(), strict=False):
            begin = start
            if move.starts_on and calendar.starts_on:
                begin = max(begin, (move.starts_on - calendar.starts_on).days * FINE // 7)
            ends[place] = begin + lasts
        return int(before[problem.size]), ends

    def _find_soonest(self) -> tuple[int, tuple[int, ...]]:
        """Find the bridge of the fewest hours, and the weeks that no bridge needs less than."""
        found = solve_problem(replace(self.problem, price=self.hours[self.problem.origin]), self.deadline)
        price = self.problem.total(self.problem.place[move] for move in found.moves)
        if keeps(found.moves, self.limits):
            self._record(found.moves, price)
        by_hours = math.ceil(Fraction(found.at_least * self.unit, FINE) / self.pace)
        return max(by_hours, -(-self.shortest // FINE)), found.moves

    def _record(self, moves: tuple[int, ...], price: int) -> int | None:
        """Put a bridge on the calendar: its weeks, None when some move would begin without the person."""
        schedule = self.calendar.schedule([self.graph.moves[move] for move in moves])
        if schedule.late:
            return None
        self.found.append(Point(moves, schedule, price, 0))
        return schedule.weeks

    def _collect(self, least: int, swept: bool) -> Front:
        """Keep what nothing beats, each with the bound of its weeks."""
        points: list[Point] = []
        for point in sorted(self.found, key=lambda point: (point.price, point.schedule.weeks)):
            if not points or point.schedule.weeks < points[-1].schedule.weeks:
                points.append(replace(point, at_least=min(point.price, self._bound(point.schedule.weeks))))
        decided = all(
            any(point.price == bound and point.schedule.weeks <= weeks for point in points)
            for weeks, bound in self.bounds
        )
        last = points[-1].schedule.weeks if points else 0
        return Front(
            tuple(points),
            least,
            complete=swept and decided,
            sooner_at_least=None if points and last <= least else self._bound(last - 1),
        )

    def _bound(self, weeks: int) -> int:
        """Say what a bridge in so many weeks costs at least."""
        return max(bound for most, bound in self.bounds if most >= weeks)

    def _in_time(self) -> bool:
        return time.monotonic() <= self.deadline


def count_parts(amounts: Sequence[float]) -> IntArray:
    """Count the whole parts of amounts, rounded down.

    Multiplying by a power of two is exact, so only an amount that was rounded when it was read or divided can come out
    as a whole number by mistake: one that is not a whole 1/1024 counts a part less then.
    """
    parts = np.array(amounts, dtype=np.float64) * FINE
    return np.where(parts % 1024 == 0, parts, np.maximum(0, np.ceil(parts) - 1)).astype(np.int64)
