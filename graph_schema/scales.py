"""The house scale of levels, 0 to 5, on which requirements, evidence and moves are all stated."""

from __future__ import annotations

LEVELS: tuple[str, ...] = (
    "none",
    "aware: knows what it is",
    "basic: does it with help",
    "working: does it alone",
    "advanced: others ask for advice",
    "expert: sets the standard",
)
"""What each level means, from 0 to 5; halves lie between."""

HIGHEST = float(len(LEVELS) - 1)
"""The highest level there is."""

WORKING_LEVEL = 3.0
"""The level that having a skill stands for where nothing at all says a level, as in a plain list of skills."""
