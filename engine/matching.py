"""Whether a person meets a requirement, and how ready they are for a role: pure functions, the same for every use.

Readiness is the importance-weighted share of requirements that are met. Levels are compared in half steps of the
0–5 scale, because an expected level of 2.9 is no worse than one of 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from graph_schema.queries.candidates import CandidateSkill, MentorOfSkill
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.roles import RequirementRow
from graph_schema.scales import WORKING_LEVEL

State = Literal["met", "unknown", "improbable", "level", "unverified"]

_INTERVAL_SDS = 2 * 1.6449
"""Width of a 90 % interval of a normal distribution, in standard deviations."""
HALF_STEP = 0.25
"""So far below what is asked a level still counts, as it does when levels are rounded to half steps."""


@dataclass(frozen=True)
class Held:
    """What is believed of one skill of a person, as far as matching needs it."""

    probability: float
    level: float | None
    listed: bool
    verified: bool
    level_low: float | None = None
    level_high: float | None = None


def to_held(row: BeliefRow | CandidateSkill | MentorOfSkill) -> Held:
    """Return a belief of the graph as matching reads it."""
    return Held(row.probability, row.level, row.listed, row.verified, row.level_low, row.level_high)


def round_level(level: float) -> float:
    """Return a level in half steps, as it is compared with a requirement."""
    return round(level * 2) / 2


def count_level(held: Held | None, threshold: float) -> float | None:
    """Return the level that counts for a skill, in half steps, or None when the skill does not count.

    Where nothing says a level, having the skill counts as the working level.
    """
    if held is None or held.probability < threshold:
        return None
    return WORKING_LEVEL if held.level is None else round_level(held.level)


def judge_requirement(requirement: RequirementRow, held: Held | None, threshold: float) -> State:
    """Say whether one requirement is met and, when not, what stands against it."""
    if held is None:
        return "unknown"
    if held.probability < threshold:
        return "improbable"
    level = count_level(held, threshold)
    if level is None or level < requirement.level:
        return "level"
    if requirement.verified and not held.verified:
        return "unverified"
    return "met"


def measure_readiness(requirements: Sequence[RequirementRow], met: Iterable[str]) -> float:
    """Return the importance-weighted share of requirements whose skill ids are in ``met``, 0–1.

    A role without requirements is open to everybody: readiness 1.
    """
    total = sum(item.importance for item in requirements)
    fulfilled = set(met)
    return sum(item.importance for item in requirements if item.skill_id in fulfilled) / total if total else 1.0


def measure_held(requirements: Sequence[RequirementRow], held: Mapping[str, Held], threshold: float) -> float:
    """Return the readiness of somebody of whom this is believed."""
    met = (
        item.skill_id for item in requirements if judge_requirement(item, held.get(item.skill_id), threshold) == "met"
    )
    return measure_readiness(requirements, met)


def learn(held: Mapping[str, Held], gives: Mapping[str, float], threshold: float, *, proves: bool) -> dict[str, Held]:
    """Return what is held after a move: each skill for certain, at least at the level that counted before.

    Args:
        held: What is believed before it.
        gives: The levels it brings, by skill id.
        threshold: Probability from which a skill counts.
        proves: Whether it verifies what it brings, as delivered work does.
    """
    learnt = dict(held)
    for skill_id, level in gives.items():
        before = held.get(skill_id)
        reached = max(level, count_level(before, threshold) or 0.0)
        verified = proves or (before is not None and before.verified)
        learnt[skill_id] = Held(1.0, reached, listed=before is not None and before.listed, verified=verified)
    return learnt


def expect_met(requirement: RequirementRow, held: Held | None) -> float:
    """Return P(the requirement is met): P(has the skill) x P(its level suffices)."""
    if held is None or (requirement.verified and not held.verified):
        return 0.0
    return held.probability * expect_level(requirement.level, held)


def expect_level(least: float, held: Held) -> float:
    """Return P(the level is at least ``least`` | the person has the skill), the level taken as normal.

    Where nothing says a level it is the working level; every level is at least 0.
    """
    if least <= 0:
        return 1.0
    if held.level is None:
        return float(least <= WORKING_LEVEL)
    spread = read_level_spread(held)
    if spread is None:
        return float(round_level(held.level) >= least)
    return 1 - NormalDist(held.level, spread).cdf(least - HALF_STEP)


def read_level_spread(held: Held) -> float | None:
    """Return the standard deviation of the level, from its 90 % interval; None where that is not known."""
    if held.level_low is None or held.level_high is None or held.level_high <= held.level_low:
        return None
    return (held.level_high - held.level_low) / _INTERVAL_SDS
