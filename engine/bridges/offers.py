"""What moves are made of: the graph's rows, and the house's own figures where the graph holds none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.bridges.prices import read_exact
from graph_schema.queries.moves import AssessmentRow, CourseRow, MentorRow, ProjectRow, RoleRow, SkillLevel


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Everything the graph holds that can become a move."""

    courses: Sequence[CourseRow] = ()
    projects: Sequence[ProjectRow] = ()
    assessments: Sequence[AssessmentRow] = ()
    mentors: Sequence[MentorRow] = ()
    roles: Sequence[RoleRow] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The house's figures for what the graph does not price; defaults are assumptions, not measurements.

    Attributes:
        as_of: Today; what began before it is no longer on offer. None keeps everything.
        mentor_hours_per_level: Hours with a mentor that bring a skill one level up.
        mentor_money_per_hour: What the house counts for an hour of the mentor's.
        mentors_per_step: How many mentors are kept for one skill and level, those with most time first.
        interim_hours: Learning hours an interim role takes.
        interim_weeks: Weeks an interim role lasts.
    """

    as_of: date | None = None
    mentor_hours_per_level: float = 12.0
    mentor_money_per_hour: float = 0.0
    mentors_per_step: int = 5
    interim_hours: float = 200.0
    interim_weeks: float = 26.0


def collect_levels(rows: Iterable[SkillLevel]) -> dict[str, float]:
    """Collect skill -> level, the highest where a skill comes twice; a level of 0 asks and gives nothing."""
    levels: dict[str, float] = {}
    for row in rows:
        if row.level > levels.get(row.skill_id, 0.0):
            levels[row.skill_id] = row.level
    return levels


def is_priced(money: float | None, hours: float | None) -> bool:
    """Say whether anything is known of what a move costs; one of which nothing is known cannot be compared."""
    return money is not None or hours is not None


def expect_amount(amount: float, pass_rate: float) -> float:
    """Expect what is spent until it is passed, each try having the same chance: amount / pass_rate, in cents."""
    return float(round(read_exact(amount) / read_exact(pass_rate), 2))
