"""Real courses of two catalogues: what they teach, and price and hours where they are known.

The folder holds ``coursera_5411_skills.csv.gz`` (courses with tags of skills), ``coursera_1000_hours.csv.gz`` (time
bands) and ``udemy_coursera_9722_price_hours.csv.gz`` (prices and hours). Tags are matched to skills by name; courses
of the second catalogue have no tags and teach the skills that their titles name. What is unknown stays unknown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from graph_schema import nodes as n
from graph_schema import relationships as r
from loaders.base import LeftOut, Link, Loader, Options, Piece, RawRow, Row, Sheet, Table, Unmapped
from loaders.csv_files import check_folder, find_csv, open_sheet, read_rows
from loaders.directory import Directory

_LEVELS = {"beginner": 2.0, "intermediate": 3.0, "all levels": 3.0, "mixed": 3.0, "advanced": 4.0, "expert": 4.0}
_UNSTATED = 2.0
"""A course that does not state its difficulty is taken as one for beginners."""

_WEEKS = {"1 - 4 weeks": 1.0, "1 - 3 months": 4.0, "3 - 6 months": 13.0}
"""Time bands: their lower end, because a bridge counts the shortest time on the calendar."""


def _split_tags(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(tag for part in value.split(",") if (tag := part.strip())))


class TaggedRow(Row):
    """A course with tags of skills."""

    course_id: str
    name: str
    category: str | None = None
    language: str | None = None
    skills: Annotated[tuple[str, ...], BeforeValidator(_split_tags)] = ()
    what_you_learn: str | None = None
    url: str | None = None
    content_length: str | None = None
    difficulty: str | None = None
    time_band: str | None = None


class PricedRow(Row):
    """A course with its price and hours, without tags."""

    Platform: str
    Title: str
    Instructor_Partner: str = ""
    Description: str | None = None
    Rating: str | None = None
    Reviews: str | None = None
    Price: str | None = None
    Details: str | None = None
    URL: str | None = None
    Rating_value: str | None = None
    Reviews_value: str | None = None
    Price_value: float | None = None
    Hours: float | None = None
    Lectures: str | None = None
    Level: str = ""


def _tagged_to_graph(row: TaggedRow, directory: Directory) -> Iterator[Piece]:
    course = f"coursera:{row.course_id}"
    yield n.Course(
        id=course,
        title=row.name,
        provider="Coursera",
        description=row.what_you_learn,
        weeks=_WEEKS.get((row.time_band or "").casefold()),
    )
    level = _LEVELS.get((row.difficulty or "").casefold(), _UNSTATED)
    taught: set[str] = set()
    for tag in row.skills:
        skill = directory.match_skill(tag)
        if skill is None:
            yield Unmapped("course tag", tag)
        elif skill not in taught:
            taught.add(skill)
            yield Link(r.CourseTeaches(start_id=course, end_id=skill, level=level), "skills", essential=False)


def _priced_to_graph(row: PricedRow, directory: Directory) -> Iterator[Piece]:
    digest = hashlib.sha256(f"{row.Title}\x1f{row.Instructor_Partner}".encode()).hexdigest()[:16]
    course = f"udemy:{digest}"
    skills = directory.find_named(row.Title)
    if not skills:
        yield LeftOut(course, "the title of a course without tags names no skill")
        return
    yield n.Course(
        id=course,
        title=row.Title,
        provider=row.Platform,
        description=row.Description,
        money=row.Price_value,
        hours=row.Hours,
    )
    level = _LEVELS.get(row.Level.casefold(), _UNSTATED)
    for skill in skills:
        yield Link(r.CourseTeaches(start_id=course, end_id=skill, level=level), "Title", essential=False)


TAGGED = Table(
    name="coursera_5411_skills",
    description="Courses with tags of skills.",
    row=TaggedRow,
    gives=(n.Course, r.CourseTeaches),
    to_graph=_tagged_to_graph,
    required=True,
)
PRICED = Table(
    name="udemy_coursera_9722_price_hours",
    description="Courses with prices and hours.",
    row=PricedRow,
    gives=(n.Course, r.CourseTeaches),
    to_graph=_priced_to_graph,
)


def read_course_catalogue(path: Path, options: Options) -> Iterator[Sheet]:  # noqa: ARG001
    """Open the catalogues; time bands and difficulties are joined to the tagged courses by title.

    Raises:
        LoadError: There is no such folder, or a file in it is no CSV.
    """
    check_folder(path)
    times = _read_times(path)
    if tagged := find_csv(path, TAGGED.name):
        sheet = open_sheet(tagged, TAGGED)
        rows = (_join(raw, times) for raw in sheet.rows)
        yield Sheet(table=TAGGED, file=sheet.file, columns=sheet.columns, rows=rows)
    if priced := find_csv(path, PRICED.name):
        sheet = open_sheet(priced, PRICED)
        rows = _drop_repeated(raw for raw in sheet.rows if raw.values.get("Platform") != "Coursera")
        yield Sheet(table=PRICED, file=sheet.file, columns=sheet.columns, rows=rows)


def _read_times(path: Path) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if priced := find_csv(path, PRICED.name):
        for raw in read_rows(priced):
            if raw.values.get("Platform") == "Coursera":
                band = str(raw.values.get("Details", "")).rpartition("·")[2].strip()
                found[_normalise(str(raw.values.get("Title", "")))] = {
                    "difficulty": str(raw.values.get("Level", "")),
                    "time_band": band,
                }
    if timed := find_csv(path, "coursera_1000_hours"):
        for raw in read_rows(timed):
            found[_normalise(str(raw.values.get("course_title", "")))] = {
                "difficulty": str(raw.values.get("course_difficulty", "")),
                "time_band": str(raw.values.get("course_time", "")),
            }
    return found


def _join(raw: RawRow, times: Mapping[str, Mapping[str, str]]) -> RawRow:
    return raw._replace(values={**raw.values, **times.get(_normalise(str(raw.values.get("name", ""))), {})})


def _drop_repeated(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    # The crawl met popular courses on several pages.
    seen: set[tuple[object, object]] = set()
    for raw in rows:
        key = raw.values.get("Title"), raw.values.get("Instructor_Partner")
        if key not in seen:
            seen.add(key)
            yield raw


def _normalise(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", title.casefold()).strip()


LOADER = Loader(
    name="course-catalogue",
    description="Real courses of two catalogues, with the skills they teach and what is known of price and time.",
    source="course-catalogue",
    tables=(TAGGED, PRICED),
    read=read_course_catalogue,
    options=Options,
)
