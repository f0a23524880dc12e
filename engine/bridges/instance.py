"""The exchange format ``skillway.bridge/1``: a bridge question as one JSON document, read without any database."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.bridges.moves import Move
from graph_schema.errors import InvalidInput

SCHEMA = "skillway.bridge/1"
MAX_BYTES = 8 * 1024 * 1024
"""A document larger than this is refused unless the caller allows more: about 25,000 moves."""

Id = Annotated[str, Field(min_length=1, max_length=400)]
Level = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Levels = dict[Id, Level]
Money = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Sum = Annotated[float, Field(ge=0, le=1_000_000_000_000, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Kind = Literal["course", "assessment", "mentorship", "project", "gig", "tour_of_duty", "interim_role"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class InstancePerson(_Strict):
    """Who asks, the levels they have, and the moves they have already done."""

    id: Id = "person"
    skills: Levels = {}
    done: list[Id] = []


class InstanceTarget(_Strict):
    """What is to be met: each skill at a level, at least."""

    id: Id = "target"
    requires: Levels


class InstanceMove(_Strict):
    """A move: money and hours it costs, what it needs (all of it), which moves come before it, what it gives."""

    id: Id
    kind: Kind = "course"
    cost: Money = 0.0
    hours: Hours = 0.0
    needs: Levels = {}
    after: list[Id] = []
    gives: Levels = {}


class InstanceObjective(_Strict):
    """What is minimised: money + money_per_hour x hours."""

    money_per_hour: Rate = 0.0


class InstanceLimits(_Strict):
    """What the bridge must keep to: most money and hours in all, moves it must or must not have, kinds it may have."""

    money: Sum | None = None
    hours: Sum | None = None
    require: list[Id] = []
    exclude: list[Id] = []
    kinds: Annotated[list[Kind], Field(min_length=1)] | None = None


class Instance(_Strict):
    """One bridge question."""

    format: Literal["skillway.bridge/1"] = Field(default=SCHEMA, alias="schema")
    person: InstancePerson = InstancePerson()
    target: InstanceTarget
    moves: list[InstanceMove]
    objective: InstanceObjective = InstanceObjective()
    limits: InstanceLimits = InstanceLimits()

    def list_excluded(self) -> list[str]:
        """List the moves that the limits shut out, by id or by kind."""
        kinds = self.limits.kinds
        return [*self.limits.exclude, *(move.id for move in self.moves if kinds is not None and move.kind not in kinds)]

    def list_moves(self) -> list[Move]:
        """Give the moves as the solver takes them."""
        return [
            Move(
                id=move.id,
                kind=move.kind,
                money=move.cost,
                hours=move.hours,
                needs=move.needs,
                after=tuple(dict.fromkeys(move.after)),
                gives=move.gives,
            )
            for move in self.moves
        ]


def read_instance(text: str | bytes, *, max_bytes: int = MAX_BYTES) -> Instance:
    """Read a bridge question and check everything that can be wrong with it.

    Args:
        text: One JSON document, UTF-8.
        max_bytes: The largest document read.

    Raises:
        InvalidInput: Naming the field (``moves[3].cost``) and what is wrong with it: not JSON, too large, a key given
            twice, an unknown field, a level outside 0–5, a negative, huge or not-a-number amount, an id used twice, a
            move after itself or after an unknown one, a limit on an unknown move, a required move that is shut out.
    """
    return read_document(parse_json(text, max_bytes=max_bytes))


def parse_json(text: str | bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """Parse one JSON document.

    Raises:
        InvalidInput: It is too large, not JSON or not UTF-8, nested too deep, or gives a key twice.
    """
    size = len(text.encode("utf-8", "replace")) if isinstance(text, str) else len(text)
    if size > max_bytes:
        raise InvalidInput("document", f"{size:,} bytes of JSON, of which at most {max_bytes:,} are read; allow more")
    try:
        return json.loads(text, object_pairs_hook=_collect_pairs)
    except RecursionError:
        raise InvalidInput("document", "nested too deep to be about bridges") from None
    except UnicodeDecodeError as error:
        raise InvalidInput("document", f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    except ValueError as error:
        raise InvalidInput("document", f"not JSON: {error}") from None


def read_document(document: object) -> Instance:
    """Check a bridge question that is already parsed; see :func:`read_instance`."""
    if not isinstance(document, dict):
        raise InvalidInput("document", f"a bridge instance is one JSON object, this is a {type(document).__name__}")
    fields = cast(dict[str, Any], document)
    if fields.get("schema") != SCHEMA:
        raise InvalidInput("schema", f"{fields.get('schema')!r} given, {SCHEMA!r} is what can be read")
    try:
        instance = Instance.model_validate(fields)
    except ValidationError as error:
        raise name_problem(error) from None
    _check_ids(instance)
    return instance


def name_problem(error: ValidationError) -> InvalidInput:
    """Say the first thing that is wrong with a document, and in which field."""
    first = error.errors(include_url=False)[0]
    given = repr(first["input"])
    shown = given if len(given) <= 60 else given[:57] + "..."
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    problem = f"{first['msg']}, got {shown}{more}" if first["type"] != "missing" else f"required{more}"
    return InvalidInput(_name_field(first["loc"]), problem)


def _collect_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    collected = dict(pairs)
    if len(collected) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise InvalidInput(key, "given twice in one JSON object; keep one")
            seen.add(key)
    return collected


def _name_field(location: tuple[int | str, ...]) -> str:
    name = ""
    for step in location:
        if isinstance(step, int):
            name += f"[{step}]"
        elif step != "[key]":
            name += f".{step}" if name else step
    return name or "document"


def _check_ids(instance: Instance) -> None:
    places: dict[str, int] = {}
    for place, move in enumerate(instance.moves):
        if move.id in places:
            raise InvalidInput(f"moves[{place}].id", f"{move.id!r} is already the id of moves[{places[move.id]}]")
        places[move.id] = place
    known = places.keys() | set(instance.person.done)
    for place, move in enumerate(instance.moves):
        for number, other in enumerate(move.after):
            if other == move.id:
                raise InvalidInput(f"moves[{place}].after[{number}]", f"{move.id!r} cannot come after itself")
            if other not in known:
                raise InvalidInput(f"moves[{place}].after[{number}]", f"no move has the id {other!r}")
    excluded = set(instance.list_excluded())
    for field, ids in (("require", instance.limits.require), ("exclude", instance.limits.exclude)):
        for number, id_ in enumerate(ids):
            if id_ not in known:
                raise InvalidInput(f"limits.{field}[{number}]", f"no move has the id {id_!r}")
            if field == "require" and id_ in excluded:
                raise InvalidInput(f"limits.{field}[{number}]", f"{id_!r} is excluded, or of no kind that is allowed")
