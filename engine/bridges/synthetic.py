"""Synthetic catalogues for the bench: seeded, of realistic shape, and of no employer anywhere.

Skills come in clusters of about 35, clusters and the skills in them with popularity falling as 1/rank, beside 60
transversal ones. Courses teach one to six skills of a cluster, each from one level below or two, with a discount for
bundles; mentors raise one skill; gigs and tours of duty need skills first; assessments verify. Every number measured on
these says something about this generator only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import numpy as np

from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move, name_verified
from engine.bridges.problem import fire_forward
from graph_schema.errors import InvalidInput

CLUSTER = 35
TRANSVERSAL = 60
SKILLS_PER_COURSE = 1.39
"""Skills for every course: ESCO's 13,900 at 10,000 courses."""


@dataclass(frozen=True, slots=True)
class SyntheticCatalogue:
    """Moves, the clusters of skills they were drawn from, and how far anyone can get in each skill from nothing."""

    graph: MoveGraph
    highest: Mapping[str, float]
    clusters: tuple[tuple[str, ...], ...]
    transversal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A person and a role they miss a known number of requirements of."""

    skills: Mapping[str, float]
    requires: Mapping[str, float]


def draw_catalogue(courses: int, seed: int) -> SyntheticCatalogue:
    """Draw a catalogue of this many courses and, beside them, about three times as many other moves."""
    random = Random(f"catalogue {courses} {seed}")
    count = max(2, round(courses * SKILLS_PER_COURSE / CLUSTER))
    clusters = tuple(tuple(f"skill:{c:04d}-{s:02d}" for s in range(CLUSTER)) for c in range(count))
    transversal = tuple(f"skill:t-{s:02d}" for s in range(TRANSVERSAL))
    moves: list[Move] = []
    for number in range(courses):
        moves.append(_draw_course(random, number, clusters, transversal))
    for number in range(courses):
        skill, level = _draw_skill(random, clusters, transversal), random.choice((1, 2, 2, 3, 3, 4))
        hours = float(random.randrange(8, 25) * level)
        moves.append(
            _raise(random, f"mentorship:{number:06d}", "mentorship", {skill: level}, random.randrange(0, 400), hours)
        )
    for number in range(courses * 2 // 5):
        moves.append(_draw_assignment(random, f"gig:{number:06d}", "gig", clusters, transversal))
    for number in range(courses // 10):
        moves.append(_draw_assignment(random, f"tour:{number:06d}", "tour_of_duty", clusters, transversal))
    for number in range(courses):
        skill, level = _draw_skill(random, clusters, transversal), float(random.choice((2, 3, 3, 4, 5)))
        money, hours = float(random.randrange(40, 400, 5)), float(random.randrange(1, 5))
        give = {name_verified(skill): level}
        moves.append(Move(f"assessment:{number:06d}", "assessment", "", money, hours, {skill: level}, (), give))
    graph = compile_moves(moves)
    return SyntheticCatalogue(graph, _find_highest(graph), clusters, transversal)


def draw_question(catalogue: SyntheticCatalogue, gap: int, seed: int) -> Question:
    """Draw a role of 12 to 50 requirements, a quarter of them verified, and a person who misses ``gap`` of the skills.

    Every requirement is one that can be reached from nothing, so every question has an answer.

    Raises:
        InvalidInput: When the catalogue teaches too few skills for such a gap.
    """
    random = Random(f"question {len(catalogue.graph.moves)} {gap} {seed}")
    highest = catalogue.highest
    count = len(catalogue.clusters)
    first = _draw_rank(random, count)
    home = (catalogue.clusters[first], catalogue.clusters[(first + random.randrange(1, count)) % count])
    taught = [[skill for skill in pool if highest.get(skill, 0.0) > 0] for pool in (*home, catalogue.transversal)]
    total = sum(map(len, taught))
    if total < 2 * gap:
        raise InvalidInput("gap", f"{gap} given, these roles can ask for {total} skills; use a larger catalogue")
    size = min(random.randint(max(12, gap), max(50, gap)), max(gap, total // 2))
    wanted: dict[str, float] = {}
    while len(wanted) < size:
        pool = random.choices(taught, (60, 20, 20))[0]
        if pool:
            skill = pool[_draw_rank(random, len(pool))]
            wanted.setdefault(skill, min(highest[skill], float(random.choice((1, 2, 2, 3, 3, 4)))))
    missed = set(random.sample(sorted(wanted), gap))
    skills = {
        skill: level if skill not in missed else float(random.randrange(int(level))) for skill, level in wanted.items()
    }
    for pool in (*home, catalogue.transversal):
        for skill in random.sample(pool, 8):
            skills.setdefault(skill, float(random.randint(1, 3)))
    requires = dict(wanted)
    for skill in sorted(wanted):
        proven = name_verified(skill)
        if random.random() < 0.25 and highest.get(proven, 0.0) >= wanted[skill]:
            requires[proven] = wanted[skill]
            if skill not in missed:
                skills[proven] = wanted[skill]
    return Question(skills, requires)


def _find_highest(graph: MoveGraph) -> dict[str, float]:
    """Find the highest level of each skill that all moves together bring to someone who has nothing."""
    nothing, everything = np.zeros(graph.fact_count, dtype=bool), np.ones(len(graph.moves), dtype=bool)
    _, have = fire_forward(graph.needs, graph.waits, graph.gives, everything, nothing)
    return {
        skill: max((level for level, fact in zip(levels, facts, strict=True) if have[fact]), default=0.0)
        for skill, (levels, facts) in graph.ladders.items()
    }


def _draw_rank(random: Random, size: int) -> int:
    """Draw a place with probability falling as 1/rank."""
    return min(size - 1, int(size ** random.random()) - 1 + random.randrange(2))


def _draw_skill(
    random: Random, clusters: tuple[tuple[str, ...], ...], transversal: tuple[str, ...], cluster: int | None = None
) -> str:
    pool = clusters[_draw_rank(random, len(clusters)) if cluster is None else cluster]
    if random.random() < 0.1:
        pool = transversal
    return pool[_draw_rank(random, len(pool))]


def _raise(random: Random, id_: str, kind: str, gives: Mapping[str, float], money: float, hours: float) -> Move:
    """Build a move that brings each skill up from a level below."""
    needs = {skill: float(level - drop) for skill, level in gives.items() if level > (drop := random.choice((1, 1, 2)))}
    return Move(id_, kind, "", float(money), hours, needs, (), {skill: float(level) for skill, level in gives.items()})


def _draw_course(
    random: Random, number: int, clusters: tuple[tuple[str, ...], ...], transversal: tuple[str, ...]
) -> Move:
    cluster = _draw_rank(random, len(clusters))
    gives: dict[str, float] = {}
    base = random.choice((1, 1, 2, 2, 3, 4))
    for _ in range(random.choice((1, 1, 2, 2, 3, 4, 6))):
        gives[_draw_skill(random, clusters, transversal, cluster)] = float(min(5, base + random.choice((0, 0, 1))))
    discount = 1.0 - 0.08 * (len(gives) - 1)
    money = round(random.lognormvariate(5.8, 0.7) * base**0.5 * len(gives) * discount)
    hours = float(round(random.randrange(6, 20) * base**0.5 * len(gives) * discount))
    course = _raise(random, f"course:{number:06d}", "course", gives, money, hours)
    if random.random() < 0.15:
        return Move(
            course.id,
            course.kind,
            "",
            course.money,
            course.hours,
            {**course.needs, _draw_skill(random, clusters, transversal, cluster): float(base)},
            (),
            course.gives,
        )
    return course


def _draw_assignment(
    random: Random, id_: str, kind: str, clusters: tuple[tuple[str, ...], ...], transversal: tuple[str, ...]
) -> Move:
    cluster = _draw_rank(random, len(clusters))
    long = kind == "tour_of_duty"
    needs = {
        _draw_skill(random, clusters, transversal, cluster): float(random.choice((1, 2, 3)))
        for _ in range(random.randint(2, 5 if long else 3))
    }
    gives: dict[str, float] = {}
    for _ in range(random.randint(2, 6 if long else 3)):
        skill = _draw_skill(random, clusters, transversal, cluster)
        gives[skill] = min(5.0, max(needs.get(skill, 0.0) + 1.0, float(random.choice((2, 3, 4 if long else 3)))))
    if random.random() < 0.5:
        gives.update({name_verified(skill): level for skill, level in list(gives.items())})
    hours = float(random.randrange(60, 160) if long else random.randrange(15, 50))
    return Move(id_, kind, "", float(random.randrange(0, 300, 10)), hours, needs, (), gives)
