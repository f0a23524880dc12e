from __future__ import annotations

import pytest

from graph_schema.protected_attributes import PROTECTED_NAMES, PROTECTED_WORDS, find_protected_attribute


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("age", "age"),
        ("AgeBand", "age"),
        ("date_of_birth", "age"),
        ("Gender", "sex and gender"),
        ("sex", "sex and gender"),
        ("ethnic-group", "ethnicity and race"),
        ("Race", "ethnicity and race"),
        ("religion", "religion and belief"),
        ("has disability", "disability and health"),
        ("nationality", "origin and nationality"),
        ("country_of_birth", "origin and nationality"),
        ("marital_status", "family"),
        ("Staatsangehörigkeit", "origin and nationality"),
        ("Educación / education2", "education"),
        ("name", "name of a person"),
    ],
)
def test_protected_attributes_are_known_however_a_column_spells_them(column: str, attribute: str) -> None:
    assert find_protected_attribute(column) == attribute


@pytest.mark.parametrize(
    "column",
    [
        "role",
        "years",
        "team_name",
        "job_family",
        "language",
        "stage",
        "message",
        "manager",
        "trace",
        "usage",
        "",
        "Пол",
    ],
)
def test_other_columns_are_not_taken_for_protected_ones(column: str) -> None:
    assert find_protected_attribute(column) is None


def test_every_word_of_the_list_finds_itself() -> None:
    for words in (PROTECTED_WORDS, PROTECTED_NAMES):
        for attribute, phrases in words.items():
            for phrase in phrases.split(", "):
                assert find_protected_attribute(phrase.upper()) == attribute, phrase
