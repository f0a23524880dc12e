"""The kinds of value a cell may hold, with what they accept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from graph_schema import ranges


class SkillLevel(NamedTuple):
    """A skill, by id or preferred label, with a level on the house scale, above 0 and up to 5."""

    skill: str
    level: float


def parse_date(value: Any) -> Any:
    """Read an ISO 8601 date; numbers are not taken for time stamps."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date such as 2026-07-01") from None


def split_list(value: Any) -> Any:
    """Read values joined by ``|``, each one once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(text for part in value.split("|") if (text := part.strip())))


def split_lines(value: Any) -> Any:
    """Read values that stand on lines of their own, each one once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(text for part in value.splitlines() if (text := part.strip())))


def parse_skill_levels(value: Any) -> Any:
    """Read ``skill=level`` pairs joined by ``|``."""
    if not isinstance(value, str):
        return value
    return tuple(_parse_skill_level(part) for part in split_list(value))


def _parse_skill_level(text: str) -> SkillLevel:
    skill, equals, number = (part.strip() for part in text.rpartition("="))
    try:
        level = float(number)
    except ValueError:
        level = -1.0
    if not (skill and equals and 0 < level <= 5):
        raise ValueError(f"must be skill=level pairs joined by |, levels above 0 and up to 5; {text!r} is not")
    return SkillLevel(skill, level)


def _bound(within: ranges.Range) -> Any:
    return Field(**within.bounds)


IsoDate = Annotated[date, BeforeValidator(parse_date)]
Listed = Annotated[tuple[str, ...], BeforeValidator(split_list)]
Lines = Annotated[tuple[str, ...], BeforeValidator(split_lines)]
SkillLevels = Annotated[tuple[SkillLevel, ...], BeforeValidator(parse_skill_levels)]
Level = Annotated[float, _bound(ranges.LEVEL)]
RequiredLevel = Annotated[float, _bound(ranges.LEVEL_ABOVE_NONE)]
Share = Annotated[float, _bound(ranges.SHARE)]
Weight = Annotated[float, _bound(ranges.WEIGHT)]
Amount = Annotated[float, _bound(ranges.AMOUNT)]
