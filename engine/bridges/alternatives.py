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
from dataclasses import dataclass, replace

import numpy as np

from engine.bridges.instance import Instance
from engine.bridges.limited import Ground, Limited
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.prices import read_exact
from engine.bridges.result import Solution
from engine.bridges.schedule import Calendar
from engine.bridges.search import Limit
from engine.bridges.solve import Route, route_instance, state_solution
from graph_schema.errors import InvalidInput

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
        first: The cheapest bridge, or why there is none.
        too_late: Ids of moves left out of the later bridges, which on a calendar get to them after they have begun.
    """

    difference: float
    bridges: tuple[Alternative, ...]
    exhausted: bool
    first: Solution
    too_late: tuple[str, ...] = ()

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
            **self.first.list_obstacles(),
        }


def check_wish(best: int, difference: float) -> None:
    """Check how many bridges are wanted and how different they are to be.

    Raises:
        InvalidInput: There are to be less than 1 or more than 50, or the difference is not above 0 and at most 1.
    """
    if not 1 <= best <= MOST:
        raise InvalidInput("best", f"{best} bridges asked for; between 1 and {MOST} can be given")
    if not 0 < difference <= 1:
        raise InvalidInput("difference", f"{difference!r} given; it is a share of moves, above 0 and at most 1")


def list_alternatives(
    instance: Instance, best: int, *, difference: float, time_limit: float | None = None
) -> Alternatives:
    """List truly different bridges of an instance, the cheapest first.

    Args:
        instance: The question.
        best: Most bridges to give.
        difference: Share of the moves of every bridge that later ones leave out, rounded up.
        time_limit: Seconds for all of them; None lets the proofs take what they take.

    Raises:
        InvalidInput: See :func:`check_wish`.
    """
    check_wish(best, difference)
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    graph = compile_moves(instance.list_moves())
    rate = instance.objective.money_per_hour
    route = route_instance(graph, instance, time_limit)
    return vary_route(graph, route, best, rate, difference=difference, deadline=deadline)


def vary_route(
    graph: MoveGraph,
    route: Route,
    best: int,
    money_per_hour: float,
    *,
    difference: float,
    deadline: float = math.inf,
    calendar: Calendar | None = None,
    at_least: int | None = None,
) -> Alternatives:
    """List truly different bridges beside the cheapest one; see :func:`list_alternatives`.

    On a calendar, a move that an alternative gets to after it has begun is left out from then on. What is found
    afterwards is measured against the bound proven before: ``at_least`` where the first bridge already lacks such.
    """
    if route.problem is None or route.found is None:
        return Alternatives(difference, (), route.solution.status != "unknown", route.solution)
    first = route.found
    found = [Limited(first.moves, first.price, min(first.price, first.at_least if at_least is None else at_least))]
    exhausted = False
    variation = _Variation(graph, route, difference, deadline, calendar, at_least)
    if best > 1 and first.moves:
        for other in variation.list():
            if other.moves is None:
                exhausted = other.proven
                break
            found.append(other)
            if len(found) == best:
                break
    bridges = tuple(_compare(graph, route, item, money_per_hour) for item in found)
    late = tuple(graph.moves[move].id for move in np.flatnonzero(variation.too_late.weights))
    return Alternatives(difference, bridges, exhausted or not first.moves, route.solution, late)


class _Variation:
    """One alternative after another, each different from all before."""

    def __init__(
        self,
        graph: MoveGraph,
        route: Route,
        difference: float,
        deadline: float,
        calendar: Calendar | None,
        at_least: int | None,
    ) -> None:
        self.graph, self.route, self.difference, self.deadline = graph, route, difference, deadline
        self.calendar, self.at_least = calendar, at_least
        self.too_late = Limit(np.zeros(len(graph.moves), dtype=np.int64), 0)

    def list(self) -> Iterator[Limited]:
        """Find bridges until there is none or time is up; what is missing is said last."""
        problem, first = self.route.problem, self.route.found
        if problem is None or first is None:
            return
        if time.monotonic() > self.deadline:
            yield Limited(None, None, first.at_least)
            return
        ground = Ground(problem, first.moves, first.at_least)
        limits = [*self.route.limits, self._limit_common(first.moves)]
        while True:
            other = self._find_in_time(ground, limits)
            yield other
            if other.moves is None:
                return
            limits.append(self._limit_common(other.moves))

    def _find_in_time(self, ground: Ground, limits: Sequence[Limit]) -> Limited:
        while True:
            other = ground.find_cheapest([*limits, self.too_late], self.deadline)
            late = self._find_late(other.moves or ())
            if late is None:
                break
            if self.at_least is None:
                self.at_least = other.at_least
            self.too_late.weights[late] = 1
        if self.at_least is None:
            return other
        return replace(other, at_least=self.at_least if other.price is None else min(other.price, self.at_least))

    def _find_late(self, moves: Sequence[int]) -> int | None:
        """Find the move with the earliest day that this bridge gets to only afterwards."""
        if self.calendar is None:
            return None
        late = self.calendar.schedule([self.graph.moves[move] for move in moves]).late
        return self.graph.index[late[0]] if late else None

    def _limit_common(self, moves: Sequence[int]) -> Limit:
        """Limit how many of a bridge's moves another may have: all but the share that makes it different."""
        weights = np.zeros(len(self.graph.moves), dtype=np.int64)
        weights[list(moves)] = 1
        return Limit(weights, len(moves) - count_left_out(len(moves), self.difference))


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
