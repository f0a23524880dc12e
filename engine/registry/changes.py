"""What of an object has to be written, and whose it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.registry.drafts import Draft, Terms
from engine.registry.kinds import Kind
from engine.registry.results import FieldFault
from graph_schema.diff import key_of
from graph_schema.evidence_ids import API
from graph_schema.object_queries import ObjectRow
from graph_schema.schema import Node, Relationship, list_properties

Key = tuple[str, ...]
LinkKey = tuple[type[Relationship], Key]


@dataclass(frozen=True)
class Change:
    """What is to be written of one object, and which relationships go, each with the data set that owns it."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]
    removed: tuple[tuple[type[Relationship], str | None, Key], ...]


def find_change(
    kind: Kind, draft: Draft, stored: ObjectRow | None, links: Sequence[Relationship], *, node_changed: bool
) -> tuple[Change, tuple[str | None, ...]]:
    """Compare an object with what is stored of it; returns what to write, and who else owns something of it."""
    node = make_node(kind, draft.values)
    if stored is None:
        return Change((node,), tuple(links), ()), ()
    now = {(relationship, key): (stated, source) for relationship, key, stated, source in list_stored(kind, stored)}
    then: dict[LinkKey, Relationship] = {(type(item), cast(Key, key_of(item))): item for item in links}
    gone = {key: source for key, (_, source) in now.items() if key not in then}
    changed = [item for key, item in then.items() if key not in now or now[key][0] != _state(item)]
    touched = {stored.source, *gone.values()}
    touched |= {now[key][1] for key, item in then.items() if key in now and item in changed}
    others = tuple(sorted(touched - {API}, key=str))
    removed = tuple((relationship, source, key) for (relationship, key), source in gone.items())
    if others:
        # Whoever takes an object over owns the whole of it.
        return Change((node,), tuple(links), removed), others
    return Change((node,) if node_changed else (), tuple(changed), removed), ()


def check_owner(draft: Draft, kind: Kind, others: Sequence[str | None], terms: Terms) -> None:
    """Reject an object of which a data set owns something, unless it is to be taken over."""
    if not others or terms.take_over:
        return
    whose = say_owner(others[0])
    draft.reject(
        "owned-elsewhere",
        FieldFault(
            "id", f"this {kind.singular} {whose}; change it there, or send take_over=true to own it from now on"
        ),
        owner=others[0],
    )


def say_owner(owner: str | None) -> str:
    """Say whose something is."""
    return f"belongs to the data set {owner!r}" if owner else "was not made by a data set"


def make_node(kind: Kind, values: Mapping[str, Any]) -> Node:
    """Return the node that an object is."""
    given: dict[str, Any] = {name: values[name] for name in kind.properties}
    for name, value in given.items():
        if isinstance(value, list):
            given[name] = tuple(cast(list[object], value))
    return kind.node(**given)


def list_stored(
    kind: Kind, stored: ObjectRow
) -> Iterator[tuple[type[Relationship], Key, Mapping[str, Any], str | None]]:
    """Yield the relationships of an object as they are stored, each with its key, its properties and its owner."""
    for relationship, rows in zip(kind.shape.relationships, stored.links, strict=True):
        for row in rows:
            key = (stored.id, row.end, *(str(row.properties[name]) for name in relationship.key))
            yield relationship, key, row.properties, row.source


def _state(item: Relationship) -> dict[str, Any]:
    return {name: value for name, value in list_properties(item).items() if name not in ("start_id", "end_id")}
