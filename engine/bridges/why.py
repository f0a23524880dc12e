"""Why each move is in the bridge: what it brings, for which requirement or later move, and what it saves."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.bridges.bounds import Bound, find_worthwhile, partition_prices, score_moves
from engine.bridges.heuristics import Plan, improve_plan, repair_plan
from engine.bridges.hitting_set import GRID
from engine.bridges.kernels import IntArray
from engine.bridges.move_graph import MoveGraph
from engine.bridges.moves import VERIFIED, Move
from engine.bridges.problem import Problem
from engine.bridges.search import NEAR, Found, Search, translate_moves
from engine.bridges.solve import Route

REACH = 1.03
"""Share of the price of the bridge up to which detours are bounded well. Chosen by hand: most cost less."""
UNPROVEN = -1
"""Stands for a price that time ran out on."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a move brings first: a skill at a level (or its own being done) that ``serves`` waits for.

    ``serves`` is the id of a later move, or of the skill required where ``by_target``.
    """

    skill: str
    level: float
    serves: str
    by_target: bool


REQUIRED = Reason("", 0.0, "", by_target=True)
"""The reason of a move that the bridge must have."""


def find_reasons(
    moves: Sequence[Move],
    skills: Mapping[str, float],
    requires: Mapping[str, float],
    done: Collection[str] = (),
    required: Collection[str] = (),
) -> list[tuple[Reason, ...]]:
    """Find, for each move of an ordered bridge, the later moves and requirements that wait for what it brings first.

    That a move is ``required`` itself is its first reason. In a bridge without a superfluous move every move has at
    least one.
    """
    reasons = [[REQUIRED] if move.id in required else [] for move in moves]
    places = {move.id: place for place, move in enumerate(moves)}

    def credit(skill: str, level: float, serves: str, *, by_target: bool) -> None:
        if level > skills.get(skill, 0.0):
            first = next(place for place, move in enumerate(moves) if move.gives.get(skill, 0.0) >= level)
            reasons[first].append(Reason(skill, level, serves, by_target))

    for skill, level in sorted(requires.items()):
        credit(skill, level, skill, by_target=True)
    for move in moves:
        for skill, level in sorted(move.needs.items()):
            credit(skill, level, move.id, by_target=False)
        for other in move.after:
            if other not in done:
                reasons[places[other]].append(Reason("", 0.0, move.id, by_target=False))
    return [tuple(found) for found in reasons]


def phrase_reason(reason: Reason, names: Mapping[str, str]) -> str:
    """Say a reason in a sentence; ``names`` gives the label of a skill and the title of a move, the id stands else."""
    if reason == REQUIRED:
        return "is required"
    wanted_by = "the role" if reason.by_target else names.get(reason.serves, reason.serves)
    if not reason.skill:
        return f"has to be done before {wanted_by}"
    if reason.skill.startswith(VERIFIED):
        skill = reason.skill.removeprefix(VERIFIED)
        return f"verifies {names.get(skill, skill)} at level {reason.level:g}, which {wanted_by} asks to be verified"
    return f"brings {names.get(reason.skill, reason.skill)} to level {reason.level:g}, which {wanted_by} needs"


@dataclass(frozen=True, slots=True)
class Absence:
    """What leaving one move out does: how much dearer the bridge gets, None when there is then no bridge."""

    move_id: str
    dearer: float | None


def price_absences(route: Route, graph: MoveGraph, deadline: float = math.inf) -> list[Absence]:
    """Price the bridge without each of its moves in turn, the rest of the catalogue still open.

    Every figure given is proven: nothing is answered for a bridge that is not, and a move whose proof the deadline cut
    short is left out.
    """
    found, problem = route.found, route.problem
    if found is None or problem is None or found.price > found.at_least:
        return []
    if route.limits:
        return _price_within_limits(route, problem, found, graph, deadline)
    detours = _Detours(problem, found, deadline)
    priced = ((graph.moves[move].id, detours.price_without(move)) for move in found.moves)
    return [
        Absence(move_id, None if price is None else float((price - found.price) * route.unit))
        for move_id, price in priced
        if price != UNPROVEN
    ]


def _price_within_limits(
    route: Route, problem: Problem, found: Found, graph: MoveGraph, deadline: float
) -> list[Absence]:
    """Price the bridge without each of its moves among those that keep the limits."""
    answer: list[Absence] = []
    for move in found.moves:
        rest = _restrict(problem, np.arange(problem.size), move)
        if rest is None:
            answer.append(Absence(graph.moves[move].id, None))
        elif time.monotonic() < deadline:
            search = Search(rest, deadline, route.limits)
            search.prove_price()
            if search.closed:  # without a plan where the limits leave none
                dearer = float((search.price - found.price) * route.unit) if search.plan else None
                answer.append(Absence(graph.moves[move].id, dearer))
    return answer


class _Bounding(Search):
    """A search that takes no plan: what it proves holds for every plan up to the price that it was given."""

    def offer(self, plan: Plan | None) -> None:
        """Leave the plan alone."""

    def raise_bound(self) -> None:
        """Raise the bound as far as landmarks and the relaxation do, and drop what is in no such plan."""
        for step in (self.charge_landmarks, self.relax_choice):
            if not (self.closed or self.late):
                step()


class _Detours:
    """One problem, asked for the cheapest plan without this move or that.

    What bounds every plan bounds those with a move less, so landmarks are found once: for all plans, and better ones
    for the many detours that cost little more.
    """

    def __init__(self, problem: Problem, found: Found, deadline: float) -> None:
        self.deadline, self.found = deadline, found
        self.problem, self.bound = problem, partition_prices(problem, Bound(0, problem.price * GRID))
        near = np.argsort(score_moves(problem, self.bound), kind="stable")[:NEAR]
        self.near = np.union1d(near, np.array([problem.place[move] for move in found.moves]))
        self.reach = math.floor(found.price * REACH)
        bounding = _Bounding(problem, deadline, at_most=self.reach)
        bounding.bound = self.bound
        bounding.raise_bound()
        self.close, self.close_bound = bounding.problem, bounding.bound

    def price_without(self, move: int) -> int | None:
        """Prove what the cheapest plan without a catalogue move costs; None where there is no plan without it."""
        detour = self._find_detour(move)
        if detour is None and _restrict(self.problem, np.arange(self.problem.size), move) is None:
            return None
        if time.monotonic() >= self.deadline:
            return UNPROVEN
        dearest = int(self.problem.price.sum()) if detour is None else self.problem.total(detour)
        near = dearest <= self.reach
        problem, bound = (self.close, self.close_bound) if near else (self.problem, self.bound)
        rest = _restrict(problem, find_worthwhile(problem, bound, dearest), move)
        if rest is None:
            raise AssertionError("a problem lost a plan that it has")
        search = Search(rest, self.deadline, at_most=dearest)
        if detour is not None:
            search.offer(tuple(sorted(translate_moves(detour, self.problem, rest))))
        search.bound = Bound(bound.scaled, bound.residual[np.isin(problem.origin, rest.origin)])
        search.at_least = max(self.found.price, bound.units)
        search.prove_price()
        return search.price if search.closed else UNPROVEN

    def _find_detour(self, move: int) -> Plan | None:
        """Look for a cheap plan without a move, near the cheapest with it."""
        part = _restrict(self.problem, self.near, move)
        if part is None:
            return None
        start = repair_plan(part, [part.place[other] for other in self.found.moves if other in part.place])
        if start is None:
            return None
        return translate_moves(improve_plan(part, start, self.deadline), part, self.problem)


def _restrict(problem: Problem, keep: IntArray, without: int) -> Problem | None:
    return problem.restrict(keep[problem.origin[keep] != without])
