"""A move: anything that costs money and hours, needs skills and gives skills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

KINDS = ("course", "assessment", "mentorship", "project", "gig", "tour_of_duty", "interim_role")
"""Every kind of move there is, as the exchange format spells it; in the graph a plain ``project`` takes nobody in."""

VERIFIED = "verified:"
"""Prefix of the pseudo-skill "this skill, verified": what an assessment gives and a strict requirement asks for."""


def name_verified(skill_id: str) -> str:
    """Name the pseudo-skill that stands for ``skill_id`` backed by evidence someone accountable signed."""
    return VERIFIED + skill_id


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a person can do to get nearer to a role.

    ``needs`` must all be held (AND) and every move in ``after`` be done before it starts; ``gives`` are the levels held
    once it ends. Levels are numbers 0–5 and mean "at least"; a move never lowers one.

    Attributes:
        id: The graph's id of the course, project, assessment …
        kind: One of :data:`KINDS`.
        money: What is paid for it, in the house currency.
        hours: The person's own hours.
        weeks: The shortest calendar time it takes, however many hours a week are free; 0 where only hours count.
        starts_on: The day it begins, where it has one; who comes later cannot join.
        ends_on: The day it ends, where it has one.
        by: The person who gives it (a mentor), so that nobody is planned to mentor themselves.
    """

    id: str
    kind: str
    title: str = ""
    money: float = 0.0
    hours: float = 0.0
    needs: Mapping[str, float] = field(default_factory=dict[str, float])
    after: tuple[str, ...] = ()
    gives: Mapping[str, float] = field(default_factory=dict[str, float])
    weeks: float = 0.0
    starts_on: date | None = None
    by: str = ""
    ends_on: date | None = None

    @property
    def begins_by(self) -> date | None:
        """The last day to begin."""
        return find_last_start(self.starts_on, self.ends_on, self.weeks)


def find_last_start(starts_on: date | None, ends_on: date | None, weeks: float) -> date | None:
    """Find the last day to begin: the first day, else the day from which it can still be done until the last."""
    if starts_on or not ends_on:
        return starts_on
    return ends_on - timedelta(weeks=weeks)
