"""What a bridge costs on average, when skills it counts on are believed and not known.

A skill that is believed with probability p is missing with 1 - p, independently of the others. Whatever turns out to be
missing is made up for by the cheapest further moves, those of the bridge being paid already. Two facts bound what that
costs, and hold for every set F of missing skills, since skills only grow:

- it costs at least what the dearest of F costs to make up for with everything else in place, and
- at most the sum of what each of F costs to make up for with none of the uncertain skills in place.

The averages of both are sums over the skills, so the average lies between two numbers that are proven.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import VERIFIED, Move, name_verified
from engine.bridges.search import price_problem, solve_problem

RELY = "rely:"
"""Begins the id of the pseudo-move "count on this skill", whose price is what a mistake costs on average."""
PARTS = 1000
"""Parts of a unit in which averages are counted, rounded up."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """A skill that a bridge counts on although it is only believed.

    Attributes:
        level: The highest level of it that the target or a move asks for.
        probability: That the person has it.
        dearer: What making up for it costs when everything else is in place, in whole units; None when nothing does.
    """

    skill: str
    level: float
    probability: float
    dearer: int | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a bridge costs on average beyond its price, in whole units.

    Attributes:
        least: No less is to be expected, as long as nothing is missing that no move brings.
        most: No more, under the same condition; None where some skill can be made up for only with the help of others.
        stranded: The probability that something is missing which no move brings.
    """

    relies_on: tuple[Reliance, ...]
    least: float
    most: float | None
    stranded: float


@dataclass(frozen=True, slots=True)
class Journey:
    """Whence, whither and by what: what every question about one bridge has in common.

    Attributes:
        prices: Of every move of the catalogue, in whole units.
        doubts: Skill -> the probability that the person has it, for what is held and not certain.
    """

    graph: MoveGraph
    held: Mapping[str, float]
    requires: Mapping[str, float]
    prices: Sequence[int]
    doubts: Mapping[str, float]
    done: Collection[str] = ()
    without: Collection[str] = ()
    require: Collection[str] = ()

    def price_without(
        self, missing: Collection[str], requires: Mapping[str, float], paid: Collection[int] = ()
    ) -> int | None:
        """Prove what it costs to reach levels without some skills, moves that are paid being free; None for never."""
        prices = list(self.prices)
        for move in paid:
            prices[move] = 0
        gone = {*missing, *map(name_verified, missing)}
        held = {skill: level for skill, level in self.held.items() if skill not in gone}
        problem = self.graph.pose(held, requires, prices, done=self.done, without=self.without).problem
        return None if problem is None else price_problem(problem)[0]


def expect_price(journey: Journey, moves: Collection[int]) -> Expectation:
    """Bound what a bridge (catalogue moves) costs on average beyond its price."""
    asked = _find_reliances(journey, moves)
    relies_on = tuple(
        Reliance(skill, level, journey.doubts[skill], journey.price_without([skill], journey.requires, moves))
        for skill, level in sorted(asked.items())
    )
    mendable = [item for item in relies_on if item.dearer is not None]
    names = [item.skill for item in mendable]
    worst = [journey.price_without(names, {item.skill: item.level}, moves) for item in mendable]
    most = [
        None if price is None else (1 - item.probability) * price for item, price in zip(mendable, worst, strict=True)
    ]
    known = [price for price in most if price is not None]
    return Expectation(
        relies_on=relies_on,
        least=_expect_dearest(mendable),
        most=math.fsum(known) if len(known) == len(most) else None,
        stranded=1 - math.prod(item.probability for item in relies_on if item.dearer is None),
    )


def hedge_bridge(journey: Journey) -> tuple[int, ...] | None:
    """Find the bridge with the least price plus what its reliances cost at most on average; None where there is none.

    Counting on a skill becomes a move of its own. Its price is what bringing the skill from nothing uncertain costs,
    times the probability that it has to be: the same bound as in ``expect_price``, so the sum is one. Skills that no
    move brings are counted on, as there is no choice.
    """
    graph = journey.graph
    named = journey.graph.ladders.keys() | journey.requires.keys()
    doubtful = [skill for skill in sorted(journey.doubts) if skill in named]
    worst = {skill: journey.price_without(doubtful, {skill: journey.held[skill]}) for skill in doubtful}
    priced = {skill: price for skill, price in worst.items() if price is not None}
    rely = [
        Move(id=RELY + skill, kind="course", money=0.0, gives={skill: journey.held[skill]}) for skill in sorted(priced)
    ]
    hedged = compile_moves([*graph.moves, *rely])
    prices = [
        math.ceil((1 - journey.doubts[skill]) * priced[skill] * PARTS)
        if move.id.startswith(RELY) and (skill := move.id.removeprefix(RELY)) in priced
        else journey.prices[graph.index[move.id]] * PARTS
        for move in hedged.moves
    ]
    held = {skill: level for skill, level in journey.held.items() if skill not in priced}
    problem = hedged.pose(
        held, journey.requires, prices, done=journey.done, without=journey.without, require=journey.require
    ).problem
    if problem is None:
        return None
    chosen = (hedged.moves[place].id for place in solve_problem(problem).moves)
    return tuple(graph.index[id_] for id_ in chosen if id_ in graph.index)


def _find_reliances(journey: Journey, moves: Collection[int]) -> dict[str, float]:
    """Find the doubtful skills that the target or a move asks for at a level that is held, and the highest of each."""
    asked: dict[str, float] = {}
    rows = [journey.requires, *(journey.graph.moves[move].needs for move in moves)]
    for row in rows:
        for skill, level in row.items():
            plain = skill.removeprefix(VERIFIED)
            if plain in journey.doubts and 0 < level <= journey.held.get(skill, 0.0):
                asked[plain] = max(asked.get(plain, 0.0), level)
    return asked


def _expect_dearest(reliances: Iterable[Reliance]) -> float:
    """Average the dearest of what is missing: the dearest first, then the next where that one is there, and so on."""
    expected, all_there = 0.0, 1.0
    for item in sorted(reliances, key=lambda item: -(item.dearer or 0)):
        expected += all_there * (1 - item.probability) * (item.dearer or 0)
        all_there *= item.probability
    return expected
