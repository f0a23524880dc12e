"""``skillway bench anyone``: how many proofs and seconds the cheapest people for a role take, on synthetic crowds."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.bridges.anyone import MICRO, Nearest, Proof, count_micro, find_nearest
from engine.bridges.crowd import Crowd
from engine.bridges.kernels import IntArray, compile_kernels
from engine.bridges.moves import name_verified
from engine.bridges.problem import Rows
from engine.bridges.search import price_problem
from engine.bridges.synthetic import SyntheticCatalogue, draw_catalogue, draw_question
from graph_schema.errors import InvalidInput

RATE = 30.0
ROLE_GAP = 10
"""Fewest skills of a role asked about, which has 12 to 50 requirements."""
OWN_SKILLS, NEAR_SKILLS, COMMON_SKILLS = 18, 6, 8
"""Skills drawn for each person: from their own cluster, from a second one, and from those common to all work."""
VERIFIED_SHARE = 0.25
"""Share of the skills held that are verified, as of a role's requirements."""


def draw_crowd(catalogue: SyntheticCatalogue, people: int, seed: int) -> Crowd:
    """Draw people: two clusters each, popular ones more often, and skills of them by popularity at levels 1 to 4."""
    random = np.random.default_rng([seed, people, len(catalogue.clusters)])
    names = [skill for cluster in (*catalogue.clusters, catalogue.transversal) for skill in cluster]
    size, count = len(catalogue.clusters[0]), len(catalogue.clusters)
    homes = np.minimum(count - 1, np.exp(random.random((people, 2)) * np.log(count)).astype(np.int64) - 1)
    homes = np.maximum(homes, 0)
    own = homes[:, :1] * size + _draw_ranks(random, (people, OWN_SKILLS), size)
    near = homes[:, 1:] * size + _draw_ranks(random, (people, NEAR_SKILLS), size)
    common = count * size + _draw_ranks(random, (people, COMMON_SKILLS), len(catalogue.transversal))
    skills = np.sort(np.concatenate([own, near, common], axis=1), axis=1)
    once = np.diff(skills, axis=1, prepend=-1) > 0
    owners, held = np.nonzero(once)[0], skills[once]
    levels = random.choice([1.0, 2.0, 2.0, 3.0, 3.0, 4.0], len(held))
    proven = random.random(len(held)) < VERIFIED_SHARE
    owners, held = np.concatenate([owners, owners[proven]]), np.concatenate([held, held[proven] + len(names)])
    order = np.lexsort((held, owners))
    sizes = np.bincount(owners, minlength=people)
    return Crowd(
        ids=tuple(f"person:{number:07d}" for number in range(people)),
        skills=(*names, *map(name_verified, names)),
        held=Rows(np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]), held[order]),
        levels=np.concatenate([levels, levels[proven]])[order],
        rates=np.full(people, RATE),
    )


def _draw_ranks(random: np.random.Generator, shape: tuple[int, int], size: int) -> IntArray:
    """Draw places with probability falling as 1/rank."""
    return np.minimum(size - 1, np.exp(random.random(shape) * np.log(size)).astype(np.int64) - 1 + random.integers(0, 2, shape))


@dataclass(frozen=True, slots=True)
class AnyoneRow:
    """One line of the bench: a catalogue and a crowd.

    Attributes:
        courses: Courses in the catalogue.
        moves: Moves of all kinds in it.
        people: People in the crowd.
        roles: Roles asked about.
        complete: How many lists were proven in full.
        p50_s: Median seconds from the role to the proven list, catalogue compiled and crowd gathered before.
        max_s: Most seconds.
        bound_s: Median seconds of these spent on bounds.
        bounded: Median number of people for whom zones were found.
        solves: Median number of bridges proven.
        most_solves: Most bridges proven.
        first: Median price of the cheapest bridge.
        last: Median price of the last of the list.
    """

    courses: int
    moves: int
    people: int
    roles: int
    complete: int
    p50_s: float
    max_s: float
    bound_s: float
    bounded: float
    solves: float
    most_solves: int
    first: float
    last: float


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
        rows += [_measure(catalogue, number, draw_crowd(catalogue, size, seed), roles, top, seconds) for size in sizes]
    return rows


def _measure(
    catalogue: SyntheticCatalogue, courses: int, crowd: Crowd, roles: int, top: int, seconds: float
) -> AnyoneRow:
    answers: list[Nearest] = []
    taken: list[float] = []
    for number in range(-1, roles):
        requires = draw_question(catalogue, ROLE_GAP, max(number, 0)).requires
        started = time.perf_counter()
        answer = ask_nearest(catalogue, crowd, requires, top, seconds)
        if number >= 0:  # the first role of all is asked once before the clock runs
            taken.append(time.perf_counter() - started)
            answers.append(answer)
    prices = [[standing.price / MICRO for standing in answer.standings] or [math.nan] for answer in answers]
    return AnyoneRow(
        courses=courses,
        moves=len(catalogue.graph.moves),
        people=len(crowd.ids),
        roles=roles,
        complete=sum(answer.complete for answer in answers),
        p50_s=statistics.median(taken),
        max_s=max(taken),
        bound_s=statistics.median(answer.bound_seconds for answer in answers),
        bounded=statistics.median(answer.bounded for answer in answers),
        solves=statistics.median(answer.solved for answer in answers),
        most_solves=max(answer.solved for answer in answers),
        first=statistics.median(found[0] for found in prices),
        last=statistics.median(found[-1] for found in prices),
    )


def ask_nearest(
    catalogue: SyntheticCatalogue, crowd: Crowd, requires: Mapping[str, float], top: int, seconds: float
) -> Nearest:
    """Ask for the cheapest people for one role, each bridge proven by the solver."""
    graph, deadline = catalogue.graph, time.monotonic() + seconds
    scale = graph.price(RATE)

    def prove(place: int) -> Proof | None:
        problem = graph.pose(crowd.describe(place).held, requires, scale.prices).problem
        if problem is None:
            return None
        price, at_least = price_problem(problem, deadline)
        return Proof(count_micro(price, scale.unit), count_micro(at_least, scale.unit))

    return find_nearest(graph, crowd, requires, prove, top=top, deadline=deadline)
