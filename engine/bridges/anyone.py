"""Who has the cheapest bridge to a role: bounds for everybody at once, proofs only where the bounds cannot decide.

Whoever is next by what they must pay at least is looked at closer: first zones are found for them, which bound
everybody anew; the second time their bridge is proven. It ends when nobody left can be cheaper than the last of the
list, so the list is exact whatever the zones are worth; they only decide how many proofs it takes.
"""

from __future__ import annotations

import math
import time
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from engine.bridges.crowd import Crowd
from engine.bridges.hitting_set import GRID
from engine.bridges.kernels import IntArray
from engine.bridges.move_graph import MoveGraph
from engine.bridges.problem import Mask, Rows
from engine.bridges.zone_library import ZoneLibrary, bound_people, find_outside
from engine.bridges.zones import Zone, ZoneFinder

MICRO = 1_000_000
"""Amounts of people at different rates are compared in millionths of the currency: no price has finer parts."""
FIRST_ROUND = 8
"""People looked at closer before the zones are weighed for the first time; each round is half as long again."""
GROWTH = 1.5
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Standing:
    """Someone of the list: their place in the crowd, and the price of their bridge in millionths of the currency."""

    place: int
    price: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The people with the cheapest bridges.

    Attributes:
        standings: Cheapest first, ties by place in the crowd, which is by id. All are proven; where ``complete`` is
            False others may stand between them.
        complete: Whether it is certain that nobody else belongs among them.
        at_least: What the last of the full list costs at least, in millionths; its price once that is complete. None
            when fewer people than asked for can reach the role.
        ready: People who meet the role already.
        unreachable: People found to have no bridge; who was not looked at is not among them.
        bounded: People for whom zones were found.
        solved: People whose bridge was proven.
        bound_seconds: Time spent on bounds.
        solve_seconds: Time spent on proofs.
    """

    standings: tuple[Standing, ...]
    complete: bool
    at_least: int | None
    ready: int
    unreachable: int
    bounded: int
    solved: int
    bound_seconds: float
    solve_seconds: float


@dataclass(frozen=True, slots=True)
class Proof:
    """What one person's bridge costs and what it costs at least, in millionths; equal unless time ran out."""

    price: int
    at_least: int


Prove = Callable[[int], Proof | None]
"""Prices the bridge of the person at a place; None where there is none."""


