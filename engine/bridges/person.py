"""What a person is planned from, and what a role asks, as levels in the solver's terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.bridges.moves import name_verified
from engine.matching import Held, count_level
from graph_schema.queries.roles import RequirementRow


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who a bridge is for: their id, the levels they hold (verified twins too), and the ids of moves they have done."""

    id: str
    held: Mapping[str, float]
    done: Collection[str] = field(default_factory=frozenset[str])


def hold_levels(beliefs: Mapping[str, Held], threshold: float) -> dict[str, float]:
    """Decide which levels a bridge may start from: what counts in a gap, a verified skill as its twin as well."""
    held: dict[str, float] = {}
    for skill, belief in sorted(beliefs.items()):
        level = count_level(belief, threshold)
        if level is not None:
            held[skill] = level
            if belief.verified:
                held[name_verified(skill)] = level
    return held


def require_levels(requirements: Sequence[RequirementRow]) -> dict[str, float]:
    """State a role as levels to reach: the skill, and its verified twin where that is asked."""
    levels: dict[str, float] = {}
    for need in requirements:
        for skill in (need.skill_id, name_verified(need.skill_id)) if need.verified else (need.skill_id,):
            levels[skill] = max(levels.get(skill, 0.0), need.level)
    return levels


def list_met(requirements: Sequence[RequirementRow], held: Mapping[str, float]) -> list[str]:
    """List the skill ids of the requirements that these levels meet."""
    return [
        need.skill_id
        for need in requirements
        if all(held.get(skill, 0.0) >= level for skill, level in require_levels([need]).items())
    ]
