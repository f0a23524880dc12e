"""Reads what the graph offers as moves: each with what it needs and gives, in a few collected reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph_schema.queries.moves import (
    ASSESSMENT_LEVELS,
    ASSESSMENTS,
    COURSE_LEVELS,
    COURSE_ORDER,
    COURSES,
    OPEN_PROJECT_LEVELS,
    OPEN_PROJECTS,
    AssessmentRow,
    CourseRow,
    MoveLevels,
    ProjectRow,
    SkillLevel,
)
from graph_schema.store import GraphStore


def read_courses(store: GraphStore) -> list[CourseRow]:
    """Read every course, in ascending order of id."""
    levels = _collect(store.ask(COURSE_LEVELS)[0])
    after: dict[str, list[str]] = {}
    order = store.ask(COURSE_ORDER)[0]
    for course, earlier in zip(order.move_ids, order.earlier_ids, strict=True):
        after.setdefault(course, []).append(earlier)
    return [
        CourseRow(
            **vars(head),
            needs=levels.needs.get(head.id, []),
            teaches=levels.gives.get(head.id, []),
            after=after.get(head.id, []),
        )
        for head in store.ask(COURSES)
    ]


MOVES_AMONG_PROJECTS = ("gig", "tour_of_duty")
"""Kinds of project that bridges are planned with."""


def read_open_projects(store: GraphStore, as_of: date, kinds: Sequence[str] = MOVES_AMONG_PROJECTS) -> list[ProjectRow]:
    """Read the projects of some kinds with a seat left that have not ended on a day, in ascending order of id."""
    levels = _collect(store.ask(OPEN_PROJECT_LEVELS, as_of=as_of, kinds=list(kinds))[0])
    return [
        ProjectRow(**vars(head), needs=levels.needs.get(head.id, []), develops=levels.gives.get(head.id, []))
        for head in store.ask(OPEN_PROJECTS, as_of=as_of, kinds=list(kinds))
    ]


def read_assessments(store: GraphStore) -> list[AssessmentRow]:
    """Read every assessment, in ascending order of id."""
    levels = _collect(store.ask(ASSESSMENT_LEVELS)[0])
    return [AssessmentRow(**vars(head), measures=levels.gives.get(head.id, [])) for head in store.ask(ASSESSMENTS)]


@dataclass(frozen=True, slots=True)
class _Levels:
    """Move -> the skills it needs, and those it gives."""

    needs: Mapping[str, list[SkillLevel]]
    gives: Mapping[str, list[SkillLevel]]


def _collect(columns: MoveLevels) -> _Levels:
    needs: dict[str, list[SkillLevel]] = {}
    gives: dict[str, list[SkillLevel]] = {}
    for move, needed, skill, level in zip(
        columns.move_ids, columns.needed, columns.skill_ids, columns.levels, strict=True
    ):
        (needs if needed else gives).setdefault(move, []).append(SkillLevel(skill, level))
    return _Levels(needs, gives)
