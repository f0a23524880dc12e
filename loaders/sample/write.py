"""Write rows as CSV: columns are the fields of the row, lists are joined by ``|``, the unknown is empty."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    """Write one file; the same rows give the same bytes on every machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [field.name for field in dataclasses.fields(rows[0])]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_spell(getattr(row, column)) for column in columns] for row in rows)


def _spell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case date():
            return value.isoformat()
        case tuple():
            return "|".join(value)
        case _:
            return str(value)
