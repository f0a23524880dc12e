"""Objects read from the graph: one, a page of them, and the tag that tells whether one has changed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, replace
from datetime import date
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from engine.names import clean_words
from engine.registry import endorsements
from engine.registry.kinds import EdgeKind, Kind, find_kind
from engine.registry.models import name_end
from engine.registry.results import ObjectPage, StoredObject
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.object_queries import ObjectRow, Shape, page_objects, read_objects

MOST = 1_000
"""Most objects of a page."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which objects to list, and which fields of them."""

    after: str | None = None
    limit: int = 100
    filters: Mapping[str, str] | None = None
    fields: Sequence[str] = ()
    within: Collection[str] | None = None


def read_object(graph: Graph, kind_name: str, object_id: str) -> StoredObject:
    """Return one object.

    Raises:
        NotFound: There is no such object.
    """
    kind = find_kind(kind_name)
    if isinstance(kind, EdgeKind):
        values = endorsements.read_values(graph, [object_id]).get(object_id)
    else:
        values = next((to_values(kind, row) for row in graph.ask(read_objects(kind.shape), ids=[object_id])), None)
    if values is None:
        raise NotFound(kind.singular, object_id, f"list those there are: GET /v1/objects/{kind.name}")
    return StoredObject(kind.name, object_id, make_etag(values), values)


def list_objects(graph: Graph, kind_name: str, wanted: Selection) -> ObjectPage:
    """Return a page of objects in the order of their ids.

    Raises:
        InvalidInput: A filter, field, cursor or number cannot be used.
    """
    kind = find_kind(kind_name)
    if not 1 <= wanted.limit <= MOST:
        raise InvalidInput("limit", f"must be from 1 to {MOST}, and {wanted.limit} is not")
    fields = _check_fields(kind, wanted.fields)
    filters = _read_filters(kind, wanted.filters or {})
    after = None if wanted.after is None else _read_cursor(wanted.after)
    # One more than asked for tells whether there are more.
    asked = replace(wanted, limit=wanted.limit + 1)
    if isinstance(kind, EdgeKind):
        found = endorsements.page_values(graph, after, asked.limit, filters, asked.within)
    else:
        found = _page(graph, kind, after, asked, filters, fields)
    items = found[: wanted.limit]
    more = len(found) > wanted.limit
    cursor = _write_cursor(items[-1]["id"]) if more else None
    return ObjectPage(kind.name, tuple({name: item[name] for name in fields} for item in items), cursor)


def to_values(kind: Kind, row: ObjectRow, links: Collection[str] | None = None) -> dict[str, Any]:
    """Return the fields of an object as it is stored; a value that is absent has its default, or is unknown."""
    defaults = {name: item.default for name, item in kind.node.__dataclass_fields__.items()}
    values: dict[str, Any] = {}
    for name in kind.properties:
        value = row.properties.get(name)
        if value is None and defaults[name] is not MISSING:
            value = defaults[name]
        values[name] = [*value] if isinstance(value, tuple) else value
    found = iter(row.links)
    for link in kind.links:
        if links is not None and link.field not in links:
            continue
        ends = [(relationship, item) for relationship in link.relationships for item in next(found)]
        if link.form == "one":
            values[link.field] = ends[0][1].end if ends else None
        elif link.form == "ids":
            values[link.field] = sorted(item.end for _, item in ends)
        else:
            end = name_end(link.relationships[0])
            entries = ({end: item.end, **item.properties} for _, item in ends)
            values[link.field] = sorted(entries, key=lambda entry: str(entry[end]))
    return values


def make_etag(values: Mapping[str, Any]) -> str:
    """Return a digest of all that an object holds."""
    text = json.dumps(values, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _page(
    graph: Graph,
    kind: Kind,
    after: str | None,
    asked: Selection,
    filters: dict[str, Any],
    fields: Sequence[str],
) -> list[dict[str, Any]]:
    links = {link.field: link for link in kind.links}
    words = filters.pop("q", None)
    ends = {links[name].relationships[0]: value for name, value in filters.items() if name in links}
    equal = {name: value for name, value in filters.items() if name not in links}
    read = tuple(item for link in kind.links if link.field in fields for item in link.relationships)
    query = page_objects(Shape(kind.node, read), equal, [*ends], search=words is not None)
    rows = graph.ask(
        query,
        after=after,
        limit=asked.limit,
        equal=equal,
        ends=[*ends.values()],
        words=words,
        within=None if asked.within is None else sorted(asked.within),
    )
    return [to_values(kind, row, fields) for row in rows]


def _check_fields(kind: Kind | EdgeKind, fields: Sequence[str]) -> tuple[str, ...]:
    if unknown := [name for name in fields if name not in kind.fields]:
        raise InvalidInput("fields", f"{unknown[0]!r} is not one of {', '.join(kind.fields)}")
    return tuple(name for name in kind.fields if not fields or name == "id" or name in fields)


def _read_filters(kind: Kind | EdgeKind, filters: Mapping[str, str]) -> dict[str, Any]:
    known = (*kind.filters, *(["q"] if kind.searched else []))
    read: dict[str, Any] = {}
    for name, value in filters.items():
        if name not in known:
            raise InvalidInput(
                name, f"{kind.name} cannot be filtered by it; they can by {', '.join(known) or 'nothing'}"
            )
        read[name] = _read_value(kind, name, value)
    if "q" in read:
        read["q"] = clean_words(read["q"])
        if not read["q"]:
            raise InvalidInput("q", "holds no word to look for")
    return read


def _read_value(kind: Kind | EdgeKind, name: str, value: str) -> Any:
    declared = kind.relationship if isinstance(kind, EdgeKind) else kind.node
    hint = get_type_hints(declared, include_extras=True).get(name, str)
    base = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    try:
        return TypeAdapter(base).validate_python(value)
    except ValidationError as error:
        raise InvalidInput(name, error.errors()[0]["msg"]) from error


def _write_cursor(object_id: str) -> str:
    return base64.urlsafe_b64encode(object_id.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise InvalidInput("after", "is none of the cursors that a page was answered with") from error
