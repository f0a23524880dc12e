"""What tests from end to end may ask for."""

import pytest

from engine.service import Engine
from graph_schema.embedded import ServerAddress
from loaders.sample import SAMPLE_AS_OF


@pytest.fixture
def graph_environment(address: ServerAddress) -> dict[str, str]:
    """The environment in which a command finds the graph of the tests."""
    return {
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password.get_secret_value(),
    }


@pytest.fixture
def sample_environment(sample_engine: Engine, graph_environment: dict[str, str]) -> dict[str, str]:
    """The environment in which a command or a notebook finds the loaded and inferred sample."""
    return graph_environment | {"SKILLWAY_AS_OF": SAMPLE_AS_OF.isoformat()}
