from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from scipy.sparse import csr_array, save_npz

from api.bench.inference.surveys import SETS, SOURCES, join_small, read_survey
from graph_schema.errors import InvalidInput
from tests.unit.bench.bench_folders import COLUMNS, write_survey

PROTECTED = ("age", "country", "education", "salary", "gender")


@pytest.fixture
def folder(tmp_path):
    for name in SETS:
        write_survey(tmp_path, name)
    return tmp_path


def test_a_survey_is_people_skills_and_what_they_say(folder):
    survey = read_survey(folder, "2023")

    assert survey.profiles.shown.shape == (300, 18)
    assert survey.profiles.skills[:2] == ("skill 0", "skill 1")
    told = {name: values[:3] for name, values in survey.profiles.attributes.items()}
    assert told == {
        "role": ["trade 0", "trade 1", "trade 2"],
        "years_pro": [3.0, None, 12.5],
        "industry": ["Mining", "Mining", None],
        "org_size": ["2-9", None, "10-19"],
        "remote": ["Remote", "In-person", None],
        "employment": ["Employed, full-time", None, "Retired"],
        "ic_or_pm": [None, "People manager", None],
    }


def test_groups_are_told_apart_where_there_are_several(folder):
    survey = read_survey(folder, "2023")

    assert {name: list(values[:3]) for name, values in survey.groups.items()} == {
        "age": ["25-34", "35-44", None],
        "education": ["Bachelor's degree", "Master's degree", "Bachelor's degree"],
    }


def test_ages_become_bands_and_the_branch_a_role(folder):
    survey = read_survey(folder, "2019")

    assert list(survey.groups["age"][:3]) == ["under 18", "18-24", None]
    assert list(survey.groups["country"][:3]) == ["Utopia", "Arcadia", "Arcadia"]
    assert sorted(survey.profiles.attributes) == ["open_sourcer", "role", "work_week_hrs"]
    assert survey.profiles.attributes["work_week_hrs"][:3] == [40.0, None, 35.0]


@pytest.mark.parametrize("name", SETS)
def test_nothing_protected_can_be_learnt_from(name):
    source = SOURCES[name]

    for attribute, (column, _) in source.attributes.items():
        assert not any(word in f"{attribute} {column}" for word in PROTECTED)
    assert not {column for column, _ in source.attributes.values()} & {column for column, _ in source.groups.values()}


def test_small_groups_are_joined_and_only_the_largest_kept():
    names = [f"g{at}" for at in range(10) for _ in range(200 - at)] + ["tiny"] * 99 + [None] * 5

    joined = join_small(names)

    assert {name for name in joined if name} == {*(f"g{at}" for at in range(8)), "other"}
    assert joined.count("other") == 192 + 191 + 99
    assert joined.count(None) == 5


def test_missing_files_are_all_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"so2023_have\.npz, so2023_have_people\.csv\.gz, so2023_have_skills\.json"):
        read_survey(tmp_path, "2023")


def test_a_missing_neighbour_is_named_alone(folder):
    (folder / "people" / "so2019_have_skills.json").unlink()

    with pytest.raises(InvalidInput, match=r"lacks so2019_have_skills\.json;"):
        read_survey(folder, "2019")


def test_an_unknown_set_is_said(folder):
    with pytest.raises(InvalidInput, match=r"'2024' is not one of 2023, 2019"):
        read_survey(folder, "2024")


def test_files_that_do_not_belong_together_are_said(folder):
    save_npz(folder / "people" / "so2023_have.npz", csr_array(np.ones((7, 18), dtype=np.int8)))

    with pytest.raises(InvalidInput, match=r"7 x 18 values, but .* 300 people .* 18 skills"):
        read_survey(folder, "2023")


def test_a_missing_column_is_said(tmp_path):
    columns = {name: values for name, values in COLUMNS["2019"].items() if name != "open_sourcer"}
    write_survey(tmp_path, "2019", columns=columns)

    with pytest.raises(InvalidInput, match="lacks the columns open_sourcer"):
        read_survey(tmp_path, "2019")


def test_a_value_that_is_no_number_is_said_with_its_line(tmp_path):
    write_survey(tmp_path, "2019", columns={**COLUMNS["2019"], "work_week_hrs": ("40", "many", "")})

    with pytest.raises(InvalidInput, match=r"line 3, column work_week_hrs: .*many"):
        read_survey(tmp_path, "2019")


@pytest.mark.parametrize(
    "content", [b"", b"not packed", gzip.compress(b"\xff\xfe\x00", mtime=0), gzip.compress(b"row\n", mtime=0)[:-4]]
)
def test_people_that_cannot_be_read_are_said(folder, content):
    file = folder / "people" / "so2023_have_people.csv.gz"
    file.write_bytes(content)

    with pytest.raises(InvalidInput, match="so2023_have_people"):
        read_survey(folder, "2023")


@pytest.mark.parametrize("content", ["", "[1]", json.dumps([{"id": 1}])])
def test_skills_that_cannot_be_read_are_said(folder, content):
    (folder / "people" / "so2023_have_skills.json").write_text(content)

    with pytest.raises(InvalidInput, match="so2023_have_skills"):
        read_survey(folder, "2023")


def test_skills_of_one_name_are_said(folder):
    names = json.dumps([{"name": f"skill {at % 17}"} for at in range(18)])
    (folder / "people" / "so2023_have_skills.json").write_text(names)

    with pytest.raises(InvalidInput, match="more than one skill 'skill 0'"):
        read_survey(folder, "2023")


def test_a_matrix_that_cannot_be_read_is_said(folder):
    (folder / "people" / "so2023_have.npz").write_bytes(b"nothing")

    with pytest.raises(InvalidInput, match=r"so2023_have\.npz is not a sparse matrix"):
        read_survey(folder, "2023")


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "shape"), [("2023", (11_341, 354)), ("2019", (87_934, 68))])
def test_the_real_surveys_say_something_in_every_column(real_data, name, shape):
    survey = read_survey(real_data, name)

    assert survey.profiles.shown.shape == shape
    for values in survey.profiles.attributes.values():
        assert len(values) == shape[0]
        assert len(set(values)) > 2
    assert sorted(survey.groups) == {"2023": ["age", "education"], "2019": ["age", "country"]}[name]
    for told in survey.groups.values():
        assert len(set(told) - {None}) <= 9
