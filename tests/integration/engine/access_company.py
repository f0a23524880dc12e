"""A company with every way in which people may stand to one another, and everybody who may ask about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from engine.access.callers import NOBODY, OPERATOR, SCOPES, Caller
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.store import GraphStore
from tests.integration.engine.company import TODAY, Company, analysts_and_writers

PEOPLE = {
    "mia": ("Data", "North", None),  # the manager
    "ana": ("Data", "North", "mia"),  # the employee, who reports to her
    "ben": ("Data", "South", "ana"),  # reports to her report
    "eve": ("Sales", "East", "mia"),  # keeps her listed skills from others
    "fay": ("Sales", "East", "mia"),  # keeps her hidden skills from others
    "gil": ("Sales", "East", "mia"),  # whose inference is off
    "max": ("Data", "West", None),  # of the same function
    "cleo": ("Law", "North", None),  # of the same region
    "dan": ("Law", "South", None),  # of neither
}
"""Function, region and manager of each."""

ANA = Caller(name="ana", role="employee", person_id="ana")
MIA = Caller(name="mia", role="manager", person_id="mia")
OF_DATA = Caller(name="max", role="talent_partner", person_id="max", functions=("Data",))
OF_NORTH = Caller(name="key:north", role="talent_partner", regions=("North",))
PROGRAM = Caller(name="key:all", role="integration", scopes=frozenset(SCOPES))
PROGRAM_OF_DATA = replace(PROGRAM, name="key:data", functions=("Data",))
AUDITOR = Caller(name="key:auditor", role="auditor")
ADMIN = Caller(name="key:admin", role="admin")
ADMIN_WITH_REASON = replace(ADMIN, reason="complaint 17 of Ana")

CALLERS = {
    "ana": ANA, "mia": MIA, "of-data": OF_DATA, "of-north": OF_NORTH, "program": PROGRAM,
    "program-of-data": PROGRAM_OF_DATA, "auditor": AUDITOR, "admin": ADMIN, "admin-with-reason": ADMIN_WITH_REASON,
    "nobody": NOBODY, "operator": OPERATOR,
}  # fmt: skip

MAY_SEE = {
    "ana": {"ana"},
    "mia": {"mia", "ana", "eve", "fay", "gil"},
    "of-data": {"mia", "ana", "ben", "max"},
    "of-north": {"mia", "ana", "cleo"},
    "program": set(PEOPLE),
    "program-of-data": {"mia", "ana", "ben", "max"},
    "auditor": set[str](),
    "admin": set[str](),
    "admin-with-reason": set(PEOPLE),
    "nobody": set[str](),
    "operator": set(PEOPLE),
}
"""Whom each sees where anybody is to be seen, said by hand."""
SELF = {"ana": {"ana"}, "mia": {"mia"}, "of-data": {"max"}}


def found_company() -> Company:
    company = analysts_and_writers(extra=False)
    for name, (function, region, manager) in PEOPLE.items():
        switches = {
            "eve": {"listed_visible": False}, "fay": {"hidden_visible": False}, "gil": {"inference": "hard_off"},
        }.get(name, {})  # fmt: skip
        email = f"{name}@company.example"
        company.person(name, name=f"{name.title()} Surname", email=email, function=function, region=region, **switches)
        if manager:
            company.relationships.append(r.ReportsTo(start_id=name, end_id=manager))
    for name in PEOPLE:
        evidence = n.Evidence(
            id=f"listed:{name}", kind="self_report", level=3.0, observed_on=TODAY.replace(month=1), origin="test"
        )
        shown = replace(evidence, id=f"shown:{name}", kind="project_outcome")
        company.nodes += [evidence, shown]
        company.relationships += [
            r.EvidenceAbout(start_id=evidence.id, end_id=name), r.EvidenceShows(start_id=evidence.id, end_id="sql"),
            r.EvidenceAbout(start_id=shown.id, end_id=name), r.EvidenceShows(start_id=shown.id, end_id="statistics"),
            r.EvidenceBy(start_id=shown.id, end_id="dan"),
        ]  # fmt: skip
    for name in ("mia", "ana", "ben", "eve", "fay"):
        company.relationships.append(
            r.Endorsed(start_id="cleo", end_id=name, skill_id="statistics", level=3.0, observed_on=TODAY)
        )
    company.course("sql-course", {"python": 3.0}, money=10.0, hours=1.0)
    company.role("python-analyst", {"sql": 2.0, "statistics": 2.0, "python": 2.0})
    company.nodes.append(n.ProtectedAttributes(id="protected:ana", age_band="30-39", sex="x"))
    return company


def found_company_that_changed() -> Company:
    """Give the company with reports of Mia whose skills were once of the kind that they keep now."""
    company = found_company()
    keeping: dict[str, dict[str, Any]] = {"lou": {"listed_visible": False}, "hal": {"hidden_visible": False}}
    for name, visible in keeping.items():
        built = company.person(name, name=f"{name.title()} Surname", function="Sales", region="East", **visible)
        company.relationships.append(r.ReportsTo(start_id=name, end_id="mia"))
        # Shown in work, and by it to others; listed only later. Listed, and by it shown to others, until it expired.
        when: dict[str, Any] = {"lou": {"observed_on": date(2026, 5, 1)}, "hal": {"valid_until": date(2026, 4, 1)}}
        built.shows("sql", "project_outcome").shows("sql", "self_report", **when[name])
        built.shows("statistics", "project_outcome")
    return company


def open_company(store: GraphStore) -> Engine:
    found_company().write(store)
    settings = EngineSettings(inference=InferenceSettings(updates=30))
    engine = Engine(store, settings, clock=lambda: TODAY, actor="tester")
    engine.infer()
    return engine
