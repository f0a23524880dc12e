"""One person, one target, as the small problem the solver works on: moves over facts still missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.bridges.kernels import INFINITE, IntArray, Ints, Kernels, choose_kernels

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Compressed rows: row ``i`` holds ``idx[ptr[i]:ptr[i + 1]]``."""

    ptr: IntArray
    idx: IntArray

    @classmethod
    def from_pairs(cls, rows: IntArray, values: IntArray, count: int) -> Rows:
        """Collect (row, value) pairs, values ascending inside a row."""
        # One key a pair: sorting it in place is several times faster than sorting by two keys.
        span = int(values.max(initial=0)) + 1
        keys = rows.astype(np.int64) * span + values
        keys.sort()
        counts = np.bincount(rows, minlength=count) if len(rows) else np.zeros(count, dtype=np.int64)
        ptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])
        return cls(ptr, keys % span)

    def gather(self, rows: IntArray) -> IntArray:
        """Join the values of several rows."""
        starts, sizes = self.ptr[rows], self.ptr[rows + 1] - self.ptr[rows]
        total = int(sizes.sum())
        if total == 0:
            return np.zeros(0, dtype=np.int64)
        ends = np.cumsum(sizes)
        return self.idx[np.arange(total, dtype=np.int64) + np.repeat(starts - ends + sizes, sizes)]

    @cached_property
    def _sets(self) -> dict[int, frozenset[int]]:
        return {}

    @cached_property
    def _lists(self) -> tuple[list[int], list[int]]:
        return self.ptr.tolist(), self.idx.tolist()

    def list_row(self, row: int) -> list[int]:
        """List the values of one row."""
        ptr, idx = self._lists
        return idx[ptr[row] : ptr[row + 1]]

    def hold_row(self, row: int) -> frozenset[int]:
        """Give the values of one row as a set, kept for the next time."""
        held = self._sets.get(row)
        if held is None:
            held = self._sets[row] = frozenset(self.list_row(row))
        return held

    def list_owners(self) -> IntArray:
        """Name the row of every stored value."""
        return np.repeat(np.arange(len(self.ptr) - 1, dtype=np.int64), np.diff(self.ptr))

    def turn(self, count: int) -> Rows:
        """Swap rows and values."""
        return Rows.from_pairs(self.idx, self.list_owners(), count)


