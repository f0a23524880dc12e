"""How a node or relationship is declared: a frozen dataclass whose fields say what they mean and how they are found.

From one declaration come the writes, the constraints and indexes, the page ``graph_schema/README.md``
and its drawing. Nothing else needs to know that a node exists.

>>> from graph_schema.nodes import Skill
>>> describe_node(Skill).key
'id'
"""

from __future__ import annotations

import dataclasses
import hashlib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from graph_schema.ranges import Range

IndexKind = Literal["key", "range", "full_text", "vector", "none"]

Value = str | int | float | bool | date | datetime | bytes | list[str] | list[float] | None
"""What a property may hold; ``None`` means unknown and is not stored."""


@dataclass(frozen=True)
class Property:
    """What one property means to a user, and how the graph finds it."""

    description: str
    index: IndexKind = "none"
    within: Range | None = None


@dataclass(frozen=True)
class PropertySchema:
    """One property of a node or relationship, as read from its declaration."""

    name: str
    type: str
    description: str
    index: IndexKind
    optional: bool
    within: Range | None = None


@dataclass(frozen=True)
class NodeSchema:
    """A node label with its properties; ``key`` is the property that is unique."""

    label: str
    description: str
    key: str
    properties: tuple[PropertySchema, ...]


@dataclass(frozen=True)
class RelationshipSchema:
    """A relationship between two labels; ``key`` lists the properties that tell parallel ones apart."""

    type: str
    start: str
    end: str
    description: str
    key: tuple[str, ...]
    properties: tuple[PropertySchema, ...]


@dataclass(frozen=True, kw_only=True)
class Node:
    """Base of every node; the class name is the label."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """Base of every relationship; ``start`` and ``end`` are the node classes it joins."""

    type: ClassVar[str]
    start: ClassVar[type[Node]]
    end: ClassVar[type[Node]]
    key: ClassVar[tuple[str, ...]] = ()

    start_id: str
    end_id: str


@cache
def describe_node(node: type[Node]) -> NodeSchema:
    """Read the schema of a node from its class."""
    properties = tuple(_read_properties(node, skip=()))
    key = next(item.name for item in properties if item.index == "key")
    return NodeSchema(node.__name__, _first_paragraph(node), key, properties)


@cache
def describe_relationship(relationship: type[Relationship]) -> RelationshipSchema:
    """Read the schema of a relationship from its class."""
    return RelationshipSchema(
        type=relationship.type,
        start=relationship.start.__name__,
        end=relationship.end.__name__,
        description=_first_paragraph(relationship),
        key=relationship.key,
        properties=tuple(_read_properties(relationship, skip=("start_id", "end_id"))),
    )


def list_properties(item: Node | Relationship) -> dict[str, Value]:
    """Return what is stored for one node or relationship, its ids included, tuples as lists."""
    values: dict[str, Any] = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    return {name: [*value] if isinstance(value, tuple) else value for name, value in values.items()}


def fingerprint_properties(properties: Mapping[str, Value]) -> str:
    """Return a short digest that changes when, and only when, a stored value changes."""
    text = "\x1f".join(f"{name}={properties[name]!r}" for name in sorted(properties))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_properties(declared: type[Any], skip: tuple[str, ...]) -> typing.Iterator[PropertySchema]:
    hints = get_type_hints(declared, include_extras=True)
    for field in dataclasses.fields(declared):
        if field.name in skip:
            continue
        hint = hints[field.name]
        if get_origin(hint) is not typing.Annotated:
            raise TypeError(f"{declared.__name__}.{field.name} needs Annotated[..., Property(...)]")
        base, *notes = get_args(hint)
        note = next(item for item in notes if isinstance(item, Property))
        optional = type(None) in get_args(base)
        yield PropertySchema(field.name, _name_type(base), note.description, note.index, optional, note.within)


def _name_type(hint: Any) -> str:
    origin = get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_name_type(part) for part in get_args(hint) if part is not type(None))
    if origin is Literal:
        return " / ".join(str(part) for part in get_args(hint))
    if origin is tuple:
        return f"list of {_name_type(get_args(hint)[0])}"
    return str(hint.__name__)


def _first_paragraph(declared: type[Any]) -> str:
    return " ".join((declared.__doc__ or "").strip().split("\n\n")[0].split())
