"""The store on a real Neo4j: typed answers, writes from the schema, clear errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph_schema import nodes, relationships
from graph_schema.embedded import ServerAddress
from graph_schema.errors import SchemaMismatch, StoreError, StoreTimeout, StoreUnavailable
from graph_schema.graph import Graph
from graph_schema.queries import list_queries
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest

ANA = nodes.Person(id="p1", name="Ana", joined_on=date(2024, 2, 29))
BO = nodes.Person(id="p2", name="Bo")
PYTHON = nodes.Skill(id="s1", preferred_label="Python", alt_labels=("snake language",))


@dataclass(frozen=True)
class PersonDay:
    id: str
    joined_on: date | None


PEOPLE_DAYS = Query(
    name="people_days", row=PersonDay, text="MATCH (p:Person) RETURN p.id AS id, p.joined_on AS joined_on ORDER BY id"
)


@dataclass(frozen=True)
class Running:
    metadata: dict[str, Any]


RUNNING = Query(
    name="who_is_running",
    row=Running,
    text="SHOW TRANSACTIONS YIELD metaData AS metadata WHERE metadata.query = 'who_is_running' RETURN metadata",
)

SLOW = Query(name="slow", row=dict, text="UNWIND range(1, 100000000) AS i WITH i WHERE i % 2 = 3 RETURN count(i) AS n")


def test_answers_are_typed_and_unknown_stays_unknown(store: GraphStore) -> None:
    store.write_nodes([ANA, BO], "test")

    assert store.ask(PEOPLE_DAYS) == [PersonDay("p1", date(2024, 2, 29)), PersonDay("p2", None)]


def test_what_is_done_in_one_transaction_is_done_whole_or_not_at_all(store: GraphStore) -> None:
    def write_and_read(graph: Graph) -> list[PersonDay]:
        graph.write_nodes([ANA], "test")
        return graph.ask(PEOPLE_DAYS)

    def write_and_fail(graph: Graph) -> None:
        graph.write_nodes([BO], "test")
        raise ValueError("no")

    assert store.transact("whole", write_and_read) == [PersonDay("p1", date(2024, 2, 29))]
    with pytest.raises(ValueError, match="no"):
        store.transact("failing", write_and_fail)
    assert [item.id for item in store.ask(PEOPLE_DAYS)] == ["p1"]


def test_a_transaction_carries_its_name_and_a_wrong_query_is_a_store_error(store: GraphStore) -> None:
    running = store.transact("who_is_running", lambda graph: graph.ask(RUNNING))

    assert [item.metadata["query"] for item in running] == ["who_is_running"]
    with pytest.raises(StoreError, match="wrong"):
        store.transact("wrong", lambda graph: graph.ask(Query(name="x", row=dict, text="RETURN no_such_variable")))


def test_writing_twice_changes_nothing(store: GraphStore) -> None:
    given = relationships.Endorsed(start_id="p1", end_id="p2", skill_id="s1", observed_on=date(2026, 1, 1))
    for _ in range(2):
        store.write_nodes([ANA, BO], "test")
        store.write_relationships([given], "test")

    assert set(store.read_fingerprints(nodes.Person, "test")) == {"p1", "p2"}
    assert set(store.read_fingerprints(relationships.Endorsed, "test")) == {("p1", "p2", "s1")}


def test_a_value_that_becomes_unknown_is_removed(store: GraphStore) -> None:
    store.write_nodes([ANA], "test")
    store.write_nodes([nodes.Person(id="p1", name="Ana")], "test")

    assert store.ask(PEOPLE_DAYS) == [PersonDay("p1", None)]


def test_a_relationship_without_its_ends_is_not_counted_as_written(store: GraphStore) -> None:
    store.write_nodes([ANA], "test")

    assert store.write_relationships([relationships.ReportsTo(start_id="p1", end_id="nobody")], "test") == 0


def test_only_the_owner_removes(store: GraphStore) -> None:
    store.write_nodes([ANA], "test")

    assert store.delete_nodes(nodes.Person, "another source", ["p1"]) == 0
    assert store.delete_nodes(nodes.Person, "test", ["p1"]) == 1


def test_values_are_bound_never_run(store: GraphStore) -> None:
    hostile = nodes.Person(id="p1'}) DETACH DELETE n //", name="'; MATCH (n) DETACH DELETE n; //")
    store.write_nodes([ANA, hostile], "test")

    found = store.ask(list_queries()["find_people"], name="' OR 1=1 //")

    assert found == []
    assert len(store.list_ids(nodes.Person)) == 2


def test_the_name_of_a_query_travels_with_it(store: GraphStore) -> None:
    assert [row.metadata["query"] for row in store.ask(RUNNING)] == ["who_is_running"]


@pytest.mark.parametrize("query", list_queries().values(), ids=lambda query: query.name)
def test_every_query_fits_the_server_and_its_row(graph: GraphUnderTest, query: Query[Any]) -> None:
    assert graph.store.plan(query) == tuple(query.row.__dataclass_fields__)


def test_a_query_that_takes_too_long_is_given_up(address: ServerAddress) -> None:
    password = address.password.get_secret_value()
    with (
        GraphStore(address.uri, address.username, password, timeout=0.2) as hasty,
        pytest.raises(StoreTimeout, match="'slow' took too long"),
    ):
        hasty.ask(SLOW)


def test_a_query_that_does_not_fit_is_named(store: GraphStore) -> None:
    with pytest.raises(StoreError, match="'broken' failed"):
        store.ask(Query(name="broken", row=dict, text="RETURN nonsense("))


def test_a_graph_of_a_newer_skillway_is_left_alone(store: GraphStore) -> None:
    newer = nodes.Migration(id="999 of the future", number=999, applied_at=datetime(2030, 1, 1, tzinfo=UTC))
    store.write_nodes([newer], "test")
    try:
        with pytest.raises(SchemaMismatch, match="upgrade Skillway"):
            store.migrate()
    finally:
        store.delete_nodes(nodes.Migration, "test", [newer.id])


def test_migrating_again_does_nothing(store: GraphStore) -> None:
    assert store.migrate() == []


def test_nobody_at_the_address_is_said() -> None:
    with pytest.raises(StoreUnavailable, match=r"no Neo4j answers at bolt://127.0.0.1:1"):
        GraphStore("bolt://127.0.0.1:1", "neo4j", "secret")


def test_a_wrong_password_is_said_and_not_repeated(graph: GraphUnderTest) -> None:
    with pytest.raises(StoreUnavailable, match="NEO4J_PASSWORD") as caught:
        GraphStore(graph.store.uri, "neo4j", "not the password")

    assert "not the password" not in str(caught.value)