@dataclass(frozen=True)
class Problem:
    """Moves that can start and matter, over the facts still missing; the goal is the last move and the last fact.

    Moves are in ascending order of id, so that comparing indices compares ids. ``origin`` leads back to the catalogue.
    ``group`` and ``height`` say which facts are levels of one skill: a higher one implies the lower ones.
    """

    needs: Rows
    gives: Rows
    price: IntArray
    origin: IntArray
    group: IntArray
    height: npt.NDArray[np.float64]

    @cached_property
    def waits(self) -> Rows:
        """Fact -> moves that need it."""
        return self.needs.turn(self.fact_count)

    @cached_property
    def givers(self) -> Rows:
        """Fact -> moves that give it."""
        return self.gives.turn(self.fact_count)

    @cached_property
    def place(self) -> dict[int, int]:
        """Catalogue index of a move -> its index here."""
        return {origin: move for move, origin in enumerate(self.origin.tolist())}

    @property
    def fact_count(self) -> int:
        """Count the facts, the goal among them."""
        return len(self.group)

    @property
    def size(self) -> int:
        """Count the moves, the goal not among them."""
        return len(self.origin)

    @property
    def goal(self) -> int:
        """Name the fact that stands for "every requirement is met"."""
        return self.fact_count - 1

    @cached_property
    def kernels(self) -> Kernels:
        """The loops fit for the size of this problem."""
        return choose_kernels(len(self.needs.idx) + len(self.gives.idx))

    @cached_property
    def held(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints]:
        """The rows as the kernels read them: needs, waits, gives, givers, each ptr and idx."""
        hold = self.kernels.hold
        rows = (self.needs, self.waits, self.gives, self.givers)
        flat = [hold(array) for row in rows for array in (row.ptr, row.idx)]
        return (flat[0], flat[1], flat[2], flat[3], flat[4], flat[5], flat[6], flat[7])

    def estimate(self, price: IntArray, *, additive: bool) -> tuple[IntArray, list[int]]:
        """Estimate what the needs of every move cost (goal move last), and the cheapest giver of every fact."""
        need_ptr, _, wait_ptr, wait_idx, give_ptr, give_idx, _, _ = self.held
        kernels, count = self.kernels, self.size + 1
        fact_cost = kernels.fill(self.fact_count, INFINITE)
        need_cost, supporter = kernels.fill(count, 0), kernels.fill(self.fact_count, -1)
        prices = kernels.hold(np.append(price, 0))
        missing = kernels.fill(count, 0)
        kernels.estimate_costs(
            need_ptr, wait_ptr, wait_idx, give_ptr, give_idx, prices, additive, fact_cost, need_cost, supporter, missing
        )
        return np.asarray(need_cost, dtype=np.int64), list(supporter)

    def estimate_onward(self, price: IntArray) -> IntArray:
        """Estimate the least price of a chain of moves from the end of each move to the goal."""
        need_ptr, need_idx, _, _, _, _, giver_ptr, giver_idx = self.held
        kernels = self.kernels
        fact_cost, move_cost = kernels.fill(self.fact_count, INFINITE), kernels.fill(self.size + 1, INFINITE)
        prices = kernels.hold(np.append(price, 0))
        kernels.estimate_onward(need_ptr, need_idx, giver_ptr, giver_idx, prices, self.goal, fact_cost, move_cost)
        return np.asarray(move_cost, dtype=np.int64)[: self.size]

    def cut_landmarks(self, residual: IntArray) -> tuple[IntArray, list[tuple[int, tuple[int, ...]]]]:
        """Charge landmarks to what is left of prices until that leads to the goal for nothing.

        Returns:
            What is left of every price, and the landmarks with their charges, in the order found.
        """
        kernels, count = self.kernels, self.size + 1
        left = kernels.fill(count, 0)
        left[:] = kernels.hold(np.append(residual, 0))
        need_ptr, need_idx, wait_ptr, wait_idx, give_ptr, give_idx, giver_ptr, giver_idx = self.held
        fact_cost, need_cost = kernels.fill(self.fact_count, INFINITE), kernels.fill(count, 0)
        kernels.estimate_costs(
            need_ptr, wait_ptr, wait_idx, give_ptr, give_idx, left, False, fact_cost, need_cost,
            kernels.fill(self.fact_count, -1), kernels.fill(count, 0),
        )  # fmt: skip
        flat = kernels.cut_landmarks(
            need_ptr, need_idx, wait_ptr, wait_idx, give_ptr, give_idx, giver_ptr, giver_idx, self.goal, left,
            fact_cost, need_cost, kernels.fill(count, -1),
            kernels.fill(self.fact_count, 0), kernels.fill(count, 0),
        )  # fmt: skip
        found: list[tuple[int, tuple[int, ...]]] = []
        at = 0
        while at < len(flat):
            size = int(flat[at + 1])
            found.append((int(flat[at]), tuple(sorted(int(move) for move in flat[at + 2 : at + 2 + size]))))
            at += 2 + size
        return np.asarray(left, dtype=np.int64)[: self.size], found

    def grow_landmark(self, bought: Mask, rank: IntArray) -> tuple[int, ...]:
        """Find moves of which every plan needs one, none bought; empty when what is bought reaches the goal."""
        need_ptr, _, wait_ptr, wait_idx, give_ptr, give_idx, _, _ = self.held
        kernels = self.kernels
        found = kernels.grow_landmark(
            need_ptr,
            wait_ptr,
            wait_idx,
            give_ptr,
            give_idx,
            kernels.hold(np.append(bought, True).astype(np.int64)),
            kernels.hold(np.append(rank, 0)),
            self.goal,
            kernels.fill(self.fact_count, 0),
            kernels.fill(self.size + 1, 0),
        )
        return tuple(sorted(int(move) for move in found))

    def order_moves(self, chosen: Iterable[int]) -> tuple[int, ...] | None:
        """Put moves into an order that can be carried out (smallest id first), or None when the goal is not reached."""
        waiting = sorted(set(chosen))
        needs, gives = self.needs.list_row, self.gives.list_row
        have: set[int] = set()
        order: list[int] = []
        while waiting:
            ready = next((move for move in waiting if have.issuperset(needs(move))), None)
            if ready is None:
                break
            waiting.remove(ready)
            order.append(ready)
            have.update(gives(ready))
        return tuple(order) if not waiting and have.issuperset(needs(self.size)) else None

    def reaches_goal(self, chosen: Iterable[int]) -> bool:
        """Carry out what can be carried out of these moves, and say whether the goal is then reached."""
        needs, gives = self.needs.hold_row, self.gives.hold_row
        have: set[int] = set()
        waiting = [(needs(move), gives(move)) for move in chosen]
        while True:
            blocked: list[tuple[frozenset[int], frozenset[int]]] = []
            for pair in waiting:
                if pair[0] <= have:
                    have |= pair[1]
                else:
                    blocked.append(pair)
            if len(blocked) == len(waiting):
                return needs(self.size) <= have
            waiting = blocked

    def total(self, chosen: Iterable[int]) -> int:
        """Sum prices in whole units."""
        return sum(int(self.price[move]) for move in set(chosen))

    def restrict(self, keep: Sequence[int] | IntArray) -> Problem | None:
        """Build the same problem with these moves only, less what can then not start or matter; None without a plan."""
        allowed = np.zeros(self.size + 1, dtype=bool)
        allowed[np.asarray(keep, dtype=np.int64)] = True
        allowed[self.size] = True
        nothing = np.zeros(self.fact_count, dtype=bool)
        fired, have = fire_forward(self.needs, self.waits, self.gives, allowed, nothing)
        if not have[self.goal]:
            return None
        moves, facts = find_relevant(self.needs, self.givers, fired, nothing, np.array([self.goal]))
        kept = np.flatnonzero(moves)[:-1]
        return Problem(
            Rows.from_pairs(*cut_rows(self.needs, moves, facts), len(kept) + 1),
            Rows.from_pairs(*cut_rows(self.gives, moves, facts), len(kept) + 1),
            self.price[kept],
            self.origin[kept],
            self.group[facts],
            self.height[facts],
        )


