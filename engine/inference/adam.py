"""Adam (Kingma and Ba 2015) with a cosine schedule, on numpy arrays and one thread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Adam:
    """Moves parameters down their gradients; the step size falls from ``rate`` to zero along a cosine.

    Args:
        parameters: The arrays to move, in place.
        rate: First step size.
        steps: How many steps there will be.
    """

    def __init__(self, parameters: Sequence[Floats], rate: float, steps: int) -> None:
        self._parameters = parameters
        self._first = [np.zeros_like(item) for item in parameters]
        self._second = [np.zeros_like(item) for item in parameters]
        self._rate, self._steps, self._done = rate, steps, 0

    def step(self, gradients: Sequence[Floats]) -> None:
        """Move every parameter once."""
        rate = self._rate * 0.5 * (1 + np.cos(np.pi * self._done / self._steps))
        self._done += 1
        scale = np.float32(rate * np.sqrt(1 - 0.999**self._done) / (1 - 0.9**self._done))
        moved = zip(self._parameters, gradients, self._first, self._second, strict=True)
        for parameter, gradient, first, second in moved:
            first += np.float32(0.1) * (gradient - first)
            second += np.float32(0.001) * (gradient * gradient - second)
            parameter -= scale * first / (np.sqrt(second) + np.float32(1e-8))
