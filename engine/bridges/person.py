"""What a person is planned from, and what a role asks, in the solver's terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.bridges.moves import name_verified


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a person and a skill: level 0–5, probability, whether it is listed, whether verified."""

    level: float
    probability: float
    listed: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who a bridge is for: their id, their beliefs by skill id, and the ids of moves they have done."""

    id: str
    beliefs: Mapping[str, Belief]
    done: Collection[str] = field(default_factory=frozenset[str])


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a role; ``verified`` asks for evidence someone accountable signed, not for belief."""

    skill_id: str
    level: float
    importance: float = 1.0
    verified: bool = False


def hold_levels(traveller: Traveller, *, threshold: float, tolerance: float = 0.0) -> dict[str, float]:
    """Decide which levels a bridge may start from.

    A listed or verified skill counts at its level; a hidden one too once its probability reaches ``threshold``. A
    verified skill counts as its verified twin as well. ``tolerance`` is added to every level: with .5, an expected
    level of 2.8 counts as 3.
    """
    held: dict[str, float] = {}
    for skill, belief in sorted(traveller.beliefs.items()):
        if belief.listed or belief.verified or belief.probability >= threshold:
            held[skill] = min(5.0, belief.level + tolerance)
        if belief.verified:
            held[name_verified(skill)] = min(5.0, belief.level + tolerance)
    return held


def require_levels(requirements: Sequence[Requirement]) -> dict[str, float]:
    """State a role as levels to reach: the skill, and its verified twin where that is asked."""
    levels: dict[str, float] = {}
    for need in requirements:
        for skill in (need.skill_id, name_verified(need.skill_id)) if need.verified else (need.skill_id,):
            levels[skill] = max(levels.get(skill, 0.0), need.level)
    return levels


def measure_readiness(requirements: Sequence[Requirement], held: Mapping[str, float]) -> float:
    """Measure the importance-weighted share of requirements met; 1 where nothing is asked."""
    total = sum(need.importance for need in requirements)
    met = sum(
        need.importance
        for need in requirements
        if all(held.get(skill, 0.0) >= level for skill, level in require_levels([need]).items())
    )
    return met / total if total else 1.0
