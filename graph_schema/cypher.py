"""Writes and DDL made from the schema; the only place where Cypher text is built.

Identifiers come from the declarations in ``nodes.py`` and ``relationships.py`` and are checked; values are always
bound parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph_schema.nodes import NODES
from graph_schema.relationships import RELATIONSHIPS
from graph_schema.schema import NodeSchema, RelationshipSchema, describe_node, describe_relationship
from graph_schema.stamps import list_parts, list_parts_under

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# In the same statement, so that no load lifts what people chose for themselves, not even for a moment.
_PREFER_CHOICES = (
    "WITH n OPTIONAL MATCH (choice:PersonalChoice {id: 'choice:' + n.id}) "
    "SET n.inference = coalesce(choice.inference, n.inference), "
    "n.listed_visible = coalesce(choice.listed_visible, n.listed_visible), "
    "n.hidden_visible = coalesce(choice.hidden_visible, n.hidden_visible) "
)

SKILL_VECTORS = "skill_embedding"
"""Name of the vector index."""


def create_schema() -> Iterator[str]:
    """Yield the statements that make every constraint and index but the vector index; each can be run again."""
    for node in map(describe_node, NODES):
        label = _check(node.label)
        yield (
            f"CREATE CONSTRAINT {label.lower()}_{_check(node.key)} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE n.{node.key} IS UNIQUE"
        )
        for item in node.properties:
            if item.index == "range":
                yield (
                    f"CREATE INDEX {label.lower()}_{_check(item.name)} IF NOT EXISTS FOR (n:{label}) ON (n.{item.name})"
                )
        if names := [f"n.{_check(item.name)}" for item in node.properties if item.index == "full_text"]:
            yield (
                f"CREATE FULLTEXT INDEX {label.lower()}_labels IF NOT EXISTS "
                f"FOR (n:{label}) ON EACH [{', '.join(names)}]"
            )
    for relationship in map(describe_relationship, RELATIONSHIPS):
        for item in relationship.properties:
            if item.index == "range":
                kind = _check(relationship.type)
                yield (
                    f"CREATE INDEX {kind.lower()}_{_check(item.name)} IF NOT EXISTS "
                    f"FOR ()-[r:{kind}]-() ON (r.{item.name})"
                )


def create_vector_index(dimension: int) -> str:
    """Return the statement that makes the vector index on ``Skill.embedding``."""
    return (
        f"CREATE VECTOR INDEX {SKILL_VECTORS} IF NOT EXISTS FOR (n:Skill) ON (n.embedding) "
        f"OPTIONS {{indexConfig: {{`vector.dimensions`: {int(dimension)}, `vector.similarity_function`: 'cosine'}}}}"
    )


def drop_vector_index() -> str:
    """Return the statement that removes the vector index, for a change of embedding model."""
    return f"DROP INDEX {SKILL_VECTORS} IF EXISTS"


def merge_nodes(node: NodeSchema) -> str:
    """Return the write of a batch ``$rows`` of ``{id, fingerprint, properties}`` owned by ``$source``."""
    return (
        f"UNWIND $rows AS row MERGE (n:{_check(node.label)} {{{_check(node.key)}: row.id}}) "
        "SET n += row.properties, n.source = $source, n.fingerprint = row.fingerprint "
        f"{_PREFER_CHOICES if node.label == 'Person' else ''}"
        f"WITH count(n) AS written {_stamp(list_parts(node.label))}RETURN written"
    )


def merge_relationships(relationship: RelationshipSchema) -> str:
    """Return the write of a batch ``$rows`` of ``{start, end, key, fingerprint, properties}`` owned by ``$source``."""
    return (
        "UNWIND $rows AS row "
        f"{_match_ends(relationship)} "
        f"MERGE (a)-[r:{_check(relationship.type)}{_key(relationship)}]->(b) "
        "SET r += row.properties, r.source = $source, r.fingerprint = row.fingerprint "
        f"{_count(relationship)} RETURN written"
    )


def delete_nodes(node: NodeSchema) -> str:
    """Return the removal of the nodes ``$ids`` that ``$source`` owns, with all their relationships."""
    return (
        f"UNWIND $rows AS id MATCH (n:{_check(node.label)} {{{_check(node.key)}: id}}) WHERE n.source = $source "
        f"DETACH DELETE n WITH count(*) AS written {_stamp(list_parts_under(node.label))}RETURN written"
    )


def delete_relationships(relationship: RelationshipSchema) -> str:
    """Return the removal of the relationships ``$rows`` that ``$source`` owns."""
    return (
        "UNWIND $rows AS row "
        f"MATCH (a:{_check(relationship.start)} {{id: row.start}})"
        f"-[r:{_check(relationship.type)}{_key(relationship)}]->"
        f"(b:{_check(relationship.end)} {{id: row.end}}) WHERE r.source = $source "
        f"DELETE r {_count(relationship)} RETURN written"
    )


def read_node_fingerprints(node: NodeSchema) -> str:
    """Return the question which nodes ``$source`` has written, and what was in them."""
    return (
        f"MATCH (n:{_check(node.label)}) WHERE n.source = $source "
        f"RETURN n.{_check(node.key)} AS id, n.fingerprint AS fingerprint"
    )


def read_relationship_fingerprints(relationship: RelationshipSchema) -> str:
    """Return the question which relationships ``$source`` has written, and what was in them."""
    keys = ", ".join(f"r.{_check(name)}" for name in relationship.key)
    return (
        f"MATCH (a:{_check(relationship.start)})-[r:{_check(relationship.type)}]->(b:{_check(relationship.end)}) "
        f"WHERE r.source = $source RETURN a.id AS start, b.id AS end, [{keys}] AS key, r.fingerprint AS fingerprint"
    )


def find_foreign_relationships(relationship: RelationshipSchema) -> str:
    """Return the question which of the relationships ``$rows`` are there and not ``$source``'s, and whose they are."""
    return (
        "UNWIND range(0, size($rows) - 1) AS place WITH place, $rows[place] AS row "
        f"MATCH (a:{_check(relationship.start)} {{id: row.start}})"
        f"-[r:{_check(relationship.type)}{_key(relationship)}]->"
        f"(b:{_check(relationship.end)} {{id: row.end}}) WHERE coalesce(r.source, '') <> $source "
        "RETURN place, r.source AS owner ORDER BY place"
    )


