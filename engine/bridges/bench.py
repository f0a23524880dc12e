"""``skillway bench bridge``: how fast the proof is, and what doing without it costs, on synthetic catalogues."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.bridges.kernels import compile_kernels
from engine.bridges.peers import PEERS
from engine.bridges.search import solve_problem
from engine.bridges.synthetic import draw_catalogue, draw_question
from graph_schema.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Regret:
    """What a peer leaves on the table: mean and 95th percentile above the proven price, and how often it is above."""

    peer: str
    mean: float
    p95: float
    not_optimal: float

    def __str__(self) -> str:
        """Return the regret in one line of a table."""
        return f"{self.peer} +{self.mean:.1%} ({self.not_optimal:.0%} not optimal)"


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One line of the bench: a catalogue size and a gap.

    Attributes:
        courses: Courses in the catalogue.
        moves: Moves of all kinds in it.
        gap: Skills each person misses.
        questions: People asked about.
        proven: How many answers were proven optimal.
        p50_ms: Median milliseconds from the person's levels to the proven answer, catalogue compiled before.
        p95_ms: 95th percentile of the same.
        price: Median price of the bridges.
        steps: Median number of moves in them.
        peak_mb: The most memory that the process has taken so far, catalogues of this and earlier lines included.
        regrets: What each peer leaves on the table.
    """

    courses: int
    moves: int
    gap: int
    questions: int
    proven: int
    p50_ms: float
    p95_ms: float
    price: float
    steps: float
    peak_mb: float
    regrets: tuple[Regret, ...]


def bench_bridge(
    courses: Iterable[int] = (1_000, 10_000),
    gaps: Iterable[int] = (5, 10, 20),
    *,
    questions: int = 20,
    seed: int = 0,
    money_per_hour: float = 30.0,
    time_limit: float = 30.0,
) -> list[BenchRow]:
    """Measure the exact bridge beside its peers on seeded synthetic catalogues.

    Loops are compiled and the first question of each catalogue is asked once before the clock runs: what is timed is a
    warm Engine, not a compiler.

    Raises:
        InvalidInput: For a size, gap or number of questions that leaves nothing to measure.
    """
    wanted = list(gaps)
    if questions < 1:
        raise InvalidInput("questions", f"{questions} given, at least 1 is needed")
    if any(gap < 1 or gap > 40 for gap in wanted):
        raise InvalidInput("gaps", "a gap is between 1 and 40 skills")
    compile_kernels()
    rows: list[BenchRow] = []
    for size in courses:
        if size < 100:
            raise InvalidInput("courses", f"{size} given, at least 100 are needed for the clusters to mean something")
        rows += [_measure(size, gap, questions, seed, money_per_hour, time_limit) for gap in wanted]
    return rows


def _measure(courses: int, gap: int, questions: int, seed: int, rate: float, time_limit: float) -> BenchRow:
    catalogue = draw_catalogue(courses, seed)
    graph = catalogue.graph
    scale = graph.price(rate)
    seconds: list[float] = []
    prices: list[int] = []
    steps: list[int] = []
    proven = 0
    above: dict[str, list[float]] = {peer: [] for peer in PEERS}
    for number in range(-1, questions):
        question = draw_question(catalogue, gap, seed * 1_000_003 + max(number, 0))
        started = time.perf_counter()
        problem = graph.pose(question.skills, question.requires, scale.prices).problem
        if problem is None:
            raise AssertionError("a question was drawn that nothing answers")
        found = solve_problem(problem, time.monotonic() + time_limit)
        taken = time.perf_counter() - started
        if number < 0:
            continue
        seconds.append(taken)
        prices.append(found.price)
        steps.append(len(found.moves))
        proven += found.price == found.at_least
        for peer, plan in PEERS.items():
            above[peer].append(problem.total(plan(problem)) / found.price - 1.0 if found.price else 0.0)
    return BenchRow(
        courses=courses,
        moves=len(graph.moves),
        gap=gap,
        questions=questions,
        proven=proven,
        p50_ms=1000 * take_percentile(seconds, 50),
        p95_ms=1000 * take_percentile(seconds, 95),
        price=scale.to_money(round(statistics.median(prices))),
        steps=statistics.median(steps),
        peak_mb=measure_peak_mb(),
        regrets=tuple(
            Regret(
                peer,
                statistics.fmean(shares),
                take_percentile(shares, 95),
                sum(share > 0 for share in shares) / len(shares),
            )
            for peer, shares in above.items()
        ),
    )


def measure_peak_mb() -> float:
    """Measure the most memory that this process has taken so far."""
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def take_percentile(values: Sequence[float], percent: int) -> float:
    """Take the smallest value that at least this percentage of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
