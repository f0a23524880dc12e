"""Zones: sets of facts that show what anybody without them must still pay, whoever they are.

A zone holds a fact that the role asks for. Whoever has none of its facts must take a move that leads into it from
outside (``ways_in``): one that gives a fact of the zone and needs none. Zones say nothing about the person they were
found for, so what is found for a few people bounds everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush
from typing import Any, cast

import numpy as np

from engine.bridges.kernels import COMPILE_ABOVE, COMPILED_ABOVE, INFINITE, Buffer, IntArray, Ints, compile_kernels
from engine.bridges.move_graph import MoveGraph


@dataclass(frozen=True, slots=True)
class Zone:
    """Facts, and the moves that lead into them from outside; without a way in nobody gets there who is not in it."""

    facts: tuple[int, ...]
    ways_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Charged:
    """Zones found for one person and what was charged for each; the sum is what the person pays at least.

    ``blocked`` is a zone without a way in: the person, and whoever else has none of its facts, cannot reach the role.
    """

    zones: tuple[Zone, ...]
    charges: tuple[int, ...]
    blocked: Zone | None = None


def lower_costs(
    need_ptr: Ints,
    need_idx: Ints,
    wait_ptr: Ints,
    wait_idx: Ints,
    give_ptr: Ints,
    give_idx: Ints,
    price: Ints,
    closed: Ints,
    changed: Ints,
    fact_cost: Buffer,
) -> None:
    """Lower the cost of facts (needs combined by max) to what the changed moves now allow."""
    heap = [(0, 0)]
    heap.pop()
    for move in changed:
        if closed[move]:
            continue
        cost = 0
        for k in range(need_ptr[move], need_ptr[move + 1]):
            cost = max(cost, fact_cost[need_idx[k]])
        if cost < INFINITE:
            total = cost + price[move]
            for k in range(give_ptr[move], give_ptr[move + 1]):
                fact = give_idx[k]
                if total < fact_cost[fact]:
                    fact_cost[fact] = total
                    heappush(heap, (total, fact))
    while heap:
        reached, fact = heappop(heap)
        if reached > fact_cost[fact]:
            continue
        for j in range(wait_ptr[fact], wait_ptr[fact + 1]):
            move = wait_idx[j]
            if closed[move]:
                continue
            cost = 0
            for k in range(need_ptr[move], need_ptr[move + 1]):
                cost = max(cost, fact_cost[need_idx[k]])
            if cost < INFINITE:
                total = cost + price[move]
                for k in range(give_ptr[move], give_ptr[move + 1]):
                    given = give_idx[k]
                    if total < fact_cost[given]:
                        fact_cost[given] = total
                        heappush(heap, (total, given))


def grow_zone(
    need_ptr: Ints,
    need_idx: Ints,
    giver_ptr: Ints,
    giver_idx: Ints,
    price: Ints,
    closed: Ints,
    fact_cost: Ints,
    goal: int,
    inside: Buffer,
    seen: Buffer,
) -> tuple[list[int], list[int]]:
    """Find a zone around a goal and its ways in; no way in is free, and none starts from what cannot be reached.

    A free move into the zone is kept from being a way in by taking its dearest need into the zone: the goal zone of
    LM-cut (Helmert & Domshlak, ICAPS 2009). ``inside`` and ``seen`` are all zero before and after.
    """
    inside[goal] = 1
    zone = [goal]
    ways_in = [0]
    ways_in.pop()
    border = [0]
    border.pop()
    looked = [0]
    looked.pop()
    place = 0
    while place < len(zone):
        fact = zone[place]
        place += 1
        for j in range(giver_ptr[fact], giver_ptr[fact + 1]):
            move = giver_idx[j]
            if seen[move] or closed[move]:
                continue
            seen[move] = 1
            looked.append(move)
            cost, dearest, within = 0, -1, False
            for k in range(need_ptr[move], need_ptr[move + 1]):
                need = need_idx[k]
                if inside[need]:
                    within = True
                elif fact_cost[need] > cost:
                    cost, dearest = fact_cost[need], need
            if within:
                continue
            if dearest >= 0 and (price[move] == 0 or cost >= INFINITE):
                inside[dearest] = 1
                zone.append(dearest)
            else:
                border.append(move)
    for move in border:
        within = False
        for k in range(need_ptr[move], need_ptr[move + 1]):
            if inside[need_idx[k]]:
                within = True
        if not within:
            ways_in.append(move)
    for fact in zone:
        inside[fact] = 0
    for move in looked:
        seen[move] = 0
    return zone, ways_in


@dataclass(frozen=True, slots=True)
class _Loops:
    lower_costs: Callable[..., None]
    grow_zone: Callable[..., tuple[list[int], list[int]]]
    hold: Callable[[IntArray], Ints]


@cache
def _interpret_loops() -> _Loops:
    return _Loops(lower_costs, grow_zone, lambda array: array.tolist())


@cache
def _compile_loops() -> _Loops:
    import numba  # half a second to import, and only large catalogues need it

    jit = cast(Callable[[Callable[..., Any]], Callable[..., Any]], cast(Any, numba).njit(cache=True))
    return _Loops(jit(lower_costs), jit(grow_zone), lambda array: cast(Ints, array.copy()))


def _choose_loops(edges: int) -> _Loops:
    loaded = compile_kernels.cache_info().currsize > 0
    return _compile_loops() if edges > (COMPILED_ABOVE if loaded else COMPILE_ABOVE) else _interpret_loops()


class ZoneFinder:
    """Finds zones over a whole catalogue, for one rate and with some moves closed to everybody."""

    def __init__(self, graph: MoveGraph, prices: Sequence[int], closed: Collection[int] = ()) -> None:
        """Take the catalogue as it stands; ``prices`` are in whole units, ``closed`` are places of moves."""
        loops = _choose_loops(len(graph.needs.idx) + len(graph.gives.idx))
        self._loops = loops
        shut = np.zeros(len(graph.moves), dtype=np.int64)
        shut[list(closed)] = 1
        self._price = np.array(prices, dtype=np.int64)
        self._fact_count = graph.fact_count
        self._closed = loops.hold(shut)
        needs, waits, gives, givers = (
            (loops.hold(rows.ptr), loops.hold(rows.idx))
            for rows in (graph.needs, graph.waits, graph.gives, graph.givers)
        )
        self._forward = (*needs, *waits, *gives)
        self._backward = (*needs, *givers)
        self._every = loops.hold(np.arange(len(graph.moves), dtype=np.int64))
        self._inside = loops.hold(np.zeros(graph.fact_count, dtype=np.int64))
        self._seen = loops.hold(np.zeros(len(graph.moves), dtype=np.int64))

    def charge(self, owned: IntArray, goals: Sequence[int]) -> Charged:
        """Find zone after zone around the dearest goal and charge each its cheapest way in, until every goal is free.

        Args:
            owned: The facts that the person has.
            goals: The facts that the role asks for.
        """
        loops = self._loops
        left = loops.hold(self._price)
        cost = np.full(self._fact_count, INFINITE, dtype=np.int64)
        cost[owned] = 0
        costs = cast(Buffer, loops.hold(cost))
        loops.lower_costs(*self._forward, left, self._closed, self._every, costs)
        zones: list[Zone] = []
        charges: list[int] = []
        while (goal := max(goals, key=lambda fact: costs[fact], default=-1)) >= 0 and costs[goal] > 0:
            facts, ways_in = loops.grow_zone(*self._backward, left, self._closed, costs, goal, self._inside, self._seen)
            zone = Zone(tuple(sorted(map(int, facts))), tuple(sorted(map(int, ways_in))))
            if not ways_in:
                return Charged(tuple(zones), tuple(charges), zone)
            charge = min(int(left[move]) for move in ways_in)
            for move in ways_in:
                cast(Buffer, left)[move] -= charge
            loops.lower_costs(
                *self._forward, left, self._closed, loops.hold(np.array(zone.ways_in, dtype=np.int64)), costs
            )
            zones.append(zone)
            charges.append(charge)
        return Charged(tuple(zones), tuple(charges))
