"""PEOPLE.csv and SKILLS.csv: what is known of the people and skills of PROFILES.csv, one a line.

Every column of PEOPLE.csv but ``person_id`` and ``text`` is an attribute: a number where all its values are, else a
category. Protected attributes are named and left out.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph_schema.errors import InvalidInput, LoadError
from graph_schema.protected_attributes import find_protected_attribute
from loaders.base import RawRow
from loaders.csv_files import open_rows
from loaders.profiles.listings import PERSON, SKILL, is_missing

TEXT, LABEL, DESCRIPTION = "text", "label", "description"

MOST_CATEGORIES = 500
"""A column with more distinct values names people or things; it does not sort them into kinds."""

Kind = Literal["category", "number"]


@dataclass(frozen=True)
class PeopleTable:
    """What is known of people, as the file spells it; None is unknown."""

    path: Path
    people: tuple[str, ...]
    """Ids, sorted; everything else is in this order."""
    lines: tuple[int, ...]
    """Where in the file each person stands."""
    columns: Mapping[str, tuple[str | None, ...]]
    """The attributes, in the file's order."""
    texts: tuple[str | None, ...] | None
    """What is written about each person; None without the column ``text``."""
    notes: tuple[str, ...] = ()
    """What was left aside, in sentences."""


@dataclass(frozen=True)
class SkillTable:
    """What skills are called and what they are."""

    skills: tuple[str, ...]
    """Ids, sorted; everything else is in this order."""
    labels: tuple[str, ...]
    """The label, or the id where there is none."""
    descriptions: tuple[str | None, ...]
    notes: tuple[str, ...] = ()
    """What was left aside, in sentences."""


def read_people(path: Path) -> PeopleTable:
    """Read what is known of people; ``.csv`` or ``.csv.gz`` with the column ``person_id``.

    Raises:
        LoadError: The file is no CSV in UTF-8, lacks the column, has a row that cannot be used, or says two things of
            one person; the message names the file, the line and the field.
    """
    columns, rows = _read_once(path, PERSON, ())
    given = [name for name in columns if name and name not in (PERSON, TEXT)]
    protected = {name: attribute for name in given if (attribute := find_protected_attribute(name))}
    told = ", ".join(name if name == attribute else f"{name} ({attribute})" for name, attribute in protected.items())
    notes = [f"{path.name}: left out, protected attributes are never used to infer: {told}"] if protected else []
    return PeopleTable(
        path=path,
        people=tuple(rows),
        lines=tuple(row.line for row in rows.values()),
        columns={
            name: tuple(_read_value(row, name) for row in rows.values()) for name in given if name not in protected
        },
        texts=tuple(_read_value(row, TEXT) for row in rows.values()) if TEXT in columns else None,
        notes=tuple(notes),
    )


def find_kinds(table: PeopleTable, categories: Collection[str] = ()) -> dict[str, Kind]:
    """Tell numbers from categories; a column without any value, or with too many categories, is left out.

    Args:
        table: The people.
        categories: Columns that are categories although their values look like numbers, such as codes.

    Raises:
        InvalidInput: A column named as a category is not in the file.
        LoadError: Most values of a column are numbers and some are not; the message names the first.
    """
    if unknown := [name for name in categories if name not in table.columns]:
        known = ", ".join(table.columns) or "none"
        raise InvalidInput("--category", f"{table.path} has no attribute {', '.join(unknown)}; it has: {known}")
    kinds: dict[str, Kind] = {}
    for name, values in table.columns.items():
        known = [value for value in values if value is not None]
        numbers = 0 if name in categories else sum(_read_number(value) is not None for value in known)
        if 2 * numbers > len(known):
            kinds[name] = "number"
        elif 0 < len(set(known)) <= MOST_CATEGORIES:
            kinds[name] = "category"
    for name in [name for name, kind in kinds.items() if kind == "number"]:
        _parse_numbers(
            table, name, "most other values are: correct it, leave it empty, or make the column a category (--category)"
        )
    return kinds


def parse_values(table: PeopleTable, kinds: Mapping[str, Kind]) -> dict[str, tuple[str | float | None, ...]]:
    """Return the attributes of these names, categories as they are spelt and numbers as numbers.

    Args:
        table: The people.
        kinds: What each attribute is; one that the file lacks is left out of the answer.

    Raises:
        LoadError: A value is not a number and must be; the message names the file, the line and the field.
    """
    return {
        name: _parse_numbers(table, name, "correct it or leave it empty") if kind == "number" else table.columns[name]
        for name, kind in kinds.items()
        if name in table.columns
    }


def read_skill_table(path: Path) -> SkillTable:
    """Read what skills are called; ``.csv`` or ``.csv.gz`` with ``skill_id``, ``label`` and perhaps ``description``.

    Raises:
        LoadError: The file is no CSV in UTF-8, lacks a column, has a row that cannot be used, or says two things of
            one skill; the message names the file, the line and the field.
    """
    columns, rows = _read_once(path, SKILL, (LABEL,))
    others = [name for name in columns if name and name not in (SKILL, LABEL, DESCRIPTION)]
    return SkillTable(
        skills=tuple(rows),
        labels=tuple(_read_value(row, LABEL) or skill for skill, row in rows.items()),
        descriptions=tuple(_read_value(row, DESCRIPTION) for row in rows.values()),
        notes=(f"{path.name}: not used: {', '.join(others)}",) if others else (),
    )


def _read_once(path: Path, key: str, required: Sequence[str]) -> tuple[tuple[str, ...], dict[str, RawRow]]:
    """Return the columns, and the rows by id in the order of the ids; the same row twice is one."""
    columns, rows = open_rows(path, (key, *required))
    found: dict[str, RawRow] = {}
    for row in rows:
        if row.problem:
            raise LoadError(f"{path}, line {row.line}: {row.problem}")
        id = row.values.get(key, "")
        if is_missing(id):
            raise LoadError(f"{path}, line {row.line}, {key}: is empty; every row needs an id")
        first = found.setdefault(id, row)
        if differing := [name for name in columns if first.values.get(name) != row.values.get(name)]:
            where = f"{path}, line {row.line}, {differing[0]}"
            raise LoadError(f"{where}: says something else of {key} {id} than line {first.line}; keep one of the two")
    return columns, {id: found[id] for id in sorted(found)}


def _read_value(row: RawRow, name: str) -> str | None:
    value = row.values.get(name, "")
    return None if is_missing(value) else value


def _parse_numbers(table: PeopleTable, name: str, advice: str) -> tuple[float | None, ...]:
    numbers: list[float | None] = []
    for line, value in zip(table.lines, table.columns[name], strict=True):
        number = None if value is None else _read_number(value)
        if value is not None and number is None:
            raise LoadError(f"{table.path}, line {line}, {name}: {value!r} is not a number; {advice}")
        numbers.append(number)
    return tuple(numbers)


def _read_number(value: str) -> float | None:
    try:
        # Python also reads 1_000; nobody writes so in a file.
        number = float(value) if "_" not in value else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
