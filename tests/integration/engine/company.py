"""A small company, built in words: ``company.person("ana").lists("sql")``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.schema import Node, Relationship
from graph_schema.store import GraphStore

TODAY = date(2026, 7, 1)
SOURCE = "company"


@dataclass
class Company:
    """What is to be written; nothing is until ``write`` is called."""

    nodes: list[Node] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)

    def tenant(self, **values: Any) -> None:
        self.nodes.append(n.Tenant(name="Small Company", **values))

    def team(self, id: str, **values: Any) -> None:
        self.nodes.append(n.Team(id=id, name=id.title(), **values))

    def skills(self, *ids: str) -> None:
        self.nodes += [n.Skill(id=id, preferred_label=id.replace("-", " ").title()) for id in ids]

    def person(self, id: str, team: str | None = None, **values: Any) -> PersonBuilder:
        self.nodes.append(n.Person(id=id, name=values.pop("name", id.title()), **values))
        if team:
            self.relationships.append(r.MemberOf(start_id=id, end_id=team))
        return PersonBuilder(self, id)

    def role(self, id: str, requires: dict[str, float], **values: Any) -> None:
        verified = values.pop("verified", ())
        self.nodes.append(n.Role(id=id, title=id.replace("-", " ").title(), **values))
        self.relationships += [
            r.RoleRequires(start_id=id, end_id=skill, level=level, verified=skill in verified)
            for skill, level in requires.items()
        ]

    def course(self, id: str, teaches: dict[str, float], needs: dict[str, float] | None = None, **values: Any) -> None:
        self.nodes.append(n.Course(id=id, title=id.replace("-", " ").title(), **values))
        self.relationships += [r.CourseTeaches(start_id=id, end_id=skill, level=at) for skill, at in teaches.items()]
        self.relationships += [
            r.CourseNeeds(start_id=id, end_id=skill, level=at) for skill, at in (needs or {}).items()
        ]

    def assessment(self, id: str, measures: dict[str, float], **values: Any) -> None:
        self.nodes.append(n.Assessment(id=id, title=id.replace("-", " ").title(), **values))
        self.relationships += [
            r.AssessmentMeasures(start_id=id, end_id=skill, level=at) for skill, at in measures.items()
        ]

    def gig(self, id: str, needs: dict[str, float], develops: dict[str, float], **values: Any) -> None:
        values = {"seats": 1, "money": 0.0, **values}
        self.nodes.append(n.Project(id=id, title=id.replace("-", " ").title(), kind="gig", **values))
        self.relationships += [r.ProjectNeeds(start_id=id, end_id=skill, level=at) for skill, at in needs.items()]
        self.relationships += [r.ProjectDevelops(start_id=id, end_id=skill, level=at) for skill, at in develops.items()]

    def write(self, store: GraphStore) -> None:
        for kind in dict.fromkeys(map(type, self.nodes)):
            store.write_nodes([item for item in self.nodes if type(item) is kind], SOURCE)
        for kind in dict.fromkeys(map(type, self.relationships)):
            store.write_relationships([item for item in self.relationships if type(item) is kind], SOURCE)


@dataclass
class PersonBuilder:
    """What is known of one person, a line a fact."""

    company: Company
    id: str

    def shows(
        self, skill: str, kind: str, level: float | None = 3.0, status: n.EvidenceStatus = "active", **values: Any
    ) -> PersonBuilder:
        evidence = n.Evidence(
            id=f"evidence:{self.id}:{skill}:{kind}",
            kind=kind,
            level=level,
            observed_on=values.pop("observed_on", date(2026, 1, 15)),
            origin="test",
            status=status,
            **values,
        )
        self.company.nodes.append(evidence)
        self.company.relationships += [
            r.EvidenceAbout(start_id=evidence.id, end_id=self.id),
            r.EvidenceShows(start_id=evidence.id, end_id=skill),
        ]
        return self

    def lists(self, *skills: str, level: float = 3.0) -> PersonBuilder:
        for skill in skills:
            self.shows(skill, "self_report", level)
        return self

    def endorsed(self, skill: str, by: str, level: float = 3.0) -> PersonBuilder:
        self.company.relationships.append(
            r.Endorsed(start_id=by, end_id=self.id, skill_id=skill, level=level, observed_on=date(2026, 2, 1))
        )
        return self

    def holds(self, role: str) -> PersonBuilder:
        self.company.relationships.append(r.Holds(start_id=self.id, end_id=role))
        return self


def analysts_and_writers(extra: bool = True, **ana: Any) -> Company:
    """Analysts list SQL and statistics, writers list copywriting; Ana is a writer who shows SQL in her work."""
    company = Company()
    company.tenant()
    company.team("writers")
    company.skills("sql", "statistics", "python", "copywriting", "editing", "quality")
    company.role("analyst", {"sql": 2.0, "statistics": 2.0, "quality": 2.0})
    company.role("writer", {"copywriting": 2.0, "editing": 2.0})
    for number in range(20):
        analyst = company.person(f"analyst{number:02}").lists("sql", "statistics").holds("analyst")
        if number % 2:
            analyst.lists("python")
        company.person(f"writer{number:02}", team="writers").lists("copywriting", "editing").holds("writer")
    if extra:
        company.person("ana", team="writers", **ana).lists("copywriting").shows("sql", "project_outcome").shows(
            "statistics", "project_outcome"
        ).endorsed("sql", by="analyst00").holds("writer")
    company.course("quality-course", {"quality": 1.0}, needs={"sql": 1.0}, money=100.0, hours=10.0)
    company.gig("clean-up-gig", needs={"quality": 1.0, "sql": 2.0}, develops={"quality": 2.0}, hours=20.0)
    company.course("quality-bootcamp", {"quality": 3.0}, money=5000.0, hours=200.0)
    return company
