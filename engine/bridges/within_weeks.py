"""The cheapest bridge within so many calendar weeks, from the cheapest one there is."""

from __future__ import annotations

import math

from engine.bridges.move_graph import MoveGraph
from engine.bridges.pareto import FrontSearch
from engine.bridges.result import OverLimit, Solution
from engine.bridges.schedule import Calendar
from engine.bridges.search import Found
from engine.bridges.solve import Route, state_solution


def keep_weeks(
    graph: MoveGraph,
    route: Route,
    calendar: Calendar,
    weeks: int,
    money_per_hour: float,
    deadline: float = math.inf,
) -> Route:
    """Find the cheapest bridge that takes at most so many weeks on the calendar and keeps the limits of the route.

    For moves that have hours alone the answer is exact. Where moves last weeks of their own or begin on a day, the
    calendar asks more than the proof knows of: then the bridge is ``feasible``, and its bound holds for every bridge
    in so many weeks; or it stays ``unknown`` whether there is one.
    """
    if route.problem is None or route.found is None:
        return route
    search = FrontSearch(graph, route.problem, calendar, deadline, route.limits)
    kept = search.fit(route.found, weeks)
    if kept.moves is None or kept.price is None:
        over = OverLimit(
            limit="weeks",
            most=weeks,
            cheapest=calendar.schedule([graph.moves[move] for move in route.found.moves]).weeks,
            least=search.least,
            reached=min((point.schedule.weeks for point in search.found), default=None),
        )
        bound = None if kept.proven else float((kept.at_least or 0) * route.unit)
        status = "infeasible" if kept.proven else "unknown"
        nothing = Solution(status, (), None, None, None, bound, None, {}, (), (over,), route.solution.price)
        return Route(nothing, route.problem, None, route.unit, route.limits)
    at_least = min(kept.price, kept.at_least or 0)
    bound = None if kept.price == at_least else float(at_least * route.unit)
    solution = state_solution([graph.moves[move] for move in kept.moves], money_per_hour, bound)
    found = Found(kept.moves, kept.price, at_least, kept.settled)
    return Route(solution, route.problem, found, route.unit, route.limits)
