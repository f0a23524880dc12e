"""The file that an auditor fills: one pair of person and skill a row, and an empty column for what was found."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from engine.audit_results import AuditAnswer, AuditQuestion
from graph_schema.errors import InvalidInput
from loaders.csv_files import open_rows

COLUMNS = ("person_id", "name", "skill_id", "label", "instructions", "outcome")
READ = ("person_id", "skill_id", "outcome")


def write_questions(path: Path, questions: Iterable[AuditQuestion]) -> None:
    """Write the pairs to be audited; the file must not be there yet."""
    with path.open("x", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for item in questions:
            ask = f"Find out whether {item.person.name} has the skill {item.skill.name}, at whatever level above none."
            ask += " Write yes, no or unknown into outcome."
            rows.writerow((item.person.id, item.person.name, item.skill.id, item.skill.name, ask, ""))


def check_new(path: Path) -> None:
    """Make sure that a file can be written and that nothing is lost by it.

    Raises:
        InvalidInput: It is there already, or its folder is not.
    """
    if path.exists():
        raise InvalidInput("--out", f"{path} is there already and may hold answers; name another file")
    if not path.parent.is_dir():
        raise InvalidInput("--out", f"there is no folder {path.parent}")


def read_answers(path: Path) -> list[AuditAnswer]:
    """Read a filled file; an empty outcome is a pair not yet answered.

    Raises:
        LoadError: The file is no CSV, or lacks a column.
        InvalidInput: A row cannot be read.
    """
    answers: list[AuditAnswer] = []
    for row in open_rows(path, READ)[1]:
        if row.problem:
            raise InvalidInput(str(path), f"line {row.line}: {row.problem}")
        person, skill, outcome = (str(row.values.get(name, "")) for name in READ)
        answers.append(AuditAnswer(row.line, person, skill, outcome.lower()))
    return answers
