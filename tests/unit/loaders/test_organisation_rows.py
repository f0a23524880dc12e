from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.schema import Node
from loaders.directory import SkillName, Surroundings
from loaders.organisation import LOADER
from loaders.plan import Plan, make_plan

SQL, DATA, TWIN = "esco:sql", "esco:data", "esco:twin"
ESCO = Surroundings(
    source="organisation",
    owners={n.Skill: dict.fromkeys((SQL, DATA, TWIN), "esco"), n.Occupation: {"esco:job": "esco"}, n.Person: {}},
    skills=tuple((SkillName(id, name), "esco") for id, name in ((SQL, "SQL"), (DATA, "data"), (TWIN, "data"))),
)


def plan(folder: Path, around: Surroundings = ESCO, **files: str) -> Plan:
    for name, text in ({"people": "person_id,name\nana,Ana\nbo,Bo"} | files).items():
        (folder / f"{name}.csv").write_text(f"{text}\n")
    return make_plan(LOADER, LOADER.read(folder, LOADER.options()), around)


def say(found: Plan) -> list[str]:
    return [f"{item.file}:{item.line} {item.field} {item.scope}: {item.reason}" for item in found.rejected]


def test_an_empty_value_is_unknown_and_never_zero(tmp_path: Path) -> None:
    found = plan(tmp_path, courses="course_id,title,money,hours\nc1,Free,0,\nc2,Secret,,3")

    assert found.items[n.Course]["c1"] == n.Course(id="c1", title="Free", money=0.0, hours=None)
    assert found.items[n.Course]["c2"] == n.Course(id="c2", title="Secret", money=None, hours=3.0)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("joined_on", "01/02/2020", "must be a date such as 2026-07-01"),
        ("joined_on", "1577836800", "must be a date such as 2026-07-01"),
        ("hourly_rate", "12,5", "must be a number, with a point before decimals"),
        ("hourly_rate", "-1", "must be at least 0"),
        ("hourly_rate", "nan", "must be a finite number"),
        ("inference", "off", "must be one of 'on', 'soft_off', 'hard_off'"),
        ("listed_visible", "perhaps", "must be true or false"),
        ("name", "", "must be given"),
    ],
)
def test_a_bad_value_is_named_in_plain_words(tmp_path: Path, column: str, value: str, reason: str) -> None:
    row = {"person_id": "cy", "name": "Cy", column: value}
    text = f"{','.join(row)}\n{','.join(f'{chr(34)}{cell}{chr(34)}' for cell in row.values())}\nana,Ana" + "," * (
        len(row) - 2
    )

    found = plan(tmp_path, people=text)

    assert say(found) == [f"people.csv:2 {column} row: {reason}"]
    assert list(found.items[n.Person]) == ["ana"]


def test_a_skill_may_be_given_by_its_label_when_only_one_has_it(tmp_path: Path) -> None:
    found = plan(
        tmp_path,
        roles="role_id,title\nr1,One",
        requirements="role_id,skill_id,level\nr1,SQL,3\nr1,esco:data,2\nr1,data,1\nr1,sql,1",
    )

    assert set(found.items[r.RoleRequires]) == {("r1", SQL), ("r1", DATA)}
    assert say(found) == [
        "requirements.csv:4 skill_id row: several skills have this label, give one of their ids: esco:data, esco:twin",
        "requirements.csv:5 skill_id row: no skill has this id or this exact preferred label",
    ]


def test_an_unknown_reference_is_reported_and_the_person_still_loads(tmp_path: Path) -> None:
    people = "person_id,name,team_id,manager_id,role_id,interests\nana,Ana,t9,ana,r9,SQL|nothing"

    found = plan(tmp_path, people=people)

    assert list(found.items[n.Person]) == ["ana"]
    assert list(found.items[r.InterestedInSkill]) == [("ana", SQL)]
    assert say(found) == [
        "people.csv:2 manager_id value: nobody is their own manager",
        "people.csv:2 interests value: no role, project or skill has this id or label",
        "people.csv:2 team_id value: no team has this id",
        "people.csv:2 role_id value: no role has this id",
    ]


