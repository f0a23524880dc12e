"""``skillway bench messages`` on a small company: what it times is what it says it times."""

from __future__ import annotations

from api.bench.messages import bench_messages
from graph_schema import nodes as n
from graph_schema.live_nodes import Message
from graph_schema.queries.roles import ROLE
from graph_schema.store import GraphStore


def test_a_change_of_a_role_and_of_a_person_are_told(store: GraphStore) -> None:
    role, evidence = bench_messages(store, 400, 100, 1, lambda _: None)

    assert (role.change, evidence.change, role.people) == ("role", "evidence", 400)
    # A role concerns its hundred people, evidence one of them.
    assert 1 < role.messages <= 100
    assert evidence.messages == 1
    assert role.p95_seconds >= role.p50_seconds > 0
    # The company is left as it was, with nobody near and nothing told.
    assert not store.list_ids(Message)
    assert {row.threshold for id_ in store.list_ids(n.Role) for row in store.ask(ROLE, role_id=id_)} == {1.0}
