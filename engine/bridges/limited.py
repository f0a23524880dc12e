"""The cheapest bridges under limits, one question after another about the same person and target.

Landmarks are the same whatever the limits, so they are found once. Each answer is looked for a little above the price
of the last one first: few moves are in any plan so cheap, and where none of them keeps the limits that is proven fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.bridges.bounds import Bound, partition_prices, score_moves
from engine.bridges.heuristics import Plan, drop_superfluous, find_plan
from engine.bridges.hitting_set import GRID
from engine.bridges.problem import Problem
from engine.bridges.search import NEAR, Limit, Search

STEPS = (1.02, 1.06, 1.15, 1.4)
"""Shares of the last price up to which the next answer is looked for, before it is looked for without end."""
DEAREST = 1 << 40
"""Most that a leaning adds up to, so that sums of it stay countable."""
LEANINGS = (0.05, 0.15, 0.4, 1.0, 3.0, 1000.0)
"""Prices of weight, as shares of what a unit of weight of the best bridge costs, at which plans are looked for."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The cheapest plan that keeps some limits, as indices of catalogue moves in an order that can be carried out.

    ``moves`` and ``price`` are None when none was found; then none exists where ``at_least`` is None too. Otherwise no
    plan within the limits costs less than ``at_least``.
    """

    moves: tuple[int, ...] | None
    price: int | None
    at_least: int | None
    settled: bool = False
    """Whether the tie rule was applied in full."""

    @property
    def proven(self) -> bool:
        """Whether the answer is certain: the cheapest, or that there is none."""
        return self.price == self.at_least


class Ground:
    """One problem, asked again and again under other limits, each answer at least as dear as the one before."""

    def __init__(self, problem: Problem, cheapest: Iterable[int], at_least: int, *others: Iterable[int]) -> None:
        """Start from the cheapest plan known (catalogue moves), what no plan can be cheaper than, and other plans."""
        self.problem = problem
        self.known: list[Plan] = [tuple(sorted(plan)) for plan in (cheapest, *others)]
        self.bound = partition_prices(problem, Bound(0, problem.price * GRID))
        self._near = np.argsort(score_moves(problem, self.bound), kind="stable")[:NEAR]
        self._everything = int(problem.price.sum())
        self._last = at_least

    def find_cheapest(self, limits: Sequence[Limit], deadline: float = math.inf) -> Limited:
        """Find the cheapest plan that keeps the limits: price, then fewest moves, then the smallest ids."""
        start = self._find_start(limits)
        dearest = self._everything if start is None else self._price(start)
        steps = {math.ceil(self._last * step) for step in STEPS}
        for reach in [*sorted(step for step in steps if step < dearest), dearest]:
            search = self._search_up_to(reach, start, limits, deadline)
            self._last = max(self._last, min(search.at_least, search.price))
            if search.plan:
                found = search.finish()
                self.known.append(tuple(sorted(found.moves)))
                return Limited(found.moves, found.price, found.at_least, found.settled)
            if not search.closed:
                return self._give_up(start)
        return Limited(None, None, None)

    def _search_up_to(self, reach: int, start: Plan | None, limits: Sequence[Limit], deadline: float) -> Search:
        """Look for the cheapest plan of this price or less."""
        search = Search(self.problem, deadline, limits, reach)
        search.bound = self.bound
        search.at_least = max(self._last, self.bound.units)
        if start is not None and self._price(start) <= reach:
            search.offer(tuple(sorted(self.problem.place[move] for move in start)))
        search.prove_price()
        return search

    def _give_up(self, start: Plan | None) -> Limited:
        """Answer with what was found before time ran out."""
        if start is None:
            return Limited(None, None, self._last)
        place = self.problem.place
        order = self.problem.order_moves(place[move] for move in start)
        if order is None:
            raise AssertionError(f"the plan {start} cannot be carried out")
        return Limited(tuple(int(self.problem.origin[move]) for move in order), self._price(start), self._last)

    def _find_start(self, limits: Sequence[Limit]) -> Plan | None:
        """Find a cheap plan that keeps the limits: one known, or one that leans away from what weighs."""
        starts = [plan for plan in self.known if keeps(plan, limits)]
        near = self._cut_near()
        starts += [plan for plan in lean_away(near, self.known[0], limits) if keeps(plan, limits)]
        return min(starts, key=self._price, default=None)

    def _cut_near(self) -> Problem:
        """Cut the problem to the moves that a cheap plan most likely holds."""
        known = [self.problem.place[move] for plan in self.known for move in plan]
        part = self.problem.restrict(np.union1d(self._near, np.array(known, dtype=np.int64)))
        if part is None:
            raise AssertionError("a problem lost its own plan")
        return part

    def _price(self, plan: Iterable[int]) -> int:
        return self.problem.total(self.problem.place[move] for move in plan)


def keeps(plan: Iterable[int], limits: Iterable[Limit]) -> bool:
    """Whether a plan (catalogue moves) keeps the limits."""
    chosen = list(plan)
    return all(int(limit.weights[chosen].sum()) <= limit.most for limit in limits)


def lean_away(problem: Problem, best: Plan, limits: Sequence[Limit]) -> Iterator[Plan]:
    """Look for plans (catalogue moves) lighter than the best one: weight costs more and more."""
    loads = [limit.weights[problem.origin] for limit in limits]
    places = [problem.place[move] for move in best]
    heavy = [(load, int(load[places].sum()), limit.most) for load, limit in zip(loads, limits, strict=True)]
    over = [(load, weight) for load, weight, most in heavy if weight > most]
    paid = max(1, problem.total(places))
    for leaning in LEANINGS:
        price = problem.price.astype(np.float64)
        for load, weight in over:
            price += load * (leaning * paid / weight)
        leant = replace(problem, price=np.minimum(price, DEAREST).astype(np.int64))
        plan = find_plan(leant, leant.price)
        if plan is not None:
            yield tuple(int(problem.origin[move]) for move in drop_superfluous(leant, plan))
