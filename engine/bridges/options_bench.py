"""``skillway bench alternatives``: how fast different bridges and fronts are, and how complete they are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.bridges.alternatives import vary_route
from engine.bridges.bench import take_percentile
from engine.bridges.front import price_front
from engine.bridges.kernels import compile_kernels
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.schedule import Calendar
from engine.bridges.solve import Route, find_route
from engine.bridges.synthetic import Question, draw_catalogue, draw_question
from graph_schema.errors import InvalidInput

HOURS_A_WEEK = 8.0
LASTING = {"gig": 4.0, "tour_of_duty": 4.0}
"""Kinds of move that last, with the hours a week they are spread over; the others take what hours there are."""


@dataclass(frozen=True, slots=True)
class AlternativesRow:
    """Different bridges at one size and gap.

    Attributes:
        bridges: Mean number found, the cheapest among them.
        proven: Share of them proven to be the cheapest that differ so much.
        p50_ms: Median milliseconds for all of them, the cheapest included, catalogue compiled before.
        dearer_last: Median of how much dearer than the cheapest the last one is, as a share.
        left_out: Median share of the moves of an earlier bridge that a later one leaves out, over all pairs.
    """

    moves: int
    gap: int
    questions: int
    bridges: float
    proven: float
    p50_ms: float
    p95_ms: float
    dearer_last: float
    left_out: float


@dataclass(frozen=True, slots=True)
class FrontRow:
    """Fronts at one size and gap.

    Attributes:
        calendar: ``hours``: moves take what hours there are. ``lasting``: gigs and tours last at 4 hours a week.
        complete: Share of fronts proven complete within the time limit.
        points: Mean number of points.
        proven: Share of the points that are proven.
        p50_ms: Median milliseconds for the front, the cheapest bridge included.
        sooner: Median share of weeks that the soonest bridge saves, and ``dearer`` how much it costs more.
    """

    moves: int
    gap: int
    calendar: str
    questions: int
    complete: float
    points: float
    proven: float
    p50_ms: float
    p95_ms: float
    sooner: float
    dearer: float


@dataclass(frozen=True, slots=True)
class OptionsBench:
    """What both cost."""

    alternatives: tuple[AlternativesRow, ...]
    fronts: tuple[FrontRow, ...]


def bench_options(
    courses: Iterable[int],
    gaps: Iterable[int],
    *,
    questions: int,
    best: int,
    difference: float,
    time_limit: float,
    seed: int = 0,
    money_per_hour: float = 30.0,
) -> OptionsBench:
    """Measure different bridges and fronts on seeded synthetic catalogues, on a warm engine.

    Raises:
        InvalidInput: For a number that leaves nothing to measure.
    """
    wanted = list(gaps)
    if questions < 1 or any(gap < 1 or gap > 40 for gap in wanted):
        raise InvalidInput("questions or gaps", "at least 1 question, and gaps between 1 and 40 skills, are needed")
    compile_kernels()
    varied: list[AlternativesRow] = []
    fronts: list[FrontRow] = []
    for size in courses:
        catalogue = draw_catalogue(size, seed)
        lasting = compile_moves(
            replace(move, weeks=move.hours / LASTING[move.kind]) if move.kind in LASTING else move
            for move in catalogue.graph.moves
        )
        for gap in wanted:
            drawn = [draw_question(catalogue, gap, seed * 1_000_003 + number) for number in range(questions)]
            bench = _Bench(catalogue.graph, drawn, money_per_hour, time_limit)
            bench.route(drawn[0])
            varied.append(bench.vary(gap, best, difference))
            fronts.append(bench.trace(gap, "hours"))
            fronts.append(_Bench(lasting, drawn, money_per_hour, time_limit).trace(gap, "lasting"))
    return OptionsBench(tuple(varied), tuple(fronts))


@dataclass(frozen=True)
class _Bench:
    graph: MoveGraph
    drawn: list[Question]
    rate: float
    time_limit: float

    def route(self, question: Question) -> Route:
        return find_route(
            self.graph, question.skills, question.requires, money_per_hour=self.rate, time_limit=self.time_limit
        )

    def vary(self, gap: int, best: int, difference: float) -> AlternativesRow:
        seconds: list[float] = []
        counts: list[int] = []
        proven: list[bool] = []
        dearer: list[float] = []
        left_out: list[float] = []
        for question in self.drawn:
            started = time.perf_counter()
            deadline = time.monotonic() + self.time_limit
            route = self.route(question)
            found = vary_route(self.graph, route, best, self.rate, difference=difference, deadline=deadline).bridges
            seconds.append(time.perf_counter() - started)
            counts.append(len(found))
            proven += [item.solution.status == "optimal" for item in found]
            dearer.append(found[-1].dearer / (found[0].solution.price or 1.0))
            chosen = [set(item.solution.moves) for item in found]
            left_out += [len(one - other) / len(one) for at, other in enumerate(chosen) for one in chosen[:at]]
        return AlternativesRow(
            moves=len(self.graph.moves),
            gap=gap,
            questions=len(self.drawn),
            bridges=statistics.fmean(counts),
            proven=statistics.fmean(proven),
            p50_ms=1000 * take_percentile(seconds, 50),
            p95_ms=1000 * take_percentile(seconds, 95),
            dearer_last=statistics.median(dearer),
            left_out=statistics.median(left_out) if left_out else 0.0,
        )

    def trace(self, gap: int, calendar: str) -> FrontRow:
        seconds: list[float] = []
        complete: list[bool] = []
        counts: list[int] = []
        proven: list[bool] = []
        sooner: list[float] = []
        dearer: list[float] = []
        for question in self.drawn:
            started = time.perf_counter()
            deadline = time.monotonic() + self.time_limit
            route = self.route(question)
            front = price_front(self.graph, route, Calendar(question.skills, HOURS_A_WEEK), self.rate, deadline)
            seconds.append(time.perf_counter() - started)
            complete.append(front.complete)
            counts.append(len(front.points))
            proven += [point.solution.status == "optimal" for point in front.points]
            first, last = front.points[0], front.points[-1]
            sooner.append(1.0 - last.weeks / first.weeks if first.weeks else 0.0)
            dearer.append((last.solution.price or 0.0) / (first.solution.price or 1.0) - 1.0)
        return FrontRow(
            moves=len(self.graph.moves),
            gap=gap,
            calendar=calendar,
            questions=len(self.drawn),
            complete=statistics.fmean(complete),
            points=statistics.fmean(counts),
            proven=statistics.fmean(proven),
            p50_ms=1000 * take_percentile(seconds, 50),
            p95_ms=1000 * take_percentile(seconds, 95),
            sooner=statistics.median(sooner),
            dearer=statistics.median(dearer),
        )
