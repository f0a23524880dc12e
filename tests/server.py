"""The real Neo4j that the tests run on, of one of three kinds.

``SKILLWAY_TEST_NEO4J`` chooses:

- ``embedded`` (default): the embedded server, in a fresh home; the jars come from the ordinary cache;
- ``container``: a container of ``SKILLWAY_NEO4J_IMAGE`` (default ``neo4j:5.26-community``), by testcontainers;
- ``uri``: the server that ``NEO4J_URI``, ``NEO4J_USERNAME`` and ``NEO4J_PASSWORD`` name. The tests delete everything in
  it, so it must be empty the first time; it is then marked, and a marked database is taken again.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from graph_schema.embedded import ServerAddress, ensure_running, stop_server

# A constraint, not a node: it survives a test that deletes all data.
MARKER = "skillway_test_database"


def find_cache() -> Path:
    """The ordinary folder of jars, so that a test run fetches nothing twice."""
    return Path(os.environ.get("SKILLWAY_CACHE") or platformdirs.user_cache_path("skillway"))


@contextmanager
def test_server() -> Generator[ServerAddress]:
    """The server of the kind chosen, for as long as the body runs."""
    kind = os.environ.get("SKILLWAY_TEST_NEO4J") or "embedded"
    kinds = {"embedded": _run_embedded, "container": _run_container, "uri": _use_given}
    if kind not in kinds:
        raise ValueError(f"SKILLWAY_TEST_NEO4J is {kind!r}: name one of {', '.join(kinds)}")
    with kinds[kind]() as address:
        yield address


test_server.__test__ = False  # type: ignore[attr-defined]  # its name begins like a test's


@contextmanager
def _run_embedded() -> Generator[ServerAddress]:
    with tempfile.TemporaryDirectory(prefix="skillway-test-") as folder:
        home = Path(folder) / "home"
        # A run that is killed leaves its server to itself; it then ends by itself.
        address = ensure_running(home, find_cache(), idle_seconds=900.0)
        try:
            yield address
        finally:
            stop_server(home)


@contextmanager
def _run_container() -> Generator[ServerAddress]:
    from testcontainers.community.neo4j import Neo4jContainer
    from testcontainers.core.config import testcontainers_config

    # The clean-up container would be one more image to fetch; the context manager cleans up.
    testcontainers_config.ryuk_disabled = True
    image = os.environ.get("SKILLWAY_NEO4J_IMAGE") or "neo4j:5.26-community"
    password = secrets.token_urlsafe(16)
    with Neo4jContainer(image, username="neo4j", password=password) as container:
        yield ServerAddress(container.get_connection_url(), "neo4j", SecretStr(password))


@contextmanager
def _use_given() -> Generator[ServerAddress]:
    address = ServerAddress(
        os.environ["NEO4J_URI"],
        os.environ.get("NEO4J_USERNAME") or "neo4j",
        SecretStr(os.environ["NEO4J_PASSWORD"]),
    )
    claim_database(address)
    yield address


def claim_database(address: ServerAddress) -> None:
    """Mark a database as one that tests may empty; refuse one that holds anything and is not marked."""
    from neo4j import GraphDatabase

    auth = (address.username, address.password.get_secret_value())
    with GraphDatabase.driver(address.uri, auth=auth) as driver:
        names = driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN collect(name) AS names").records[0]["names"]
        count = driver.execute_query("MATCH (n) RETURN count(n) AS count").records[0]["count"]
        if MARKER not in names and count:
            raise RuntimeError(
                f"the database at {address.uri} holds {count} nodes and is not marked as a test database: "
                "the tests delete everything, so give them an empty one"
            )
        driver.execute_query(f"CREATE CONSTRAINT {MARKER} IF NOT EXISTS FOR (n:SkillwayTest) REQUIRE n.id IS UNIQUE")
