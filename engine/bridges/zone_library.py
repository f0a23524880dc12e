"""The zones found so far for a role, weighed so that together they say of everybody what they must pay at least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from engine.bridges.hitting_set import GRID
from engine.bridges.kernels import IntArray
from engine.bridges.problem import Mask, Rows
from engine.bridges.zones import Charged, Zone

CHUNK = 20_000
"""People weighed at a time: what is unpacked of them then stays below some ten megabytes."""
WORD = 64


class ZoneLibrary:
    """Zones over one catalogue at one rate, and the people whose gaps they are weighed for."""

    def __init__(self, prices: Sequence[int], fact_count: int) -> None:
        """Start without zones; ``prices`` are in whole units."""
        self._prices = prices
        self._fact_count = fact_count
        self._zones: dict[tuple[int, ...], Zone] = {}
        self._patterns: list[IntArray] = []

    def add(self, charged: Charged, owned: IntArray) -> None:
        """Keep the zones found for somebody, and weigh for the like of them from now on."""
        for zone in charged.zones:
            self._zones.setdefault(zone.facts, zone)
        self._patterns.append(owned)

    def weigh(self) -> tuple[tuple[Zone, ...], tuple[int, ...]]:
        """Weigh the zones so that the bounds of all added people sum to the most; weights are in 1/GRID of a unit.

        No move is charged more than its price by all the zones it leads into, so the zones that hold for somebody bound
        what they pay by the sum of their weights.
        """
        from scipy.optimize import linprog  # only this needs it
        from scipy.sparse import csr_array

        zones = tuple(self._zones.values())
        if not zones:
            return (), ()
        hits = mark_hits(zones, self._fact_count)
        gain = np.zeros(len(zones))
        for owned in self._patterns:
            gain += ~_unpack(np.bitwise_or.reduce(hits[owned], axis=0, initial=0)[None, :], len(zones))[0]
        rows: dict[int, int] = {}
        pairs = [(rows.setdefault(move, len(rows)), place) for place, zone in enumerate(zones) for move in zone.ways_in]
        flat = np.array(pairs, dtype=np.int64)
        charged = csr_array((np.ones(len(flat)), (flat[:, 0], flat[:, 1])), shape=(len(rows), len(zones)))
        most = np.array([self._prices[move] for move in rows], dtype=np.float64)
        # The stubs of scipy know dense matrices only.
        answer = cast(Any, linprog)(-gain, A_ub=charged, b_ub=most, bounds=(0, None), method="highs")
        if answer.x is None:
            return (), ()
        shares: npt.NDArray[np.float64] = answer.x
        weights = np.floor(np.maximum(shares, 0.0) * GRID).astype(np.int64)
        return zones, tuple(self._repair(zones, weights).tolist())

    def _repair(self, zones: Sequence[Zone], weights: IntArray) -> IntArray:
        """Take off what overcharges a move: the solver answers within a tolerance, the bound has none."""
        left = {move: self._prices[move] * GRID for zone in zones for move in zone.ways_in}
        for place, zone in enumerate(zones):
            weights[place] = min(int(weights[place]), *(left[move] for move in zone.ways_in))
            if weights[place]:
                for move in zone.ways_in:
                    left[move] -= int(weights[place])
        return weights


def mark_hits(zones: Sequence[Zone], fact_count: int) -> npt.NDArray[np.uint64]:
    """Mark, for each fact, the zones it is in: a bit a zone."""
    words = -(-len(zones) // WORD)
    hits = np.zeros((fact_count, words), dtype="<u8")
    for place, zone in enumerate(zones):
        hits[list(zone.facts), place // WORD] |= np.uint64(1 << (place % WORD))
    return hits


def bound_people(
    zones: Sequence[Zone], weights: Sequence[int], owned: Rows, people: IntArray, fact_count: int
) -> IntArray:
    """Sum, for each of these people, the weights of the zones they have no fact of, in 1/GRID of a unit."""
    used = [place for place, weight in enumerate(weights) if weight]
    if not used:
        return np.zeros(len(people), dtype=np.int64)
    kept = [zones[place] for place in used]
    total = sum(weights)
    # Whole numbers below 2^53 are exact in doubles, and doubles are multiplied much faster than integers.
    heavy = np.array([weights[place] for place in used], dtype=np.float64 if total < 1 << 53 else np.int64)
    hits = mark_hits(kept, fact_count)
    bounds = np.empty(len(people), dtype=np.int64)
    for start in range(0, len(people), CHUNK):
        part = people[start : start + CHUNK]
        lost = _unpack(collect_hits(hits, owned, part), len(kept)).astype(heavy.dtype) @ heavy
        bounds[start : start + CHUNK] = total - lost.astype(np.int64)
    return bounds


def find_outside(zone: Zone, owned: Rows, people: IntArray, fact_count: int) -> Mask:
    """Mark those of these people who have no fact of a zone."""
    return ~_unpack(collect_hits(mark_hits([zone], fact_count), owned, people), 1)[:, 0]


def collect_hits(hits: npt.NDArray[np.uint64], owned: Rows, people: IntArray) -> npt.NDArray[np.uint64]:
    """Collect, for each of these people, the zones that some fact of theirs is in."""
    sizes = owned.ptr[people + 1] - owned.ptr[people]
    facts = owned.gather(people)
    counted = np.asarray(hits.any(axis=1))[facts]
    owners = np.repeat(np.arange(len(people)), sizes)[counted]
    marks = hits[facts[counted]]
    collected = np.zeros((len(people), hits.shape[1]), dtype="<u8")
    if len(owners):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        collected[owners[starts]] = np.bitwise_or.reduceat(marks, starts, axis=0)
    return collected


def _unpack(words: npt.NDArray[np.uint64], count: int) -> Mask:
    """Unpack bits into a truth value a zone."""
    return np.unpackbits(words.view(np.uint8), axis=1, count=count, bitorder="little").astype(bool)
