"""Prices as whole numbers, so that no sum and no comparison inside the solver is ever rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from engine.bridges.moves import Move

CENTS = 2
FINEST = 6


@dataclass(frozen=True, slots=True)
class PriceScale:
    """The price of every move as a whole number of ``unit`` (a cent or a multiple, finer where the input is finer)."""

    prices: tuple[int, ...]
    unit: Decimal

    def to_money(self, units: int) -> float:
        """Give an amount back in the house currency."""
        return float(units * self.unit)


def read_exact(amount: float) -> Decimal:
    """Read a number as it was written: 0.1 is one tenth."""
    return Decimal(repr(amount))


def sum_exact(amounts: Sequence[float]) -> float:
    """Add amounts as they were written, without a binary rounding on the way."""
    return float(sum((read_exact(amount) for amount in amounts), Decimal(0)))


def price_exact(money: float, hours: float, money_per_hour: float) -> float:
    """Price money and hours: money + money_per_hour x hours, as written."""
    return float(read_exact(money) + read_exact(money_per_hour) * read_exact(hours))


def scale_prices(moves: Sequence[Move], money_per_hour: float) -> PriceScale:
    """Price every move: money + money_per_hour x hours, as whole numbers of one common unit.

    The unit is a cent, or the power of ten that holds every price exactly where hours or rates have more digits, down
    to a millionth (finer prices are rounded half to even); a common divisor is taken out, which keeps the numbers that
    reach the linear solver small.
    """
    rate = read_exact(money_per_hour)
    exact = [read_exact(move.money) + rate * read_exact(move.hours) for move in moves]
    digits = CENTS
    for price in exact:
        exponent = price.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > digits:
            normal = price.normalize().as_tuple().exponent
            digits = max(digits, -normal) if isinstance(normal, int) else digits
    digits = min(digits, FINEST)
    whole = [int(price.scaleb(digits).to_integral_value(ROUND_HALF_EVEN)) for price in exact]
    divisor = math.gcd(*whole) or 1
    return PriceScale(tuple(price // divisor for price in whole), Decimal(divisor).scaleb(-digits))
