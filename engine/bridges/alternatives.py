"""Truly different bridges: the cheapest, then the cheapest that is different from those before, and so on.

Plain k best bridges are near-twins, one course swapped for its like. The measure of difference asked for here: a bridge
leaves out at least a share (``difference``) of the moves of every bridge given before it, rounded up. What it takes
instead may be fewer moves or more. Measured by what is left out, a bridge without a superfluous move is never less
different than with it, so each answer is a minimal bridge and the cheapest of all that differ so much.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.bridges.instance import Instance
from engine.bridges.limited import Ground, Limited
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.prices import read_exact
from engine.bridges.result import Solution
from engine.bridges.search import Limit
from engine.bridges.solve import Route, find_route, state_solution
from graph_schema.errors import InvalidInput

DIFFERENCE = 0.25
"""Share of its moves that the next bridge does without: 1 of 4, 3 of 12, 5 of 20."""
MOST = 50
"""Most bridges to ask for."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several truly different bridges.

    Attributes:
        solution: Moves, amounts and proof: ``optimal`` says that no bridge so different from those before it is
            cheaper; ``feasible``, that none of them is cheaper than ``lower_bound``.
        dearer: How much dearer it is than the first.
        left_out: Ids of the first bridge's moves that it does without.
        taken: Ids of the moves that it takes instead.
    """

    solution: Solution
    dearer: float
    left_out: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The cheapest bridge and others that differ from all before them, each the cheapest that does.

    Attributes:
        difference: Share of the moves of every bridge that the later ones leave out, rounded up to whole moves.
        bridges: The cheapest first; none when requirements are out of reach (``missing``).
        exhausted: Whether it is proven that no other bridge differs so much from all of these.
    """

    difference: float
    bridges: tuple[Alternative, ...]
    exhausted: bool
    first: Solution

    def to_json(self) -> dict[str, object]:
        """Give the answer as plain values; its status is that of the cheapest bridge."""
        return {
            "status": self.first.status,
            "difference": self.difference,
            "bridges": [
                {
                    **item.solution.to_json(),
                    "dearer": item.dearer,
                    "left_out": list(item.left_out),
                    "taken": list(item.taken),
                }
                for item in self.bridges
            ],
            "exhausted": self.exhausted,
            "missing": dict(self.first.missing),
        }


def check_wish(count: int, difference: float) -> None:
    """Check how many bridges are wanted and how different they are to be.

    Raises:
        InvalidInput: The count is not within 1 and 50, or the difference not above 0 and at most 1.
    """
    if not 1 <= count <= MOST:
        raise InvalidInput("count", f"{count} bridges asked for; between 1 and {MOST} can be given")
    if not 0 < difference <= 1:
        raise InvalidInput("difference", f"{difference!r} given; it is a share of moves, above 0 and at most 1")


def list_alternatives(
    instance: Instance, count: int, *, difference: float = DIFFERENCE, time_limit: float | None = None
) -> Alternatives:
    """List truly different bridges of an instance, the cheapest first.

    Args:
        instance: The question.
        count: Most bridges to give.
        difference: Share of the moves of every bridge that later ones leave out, rounded up.
        time_limit: Seconds for all of them; None lets the proofs take what they take.

    Raises:
        InvalidInput: See :func:`check_wish`.
    """
    check_wish(count, difference)
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    graph = compile_moves(instance.list_moves())
    rate = instance.objective.money_per_hour
    route = find_route(
        graph,
        instance.person.skills,
        instance.target.requires,
        money_per_hour=rate,
        done=instance.person.done,
        time_limit=time_limit,
    )
    return vary_route(graph, route, count, rate, difference=difference, deadline=deadline)


def vary_route(
    graph: MoveGraph,
    route: Route,
    count: int,
    money_per_hour: float,
    *,
    difference: float = DIFFERENCE,
    deadline: float = math.inf,
) -> Alternatives:
    """List truly different bridges beside the cheapest one; see :func:`list_alternatives`."""
    if route.problem is None or route.found is None:
        return Alternatives(difference, (), True, route.solution)
    first = route.found
    found = [Limited(first.moves, first.price, first.at_least)]
    exhausted = False
    if count > 1 and first.moves:
        for other in _vary(graph, route, difference, deadline):
            if other.moves is None:
                exhausted = other.proven
                break
            found.append(other)
            if len(found) == count:
                break
    bridges = tuple(_compare(graph, route, item, money_per_hour) for item in found)
    return Alternatives(difference, bridges, exhausted or not first.moves, route.solution)


def _vary(graph: MoveGraph, route: Route, difference: float, deadline: float) -> Iterator[Limited]:
    """Find one bridge after another, each different from all before, until there is none or time is up."""
    problem, first = route.problem, route.found
    if problem is None or first is None or time.monotonic() > deadline:
        return
    ground = Ground(problem, first.moves, first.at_least)
    limits = [limit_common(len(graph.moves), first.moves, difference)]
    while time.monotonic() <= deadline:
        other = ground.find_cheapest(limits, deadline)
        yield other
        if other.moves is None:
            return
        limits.append(limit_common(len(graph.moves), other.moves, difference))


def limit_common(size: int, moves: Sequence[int], difference: float) -> Limit:
    """Limit how many of a bridge's moves another may have: all but the share that makes it different."""
    weights = np.zeros(size, dtype=np.int64)
    weights[list(moves)] = 1
    return Limit(weights, len(moves) - count_left_out(len(moves), difference))


def count_left_out(moves: int, difference: float) -> int:
    """Count the moves that a share comes to, rounded up."""
    return math.ceil(moves * read_exact(difference))


def _compare(graph: MoveGraph, route: Route, found: Limited, money_per_hour: float) -> Alternative:
    """State a bridge and what it does differently from the first."""
    moves = [graph.moves[place] for place in found.moves or ()]
    bound = None if found.proven else float((found.at_least or 0) * route.unit)
    solution = state_solution(moves, money_per_hour, bound)
    first, own = route.solution.moves, solution.moves
    return Alternative(
        solution=solution,
        dearer=float(read_exact(solution.price or 0.0) - read_exact(route.solution.price or 0.0)),
        left_out=tuple(move for move in first if move not in own),
        taken=tuple(move for move in own if move not in first),
    )