def fire_forward(needs: Rows, waits: Rows, gives: Rows, allowed: Mask, owned: Mask) -> tuple[Mask, Mask]:
    """Mark every allowed move that can ever start, and every fact that can ever hold."""
    count = len(allowed)
    missing, have = np.diff(needs.ptr), owned.copy()
    missing -= np.bincount(waits.gather(np.flatnonzero(owned)), minlength=count)
    fired = np.zeros(count, dtype=bool)
    front = np.flatnonzero((missing == 0) & allowed)
    while front.size:
        fired[front] = True
        facts = _list_new(gives.gather(front), have)
        have[facts] = True
        missing -= np.bincount(waits.gather(facts), minlength=count)
        front = np.flatnonzero((missing == 0) & allowed & ~fired)
    return fired, have


def find_relevant(needs: Rows, givers: Rows, fired: Mask, owned: Mask, goals: IntArray) -> tuple[Mask, Mask]:
    """Mark the moves that can start and serve a goal, and the facts between them that are not owned."""
    moves, facts = np.zeros(len(fired), dtype=bool), np.zeros(len(owned), dtype=bool)
    front = goals
    while front.size:
        facts[front] = True
        serving = _list_new(givers.gather(front), moves | ~fired)
        moves[serving] = True
        front = _list_new(needs.gather(serving), facts | owned)
    return moves, facts


def _list_new(found: IntArray, known: Mask) -> IntArray:
    """List, ascending and each once, what is found and not known."""
    new = np.zeros(len(known), dtype=bool)
    new[found] = True
    return np.flatnonzero(new & ~known)


def cut_rows(rows: Rows, moves: Mask, facts: Mask) -> tuple[IntArray, IntArray]:
    """Take the (move, fact) pairs of the marked moves and facts, both renumbered."""
    owners = rows.list_owners()
    kept = moves[owners] & facts[rows.idx]
    return (np.cumsum(moves) - 1)[owners[kept]], (np.cumsum(facts) - 1)[rows.idx[kept]]
