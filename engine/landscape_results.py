"""What the Engine answers about groups of people; a number stands in it only where it tells nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.results import Named


@dataclass(frozen=True)
class Count:
    """How many people of a group, as far as it may be told (``engine/disclosure.py``).

    Attributes:
        number: How many; unknown where that would tell too much of too few.
        word: What may be said then, such as ``fewer than 10``, ``all but fewer than 10`` or ``not told``; unknown
            where there is a number.
    """

    number: int | None
    word: str | None


@dataclass(frozen=True)
class PeopleGroup:
    """A group of the organisation.

    Attributes:
        name: The function or region; ``other`` for those that are too small to stand alone.
        holds: The functions or regions in it; ``not known`` for people of none.
        people: How many people they are, whatever is known of them.
    """

    name: str
    holds: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class SkillOfGroup:
    """How many people of a group have a skill: listed, and listed or hidden."""

    group: str
    listed: Count
    listed_or_hidden: Count


@dataclass(frozen=True)
class SkillLine:
    """A skill through all groups, in their order."""

    skill: Named
    groups: tuple[SkillOfGroup, ...]


@dataclass(frozen=True)
class SkillLandscape:
    """How many people of each group have each skill.

    Attributes:
        as_of: The day of the inference.
        model: The model.
        calibration: Against what probabilities are calibrated.
        by: What groups are by: ``function`` or ``region``.
        least: Fewest people in a group, and fewest that a number speaks of or leaves out.
        groups: The groups, the largest first.
        skills: The skills asked for; else those with the highest numbers, the highest first.
    """

    as_of: date
    model: str
    calibration: str
    by: str
    least: int
    groups: tuple[PeopleGroup, ...]
    skills: tuple[SkillLine, ...]


@dataclass(frozen=True)
class RequirementOfGroup:
    """How many people of a group meet a requirement."""

    skill: Named
    level: float
    met: Count


@dataclass(frozen=True)
class RoleOfGroup:
    """How many people of a group are ready for a role, and how many meet each requirement."""

    group: str
    ready: Count
    requirements: tuple[RequirementOfGroup, ...]


@dataclass(frozen=True)
class RoleLandscape:
    """How many people of each group are ready for a role, those who hold it among them.

    Attributes:
        role: The role.
        threshold: Readiness from which people count as ready.
        as_of: The day of the inference.
        model: The model.
        calibration: Against what probabilities are calibrated.
        by: What groups are by: ``function`` or ``region``.
        least: Fewest people in a group, and fewest that a number speaks of or leaves out.
        groups: The groups, the largest first.
        counts: What is told of each, in the same order.
    """

    role: Named
    threshold: float
    as_of: date
    model: str
    calibration: str
    by: str
    least: int
    groups: tuple[PeopleGroup, ...]
    counts: tuple[RoleOfGroup, ...]
