"""Graph: the typed questions and writes, whether each is a transaction of its own or all of them are one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from graph_schema import cypher
from graph_schema.query import Query
from graph_schema.schema import (
    Node,
    Relationship,
    describe_node,
    describe_relationship,
    fingerprint_properties,
    list_properties,
)
from graph_schema.sight import Sight

RowT = TypeVar("RowT")
OnBatch = Callable[[int], None]
Key = str | tuple[str, ...]
"""A node's id, or start id, end id and the key properties of a relationship."""

_BATCH = 5_000


class Graph(ABC):
    """What can be asked of a graph and written to it.

    A :class:`~graph_schema.store.GraphStore` makes every call a transaction of its own; the graph that its ``transact``
    hands out makes all calls one transaction.
    """

    sight: Sight | None = None
    """Whom queries that show people may show; everybody when there is none."""

    def ask(self, query: Query[RowT], **parameters: object) -> list[RowT]:
        """Return the typed rows that answer a query.

        Raises:
            StoreTimeout: It took longer than the time limit.
            StoreUnavailable: No server answers.
        """
        bound = {"sight": self.sight and self.sight.bind(), **parameters}
        records = self._run(query.name, query.text, bound, write=query.access == "write")
        return _adapter(query.row).validate_python(records)

    def read_fingerprints(self, declared: type[Node] | type[Relationship], source: str) -> dict[Key, str]:
        """Return what a source has written of a kind: id or key -> fingerprint of the stored values."""
        if issubclass(declared, Node):
            records = self._run_text(cypher.read_node_fingerprints(describe_node(declared)), {"source": source})
            return {row["id"]: row["fingerprint"] for row in records}
        schema = describe_relationship(declared)
        records = self._run_text(cypher.read_relationship_fingerprints(schema), {"source": source})
        return {(row["start"], row["end"], *row["key"]): row["fingerprint"] for row in records}

    def list_ids(self, declared: type[Node]) -> dict[str, str | None]:
        """Return every id of a label with the source that owns it."""
        records = self._run_text(cypher.list_node_ids(describe_node(declared)), {})
        return {row["id"]: row["source"] for row in records}

    def find_foreign(
        self, declared: type[Relationship], source: str, keys: Sequence[tuple[str, ...]]
    ) -> dict[tuple[str, ...], str | None]:
        """Return which of these relationships the graph holds without the source owning them, and who does."""
        text = cypher.find_foreign_relationships(describe_relationship(declared))
        found: dict[tuple[str, ...], str | None] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            records = self._run_text(text, {"rows": [_key_row(key) for key in batch], "source": source})
            found |= {batch[row["place"]]: row["owner"] for row in records}
        return found

    def write_nodes(self, nodes: Sequence[Node], source: str, on_batch: OnBatch | None = None) -> int:
        """Create or update nodes of one label, owned by a source; returns how many were written."""
        if not nodes:
            return 0
        schema = describe_node(type(nodes[0]))
        rows = [_node_row(node, schema.key) for node in nodes]
        return self._write(cypher.merge_nodes(schema), rows, source, on_batch)

    def write_relationships(
        self, relationships: Sequence[Relationship], source: str, on_batch: OnBatch | None = None
    ) -> int:
        """Create or update relationships of one kind; those whose ends are absent are not written nor counted."""
        if not relationships:
            return 0
        rows = [_relationship_row(item) for item in relationships]
        return self._write(
            cypher.merge_relationships(describe_relationship(type(relationships[0]))), rows, source, on_batch
        )

    def delete_nodes(self, declared: type[Node], source: str, ids: Sequence[str]) -> int:
        """Remove nodes that a source owns, with their relationships; returns how many went."""
        return self._write(cypher.delete_nodes(describe_node(declared)), list(ids), source, None)

    def delete_relationships(self, declared: type[Relationship], source: str, keys: Sequence[tuple[str, ...]]) -> int:
        """Remove relationships that a source owns; returns how many went."""
        rows = [_key_row(key) for key in keys]
        return self._write(cypher.delete_relationships(describe_relationship(declared)), rows, source, None)

    def _write(self, text: str, rows: Sequence[Any], source: str, on_batch: OnBatch | None) -> int:
        written = 0
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            written += self._run_text(text, {"rows": batch, "source": source})[0]["written"]
            if on_batch:
                on_batch(len(batch))
        return written

    def _run_text(self, text: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        return self._run("schema", text, parameters, write=True)

    @abstractmethod
    def _run(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> list[dict[str, Any]]:
        """Run a text and return its records, with dates as Python knows them."""


def _node_row(node: Node, key: str) -> dict[str, Any]:
    properties = list_properties(node)
    return {"id": properties[key], "properties": properties, "fingerprint": fingerprint_properties(properties)}


def _key_row(key: tuple[str, ...]) -> dict[str, Any]:
    return {"start": key[0], "end": key[1], "key": list(key[2:])}


def _relationship_row(item: Relationship) -> dict[str, Any]:
    properties = list_properties(item)
    fingerprint = fingerprint_properties(properties)
    start, end = properties.pop("start_id"), properties.pop("end_id")
    key = [properties[name] for name in type(item).key]
    return {"start": start, "end": end, "key": key, "properties": properties, "fingerprint": fingerprint}


@cache
def _adapter(row: type[RowT]) -> TypeAdapter[list[RowT]]:
    return TypeAdapter(cast(Any, GenericAlias(list, (row,))))
