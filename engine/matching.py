"""Whether a person meets a requirement, and how ready they are for a role: pure functions, the same for every use.

Readiness is the importance-weighted share of requirements that are met. Levels are compared in half steps of the
0–5 scale, because an expected level of 2.9 is no worse than one of 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from graph_schema.queries.people import BeliefRow, CandidateSkill
from graph_schema.queries.roles import RequirementRow
from graph_schema.scales import WORKING_LEVEL

State = Literal["met", "unknown", "improbable", "level", "unverified"]

_INTERVAL_SDS = 2 * 1.6449
"""Width of a 90 % interval of a normal distribution, in standard deviations."""


@dataclass(frozen=True)
class Held:
    """What is believed of one skill of a person, as far as matching needs it."""

    probability: float
    level: float | None
    listed: bool
    verified: bool
    level_low: float | None = None
    level_high: float | None = None


def to_held(row: BeliefRow | CandidateSkill) -> Held:
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


def expect_met(requirement: RequirementRow, held: Held | None) -> float:
    """Return P(the requirement is met): P(has the skill) x P(its level suffices), the level taken as normal."""
    if held is None or (requirement.verified and not held.verified):
        return 0.0
    if held.level is None:
        return held.probability * float(requirement.level <= WORKING_LEVEL)
    if held.level_low is None or held.level_high is None or held.level_high <= held.level_low:
        return held.probability * float(round_level(held.level) >= requirement.level)
    spread = NormalDist(held.level, (held.level_high - held.level_low) / _INTERVAL_SDS)
    # Half a step below still counts, as it does when levels are rounded.
    return held.probability * (1 - spread.cdf(requirement.level - 0.25))
