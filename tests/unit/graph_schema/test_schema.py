"""Nodes and relationships are declarations; everything else is made from them."""

from __future__ import annotations

import inspect
import sys
from datetime import date

import pytest

from graph_schema import nodes, relationships
from graph_schema.cypher import create_schema, merge_nodes, merge_relationships
from graph_schema.describe import PAGE, describe_schema
from graph_schema.diff import diff_items, key_of
from graph_schema.schema import (
    describe_node,
    describe_relationship,
    fingerprint_properties,
    list_properties,
)
from graph_schema.stamps import PARTS

PYTHON = nodes.Skill(id="s1", preferred_label="Python", alt_labels=("py",))


@pytest.mark.parametrize("node", nodes.NODES)
def test_every_node_has_one_key_and_describes_each_property(node: type[nodes.Node]) -> None:
    schema = describe_node(node)

    assert [item.name for item in schema.properties if item.index == "key"] == ["id"]
    assert all(item.description.endswith(".") for item in schema.properties)
    assert schema.description.endswith(".")


@pytest.mark.parametrize("relationship", relationships.RELATIONSHIPS)
def test_every_relationship_joins_known_labels(relationship: type[relationships.Relationship]) -> None:
    schema = describe_relationship(relationship)

    assert {relationship.start, relationship.end} <= set(nodes.NODES)
    assert set(schema.key) <= {item.name for item in schema.properties}
    assert schema.type.isupper()


def test_every_relationship_is_drawn_above_its_class() -> None:
    for relationship in relationships.RELATIONSHIPS:
        text = inspect.getsource(sys.modules[relationship.__module__])
        properties = ", ".join(item.name for item in describe_relationship(relationship).properties)
        drawn = f"# (:{relationship.start.__name__})-[:{relationship.type}"
        drawn += f" {{{properties}}}" if relationship is relationships.Endorsed else ""
        assert drawn in text


def test_schema_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_schema(), "run: make docs"


def test_ddl_covers_keys_full_text_and_range() -> None:
    statements = list(create_schema())

    assert "CREATE CONSTRAINT person_id IF NOT EXISTS FOR (n:Person) REQUIRE n.id IS UNIQUE" in statements
    assert (
        "CREATE FULLTEXT INDEX skill_labels IF NOT EXISTS FOR (n:Skill) ON EACH [n.preferred_label, n.alt_labels]"
        in statements
    )
    assert "CREATE INDEX endorsed_skill_id IF NOT EXISTS FOR ()-[r:ENDORSED]-() ON (r.skill_id)" in statements


def test_writes_are_made_from_the_schema() -> None:
    assert merge_nodes(describe_node(nodes.Credential)) == (
        "UNWIND $rows AS row MERGE (n:Credential {id: row.id}) "
        "SET n += row.properties, n.source = $source, n.fingerprint = row.fingerprint "
        "WITH count(n) AS written RETURN written"
    )
    assert "MERGE (a)-[r:ENDORSED {skill_id: row.key[0]}]->(b)" in merge_relationships(
        describe_relationship(relationships.Endorsed)
    )


def test_every_part_that_is_stamped_is_made_of_kinds_there_are() -> None:
    kinds = {node.__name__ for node in nodes.NODES}
    kinds |= {f"{item.start.__name__} {item.type}" for item in relationships.RELATIONSHIPS}

    assert {kind for part in PARTS.values() for kind in part} <= kinds
    assert "THEN ['courses'] ELSE" in merge_nodes(describe_node(nodes.Course))


def test_fingerprint_changes_with_any_value_and_not_with_the_order_of_properties() -> None:
    properties = list_properties(PYTHON)

    assert fingerprint_properties(properties) == fingerprint_properties(dict(reversed(properties.items())))
    assert fingerprint_properties(properties) != fingerprint_properties({**properties, "description": "a language"})
    assert fingerprint_properties({"a": None}) != fingerprint_properties({"a": 0})


def test_diff_finds_what_is_new_changed_the_same_and_gone() -> None:
    renamed = nodes.Skill(id="s2", preferred_label="SQL language")
    known = {
        "s1": fingerprint_properties(list_properties(PYTHON)),
        "s2": "another fingerprint",
        "s9": "of something that is gone",
    }

    difference = diff_items([PYTHON, renamed, nodes.Skill(id="s3", preferred_label="R")], known)

    assert [item.id for item in difference.created] == ["s3"]
    assert [item.id for item in difference.updated] == ["s2"]
    assert difference.unchanged == 1
    assert difference.removed == ("s9",)


def test_parallel_relationships_are_told_apart_by_their_key() -> None:
    given = relationships.Endorsed(start_id="a", end_id="b", skill_id="s1", observed_on=date(2026, 1, 1))

    assert key_of(given) == ("a", "b", "s1")
