"""Moves that nobody offers yet, laid over the catalogue for one question: what if there were this course?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from engine.bridges.instance import InstanceMove, name_problem, parse_json
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import VERIFIED, Move
from graph_schema.errors import InvalidInput


class SupposedMove(InstanceMove):
    """A move as in the exchange format, with a title and the calendar weeks it lasts at least."""

    title: str = ""
    weeks: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 0.0


_MOVES = TypeAdapter(list[SupposedMove])


def read_supposed_moves(text: str | bytes) -> tuple[SupposedMove, ...]:
    """Read one move, or a list of them; skills are given by id or by name.

    Raises:
        InvalidInput: Naming the field (``[0].cost``) and what is wrong with it, or an id that is used twice.
    """
    document = parse_json(text)
    try:
        moves = _MOVES.validate_python([document] if isinstance(document, dict) else document)
    except ValidationError as error:
        raise name_problem(error) from None
    for place, move in enumerate(moves):
        if move.id in {other.id for other in moves[:place]}:
            raise InvalidInput(f"[{place}].id", f"{move.id!r} is the id of a move before it already")
    return tuple(moves)


def suppose_moves(graph: MoveGraph, supposed: Sequence[SupposedMove], find_skill: Callable[[str], str]) -> MoveGraph:
    """Return the catalogue as it would be with these moves; one that has the id of another stands for that one.

    Args:
        graph: The catalogue; it stays as it is.
        supposed: The moves.
        find_skill: Gives the id of a skill that is named.

    Raises:
        InvalidInput: A move comes after one that is not there, or after itself.
    """
    known = graph.index.keys() | {move.id for move in supposed}
    for move in supposed:
        for other in move.after:
            if other == move.id or other not in known:
                problem = "cannot come after itself" if other == move.id else f"comes after {other!r}, which is no move"
                raise InvalidInput("after", f"{move.id!r} {problem}")
    ids = {move.id for move in supposed}

    def find_levels(levels: Mapping[str, float]) -> dict[str, float]:
        return {_find_skill(name, find_skill): level for name, level in levels.items()}

    added = [
        Move(
            id=move.id,
            kind=move.kind,
            title=move.title or move.id,
            money=move.cost,
            hours=move.hours,
            needs=find_levels(move.needs),
            after=tuple(dict.fromkeys(move.after)),
            gives=find_levels(move.gives),
            weeks=move.weeks,
        )
        for move in supposed
    ]
    return compile_moves([*(move for move in graph.moves if move.id not in ids), *added])


def _find_skill(name: str, find_skill: Callable[[str], str]) -> str:
    plain = name.removeprefix(VERIFIED)
    return (VERIFIED if plain != name else "") + find_skill(plain)
