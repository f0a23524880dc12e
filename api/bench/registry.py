"""How fast objects are written and read in bulk: rows a second, by kind, for what is new, the same and changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.service import Engine
from graph_schema.errors import InvalidInput
from graph_schema.nodes import Person

_SKILLS = 500


@dataclass(frozen=True)
class RegistrySpeed:
    """One way of writing or reading one kind."""

    kind: str
    done: str
    rows: int
    seconds: float
    per_second: float


def bench_registry(engine: Engine, rows: int) -> list[RegistrySpeed]:
    """Write synthetic courses, people and evidence, again unchanged, again changed, and read all pages.

    Raises:
        InvalidInput: The graph holds people, which a measurement must not mix with its own.
    """
    if engine.store.list_ids(Person):
        raise InvalidInput("graph", "holds people; set SKILLWAY_HOME to an empty folder to measure writing")
    skills = [{"id": f"s{number}", "preferred_label": f"Skill {number}"} for number in range(_SKILLS)]
    engine.write_objects("skills", skills)
    speeds: list[RegistrySpeed] = []
    for kind, told, changed in (
        ("courses", _make_courses(rows), {"title": "Another title"}),
        ("people", _make_people(rows), {"title": "Another title"}),
    ):
        speeds.append(_write(engine, kind, "created", told))
        speeds.append(_write(engine, kind, "unchanged", told))
        speeds.append(_write(engine, kind, "updated", [row | changed for row in told]))
        speeds.append(_read(engine, kind, rows))
    evidence = _make_evidence(rows)
    speeds.append(_write(engine, "evidence", "created", evidence))
    speeds.append(_write(engine, "evidence", "unchanged", evidence))
    return speeds


def _make_courses(rows: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c{number}",
            "title": f"Course {number}",
            "money": 100.0,
            "hours": 10.0,
            "teaches": [{"skill_id": f"s{(number + step) % _SKILLS}", "level": 3} for step in range(2)],
            "needs": [{"skill_id": f"s{(number + 7) % _SKILLS}", "level": 1}],
            "after": [f"c{number - 1}"] if number % 10 else [],
        }
        for number in range(rows)
    ]


def _make_people(rows: int) -> list[dict[str, Any]]:
    return [
        {"id": f"p{number}", "name": f"Person {number}", "manager_id": f"p{number // 10}" if number else None}
        for number in range(rows)
    ]


def _make_evidence(rows: int) -> list[dict[str, Any]]:
    return [
        {
            "person_id": f"p{number}",
            "skill_id": f"s{number % _SKILLS}",
            "kind": "self_report",
            "level": 3,
            "observed_on": "2026-01-15",
            "origin": "bench",
        }
        for number in range(rows)
    ]


def _write(engine: Engine, kind: str, wanted: str, rows: Sequence[dict[str, Any]]) -> RegistrySpeed:
    started = time.perf_counter()
    report = engine.write_objects(kind, rows)
    seconds = time.perf_counter() - started
    if other := [row for row in report.rows if row.status != wanted]:
        raise InvalidInput("graph", f"{kind}: a row was {other[0].status} and not {wanted}: {other[0].problems}")
    return _measure(kind, wanted, len(rows), seconds)


def _read(engine: Engine, kind: str, rows: int) -> RegistrySpeed:
    started, read, cursor = time.perf_counter(), 0, None
    while True:
        page = engine.list_objects(kind, limit=1_000, after=cursor)
        read += len(page.items)
        cursor = page.next
        if cursor is None:
            break
    if read != rows:
        raise InvalidInput("graph", f"{kind}: {read} of {rows} were read")
    return _measure(kind, "read, 1,000 a page", rows, time.perf_counter() - started)


def _measure(kind: str, done: str, rows: int, seconds: float) -> RegistrySpeed:
    return RegistrySpeed(kind, done, rows, round(seconds, 2), round(rows / seconds))
