"""GraphStore: every question and write to a Neo4j graph goes through it, over the official driver."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar, cast

import neo4j
from neo4j import GraphDatabase
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConnectionPoolError,
    DatabaseUnavailable,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from neo4j.time import Date, DateTime, Time
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from graph_schema import cypher, migrations
from graph_schema.errors import SkillwayError, StoreError, StoreTimeout, StoreUnavailable
from graph_schema.graph import Graph
from graph_schema.query import Query
from graph_schema.sight import Sight

ResultT = TypeVar("ResultT")

_PATIENCE = 10.0
"""Seconds to wait for a connection, and to go on trying what can be tried again, before saying so."""


def _may_be_retried(error: BaseException) -> bool:
    return isinstance(error, (DriverError, Neo4jError)) and error.is_retryable()


# As the driver retries its own transactions.
_RETRYING = Retrying(
    retry=retry_if_exception(_may_be_retried),
    wait=wait_exponential_jitter(initial=1),
    stop=stop_after_delay(_PATIENCE),
    reraise=True,
)


class GraphStore(Graph):
    """A Neo4j graph, local or remote.

    Questions are :class:`~graph_schema.query.Query` constants; writes are made from the schema. What can be retried is
    retried, each query has a time limit and carries its name to the server's query log, and values are only ever bound
    parameters.

    Args:
        uri: Bolt address, such as ``bolt://127.0.0.1:7687`` or ``neo4j+s://…``.
        username: User of the database.
        password: Its password; kept by the driver only.
        database: Database name.
        timeout: Seconds after which a query is given up.
        find_server: Starts the server again when it is gone and returns the address it then has, for a server that is
            ours to start; called in the background, while what was asked meanwhile fails.

    Raises:
        StoreUnavailable: No server answers at the address, or it refuses the user.
    """

    def __init__(
        self,
        uri: str,
        username: str,
        password: str,
        *,
        database: str = "neo4j",
        timeout: float = 60.0,
        find_server: Callable[[], str] | None = None,
    ) -> None:
        self.uri: str = uri
        self.database = database
        self._auth = (username, password)
        self.whole: GraphStore = self
        """The store without a sight: what is read of it may be kept for everybody."""
        self._timeout = timeout
        self._find_server = find_server
        self._looking = threading.Lock()
        self._driver: neo4j.Driver = self._connect(uri)

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def _connect(self, uri: str) -> neo4j.Driver:
        with _explain_errors(uri):
            driver: neo4j.Driver = GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
                uri,
                auth=self._auth,
                connection_acquisition_timeout=_PATIENCE,
                max_transaction_retry_time=_PATIENCE,
                notifications_min_severity="OFF",
            )
            try:
                driver.verify_connectivity()  # pyright: ignore[reportUnknownMemberType]
            except BaseException:
                driver.close()
                raise
            return driver

    @contextmanager
    def _asking(self, query: str) -> Generator[None]:
        try:
            with _explain_errors(self.uri, query):
                yield
        except StoreUnavailable:
            if self._find_server is not None and self._looking.acquire(blocking=False):
                threading.Thread(target=self._look_for_server, args=[self._find_server], daemon=True).start()
            raise

    def _look_for_server(self, find_server: Callable[[], str]) -> None:
        try:
            uri = find_server()
            if uri != self.uri:
                gone = self._driver
                self._driver = self._connect(uri)
                self.uri = uri
                gone.close()
        except SkillwayError:
            # Whoever asks next fails too, and has it looked for again.
            pass
        finally:
            self._looking.release()

    def seen_by(self, sight: Sight) -> GraphStore:
        """Return the same store, whose queries show the people of a sight only; connections are shared."""
        return _SeenStore(self.whole, sight)

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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

    def transact(self, name: str, work: Callable[[Graph], ResultT]) -> ResultT:
        """Do all that ``work`` asks and writes in one transaction: everything is written, or nothing is.

        The driver calls ``work`` again when the transaction has to give way to another one, so it must change nothing
        but the graph it is given.

        Args:
            name: What is done, for the server's query log.
            work: Asks and writes through the graph that it is called with.
        """

        @neo4j.unit_of_work(metadata={"query": name}, timeout=self._timeout)
        def run(transaction: neo4j.ManagedTransaction) -> ResultT:
            return work(_Transaction(transaction))

        with self._asking(name), self._open_session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(run)

    def _run(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> list[dict[str, Any]]:
        result = self._send(name, text, parameters, write=write)
        return _to_rows(result.keys, result.records)

    def _send(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> neo4j.EagerResult:
        # Text is cast here and in _Transaction only: a Query's literal, or from cypher.py, and never made from values.
        statement = neo4j.Query(cast(LiteralString, text), metadata={"query": name}, timeout=self._timeout)
        with self._asking(name):
            if not write:
                return _RETRYING(self._read, statement, dict(parameters))
            return self._driver.execute_query(statement, dict(parameters), database_=self.database)

    def _read(self, statement: neo4j.Query, parameters: dict[str, object]) -> neo4j.EagerResult:
        """Read without a transaction around it, which would go to the server and back three times instead of once."""
        with self._open_session(neo4j.READ_ACCESS) as session:
            return session.run(statement, parameters).to_eager_result()

    def _open_session(self, access: str) -> neo4j.Session:
        # With the bookmarks of all that was written through this store, so that every member of a cluster has it.
        return self._driver.session(  # pyright: ignore[reportUnknownMemberType]
            database=self.database,
            default_access_mode=access,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
        )


class _SeenStore(GraphStore):
    """A store with a sight: the whole one does what it is asked, and keeps the connections."""

    def __init__(self, whole: GraphStore, sight: Sight) -> None:
        self.uri = whole.uri
        self.database = whole.database
        self.whole = whole
        self.sight = sight

    def close(self) -> None:
        self.whole.close()

    def transact(self, name: str, work: Callable[[Graph], ResultT]) -> ResultT:
        def see(graph: Graph) -> ResultT:
            graph.sight = self.sight
            return work(graph)

        return self.whole.transact(name, see)

    def _run(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> list[dict[str, Any]]:
        return self.whole._run(name, text, parameters, write=write)

    def _send(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> neo4j.EagerResult:
        return self.whole._send(name, text, parameters, write=write)


class _Transaction(Graph):
    """One transaction of a store; it is over when the work it was made for is."""

    def __init__(self, transaction: neo4j.ManagedTransaction) -> None:
        self._transaction = transaction

    def _run(self, name: str, text: str, parameters: Mapping[str, object], *, write: bool) -> list[dict[str, Any]]:
        del name, write  # The whole transaction has one name, and may write.
        result = self._transaction.run(cast(LiteralString, text), dict(parameters))
        return _to_rows(result.keys(), list(result))


@contextmanager
def _explain_errors(uri: str, query: str = "connect") -> Generator[None]:
    try:
        yield
    except AuthError as error:
        raise StoreUnavailable(
            f"Neo4j at {uri} refuses the user; check NEO4J_USERNAME and NEO4J_PASSWORD ({error.message})"
        ) from error
    except (ServiceUnavailable, SessionExpired, ConnectionPoolError, DatabaseUnavailable) as error:
        raise StoreUnavailable(f"no Neo4j answers at {uri}; is the server running? ({error})") from error
    except (ClientError, TransientError) as error:
        if "Timed" in (error.code or "") or "Timeout" in (error.code or ""):
            raise StoreTimeout(f"the query {query!r} took too long; raise SKILLWAY_QUERY_TIMEOUT") from error
        raise StoreError(f"the query {query!r} failed: {error.message}") from error
    except (DriverError, Neo4jError) as error:
        raise StoreError(f"the query {query!r} failed: {error}") from error


def _to_rows(keys: Sequence[str], records: Iterable[neo4j.Record]) -> list[dict[str, Any]]:
    return [dict(zip(keys, map(_to_native, record), strict=True)) for record in records]


def _to_native(value: object) -> Any:
    convert = _CONVERSIONS.get(type(value))
    return value if convert is None else convert(value)


# By type, because there are many values and few of them are converted.
_CONVERSIONS: Mapping[type, Callable[[Any], Any]] = {
    Date: Date.to_native,
    DateTime: DateTime.to_native,
    Time: Time.to_native,
    list: lambda value: [_to_native(item) for item in value],
    dict: lambda value: {key: _to_native(item) for key, item in value.items()},
}