class Bounds:
    """What everybody must pay at least to meet a role: raised round by round, never above the true price."""

    def __init__(
        self, graph: MoveGraph, crowd: Crowd, owned: Rows, requires: Mapping[str, float], closed: Sequence[int]
    ) -> None:
        """Start from nothing: 0 for everybody, but for those who lack what no move gives."""
        self._fact_count = graph.fact_count
        self._rates = crowd.rates
        self.unmet = np.zeros(len(crowd.ids), dtype=np.int64)
        self.at_least = np.zeros(len(crowd.ids), dtype=np.int64)
        self._goals: list[int] = []
        spared: list[tuple[IntArray, int]] = []
        for skill, level in sorted(requires.items()):
            levels = crowd.list_levels(skill)
            self.unmet += levels < level
            fact = graph.find_fact(skill, level)
            if fact is None:
                self.at_least[levels < level] = NEVER
            else:
                self._goals.append(fact)
                # Moves may name no level between what is asked and what the fact stands for: who is there is done.
                spared.append((np.flatnonzero((levels >= level) & (levels < graph.height[fact])), fact))
        self._owned = _add_facts(owned, spared)
        low, high = (float(crowd.rates.min()), float(crowd.rates.max())) if len(crowd.ids) else (0.0, 0.0)
        self._views = [_View(graph, rate, closed) for rate in ((low,) if low == high else (low, high))]

    def look_closer(self, place: int) -> None:
        """Find zones for one person and raise their bound; who cannot reach the role is never looked at again."""
        owned = self._owned.gather(np.array([place]))
        found: list[int] = []
        for view in self._views:
            charged = view.finder.charge(owned, self._goals)
            if charged.blocked is not None:
                self._shut_out(charged.blocked)
                return
            view.library.add(charged, owned)
            found.append(sum(charged.charges) * GRID)
        raised = self._join([np.array([amount]) for amount in found], np.array([place]))
        self.at_least[place] = max(int(self.at_least[place]), int(raised[0]))

    def weigh(self, people: IntArray) -> None:
        """Weigh all zones found so far and raise the bounds of these people."""
        found: list[IntArray] = []
        for view in self._views:
            zones, weights = view.library.weigh()
            found.append(bound_people(zones, weights, self._owned, people, self._fact_count))
        self.at_least[people] = np.maximum(self.at_least[people], self._join(found, people))

    def _shut_out(self, zone: Zone) -> None:
        everybody = np.arange(len(self.at_least))
        self.at_least[find_outside(zone, self._owned, everybody, self._fact_count)] = NEVER

    def _join(self, found: Sequence[IntArray], people: IntArray) -> IntArray:
        """Bring bounds in 1/GRID of units at the lowest and at the highest rate to each person's own, in millionths.

        A plan's price is a straight line in the rate and the cheapest of several plans is never below the line between
        two rates, so neither is a bound drawn between the two.
        """
        exact = [_ceil_to(amounts, GRID) * view.unit for amounts, view in zip(found, self._views, strict=True)]
        if len(exact) == 1:
            return exact[0]
        rates, (low, high) = self._rates[people], (view.rate for view in self._views)
        share = (rates - low) / (high - low)
        between = np.floor((exact[0] * (1.0 - share) + exact[1] * share) * (1.0 - 1e-12)).astype(np.int64)
        # A cent off covers what rounding the shares and rounding prices to millionths may add.
        between = np.maximum(0, between - MICRO // 100)
        return np.where(rates == low, exact[0], np.where(rates == high, exact[1], between))


@dataclass(frozen=True)
class _View:
    """The catalogue at one rate, with the zones found at it."""

    graph: MoveGraph
    rate: float
    closed: Sequence[int]

    @cached_property
    def unit(self) -> int:
        """A price unit in millionths of the currency."""
        return count_micro(1, self.graph.price(self.rate).unit)

    @cached_property
    def finder(self) -> ZoneFinder:
        return ZoneFinder(self.graph, self.graph.price(self.rate).prices, self.closed)

    @cached_property
    def library(self) -> ZoneLibrary:
        return ZoneLibrary(self.graph.price(self.rate).prices, self.graph.fact_count)


def count_micro(units: int, unit: Decimal) -> int:
    """Express whole price units in millionths of the currency."""
    return int(units * unit * MICRO)


def find_nearest(
    graph: MoveGraph,
    crowd: Crowd,
    owned: Rows,
    requires: Mapping[str, float],
    prove: Prove,
    *,
    top: int,
    closed: Sequence[int] = (),
    deadline: float = math.inf,
) -> Nearest:
    """Find the people with the cheapest bridges to a role, proven.

    Args:
        graph: The catalogue, compiled once for everybody.
        crowd: The people who come into question.
        owned: The facts they have: :meth:`engine.bridges.crowd.Crowd.own_facts`, gathered once a catalogue.
        requires: The levels that the role asks for.
        prove: Prices the bridge of one person exactly; must never answer less than the bounds allow.
        top: How many people.
        closed: Places of moves that nobody may use.
        deadline: On the clock of ``time.monotonic``; the answer may then be incomplete, and says what is certain.
    """
    started = time.perf_counter()
    bounds = Bounds(graph, crowd, owned, requires, closed)
    ready = np.flatnonzero((bounds.unmet == 0) & (bounds.at_least == 0))
    standings = [(0, int(place)) for place in ready[:top]]
    open_ = bounds.unmet > 0
    looked = np.zeros(len(crowd.ids), dtype=bool)
    proven: dict[int, int | None] = {}
    round_, since, solve_seconds, complete = FIRST_ROUND, 0, 0.0, False
    while True:
        front = _find_front(bounds.at_least, open_, standings[top - 1] if len(standings) >= top else None)
        complete = not len(front)
        if complete or time.monotonic() > deadline:
            break
        tried = front[looked[front]]
        if len(tried):
            place = int(tried[0])
            before = time.perf_counter()
            proof = prove(place)
            solve_seconds += time.perf_counter() - before
            if proof is not None and proof.price > proof.at_least:
                bounds.at_least[place] = max(int(bounds.at_least[place]), proof.at_least)
                continue
            proven[place] = proof.price if proof else None
            open_[place] = False
            if proof is not None:
                insort(standings, (proof.price, place))
            continue
        place = int(front[np.argmin(bounds.unmet[front])])
        looked[place] = True
        bounds.look_closer(place)
        since += 1
        if since >= round_:
            most = standings[top - 1][0] if len(standings) >= top else NEVER - 1
            bounds.weigh(np.flatnonzero(open_ & (bounds.at_least <= most)))
            round_, since = math.ceil(round_ * GROWTH), 0
    taken = time.perf_counter() - started
    settled = [price for price in proven.values() if price is not None] + [0] * len(ready)
    return Nearest(
        standings=tuple(Standing(place, price) for price, place in standings[:top]),
        complete=complete,
        at_least=_find_least(np.concatenate([bounds.at_least[open_], np.array(settled, dtype=np.int64)]), top),
        ready=len(ready),
        unreachable=int((open_ & (bounds.at_least == NEVER)).sum()) + sum(price is None for price in proven.values()),
        bounded=int(looked.sum()),
        solved=len(proven),
        bound_seconds=taken - solve_seconds,
        solve_seconds=solve_seconds,
    )


def _find_front(at_least: IntArray, open_: Mask, last: tuple[int, int] | None) -> IntArray:
    """List the people who may be the next of the list by their bound, in order of place; empty when none may."""
    amounts = np.where(open_, at_least, NEVER)
    least = int(amounts.min(initial=NEVER))
    if least == NEVER or (last is not None and least > last[0]):
        return np.zeros(0, dtype=np.int64)
    front = np.flatnonzero(amounts == least)
    return front[front < last[1]] if last is not None and least == last[0] else front


def _find_least(amounts: IntArray, top: int) -> int | None:
    """Find the ``top``-th smallest amount; None where there are not so many."""
    if len(amounts) < top:
        return None
    amount = int(np.partition(amounts, top - 1)[top - 1])
    return None if amount == NEVER else amount


def _ceil_to(amounts: IntArray, step: int) -> IntArray:
    return -(-amounts // step)


def _add_facts(owned: Rows, added: Sequence[tuple[IntArray, int]]) -> Rows:
    """Add a fact to the rows of some people."""
    if not any(len(people) for people, _ in added):
        return owned
    people = np.concatenate([who for who, _ in added])
    facts = np.concatenate([np.full(len(who), fact, dtype=np.int64) for who, fact in added])
    # In the order of people, because rows without facts begin where others end.
    order = np.argsort(people, kind="stable")
    more = np.append(0, np.cumsum(np.bincount(people, minlength=len(owned.ptr) - 1)))
    return Rows(owned.ptr + more, np.insert(owned.idx, owned.ptr[people[order] + 1], facts[order]))
