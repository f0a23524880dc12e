"""Results of matching: work, courses and mentors for a person, and what the people of a pool would cost.

Unknown is ``None``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.results import BridgeConditions, Named, PoolEntry


@dataclass(frozen=True)
class SkillNeed:
    """A skill that a gig or course needs, and how a person stands to it; ``state`` as in a gap."""

    skill: Named
    level_required: float
    level: float | None
    state: str


@dataclass(frozen=True)
class SkillGain:
    """A skill that work would bring a person.

    ``gain`` is ``new``, ``higher`` (they have it at a lower level) or ``verified`` (they have it at the level, and
    nothing verifies it yet). ``wished`` says whether they would like to learn it.
    """

    skill: Named
    level: float
    level_before: float | None
    gain: str
    wished: bool


@dataclass(frozen=True)
class StepTowards:
    """What a gig or course does for a role: the requirements not met yet that it serves, and readiness with it.

    A requirement is served where the level rises or the skill is verified; it may still not be met by that alone.
    """

    role: Named
    skills: tuple[Named, ...]
    readiness_before: float
    readiness_after: float


@dataclass(frozen=True)
class GigMatch:
    """A gig, tour of duty or project with a seat left, and how it fits a person.

    Attributes:
        readiness: Share of what it needs that the person meets; 1 where it needs nothing.
        can_join: Whether all of it is met.
        develops: What it would bring that the person lacks.
        towards: The roles of interest whose requirements it serves.
        interested: Whether the person would like to join it.
    """

    project: Named
    kind: str
    money: float | None
    hours: float | None
    weeks: float | None
    seats: int
    starts_on: date | None
    ends_on: date | None
    readiness: float
    can_join: bool
    needs: tuple[SkillNeed, ...]
    missing: tuple[Named, ...]
    develops: tuple[SkillGain, ...]
    towards: tuple[StepTowards, ...]
    interested: bool


@dataclass(frozen=True)
class GigMatches:
    """The open work that a person can do, or nearly.

    First comes what they can join now; then what brings a role of interest nearer, the most first; then what they said
    they would like, or that teaches what they would; then by readiness, by how much they would learn, and by id.

    Attributes:
        at_least: Least readiness asked for.
        open: How much work is open to anybody and was not done by this person.
        found: How much of it they are ready enough for; ``gigs`` are the first.
    """

    person: Named
    as_of: date
    model: str
    calibration: str
    at_least: float
    open: int
    found: int
    currency: str
    gigs: tuple[GigMatch, ...]


@dataclass(frozen=True)
class CourseMatch:
    """A course that meets requirements a person does not meet yet.

    Attributes:
        price: Money and hours, in money; unknown where either is.
        can_start: Whether all it needs is met and every course before it is done.
        after: The courses before it that are not done.
        closes: The roles, each with the requirements that are met once it is done.
        gain: Readiness that it brings, summed over these roles.
    """

    course: Named
    provider: str | None
    money: float | None
    hours: float | None
    weeks: float | None
    price: float | None
    can_start: bool
    needs: tuple[SkillNeed, ...]
    missing: tuple[Named, ...]
    after: tuple[Named, ...]
    closes: tuple[StepTowards, ...]
    gain: float


@dataclass(frozen=True)
class CourseMatches:
    """The courses that bring a person nearest to some roles: by what they bring, those they can start, then by price.

    Attributes:
        roles: The roles that count.
        chosen_by: Why these: ``asked``, ``interest`` of the person, or ``nearest``, the readiest they do not hold.
        found: How many courses meet a requirement; ``courses`` are the first.
    """

    person: Named
    as_of: date
    model: str
    calibration: str
    roles: tuple[Named, ...]
    chosen_by: str
    money_per_hour: float
    currency: str
    found: int
    courses: tuple[CourseMatch, ...]


@dataclass(frozen=True)
class MentorMatch:
    """Someone who offers time as a mentor and has the skill at the level that is needed.

    Attributes:
        hours_offered: Hours a month that they offer.
        hours_promised: Hours that bridges in force were promised and that are still to be given.
        hours_free_per_week: What is left of a month, a week.
    """

    person: Named
    title: str | None
    function: str | None
    probability: float
    level: float | None
    listed: bool
    verified: bool
    hours_offered: float
    hours_promised: float
    hours_free_per_week: float


@dataclass(frozen=True)
class MentorMatches:
    """The mentors of a skill for a person: verified ones first, then by level, free time and probability.

    Attributes:
        level: The level to reach.
        level_now: Where the person stands.
        level_needed: What a mentor must have: one above it, as far as the scale goes.
        without_time: Mentors who have the skill at the level and all of whose hours are promised.
        found: How many have time; ``mentors`` are the first.
    """

    person: Named
    skill: Named
    as_of: date
    model: str
    calibration: str
    level: float
    level_now: float | None
    level_needed: float
    without_time: int
    found: int
    mentors: tuple[MentorMatch, ...]


@dataclass(frozen=True)
class PersonPrice:
    """The cheapest bridge of somebody in a pool; ``status`` as of a bridge, or ``not_priced`` where time ran out.

    Attributes:
        price: Unknown where no bridge was found.
        lower_bound: What no bridge is cheaper than; unknown where none was sought.
        money_per_hour: What an hour of theirs counts for.
    """

    status: str
    price: float | None
    lower_bound: float | None
    money: float | None
    hours: float | None
    weeks: int | None
    money_per_hour: float
    moves: tuple[Named, ...]


@dataclass(frozen=True)
class PricedPerson:
    """Somebody in a pool with the price of their cheapest bridge to all of the role."""

    entry: PoolEntry
    bridge: PersonPrice


@dataclass(frozen=True)
class PricedPool:
    """A pool, readiest first, with what it takes to bring everybody in it to all of the role.

    As in a pool and in ``anyone``, what people keep to themselves does not count, nor do hours that a mentor promised
    to them: their own bridge may be cheaper.
    """

    role: Named
    at_least: float
    as_of: date
    model: str
    calibration: str
    considered: int
    found: int
    currency: str
    hours_per_week: float
    conditions: BridgeConditions
    people: tuple[PricedPerson, ...]
