"""PROFILES.csv: who shows which skill, one pair a line, millions of lines.

Nothing depends on the order of the lines or on how often one is said. A line without a skill names a person who shows
none by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_schema.errors import LoadError
from loaders.csv_files import find_line, open_bytes, open_rows

PERSON, SKILL = "person_id", "skill_id"
MISSING = frozenset({"", "nan", "na", "n/a", "#n/a", "<na>", "null", "none"})
"""What programs write, in any case, where they know nothing."""
BLOCK_BYTES = 1 << 24


@dataclass(frozen=True)
class Listings:
    """Who shows which skill: every pair once, by person, then skill."""

    people: tuple[str, ...]
    """Ids, sorted."""
    skills: tuple[str, ...]
    """Ids, sorted."""
    person: NDArray[np.int64]
    """Per pair the place of the person."""
    skill: NDArray[np.int64]
    """Per pair the place of the skill."""
    notes: tuple[str, ...] = ()
    """What was left aside, in sentences."""


def read_listings(path: Path) -> Listings:
    """Read who shows which skill; ``.csv`` or ``.csv.gz`` with the columns ``person_id`` and ``skill_id``.

    Raises:
        LoadError: The file is no CSV in UTF-8, lacks a column, or has a row that cannot be used; the message names the
            file, the line and the field.
    """
    columns, rows = open_rows(path, (PERSON, SKILL))
    others = [name for name in columns if name and name not in (PERSON, SKILL)]
    notes = [f"{path.name}: not used: {', '.join(others)}"] if others else []
    if next(rows, None) is None:
        nothing = np.zeros(0, dtype=np.int64)
        return Listings((), (), nothing, nothing, tuple(notes))
    table = _read_table(path, [columns.index(PERSON), columns.index(SKILL)])
    people, person = _number_ids(path, PERSON, table.column(0))
    skills, skill = _number_ids(path, SKILL, table.column(1))
    if len(nobody := np.flatnonzero((person < 0) & (skill >= 0))):
        raise LoadError(f"{_place(path, int(nobody[0]), PERSON)}: is empty; a skill needs the id of a person")
    # Sorted by hand: numpy's unique hashes, several times slower here.
    codes = np.sort((person * len(skills) + skill)[skill >= 0])
    pairs = codes[np.diff(codes, prepend=-1) > 0]
    if skillless := int((skill < 0).sum()):
        notes.append(f"{path.name}: {skillless:,} of {len(skill):,} rows name no skill")
    if repeated := len(codes) - len(pairs):
        notes.append(f"{path.name}: {repeated:,} of {len(skill):,} rows repeat others; each pair counts once")
    width = max(len(skills), 1)
    return Listings(tuple(people), tuple(skills), pairs // width, pairs % width, tuple(notes))


def is_missing(value: str) -> bool:
    """Whether a value, without spaces around it, is how programs write that there is none."""
    return value.casefold() in MISSING


def _read_table(path: Path, places: list[int]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    # Names made up by place, so that the header is a row like any other, whatever stands around its names.
    names = [f"f{place}" for place in places]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = csv.read_csv(
            path,
            csv.ReadOptions(autogenerate_column_names=True, block_size=BLOCK_BYTES),
            csv.ParseOptions(newlines_in_values=True),
            csv.ConvertOptions(include_columns=names, column_types=dict.fromkeys(names, text)),
        )
    except (pa.ArrowInvalid, OSError) as error:
        _check_rows(path)
        raise LoadError(f"{path} cannot be read: {error}") from error
    if _count_quotes(path) % 2:
        _check_rows(path)
    return table.slice(1).unify_dictionaries().combine_chunks()


def _check_rows(path: Path) -> None:
    """Read row by row, slowly, to say on which line the trouble is."""
    for row in open_rows(path)[1]:
        if row.problem:
            raise LoadError(f"{path}, line {row.line}: {row.problem}")


def _count_quotes(path: Path) -> int:
    # A quote that nobody closes swallows the lines after it, and pyarrow says nothing.
    with open_bytes(path) as file:
        return sum(block.count(b'"') for block in iter(lambda: file.read(BLOCK_BYTES), b""))


def _number_ids(path: Path, field: str, column: Any) -> tuple[list[str], NDArray[np.int64]]:
    """Return the ids, sorted, and for every row the place of its id, -1 where it has none."""
    if not len(column):
        return [], np.zeros(0, dtype=np.int64)
    chunk = column.chunk(0)
    spelt = [value.strip() for value in chunk.dictionary.to_pylist()]
    codes = chunk.indices.to_numpy()
    used = np.flatnonzero(np.bincount(codes, minlength=len(spelt))).tolist()
    for code in used:
        if "\n" in spelt[code] or "\r" in spelt[code]:
            row = int(np.flatnonzero(codes == code)[0])
            raise LoadError(f"{_place(path, row, field)}: is an id with a line break in it; a quote may not be closed")
    ids = sorted({spelt[code] for code in used if not is_missing(spelt[code])})
    places = {value: place for place, value in enumerate(ids)}
    return ids, np.fromiter((places.get(value, -1) for value in spelt), np.int64, len(spelt))[codes]


def _place(path: Path, row: int, field: str) -> str:
    return f"{path}, line {find_line(path, row + 1)}, {field}"
