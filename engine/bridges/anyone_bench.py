"""``skillway bench anyone``: how many proofs and seconds the cheapest people for a role take, on synthetic crowds."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.bridges.anyone import MICRO, Nearest, Proof, count_micro, find_nearest
from engine.bridges.crowd import Crowd
from engine.bridges.kernels import IntArray, compile_kernels
from engine.bridges.move_graph import MoveGraph
from engine.bridges.problem import Rows
from engine.bridges.search import price_problem
from engine.bridges.synthetic import SyntheticCatalogue, draw_catalogue, draw_question
from graph_schema.errors import InvalidInput

RATE = 30.0
JOB_GAP = 10
"""Fewest skills that a job asks for."""
PEOPLE_PER_JOB = 250
NOBODYS_JOB = 1_000_000
"""Number of the first job that nobody does."""
SHARE_HELD = (0.4, 0.95)
"""Least and greatest share of a job's requirements that somebody who does it holds at all."""
LEVEL_OFF = (-1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
"""How far from the level asked they hold it, each equally often."""
COMMON_SKILLS = 6
"""Skills beside the job, from those common to all work."""


def draw_crowd(catalogue: SyntheticCatalogue, people: int, seed: int) -> Crowd:
    """Draw people who each do one of the jobs of :func:`draw_job` and hold a share of what it asks, some a level off.

    Beside it they hold some of the skills that are common to all work.
    """
    random = np.random.default_rng([seed, people, len(catalogue.clusters)])
    jobs = max(1, people // PEOPLE_PER_JOB)
    owners: list[IntArray] = []
    held: list[IntArray] = []
    levels: list[npt.NDArray[np.float64]] = []
    skills = sorted(catalogue.graph.ladders)
    number = {skill: place for place, skill in enumerate(skills)}
    common = np.array([number[skill] for skill in catalogue.transversal if skill in number])
    for job in range(jobs):
        doing = np.arange(job, people, jobs)
        asked = draw_job(catalogue, job)
        wanted = np.array([number[skill] for skill in asked])
        shape = (len(doing), len(wanted))
        able = random.random(shape) < random.uniform(*SHARE_HELD, len(doing))[:, None]
        reached = np.array(list(asked.values())) + random.choice(LEVEL_OFF, shape)
        able &= reached >= 1
        spare = random.choice(common, (len(doing), COMMON_SKILLS))
        row, column = np.nonzero(able)
        owners += [doing[row], np.repeat(doing, COMMON_SKILLS)]
        held += [wanted[column], spare.reshape(-1)]
        levels += [np.minimum(reached[able], 5.0), random.choice((1.0, 2.0, 3.0), spare.size)]
    owner, skill, level = np.concatenate(owners), np.concatenate(held), np.concatenate(levels)
    order = np.lexsort((level, skill, owner))
    last = np.flatnonzero(np.diff(owner[order] * len(skills) + skill[order], append=-1))
    order = order[last]
    return Crowd(
        ids=tuple(f"person:{place:07d}" for place in range(people)),
        skills=tuple(skills),
        held=Rows(np.append(0, np.cumsum(np.bincount(owner[order], minlength=people))), skill[order]),
        levels=level[order],
        rates=np.full(people, RATE),
    )


def draw_job(catalogue: SyntheticCatalogue, job: int) -> Mapping[str, float]:
    """Draw what a job asks: 12 to 50 skills, a quarter of them verified."""
    return draw_question(catalogue, JOB_GAP, job).requires


@dataclass(frozen=True, slots=True)
class AnyoneRow:
    """One line of the bench: a catalogue and a crowd.

    Attributes:
        moves: Moves of all kinds in it.
        people: People in the crowd.
        asked: Whether some people do the job that is asked about, or nobody does and nobody is near.
        roles: Roles asked about.
        complete: How many lists were proven in full.
        p50_s: Median seconds from the role to the proven list, catalogue compiled and crowd gathered before.
        max_s: Most seconds.
        cpu_s: Median seconds of processor time, which a machine that is busy otherwise does not lengthen.
        bound_s: Median seconds spent on bounds, of those in ``p50_s``.
        bounded: Median number of people for whom zones were found.
        solves: Median number of bridges proven.
        most_solves: Most bridges proven.
        first: Median price of the cheapest bridge, where the list is proven in full.
        last: Median price of the last of the list, where it is proven in full.
        at_least: Median of what the last of the list is certain to cost at least, proven in full or not.
    """

    moves: int
    people: int
    asked: str
    roles: int
    complete: int
    p50_s: float
    max_s: float
    cpu_s: float
    bound_s: float
    bounded: float
    solves: float
    most_solves: int
    first: float | None
    last: float | None
    at_least: float


def bench_anyone(
    courses: Iterable[int] = (10_000,),
    people: Iterable[int] = (10_000, 100_000),
    *,
    roles: int = 10,
    top: int = 20,
    seconds: float = 60.0,
    seed: int = 0,
) -> list[AnyoneRow]:
    """Measure the cheapest people for seeded roles over synthetic crowds.

    Raises:
        InvalidInput: For a size or number that leaves nothing to measure.
    """
    sizes = list(people)
    if roles < 1 or top < 1 or any(size < top for size in sizes):
        raise InvalidInput("people", "at least one role, and as many people as the list is to hold, are needed")
    compile_kernels()
    rows: list[AnyoneRow] = []
    for number in courses:
        if number < 100:
            raise InvalidInput("courses", f"{number} given, at least 100 are needed for the clusters to mean something")
        catalogue = draw_catalogue(number, seed)
        catalogue.graph.price(RATE)
        for size in sizes:
            crowd = draw_crowd(catalogue, size, seed)
            rows += [_measure(catalogue, crowd, first, roles, top, seconds) for first in (0, NOBODYS_JOB)]
    return rows


def _measure(
    catalogue: SyntheticCatalogue, crowd: Crowd, first: int, roles: int, top: int, seconds: float
) -> AnyoneRow:
    answers: list[Nearest] = []
    taken: list[float] = []
    busy: list[float] = []
    owned = crowd.own_facts(catalogue.graph)
    for number in (first, *range(first, first + roles)):  # the first role is asked once before the clock runs
        requires = draw_job(catalogue, number)
        started, worked = time.perf_counter(), time.process_time()
        answers.append(ask_nearest(catalogue.graph, crowd, owned, requires, top, seconds))
        taken.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
    answers, taken, busy = answers[1:], taken[1:], busy[1:]
    prices = [[one.price / MICRO for one in answer.standings] for answer in answers if answer.complete]
    return AnyoneRow(
        moves=len(catalogue.graph.moves),
        people=len(crowd.ids),
        asked="roles people have" if first < NOBODYS_JOB else "roles nobody has",
        roles=roles,
        complete=sum(answer.complete for answer in answers),
        p50_s=statistics.median(taken),
        max_s=max(taken),
        cpu_s=statistics.median(busy),
        bound_s=statistics.median(answer.bound_seconds for answer in answers),
        bounded=statistics.median(answer.bounded for answer in answers),
        solves=statistics.median(answer.solved for answer in answers),
        most_solves=max(answer.solved for answer in answers),
        first=_take_median([found[0] for found in prices]),
        last=_take_median([found[-1] for found in prices]),
        at_least=statistics.median((answer.at_least or 0) / MICRO for answer in answers),
    )


def _take_median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def ask_nearest(
    graph: MoveGraph, crowd: Crowd, owned: Rows, requires: Mapping[str, float], top: int, seconds: float = math.inf
) -> Nearest:
    """Ask for the cheapest people for one role, each bridge proven by the solver."""
    deadline = time.monotonic() + seconds

    def prove(place: int) -> Proof | None:
        scale = graph.price(float(crowd.rates[place]))
        person = crowd.describe(place)
        problem = graph.pose(person.held, requires, scale.prices, done=person.done).problem
        if problem is None:
            return None
        price, at_least = price_problem(problem, deadline)
        return Proof(count_micro(price, scale.unit), count_micro(at_least, scale.unit))

    return find_nearest(graph, crowd, owned, requires, prove, top=top, deadline=deadline)
