"""Limits on what a whole bridge may take: most money, most hours; and what to say where no bridge keeps them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import numpy as np

from engine.bridges.kernels import IntArray
from engine.bridges.limited import Ground, Limited, keeps
from engine.bridges.moves import Move
from engine.bridges.prices import FINEST, read_exact
from engine.bridges.problem import Problem
from engine.bridges.result import OverLimit
from engine.bridges.search import Found, Limit, solve_problem
from graph_schema.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a whole bridge may take; None where anything goes."""

    money: float | None = None
    hours: float | None = None

    def weigh(self, moves: Sequence[Move]) -> tuple[Weighed, ...]:
        """Weigh the moves of a catalogue under each limit there is.

        Raises:
            InvalidInput: A limit is below 0 or no number.
        """
        weighed: list[Weighed] = []
        if self.money is not None:
            weighed.append(_weigh("money", [move.money for move in moves], self.money))
        if self.hours is not None:
            weighed.append(_weigh("hours", [move.hours for move in moves], self.hours))
        return tuple(weighed)


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A limit over the moves of a catalogue, in whole numbers of ``unit``."""

    name: str
    most: float
    limit: Limit
    unit: Decimal


def check_limit(field: str, most: float) -> float:
    """Check the most of something that a bridge may take.

    Raises:
        InvalidInput: It is below 0 or no number.
    """
    if not math.isfinite(most) or most < 0:
        raise InvalidInput(field, f"must be a number of at least 0, not {most!r}")
    return most


def _weigh(name: str, amounts: Sequence[float], most: float) -> Weighed:
    """Count amounts exactly in a common unit; what is finer than a millionth is rounded up, so a limit kept is kept."""
    exact = [read_exact(amount) for amount in amounts]
    digits = min(FINEST, max([0, *(-_read_exponent(amount) for amount in exact)]))
    whole = [int(amount.scaleb(digits).to_integral_value(ROUND_CEILING)) for amount in exact]
    divisor = math.gcd(*whole) or 1
    weights = np.array([amount // divisor for amount in whole], dtype=np.int64)
    unit = Decimal(divisor).scaleb(-digits)
    allowed = math.floor(Fraction(read_exact(check_limit(name, most))) / Fraction(unit))
    # More than everything weighs is no limit; a number so large would only blur the solver's arithmetic.
    return Weighed(name, most, Limit(weights, min(allowed, int(weights.sum()))), unit)


def _read_exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def keep_limits(problem: Problem, found: Found, limits: Sequence[Limit], deadline: float) -> Limited:
    """Find the cheapest plan that keeps the limits, from the cheapest without them."""
    if keeps(found.moves, limits):
        return Limited(found.moves, found.price, found.at_least, found.settled)
    return Ground(problem, found.moves, found.at_least).find_cheapest(limits, deadline)


def explain_limits(
    problem: Problem, found: Found, weighed: Sequence[Weighed], deadline: float
) -> tuple[OverLimit, ...]:
    """Say of each limit what the cheapest plan without limits takes, and the least that any plan takes, proven."""
    return tuple(_explain(problem, found, item, deadline) for item in weighed)


def _explain(problem: Problem, found: Found, item: Weighed, deadline: float) -> OverLimit:
    weights: IntArray = item.limit.weights
    least = solve_problem(replace(problem, price=weights[problem.origin]), deadline)
    return OverLimit(
        limit=item.name,
        most=item.most,
        cheapest=float(int(weights[list(found.moves)].sum()) * item.unit),
        least=float(least.at_least * item.unit),
        reached=float(least.price * item.unit),
    )
