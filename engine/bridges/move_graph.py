"""The catalogue of moves compiled once for everybody: facts, who needs them, who gives them, prices."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.bridges.kernels import IntArray
from engine.bridges.moves import Move
from engine.bridges.prices import PriceScale, scale_prices
from engine.bridges.problem import Mask, Problem, Rows, cut_rows, find_relevant, fire_forward


@dataclass(frozen=True)
class Posed:
    """A question put to the catalogue.

    ``problem`` is None where some requirement can be met by no moves at all; those are in ``unreachable``, which is
    unique: skills only grow, so what can be reached at all is one set. ``blocked`` are required moves that can never
    start, likewise.
    """

    problem: Problem | None
    unreachable: tuple[str, ...]
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MoveGraph:
    """Every move of a catalogue over numbered facts: a skill at a level, or a move done.

    Person-independent, so an Engine compiles it once a catalogue version and asks it for everybody. Moves are kept in
    ascending order of id: no answer depends on the order in which they were given.

    Attributes:
        ladders: Skill -> the levels that some move needs or gives, ascending, and the facts that stand for them.
        done_facts: Move id -> the fact "this move is done", for moves that others come after.
    """

    moves: tuple[Move, ...]
    index: Mapping[str, int]
    ladders: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]]
    done_facts: Mapping[str, int]
    needs: Rows
    gives: Rows
    waits: Rows
    givers: Rows
    group: IntArray
    height: np.ndarray[tuple[int], np.dtype[np.float64]]
    _scales: dict[float, PriceScale] = field(default_factory=dict[float, PriceScale])

    @property
    def fact_count(self) -> int:
        """Count the facts."""
        return len(self.group)

    def price(self, money_per_hour: float) -> PriceScale:
        """Price every move at an hourly rate; the list is kept for the next question."""
        if money_per_hour not in self._scales:
            self._scales[money_per_hour] = scale_prices(self.moves, money_per_hour)
        return self._scales[money_per_hour]

    def mark_owned(self, skills: Mapping[str, float], done: Collection[str]) -> Mask:
        """Mark the facts that hold for a person who has these skill levels and has done these moves."""
        owned = np.zeros(self.fact_count, dtype=bool)
        for skill, level in skills.items():
            if skill in self.ladders:
                levels, facts = self.ladders[skill]
                owned[list(facts[: bisect_right(levels, level)])] = True
        owned[[self.done_facts[move] for move in done if move in self.done_facts]] = True
        return owned

    def find_fact(self, skill: str, level: float) -> int | None:
        """Find the fact that any move bringing ``skill`` to at least ``level`` gives; None when no move names it."""
        levels, facts = self.ladders.get(skill, ((), ()))
        place = bisect_left(levels, level)
        return facts[place] if place < len(facts) else None

    def list_relevant(self, requires: Mapping[str, float]) -> frozenset[str]:
        """List the ids of moves that can stand on a bridge of anybody to these levels: what leads there, backwards."""
        facts = (self.find_fact(skill, level) for skill, level in requires.items())
        goals = np.array(sorted({fact for fact in facts if fact is not None}), dtype=np.int64)
        everything, nothing = np.ones(len(self.moves), dtype=bool), np.zeros(self.fact_count, dtype=bool)
        moves, _ = find_relevant(self.needs, self.givers, everything, nothing, goals)
        return frozenset(self.moves[place].id for place in np.flatnonzero(moves))

    def pose(
        self,
        skills: Mapping[str, float],
        requires: Mapping[str, float],
        prices: Sequence[int],
        *,
        done: Collection[str] = (),
        without: Iterable[str] = (),
        require: Iterable[str] = (),
    ) -> Posed:
        """Ask how a person comes to meet a target: keep what can start, can matter and is not yet there.

        Moves that are required (``require``) are part of the target, unless they are done already.
        """
        allowed = np.ones(len(self.moves), dtype=bool)
        allowed[[self.index[move] for move in without if move in self.index]] = False
        owned = self.mark_owned(skills, done)
        fired, have = fire_forward(self.needs, self.waits, self.gives, allowed, owned)
        goals: set[int] = set()
        unreachable: list[str] = []
        for skill, level in sorted(requires.items()):
            if skills.get(skill, 0.0) >= level:
                continue
            fact = self.find_fact(skill, level)
            if fact is None or not have[fact]:
                unreachable.append(skill)
            else:
                goals.add(fact)
        wished = sorted(set(require) - set(done))
        blocked = tuple(move for move in wished if move not in self.index or not fired[self.index[move]])
        if unreachable or blocked:
            return Posed(None, tuple(unreachable), blocked)
        wanted = np.array(sorted(goals), dtype=np.int64)
        forced = np.array([self.index[move] for move in wished], dtype=np.int64)
        before = self.needs.gather(forced)
        moves, facts = find_relevant(self.needs, self.givers, fired, owned, np.union1d(wanted, before[~owned[before]]))
        moves[forced] = True
        return Posed(self._cut(moves, facts, wanted, forced, np.asarray(prices, dtype=np.int64)), ())

    def _cut(self, moves: Mask, facts: Mask, goals: IntArray, forced: IntArray, prices: IntArray) -> Problem:
        """Cut the problem out; that a required move is done is a fact of its own, and one more goal."""
        kept = np.flatnonzero(moves)
        goal_move, goal_fact = len(kept), int(facts.sum()) + len(forced)
        need_move, need_fact = cut_rows(self.needs, moves, facts)
        give_move, give_fact = cut_rows(self.gives, moves, facts)
        forced_facts = np.arange(goal_fact - len(forced), goal_fact, dtype=np.int64)
        give_move = np.concatenate([give_move, (np.cumsum(moves) - 1)[forced]])
        give_fact = np.concatenate([give_fact, forced_facts])
        goal_needs = np.concatenate([(np.cumsum(facts) - 1)[goals], forced_facts])
        return Problem(
            Rows.from_pairs(
                np.concatenate([need_move, np.full(len(goal_needs), goal_move)]),
                np.concatenate([need_fact, goal_needs]),
                goal_move + 1,
            ),
            Rows.from_pairs(np.append(give_move, goal_move), np.append(give_fact, goal_fact), goal_move + 1),
            prices[kept],
            kept.astype(np.int64),
            np.concatenate([self.group[facts], int(self.group.max(initial=0)) + 1 + np.arange(len(forced)), [-1]]),
            np.concatenate([self.height[facts], np.ones(len(forced)), [0.0]]),
        )


def compile_moves(moves: Iterable[Move]) -> MoveGraph:
    """Compile a catalogue: number the facts, and say which moves need and give each.

    A move that gives a level gives every lower level any move asks for. What a move needs itself it does not give: it
    is there before the move starts. Ids must be unique.
    """
    ordered = tuple(sorted(moves, key=lambda move: move.id))
    levels: dict[str, set[float]] = {}
    for move in ordered:
        for skills in (move.needs, move.gives):
            for skill, level in skills.items():
                if level > 0:
                    levels.setdefault(skill, set()).add(level)
    ladders: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {}
    group: list[int] = []
    height: list[float] = []
    for number, skill in enumerate(sorted(levels)):
        steps = tuple(sorted(levels[skill]))
        ladders[skill] = (steps, tuple(range(len(group), len(group) + len(steps))))
        group += [number] * len(steps)
        height += steps
    done_facts: dict[str, int] = {}
    for move_id in sorted({other for move in ordered for other in move.after}):
        done_facts[move_id] = len(group)
        group.append(len(levels) + len(done_facts))
        height.append(1.0)

    need_pairs: list[tuple[int, int]] = []
    give_pairs: list[tuple[int, int]] = []
    for place, move in enumerate(ordered):
        needed = {
            ladders[skill][1][bisect_left(ladders[skill][0], level)] for skill, level in move.needs.items() if level
        }
        needed.update(done_facts[other] for other in move.after)
        need_pairs += [(place, fact) for fact in sorted(needed)]
        for skill, level in move.gives.items():
            if level > 0:
                steps, facts = ladders[skill]
                before = bisect_right(steps, move.needs.get(skill, 0.0))
                give_pairs += [(place, fact) for fact in facts[before : bisect_right(steps, level)]]
        if move.id in done_facts:
            give_pairs.append((place, done_facts[move.id]))
    needs, gives = _collect(need_pairs, len(ordered)), _collect(give_pairs, len(ordered))
    return MoveGraph(
        ordered,
        {move.id: place for place, move in enumerate(ordered)},
        ladders,
        done_facts,
        needs,
        gives,
        needs.turn(len(group)),
        gives.turn(len(group)),
        np.array(group, dtype=np.int64),
        np.array(height, dtype=np.float64),
    )


def _collect(pairs: Sequence[tuple[int, int]], count: int) -> Rows:
    flat = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Rows.from_pairs(flat[:, 0], flat[:, 1], count)