def test_a_course_without_one_of_its_needs_is_rejected_with_all_that_comes_after_it(tmp_path: Path) -> None:
    rows = "c3,Three,,c2,SQL=3\nc2,Two,,c1,\nc1,One,magic=1,,\nc4,Four,,,magic=2|SQL=1"

    found = plan(tmp_path, courses=f"course_id,title,needs,after,teaches\n{rows}")

    assert list(found.items[n.Course]) == ["c4"]
    assert say(found) == [
        "courses.csv:2 after row: the row of this course was itself rejected",
        "courses.csv:3 after row: the row of this course was itself rejected",
        "courses.csv:4 needs row: no skill has this id or this exact preferred label",
        "courses.csv:5 teaches value: no skill has this id or this exact preferred label",
    ]


@pytest.mark.parametrize("pairs", ["SQL", "SQL=", "=3", "SQL=six", "SQL=6", "SQL=0", "SQL=-1", "SQL=nan"])
def test_levels_of_skills_are_checked(tmp_path: Path, pairs: str) -> None:
    found = plan(tmp_path, courses=f"course_id,title,teaches\nc1,One,{pairs}")

    assert [item.field for item in found.rejected] == ["teaches"]
    assert found.items[n.Course] == {}


def test_a_level_of_zero_is_evidence_but_neither_a_requirement_nor_something_to_learn(tmp_path: Path) -> None:
    found = plan(
        tmp_path,
        roles="role_id,title\nr1,One",
        requirements="role_id,skill_id,level\nr1,SQL,0\nr1,esco:data,0.5",
        courses="course_id,title,teaches,needs\nc1,One,SQL=0,\nc2,Two,,SQL=0",
        projects="project_id,title,develops\np1,One,SQL=0",
        assessments="assessment_id,title,measures\na1,One,SQL=0",
        evidence="person_id,skill_id,kind,observed_on,level\nana,SQL,self_report,2025-01-01,0",
    )

    pairs = "must be skill=level pairs joined by |, levels above 0 and up to 5; 'SQL=0' is not"
    assert say(found) == [
        "requirements.csv:2 level row: must be more than 0",
        f"courses.csv:2 teaches row: {pairs}",
        f"courses.csv:3 needs row: {pairs}",
        f"projects.csv:2 develops row: {pairs}",
        f"assessments.csv:2 measures row: {pairs}",
    ]
    assert list(found.items[r.RoleRequires]) == [("r1", DATA)]
    assert [item.level for item in found.items[n.Evidence].values() if isinstance(item, n.Evidence)] == [0.0]


def test_the_same_id_twice_is_reported_with_both_lines(tmp_path: Path) -> None:
    found = plan(tmp_path, people="person_id,name\nana,Ana\nbo,Bo\nana,Anna")

    assert found.items[n.Person]["ana"] == n.Person(id="ana", name="Ana")
    assert say(found) == ["people.csv:4 person_id row: the same person stands in people.csv, line 2"]


def test_the_same_skill_twice_in_one_value_is_reported(tmp_path: Path) -> None:
    found = plan(tmp_path, courses=f"course_id,title,teaches\nc1,One,SQL=1|{SQL}=3")

    assert found.items[r.CourseTeaches]["c1", SQL] == r.CourseTeaches(start_id="c1", end_id=SQL, level=1.0)
    assert say(found) == ["courses.csv:2 teaches value: says again what courses.csv, line 2 says"]


def test_a_node_of_another_source_is_never_overwritten(tmp_path: Path) -> None:
    found = plan(tmp_path, skills=f"skill_id,preferred_label\n{SQL},My SQL\nown,Mine")

    assert list(found.items[n.Skill]) == ["own"]
    assert say(found) == ["skills.csv:2 skill_id row: this skill belongs to source esco"]


