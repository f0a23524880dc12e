"""The catalogue of courses, gigs, tours, finished projects, assessments and credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from loaders.sample.catalogue import (
    CourseCatalogue,
    CourseFamily,
    FinishedProject,
    ProjectCatalogue,
    TestCatalogue,
    read_catalogue,
    read_skills,
    read_stories,
)
from loaders.sample.chance import open_chance, pick_date, pick_weighted
from loaders.sample.rows import AssessmentRow, CourseRow, CredentialRow, ProjectRow

PRICE_OF_HOUR = {"Tarnveil Academy": 10, "Northgate Learning": 22, "Openfield Online": 4, "Halvorsen Institute": 27}
FIRST_DAY, LAST_DAY = date(2023, 7, 3), date(2026, 6, 30)


@dataclass(frozen=True)
class Delivery:
    """A finished project with the skills it used."""

    row: ProjectRow
    skills: tuple[str, ...]


def build_courses() -> list[CourseRow]:
    """Return all courses, ladders first, ordered by id."""
    catalogue: CourseCatalogue = read_catalogue("courses", CourseCatalogue)
    courses = [
        CourseRow(
            course_id=course.id,
            title=course.title,
            provider=course.provider,
            description=_describe_course(course.teaches),
            money=course.money,
            hours=course.hours,
            weeks=course.weeks,
            teaches=_join_levels(course.teaches),
            needs=_join_levels(course.needs),
            after=(),
        )
        for course in catalogue.course
    ]
    for families in catalogue.families.values():
        for family in families:
            courses.extend(_build_family(family, catalogue.providers))
    return sorted(courses, key=lambda course: course.course_id)


def build_open_projects() -> list[ProjectRow]:
    """Return the gigs and tours of duty that have seats."""
    catalogue: ProjectCatalogue = read_catalogue("projects", ProjectCatalogue)
    rows: list[ProjectRow] = []
    for project in catalogue.open:
        drawn = pick_date(open_chance("start", project.id), date(2026, 8, 3), date(2026, 11, 30))
        starts_on = project.starts_on or drawn
        rows.append(
            ProjectRow(
                project_id=project.id,
                title=project.title,
                kind=project.kind,
                description=project.description or None,
                function=project.function,
                money=0,
                hours=project.hours,
                weeks=project.weeks,
                seats=project.seats,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(weeks=project.weeks),
                needs=_join_levels(project.needs),
                develops=_join_levels(project.develops),
            )
        )
    return rows


def build_deliveries() -> list[Delivery]:
    """Return the finished projects."""
    catalogue: ProjectCatalogue = read_catalogue("projects", ProjectCatalogue)
    seen = _find_planted_days()
    return [
        _build_delivery(function, project, seen)
        for function, projects in catalogue.finished.items()
        for project in projects
    ]


def build_assessments() -> list[AssessmentRow]:
    """Return the assessments."""
    return [
        AssessmentRow(
            assessment_id=test.id,
            title=test.title,
            provider="Tarnveil Assessment Centre",
            money=test.money,
            hours=test.hours,
            pass_rate=test.pass_rate,
            measures=_join_levels(test.measures),
        )
        for test in read_tests().assessments
    ]


def build_credentials() -> list[CredentialRow]:
    """Return the credentials."""
    return [
        CredentialRow(credential_id=badge.id, title=badge.title, issuer=badge.issuer)
        for badge in read_tests().credentials
    ]


def read_tests() -> TestCatalogue:
    """Read assessments and credentials with the skills they stand for."""
    return read_catalogue("tests", TestCatalogue)


def read_levels(pairs: tuple[str, ...]) -> dict[str, float]:
    """Return label -> level of ``skill=level`` pairs."""
    return {label: float(level) for label, _, level in (pair.rpartition("=") for pair in pairs)}


def name_thing(kind: str, title: str) -> str:
    """Return the id of a course or project: its kind and its title in lower case, joined by hyphens."""
    return f"{kind}:" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _build_family(family: CourseFamily, providers: tuple[str, ...]) -> list[CourseRow]:
    chance = open_chance("course", family.start)
    first = family.skills[:2] if family.next else family.skills
    start = _price_course(family.start, providers, dict.fromkeys(first, 2.0), {}, ())
    if family.next is None:
        return [start]
    needs = {family.skills[0]: 2.0}
    after = (start.course_id,) if chance.random() < 0.4 else ()
    return [start, _price_course(family.next, providers, dict.fromkeys(family.skills, 3.0), needs, after)]


def _price_course(
    title: str,
    providers: tuple[str, ...],
    teaches: Mapping[str, float],
    needs: Mapping[str, float],
    after: tuple[str, ...],
) -> CourseRow:
    chance = open_chance("price", title)
    provider = chance.choice(providers)
    hours = round(sum(4 * level for level in teaches.values()) * (0.7 + 0.6 * chance.random()))
    return CourseRow(
        course_id=name_thing("course", title),
        title=title,
        provider=provider,
        description=_describe_course(teaches),
        money=round(hours * PRICE_OF_HOUR[provider] * (0.8 + 0.4 * chance.random()), -1),
        hours=hours,
        weeks=max(1, round(hours / 6)),
        teaches=_join_levels(teaches),
        needs=_join_levels(needs),
        after=after,
    )


def _build_delivery(function: str, project: FinishedProject, seen: dict[str, date]) -> Delivery:
    chance = open_chance("delivery", project.title)
    identifier = name_thing("project", project.title)
    clusters = read_skills().clusters
    pool = list(dict.fromkeys(label for name in project.clusters for label in clusters[name].skills[:8]))
    used = pick_weighted(chance, pool, [1.0] * len(pool), chance.choice((6, 7, 8)))
    ends_on = seen.get(identifier) or pick_date(chance, date(2023, 9, 1), LAST_DAY)
    weeks = chance.choice((6, 8, 10, 12, 16, 20))
    return Delivery(
        ProjectRow(
            project_id=identifier,
            title=project.title,
            kind="project",
            description=None,
            function=function,
            money=None,
            hours=weeks * 10,
            weeks=weeks,
            seats=0,
            starts_on=ends_on - timedelta(weeks=weeks),
            ends_on=ends_on,
            needs=(),
            develops=(),
        ),
        tuple(used),
    )


def _find_planted_days() -> dict[str, date]:
    days: dict[str, date] = {}
    for person in read_stories().person:
        for item in person.evidence:
            if item.source:
                days[item.source] = max(days.get(item.source, item.on), item.on)
    return days


def _describe_course(teaches: Mapping[str, float]) -> str:
    return "Teaches " + ", ".join(f"{label} to level {level:g}" for label, level in teaches.items()) + "."


def _join_levels(levels: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(f"{label}={level:g}" for label, level in levels.items())
