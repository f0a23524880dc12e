"""Reads what the graph offers as moves, compiled once for everybody who is asked about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from engine.bridges.catalogue import draft_catalogue
from engine.bridges.move_graph import MoveGraph
from engine.bridges.offers import CatalogueRows, Terms
from graph_schema.queries.moves import ASSESSMENTS, COURSES, MENTORS, OPEN_PROJECTS, ROLES
from graph_schema.store import GraphStore


def read_catalogue(store: GraphStore, kinds: Collection[str], threshold: float, as_of: date) -> MoveGraph:
    """Read the moves on offer on a day; mentors count with the skills that are believed above the threshold.

    Raises:
        InvalidInput: There is no such kind of move.
    """
    return draft_catalogue(
        CatalogueRows(
            courses=store.ask(COURSES),
            projects=store.ask(OPEN_PROJECTS, as_of=as_of),
            assessments=store.ask(ASSESSMENTS),
            mentors=store.ask(MENTORS, threshold=threshold),
            roles=store.ask(ROLES) if "interim_role" in kinds else (),
        ),
        Terms(as_of=as_of),
        kinds,
    )
