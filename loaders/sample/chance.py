"""Seeded chance: one generator a subject, so that changing one part of the sample leaves the others as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

SEED = 20260701

Item = TypeVar("Item")


def open_chance(*subject: object) -> Random:
    """Return the generator of one subject, such as ("truth", "p017"); the same subject gives the same numbers."""
    return Random(":".join(map(str, (SEED, *subject))))


def squash(logit: float) -> float:
    """Return the probability of a logit."""
    return 1 / (1 + math.exp(-logit))


def pick_date(chance: Random, first: date, last: date) -> date:
    """Return a working day between two dates."""
    day = first + timedelta(days=int(chance.random() * ((last - first).days + 1)))
    return min(day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0), last)


def pick_weighted(chance: Random, items: Sequence[Item], weights: Sequence[float], count: int) -> list[Item]:
    """Return up to ``count`` different items, likelier the heavier (Efraimidis and Spirakis 2006, A-Res)."""
    keys = [chance.random() ** (1 / weight) if weight > 0 else -1.0 for weight in weights]
    order = sorted(range(len(items)), key=lambda index: (-keys[index], index))
    return [items[index] for index in order[:count] if keys[index] >= 0]


def round_level(value: float, lowest: float = 0.5) -> float:
    """Return a level in half steps of the house scale, at most 5."""
    return min(5.0, max(lowest, round(value * 2) / 2))
