from __future__ import annotations

from pathlib import Path

import pytest

from graph_schema.errors import InvalidInput, LoadError
from loaders.profiles.people import (
    MOST_CATEGORIES,
    PeopleTable,
    find_kinds,
    parse_values,
    read_people,
    read_skill_table,
)


def read(folder: Path, content: str) -> PeopleTable:
    path = folder / "people.csv"
    path.write_text(content, encoding="utf-8")
    return read_people(path)


def test_people_come_sorted_with_what_is_known_of_them(tmp_path: Path) -> None:
    table = read(tmp_path, 'role,person_id,text,years\ncook,bo,"bakes,\nand sells",3\nNaN,ana,,\n')

    assert table.people == ("ana", "bo")
    assert table.lines == (4, 2)
    assert table.columns == {"role": (None, "cook"), "years": (None, "3")}
    assert table.texts == (None, "bakes,\nand sells")


def test_protected_attributes_are_named_and_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "person_id,age,role,Country of Birth\nana,30,cook,Chile\n")

    assert list(table.columns) == ["role"]
    assert table.notes == (
        "people.csv: left out, protected attributes are never used to infer: "
        "age, Country of Birth (origin and nationality)",
    )


def test_the_same_person_twice_is_one_and_two_stories_of_one_person_are_an_error(tmp_path: Path) -> None:
    assert read(tmp_path, "person_id,role\nana,cook\nana,cook\n").people == ("ana",)
    with pytest.raises(LoadError, match=r"people\.csv, line 4, role: says something else of person_id ana than line 2"):
        read(tmp_path, "person_id,role\nana,cook\nbo,cook\nana,analyst\n")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("person_id,role\nana,cook\nnan,cook\n", "line 3, person_id: is empty"),
        ("person_id,role\nana\n", "line 2: the row has 1 values"),
        ("name,role\nana,cook\n", "has no column person_id"),
    ],
)
def test_rows_that_cannot_be_used_are_said(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(LoadError, match=problem):
        read(tmp_path, content)


def test_numbers_are_told_from_categories(tmp_path: Path) -> None:
    table = read(tmp_path, "person_id,role,years,empty,mixed\na,cook,1.5,,x\nb,7,-2e0,,1\nc,,,,y\nd,cook,4,,z\n")

    kinds = find_kinds(table)

    assert kinds == {"role": "category", "years": "number", "mixed": "category"}
    assert parse_values(table, kinds) == {
        "role": ("cook", "7", None, "cook"),
        "years": (1.5, -2.0, None, 4.0),
        "mixed": ("x", "1", "y", "z"),
    }


def test_codes_can_be_made_categories(tmp_path: Path) -> None:
    table = read(tmp_path, "person_id,unit\na,100\nb,200\n")

    assert find_kinds(table, ["unit"]) == {"unit": "category"}
    with pytest.raises(InvalidInput, match="has no attribute grade; it has: unit"):
        find_kinds(table, ["grade"])


def test_a_column_that_names_people_is_no_attribute(tmp_path: Path) -> None:
    rows = "".join(f"p{number},u{number},{number % MOST_CATEGORIES}x\n" for number in range(MOST_CATEGORIES + 1))

    assert find_kinds(read(tmp_path, f"person_id,login,unit\n{rows}")) == {"unit": "category"}


@pytest.mark.parametrize("value", ["ten", "inf", "1_000", "3y"])
def test_a_number_that_is_none_is_said_by_file_line_and_field(tmp_path: Path, value: str) -> None:
    table = read(tmp_path, f"person_id,years\nz,{value}\na,1\nb,2\nc,3\n")

    with pytest.raises(LoadError, match=rf"people\.csv, line 2, years: '{value}' is not a number"):
        find_kinds(table)
    with pytest.raises(LoadError, match=rf"people\.csv, line 2, years: '{value}' is not a number"):
        parse_values(table, {"years": "number", "role": "category"})


def test_skills_have_labels_and_descriptions(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text("skill_id,label,description,url\nsql,SQL,\npy,,Snakes,x\n".replace("SQL,\n", "SQL,,\n"))

    table = read_skill_table(path)

    assert (table.skills, table.labels, table.descriptions) == (("py", "sql"), ("py", "SQL"), ("Snakes", None))
    assert table.notes == ("skills.csv: not used: url",)


def test_two_labels_of_one_skill_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text("skill_id,label\nsql,SQL\nsql,Sequel\n")

    with pytest.raises(LoadError, match="line 3, label: says something else of skill_id sql than line 2"):
        read_skill_table(path)
