"""The five loops that the solver's time goes into, over plain integer arrays.

Every function runs as it stands on Python lists, and compiled by numba on int64 arrays: the same source either way, so
small problems pay no compiler and large ones no interpreter. :func:`choose_kernels` decides by size.

A problem is a set of moves over facts, as compressed rows (``ptr``, ``idx``): move -> facts needed, move -> facts
given, fact -> moves waiting for it, fact -> moves giving it. All buffers are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, MutableSequence, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

INFINITE = 1 << 60
COMPILE_ABOVE = 12_000
"""Edges (needs and gives) from which compiled loops pay for loading the compiler; measured at about 10,000."""
COMPILED_ABOVE = 400
"""Edges from which compiled loops are faster once they are loaded."""

Ints: TypeAlias = Sequence[int]
Buffer: TypeAlias = MutableSequence[int]
IntArray: TypeAlias = npt.NDArray[np.int64]


def estimate_costs(
    need_ptr: Ints,
    wait_ptr: Ints,
    wait_idx: Ints,
    give_ptr: Ints,
    give_idx: Ints,
    price: Ints,
    additive: bool,
    fact_cost: Buffer,
    need_cost: Buffer,
    supporter: Buffer,
    missing: Buffer,
) -> None:
    """Fill the cost of every fact, and of the needs of every move, when needs are combined by max or by sum.

    Knuth's generalisation of Dijkstra (1977). ``max`` never overestimates (h_max), ``sum`` never misses a plan (h_add).
    """
    heap = [(0, 0)]
    heap.pop()
    for move in range(len(price)):
        missing[move] = need_ptr[move + 1] - need_ptr[move]
        if missing[move] == 0:
            need_cost[move] = 0
            for k in range(give_ptr[move], give_ptr[move + 1]):
                fact = give_idx[k]
                if price[move] < fact_cost[fact]:
                    fact_cost[fact] = price[move]
                    supporter[fact] = move
                    heappush(heap, (price[move], fact))
        else:
            need_cost[move] = INFINITE
    while heap:
        cost, fact = heappop(heap)
        if cost > fact_cost[fact]:
            continue
        for j in range(wait_ptr[fact], wait_ptr[fact + 1]):
            move = wait_idx[j]
            if need_cost[move] == INFINITE or not additive:
                need_cost[move] = cost
            else:
                need_cost[move] += cost
                if need_cost[move] > INFINITE:
                    need_cost[move] = INFINITE + 1
            missing[move] -= 1
            if missing[move] == 0:
                total = need_cost[move] + price[move]
                for k in range(give_ptr[move], give_ptr[move + 1]):
                    given = give_idx[k]
                    if total < fact_cost[given]:
                        fact_cost[given] = total
                        supporter[given] = move
                        heappush(heap, (total, given))
    for move in range(len(price)):
        if missing[move] > 0:
            need_cost[move] = INFINITE


def estimate_onward(
    need_ptr: Ints,
    need_idx: Ints,
    giver_ptr: Ints,
    giver_idx: Ints,
    price: Ints,
    goal: int,
    fact_cost: Buffer,
    move_cost: Buffer,
) -> None:
    """Fill, for every move, the least price of a chain of later moves that leads from it to the goal."""
    heap = [(0, goal)]
    fact_cost[goal] = 0
    while heap:
        cost, fact = heappop(heap)
        if cost > fact_cost[fact]:
            continue
        for j in range(giver_ptr[fact], giver_ptr[fact + 1]):
            move = giver_idx[j]
            if cost < move_cost[move]:
                move_cost[move] = cost
                total = cost + price[move]
                for k in range(need_ptr[move], need_ptr[move + 1]):
                    needed = need_idx[k]
                    if total < fact_cost[needed]:
                        fact_cost[needed] = total
                        heappush(heap, (total, needed))


def cut_landmarks(
    need_ptr: Ints,
    need_idx: Ints,
    wait_ptr: Ints,
    wait_idx: Ints,
    give_ptr: Ints,
    give_idx: Ints,
    giver_ptr: Ints,
    giver_idx: Ints,
    goal: int,
    residual: Buffer,
    fact_cost: Buffer,
    need_cost: Buffer,
    dearest: Buffer,
    zoned: Buffer,
    taken: Buffer,
) -> list[int]:
    """Find landmarks until moves that cost nothing more reach the goal, charging each to ``residual`` as it is found.

    LM-cut (Helmert & Domshlak, ICAPS 2009): the zone are the facts from which moves used up lead to the goal, each by
    its dearest need; the landmark, the moves that enter it and need nothing of it. Costs fall with every charge and
    are corrected from where they fall, so a landmark takes a look at its surroundings and not at the catalogue.
    ``fact_cost`` and ``need_cost`` come from :func:`estimate_costs`, combined by max; ``dearest`` filled with -1.

    Returns:
        For each landmark its charge, the number of its moves, and the moves.
    """
    heap = [(0, 0)]
    heap.pop()
    found = [0]
    found.pop()
    zone = [0]
    zone.pop()
    cut = [0]
    cut.pop()
    for move in range(len(residual)):
        for k in range(need_ptr[move], need_ptr[move + 1]):
            if dearest[move] < 0 or fact_cost[need_idx[k]] > fact_cost[dearest[move]]:
                dearest[move] = need_idx[k]
    while fact_cost[goal] > 0:
        zone.append(goal)
        zoned[goal] = 1
        at = 0
        while at < len(zone):
            fact = zone[at]
            at += 1
            for j in range(giver_ptr[fact], giver_ptr[fact + 1]):
                move = giver_idx[j]
                if residual[move] == 0 and need_cost[move] < INFINITE and zoned[dearest[move]] == 0:
                    zoned[dearest[move]] = 1
                    zone.append(dearest[move])
        charge = INFINITE
        for fact in zone:
            for j in range(giver_ptr[fact], giver_ptr[fact + 1]):
                move = giver_idx[j]
                if taken[move] == 0 and residual[move] > 0 and need_cost[move] < INFINITE:
                    enters = True
                    for k in range(need_ptr[move], need_ptr[move + 1]):
                        if zoned[need_idx[k]] == 1:
                            enters = False
                    if enters:
                        taken[move] = 1
                        cut.append(move)
                        charge = min(charge, residual[move])
        found.append(charge)
        found.append(len(cut))
        for move in cut:
            found.append(move)
            taken[move] = 0
            residual[move] -= charge
            total = need_cost[move] + residual[move]
            for k in range(give_ptr[move], give_ptr[move + 1]):
                given = give_idx[k]
                if total < fact_cost[given]:
                    fact_cost[given] = total
                    heappush(heap, (total, given))
        for fact in zone:
            zoned[fact] = 0
        zone.clear()
        cut.clear()
        while heap:
            cost, fact = heappop(heap)
            if cost > fact_cost[fact]:
                continue
            for j in range(wait_ptr[fact], wait_ptr[fact + 1]):
                move = wait_idx[j]
                if need_cost[move] < INFINITE and dearest[move] == fact:
                    most = fact
                    for k in range(need_ptr[move], need_ptr[move + 1]):
                        if fact_cost[need_idx[k]] > fact_cost[most]:
                            most = need_idx[k]
                    dearest[move] = most
                    if fact_cost[most] < need_cost[move]:
                        need_cost[move] = fact_cost[most]
                        total = need_cost[move] + residual[move]
                        for k in range(give_ptr[move], give_ptr[move + 1]):
                            given = give_idx[k]
                            if total < fact_cost[given]:
                                fact_cost[given] = total
                                heappush(heap, (total, given))
    return found


def grow_landmark(
    need_ptr: Ints,
    wait_ptr: Ints,
    wait_idx: Ints,
    give_ptr: Ints,
    give_idx: Ints,
    bought: Ints,
    rank: Ints,
    goal: int,
    have: Buffer,
    missing: Buffer,
) -> list[int]:
    """Find moves of which every plan needs one, none of them bought; empty when the bought moves reach the goal.

    Carries out what is bought, then absorbs every further move in order of ``rank`` unless it would let the goal be
    reached. What had to be refused is a minimal disjunctive landmark (Haslum, Slaney & Thiebaux, ICAPS 2012).
    """
    frontier = [(0, 0)]
    frontier.pop()
    opened = [0]
    opened.pop()
    trail = [0]
    trail.pop()
    stack = [0]
    stack.pop()
    refused = [0]
    refused.pop()
    for move in range(len(need_ptr) - 1):
        missing[move] = need_ptr[move + 1] - need_ptr[move]
        if missing[move] == 0:
            if bought[move]:
                stack.append(move)
            else:
                heappush(frontier, (rank[move], move))
    candidate = -1
    while True:
        trail.clear()
        opened.clear()
        while stack:
            move = stack.pop()
            for k in range(give_ptr[move], give_ptr[move + 1]):
                fact = give_idx[k]
                if have[fact] == 0:
                    have[fact] = 1
                    trail.append(fact)
                    for j in range(wait_ptr[fact], wait_ptr[fact + 1]):
                        waiting = wait_idx[j]
                        missing[waiting] -= 1
                        if missing[waiting] == 0:
                            if bought[waiting]:
                                stack.append(waiting)
                            else:
                                opened.append(waiting)
            if have[goal] == 1:
                break
        if have[goal] == 1:
            if candidate < 0:
                return refused
            stack.clear()
            for fact in trail:
                have[fact] = 0
                for j in range(wait_ptr[fact], wait_ptr[fact + 1]):
                    missing[wait_idx[j]] += 1
            refused.append(candidate)
        else:
            for move in opened:
                heappush(frontier, (rank[move], move))
        if not frontier:
            return refused
        _, candidate = heappop(frontier)
        stack.append(candidate)


@dataclass(frozen=True, slots=True)
class Kernels:
    """The loops and the buffers they take, either interpreted or compiled."""

    estimate_costs: Callable[..., None]
    estimate_onward: Callable[..., None]
    cut_landmarks: Callable[..., list[int]]
    grow_landmark: Callable[..., list[int]]
    hold: Callable[[IntArray], Ints]
    fill: Callable[[int, int], Buffer]


def _fill_list(size: int, value: int) -> Buffer:
    return [value] * size


def _fill_array(size: int, value: int) -> Buffer:
    return cast(Buffer, np.full(size, value, dtype=np.int64))


@cache
def interpret_kernels() -> Kernels:
    """Give the loops as Python runs them, on lists."""
    return Kernels(
        estimate_costs, estimate_onward, cut_landmarks, grow_landmark, lambda array: array.tolist(), _fill_list
    )


@cache
def compile_kernels() -> Kernels:
    """Give the loops compiled (once a machine, kept in numba's cache), on int64 arrays."""
    import numba  # half a second to import, and only large problems need it

    jit = cast(Callable[[Callable[..., Any]], Callable[..., Any]], cast(Any, numba).njit(cache=True))
    return Kernels(
        jit(estimate_costs),
        jit(estimate_onward),
        jit(cut_landmarks),
        jit(grow_landmark),
        lambda array: cast(Ints, array),
        _fill_array,
    )


def choose_kernels(edges: int) -> Kernels:
    """Choose interpreted loops for small problems and compiled ones for large problems."""
    loaded = compile_kernels.cache_info().currsize > 0
    return compile_kernels() if edges > (COMPILED_ABOVE if loaded else COMPILE_ABOVE) else interpret_kernels()
