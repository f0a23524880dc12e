"""What the Engine answers with: the same objects behind the command line, HTTP and notebooks.

Probabilities and readiness are 0–1; levels are on the house scale 0–5 and ``None`` where unknown; money is in the
organisation's currency; hours are the person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.inference.results import Term


@dataclass(frozen=True)
class Named:
    """An id with the name shown to people."""

    id: str
    name: str


@dataclass(frozen=True)
class SkillBelief:
    """What is believed of one person and one skill; hidden means not listed and probable enough to count.

    ``probability`` is unknown for a listed skill of somebody whose inference is switched off. ``terms`` sum to the
    log-odds of a hidden skill, as in an explanation; unknown where they were not asked for.
    """

    skill: Named
    probability: float | None
    level: float | None
    level_low: float | None
    level_high: float | None
    listed: bool
    verified: bool
    hidden: bool
    terms: tuple[Term, ...] | None = None


@dataclass(frozen=True)
class EvidenceChange:
    """What one piece of evidence, recorded or withdrawn, changed in what is believed of a person.

    ``before`` and ``after`` are ``None`` where nothing is believed of the skill. ``inference`` is the switch in force:
    while it is not ``on``, the evidence is kept and nothing is inferred. ``changed`` counts the person's beliefs that
    were created, changed or removed; ``hidden`` is their refreshed list of hidden skills, most probable first.
    ``bridges`` say which steps of accepted bridges it ticks off or opens again.
    """

    evidence_id: str
    status: str
    person: Named
    skill: Named
    inference: str
    before: SkillBelief | None
    after: SkillBelief | None
    changed: int
    hidden: tuple[SkillBelief, ...]
    model: str
    as_of: date
    bridges: tuple[str, ...]


@dataclass(frozen=True)
class PersonProfile:
    """A person, the skills they list, and the skills they are believed to have but never listed.

    Where a past day was asked for, ``as_of`` is that day and ``model`` the present one; the rest is as it is today.
    """

    person: Named
    title: str | None
    function: str | None
    region: str | None
    team: str | None
    manager: str | None
    roles: tuple[Named, ...]
    inference: str
    model: str | None
    calibration: str | None
    as_of: date | None
    listed: tuple[SkillBelief, ...]
    hidden: tuple[SkillBelief, ...]


@dataclass(frozen=True)
class RequirementGap:
    """One requirement of a role and how a person stands to it.

    ``state`` is ``met``, ``unknown`` (nothing says they have it), ``improbable`` (probability under the threshold),
    ``level`` (they have it, below the level) or ``unverified`` (they have it, and the role wants it verified).
    ``terms`` say why a hidden skill is believed, where that was asked for.
    """

    skill: Named
    tier: str
    importance: float
    level_required: float
    level: float | None
    probability: float | None
    listed: bool
    verified: bool
    state: str
    terms: tuple[Term, ...] | None = None


@dataclass(frozen=True)
class Gap:
    """Which requirements of a role a person meets; readiness is the importance-weighted share that is met.

    Where a past day was asked for, ``as_of`` is that day, and the model and the role are those of today.
    """

    person: Named
    role: Named
    as_of: date
    model: str
    calibration: str
    readiness: float
    readiness_listed: float
    threshold: float
    requirements: tuple[RequirementGap, ...]


@dataclass(frozen=True)
class PoolSkill:
    """A required skill that a person of the pool is believed to have, with the strongest reasons.

    ``terms`` are all of the reasons for a hidden one, where they were asked for.
    """

    skill: Named
    level_required: float
    importance: float
    probability: float
    level: float | None
    listed: bool
    verified: bool
    state: str
    reasons: tuple[str, ...]
    terms: tuple[Term, ...] | None = None


@dataclass(frozen=True)
class PoolEntry:
    """A person of a talent pool.

    ``readiness`` counts every skill believed; ``readiness_listed`` only what they list themselves;
    ``expected_readiness`` weighs each requirement by the probability that it is met.
    """

    person: Named
    title: str | None
    function: str | None
    readiness: float
    readiness_listed: float
    expected_readiness: float
    skills: tuple[PoolSkill, ...]
    missing: tuple[Named, ...]


@dataclass(frozen=True)
class Pool:
    """The people for a role, listed and hidden, best first.

    ``considered`` says out of how many people it was drawn: all who may be seen and do not hold the role; ``found``
    how many of them are ready enough, of whom ``entries`` are the first.
    """

    role: Named
    at_least: float
    as_of: date
    model: str
    calibration: str
    considered: int
    found: int
    entries: tuple[PoolEntry, ...]


@dataclass(frozen=True)
class BridgeStep:
    """One move of a bridge, in the order they can be carried out; the first week is 1."""

    order: int
    id: str
    kind: str
    title: str
    why: tuple[str, ...]
    money: float
    hours: float
    start_week: int
    end_week: int
    gives: tuple[str, ...]
    price_without: float | None
    """Price of the cheapest bridge without this move; unknown when there is none, it was not asked or not proven."""
    indispensable: bool | None
    """Whether there is no bridge without it; unknown when that was not asked for."""


@dataclass(frozen=True)
class BridgeLimit:
    """A limit that a bridge was to keep.

    Attributes:
        limit: ``money``, ``hours`` or ``weeks``, of the whole bridge.
        most: The most it may take.
        cheapest: Where no bridge was found that keeps the limits: what the cheapest takes that need not.
        least: Where none was found: no bridge takes less, proven, the other limits aside.
        reached: Where none was found: the least that a bridge found takes, the other limits aside.
    """

    limit: str
    most: float
    cheapest: float | None = None
    least: float | None = None
    reached: float | None = None


@dataclass(frozen=True)
class BridgeConditions:
    """What a bridge was to keep to.

    Attributes:
        required: Moves it must have.
        started: Moves under way: money spent, only the hours left count.
        price_without_limits: Where no bridge was found that keeps the limits: price of the cheapest that need not.
    """

    limits: tuple[BridgeLimit, ...]
    required: tuple[Named, ...]
    started: tuple[Named, ...]
    price_without_limits: float | None


@dataclass(frozen=True)
class Bridge:
    """The cheapest ordered set of moves that takes a person to a role and keeps its ``conditions``.

    ``status`` is ``optimal`` (proven), ``feasible`` (``gap`` says how far it may be off), ``infeasible`` (``missing``
    names what cannot be met and why, and the steps lead to the nearest reachable readiness; or no bridge keeps the
    limits, and there are no steps) or ``unknown`` (none was found that keeps the limits, nor is it proven that none
    does). Its first week begins on the day ``as_of``.
    """

    person: Named
    role: Named
    as_of: date
    status: str
    readiness_before: float
    readiness_after: float
    steps: tuple[BridgeStep, ...]
    money: float
    hours: float
    weeks: int
    price: float
    currency: str
    money_per_hour: float
    hours_per_week: float
    lower_bound: float
    gap: float
    too_late: tuple[str, ...]
    """Moves left out because they begin before the bridge gets to them or end before it is through with them; more
    hours a week may reach them."""
    missing: tuple[str, ...]
    conditions: BridgeConditions


@dataclass(frozen=True)
class UnlockedPerson:
    """Someone whom a course brings over the threshold of a role, and what it is worth to them.

    ``worth`` says of ``saved`` (the price of the cheapest bridge to all of the role without the course, less the price
    with it): ``priced``; ``indispensable``, no bridge without it; ``no_bridge``, none with it either; ``not_priced``,
    time ran out or nothing is known of what the course costs. Where it is not ``priced``, what is saved is unknown.
    Start days are left aside.
    """

    person: Named
    readiness_before: float
    readiness_after: float
    worth: str = "not_priced"
    saved: float | None = None


@dataclass(frozen=True)
class UnlockedRole:
    """A role for which a course meets requirements; ``people`` are those it brings over the role's threshold."""

    role: Named
    skills: tuple[Named, ...]
    threshold: float
    people: tuple[UnlockedPerson, ...]


