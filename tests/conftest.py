"""Fixtures every test may ask for. One real Neo4j serves the whole session."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import psutil
import pytest

from api.demo import prepare_sample
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.embedded import ServerAddress
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.store import GraphStore
from loaders.sample import SAMPLE_AS_OF
from tests.order import order_tests
from tests.server import test_server as run_test_server
from tests.starting import quicken_starts

quicken_starts()

# A busy machine must not fail a property, and a failure must come again.
hypothesis.settings.register_profile("unhurried", deadline=None, derandomize=True)
hypothesis.settings.load_profile("unhurried")

WIPE = Query(
    name="wipe_test_graph",
    # In portions: one transaction that deletes all of ESCO needs more memory than the test server has.
    text="MATCH (n) WHERE NOT n:Migration WITH n LIMIT 2000 DETACH DELETE n RETURN count(*) AS written",
    row=WrittenCount,
    access="write",
)


@dataclass
class GraphUnderTest:
    """The one graph of the session and what it holds now, so that a test that needs the same does not load it again."""

    store: GraphStore
    holds: str = "unknown"
    sample: Engine | None = None
    """The Engine on the sample organisation, for as long as the graph holds it."""

    def wipe(self) -> None:
        while self.store.ask(WIPE)[0].written:
            pass
        self.holds = "nothing"

    def hold_sample(self) -> Engine:
        """The Engine on the sample organisation, loaded, embedded and inferred."""
        if self.sample is None or self.holds != "the sample":
            self.wipe()
            self.sample = Engine(self.store, EngineSettings(), clock=lambda: SAMPLE_AS_OF, actor="test")
            prepare_sample(self.sample)
            self.holds = "the sample"
        return self.sample


@pytest.fixture(scope="session")
def address() -> Generator[ServerAddress]:
    """Where the session's Neo4j listens: embedded, in a container or given, by ``SKILLWAY_TEST_NEO4J``."""
    with run_test_server() as address:
        yield address


@pytest.fixture(scope="session")
def graph(address: ServerAddress) -> Generator[GraphUnderTest]:
    # A busy machine may take its time.
    with GraphStore(address.uri, address.username, address.password.get_secret_value(), timeout=600) as store:
        store.migrate()
        yield GraphUnderTest(store)


@pytest.fixture
def store(graph: GraphUnderTest) -> GraphStore:
    """An empty graph on a real server, with constraints and indexes."""
    graph.wipe()
    graph.holds = "something of a test"
    return graph.store


@pytest.fixture
def sample_engine(graph: GraphUnderTest) -> Engine:
    """An Engine on the sample organisation, loaded, embedded and inferred; tests must leave it as it is."""
    return graph.hold_sample()


@pytest.fixture(scope="module")
def kept_sample(graph: GraphUnderTest) -> Engine:
    """The same, for what a file makes of it once; none of its tests may ask for another graph."""
    return graph.hold_sample()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets that SKILLWAY_DATA names; tests that ask for it are marked ``realdata``."""
    return Path(os.environ["SKILLWAY_DATA"]).resolve()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests in the order they run in; leave out what needs real data where there is none, and say so."""
    order_tests(items)
    if os.environ.get("SKILLWAY_DATA"):
        return
    left_out = [item for item in items if item.get_closest_marker("realdata")]
    items[:] = [item for item in items if not item.get_closest_marker("realdata")]
    config.hook.pytest_deselected(items=left_out)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A Neo4j for each worker, as far as the machine has room for them; a server that was given is one for all."""
    if os.environ.get("SKILLWAY_TEST_NEO4J") == "uri":
        return 0
    gigabytes = psutil.virtual_memory().total / 2**30
    return max(1, min(os.cpu_count() or 1, int(gigabytes // GIGABYTES_A_WORKER), MOST_WORKERS))


GIGABYTES_A_WORKER = 4
MOST_WORKERS = 4


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get("SKILLWAY_DATA"):
        terminalreporter.write_line("not run: the tests on real data, because SKILLWAY_DATA is not set")
