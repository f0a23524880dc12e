"""A snapshot of what the graph offers as moves: read and compiled once for everybody, until some of it changes.

Every write stamps the part of the graph that it touches (:mod:`graph_schema.stamps`). Reading the stamps takes one
short question; a part whose stamp is still the same is not read again, and a catalogue of which no part has changed is
not compiled again. After ``LONGEST`` everything is read anew, stamps or not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from engine.bridges.catalogue import draft_catalogue
from engine.bridges.mentorship import BY_MENTOR
from engine.bridges.move_graph import MoveGraph
from engine.bridges.offers import CatalogueRows, Terms
from engine.read_moves import read_assessments, read_courses, read_open_projects
from graph_schema.queries.moves import (
    MENTOR_PROMISES,
    MENTORS,
    ROLES,
    AssessmentRow,
    CourseRow,
    MentorRow,
    ProjectRow,
    RoleRow,
)
from graph_schema.queries.stamps import SKILL_LABELS, STAMPS
from graph_schema.store import GraphStore

LONGEST = 300.0
"""Seconds for which what was read is used at most: somebody may have written with Cypher of their own."""

_PART_OF = {
    "course": "courses",
    "assessment": "assessments",
    "mentorship": "mentors",
    "gig": "projects",
    "tour_of_duty": "projects",
    "interim_role": "roles",
}


def read_catalogue(
    store: GraphStore, kinds: Collection[str], threshold: float, as_of: date, person_id: str | None = None
) -> MoveGraph:
    """Give the moves on offer on a day; mentors count with the skills that are believed above the threshold.

    Of a mentor's hours a month, those are on offer that no bridge in force was promised; what was promised to the
    person who asks is theirs.

    Args:
        store: The graph.
        kinds: Kinds of move.
        threshold: Probability from which a skill counts.
        as_of: The day.
        person_id: Whose bridge is planned; None where it is everybody's.

    Raises:
        InvalidInput: There is no such kind of move.
    """
    versions = _read_versions(store)
    parts = sorted({_PART_OF[kind] for kind in kinds if kind in _PART_OF})
    promised = read_promised_hours(store, as_of, leave_out=person_id) if "mentors" in parts else {}
    return _compile(
        store.whole,
        frozenset(kinds),
        threshold,
        as_of,
        tuple((part, versions(part)) for part in parts),
        tuple(sorted(promised.items())),
    )


def read_promised_hours(store: GraphStore, as_of: date, *, leave_out: str | None = None) -> dict[str, float]:
    """Read, by mentor, the hours that bridges in force were promised and that are still to be given.

    What was promised to ``leave_out`` is not counted. Bridges change too often for a stamp, and there are few of them.
    """
    hours: dict[str, float] = {}
    for row in store.whole.ask(MENTOR_PROMISES, as_of=as_of, signed_by_mentor=list(BY_MENTOR)):
        if row.person_id != leave_out:
            hours[row.mentor_id] = hours.get(row.mentor_id, 0.0) + row.hours
    return hours


def read_labels(store: GraphStore) -> Mapping[str, str]:
    """Give the label of every skill."""
    return _read_labels(store.whole, _read_versions(store)("skills"))


def _read_versions(store: GraphStore) -> Callable[[str], str]:
    """Read how to tell the version of a part: its stamp, and the period in which what was read of it may be used."""
    period = int(time.monotonic() // LONGEST)
    tokens = {row.part: row.token for row in store.ask(STAMPS)}
    return lambda part: f"{tokens.get(part)} {period}"


@lru_cache(maxsize=8)
def _compile(
    store: GraphStore,
    kinds: frozenset[str],
    threshold: float,
    as_of: date,
    versions: tuple[tuple[str, str], ...],
    promised: tuple[tuple[str, float], ...],
) -> MoveGraph:
    version = dict(versions)
    return draft_catalogue(
        CatalogueRows(
            courses=_read_courses(store, version["courses"]) if "courses" in version else (),
            projects=_read_projects(store, version["projects"], as_of) if "projects" in version else (),
            assessments=_read_assessments(store, version["assessments"]) if "assessments" in version else (),
            mentors=_keep_promises(_read_mentors(store, version["mentors"], threshold), dict(promised))
            if "mentors" in version
            else (),
            roles=_read_roles(store, version["roles"]) if "roles" in version else (),
        ),
        Terms(as_of=as_of),
        kinds,
    )


def _keep_promises(mentors: list[MentorRow], promised: Mapping[str, float]) -> list[MentorRow]:
    return [
        replace(row, capacity_hours=row.capacity_hours - hours) if (hours := promised.get(row.person_id)) else row
        for row in mentors
    ]


# The version is an argument for the cache alone: another version is another question.


@lru_cache(maxsize=2)
def _read_courses(store: GraphStore, version: str) -> list[CourseRow]:  # noqa: ARG001
    return read_courses(store)


@lru_cache(maxsize=8)
def _read_projects(store: GraphStore, version: str, as_of: date) -> list[ProjectRow]:  # noqa: ARG001
    return read_open_projects(store, as_of)


@lru_cache(maxsize=2)
def _read_assessments(store: GraphStore, version: str) -> list[AssessmentRow]:  # noqa: ARG001
    return read_assessments(store)


@lru_cache(maxsize=2)
def _read_mentors(store: GraphStore, version: str, threshold: float) -> list[MentorRow]:  # noqa: ARG001
    return store.ask(MENTORS, threshold=threshold)


@lru_cache(maxsize=2)
def _read_roles(store: GraphStore, version: str) -> list[RoleRow]:  # noqa: ARG001
    return store.ask(ROLES)


@lru_cache(maxsize=2)
def _read_labels(store: GraphStore, version: str) -> Mapping[str, str]:  # noqa: ARG001
    found = store.ask(SKILL_LABELS)[0]
    return dict(zip(found.skill_ids, found.labels, strict=True))
