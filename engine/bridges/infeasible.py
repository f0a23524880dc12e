"""Why a target cannot be met: which requirements, how near one can get, and what nobody offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from engine.bridges.kernels import IntArray
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move
from engine.bridges.problem import Mask, fire_forward
from engine.bridges.result import MissingOffer, UnmetRequirement
from engine.bridges.search import solve_problem

OFFER = "offer:"


def explain_unmet(
    graph: MoveGraph,
    skills: Mapping[str, float],
    requires: Mapping[str, float],
    *,
    done: Collection[str] = (),
    without: Iterable[str] = (),
) -> tuple[UnmetRequirement, ...]:
    """Name the requirements no moves reach, the level that can be reached, and the fewest offers that would open them.

    Skills only grow, so the requirements that cannot be met are one unique set, whatever is done about the others. What
    blocks them is found exactly: everything that exists is free, each missing offer costs one, and the cheapest bridge
    holds the fewest. An offer is something nobody gives; only where moves wait for one another in a circle may it be
    any step of the circle.
    """
    left_out = set(without)
    allowed = np.array([move.id not in left_out for move in graph.moves], dtype=bool)
    owned = graph.mark_owned(skills, done)
    _, have = fire_forward(graph.needs, graph.waits, graph.gives, allowed, owned)
    unmet: list[tuple[str, float, float]] = []
    for skill, level in sorted(requires.items()):
        fact = graph.find_fact(skill, level)
        if skills.get(skill, 0.0) < level and (fact is None or not have[fact]):
            unmet.append((skill, level, _find_reachable(graph, skill, skills.get(skill, 0.0), have)))
    blockers = _BlockerSearch(graph, allowed, have)
    return tuple(
        UnmetRequirement(skill, level, reachable, blockers.find(skill, level)) for skill, level, reachable in unmet
    )


def _find_reachable(graph: MoveGraph, skill: str, level: float, have: Mask) -> float:
    """Find the highest level the person has or some move that can start gives."""
    levels, facts = graph.ladders.get(skill, ((), ()))
    return max([level, *(step for step, fact in zip(levels, facts, strict=True) if have[fact])])


class _BlockerSearch:
    """Finds the fewest missing offers behind a requirement, over what cannot be reached now."""

    def __init__(self, graph: MoveGraph, allowed: Mask, have: Mask) -> None:
        self.graph, self.allowed, self.have = graph, allowed, have
        self.names: list[MissingOffer] = [MissingOffer()] * graph.fact_count
        for skill, (levels, facts) in graph.ladders.items():
            for level, fact in zip(levels, facts, strict=True):
                self.names[fact] = MissingOffer(skill, level)
        for move, fact in graph.done_facts.items():
            self.names[fact] = MissingOffer(move_id=move)

    def find(self, skill: str, level: float) -> tuple[MissingOffer, ...]:
        """Find the fewest offers that would open this requirement."""
        goal = self.graph.find_fact(skill, level)
        moves, facts = self._trace(np.array([] if goal is None else [goal], dtype=np.int64))
        leaves = [fact for fact in facts if not any(self.allowed[giver] for giver in self.graph.givers.list_row(fact))]
        for offered in (leaves, facts):
            opened = self._open(moves, offered, goal)
            if opened:
                return tuple(self._name(fact, skill, level) for fact in opened)
        return (MissingOffer(skill, level),)

    def _name(self, fact: int, skill: str, level: float) -> MissingOffer:
        """Name what is missing; of the required skill itself only the level asked for."""
        offer = self.names[fact]
        return MissingOffer(skill, level) if offer.skill_id == skill and offer.level > level else offer

    def _trace(self, front: IntArray) -> tuple[list[int], list[int]]:
        """Follow back what the goal waits for and does not get: moves that cannot start, facts that cannot hold."""
        graph = self.graph
        moves, facts = np.zeros(len(graph.moves), dtype=bool), np.zeros(graph.fact_count, dtype=bool)
        while front.size:
            facts[front] = True
            serving = np.unique(graph.givers.gather(front))
            moves[serving[self.allowed[serving]]] = True
            wanted = np.unique(graph.needs.gather(serving[self.allowed[serving]]))
            front = wanted[~facts[wanted] & ~self.have[wanted]]
        return np.flatnonzero(moves).tolist(), np.flatnonzero(facts).tolist()

    def _open(self, moves: list[int], offered: list[int], goal: int | None) -> list[int]:
        """Solve for the fewest offers: facts stand as skills of one level, what exists is free."""
        if goal is None:
            return []
        graph = self.graph
        known = [
            Move(
                id=f"move:{move:09d}",
                kind="course",
                needs={str(fact): 1.0 for fact in graph.needs.list_row(move) if not self.have[fact]},
                gives={str(fact): 1.0 for fact in graph.gives.list_row(move)},
            )
            for move in moves
        ]
        offers = [Move(f"{OFFER}{fact:09d}", "course", money=1.0, gives={str(fact): 1.0}) for fact in offered]
        small = compile_moves([*known, *offers])
        posed = small.pose({}, {str(goal): 1.0}, small.price(0.0).prices)
        if posed.problem is None:
            return []
        chosen = [small.moves[place].id for place in solve_problem(posed.problem).moves]
        return [int(id_.removeprefix(OFFER)) for id_ in chosen if id_.startswith(OFFER)]
