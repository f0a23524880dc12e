"""Plans found fast: an upper bound for the proof to close on, and the answer when time runs out."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence

from engine.bridges.kernels import INFINITE, IntArray
from engine.bridges.problem import Problem

Plan = tuple[int, ...]


def find_plan(problem: Problem, price: IntArray) -> Plan | None:
    """Take the cheapest giver of every fact, needs summed (h_add), backwards from the goal; None when it is shut off.

    Sums double with every shared need and may outgrow what can be counted; then needs are compared by their dearest.
    """
    _, supporter = problem.estimate(price, additive=True)
    if supporter[problem.goal] < 0:
        _, supporter = problem.estimate(price, additive=False)
    if supporter[problem.goal] < 0:
        return None
    return tuple(sorted(trace_support(problem, supporter, [problem.goal]) - {problem.size}))


def trace_support(problem: Problem, supporter: Sequence[int], facts: Iterable[int]) -> set[int]:
    """Collect the givers of facts, of what those need, and so on back to what can start."""
    chosen: set[int] = set()
    waiting = list(facts)
    while waiting:
        move = int(supporter[waiting.pop()])
        if move not in chosen:
            chosen.add(move)
            waiting += problem.needs.list_row(move)
    return chosen


def drop_superfluous(problem: Problem, plan: Iterable[int]) -> Plan:
    """Leave out, dearest first, every move without which the goal is still reached."""
    kept = set(plan)
    for move in sorted(kept, key=lambda move: (-problem.price[move], -move)):
        if problem.reaches_goal(kept - {move}):
            kept.remove(move)
    return tuple(sorted(kept))


def repair_plan(problem: Problem, held: Collection[int], shut: Collection[int] = ()) -> Plan | None:
    """Complete a set of moves to a plan, those moves free and the ``shut`` ones not to be had; None when impossible."""
    price = problem.price.copy()
    price[list(held)] = 0
    price[list(shut)] = INFINITE
    plan = find_plan(problem, price)
    return None if plan is None else drop_superfluous(problem, plan)


def improve_plan(problem: Problem, plan: Plan, deadline: float) -> Plan:
    """Shut one move of the plan after another, complete the rest anew, and keep what is cheaper, until nothing is."""
    best, price = plan, problem.total(plan)
    improved = True
    while improved:
        improved = False
        for move in sorted(best, key=lambda move: (-problem.price[move], move)):
            if problem.price[move] == 0 or time.monotonic() > deadline:
                continue
            other = repair_plan(problem, [held for held in best if held != move], [move])
            if other is not None and problem.total(other) < price:
                best, price, improved = other, problem.total(other), True
                break
    return best
