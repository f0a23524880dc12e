"""Amounts, levels and shares in words; unknown is said, never shown as 0."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "?"
SOME = 8
"""Most names in one sentence."""


def say_share(value: float | None) -> str:
    """Return a share 0–1 as a percentage."""
    return UNKNOWN if value is None else f"{value * 100:.0f} %"


def say_probability(value: float | None) -> str:
    """Return a probability with two decimals; near certainty is said as such, never rounded up to 1."""
    if value is None:
        return UNKNOWN
    return "> .99" if value > 0.99 else "< .01" if value < 0.01 else f"{value:.2f}".removeprefix("0")


def say_level(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return a level 0–5, with its 90 % interval when that is known."""
    if value is None:
        return UNKNOWN
    return f"{value:.1f}" if low is None or high is None else f"{value:.1f} ({low:.1f}–{high:.1f})"


def say_number(value: float) -> str:
    """Return an amount with thousands separated and no needless decimals."""
    return f"{value:,.0f}" if abs(value - round(value)) < 0.005 else f"{value:,.2f}"


def say_source(listed: bool, verified: bool) -> str:
    """Return where a belief comes from, in one or two words."""
    return ("listed" if listed else "hidden") + (", verified" if verified else "")


def say_some(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = len(names) - SOME
    return ", ".join(names[:SOME]) + (f" and {more} more" if more > 0 else "")


def say_kind(kind: str) -> str:
    """Return a kind of move as people say it."""
    return kind.replace("_", " ")
