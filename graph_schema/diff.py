"""What must be written so that the graph holds exactly the items given: the rest is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph_schema.schema import Node, Relationship, fingerprint_properties, list_properties

ItemT = TypeVar("ItemT", bound=Node | Relationship)
Key = str | tuple[str, ...]


@dataclass(frozen=True)
class Difference(Generic[ItemT]):
    """Items to create and to update, how many stand as they are, and the keys of those that are gone."""

    created: tuple[ItemT, ...]
    updated: tuple[ItemT, ...]
    unchanged: int
    removed: tuple[Key, ...]


def diff_items(items: Sequence[ItemT], known: Mapping[Key, str]) -> Difference[ItemT]:
    """Compare items of one kind with the fingerprints a source has in the graph."""
    created: list[ItemT] = []
    updated: list[ItemT] = []
    seen: set[Key] = set()
    for item in items:
        key = key_of(item)
        seen.add(key)
        if key not in known:
            created.append(item)
        elif known[key] != fingerprint_properties(list_properties(item)):
            updated.append(item)
    removed = sorted((key for key in known if key not in seen), key=str)
    return Difference(tuple(created), tuple(updated), len(seen) - len(created) - len(updated), tuple(removed))


def key_of(item: Node | Relationship) -> Key:
    """Return what tells an item from others of its kind: the id, or both ends and the key properties."""
    if isinstance(item, Node):
        return item.id
    return (item.start_id, item.end_id, *(getattr(item, name) for name in type(item).key))
