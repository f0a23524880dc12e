"""Which of several cheapest plans is the answer: fewest moves, then the smallest ids. No two plans tie in that."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np

from engine.bridges.bounds import Landmark
from engine.bridges.heuristics import Plan, drop_superfluous
from engine.bridges.hitting_set import HittingSet
from engine.bridges.problem import Problem

CHUNK = 20
"""Ids settled by one solve: weights 2^19 … 1 keep well inside what a float tells apart."""


Ceiling: TypeAlias = tuple[Sequence[int], int]
"""Weights of the moves of a problem, and the most that chosen moves may weigh together."""


def exceeds(moves: Iterable[int], ceilings: Iterable[Ceiling]) -> bool:
    """Whether moves together weigh more than one of the ceilings allows."""
    chosen = list(moves)
    return any(sum(int(weights[move]) for move in chosen) > most for weights, most in ceilings)


class _LateError(Exception):
    """Time is up before the tie rule is applied in full."""


def settle_ties(
    problem: Problem, plan: Plan, landmarks: Sequence[Landmark], deadline: float, limits: Sequence[Ceiling] = ()
) -> tuple[Plan, bool]:
    """Choose among the cheapest plans that keep the limits; False when time ran out before the choice was certain.

    Plans are compared by their number of moves, then by their sorted ids: the one that holds the smallest id the other
    lacks comes first. ``problem`` must hold every move of every cheapest minimal plan, and ``plan`` be one of them.
    """
    plan = drop_superfluous(problem, plan)
    if problem.size == len(plan):
        return plan, True
    ceilings: list[Ceiling] = [(problem.price.tolist(), problem.total(plan)), *limits]
    model = HittingSet([1] * problem.size)
    for landmark in landmarks:
        model.add_landmark(landmark)
    for weights, most in ceilings:
        model.limit(weights, most)
    try:
        plan = _choose_plan(problem, model, plan, ceilings, deadline)
        model.limit([1] * problem.size, len(plan))
        open_moves = _list_open(problem, model)
        for start in range(0, len(open_moves), CHUNK):
            chunk = open_moves[start : start + CHUNK]
            if not set(plan) & set(open_moves[start:]):
                break
            weights = [0] * problem.size
            for place, move in enumerate(chunk):
                weights[move] = -(1 << (CHUNK - 1 - place))
            model.reprice(weights)
            plan = _choose_plan(problem, model, plan, ceilings, deadline)
            for move in chunk:
                model.fix(move, move in plan)
    except _LateError:
        return plan, False
    return plan, True


def _list_open(problem: Problem, model: HittingSet) -> list[int]:
    """List the moves, smallest id first, that are not in every plan anyway."""
    forced = {landmark[0] for landmark in model.landmarks if len(landmark) == 1}
    return [move for move in range(problem.size) if move not in forced]


def _choose_plan(problem: Problem, model: HittingSet, plan: Plan, ceilings: Sequence[Ceiling], deadline: float) -> Plan:
    """Solve the model until its choice can be carried out as it stands."""
    rank = np.zeros(problem.size, dtype=np.int64)
    while True:
        choice = model.choose(plan, max(0.01, deadline - time.monotonic()))
        if choice is None or not choice.settled or time.monotonic() > deadline:
            raise _LateError
        bought = np.zeros(problem.size, dtype=bool)
        bought[list(choice.moves)] = True
        landmark = problem.grow_landmark(bought, rank)
        if landmark:
            model.add_landmark(landmark)
        elif exceeds(choice.moves, ceilings):  # a share below the solver's tolerance slipped past a row
            model.limit(bought.astype(int).tolist(), len(choice.moves) - 1)
        else:
            return choice.moves