@dataclass(frozen=True)
class UnlockedProject:
    """An open gig or tour of duty that people can join once they have taken the course."""

    project: Named
    kind: str
    skills: tuple[Named, ...]
    people: tuple[Named, ...]


@dataclass(frozen=True)
class PersonWorth:
    """What a course is worth to one person: the roles it brings them to, and the most it saves on one of the bridges.

    ``saved`` is unknown where none of them could be priced with and without the course.
    """

    person: Named
    roles: int
    saved: float | None
    indispensable: bool
    """Whether it is indispensable for one of the roles."""


@dataclass(frozen=True)
class UnlockWorth:
    """What a course is worth to all those it brings over the threshold of a role.

    ``saved`` sums over people the most it saves each on one bridge; it is partial, a least sum, while ``not_priced`` is
    above 0, and unknown where nothing could be priced. The counts are of pairs of person and role.
    """

    saved: float | None
    pairs: int
    indispensable: int
    no_bridge: int
    not_priced: int
    people: tuple[PersonWorth, ...]


@dataclass(frozen=True)
class Unlocks:
    """What a course opens: roles, gigs and tours of duty, for whom, and what it is worth to them."""

    course: Named
    teaches: tuple[Named, ...]
    roles: tuple[UnlockedRole, ...]
    projects: tuple[UnlockedProject, ...]
    worth: UnlockWorth
    currency: str


@dataclass(frozen=True)
class InferenceRun:
    """What one run of inference did to the graph."""

    model: str
    calibration: str
    as_of: date
    people: int
    skills: int
    created: int
    updated: int
    unchanged: int
    removed: int


@dataclass(frozen=True)
class EmbeddingRun:
    """What one run of embedding did to the graph."""

    model: str
    dimension: int
    embedded: int
    unchanged: int
