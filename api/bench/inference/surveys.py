"""The data: what developers say they work with, in two surveys, and what else they say of themselves."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array, load_npz

from engine.inference.profiles import Profiles, Value
from graph_schema.errors import InvalidInput

ROLE = "role"
"""The attribute that says what kind of work somebody does; role popularity and ours read it."""
LARGEST_GROUPS = 8
"""Groups told apart in an audit; smaller ones are joined."""
LEAST_IN_GROUP = 100
"""People of the survey that a group needs to be told apart: fewer say nothing about calibration."""
REST = "other"

_ValueT = TypeVar("_ValueT")
_UNSAID = frozenset({"", "I don't know", "I don\u2019t know", "I prefer not to say", "Prefer not to say"})
_AGES = (18, 25, 35, 45, 55, 65)
_AGE_BANDS = ("under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65 or older")


@dataclass(frozen=True)
class Survey:
    """People of one survey.

    Attributes:
        name: The year.
        profiles: Who works with what. The attributes are those a model may learn from.
        groups: For audits only, by protected attribute the group of each person; None where the person did not say.
    """

    name: str
    profiles: Profiles
    groups: Mapping[str, Sequence[str | None]]


def _read_word(text: str) -> str | None:
    return None if text in _UNSAID else text


def _read_number(text: str) -> float | None:
    return float(text) if text else None


def _read_age_band(text: str) -> str | None:
    return _AGE_BANDS[int(np.digitize(float(text), _AGES))] if text else None


@dataclass(frozen=True)
class Source:
    """Where a survey's files are and what is taken from them, by name the column and how it is read."""

    stem: str
    attributes: Mapping[str, tuple[str, Callable[[str], Value]]]
    """What a model may learn from. Age, country, education and pay are never among them."""
    groups: Mapping[str, tuple[str, Callable[[str], str | None]]]


SOURCES = {
    "2023": Source(
        stem="so2023_have",
        attributes={
            ROLE: ("role", _read_word),
            "years_pro": ("years_pro", _read_number),
            "industry": ("industry", _read_word),
            "org_size": ("org_size", _read_word),
            "remote": ("remote", _read_word),
            "employment": ("employment", _read_word),
            "ic_or_pm": ("ic_or_pm", _read_word),
        },
        groups={
            "age": ("age", _read_word),
            "country": ("country", _read_word),
            "education": ("education", _read_word),
        },
    ),
    "2019": Source(
        stem="so2019_have",
        attributes={
            # Nobody was asked for a role; whether somebody is paid to write code comes nearest.
            ROLE: ("main_branch", _read_word),
            "open_sourcer": ("open_sourcer", _read_word),
            "work_week_hrs": ("work_week_hrs", _read_number),
        },
        groups={"age": ("age_years", _read_age_band), "country": ("country", _read_word)},
    ),
}
SETS = tuple(SOURCES)


def read_survey(folder: Path, name: str) -> Survey:
    """Read one survey.

    Args:
        folder: The data folder; ``people/so2023_have.npz`` and its two neighbours are read.
        name: ``2023`` (354 skills) or ``2019`` (68 skills).

    Raises:
        InvalidInput: There is no such survey, files are missing, or they do not belong together.
    """
    source = SOURCES.get(name)
    if source is None:
        raise InvalidInput("--set", f"{name!r} is not one of {', '.join(SETS)}")
    matrix, rows, columns = (
        folder / "people" / f"{source.stem}{ending}" for ending in (".npz", "_people.csv.gz", "_skills.json")
    )
    missing = [file.name for file in (matrix, rows, columns) if not file.is_file()]
    if missing:
        raise InvalidInput(
            "--data", f"{folder / 'people'} lacks {', '.join(missing)}; name the folder of real data sets"
        )
    shown = _read_matrix(matrix)
    skills = _read_skills(columns)
    people, attributes = _read_columns(rows, source.attributes)
    _, groups = _read_columns(rows, source.groups)
    if shown.shape != (people, len(skills)):
        raise InvalidInput(
            "--data",
            f"{matrix} holds {shown.shape[0]:,} x {shown.shape[1]:,} values, but {rows.name} describes {people:,} "
            f"people and {columns.name} {len(skills):,} skills: take all three from one source",
        )
    profiles = Profiles(tuple(map(str, range(people))), skills, shown, attributes)
    joined = {name: join_small(answers) for name, answers in groups.items()}
    # Where all belong to one group (everybody of 2023 lives in one country) there is nothing to compare.
    return Survey(name, profiles, {name: answers for name, answers in joined.items() if len(set(answers)) > 1})


def join_small(groups: Sequence[str | None]) -> list[str | None]:
    """Join all but the largest groups, and those too small to say anything, into one called ``other``."""
    counts = Counter(group for group in groups if group is not None)
    largest = sorted(counts, key=lambda group: (-counts[group], group))[:LARGEST_GROUPS]
    kept = {group for group in largest if counts[group] >= LEAST_IN_GROUP}
    return [group if group in kept or group is None else REST for group in groups]


def _read_matrix(file: Path) -> csr_array:
    try:
        shown = csr_array(load_npz(file)).astype(np.float32)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InvalidInput("--data", f"{file} is not a sparse matrix as scipy writes it: {error}") from error
    shown.sum_duplicates()
    shown.eliminate_zeros()
    shown.data[:] = 1
    return shown


def _read_skills(file: Path) -> tuple[str, ...]:
    try:
        names = tuple(str(item["name"]) for item in json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput("--data", f"{file} is not a list of skills, each with a name: {error}") from error
    if twice := sorted(name for name, count in Counter(names).items() if count > 1):
        raise InvalidInput("--data", f"{file} names more than one skill {twice[0]!r}")
    return names


def _read_columns(
    file: Path, wanted: Mapping[str, tuple[str, Callable[[str], _ValueT]]]
) -> tuple[int, dict[str, list[_ValueT]]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            absent = sorted({column for column, _ in wanted.values()} - set(reader.fieldnames or ()))
            if absent:
                raise InvalidInput("--data", f"{file} lacks the columns {', '.join(absent)}")
            rows = list(reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput("--data", f"{file} is not a gzipped CSV file in UTF-8: {error}") from error
    values: dict[str, list[_ValueT]] = {name: [] for name in wanted}
    for line, row in enumerate(rows, start=2):
        for name, (column, read) in wanted.items():
            try:
                values[name].append(read(row[column] or ""))
            except ValueError as error:
                raise InvalidInput("--data", f"{file}, line {line}, column {column}: {error}") from error
    return len(rows), values
