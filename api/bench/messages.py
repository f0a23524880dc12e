"""``skillway bench messages``: from a change to the messages of those whom it brings near to a role.

The company is that of ``skillway bench api``: synthetic, a hundred people for every role, all of them interested in it.
At first nobody is near: every role asks for full readiness. Then a role drops all but one of the requirements that one
of its people lacks, and counts from half readiness on; or evidence shows a skill that somebody lacks. The clock runs
from the write to the messages being in the graph, looked for at once; a running service looks every half second unless
set otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from api.bench.big_company import PEOPLE_A_ROLE, SETTINGS, SOURCE, TODAY, WHOLE_A_ROLE, BigCompany, write_company
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.queries.graph import WrittenCount
from graph_schema.queries.roles import REQUIREMENTS_OF_ROLE, RequirementRow
from graph_schema.query import Query
from graph_schema.store import GraphStore

WARM_UP = 3
NEAR = 0.5
"""Readiness from which the roles that come near count as nearly met."""


@dataclass(frozen=True)
class ToldChange:
    """One kind of change, with what came of it."""

    change: str
    people: int
    changes: int
    messages: float
    """Messages that a change brought, on average."""
    p50_seconds: float
    p95_seconds: float
    """From the call that writes the change to its messages being committed."""


ADD_INTEREST = Query(
    name="add_interest",
    row=WrittenCount,
    access="write",
    text="""
    UNWIND $role_ids AS id
    MATCH (r:Role {id: id})
    SET r.threshold = 1.0
    WITH r, replace(r.id, 'role:', 'person:') + '-' AS prefix
    MATCH (p:Person) WHERE p.id STARTS WITH prefix
    MERGE (p)-[wish:INTERESTED_IN]->(r)
    ON CREATE SET wish.source = $source
    RETURN count(p) AS written
    """,
)

FORGET_MESSAGES = Query(
    name="forget_messages",
    row=WrittenCount,
    access="write",
    text="MATCH (m:Message) WITH m LIMIT 10000 DETACH DELETE m RETURN count(*) AS written",
)


def bench_messages(
    store: GraphStore, people: int, courses: int, changes: int, on_progress: Callable[[str], None]
) -> list[ToldChange]:
    """Change roles and people of a company, and time until those concerned are told.

    The graph must be empty, or hold this company from an earlier run; it stays there.

    Raises:
        InvalidInput: The graph holds something else, or there are fewer roles than changes.
    """
    if people // PEOPLE_A_ROLE < changes + WARM_UP:
        raise InvalidInput("people", f"{people} have too few roles for {changes} changes; 100 people are a role")
    company = write_company(store, people, courses, on_progress)
    engine = Engine(store, SETTINGS, clock=lambda: TODAY, actor="bench")
    on_progress("having everybody watch their role")
    for start in range(0, len(company.roles), 100):
        store.ask(ADD_INTEREST, role_ids=list(company.roles[start : start + 100]), source=SOURCE)
    engine.evaluate_changes()
    on_progress("changing roles, then people")
    table: list[ToldChange] = []
    for change, measure in (("role", _change_roles), ("evidence", _show_skills)):
        timed = list(measure(engine, company, changes + WARM_UP))[WARM_UP:]
        p50, p95 = np.percentile([took for took, _ in timed], (50, 95)).tolist()
        table.append(ToldChange(change, company.people, changes, float(np.mean([told for _, told in timed])), p50, p95))
    while store.ask(FORGET_MESSAGES)[0].written:
        pass
    return table


def _change_roles(engine: Engine, company: BigCompany, count: int) -> Iterator[tuple[float, int]]:
    store = engine.store
    for role, person in zip(company.roles[:count], company.whole[::WHOLE_A_ROLE], strict=False):
        asked = store.ask(REQUIREMENTS_OF_ROLE, role_id=role)
        lacked = _list_lacked(engine, person, role)[1:]

        def change(role: str = role, lacked: Sequence[str] = lacked) -> None:
            store.delete_relationships(r.RoleRequires, SOURCE, [(role, skill) for skill in lacked])
            store.write_nodes([n.Role(id=role, title=role, threshold=NEAR)], SOURCE)

        yield _time(engine, change)
        store.write_relationships([_require(role, row) for row in asked if row.skill_id in lacked], SOURCE)
        store.write_nodes([n.Role(id=role, title=role, threshold=1.0)], SOURCE)
        engine.evaluate_changes()


def _show_skills(engine: Engine, company: BigCompany, count: int) -> Iterator[tuple[float, int]]:
    for role, person in zip(company.roles[:count], company.whole[::WHOLE_A_ROLE], strict=False):
        engine.store.write_nodes([n.Role(id=role, title=role, threshold=NEAR)], SOURCE)
        engine.evaluate_changes()
        skill = _list_lacked(engine, person, role)[0]
        # The role was written for the bench alone; the moves on offer are read and compiled anew after it.
        engine.bridge(person, role)
        evidence: list[str] = []

        def show(person: str = person, skill: str = skill, evidence: list[str] = evidence) -> None:
            change = engine.record_evidence(person, skill, "assessment", level=5.0, score=1.0)
            evidence.append(change.evidence_id)

        yield _time(engine, show)
        engine.withdraw_evidence(evidence[0])
        engine.store.write_nodes([n.Role(id=role, title=role, threshold=1.0)], SOURCE)
        engine.evaluate_changes()


def _time(engine: Engine, change: Callable[[], Any]) -> tuple[float, int]:
    started = time.perf_counter()
    change()
    told = engine.evaluate_changes().messages
    return time.perf_counter() - started, told


def _list_lacked(engine: Engine, person: str, role: str) -> list[str]:
    return [item.skill.id for item in engine.gap(person, role).requirements if item.state != "met"]


def _require(role: str, row: RequirementRow) -> r.RoleRequires:
    return r.RoleRequires(
        start_id=role,
        end_id=row.skill_id,
        level=row.level,
        importance=row.importance,
        tier=cast(r.Tier, row.tier),
        verified=row.verified,
    )
