"""CSV files as people really keep them: gzipped or not, any column order, line breaks inside quotes."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from graph_schema.errors import LoadError
from loaders.base import RawRow, Sheet, Table

_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"\x1f\x8b": "compressed although its name does not end in .gz",
    b"%PDF": "a PDF",
}


def find_csv(folder: Path, name: str) -> Path | None:
    """Return ``name.csv`` or ``name.csv.gz`` of a folder, or None when neither is there.

    Raises:
        LoadError: Both are there, so that it is unclear which one counts.
    """
    found = [path for ending in (".csv", ".csv.gz") if (path := folder / f"{name}{ending}").is_file()]
    if len(found) > 1:
        raise LoadError(f"{folder} holds both {found[0].name} and {found[1].name}: remove one of them")
    return found[0] if found else None


def check_folder(folder: Path) -> None:
    """Make sure that a folder is one.

    Raises:
        LoadError: It does not exist, or is a file.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise LoadError(f"{folder} {what}: give the folder that holds the CSV files")


def open_sheet(path: Path, table: Table[Any]) -> Sheet:
    """Open a CSV file and read its header; rows are read when they are asked for.

    Raises:
        LoadError: The file is no CSV in UTF-8, or a column is missing that must be there.
    """
    columns, rows = open_rows(path, table.list_required_columns())
    return Sheet(table=table, file=path.name, columns=columns, rows=rows)


def open_rows(path: Path, required: Sequence[str] = ()) -> tuple[tuple[str, ...], Iterator[RawRow]]:
    """Open a CSV file whose columns are nobody's table: its columns, and its rows when they are asked for.

    Raises:
        LoadError: The file is no CSV in UTF-8, or a column is missing that must be there.
    """
    records = _read_records(path)
    try:
        _, header = next(records)
    except StopIteration:
        raise LoadError(f"{path} is empty: its first line must name the columns") from None
    columns = tuple(name.strip() for name in header)
    if missing := [name for name in required if name not in columns]:
        hint = ""
        if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
            hint = "; the columns seem to be separated by semicolons or tabs: save the file with commas"
        raise LoadError(f"{path} has no column {', '.join(missing)}{hint}")
    if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
        raise LoadError(f"{path} names the column {', '.join(twice)} more than once")
    return columns, _read_rows(records, columns)


def read_rows(path: Path) -> Iterator[RawRow]:
    """Read a CSV file whose columns are nobody's table, to be joined to another one.

    Raises:
        LoadError: The file is no CSV in UTF-8.
    """
    return open_rows(path)[1]


def find_line(path: Path, record: int) -> int:
    """Return the line on which a record begins; the header is record 0, blank lines are none."""
    return next(itertools.islice(_read_records(path), record, None))[0]


def open_bytes(path: Path) -> io.BufferedReader:
    """Open a file, gzipped or not, as bytes."""
    # The reader that is returned closes it.
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115
    return io.BufferedReader(opened)  # pyright: ignore[reportArgumentType]


def _read_rows(records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[RawRow]:
    for line, record in records:
        values = {name: text for name, value in zip(columns, record, strict=False) if (text := value.strip())}
        if len(record) != len(columns):
            yield RawRow(line, values, f"the row has {len(record)} values, the header has {len(columns)} columns")
        elif values:
            yield RawRow(line, values)


def _read_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    line = 1
    try:
        with _open_text(path) as file:
            reader = csv.reader(file, strict=True)
            for record in reader:
                if record:
                    yield line, record
                line = reader.line_num + 1
    except csv.Error as error:
        raise LoadError(f"{path}, from line {line}: the quotes do not match up ({error})") from error
    except UnicodeDecodeError as error:
        where = f"{path}, line {_find_undecodable_line(path)}"
        raise LoadError(f"{where}: not text in UTF-8, save the file as 'CSV UTF-8' ({error.reason})") from error
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from error


def _find_undecodable_line(path: Path) -> int:
    # The text layer decodes ahead of the line it returns, so it cannot tell.
    with open_bytes(path) as file:
        for number, content in enumerate(file, start=1):
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                return number
    raise AssertionError("a file that does not decode has a line that does not")


def _open_text(path: Path) -> TextIO:
    buffered = open_bytes(path)
    head = buffered.peek(4096)[:4096]
    what = next((name for signature, name in _SIGNATURES.items() if head.startswith(signature)), None)
    if what is None and b"\0" in head:
        what = "a binary file"
    if what:
        buffered.close()
        raise LoadError(f"{path} is {what}, not CSV: save it as 'CSV UTF-8' first")
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")
