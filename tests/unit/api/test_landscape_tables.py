"""What is printed of a landscape says what is told and by which rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

from rich.console import Console, RenderableType

from api.render.landscapes import render_role_landscape, render_skill_landscape
from engine.landscape_results import (
    Count,
    PeopleGroup,
    RequirementOfGroup,
    RoleLandscape,
    RoleOfGroup,
    SkillLandscape,
    SkillLine,
    SkillOfGroup,
)
from engine.results import Named

GROUPS = (PeopleGroup("Data", ("Data",), 1200), PeopleGroup("other", ("Law", "not known"), 12))
FEW, NOT_TOLD = Count(None, "fewer than 10"), Count(None, "not told")
SQL = Named("sql", "SQL")
SKILLS = SkillLandscape(
    as_of=date(2026, 7, 1), model="m", calibration="listing", by="function", least=10, groups=GROUPS,
    skills=(SkillLine(SQL, (SkillOfGroup("Data", FEW, Count(1100, None)), SkillOfGroup("other", NOT_TOLD, NOT_TOLD))),),
)  # fmt: skip
ROLE = RoleLandscape(
    role=Named("analyst", "Analyst"), threshold=0.8, as_of=date(2026, 7, 1), model="m", calibration="listing",
    by="function", least=10, groups=GROUPS,
    counts=(
        RoleOfGroup("Data", Count(30, None), (RequirementOfGroup(SQL, 2.0, Count(40, None)),)),
        RoleOfGroup("other", NOT_TOLD, (RequirementOfGroup(SQL, 2.0, NOT_TOLD),)),
    ),
)  # fmt: skip
RULE = "By function. A number is told only where at least 10 people are counted and 10 are not."


def read(page: RenderableType) -> list[str]:
    text = StringIO()
    Console(file=text, width=120).print(page)
    return [" ".join(line.split()) for line in text.getvalue().splitlines()]


def test_skills_are_laid_out_by_group() -> None:
    lines = read(render_skill_landscape(SKILLS))
    assert lines[1:5] == [
        "SQL Data 1,200 fewer than 10 1,100", "other 12 not told not told", "other: Law, not known", RULE,
    ]  # fmt: skip
    assert read(render_skill_landscape(replace(SKILLS, skills=()))) == [
        "No skill is had by so many of a group, and lacked by so many, that a number may be told."
    ]


def test_the_ready_are_laid_out_by_group() -> None:
    lines = read(render_role_landscape(ROLE))
    assert lines[0] == "Ready for Analyst: at least 80 % of what it requires"
    assert lines[2:4] == ["Data 1,200 are ready 30", "meet SQL 2.0 40"]
    assert lines[4:6] == ["other 12 are ready not told", "meet SQL 2.0 not told"]
