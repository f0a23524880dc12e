"""What if there were this course, or the role asked for that? Laid over the graph for one question, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.bridges.instance import InstanceMove, name_problem, parse_json
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import VERIFIED, Move
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.queries.roles import RequirementRow


class SupposedMove(InstanceMove):
    """A move as in the exchange format, with a title and the calendar weeks it lasts at least."""

    title: str = ""
    weeks: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 0.0


class Supposition(BaseModel):
    """What is supposed: moves that nobody offers yet, and levels that the role does not ask for. Skills by id or name.

    A move that has the id of one there is stands for that one. A level of 0 is a requirement less.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    moves: tuple[SupposedMove, ...] = ()
    requires: Mapping[str, Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]] = {}


def read_supposition(text: str | bytes) -> Supposition:
    """Read one move, a list of moves, or an object of ``moves`` and ``requires``.

    Raises:
        InvalidInput: Naming the field (``moves[0].cost``) and what is wrong with it.
    """
    document = parse_json(text)
    if isinstance(document, list):
        document = cast(object, {"moves": document})
    elif isinstance(document, dict) and "moves" not in document and "requires" not in document:
        document = cast(object, {"moves": [document]})
    try:
        return Supposition.model_validate(document)
    except ValidationError as error:
        raise name_problem(error) from None


def suppose_requirements(
    requirements: Sequence[RequirementRow], levels: Mapping[str, float], find_skill: Callable[[str], Named]
) -> list[RequirementRow]:
    """Return what the role would ask; what it does not ask for yet is as important as anything can be.

    Raises:
        InvalidInput: A skill is named twice.
    """
    asked = {row.skill_id: row for row in requirements}
    named: set[str] = set()
    for name, level in levels.items():
        skill = find_skill(name)
        if skill.id in named:
            raise InvalidInput("requires", f"{name!r} names a skill that is named before it already")
        named.add(skill.id)
        new = RequirementRow(skill.id, skill.name, level, 1.0, "role", verified=False)
        asked[skill.id] = replace(asked.get(skill.id, new), level=level)
    return [row for row in asked.values() if row.level > 0]


def suppose_moves(graph: MoveGraph, supposed: Sequence[SupposedMove], find_skill: Callable[[str], str]) -> MoveGraph:
    """Return the catalogue as it would be with these moves; one that has the id of another stands for that one.

    Args:
        graph: The catalogue; it stays as it is.
        supposed: The moves.
        find_skill: Gives the id of a skill that is named.

    Raises:
        InvalidInput: An id is used twice, or a move comes after one that is not there, or after itself.
    """
    for place, move in enumerate(supposed):
        if move.id in {other.id for other in supposed[:place]}:
            raise InvalidInput(f"moves[{place}].id", f"{move.id!r} is the id of a move before it already")
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
