"""The real data sets, checked without a server: what they say once the real ESCO is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_schema import nodes as n
from graph_schema import relationships as r
from loaders.base import get_loader
from loaders.directory import SkillName, Surroundings
from loaders.plan import Plan, make_plan
from loaders.survey import SurveyOptions

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def esco(real_data: Path) -> Plan:
    loader = get_loader("esco")
    return make_plan(loader, loader.read(real_data / "esco", loader.options()), Surroundings(source="esco", owners={}))


def look_around(esco: Plan, source: str) -> Surroundings:
    skills = [item for item in esco.items[n.Skill].values() if isinstance(item, n.Skill)]
    return Surroundings(
        source=source,
        owners={kind: dict.fromkeys(map(str, esco.items[kind]), "esco") for kind in (n.Skill, n.Occupation)},
        skills=[(SkillName(item.id, item.preferred_label, item.alt_labels), "esco") for item in skills],
    )


def test_every_occupation_becomes_a_role(esco: Plan, real_data: Path) -> None:
    loader = get_loader("esco-roles")

    plan = make_plan(loader, loader.read(real_data / "esco", loader.options()), look_around(esco, "esco-roles"))

    assert plan.rejected == ()
    assert len(plan.items[n.Role]) == len(plan.items[r.RoleInstanceOf]) == 3_039
    assert len(plan.items[r.RoleRequires]) == 125_554


def test_people_of_the_survey_load(esco: Plan, real_data: Path) -> None:
    loader = get_loader("survey")
    options = SurveyOptions(people=300)

    plan = make_plan(loader, loader.read(real_data / "people", options), look_around(esco, "so2023"))

    assert plan.rejected == ()
    assert len(plan.items[n.Person]) == 300
    python = next(id for id, item in esco.items[n.Skill].items() if "Python (" in getattr(item, "preferred_label", ""))
    assert sum(end == python for _, end in plan.items[r.EvidenceShows]) > 100
    assert {item.name for item in plan.unmapped} > {"Rust", "React"}


def test_the_course_catalogues_load(esco: Plan, real_data: Path) -> None:
    loader = get_loader("course-catalogue")

    plan = make_plan(loader, loader.read(real_data / "courses", loader.options()), look_around(esco, "courses"))

    courses = [item for item in plan.items[n.Course].values() if isinstance(item, n.Course)]
    assert [item.reason for item in plan.rejected] == ["must be given"], "one row of the crawl has no title"
    assert sum(course.provider == "Coursera" for course in courses) == 5_411
    assert sum(course.money is not None and course.hours is not None for course in courses) > 500
    assert all(course.money is None for course in courses if course.provider == "Coursera"), "unknown stays unknown"
    assert len(plan.unmapped) > 1_000
