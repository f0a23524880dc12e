"""The 2023 survey of developers as people with listed skills: real, incomplete listings to try Skillway on.

The folder holds ``so2023_have.npz`` (people x skills), ``so2023_have_skills.json`` (the columns) and
``so2023_have_people.csv.gz`` (the rows). An unticked skill is not proof that somebody lacks it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import LoadError
from graph_schema.evidence_ids import make_evidence_id
from loaders.base import Link, Loader, Options, Piece, RawRow, Row, Sheet, Table, Unmapped
from loaders.csv_files import check_folder, find_csv, open_sheet
from loaders.directory import Directory

CLOSED_ON = date(2023, 5, 19)
"""Last day of the survey: every listing is dated so (https://survey.stackoverflow.co/2023)."""
NOTICE = "Stack Overflow Annual Developer Survey 2023, Open Database License 1.0."
HOURS_A_YEAR = 2080
"""52 weeks of 40 hours: turns a yearly salary into the price of an hour."""

_STEM = "so2023_have"
_ORIGIN = "Stack Overflow developer survey 2023"


class SurveyOptions(Options):
    """How much of the survey to load."""

    people: int = Field(2_000, ge=0, description="How many people, drawn at random; 0 loads all.")
    seed: int = Field(0, description="Seed of the draw: the same seed draws the same people.")


class SkillRow(Row):
    """One skill that could be ticked."""

    name: str
    category: str | None = None
    count: int | None = None


class PersonRow(Row):
    """One respondent with the skills ticked."""

    row: int
    role: str | None = None
    industry: str | None = None
    country: str | None = None
    salary_usd: float | None = None
    ticked: tuple[str, ...] = ()


def make_skill_id(name: str) -> str:
    """Return the id of a skill of the survey that the taxonomy lacks.

    >>> make_skill_id("C++"), make_skill_id("C#"), make_skill_id("ASP.NET CORE")
    ('so2023:c-plus-plus', 'so2023:c-sharp', 'so2023:asp-net-core')
    """
    spelled = name.casefold().replace("+", " plus ").replace("#", " sharp ")
    return f"so2023:{re.sub(r'[^a-z0-9]+', '-', spelled).strip('-')}"


def _tenant_to_graph(row: Row, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    yield n.Tenant(name="Respondents of the 2023 developer survey", currency="USD")


def _skill_to_graph(row: SkillRow, directory: Directory) -> Iterator[Piece]:
    if directory.match_skill(row.name) is not None:
        return
    yield Unmapped("skill", row.name)
    yield n.Skill(id=make_skill_id(row.name), preferred_label=row.name, skill_type="knowledge")


def _person_to_graph(row: PersonRow, directory: Directory) -> Iterator[Piece]:
    person = f"so2023:{row.row}"
    yield n.Person(
        id=person,
        name=f"Respondent {row.row}",
        title=row.role,
        function=row.role,
        region=row.country,
        hourly_rate=round(row.salary_usd / HOURS_A_YEAR, 2) if row.salary_usd else None,
    )
    for name in row.ticked:
        skill = directory.match_skill(name) or make_skill_id(name)
        evidence = make_evidence_id(directory.source, person, skill, "self_report", _ORIGIN, name)
        yield n.Evidence(
            id=evidence,
            kind="self_report",
            observed_on=CLOSED_ON,
            origin=_ORIGIN,
            origin_ref=name,
        )
        yield Link(r.EvidenceAbout(start_id=evidence, end_id=person), "row")
        yield Link(r.EvidenceShows(start_id=evidence, end_id=skill), "ticked")


TENANT = Table(
    name=f"{_STEM}.npz",
    description="The survey as an organisation.",
    row=Row,
    gives=(n.Tenant,),
    to_graph=_tenant_to_graph,
)
SKILLS = Table(
    name=f"{_STEM}_skills.json",
    description="Skills that could be ticked.",
    row=SkillRow,
    gives=(n.Skill,),
    to_graph=_skill_to_graph,
)
PEOPLE = Table(
    name=f"{_STEM}_people",
    description="Respondents and what they ticked.",
    row=PersonRow,
    gives=(n.Person, n.Evidence, r.EvidenceAbout, r.EvidenceShows),
    to_graph=_person_to_graph,
    required=True,
)


def read_survey(path: Path, options: SurveyOptions) -> Iterator[Sheet]:
    """Open the survey; the people are drawn by the seed and come in the order of the survey.

    Raises:
        LoadError: A file of the survey is missing or cannot be read.
    """
    check_folder(path)
    people = find_csv(path, PEOPLE.name)
    if people is None:
        raise LoadError(f"{path} holds no {PEOPLE.name}.csv.gz: it is no folder of the survey")
    names = _read_skills(path / SKILLS.name)
    ticked = _read_ticks(path / TENANT.name, [str(item["name"]) for item in names])
    columns = tuple(SkillRow.model_fields)
    yield Sheet(table=TENANT, file=TENANT.name, columns=(), rows=iter([RawRow(1, {})]))
    rows = (RawRow(line, item) for line, item in enumerate(names, start=1))
    yield Sheet(table=SKILLS, file=SKILLS.name, columns=columns, rows=rows)
    sheet = open_sheet(people, PEOPLE)
    left_aside = _draw_left_aside(len(ticked), options)
    joined = (_join(raw, ticked) for raw in sheet.rows if raw.values.get("row") not in left_aside)
    yield Sheet(table=PEOPLE, file=sheet.file, columns=tuple(PersonRow.model_fields), rows=joined)


def _join(raw: RawRow, ticked: list[tuple[str, ...]]) -> RawRow:
    text = str(raw.values.get("row", ""))
    if not text.isdecimal():
        return raw
    if int(text) >= len(ticked):
        return raw._replace(problem=f"the matrix of skills has no row {text}")
    return raw._replace(values={**raw.values, "ticked": ticked[int(text)]})


def _read_skills(path: Path) -> list[dict[str, Any]]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from error


def _read_ticks(path: Path, names: list[str]) -> list[tuple[str, ...]]:
    from scipy import sparse

    try:
        matrix: Any = sparse.csr_matrix(sparse.load_npz(path))
    except (OSError, ValueError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from error
    if matrix.shape[1] != len(names):
        raise LoadError(f"{path} has {matrix.shape[1]} columns, but the list of skills has {len(names)}")
    starts = matrix.indptr
    return [
        tuple(names[column] for column in sorted(matrix.indices[starts[row] : starts[row + 1]]))
        for row in range(matrix.shape[0])
    ]


def _draw_left_aside(people: int, options: SurveyOptions) -> frozenset[str]:
    import numpy as np

    if options.people == 0 or options.people >= people:
        return frozenset()
    drawn = np.random.default_rng(options.seed).permutation(people)[options.people :]
    return frozenset(map(str, drawn.tolist()))


LOADER = Loader(
    name="survey",
    description="The 2023 survey of developers: real people and the skills they list.",
    source="so2023",
    tables=(TENANT, SKILLS, PEOPLE),
    read=read_survey,
    options=SurveyOptions,
    licence=NOTICE,
)
