"""The catalogue of moves: what the graph holds, turned into moves, one file a kind and one line a kind in ``MOVES``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from engine.bridges.assessment import offer_assessments
from engine.bridges.course import offer_courses
from engine.bridges.gig import offer_gigs, offer_tours
from engine.bridges.interim_role import offer_interim_roles
from engine.bridges.mentorship import offer_mentorships
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms
from graph_schema.errors import InvalidInput

MOVES: Mapping[str, Callable[[CatalogueRows, Terms], list[Move]]] = {
    "course": offer_courses,
    "assessment": offer_assessments,
    "mentorship": offer_mentorships,
    "gig": offer_gigs,
    "tour_of_duty": offer_tours,
    "interim_role": offer_interim_roles,
}
"""Every kind of move the graph offers, and how it is read from its rows."""

USUAL_KINDS = frozenset(MOVES) - {"interim_role"}
"""Kinds planned with unless asked otherwise: no catalogue knows what an interim role costs, so it is asked for."""


def draft_catalogue(rows: CatalogueRows, terms: Terms | None = None, kinds: Collection[str] = USUAL_KINDS) -> MoveGraph:
    """Turn the graph's rows into a compiled catalogue, once for everybody.

    Args:
        rows: What the graph holds: courses, projects, assessments, mentors, roles.
        terms: The house's own figures where the graph holds none.
        kinds: Kinds of move to plan with.

    Raises:
        InvalidInput: For a kind there is not.
    """
    unknown = sorted(set(kinds) - set(MOVES))
    if unknown:
        raise InvalidInput("kinds", f"no kind of move is called {unknown[0]!r}; there are {', '.join(MOVES)}")
    drafted = [offer(rows, terms or Terms()) for kind, offer in MOVES.items() if kind in kinds]
    return compile_moves(move for moves in drafted for move in moves)
