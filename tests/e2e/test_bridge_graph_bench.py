"""The bench of bridges asked of a running graph runs whole, and leaves the graph as it was."""

from __future__ import annotations

import pytest

from api.bench.bridges_in_graph import bench_bridges_in_graph
from graph_schema import nodes as n
from graph_schema.embedded import ServerAddress
from graph_schema.errors import InvalidInput
from graph_schema.store import GraphStore


def test_every_way_of_asking_is_measured(
    store: GraphStore, address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_USERNAME", address.username)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password.get_secret_value())
    rows = bench_bridges_in_graph(store, 100, (3,), 2, print)

    assert [(row.asked, row.courses, row.gap) for row in rows] == [
        ("warm Engine", 100, 3),
        ("Engine, a course having changed", 100, 3),
        ("command line", 100, 3),
    ]
    assert all(0 < row.p50_ms <= row.p95_ms and row.moves > 200 for row in rows)
    for kind in (n.Person, n.Skill, n.Role, n.Course, n.Project, n.Assessment, n.Evidence, n.Model):
        assert store.list_ids(kind) == {}


def test_a_graph_with_people_is_left_alone(store: GraphStore) -> None:
    store.write_nodes([n.Person(id="ana", name="Ana")], "test")
    with pytest.raises(InvalidInput, match="holds data"):
        bench_bridges_in_graph(store, 100, (3,), 1, print)
