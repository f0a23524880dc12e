"""GraphStore: every question and write to a Neo4j graph goes through it, over the official driver."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import GenericAlias
from typing import Any, LiteralString, TypeVar, cast

import neo4j
from neo4j import GraphDatabase, RoutingControl
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable, TransientError
from neo4j.time import Date, DateTime, Time
from pydantic import TypeAdapter

from graph_schema import cypher, migrations
from graph_schema.errors import StoreError, StoreTimeout, StoreUnavailable
from graph_schema.query import Query
from graph_schema.schema import (
    Node,
    Relationship,
    describe_node,
    describe_relationship,
    fingerprint_properties,
    list_properties,
)

RowT = TypeVar("RowT")
OnBatch = Callable[[int], None]
Key = str | tuple[str, ...]
"""A node's id, or start id, end id and the key properties of a relationship."""

_BATCH = 5_000
_PATIENCE = 10.0
"""Seconds to wait for a connection, and to go on trying what can be tried again, before saying so."""


class GraphStore:
    """A Neo4j graph, local or remote.

    Questions are :class:`~graph_schema.query.Query` constants; writes are made from the schema. Everything runs in
    managed transactions: the driver retries what can be retried, each query has a time limit and carries its name
    to the server's query log, and values are only ever bound parameters.

    Args:
        uri: Bolt address, such as ``bolt://127.0.0.1:7687`` or ``neo4j+s://…``.
        username: User of the database.
        password: Its password; kept by the driver only.
        database: Database name.
        timeout: Seconds after which a query is given up.

    Raises:
        StoreUnavailable: No server answers at the address, or it refuses the user.
    """

    def __init__(
        self, uri: str, username: str, password: str, *, database: str = "neo4j", timeout: float = 60.0
    ) -> None:
        self.uri = uri
        self.database = database
        self._timeout = timeout
        with _explain_errors(uri):
            self._driver: neo4j.Driver = GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
                uri,
                auth=(username, password),
                connection_acquisition_timeout=_PATIENCE,
                max_transaction_retry_time=_PATIENCE,
                notifications_min_severity="OFF",
            )
            try:
                self._driver.verify_connectivity()  # pyright: ignore[reportUnknownMemberType]
            except BaseException:
                self._driver.close()
                raise

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, query: Query[RowT], **parameters: object) -> list[RowT]:
        """Return the typed rows that answer a query.

        Raises:
            StoreTimeout: It took longer than the time limit.
            StoreUnavailable: No server answers.
        """
        records = self._run(query.name, query.text, parameters, write=query.access == "write")
        return _adapter(query.row).validate_python(records)

    def plan(self, query: Query[Any]) -> tuple[str, ...]:
        """Have the server plan a query without running it; returns the columns it would answer with.

        Raises:
            StoreError: The query does not fit the server's Cypher.
        """
        return tuple(self._send(query.name, f"EXPLAIN {query.text}", {}, write=query.access == "write").keys)

    def migrate(self) -> list[str]:
        """Bring constraints, indexes and recorded steps up to date; returns the steps that were applied.

        Raises:
            SchemaMismatch: The graph was written by a newer Skillway.
        """
        return migrations.apply_migrations(self._run_text)

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

    def set_vector_index(self, dimension: int) -> None:
        """Make the vector index on skills for vectors of this length, replacing one of another length."""
        known = self._run_text(
            "SHOW VECTOR INDEXES YIELD name, options WHERE name = $name "
            "RETURN options.indexConfig.`vector.dimensions` AS dimension",
            {"name": cypher.SKILL_VECTORS},
        )
        if known and known[0]["dimension"] != dimension:
            self._run_text(cypher.drop_vector_index(), {})
        self._run_text(cypher.create_vector_index(dimension), {})
        self._run_text("CALL db.awaitIndexes(300)", {})

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

    def _run(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> list[dict[str, Any]]:
        result = self._send(name, text, parameters, write=write)
        return [{key: _to_native(record[key]) for key in result.keys} for record in result.records]

    def _send(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> neo4j.EagerResult:
        # The cast is the only one: text is either a Query's literal or comes from cypher.py, never from values.
        statement = neo4j.Query(cast(LiteralString, text), metadata={"query": name}, timeout=self._timeout)
        with _explain_errors(self.uri, name):
            return self._driver.execute_query(
                statement,
                dict(parameters),
                database_=self.database,
                routing_=RoutingControl.WRITE if write else RoutingControl.READ,
            )


@contextmanager
def _explain_errors(uri: str, query: str = "connect") -> Generator[None]:
    try:
        yield
    except AuthError as error:
        raise StoreUnavailable(
            f"Neo4j at {uri} refuses the user; check NEO4J_USERNAME and NEO4J_PASSWORD ({error.message})"
        ) from error
    except ServiceUnavailable as error:
        raise StoreUnavailable(f"no Neo4j answers at {uri}; is the server running? ({error})") from error
    except (ClientError, TransientError) as error:
        if "Timed" in (error.code or "") or "Timeout" in (error.code or ""):
            raise StoreTimeout(f"the query {query!r} took too long; raise SKILLWAY_QUERY_TIMEOUT") from error
        raise StoreError(f"the query {query!r} failed: {error.message}") from error
    except (DriverError, Neo4jError) as error:
        raise StoreError(f"the query {query!r} failed: {error}") from error


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


def _to_native(value: Any) -> Any:
    if isinstance(value, (Date, DateTime, Time)):
        return value.to_native()
    if isinstance(value, list):
        return [_to_native(item) for item in cast(list[Any], value)]
    if isinstance(value, dict):
        return {key: _to_native(item) for key, item in cast(dict[str, Any], value).items()}
    return value
