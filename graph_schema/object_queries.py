"""Questions about objects as they are stored, made from the schema: a node with the relationships that go out from it.

A shape says which node and which relationships. Identifiers come from the declarations and are checked, as in
``cypher.py``; values are bound parameters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, cast

from graph_schema.cypher import check_identifier
from graph_schema.query import Query
from graph_schema.schema import Node, Relationship, describe_node, describe_relationship


@dataclass(frozen=True)
class Shape:
    """A label with the relationships going out from it that are part of the object."""

    node: type[Node]
    relationships: tuple[type[Relationship], ...] = ()


@dataclass(frozen=True)
class LinkRow:
    """One relationship of an object: where it leads, what it carries, and the data set that owns it."""

    end: str
    properties: dict[str, Any]
    source: str | None


@dataclass(frozen=True)
class ObjectRow:
    """An object as it is stored; ``links`` holds its relationships in the order of the shape."""

    id: str
    source: str | None
    properties: dict[str, Any]
    links: list[list[LinkRow]]


@dataclass(frozen=True)
class KnownId:
    """An id that the graph holds."""

    id: str


@dataclass(frozen=True)
class Use:
    """How many nodes of a label point to an object by a type of relationship, and the first of them."""

    label: str
    type: str
    count: int
    first: list[str]


def read_objects(shape: Shape) -> Query[ObjectRow]:
    """Return the question for the objects ``$ids``; those that are not there are left out."""
    return _ask_objects(f"read_{_say(shape)}", f"UNWIND $ids AS id MATCH (n:{_label(shape)} {{id: id}}) ", shape)


def page_objects(
    shape: Shape, equal: Collection[str] = (), ends: Sequence[type[Relationship]] = (), *, search: bool = False
) -> Query[ObjectRow]:
    """Return the question for the first ``$limit`` objects after the id ``$after``, in the order of ids.

    Args:
        shape: What is read of each.
        equal: Properties that must be as ``$equal`` has them.
        ends: Relationships that must lead to the ids in ``$ends``, in this order.
        search: Whether the full-text index must find ``$words`` in it.

    ``$within``, where it is not null, lists the ids that may be answered.
    """
    label = _label(shape)
    if search:
        start = f"CALL db.index.fulltext.queryNodes('{label.lower()}_labels', $words) YIELD node AS n WITH n "
    else:
        start = f"MATCH (n:{label}) "
    wanted = ["($after IS NULL OR n.id > $after)" if search else "n.id > coalesce($after, '')"]
    wanted += ["($within IS NULL OR n.id IN $within)"]
    wanted += [f"n.{check_identifier(name)} = $equal.{name}" for name in sorted(equal)]
    text = f"{start}WHERE {' AND '.join(wanted)} "
    for place, relationship in enumerate(ends):
        schema = describe_relationship(relationship)
        text += (
            f"MATCH (n)-[:{check_identifier(schema.type)}]->(:{check_identifier(schema.end)} {{id: $ends[{place}]}}) "
        )
    return _ask_objects(f"page_{_say(shape)}", f"{text}WITH n ORDER BY n.id LIMIT $limit ", shape)


def find_known(node: type[Node]) -> Query[KnownId]:
    """Return the question which of ``$ids`` a label holds."""
    label = check_identifier(describe_node(node).label)
    text = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id AS id"
    return Query(name=f"known_{label}", text=cast(LiteralString, text), row=KnownId)


def lock_objects(node: type[Node]) -> Query[KnownId]:
    """Return the write that keeps others from writing to the nodes ``$ids`` until the transaction ends."""
    label = check_identifier(describe_node(node).label)
    # Writing a property is how Cypher takes the lock.
    text = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) SET n.locked = true REMOVE n.locked RETURN n.id AS id"
    return Query(name=f"lock_{label}", text=cast(LiteralString, text), row=KnownId, access="write")


def list_uses(node: type[Node]) -> Query[Use]:
    """Return the question what points to the node ``$id``, beliefs aside, which follow from the rest."""
    label = check_identifier(describe_node(node).label)
    endorsed = "UNION MATCH (m:Person)-[r:ENDORSED {skill_id: $id}]->(:Person) RETURN m, r " if label == "Skill" else ""
    text = (
        f"CALL () {{ MATCH (:{label} {{id: $id}})<-[r]-(m) WHERE type(r) <> 'HAS_SKILL' AND m.id <> $id RETURN m, r "
        f"{endorsed}}} WITH m, r ORDER BY m.id "
        "RETURN labels(m)[0] AS label, type(r) AS type, count(r) AS count, collect(m.id)[..3] AS first "
        "ORDER BY label, type"
    )
    return Query(name=f"uses_{label}", text=cast(LiteralString, text), row=Use)


def _ask_objects(name: str, start: str, shape: Shape) -> Query[ObjectRow]:
    # A vector is long and nobody's to read: it follows from the text.
    names = [item.name for item in describe_node(shape.node).properties if item.index != "vector"]
    links = ", ".join(map(_collect_links, shape.relationships))
    text = (
        f"{start}RETURN n.id AS id, n.source AS source, n {{{_project(names)}}} AS properties, [{links}] AS links "
        "ORDER BY id"
    )
    return Query(name=name, text=cast(LiteralString, text), row=ObjectRow)


def _collect_links(relationship: type[Relationship]) -> str:
    schema = describe_relationship(relationship)
    names = [item.name for item in schema.properties]
    order = ", ".join(["m.id", *(f"r.{check_identifier(name)}" for name in schema.key)])
    return (
        f"COLLECT {{ MATCH (n)-[r:{check_identifier(schema.type)}]->(m:{check_identifier(schema.end)}) "
        f"RETURN {{end: m.id, source: r.source, properties: r {{{_project(names)}}}}} ORDER BY {order} }}"
    )


def _project(names: Sequence[str]) -> str:
    return ", ".join(f".{check_identifier(name)}" for name in names)


def _label(shape: Shape) -> str:
    return check_identifier(describe_node(shape.node).label)


def _say(shape: Shape) -> str:
    return _label(shape).lower()
