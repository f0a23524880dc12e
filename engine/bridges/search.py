"""The proof: landmarks below, plans above, until they meet; then the one cheapest plan that the tie rule names.

1. h_add and local search give a plan; landmarks with a price partition give a bound; what cannot be in a plan between
   the two is dropped, and what another move replaces (dominance).
2. The linear relaxation over the landmarks separates more of them and leads to better plans, and its duals to a better
   bound; again what does not fit between is dropped.
3. HiGHS chooses the cheapest moves that hit every landmark; where they cannot be carried out, the landmarks that show
   why are added. Once they can, they are a cheapest plan, since every plan hits every landmark.
4. Among the cheapest: fewest moves, then the smallest ids.

Limits on what a plan may weigh ride along as rows of the relaxation and the choice. Weights are never negative, so a
plan that keeps them still does with a superfluous move less: minimal plans are all there is to look at, limits or not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.bridges.bounds import (
    Bound,
    Landmark,
    drop_dominated,
    find_worthwhile,
    partition_prices,
    rank_by_cost,
    score_moves,
    sharpen_landmark,
    weigh_landmarks,
)
from engine.bridges.heuristics import Plan, drop_superfluous, find_plan, improve_plan, repair_plan
from engine.bridges.hitting_set import GRID, HittingSet, Relaxation
from engine.bridges.kernels import IntArray
from engine.bridges.problem import Mask, Problem
from engine.bridges.ties import Ceiling, exceeds, settle_ties

THRESHOLDS = (0.999, 0.75, 0.5, 0.3, 0.15, 0.02)
"""Shares of the relaxation from which a move counts as bought when a violated landmark is looked for."""
STALL = 12
"""Rounds of the relaxation without a better bound after which whole moves are chosen."""
NEAR = 500
"""Moves, those that a cheap plan most likely holds, among which local search looks for a cheaper one."""
CORE = 150
"""Moves, the likeliest of a cheap plan, among which the cheapest one is looked for exactly."""
DOUBTFUL = 0.02
"""Share of the price between plan and bound above which that is done."""
PATIENCE = 0.1
"""Seconds for a core, and for a first choice of moves: one that is not yet the cheapest shows missing landmarks too."""
SHRUNK = 0.75
"""Share of the moves left at which it pays to start over with a smaller problem, in the choice of whole moves,"""
WIDE = 0.6
"""in the middle of the relaxation,"""
STALE = 0.9
"""and after it. Chosen by hand, as the numbers above, by the time of hard questions."""
BROAD = 4_000
"""Moves above which, under limits, looking for what others replace takes longer than it saves."""
SMALL = 60
"""Moves below which the problem is left as it is and settled."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan (indices of catalogue moves, in an order that can be carried out), and what no plan can be cheaper than.

    Both amounts are in whole price units; the plan is cheapest when they are equal and ``settled`` says that the tie
    rule was applied in full too.
    """

    moves: tuple[int, ...]
    price: int
    at_least: int
    settled: bool


@dataclass(frozen=True, eq=False)
class Limit:
    """What the moves of a plan may weigh together at most; ``weights`` (none negative) has one for each move there is.

    Moves are those of the catalogue, so that a limit outlives every cut of the problem.
    """

    weights: IntArray
    most: int


class Search:
    """The state of one proof: a problem that shrinks, the best plan, the best bound, the landmarks found.

    Where limits or a price are given there may be no plan yet, or none at all: ``plan`` is then empty and ``price`` one
    more than a plan may cost.
    """

    def __init__(
        self,
        problem: Problem,
        deadline: float = math.inf,
        limits: Sequence[Limit] = (),
        at_most: int | None = None,
    ) -> None:
        """Start from a plan and a bound; plans dearer than ``at_most`` are not looked for."""
        self.problem = problem
        self.deadline = deadline
        self.limits = tuple(limits)
        self.plan: Plan = ()
        everything = int(problem.price.sum())
        self.price = (everything if at_most is None else min(everything, at_most)) + 1
        self.bound = Bound(0, problem.price * GRID)
        self.at_least = 0
        first = find_plan(problem, problem.price)
        self.offer(drop_superfluous(problem, range(problem.size) if first is None else first))

    @property
    def closed(self) -> bool:
        """Whether plan and bound have met."""
        return self.at_least >= self.price

    @property
    def late(self) -> bool:
        """Whether time is up."""
        return time.monotonic() > self.deadline

    @property
    def ceilings(self) -> list[Ceiling]:
        """The limits over the moves still in the problem."""
        return [(limit.weights[self.problem.origin].tolist(), limit.most) for limit in self.limits]

    @property
    def _free(self) -> Mask:
        """Moves that neither cost nor weigh anything: every choice may be thought to hold them."""
        free = self.problem.price == 0
        for limit in self.limits:
            free &= limit.weights[self.problem.origin] == 0
        return free

    def prove_price(self) -> None:
        """Find a cheapest plan and prove it, or stop at the deadline."""
        self.charge_landmarks()
        if self.limits and not (self.closed or self.late):
            self.relax_choice()  # what limits cost is in no landmark: without their charges little can be dropped
        shrinking = True
        while shrinking and not (self.closed or self.late):
            before = self.problem.size
            for step in (self.improve_plan, self.drop_dominated, self.relax_choice, self.solve_core):
                if not (self.closed or self.late):
                    step()
            shrinking = SMALL < self.problem.size < before * STALE
        if not self.closed:
            self.settle_choice()

    def charge_landmarks(self) -> None:
        """Raise the bound landmark by landmark, and drop what no plan between the bound and the best plan can hold."""
        self._raise_bound(partition_prices(self.problem, self.bound))
        self._shrink()

    def improve_plan(self) -> None:
        """Look for a cheaper plan near the best one."""
        if not self.plan:
            return
        scores = score_moves(self.problem, self.bound)
        near = np.argsort(scores, kind="stable")[:NEAR]
        part = self.problem.restrict(np.union1d(near, np.array(self.plan, dtype=np.int64)))
        if part is None:
            raise AssertionError("a problem lost its own plan")
        start = drop_superfluous(part, translate_moves(self.plan, self.problem, part))
        found = improve_plan(part, start, self.deadline)
        self.offer(translate_moves(found, part, self.problem))
        self._shrink()

    def solve_core(self) -> None:
        """Look for a cheaper plan among the few moves that a cheap plan most likely holds, where it would matter."""
        if not self.plan or self.limits or self.price - self.at_least < self.price * DOUBTFUL:
            return
        best = np.argsort(score_moves(self.problem, self.bound), kind="stable")[:CORE]
        part = self.problem.restrict(np.union1d(best, np.array(self.plan, dtype=np.int64)))
        if part is None:
            raise AssertionError("a problem lost its own plan")
        if part.size == self.problem.size:
            return
        core = Search(part, min(self.deadline, time.monotonic() + PATIENCE))
        core.prove_price()
        self.offer(tuple(sorted(translate_moves(core.plan, core.problem, self.problem))))
        self._shrink()

    def drop_dominated(self) -> None:
        """Leave out every move that another replaces."""
        if not self.limits or self.problem.size <= BROAD:
            self._reduce(drop_dominated(self.problem, [weights for weights, _ in self.ceilings]))

    def relax_choice(self) -> None:
        """Separate landmarks from the linear relaxation until it is whole, closes the gap, or stalls."""
        model = self._model()
        stalled, last = 0, self.bound.scaled
        while not self.closed and not self.late and stalled < STALL:
            relaxation = model.relax()
            if relaxation is None:
                if model.proves_impossible():
                    self.at_least = self.price
                break
            weighed = self._weigh(model, relaxation)
            raised = partition_prices(self.problem, weighed)
            self._raise_bound(raised)
            shares = relaxation.shares
            leaning = (self.problem.price * (1.0 - np.clip(shares, 0.0, 1.0))).astype(np.int64)
            plan = find_plan(self.problem, leaning)
            self.offer(None if plan is None else drop_superfluous(self.problem, plan))
            if self._count_worthwhile() < self.problem.size * WIDE:
                break
            missed = [sharpen_landmark(self.problem, item) for item in raised.landmarks[len(weighed.landmarks) :]]
            if self.closed or not self._separate(model, shares, missed):
                break
            stalled = stalled + 1 if self.bound.scaled <= last else 0
            last = self.bound.scaled
        self.bound = Bound(self.bound.scaled, self.bound.residual, tuple(model.landmarks))
        self._shrink()

    def settle_choice(self) -> None:
        """Let HiGHS choose, add the landmarks its choice misses, until the choice is a plan."""
        model, patience = self._model(), PATIENCE
        while not (self.closed or self.late):
            choice = model.choose(self.plan, min(patience, max(0.01, self.deadline - time.monotonic())))
            if choice is None:
                if model.proves_impossible():
                    self.at_least = self.price
                elif not self.plan:  # nothing that keeps the limits came up in so short a time
                    patience *= 4
                    continue
                break
            self.at_least = max(self.at_least, choice.at_least)
            if exceeds(choice.moves, self.ceilings):  # a share below the solver's tolerance slipped past a row
                model.limit(mark(self.problem, choice.moves).astype(int).tolist(), len(choice.moves) - 1)
                continue
            bought = mark(self.problem, choice.moves) | self._free
            held = np.flatnonzero(bought).tolist()
            if self.limits and self.problem.reaches_goal(held):
                self.offer(repair_plan(self.problem, held, np.flatnonzero(~bought).tolist()))
            else:
                self.offer(repair_plan(self.problem, choice.moves))
            rank = rank_by_cost(self.problem, self.problem.price)
            added = [model.add_landmark(landmark) for landmark in find_missed(self.problem, bought, (rank, -rank))]
            if any(added):
                model = self._tighten(model)
            elif choice.settled:
                break
            else:
                patience *= 4
        self.bound = Bound(self.bound.scaled, self.bound.residual, tuple(model.landmarks))

    def _tighten(self, model: HittingSet) -> HittingSet:
        """Draw a bound from what the model knows by now, and start a smaller one where that drops many moves."""
        relaxation = model.relax()
        if relaxation is not None:
            self._raise_bound(self._weigh(model, relaxation))
        if self._count_worthwhile() > self.problem.size * SHRUNK:
            return model
        self.bound = Bound(self.bound.scaled, self.bound.residual, tuple(model.landmarks))
        self._shrink()
        return self._model()

    def finish(self) -> Found:
        """Apply the tie rule where the price is proven, and translate back to the catalogue."""
        plan, settled = self.plan, False
        if self.closed:
            self._reduce(find_worthwhile(self.problem, self.bound, self.price))
            self.drop_dominated()
            plan, settled = settle_ties(self.problem, self.plan, self.bound.landmarks, self.deadline, self.ceilings)
        order = self.problem.order_moves(plan)
        if order is None or self.problem.total(plan) != self.price:
            raise AssertionError(f"the plan {plan} cannot be carried out at the price {self.price}")
        origin = self.problem.origin.tolist()
        return Found(tuple(origin[move] for move in order), self.price, min(self.at_least, self.price), settled)

    def offer(self, plan: Plan | None) -> None:
        """Take a plan that keeps the limits for the best one when it is cheaper."""
        if plan is None or exceeds(plan, self.ceilings):
            return
        if self.problem.total(plan) < self.price:
            self.plan, self.price = plan, self.problem.total(plan)

    def _weigh(self, model: HittingSet, relaxation: Relaxation) -> Bound:
        return weigh_landmarks(
            self.problem, model.landmarks, relaxation.weights, self.ceilings, relaxation.charges[: len(self.limits)]
        )

    def _raise_bound(self, bound: Bound) -> None:
        if bound.scaled >= self.bound.scaled:
            self.bound = bound
        self.at_least = max(self.at_least, bound.units)

    def _count_worthwhile(self) -> int:
        return (
            self.problem.size
            if self.problem.size <= SMALL
            else len(find_worthwhile(self.problem, self.bound, self.price))
        )

    def _shrink(self) -> None:
        self._reduce(find_worthwhile(self.problem, self.bound, self.price))

    def _reduce(self, keep: IntArray) -> None:
        """Go on with these moves only. What is dropped is in no plan worth having, so landmarks lose it too."""
        before = self.problem
        if len(keep) == before.size:
            return
        kept = before.restrict(np.union1d(keep, np.array(self.plan, dtype=np.int64)))
        if kept is None:
            if self.plan:
                raise AssertionError("a problem lost its own plan")
            self.at_least = self.price
            return
        residual = self.bound.residual[np.isin(before.origin, kept.origin)]
        place = np.full(before.size, -1, dtype=np.int64)
        place[np.isin(before.origin, kept.origin)] = np.arange(kept.size)
        moved = (place[list(landmark)] for landmark in self.bound.landmarks)
        landmarks = tuple(tuple(moves[moves >= 0].tolist()) for moves in moved)
        self.problem, self.plan = kept, translate_moves(self.plan, before, kept)
        self.bound = Bound(self.bound.scaled, residual, landmarks)

    def _model(self) -> HittingSet:
        model = HittingSet(self.problem.price)
        for landmark in self.bound.landmarks:
            model.add_landmark(sharpen_landmark(self.problem, landmark))
        for weights, most in self.ceilings:
            model.limit(weights, most)
        return model

    def _separate(
        self, model: HittingSet, shares: np.ndarray[tuple[int], np.dtype[np.float64]], missed: Sequence[Landmark]
    ) -> bool:
        """Add ``missed`` landmarks and others of which the relaxation holds less than one move; whether any is new."""
        free = self._free
        rank = np.empty(self.problem.size, dtype=np.int64)
        rank[np.lexsort((rank_by_cost(self.problem, self.problem.price), -shares))] = np.arange(self.problem.size)
        added = model.add_landmarks(missed)
        for threshold in THRESHOLDS:
            held = (shares >= threshold) | free
            while landmark := self.problem.grow_landmark(held, rank):
                if float(shares[list(landmark)].sum()) > 1.0 - 1e-6:
                    break
                added = model.add_landmark(landmark) or added
                held[list(landmark)] = True
        return added


def translate_moves(moves: Iterable[int], source: Problem, target: Problem) -> tuple[int, ...]:
    """Name moves of one problem in another cut from the same catalogue, leaving out those it lacks."""
    place = target.place
    origin = source.origin
    return tuple(place[int(origin[move])] for move in moves if int(origin[move]) in place)


def mark(problem: Problem, moves: Sequence[int]) -> Mask:
    """Mark moves in a mask."""
    mask = np.zeros(problem.size, dtype=bool)
    mask[list(moves)] = True
    return mask


def find_missed(problem: Problem, bought: Mask, ranks: Iterable[IntArray]) -> list[Landmark]:
    """Find landmarks that bought moves miss: for each ranking one after another, buying each as it is found."""
    missed: list[Landmark] = []
    for rank in ranks:
        held = bought.copy()
        while landmark := problem.grow_landmark(held, rank):
            missed.append(landmark)
            held[list(landmark)] = True
    return missed


def solve_problem(problem: Problem, deadline: float = math.inf) -> Found:
    """Find the cheapest plan of a problem, with the tie rule: price, then fewer moves, then the smallest ids."""
    search = Search(problem, deadline)
    search.prove_price()
    return search.finish()


def price_problem(problem: Problem, deadline: float = math.inf) -> tuple[int, int]:
    """Find only what the cheapest plan costs: (price, proven lower bound), in whole units."""
    search = Search(problem, deadline)
    search.prove_price()
    return search.price, min(search.at_least, search.price)
