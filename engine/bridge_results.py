"""What questions for several bridges are answered with."""

from __future__ import annotations

from dataclasses import dataclass

from engine.results import Bridge, BridgeConditions, BridgeStep, Named


@dataclass(frozen=True)
class BridgeOption:
    """One of several bridges of a person to a role.

    ``status`` is ``optimal`` (no bridge that serves as well is cheaper, proven) or ``feasible`` (none of those is
    cheaper than ``lower_bound``).
    """

    status: str
    steps: tuple[BridgeStep, ...]
    money: float
    hours: float
    weeks: int
    least_weeks: int
    """No order of these same moves takes fewer weeks."""
    price: float
    lower_bound: float
    gap: float
    dearer: float
    """How much dearer than the cheapest."""
    left_out: tuple[Named, ...]
    """Moves that it does without, of the bridge that it is compared with."""
    taken: tuple[Named, ...]
    """Moves that it takes instead."""


@dataclass(frozen=True)
class BridgeAlternatives:
    """Truly different bridges: the cheapest, then the cheapest that differs from all before it, and so on.

    A bridge differs when it leaves out at least the share ``difference`` of the moves of every bridge before it,
    rounded up. Each is compared with the first. Where the role is out of reach, ``missing`` says why and the bridges
    lead to the nearest readiness that can be reached.
    """

    person: Named
    role: Named
    difference: float
    bridges: tuple[BridgeOption, ...]
    exhausted: bool
    """Whether it is proven that no other bridge differs so much from all of these."""
    currency: str
    money_per_hour: float
    hours_per_week: float
    too_late: tuple[str, ...]
    """Moves left out because they begin before a bridge gets to them: the bounds hold with them, too."""
    missing: tuple[str, ...]
    conditions: BridgeConditions


@dataclass(frozen=True)
class BridgeFront:
    """Price against calendar weeks: bridges from the cheapest to the soonest, none of them both cheaper and sooner.

    A point is ``optimal`` when no bridge that fits into its weeks is cheaper. Each is compared with the one before.
    Where the role is out of reach, ``missing`` says why and the bridges lead to the nearest readiness.
    """

    person: Named
    role: Named
    points: tuple[BridgeOption, ...]
    least_weeks: int | None
    """No bridge at all fits into fewer weeks; unknown where that is not proven."""
    complete: bool
    """Whether every point is proven and no bridge is missing between or beyond them."""
    sooner_at_least: float | None
    """What any bridge sooner than the last point costs at least; None when it is proven that there is none."""
    currency: str
    money_per_hour: float
    hours_per_week: float
    too_late: tuple[str, ...]
    missing: tuple[str, ...]
    conditions: BridgeConditions


@dataclass(frozen=True)
class WhatIf:
    """The cheapest bridge as things are, and as it would be."""

    now: Bridge
    then: Bridge


@dataclass(frozen=True)
class ReliedSkill:
    """A skill that a bridge counts on although it is only believed."""

    skill: Named
    level: float
    """The highest level of it that the role or a move asks for."""
    probability: float
    dearer: float | None
    """What making up for it costs when everything else is in place; None when no move brings it."""


@dataclass(frozen=True)
class ExpectedBridge:
    """A bridge, and what it costs on average: skills that turn out to be missing are made up for at the least cost.

    Skills are taken to be missing independently of one another. ``expected_least`` and ``expected_most`` are proven
    bounds of the average price, as long as nothing is missing that no move brings.
    """

    bridge: BridgeOption
    relies_on: tuple[ReliedSkill, ...]
    expected_least: float
    expected_most: float | None
    """None where some skill can be made up for only with the help of others."""
    stranded: float
    """The probability that a skill is missing that no move brings."""


@dataclass(frozen=True)
class BridgeExpectation:
    """The cheapest bridge with what it costs on average, and one that is better bounded, where there is one."""

    person: Named
    role: Named
    cheapest: ExpectedBridge
    hedged: ExpectedBridge | None
    """A bridge with a lower ``expected_most``, which counts on less; None where the cheapest has the lowest."""
    currency: str
    money_per_hour: float
    hours_per_week: float
    too_late: tuple[str, ...]
    missing: tuple[str, ...]
