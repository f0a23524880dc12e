from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_schema.errors import LoadError
from loaders.base import Piece, Row, Table
from loaders.csv_files import check_folder, find_csv, open_sheet, read_rows
from loaders.directory import Directory


class ThingRow(Row):
    id: str
    note: str | None = None


def to_nothing(row: ThingRow, directory: Directory) -> Iterator[Piece]:
    yield from ()


THINGS = Table(name="things", description="Things.", row=ThingRow, gives=(), to_graph=to_nothing)


def write(folder: Path, content: bytes, name: str = "things.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_lines_are_counted_by_the_file_not_by_the_row(tmp_path: Path) -> None:
    path = write(tmp_path, b'id,note\na,"one\ntwo\r\nthree"\n\nb,plain\n')

    rows = list(open_sheet(path, THINGS).rows)

    assert [(row.line, row.values["id"]) for row in rows] == [(2, "a"), (6, "b")]
    assert rows[0].values["note"] == "one\ntwo\r\nthree"


def test_a_byte_order_mark_and_spaces_around_values_do_not_count(tmp_path: Path) -> None:
    sheet = open_sheet(write(tmp_path, b"\xef\xbb\xbf id , note\n a , \n"), THINGS)

    assert sheet.columns == ("id", "note")
    assert [dict(row.values) for row in sheet.rows] == [{"id": "a"}]


def test_a_very_long_value_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,note\na," + b"x" * 500_000 + b"\n")

    assert len(next(open_sheet(path, THINGS).rows).values["note"]) == 500_000


@pytest.mark.parametrize(("row", "values"), [(b"a", 1), (b"a,b,c", 3)])
def test_a_row_of_another_width_than_the_header_is_a_problem(tmp_path: Path, row: bytes, values: int) -> None:
    found = next(open_sheet(write(tmp_path, b"id,note\n" + row + b"\n"), THINGS).rows)

    assert found.problem == f"the row has {values} values, the header has 2 columns"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"things\.csv is empty"),
        (b"name,note\na,b\n", r"things\.csv has no column id$"),
        (b"id;note\na;b\n", r"no column id; .*semicolons"),
        (b"id,note,note\n", r"names the column note more than once"),
        (b"PK\x03\x04rest", r"things\.csv is an Excel workbook"),
        (b"\xff\xfei\x00d\x00", r"UTF-16"),
        (b"id\n\x00\x01\x02", r"a binary file"),
        (gzip.compress(b"id\na\n", mtime=0), r"compressed although its name"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(LoadError, match=message):
        open_sheet(write(tmp_path, content), THINGS)


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="not text in UTF-8"):
        list(open_sheet(write(tmp_path, "id\nZoë\n".encode("latin-1")), THINGS).rows)


def test_quotes_that_do_not_match_up_are_refused_with_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, b'id,note\na,b\nc,"never closed\nd,e\n')

    with pytest.raises(LoadError, match=r"things\.csv, from line 3: the quotes do not match up"):
        list(open_sheet(path, THINGS).rows)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"id\n" + b"".join(b"%d\n" % number for number in range(9_999)))
    path = write(tmp_path, packed[: len(packed) // 2], "things.csv.gz")

    with pytest.raises(LoadError, match=r"things\.csv\.gz cannot be read"):
        list(read_rows(path))


def test_plain_and_packed_side_by_side_are_refused(tmp_path: Path) -> None:
    write(tmp_path, b"id\n")
    assert find_csv(tmp_path, "things") == tmp_path / "things.csv"
    write(tmp_path, gzip.compress(b"id\n"), "things.csv.gz")

    with pytest.raises(LoadError, match="remove one of them"):
        find_csv(tmp_path, "things")


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="does not exist"):
        check_folder(tmp_path / "nowhere")
    with pytest.raises(LoadError, match="is a file"):
        check_folder(write(tmp_path, b""))
