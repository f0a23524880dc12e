"""A past day as an option of commands."""

from __future__ import annotations

from datetime import date, datetime

DAY_FORMATS = ["%Y-%m-%d"]
"""How a day is written on the command line."""


def read_day(value: datetime | None) -> date | None:
    """Return the day that an option gives; None where it is not given."""
    return None if value is None else value.date()
