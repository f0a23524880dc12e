"""The ranges that numbers of the graph lie in: declared once, checked by whoever writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Range:
    """Which numbers are in range; a bound that is absent does not bind."""

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None

    @property
    def bounds(self) -> dict[str, Any]:
        """The bounds as a validator takes them: ``ge``, ``gt``, ``le``."""
        bounds = {"ge": self.at_least, "gt": self.above, "le": self.at_most}
        return {name: bound for name, bound in bounds.items() if bound is not None}


LEVEL = Range(at_least=0, at_most=5)
"""A level on the house scale."""
LEVEL_ABOVE_NONE = Range(above=0, at_most=5)
"""A level that is asked for or reached: level 0 is none."""
SHARE = Range(at_least=0, at_most=1)
"""A share or a probability."""
WEIGHT = Range(above=0, at_most=1)
"""A weight: what weighs nothing is left out."""
AMOUNT = Range(at_least=0)
"""Money, hours, weeks or places."""
