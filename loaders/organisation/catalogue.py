"""courses.csv, projects.csv, assessments.csv and credentials.csv: what people can do to gain and prove skills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from loaders.base import Declaration, Link, Piece, Problem, Row, Table
from loaders.directory import Directory
from loaders.fields import Amount, IsoDate, Listed, Share, SkillLevel, SkillLevels

_PAIRS = "skill=level pairs joined by |, levels above 0; a skill is an id or an exact preferred label."


class CourseRow(Row):
    """Something people can take to learn skills."""

    course_id: str = Field(description="Your id of the course.")
    title: str = Field(description="Name shown to people.")
    provider: str | None = Field(None, description="Who gives it.")
    description: str | None = Field(None, description="What it covers.")
    money: Amount | None = Field(None, description="Price for one person; empty means unknown, 0 means free.")
    hours: Amount | None = Field(None, description="Hours of work for one person.")
    weeks: Amount | None = Field(None, description="Shortest time on the calendar, in weeks.")
    teaches: SkillLevels = Field((), description=f"Levels reached: {_PAIRS}")
    needs: SkillLevels = Field((), description=f"Levels needed before: {_PAIRS}")
    after: Listed = Field((), description="Courses to be taken before: ids of this file joined by |.")


class ProjectRow(Row):
    """Work that shows and develops skills."""

    project_id: str = Field(description="Your id of the project.")
    title: str = Field(description="Name shown to people.")
    kind: n.ProjectKind = Field("project", description="What it is; gigs are part-time, tours of duty full-time.")
    description: str | None = Field(None, description="What is done in it.")
    function: str | None = Field(None, description="Function that runs it.")
    money: Amount | None = Field(None, description="Cost of taking part for one person, beyond their time.")
    hours: Amount | None = Field(None, description="Hours of work for one person.")
    weeks: Amount | None = Field(None, description="Shortest time on the calendar, in weeks.")
    seats: int | None = Field(None, ge=0, description="Places still open; nobody can join when empty or 0.")
    starts_on: IsoDate | None = Field(None, description="First day.")
    ends_on: IsoDate | None = Field(None, description="Last day.")
    needs: SkillLevels = Field((), description=f"Levels needed to join: {_PAIRS}")
    develops: SkillLevels = Field((), description=f"Levels reached: {_PAIRS}")


class AssessmentRow(Row):
    """A test that measures skills."""

    assessment_id: str = Field(description="Your id of the assessment.")
    title: str = Field(description="Name shown to people.")
    provider: str | None = Field(None, description="Who runs it.")
    money: Amount | None = Field(None, description="Price for one person; empty means unknown, 0 means free.")
    hours: Amount | None = Field(None, description="Hours for one person.")
    pass_rate: Share | None = Field(None, description="Share of those at the level who pass.")
    measures: SkillLevels = Field((), description=f"Highest levels it can confirm: {_PAIRS}")


class CredentialRow(Row):
    """A badge or certificate."""

    credential_id: str = Field(description="The issuer's id.")
    title: str = Field(description="Name shown to people.")
    issuer: str | None = Field(None, description="Who issues it.")


def _course_to_graph(row: CourseRow, directory: Directory) -> Iterator[Piece]:
    course = row.course_id
    yield n.Course(
        id=course,
        title=row.title,
        provider=row.provider,
        description=row.description,
        money=row.money,
        hours=row.hours,
        weeks=row.weeks,
    )
    yield from _reach(r.CourseTeaches, course, "teaches", row.teaches, directory)
    yield from _need(r.CourseNeeds, course, row.needs, directory)
    for earlier in row.after:
        if earlier == course:
            raise InvalidInput("after", "a course cannot come after itself")
        yield Link(r.CourseAfter(start_id=course, end_id=earlier), "after")


def _project_to_graph(row: ProjectRow, directory: Directory) -> Iterator[Piece]:
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        raise InvalidInput("ends_on", f"must not be before starts_on ({row.starts_on})")
    yield n.Project(
        id=row.project_id,
        title=row.title,
        kind=row.kind,
        description=row.description,
        function=row.function,
        money=row.money,
        hours=row.hours,
        weeks=row.weeks,
        seats=row.seats,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
    yield from _need(r.ProjectNeeds, row.project_id, row.needs, directory)
    yield from _reach(r.ProjectDevelops, row.project_id, "develops", row.develops, directory)


def _assessment_to_graph(row: AssessmentRow, directory: Directory) -> Iterator[Piece]:
    yield n.Assessment(
        id=row.assessment_id,
        title=row.title,
        provider=row.provider,
        money=row.money,
        hours=row.hours,
        pass_rate=row.pass_rate,
    )
    yield from _reach(r.AssessmentMeasures, row.assessment_id, "measures", row.measures, directory)


def _credential_to_graph(row: CredentialRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    yield n.Credential(id=row.credential_id, title=row.title, issuer=row.issuer)


def _reach(
    relationship: type[r.CourseTeaches] | type[r.ProjectDevelops] | type[r.AssessmentMeasures],
    start: str,
    column: str,
    pairs: Sequence[SkillLevel],
    directory: Directory,
) -> Iterator[Piece]:
    for skill, level in pairs:
        try:
            end = directory.find_skill(column, skill)
        except InvalidInput as error:
            yield Problem(column, skill, error.problem)
            continue
        yield Link(relationship(start_id=start, end_id=end, level=level), column, essential=False)


def _need(
    relationship: type[r.CourseNeeds] | type[r.ProjectNeeds],
    start: str,
    pairs: Sequence[SkillLevel],
    directory: Directory,
) -> Iterator[Piece]:
    # Without one of its needs a move would look open to people who cannot take it, so the whole row is rejected.
    for skill, level in pairs:
        end = directory.find_skill("needs", skill)
        yield Link(relationship(start_id=start, end_id=end, level=level), "needs")


COURSES = Table(
    name="courses",
    description="What people can take to learn skills.",
    row=CourseRow,
    gives=(n.Course, r.CourseTeaches, r.CourseNeeds, r.CourseAfter),
    to_graph=_course_to_graph,
    declares=Declaration(node=n.Course, id="course_id", label="title"),
)
PROJECTS = Table(
    name="projects",
    description="Finished projects, open gigs and tours of duty.",
    row=ProjectRow,
    gives=(n.Project, r.ProjectNeeds, r.ProjectDevelops),
    to_graph=_project_to_graph,
    declares=Declaration(node=n.Project, id="project_id", label="title"),
)
ASSESSMENTS = Table(
    name="assessments",
    description="Tests that measure skills.",
    row=AssessmentRow,
    gives=(n.Assessment, r.AssessmentMeasures),
    to_graph=_assessment_to_graph,
    declares=Declaration(node=n.Assessment, id="assessment_id", label="title"),
)
CREDENTIALS = Table(
    name="credentials",
    description="Badges and certificates.",
    row=CredentialRow,
    gives=(n.Credential,),
    to_graph=_credential_to_graph,
    declares=Declaration(node=n.Credential, id="credential_id", label="title"),
)
