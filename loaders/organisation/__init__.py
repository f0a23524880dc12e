"""The organisation's own data as CSV files: people, teams, roles, requirements, courses, projects, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loaders.base import Loader, Options, Sheet
from loaders.csv_files import check_folder, find_csv, open_sheet
from loaders.organisation.catalogue import ASSESSMENTS, COURSES, CREDENTIALS, PROJECTS
from loaders.organisation.evidence import ENDORSEMENTS, EVIDENCE
from loaders.organisation.people import ORGANISATION, PEOPLE, TEAMS
from loaders.organisation.roles import REQUIREMENTS, ROLES, SKILLS

TABLES = (
    ORGANISATION, TEAMS, PEOPLE, SKILLS, ROLES, REQUIREMENTS,
    COURSES, PROJECTS, ASSESSMENTS, CREDENTIALS, EVIDENCE, ENDORSEMENTS,
)  # fmt: skip


def read_organisation(path: Path, options: Options) -> Iterator[Sheet]:  # noqa: ARG001
    """Open every file of the set that the folder holds.

    Raises:
        LoadError: There is no such folder, or a file in it is no CSV.
    """
    check_folder(path)
    for table in TABLES:
        if file := find_csv(path, table.name):
            yield open_sheet(file, table)


LOADER = Loader(
    name="organisation",
    description="The organisation's own CSV files: people, teams, roles, courses, projects, evidence.",
    source="organisation",
    tables=TABLES,
    read=read_organisation,
    options=Options,
)