def test_evidence_has_the_same_id_whenever_it_is_loaded(tmp_path: Path) -> None:
    header = "person_id,skill_id,kind,observed_on,origin_ref,from_id,level"
    first = plan(tmp_path, evidence=f"{header}\nana,SQL,self_report,2025-01-01,,,2\nana,SQL,rejection,2025-01-01,x7,,")
    again = plan(
        tmp_path, evidence=f"{header}\nana,{SQL},self_report,2025-01-01,,,4\nana,SQL,rejection,2026-01-01,x7,,"
    )

    assert first.rejected == again.rejected == ()
    assert set(first.items[n.Evidence]) == set(again.items[n.Evidence])
    assert len(first.items[n.Evidence]) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("LMS,17,", "HRIS,17,"), (",,ana", ",,bo"), ("LMS,,ana", "HRIS,,ana"), ("LMS,17,", "LMS,18,")],
)
def test_evidence_of_two_origins_or_of_two_who_signed_stays_apart(tmp_path: Path, one: str, other: str) -> None:
    header = "person_id,skill_id,kind,observed_on,origin,origin_ref,by_id"
    rows = "\n".join(f"cy,SQL,attestation,2025-01-01,{own}" for own in (one, other))

    found = plan(tmp_path, people="person_id,name\nana,Ana\nbo,Bo\ncy,Cy", evidence=f"{header}\n{rows}")

    assert found.rejected == ()
    assert len(found.items[n.Evidence]) == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("ana,SQL,endorsement,2025-01-01,,,", "kind row: endorsements belong in endorsements.csv"),
        ("ana,SQL,hearsay,2025-01-01,,,", "kind row: must be one of self_report, attestation"),
        ("eve,SQL,self_report,2025-01-01,,,", "person_id row: no person has this id"),
        ("ana,SQL,self_report,2025-01-01,2024-01-01,,", "valid_until row: must not be before observed_on"),
        ("ana,SQL,self_report,2025-01-01,,c9,", "from_id value: no course, project, assessment or credential has"),
        ("ana,SQL,self_report,2025-01-01,,,eve", "by_id value: no person has this id"),
    ],
)
def test_evidence_is_checked(tmp_path: Path, row: str, message: str) -> None:
    found = plan(tmp_path, evidence=f"person_id,skill_id,kind,observed_on,valid_until,from_id,by_id\n{row}")

    assert len(found.rejected) == 1
    assert message in say(found)[0]
    assert len(found.items[n.Evidence]) == (1 if found.rejected[0].scope == "value" else 0)


@pytest.mark.parametrize("kind", [kind for kind in EVIDENCE_KINDS if kind != "endorsement"])
def test_every_kind_of_evidence_can_be_loaded(tmp_path: Path, kind: str) -> None:
    found = plan(tmp_path, evidence=f"person_id,skill_id,kind,observed_on\nana,SQL,{kind},2025-01-01")

    assert [item.kind for item in found.items[n.Evidence].values() if isinstance(item, n.Evidence)] == [kind]


def test_nobody_endorses_themselves_and_a_repeated_endorsement_is_reported(tmp_path: Path) -> None:
    rows = "ana,ana,SQL,2025-01-01\nana,bo,SQL,2025-01-01\nana,bo,esco:sql,2025-02-01\neve,bo,SQL,2025-01-01"

    found = plan(tmp_path, endorsements=f"endorser_id,person_id,skill_id,observed_on\n{rows}")

    assert list(found.items[r.Endorsed]) == [("ana", "bo", SQL)]
    assert say(found) == [
        "endorsements.csv:2 endorser_id row: nobody endorses themselves",
        "endorsements.csv:4 person_id row: says again what endorsements.csv, line 3 says",
        "endorsements.csv:5 endorser_id row: no person has this id",
    ]


def test_unknown_columns_are_warned_of(tmp_path: Path) -> None:
    found = plan(tmp_path, people="person_id,name,shoe_size\nana,Ana,38")

    assert found.warnings == ("people.csv: unknown columns were not read: shoe_size",)
    assert found.rejected == ()


def test_a_rejected_row_keeps_what_the_graph_holds_of_it_and_what_refers_to_it(tmp_path: Path) -> None:
    owners: dict[type[Node], dict[str, str | None]] = {**ESCO.owners, n.Person: {"ana": "organisation"}}  # type: ignore[dict-item]
    around = Surroundings(source="organisation", owners=owners, skills=ESCO.skills)

    found = plan(
        tmp_path,
        around,
        people="person_id,name,joined_on\nana,Ana,someday\nbo,Bo,",
        evidence="person_id,skill_id,kind,observed_on\nana,SQL,self_report,2025-01-01",
    )

    assert found.kept == {"ana"}
    assert len(found.items[n.Evidence]) == 1
    assert say(found) == ["people.csv:2 joined_on row: must be a date such as 2026-07-01"]


def test_every_column_of_the_formats_is_known() -> None:
    data = Path(__file__).parents[2] / "data" / "organisation" / "files"
    for table in LOADER.tables:
        with (data / f"{table.name}.csv").open(newline="") as file:
            assert next(csv.reader(file)) == list(table.list_columns())
