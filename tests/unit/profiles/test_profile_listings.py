from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.errors import LoadError
from loaders.profiles.listings import Listings, read_listings

HEADER = b"person_id,skill_id\n"


def read(folder: Path, content: bytes, name: str = "profiles.csv") -> Listings:
    path = folder / name
    path.write_bytes(content)
    return read_listings(path)


def name_pairs(found: Listings) -> list[tuple[str, str]]:
    places = zip(found.person.tolist(), found.skill.tolist(), strict=True)
    return [(found.people[person], found.skills[skill]) for person, skill in places]


def test_pairs_come_once_and_sorted(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + b"bo,sql\nana,sql\nbo,sql\nana,python\n")

    assert name_pairs(found) == [("ana", "python"), ("ana", "sql"), ("bo", "sql")]
    assert found.notes == ("profiles.csv: 1 of 4 rows repeat others; each pair counts once",)


@given(rows=st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["x", "y", "z, or w", "ü"]))), data=st.data())
def test_neither_order_nor_repetition_counts(tmp_path_factory, rows, data) -> None:
    folder = tmp_path_factory.mktemp("profiles")
    again = data.draw(st.lists(st.sampled_from(rows))) if rows else []
    other = data.draw(st.permutations(rows + again))

    one, two = (
        read(folder, HEADER + "".join(f'{person},"{skill}"\n' for person, skill in part).encode())
        for part in (rows, other)
    )

    assert (one.people, one.skills, name_pairs(one)) == (two.people, two.skills, name_pairs(two))
    assert name_pairs(one) == sorted(set(rows))


@pytest.mark.parametrize(
    "content",
    [
        b"\n\n" + HEADER + b"ana,sql\n\n\nbo,sql",
        b"\xef\xbb\xbfperson_id,skill_id\r\nana,sql\r\nbo,sql\r\n",
        b" skill_id , person_id \n sql ,ana\nsql, bo \n",
        b'"person_id","skill_id"\n"ana","sql"\n"bo","sql"\n',
        HEADER + b"ana,sql\n,\nbo,sql\n , \n",
    ],
    ids=["blank lines", "mark and returns", "other order and spaces", "quotes", "empty rows"],
)
def test_files_as_programs_write_them_are_read(tmp_path: Path, content: bytes) -> None:
    assert name_pairs(read(tmp_path, content)) == [("ana", "sql"), ("bo", "sql")]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(HEADER + b"ana,sql\n"), "profiles.csv.gz").people == ("ana",)


def test_other_columns_are_said_and_not_used(tmp_path: Path) -> None:
    found = read(tmp_path, b"level,person_id,skill_id\n3,ana,sql\n")

    assert name_pairs(found) == [("ana", "sql")]
    assert found.notes == ("profiles.csv: not used: level",)


@pytest.mark.parametrize("nothing", ["", "NaN", "nan", "NULL", "None", " NA ", "<NA>"])
def test_a_person_may_show_nothing(tmp_path: Path, nothing: str) -> None:
    found = read(tmp_path, HEADER + f"ana,{nothing}\nbo,sql\n".encode())

    assert found.people == ("ana", "bo")
    assert name_pairs(found) == [("bo", "sql")]
    assert found.notes == ("profiles.csv: 1 of 2 rows name no skill",)


@pytest.mark.parametrize("content", [HEADER, HEADER[:-1]], ids=["line", "no end of line"])
def test_a_file_without_rows_holds_nobody(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path, content)

    assert (found.people, found.skills, len(found.person)) == ((), (), 0)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty: its first line must name the columns"),
        (b"person_id\nana\n", "has no column skill_id"),
        (b"person_id;skill_id\nana;sql\n", "separated by semicolons"),
        (b"person_id,skill_id,skill_id\nana,a,b\n", "names the column skill_id more than once"),
        (HEADER + b"ana,sql\n\n ,python\n", "line 4, person_id: is empty"),
        (HEADER + b"ana,sql\nNaN,python\n", "line 3, person_id: is empty"),
        (HEADER + b"ana,sql\nbo,sql,3\n", "line 3: the row has 3 values, the header has 2 columns"),
        (HEADER + b"ana,sql\nbo\n", "line 3: the row has 1 values, the header has 2 columns"),
        (HEADER + b"ana,sql\nbo,caf\xe9\n", "line 3: not text in UTF-8"),
        (HEADER.decode().encode("utf-16"), "is text in UTF-16"),
        (b"PK\x03\x04rest", "is an Excel workbook"),
        (HEADER + b'ana,"sql\nbo,sql\n', "from line 2: the quotes do not match up"),
        (HEADER + b'ana,sql\nbo,"sql', "from line 3: the quotes do not match up"),
        (HEADER + b'cy,sql\nana,"sql\nbo,"sql\n', "from line 3: the quotes do not match up"),
        (HEADER + b'cy,sql\nana,"sql\nagain"\n', "line 3, skill_id: is an id with a line break"),
    ],
)
def test_what_cannot_be_read_is_said_by_file_line_and_field(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(LoadError, match=r"profiles\.csv") as error:
        read(tmp_path, content)

    assert problem in str(error.value)


def test_a_value_that_does_not_decode_is_found_beyond_the_first_block(tmp_path: Path) -> None:
    rows = b"".join(b"p%05d,sql\n" % number for number in range(5000))

    with pytest.raises(LoadError, match="line 5002: not text in UTF-8"):
        read(tmp_path, HEADER + rows + b"bo,caf\xe9\n" + rows)


def test_a_quote_left_open_in_a_column_not_used_is_found_too(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="from line 2: the quotes do not match up"):
        read(tmp_path, b'person_id,skill_id,note\nana,sql,"fine\nbo,sql,good\n')


def test_a_quote_within_a_value_is_part_of_it(tmp_path: Path) -> None:
    assert name_pairs(read(tmp_path, HEADER + b'ana,19" racks\n')) == [("ana", '19" racks')]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"nowhere\.csv cannot be read: .*No such file"):
        read_listings(tmp_path / "nowhere.csv")
