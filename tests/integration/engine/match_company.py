"""A company with open work, courses and mentors, and somebody with wishes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from engine.results import Named
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import TODAY, Company
from tests.integration.engine.test_engine import infer, open_engine

WEEK = timedelta(weeks=1)


def ids(items: Iterable[Named]) -> list[str]:
    return [item.id for item in items]


def found_company() -> Company:
    """Zoe is attested SQL at 3 and lists statistics at 3; nobody else of her kind has what is left to learn."""
    company = Company()
    company.tenant()
    company.skills("sql", "statistics", "python", "quality", "law")
    for number in range(12):
        company.person(f"user{number:02}").lists("sql", "statistics")
    zoe = company.person("zoe", hourly_rate=20.0, function="Data").lists("sql", "statistics")
    zoe.shows("sql", "attestation", 3.0)
    # Importance is 1 each: a quarter of the modeller is one requirement.
    company.role("modeller", {"sql": 2.0, "python": 2.0, "quality": 2.0, "statistics": 5.0})
    company.role("coder", {"python": 2.0, "statistics": 2.0}, verified=("statistics",))
    company.role("lawyer", {"law": 2.0, "sql": 2.0})
    offer_work(company)
    offer_courses(company)
    offer_mentors(company)
    return company


def offer_work(company: Company) -> None:
    company.gig("quality-gig", needs={"sql": 2.0}, develops={"quality": 2.0}, hours=20.0)
    company.gig("proof-gig", needs={"sql": 2.0, "statistics": 2.0}, develops={"sql": 2.0, "statistics": 2.0})
    company.gig("python-gig", needs={"sql": 2.0, "quality": 1.0}, develops={"python": 2.0}, hours=5.0)
    company.gig("law-gig", needs={"law": 1.0, "quality": 1.0, "sql": 1.0}, develops={"law": 2.0})
    company.gig("deep-gig", needs={"statistics": 5.0}, develops={"statistics": 5.0})
    company.gig("full-gig", needs={}, develops={"python": 2.0}, seats=0)
    company.gig("begun-gig", needs={}, develops={"python": 2.0}, starts_on=TODAY - WEEK, ends_on=TODAY + WEEK)
    company.gig("short-gig", needs={}, develops={"python": 2.0}, weeks=2.0, ends_on=TODAY + WEEK)
    company.gig("ended-gig", needs={}, develops={"python": 2.0}, ends_on=TODAY - WEEK)
    company.gig("done-gig", needs={}, develops={"python": 2.0})
    company.gig("open-gig", needs={}, develops={}, starts_on=TODAY, money=None)
    company.nodes += [
        n.Project(id="project", title="Project", kind="project", seats=2),
        n.Project(id="closed-project", title="Closed Project", kind="project"),
    ]
    company.relationships.append(r.ProjectDevelops(start_id="project", end_id="law", level=1.0))
    complete(company, "zoe", "done-gig", "sql")


def offer_courses(company: Company) -> None:
    company.course("both-course", {"python": 2.0, "quality": 2.0}, money=900.0, hours=10.0)
    company.course("python-course", {"python": 3.0}, money=100.0, hours=10.0)
    company.course("python-talk", {"python": 1.5}, money=1.0, hours=1.0)
    company.course("cheap-course", {"quality": 2.0}, needs={"law": 1.0}, money=1.0, hours=1.0)
    company.course("quality-course", {"quality": 2.0}, needs={"sql": 2.0}, money=50.0)
    company.course("later-course", {"quality": 2.0}, money=1.0, hours=1.0)
    company.course("law-course", {"law": 2.0}, money=300.0, hours=10.0)
    company.relationships.append(r.CourseAfter(start_id="later-course", end_id="python-talk"))


def offer_mentors(company: Company) -> None:
    company.person("ann", mentor_hours=30.0, function="Data").shows("python", "attestation", 5.0)
    company.person("bob", mentor_hours=40.0, function="Law").lists("python", level=5.0)
    company.person("cat", mentor_hours=40.0).shows("python", "attestation", 0.5)
    company.person("dan", mentor_hours=40.0, hidden_visible=False).shows("python", "attestation", 5.0)
    company.person("eve", mentor_hours=40.0, listed_visible=False).lists("python", level=5.0)
    company.person("fay").shows("python", "attestation", 5.0)
    company.person("gus", mentor_hours=12.0, function="Data").shows("python", "attestation", 5.0)


def complete(company: Company, person: str, project: str, skill: str) -> None:
    evidence = n.Evidence(
        id=f"evidence:{person}:{project}", kind="project_outcome", level=3.0, observed_on=TODAY - WEEK, origin="test"
    )
    company.nodes.append(evidence)
    company.relationships += [
        r.EvidenceAbout(start_id=evidence.id, end_id=person), r.EvidenceShows(start_id=evidence.id, end_id=skill),
        r.EvidenceFromProject(start_id=evidence.id, end_id=project),
    ]  # fmt: skip


def company_with_wishes() -> Company:
    company = found_company()
    company.relationships += [
        r.InterestedInRole(start_id="zoe", end_id="modeller"), r.InterestedInProject(start_id="zoe", end_id="project"),
        r.InterestedInSkill(start_id="zoe", end_id="law"),
    ]  # fmt: skip
    return company


def open_shared(graph: GraphUnderTest, name: str, company: Company) -> Engine:
    if graph.holds != name:
        graph.wipe()
        infer(graph.store, company)
        graph.holds = name
    return open_engine(graph.store)


@pytest.fixture
def wishing(graph: GraphUnderTest) -> Engine:
    """An Engine on the company in which Zoe has wishes; tests must leave it so."""
    return open_shared(graph, "zoe has wishes", company_with_wishes())


@pytest.fixture
def plain(graph: GraphUnderTest) -> Engine:
    """An Engine on the company in which nobody has said what they would like; tests must leave it so."""
    return open_shared(graph, "zoe has no wishes", found_company())
