"""What an object of a kind looks like, made from its declaration: what bodies are checked with and OpenAPI shows.

Nothing but the declared fields is taken, each in its range, and a number is no text: what a client means is never
guessed.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import MISSING
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from engine.registry.kinds import EdgeKind, Kind, Link
from graph_schema.schema import Property, Relationship

LONGEST_NAME = 1_000
"""Characters of an id and of what is found by an index, which takes 8 kB at most."""
LONGEST_TEXT = 100_000
"""Characters of any other text."""
MOST_LINKS = 1_000
"""Entries of a list."""
LARGEST_INTEGER = 2**53 - 1
"""What every JSON reader takes exactly."""


class ObjectModel(BaseModel):
    """The base of every object that is written."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def _read_date(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date such as 2026-07-01") from None


Id: Any = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Day: Any = Annotated[date, BeforeValidator(_read_date)]

_ENDS = {
    "endorser_id": "Who vouches.",
    "person_id": "For whom.",
    "skill_id": "The skill vouched for.",
}


@cache
def make_model(kind: Kind | EdgeKind) -> type[BaseModel]:
    """Return the model of a whole object, as it is written: what is left out has its default."""
    fields = {name: (hint, field) for name, hint, field in _list_fields(kind)}
    made = create_model(f"{kind.label}Object", __base__=ObjectModel, **cast(Any, fields))
    made.__doc__ = f"{kind.label} as it is written: the whole of it; what is left out has its default."
    return made


@cache
def make_partial_model(kind: Kind | EdgeKind) -> type[BaseModel]:
    """Return the model of some fields of an object: what is answered, and what a merge patch may hold."""
    fields = {
        name: (hint | None, Field(default=None, description=field.description))
        for name, hint, field in _list_fields(kind)
    }
    made = create_model(f"{kind.label}Fields", __base__=ObjectModel, **cast(Any, fields))
    made.__doc__ = f"{kind.label} as it is stored: all of it or the fields asked for; null means unknown."
    return made


def _list_fields(kind: Kind | EdgeKind) -> Iterator[tuple[str, Any, Any]]:
    yield "id", Id | None, Field(default=None, description=_say_id(kind))
    if isinstance(kind, EdgeKind):
        for name, description in _ENDS.items():
            yield name, Id, Field(description=description)
        for name, hint, field in _list_properties(kind.relationship):
            if name not in _ENDS:
                yield name, hint, field
        return
    for name, hint, field in _list_properties(kind.node):
        if name in kind.properties and name != "id":
            yield name, hint, field
    for link in kind.links:
        yield link.field, *_describe_link(link)


def _say_id(kind: Kind | EdgeKind) -> str:
    if isinstance(kind, EdgeKind) or kind.said:
        return "Follows from what it says; leave it out of something new."
    return "Your id, never used for anything else; may be left out where the address says it."


def _describe_link(link: Link) -> tuple[Any, Any]:
    if link.form == "one":
        if link.required:
            return Id, Field(description=link.description)
        return Id | None, Field(default=None, description=link.description)
    entry = Id if link.form == "ids" else _make_entry(link.relationships[0])
    hint = Annotated[list[entry], Field(max_length=MOST_LINKS)]
    return hint, Field(default_factory=list, description=link.description)


@cache
def _make_entry(relationship: type[Relationship]) -> type[BaseModel]:
    end = name_end(relationship)
    fields: dict[str, Any] = {end: (Id, Field(description=f"Id of the {relationship.end.__name__.lower()}."))}
    fields |= {name: (hint, field) for name, hint, field in _list_properties(relationship)}
    made = create_model(relationship.__name__, __base__=ObjectModel, **fields)
    made.__doc__ = relationship.__doc__
    return made


def name_end(relationship: type[Relationship]) -> str:
    """Return the field that holds the end's id in an entry of a list, such as ``skill_id``."""
    return f"{relationship.end.__name__.lower()}_id"


def _list_properties(declared: type[Any]) -> Iterator[tuple[str, Any, Any]]:
    hints = get_type_hints(declared, include_extras=True)
    for name, item in declared.__dataclass_fields__.items():
        if get_origin(hints[name]) is not Annotated:
            continue
        base, *notes = get_args(hints[name])
        note = next(entry for entry in notes if isinstance(entry, Property))
        default: Any = ... if item.default is MISSING else item.default
        yield name, _bound(base, note), Field(default=_as_list(default), description=note.description)


def _as_list(value: Any) -> Any:
    return [*value] if isinstance(value, tuple) else value


def _bound(hint: Any, note: Property) -> Any:
    """Turn the type of a property into that of a field, with the range it is declared to lie in."""
    if get_origin(hint) in (types.UnionType, Union):
        parts = [_bound(part, note) for part in get_args(hint) if part is not type(None)]
        return Union[(*parts, None)]  # The parts are known only now.
    if get_origin(hint) is tuple:
        return Annotated[list[_bound(get_args(hint)[0], note)], Field(max_length=MOST_LINKS)]
    if hint is str:
        longest = LONGEST_TEXT if note.index == "none" else LONGEST_NAME
        return Annotated[str, Field(min_length=1, max_length=longest)]
    if hint is date:
        return Day
    bounds: dict[str, Any] = note.within.bounds if note.within else {}
    if hint is int:
        bounds = {"le": LARGEST_INTEGER} | bounds
        return Annotated[int, Field(**bounds)]
    return Annotated[hint, Field(**bounds)] if bounds else hint