def list_node_ids(node: NodeSchema) -> str:
    """Return the question which ids a label holds, and which source owns each."""
    return f"MATCH (n:{_check(node.label)}) RETURN n.{_check(node.key)} AS id, n.source AS source"


def _count(relationship: RelationshipSchema) -> str:
    """Count what was written, and stamp what it is part of; only a mentor's beliefs are part of the moves."""
    parts = list_parts(f"{relationship.start} {relationship.type}")
    if relationship.type != "HAS_SKILL":
        return f"WITH count(*) AS written {_stamp(parts)}"
    return f"WITH count(*) AS written, max(coalesce(a.mentor_hours, 0)) AS hours {_stamp(parts, when='hours > 0')}"


def _stamp(parts: Sequence[str], when: str = "written > 0") -> str:
    """Give parts of the graph a new token where something of them was written."""
    if not parts:
        return ""
    names = ", ".join(f"'{_check(part)}'" for part in parts)
    return (
        f"FOREACH (part IN CASE WHEN {when} THEN [{names}] ELSE [] END | "
        "MERGE (stamp:Stamp {id: part}) SET stamp.token = randomUUID()) "
    )


def _match_ends(relationship: RelationshipSchema) -> str:
    return (
        f"MATCH (a:{_check(relationship.start)} {{id: row.start}}) MATCH (b:{_check(relationship.end)} {{id: row.end}})"
    )


def _key(relationship: RelationshipSchema) -> str:
    if not relationship.key:
        return ""
    return " {" + ", ".join(f"{_check(name)}: row.key[{i}]" for i, name in enumerate(relationship.key)) + "}"


def _check(identifier: str) -> str:
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(f"{identifier!r} is not an identifier")
    return identifier
