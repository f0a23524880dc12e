"""What a bridge question is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
OUT_OF_REACH: tuple[Status, ...] = ("infeasible", "unknown")
"""Where there is no bridge to carry out: none leads there, or none was found in time that keeps the limits."""


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A limit in force where no bridge was found that keeps all of them.

    Attributes:
        limit: ``money``, ``hours`` or ``weeks``.
        most: The most that was allowed.
        cheapest: What the cheapest bridge takes that need not keep the limits; as for weeks, all the others.
        least: No bridge takes less, proven, the other limits aside.
        reached: The least that a bridge found takes, the other limits aside; None where none was found in time.
    """

    limit: str
    most: float
    cheapest: float
    least: float
    reached: float | None


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to one instance, as ``skillway bridge --instance`` prints it.

    Attributes:
        status: ``optimal``: no bridge that keeps the limits is cheaper. ``feasible``: time ran out; the bridge holds, a
            cheaper one may exist, none below ``lower_bound``. ``infeasible``: no moves meet ``missing``, or none keep
            the limits (``over``); amounts are then None. ``unknown``: time ran out before a bridge within the limits
            was found or ruled out.
        moves: Ids in an order that can be carried out.
        gap: How far the price may be off, as a share of it: (price - lower_bound) / price.
        missing: Requirements that no moves reach, with the level asked.
        blocked: Required moves that can never start.
        over: The limits, where no bridge was found that keeps them.
        price_without_limits: What the cheapest bridge costs that need not keep them; None where one keeps them.
    """

    status: Status
    moves: tuple[str, ...]
    money: float | None
    hours: float | None
    price: float | None
    lower_bound: float | None
    gap: float | None
    missing: Mapping[str, float] = field(default_factory=dict[str, float])
    blocked: tuple[str, ...] = ()
    over: tuple[OverLimit, ...] = ()
    price_without_limits: float | None = None

    def to_json(self) -> dict[str, object]:
        """Give the answer as plain values; what limits and required moves are to blame for only where they are."""
        answer = {**asdict(self), "moves": list(self.moves), "missing": dict(self.missing)}
        for name in ("blocked", "over", "price_without_limits"):
            del answer[name]
        return answer | self.list_obstacles()

    def list_obstacles(self) -> dict[str, object]:
        """List the required moves and the limits that stand in the way, as plain values; nothing where none does."""
        blocked: dict[str, object] = {"blocked": list(self.blocked)} if self.blocked else {}
        if not self.over:
            return blocked
        return blocked | {
            "over": [asdict(item) for item in self.over],
            "price_without_limits": self.price_without_limits,
        }


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One move of a bridge, on the calendar and with its reasons.

    Attributes:
        money: Expected money; what may have to be taken again counts as often as it is expected to be.
        start_week: The week it starts in, the first week being 1.
        end_week: The week it ends in.
        why: A sentence for each requirement or later move that this move serves.
        serves: Ids of those requirements (skills) and later moves.
        gives: Skill -> level this move brings (``verified:<skill>`` where it proves one).
        dearer_without: How much dearer the bridge gets without this move, proven, start days aside and without what is
            too late; None when there is then no bridge (``indispensable``), it was not asked for or not proven in time.
        indispensable: Without it there is no bridge; None when that was not looked into.
    """

    id: str
    kind: str
    title: str
    money: float
    hours: float
    start_week: int
    end_week: int
    why: tuple[str, ...]
    serves: tuple[str, ...]
    gives: Mapping[str, float]
    dearer_without: float | None
    indispensable: bool | None


@dataclass(frozen=True, slots=True)
class MissingOffer:
    """Something nobody offers and without which a target stays out of reach.

    Either ``skill_id`` at ``level``, or ``move_id``: a move that others come after and that cannot be done.
    """

    skill_id: str = ""
    level: float = 0.0
    move_id: str = ""


@dataclass(frozen=True, slots=True)
class UnmetRequirement:
    """A requirement that no moves reach.

    Attributes:
        reachable_level: The highest level of the skill that this person can come to.
        blocked_by: What nobody offers and would have to; the requirement itself where nothing brings it.
    """

    skill_id: str
    level: float
    reachable_level: float
    blocked_by: tuple[MissingOffer, ...]


@dataclass(frozen=True, slots=True)
class BlockedMove:
    """A required move that cannot be done, and what stands before it; nothing does where it is not on offer itself."""

    move_id: str
    unmet: tuple[UnmetRequirement, ...]


@dataclass(frozen=True, slots=True)
class BridgePlan:
    """The cheapest bridge of a person to a target, scheduled and explained.

    Start days are no part of the proof but of the calendar: a move that the cheapest bridge reaches only after it has
    begun is left out (``too_late``) and the bridge is planned again. Some dearer bridge may get to it in time, so
    ``lower_bound`` is then the price of the cheapest bridge were there no dates, and the status is ``feasible`` unless
    that price is met. ``infeasible`` with ``too_late`` holds for the catalogue without them, and so does its bound.

    Attributes:
        price: money + money_per_hour x hours.
        weeks: Calendar weeks at the hours a week asked for.
        least_weeks: No order of these same moves takes fewer weeks.
        readiness: Importance-weighted share of requirements met before and after.
        unmet: Requirements out of reach; the bridge is then the cheapest to all the others.
        settled: Whether the tie rule (fewest moves, then smallest ids) was applied in full: time did not run out and
            nothing was too late.
        too_late: Ids of moves left out because they begin before this bridge gets to them, or end before it is through.
        blocked: Required moves out of reach; the bridge is then the cheapest with all the others.
        over: The limits, where no bridge was found that keeps them; there are then no moves.
        price_without_limits: What the cheapest bridge costs that need not keep them; None where one keeps them.
    """

    status: Status
    moves: tuple[PlannedMove, ...]
    money: float
    hours: float
    price: float
    lower_bound: float
    gap: float
    weeks: int
    least_weeks: int
    readiness: float
    readiness_after: float
    unmet: tuple[UnmetRequirement, ...]
    settled: bool
    too_late: tuple[str, ...] = ()
    blocked: tuple[BlockedMove, ...] = ()
    over: tuple[OverLimit, ...] = ()
    price_without_limits: float | None = None
