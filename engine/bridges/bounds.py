"""What no plan can be cheaper than, and which moves no cheapest plan can contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.bridges.hitting_set import GRID
from engine.bridges.kernels import IntArray
from engine.bridges.problem import Problem

Landmark = tuple[int, ...]
CHARGED = 1 << 50
"""Charges from which sums of them could outgrow what can be counted; they are left out."""


@dataclass(frozen=True)
class Bound:
    """A proven lower bound in 1/GRID of a price unit, and what each move costs beyond its share in the bound."""

    scaled: int
    residual: IntArray
    landmarks: tuple[Landmark, ...] = field(default=())

    @property
    def units(self) -> int:
        """The bound in whole price units: prices are whole, so it rounds up."""
        return -(-self.scaled // GRID)


def rank_by_cost(problem: Problem, price: IntArray) -> IntArray:
    """Rank moves by the least that must be paid until they are done: what is dear to reach is absorbed last."""
    needs, _ = problem.estimate(price, additive=False)
    return needs[: problem.size] + price


def partition_prices(problem: Problem, bound: Bound) -> Bound:
    """Find landmarks one after another; charge each what is left of the price of its cheapest move; sum the charges.

    Moves whose price is used up cost nothing from then on, so charges never exceed a price and their sum is proven.
    """
    residual, found = problem.cut_landmarks(bound.residual)
    scaled = bound.scaled + sum(charge for charge, _ in found)
    return Bound(scaled, residual, (*bound.landmarks, *(landmark for _, landmark in found)))


def sharpen_landmark(problem: Problem, landmark: Landmark) -> Landmark:
    """Leave out of a landmark the moves without which it is one still, dearest first: what is left is minimal."""
    moves = np.array(landmark)
    others = np.ones(problem.size, dtype=bool)
    others[moves] = False
    rank = np.zeros(problem.size, dtype=np.int64)
    rank[moves[np.lexsort((moves, -problem.price[moves]))]] = np.arange(len(moves))
    return problem.grow_landmark(others, rank)


def weigh_landmarks(
    problem: Problem,
    landmarks: Sequence[Landmark],
    weights: Sequence[int],
    limits: Sequence[tuple[Sequence[int], int]] = (),
    charges: Sequence[int] = (),
) -> Bound:
    """Turn dual weights into a proven bound: what overcharges a move is taken off again.

    A plan that keeps a limit pays at most charge x limit when every unit of weight costs that charge, so prices may be
    raised by it as long as the bound is lowered by as much.
    """
    residual, paid = problem.price * GRID, 0
    for (loads, most), charge in zip(limits, charges, strict=True):
        if charge and charge * max(most, max(loads, default=0)) < CHARGED:
            residual += charge * np.asarray(loads, dtype=np.int64)
            paid += charge * most
    for landmark, weight in zip(landmarks, weights, strict=True):
        if weight:
            residual[list(landmark)] -= weight
    overcharged = int(np.minimum(residual, 0).sum())
    return Bound(sum(weights) + overcharged - paid, np.maximum(residual, 0), tuple(landmarks))


def score_moves(problem: Problem, bound: Bound) -> IntArray:
    """Score every move by the least a minimal plan that contains it pays beyond the bound, in 1/GRID of a unit.

    In a minimal plan the moves before m pay for its needs and a chain after m leads to the goal; with the residuals r
    every plan pays the bound plus its residuals, so this is hmax_r(needs of m) + r_m + chain_r(m).
    """
    before, _ = problem.estimate(bound.residual, additive=False)
    return before[: problem.size] + bound.residual + problem.estimate_onward(bound.residual)


def find_worthwhile(problem: Problem, bound: Bound, best: int) -> IntArray:
    """List the moves that a minimal plan of price ``best`` or less can contain."""
    return np.flatnonzero(score_moves(problem, bound) <= best * GRID - bound.scaled)


def drop_dominated(problem: Problem, loads: Sequence[Sequence[int]] = ()) -> IntArray:
    """List the moves that no other move replaces at no higher price (at the same price: with a smaller id).

    A move replaces another when it gives at least as much of what still matters, needs no more, and is no heavier in
    any of the ``loads`` (weights of the moves, under limits). Levels are capped to the facts of this problem by then,
    without which the comparison would not be sound to make.
    """
    needs = [problem.needs.hold_row(move) for move in range(problem.size)]
    gives = [problem.gives.hold_row(move) for move in range(problem.size)]
    below = _list_lower_facts(problem)
    implied = [frozenset(lower for fact in row for lower in below[fact]) for row in needs]
    givers = [problem.givers.list_row(fact) for fact in range(problem.fact_count)]
    price = problem.price.tolist()
    kept = np.ones(problem.size, dtype=bool)
    for move in range(problem.size):
        rarest = min(gives[move], key=lambda fact: len(givers[fact]))
        for other in givers[rarest]:
            if (
                other != move
                and kept[other]
                and (price[other], other) < (price[move], move)
                and gives[move] <= gives[other]
                and needs[other] <= implied[move]
                and all(load[other] <= load[move] for load in loads)
            ):
                kept[move] = False
                break
    return np.flatnonzero(kept)


def _list_lower_facts(problem: Problem) -> list[list[int]]:
    ladder: dict[int, list[int]] = {}
    for fact, group in enumerate(problem.group.tolist()):
        ladder.setdefault(group, []).append(fact)
    height = problem.height
    return [
        [other for other in ladder[group] if height[other] <= height[fact]]
        for fact, group in enumerate(problem.group.tolist())
    ]
