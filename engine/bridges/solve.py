"""The door of the solver: a question in, the provably cheapest bridge out."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.bridges.instance import Instance
from engine.bridges.limits import NO_CAPS, Caps, explain_limits, keep_limits
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move
from engine.bridges.prices import price_exact, sum_exact
from engine.bridges.problem import Problem
from engine.bridges.result import Solution
from engine.bridges.search import Found, Limit, solve_problem


@dataclass(frozen=True, slots=True)
class Route:
    """The cheapest moves over a compiled catalogue, before they are scheduled and explained.

    ``problem`` and ``found`` (None when infeasible) are what they were found in, priced in whole numbers of ``unit``,
    under ``limits``: the same question can be asked again with a move less.
    """

    solution: Solution
    problem: Problem | None
    found: Found | None
    unit: Decimal
    limits: tuple[Limit, ...] = ()


def solve_instance(instance: Instance, *, time_limit: float | None = None) -> Solution:
    """Find the provably cheapest bridge of an instance.

    Cheapest by price, then fewest moves, then smallest ids; the same answer whatever the order of the input. Without a
    time limit the answer is optimal or infeasible; with one (seconds) it may be ``feasible``, with its lower bound.
    """
    return route_instance(compile_moves(instance.list_moves()), instance, time_limit).solution


def route_instance(graph: MoveGraph, instance: Instance, time_limit: float | None) -> Route:
    """Find the cheapest moves of an instance over its compiled moves, under the limits it sets."""
    limits = instance.limits
    return find_route(
        graph,
        instance.person.skills,
        instance.target.requires,
        money_per_hour=instance.objective.money_per_hour,
        done=instance.person.done,
        time_limit=time_limit,
        without=instance.list_excluded(),
        require=limits.require,
        caps=Caps(money=limits.money, hours=limits.hours),
    )


def find_route(
    graph: MoveGraph,
    skills: Mapping[str, float],
    requires: Mapping[str, float],
    *,
    money_per_hour: float,
    done: Collection[str] = (),
    without: Iterable[str] = (),
    time_limit: float | None = None,
    require: Iterable[str] = (),
    caps: Caps = NO_CAPS,
) -> Route:
    """Find the provably cheapest moves that bring a person from ``skills`` to ``requires``.

    Args:
        graph: The catalogue, compiled once for everybody.
        skills: The levels the person has.
        requires: The levels to reach; 0 asks nothing.
        money_per_hour: What an hour of the person's is worth.
        done: Moves done before, for those that come after them.
        without: Moves not to be used.
        time_limit: Seconds; None lets the proof take what it takes.
        require: Moves that must be done, by now or in the bridge.
        caps: The most money and hours that the bridge may take.

    Raises:
        InvalidInput: A limit is below 0 or no number.
    """
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    scale = graph.price(money_per_hour)
    weighed = caps.weigh(graph.moves)
    posed = graph.pose(skills, requires, scale.prices, done=done, without=without, require=require)
    if posed.problem is None:
        missing = {skill: requires[skill] for skill in posed.unreachable}
        nothing = Solution("infeasible", (), None, None, None, None, None, missing, posed.blocked)
        return Route(nothing, None, None, scale.unit)
    found = solve_problem(posed.problem, deadline)
    limits = tuple(item.limit for item in weighed)
    if limits:
        kept = keep_limits(posed.problem, found, limits, deadline)
        if kept.moves is None or kept.price is None:
            over = explain_limits(posed.problem, found, weighed, deadline)
            price = scale.to_money(found.price)
            bound = None if kept.proven else scale.to_money(kept.at_least or 0)
            status = "infeasible" if kept.proven else "unknown"
            nothing = Solution(status, (), None, None, None, bound, None, {}, (), over, price)
            return Route(nothing, posed.problem, None, scale.unit, limits)
        found = Found(kept.moves, kept.price, min(kept.price, kept.at_least or 0), kept.settled)
    bound = None if found.price == found.at_least else scale.to_money(found.at_least)
    solution = state_solution([graph.moves[place] for place in found.moves], money_per_hour, bound)
    return Route(solution, posed.problem, found, scale.unit, limits)


def state_solution(moves: Sequence[Move], money_per_hour: float, lower_bound: float | None) -> Solution:
    """State what moves cost and how far they may be off; None as the bound says that they are proven cheapest."""
    money = sum_exact([move.money for move in moves])
    hours = sum_exact([move.hours for move in moves])
    price = price_exact(money, hours, money_per_hour)
    at_least = price if lower_bound is None else min(price, lower_bound)
    return Solution(
        status="optimal" if lower_bound is None else "feasible",
        moves=tuple(move.id for move in moves),
        money=money,
        hours=hours,
        price=price,
        lower_bound=at_least,
        gap=(price - at_least) / price if price else 0.0,
    )
