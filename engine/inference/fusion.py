"""How prior and evidence add up: as they are hand-set, or as audits found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.inference.calibration import Reliability

Numbers = TypeVar("Numbers", float, NDArray[np.float64])


@dataclass(frozen=True)
class Fusion:
    """What audits changed about the sum in log-odds; without audits, nothing.

    ::

        logit P = shift + slope x prior + floor + factor x votes + cap + sum over observations of factor x weight
    """

    shift: float = 0.0
    """What is added for every person and skill, in log-odds: above 0 where people have more than is believed."""
    slope: float = 1.0
    """What log-odds before evidence are worth."""
    factors: Mapping[str, float] = field(default_factory=dict[str, float])
    """What evidence is worth, by the name of its kind; 1 where absent, never below 0."""
    outcomes: int = 0
    """How many audited outcomes this was learnt from."""
    last_on: str | None = None
    """Day of the last of them, ISO 8601."""
    kept_out: Reliability | None = None
    """How probabilities agree with the outcomes, each judged by a fit without it."""

    def adjust(self, prior: Numbers) -> Numbers:
        """Return what log-odds before evidence are worth."""
        return self.slope * prior + self.shift

    @property
    def endorsement(self) -> float:
        """What an endorsement is worth."""
        return self.factors.get("endorsement", 1.0)


HAND_SET = Fusion()
"""Nothing audited."""
