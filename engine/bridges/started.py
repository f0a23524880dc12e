"""Moves already under way: their money is spent, their needs are met, and only the hours left count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move
from graph_schema.errors import InvalidInput

DAYS_A_WEEK = 7


def resume_moves(graph: MoveGraph, running: Iterable[Move], left: Mapping[str, float | None], today: date) -> MoveGraph:
    """Return the catalogue as it is for somebody who has begun some of its moves.

    Args:
        graph: The catalogue; it stays as it is.
        running: Moves that may be under way and that nobody can join any more.
        left: The moves begun, with the hours left of each; None where all of its hours count.
        today: The day on which the calendar starts.

    Raises:
        InvalidInput: A move is none that a bridge can be made of, or is over.
    """
    known = {move.id: move for move in running} | {move.id: move for move in graph.moves}
    for id_ in left:
        if id_ not in known:
            raise InvalidInput(
                "started", f"{id_!r} is no move of the kinds to plan with, or nobody knows what it takes"
            )
    resumed = {id_: _resume(known[id_], hours, today) for id_, hours in left.items()}
    return compile_moves([*(move for move in graph.moves if move.id not in resumed), *resumed.values()])


def _resume(move: Move, left: float | None, today: date) -> Move:
    """Lay out what is left of a move: until its last day where that is known, else its share of the weeks."""
    if move.ends_on and move.ends_on < today:
        raise InvalidInput("started", f"{move.title or move.id} ended on {move.ends_on}, so it cannot be under way")
    hours = move.hours if left is None else left
    ahead = move.starts_on if move.starts_on and move.starts_on > today else None
    weeks = move.weeks * (hours / move.hours) if move.hours else move.weeks
    if move.ends_on:
        weeks = ((move.ends_on - (ahead or today)).days + 1) / DAYS_A_WEEK
    return replace(move, money=0.0, hours=hours, weeks=weeks, needs={}, after=(), starts_on=ahead, ends_on=None)
