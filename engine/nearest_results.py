"""Results about many bridges at once: the people nearest to a role, and the roles nearest to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.results import BridgeConditions, Named


@dataclass(frozen=True)
class NearPerson:
    """Someone with their cheapest bridge to the role; somebody who is ready needs no move and pays nothing.

    ``status`` is ``optimal`` where the price is proven; ``feasible`` where a move begins before the bridge gets to it,
    and the price may then be off down to ``lower_bound``.
    """

    person: Named
    title: str | None
    function: str | None
    readiness: float
    status: str
    price: float
    lower_bound: float
    money: float
    hours: float
    weeks: int
    money_per_hour: float
    moves: tuple[Named, ...]


@dataclass(frozen=True)
class NearestPeople:
    """The people with the cheapest bridges to a role, cheapest first, ties by id.

    What people keep to themselves does not count for them here, as in a pool: their own bridge may be cheaper.

    Attributes:
        considered: People with any skill that may be seen and who do not hold the role.
        ready: Those of them who meet every requirement.
        unreachable: Those found to have no bridge.
        complete: Whether nobody else belongs on the list. If not, time ran out: the people listed are priced, others
            may be cheaper, and the list would end at ``at_least`` or more.
        at_least: What the last of ``top`` people costs at least, and exactly where the list is complete; unknown where
            fewer people can reach the role.
        bounded: People whose bound was drawn for them alone.
        solved: People whose bridge was solved; for all others the bounds decided.
    """

    role: Named
    top: int
    as_of: date
    model: str
    considered: int
    ready: int
    unreachable: int
    complete: bool
    at_least: float | None
    bounded: int
    solved: int
    currency: str
    hours_per_week: float
    conditions: BridgeConditions
    people: tuple[NearPerson, ...]


@dataclass(frozen=True)
class NearRole:
    """A role that a person may get to, with the cheapest bridge to it.

    Attributes:
        readiness: Share of the requirements met, weighted by importance.
        readiness_after: The same after the moves; below 1 where the role is out of reach.
        status: ``optimal``, ``feasible``, ``infeasible`` or ``unknown``, as of a bridge.
        price: Price of the bridge; of an infeasible one the price of the nearest that can be reached, or where none
            keeps the limits, of the cheapest that need not.
        pay: What the role pays a year; unknown is not 0.
        gain: How much more it pays than the best paid role held; unknown where either is.
        payback_weeks: Weeks until the gain has made up for the price; unknown where there is no gain or it is unknown.
        keeps_limits: False where no bridge was found that keeps the limits asked for.
    """

    role: Named
    readiness: float
    readiness_after: float
    status: str
    price: float
    lower_bound: float
    money: float
    hours: float
    weeks: int
    pay: float | None
    gain: float | None
    payback_weeks: float | None
    moves: tuple[Named, ...]
    keeps_limits: bool


@dataclass(frozen=True)
class NearestRoles:
    """The roles a person does not hold: what pays back soonest first.

    First come roles that pay more, by payback; then those of which that is not known, by price; then those that pay no
    more, by price; last those out of reach, the readiest first.

    Attributes:
        pay: What the best paid role held pays a year; unknown where no role is held or its pay is not known.
        left_out: Roles that time did not allow to be priced.
    """

    person: Named
    as_of: date
    model: str
    pay: float | None
    currency: str
    money_per_hour: float
    hours_per_week: float
    conditions: BridgeConditions
    roles: tuple[NearRole, ...]
    left_out: tuple[Named, ...]
