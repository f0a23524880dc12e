"""The front of price against calendar weeks as it is answered: amounts, proofs, what changes from point to point."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from engine.bridges.instance import Instance
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.pareto import FrontSearch, Point
from engine.bridges.result import Solution
from engine.bridges.schedule import Calendar
from engine.bridges.solve import Route, route_instance, state_solution


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A bridge of the front.

    Attributes:
        solution: Moves, amounts and proof: ``optimal`` says that no bridge which fits into these weeks is cheaper;
            ``feasible``, that none of those is cheaper than ``lower_bound``.
        weeks: Calendar weeks it takes, as scheduled.
        least_weeks: No order of these same moves takes fewer weeks.
        left_out: Ids of the moves of the point before that it does without.
        taken: Ids of the moves that it takes instead.
    """

    solution: Solution
    weeks: int
    least_weeks: int
    left_out: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricedFront:
    """Bridges from the cheapest to the soonest, none both cheaper and sooner than another.

    Attributes:
        first: The cheapest bridge; ``infeasible`` with what is missing when there is none.
        least_weeks: No bridge at all fits into fewer weeks, proven; None where that is not proven.
        complete: Whether every point is proven and no bridge is missing between or beyond them.
        sooner_at_least: What any bridge sooner than the last point costs at least; None when it is proven that there is
            none.
    """

    first: Solution
    points: tuple[FrontPoint, ...]
    least_weeks: int | None
    complete: bool
    sooner_at_least: float | None

    def to_json(self) -> dict[str, object]:
        """Give the answer as plain values; its status is that of the cheapest bridge."""
        return {
            "status": self.first.status,
            "points": [
                {
                    **point.solution.to_json(),
                    "weeks": point.weeks,
                    "least_weeks": point.least_weeks,
                    "left_out": list(point.left_out),
                    "taken": list(point.taken),
                }
                for point in self.points
            ],
            "least_weeks": self.least_weeks,
            "complete": self.complete,
            "sooner_at_least": self.sooner_at_least,
            "missing": dict(self.first.missing),
            **self.first.list_obstacles(),
        }


def list_front(instance: Instance, *, hours_per_week: float, time_limit: float | None = None) -> PricedFront:
    """List the bridges of an instance of which none is both cheaper and sooner.

    Args:
        instance: The question. Its moves have hours and no duration, so the front is exact where time suffices.
        hours_per_week: Hours a week the person can give.
        time_limit: Seconds for all of it; None lets the proofs take what they take.

    Raises:
        InvalidInput: When there are no hours in a week.
    """
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    graph = compile_moves(instance.list_moves())
    calendar = Calendar(instance.person.skills, hours_per_week, instance.person.done)
    calendar.schedule(())
    route = route_instance(graph, instance, time_limit)
    return price_front(graph, route, calendar, instance.objective.money_per_hour, deadline)


def price_front(
    graph: MoveGraph,
    route: Route,
    calendar: Calendar,
    money_per_hour: float,
    deadline: float = math.inf,
    at_least: int | None = None,
) -> PricedFront:
    """List the front from the cheapest bridge on; see :func:`list_front`.

    ``at_least`` is what is proven of the cheapest bridge where it lacks moves that begin too early for it: then nothing
    more is proven of the points, since some bridge with those moves may be in time.
    """
    if route.problem is None or route.found is None:
        unsure = route.solution.status == "unknown"
        return PricedFront(route.solution, (), None, complete=not unsure, sooner_at_least=None)
    front = FrontSearch(graph, route.problem, calendar, deadline, route.limits).trace(route.found)
    points = [
        point if at_least is None else replace(point, at_least=min(point.price, at_least)) for point in front.points
    ]
    ids = [tuple(graph.moves[move].id for move in point.moves) for point in points]
    sooner = front.sooner_at_least
    if at_least is not None:
        sooner = at_least if sooner is None else min(sooner, at_least)
    return PricedFront(
        first=route.solution,
        points=tuple(
            FrontPoint(
                solution=_state(graph, point, route, money_per_hour),
                weeks=point.schedule.weeks,
                least_weeks=point.schedule.least_weeks,
                left_out=tuple(move for move in before if move not in own),
                taken=tuple(move for move in own if move not in before),
            )
            for point, own, before in zip(points, ids, [ids[0], *ids] if ids else [], strict=False)
        ),
        least_weeks=front.least_weeks if at_least is None else None,
        complete=front.complete and at_least is None,
        sooner_at_least=None if sooner is None else float(sooner * route.unit),
    )


def _state(graph: MoveGraph, point: Point, route: Route, money_per_hour: float) -> Solution:
    bound = None if point.price == point.at_least else float(point.at_least * route.unit)
    return state_solution([graph.moves[move] for move in point.moves], money_per_hour, bound)
