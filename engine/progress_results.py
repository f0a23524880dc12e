"""What the Engine answers about bridges that were accepted: how far they are, whether they hold, what they cost.

Money is in the currency of the bridge and hours are the person's own; ``None`` is unknown, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.results import Named


@dataclass(frozen=True)
class KeptStep:
    """One step of an accepted bridge: money, hours and weeks as foretold, and what it really came to."""

    order: int
    id: str
    kind: str
    title: str
    gives: tuple[str, ...]
    money: float
    hours: float
    start_week: int
    end_week: int
    actual_money: float | None
    actual_hours: float | None
    started_on: date | None


@dataclass(frozen=True)
class KeptBridge:
    """A bridge as it was accepted; ``replaces`` is the id of the one that it was planned anew from.

    ``status`` is ``active``, ``dropped`` or ``superseded``. Week 1 begins on the day it was accepted.
    """

    id: str
    person: Named
    role: Named
    status: str
    accepted_on: date
    accepted_by: str
    closed_on: date | None
    replaces: str | None
    steps: tuple[KeptStep, ...]
    readiness_before: float
    money: float
    hours: float
    weeks: int
    price: float
    lower_bound: float
    currency: str
    money_per_hour: float
    hours_per_week: float
    model: str


@dataclass(frozen=True)
class KeptBridges:
    """All bridges that were ever accepted for a person, the latest first."""

    person: Named
    bridges: tuple[KeptBridge, ...]


@dataclass(frozen=True)
class StepProgress:
    """How far one step is.

    ``state`` is ``done``, ``not_needed`` (what it brings is held already, or the role is reached) or ``open``; ``why``
    says by what. ``short`` names what a step that is done was to bring and the person is not believed to have.
    ``overdue`` says that it is open after the week it was to end in.
    """

    step: KeptStep
    state: str
    why: str
    done_on: date | None
    evidence: tuple[str, ...]
    short: tuple[str, ...]
    overdue: bool


@dataclass(frozen=True)
class Comparison:
    """What was foretold and what it came to, over those of the steps done of which the latter is known."""

    of: int
    """How many steps are done."""
    known: int
    """Of how many of them it is recorded what they came to."""
    foretold: float | None
    actual: float | None


@dataclass(frozen=True)
class BridgeRest:
    """What is left of a bridge: as foretold, and as things are now.

    The latter is unknown where what is left no longer leads to the role. ``weeks`` count from today.
    """

    money: float
    hours: float
    price: float
    price_now: float | None
    weeks: int | None
    ends_on: date | None


@dataclass(frozen=True)
class BridgeAnew:
    """The cheapest bridge from here as things are now; ``status`` and ``missing`` as in a bridge."""

    status: str
    moves: tuple[Named, ...]
    money: float
    hours: float
    price: float
    weeks: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class BridgeProgress:
    """How far an accepted bridge is, what is left, whether that still leads to the role, and what else would.

    ``state`` is ``under_way`` or ``finished`` (every requirement of the role is met). ``earlier`` are the steps done of
    the bridges that it replaces. ``holds`` says whether what is left can be carried out and meets the role as it is
    now; ``changes`` name what is no longer as it was foretold. ``advice`` is ``stay``, ``replan`` (what is left no
    longer holds, or ``anew`` is cheaper), ``stuck`` (it does not hold and no bridge leads there) or ``finished``.
    """

    bridge: KeptBridge
    as_of: date
    state: str
    advice: str
    readiness: float
    steps: tuple[StepProgress, ...]
    earlier: tuple[StepProgress, ...]
    behind: bool
    """Whether a step is overdue."""
    foretold_end_on: date
    left: BridgeRest
    holds: bool
    changes: tuple[str, ...]
    anew: BridgeAnew | None
    """None where nothing more is needed."""
    money: Comparison
    hours: Comparison


@dataclass(frozen=True)
class ChainStep:
    """A move of a chain: the skill it brings, the level it brings it to, and the level that is asked next.

    ``also_needs`` counts what else the move needs: with any, the chain alone does not get to it.
    """

    move: Named
    also_needs: int
    skill: Named
    gives: float
    asked: float


@dataclass(frozen=True)
class Chain:
    """One way by which a move counts for a role; the last skill is the requirement.

    ``meets`` is false where the role wants the skill verified and the last move does not verify it.
    """

    steps: tuple[ChainStep, ...]
    meets: bool


@dataclass(frozen=True)
class Chains:
    """The chains from a move to a role, shortest first; a chain shows one need of each move and is no bridge."""

    move: Named
    role: Named
    most_moves: int
    chains: tuple[Chain, ...]
    cut: bool
    """Whether there are more than were asked for."""
