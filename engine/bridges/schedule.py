"""The moves of a bridge on a calendar, with so many hours a week to spare.

The rule: whenever hours are free, they go first to what a start day waits for, the most urgent first (the last moment
its chain can begin and still be in time), then to what has begun, then to the startable move with the longest chain
still behind it (ties: the order of the bridge). A move with a duration in weeks takes its hours evenly over them; any
other takes all hours that are free. A move may start in the week its last prerequisite ends, and a mentor takes one
mentorship after another, since each lasts as long as the hours they give a month ask for. This is list scheduling
(Graham 1969) over divisible work; where its result equals the lower bound it is the earliest finish there is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.bridges.moves import Move
from graph_schema.errors import InvalidInput

NEVER = Fraction(10**9)
"""A moment after every calendar, in weeks."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When a move runs, in weeks from the start; 0 is the beginning of the first week."""

    starts: Fraction
    ends: Fraction

    @property
    def start_week(self) -> int:
        """The week it starts in, the first being 1; what takes no time at a week's end still belongs to that week."""
        week = math.floor(self.starts) + 1
        return min(week, self.end_week)

    @property
    def end_week(self) -> int:
        """The week it ends in."""
        return max(1, math.ceil(self.ends))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The moves of a bridge on a calendar.

    Attributes:
        slots: When each move runs, in the order given.
        weeks: Calendar weeks all of it takes.
        least_weeks: The least any schedule of these moves takes.
        late: Ids of moves that begin without the person, the slot starting on a later day than they can be joined, or
            that end before the person is through. The earliest such day first, then by id.
    """

    slots: tuple[Slot, ...]
    weeks: int
    least_weeks: int
    late: tuple[str, ...]


def schedule_moves(
    moves: Sequence[Move],
    skills: Mapping[str, float],
    *,
    hours_per_week: float,
    done: Collection[str] = (),
    starts_on: date | None = None,
) -> Schedule:
    """Put the moves of a bridge on a calendar.

    Args:
        moves: In an order that can be carried out.
        skills: The levels the person starts with.
        hours_per_week: Hours a week the person has for all of it together.
        done: Moves done before.
        starts_on: The first day, against which moves with a start day of their own are placed.

    Raises:
        InvalidInput: When no hours a week are given to do anything in.
    """
    if not (hours_per_week > 0 and math.isfinite(hours_per_week)):
        raise InvalidInput("hours_per_week", f"{hours_per_week!r} given, a number above 0 is needed")
    pace = Fraction(repr(hours_per_week))
    calendar = _Simulation(moves, skills, done, pace, starts_on)
    slots = calendar.run()
    end = max((slot.ends for slot in slots), default=Fraction(0))
    total = sum((Fraction(repr(move.hours)) for move in moves), Fraction(0))
    least = max([total / pace, *calendar.earliest, *calendar.sum_by_mentor()], default=Fraction(0))
    return Schedule(tuple(slots), math.ceil(end), math.ceil(least), _find_late(moves, slots, starts_on))


@dataclass(frozen=True)
class Calendar:
    """When and how fast a person can go: the terms of :func:`schedule_moves`."""

    skills: Mapping[str, float]
    hours_per_week: float
    done: Collection[str] = ()
    starts_on: date | None = None

    def schedule(self, moves: Sequence[Move]) -> Schedule:
        """Put moves on the calendar."""
        return schedule_moves(
            moves, self.skills, hours_per_week=self.hours_per_week, done=self.done, starts_on=self.starts_on
        )


def _find_late(moves: Sequence[Move], slots: Sequence[Slot], starts_on: date | None) -> tuple[str, ...]:
    if starts_on is None:
        return ()
    late: list[tuple[date, str]] = []
    for move, slot in zip(moves, slots, strict=True):
        if move.begins_by and math.floor(slot.starts * 7) > (move.begins_by - starts_on).days:
            late.append((move.begins_by, move.id))
        elif move.ends_on and slot.ends > _find_end(move, move.ends_on, starts_on):
            late.append((move.begins_by or move.ends_on, move.id))
    return tuple(id_ for _, id_ in sorted(late))


def _find_end(move: Move, ends_on: date, starts_on: date) -> Fraction:
    """Find the moment a move is over, in weeks: its last day through, its own duration from its first day at least."""
    over = Fraction((ends_on - starts_on).days + 1, 7)
    if move.starts_on is None:
        return over
    return max(over, Fraction((move.starts_on - starts_on).days, 7) + Fraction(repr(move.weeks)))


class _Simulation:
    """The simulation: what runs, how much of it is left, what each move waits for."""

    def __init__(
        self,
        moves: Sequence[Move],
        skills: Mapping[str, float],
        done: Collection[str],
        pace: Fraction,
        starts_on: date | None,
    ) -> None:
        self.moves, self.pace = moves, pace
        self.hours = [Fraction(repr(move.hours)) for move in moves]
        self.weeks = [Fraction(repr(move.weeks)) for move in moves]
        self.opens = [
            Fraction(max(0, (move.starts_on - starts_on).days), 7) if move.starts_on and starts_on else Fraction(0)
            for move in moves
        ]
        self.begin_by = [
            Fraction((move.begins_by - starts_on).days, 7) if move.begins_by and starts_on else NEVER for move in moves
        ]
        self.needs = [self._list_suppliers(move, skills, done) for move in moves]
        self.length = [max(weeks, hours / pace) for weeks, hours in zip(self.weeks, self.hours, strict=True)]
        for place, move in enumerate(moves):
            if move.ends_on and not move.starts_on and starts_on:
                ends = Fraction((move.ends_on - starts_on).days + 1, 7)
                self.begin_by[place] = min(self.begin_by[place], ends - self.length[place])
        self.earliest: list[Fraction] = []
        self.tail = list(self.length)
        self._measure_chains()

    def _list_suppliers(self, move: Move, skills: Mapping[str, float], done: Collection[str]) -> list[list[int]]:
        """List, for each thing the move waits for, the moves of the bridge that bring it."""
        waits = [
            [place for place, other in enumerate(self.moves) if other.gives.get(skill, 0.0) >= level]
            for skill, level in move.needs.items()
            if level > skills.get(skill, 0.0)
        ]
        ids = [other.id for other in self.moves]
        return waits + [[ids.index(other)] for other in move.after if other not in done]

    def _measure_chains(self) -> None:
        """Measure the earliest end of every move were it alone, the longest chain from its start, and its last moment.

        Several moves may bring the same thing, the later one sooner: values are lowered until none changes.
        """
        count = len(self.moves)
        self.earliest = [NEVER] * count
        for _ in range(count):
            before = list(self.earliest)
            for move in range(count):
                ready = [
                    min((self.earliest[s] for s in suppliers), default=Fraction(0)) for suppliers in self.needs[move]
                ]
                self.earliest[move] = max([self.opens[move], *ready]) + self.length[move]
            if before == self.earliest:
                break
        for move in sorted(range(count), key=lambda move: (-self.earliest[move], -move)):
            for suppliers in self.needs[move]:
                first = min(suppliers, key=lambda supplier: (self.earliest[supplier], supplier))
                if first != move:
                    self.tail[first] = max(self.tail[first], self.length[first] + self.tail[move])
                    if self.begin_by[move] != NEVER:
                        self.begin_by[first] = min(self.begin_by[first], self.begin_by[move] - self.length[first])

    def run(self) -> list[Slot]:
        """Let time pass from event to event until every move has ended."""
        now = Fraction(0)
        left = list(self.hours)
        starts: dict[int, Fraction] = {}
        ends: dict[int, Fraction] = {}
        while len(ends) < len(self.moves):
            rates = self._share_hours(now, left, starts, ends)
            ended = [m for m in starts if m not in ends and left[m] == 0 and now >= starts[m] + self.weeks[m]]
            if ended:
                ends.update((move, now) for move in ended)
                continue
            now = self._next_event(now, left, starts, ends, rates)
        return [Slot(starts[move], ends[move]) for move in range(len(self.moves))]

    def _share_hours(
        self, now: Fraction, left: list[Fraction], starts: dict[int, Fraction], ends: Mapping[int, Fraction]
    ) -> dict[int, Fraction]:
        """Share the hours of a week out, starting what gets some."""
        free = self.pace
        rates: dict[int, Fraction] = {}
        waiting = [move for move in range(len(self.moves)) if move not in ends and self._can_run(move, now, ends)]
        for move in sorted(waiting, key=lambda move: self._rank(move, starts)):
            wanted = self.hours[move] / self.weeks[move] if self.weeks[move] else free
            rate = min(free, wanted) if left[move] else Fraction(0)
            if self._is_mentor_taken(move, starts, ends):
                continue
            if rate or not self.hours[move]:
                starts.setdefault(move, now)
            if rate:
                rates[move] = rate
                free -= rate
        return rates

    def _is_mentor_taken(self, move: int, starts: Mapping[int, Fraction], ends: Mapping[int, Fraction]) -> bool:
        mentor = self.moves[move].by
        return bool(mentor) and any(
            other != move and other not in ends and self.moves[other].by == mentor for other in starts
        )

    def sum_by_mentor(self) -> list[Fraction]:
        """Sum the weeks of all mentorships of each mentor."""
        sums: dict[str, Fraction] = {}
        for move, length in zip(self.moves, self.length, strict=True):
            if move.by:
                sums[move.by] = sums.get(move.by, Fraction(0)) + length
        return list(sums.values())

    def _rank(self, move: int, starts: Mapping[int, Fraction]) -> tuple[Fraction, bool, Fraction, int]:
        return self.begin_by[move], move not in starts, -self.tail[move], move

    def _can_run(self, move: int, now: Fraction, ends: Mapping[int, Fraction]) -> bool:
        return self.opens[move] <= now and all(any(s in ends for s in suppliers) for suppliers in self.needs[move])

    def _next_event(
        self,
        now: Fraction,
        left: list[Fraction],
        starts: Mapping[int, Fraction],
        ends: Mapping[int, Fraction],
        rates: Mapping[int, Fraction],
    ) -> Fraction:
        """Go to the next moment at which something ends or opens, working off the hours on the way."""
        moments = [now + left[move] / rate for move, rate in rates.items()]
        moments += [starts[m] + self.weeks[m] for m in starts if m not in ends and starts[m] + self.weeks[m] > now]
        moments += [opens for opens in self.opens if opens > now]
        then = min(moments)
        for move, rate in rates.items():
            left[move] -= rate * (then - now)
        return then
