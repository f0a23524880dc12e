"""Why each move is in the bridge: what it brings, for which requirement or later move, and what it saves."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.bridges.move_graph import MoveGraph
from engine.bridges.moves import VERIFIED, Move
from engine.bridges.search import price_problem
from engine.bridges.solve import Route


@dataclass(frozen=True, slots=True)
class Reason:
    """What a move brings first: a skill at a level (or its own being done) that ``serves`` waits for.

    ``serves`` is the id of a later move, or of the skill required where ``by_target``.
    """

    skill: str
    level: float
    serves: str
    by_target: bool


def find_reasons(
    moves: Sequence[Move], skills: Mapping[str, float], requires: Mapping[str, float], done: Collection[str] = ()
) -> list[tuple[Reason, ...]]:
    """Find, for each move of an ordered bridge, the later moves and requirements that wait for what it brings first.

    In a bridge without a superfluous move every move has at least one reason.
    """
    reasons: list[list[Reason]] = [[] for _ in moves]
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
    place = {origin: move for move, origin in enumerate(problem.origin.tolist())}
    everything = np.arange(problem.size)
    answer: list[Absence] = []
    for move in found.moves:
        rest = problem.restrict(np.delete(everything, place[move]))
        if rest is None:
            answer.append(Absence(graph.moves[move].id, None))
        elif time.monotonic() < deadline:
            price, at_least = price_problem(rest, deadline)
            if price == at_least:
                answer.append(Absence(graph.moves[move].id, float((price - found.price) * route.unit)))
    return answer
