"""Documented empty files to fill in: one CSV a table, and a page that explains every column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graph_schema.errors import InvalidInput
from loaders.base import Loader, Table


def write_template(loader: Loader[Any], folder: Path) -> list[Path]:
    """Write an empty CSV for every table of a loader and a README.md that explains the columns.

    Returns:
        The files that were written.

    Raises:
        InvalidInput: One of the files is there already; nothing is overwritten and nothing is written.
    """
    targets = [folder / name for name in (*(f"{table.name}.csv" for table in loader.tables), "README.md")]
    if there := [path.name for path in targets if path.exists()]:
        raise InvalidInput("folder", f"{folder} holds {', '.join(there)} already: choose an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    for table in loader.tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(table.list_columns())
    (folder / "README.md").write_text("\n".join(_describe(loader)) + "\n", encoding="utf-8")
    return targets


def _describe(loader: Loader[Any]) -> Iterator[str]:
    yield f"# CSV files for `skillway load {loader.name}`"
    yield ""
    yield (
        "UTF-8, commas, names of columns in the first line, columns in any order; `.csv.gz` works as well. An empty "
        "value is unknown, never 0. Dates are written 2026-07-01. Levels go from 0 to 5, halves allowed; what is "
        "needed, taught or measured is above 0. Files marked *required* must be there, the others may be left out. The "
        "folder is the whole truth: what a later load no longer finds in it is removed from the graph."
    )
    for table in loader.tables:
        yield ""
        yield f"## {table.name}.csv{' (required)' if table.required else ''}"
        yield ""
        yield table.description
        yield ""
        yield "| column | value | meaning |"
        yield "|---|---|---|"
        yield from _describe_columns(table)


def _describe_columns(table: Table[Any]) -> Iterator[str]:
    schema = table.row.model_json_schema()
    for column in table.list_columns():
        item = schema["properties"][column]
        must = "**required**, " if column in schema.get("required", ()) else ""
        default = item.get("default")
        otherwise = f"; {_say_value(default)} when empty" if default not in (None, []) else ""
        yield f"| `{column}` | {must}{_say_type(item)}{otherwise} | {item['description'].replace('|', '&#124;')} |"


def _say_type(item: Mapping[str, Any]) -> str:
    for choice in item.get("anyOf", ()):
        if choice.get("type") != "null":
            return _say_type(choice)
    if "enum" in item:
        return ", ".join(map(str, item["enum"]))
    if item.get("type") in ("number", "integer"):
        return f"{'whole number' if item['type'] == 'integer' else 'number'}{_say_range(item)}"
    return {"boolean": "true or false", "array": "list"}.get(
        item.get("type", ""), "date" if item.get("format") == "date" else "text"
    )


def _say_range(item: Mapping[str, Any]) -> str:
    low = f" from {item['minimum']:g}" if "minimum" in item else ""
    low = f" above {item['exclusiveMinimum']:g}" if "exclusiveMinimum" in item else low
    return low + (f" to {item['maximum']:g}" if "maximum" in item else "")


def _say_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
