"""Writes and DDL made from the schema; only here and in ``object_queries.py`` is Cypher text built.

Identifiers come from the declarations in ``nodes.py`` and ``relationships.py`` and are checked; values are always
bound parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph_schema.event_types import REMOVALS, find_change, name_subject
from graph_schema.nodes import NODES
from graph_schema.relationships import RELATIONSHIPS
from graph_schema.schema import NodeSchema, RelationshipSchema, describe_node, describe_relationship
from graph_schema.stamps import list_parts, list_parts_under
from graph_schema.visibility import LOCK, SETTLE

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# In the same statement, so that no load lifts what people chose for themselves, not even for a moment.
_PREFER_CHOICES = (
    "WITH n OPTIONAL MATCH (choice:PersonalChoice {id: 'choice:' + n.id}) "
    "SET n.inference = coalesce(choice.inference, n.inference), "
    "n.listed_visible = coalesce(choice.listed_visible, n.listed_visible), "
    "n.hidden_visible = coalesce(choice.hidden_visible, n.hidden_visible) "
)

# What is said of a person, a team or the organisation settles what others see of those it is said of.
_SETTLES: dict[str, str] = {
    "Person": f"WITH n CALL (n) {{ WITH n AS p {SETTLE}}} ",
    "Team": f"WITH n CALL (n) {{ MATCH (n)<-[:MEMBER_OF]-(p:Person) {SETTLE}}} ",
    "Tenant": f"WITH n CALL () {{ MATCH (p:Person) {SETTLE}}} ",
    "Person MEMBER_OF": f"WITH a CALL (a) {{ WITH a AS p {SETTLE}}} ",
}
# What goes is said no more.
_SETTLES_WITHOUT: dict[str, str] = {
    "Team": f"CALL (bereft) {{ UNWIND bereft AS p {SETTLE}}} ",
    "Tenant": f"CALL () {{ MATCH (p:Person) {SETTLE}}} ",
}

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
        f"{_lock(node.label)}UNWIND $rows AS row MERGE (n:{_check(node.label)} {{{_check(node.key)}: row.id}}) "
        "SET n += row.properties, n.source = $source, n.fingerprint = row.fingerprint "
        f"{_PREFER_CHOICES if node.label == 'Person' else ''}{_SETTLES.get(node.label, '')}"
        f"{_announce(node.label, 'count(n) AS written')}{_stamp(list_parts(node.label))}RETURN written"
    )


def merge_relationships(relationship: RelationshipSchema) -> str:
    """Return the write of a batch ``$rows`` of ``{start, end, key, fingerprint, properties}`` owned by ``$source``."""
    kind = f"{relationship.start} {relationship.type}"
    return (
        f"{_lock(kind)}UNWIND $rows AS row "
        f"{_match_ends(relationship)} "
        f"MERGE (a)-[r:{_check(relationship.type)}{_key(relationship)}]->(b) "
        "SET r += row.properties, r.source = $source, r.fingerprint = row.fingerprint "
        f"{_SETTLES.get(kind, '')}{_count(relationship)} RETURN written"
    )


def delete_nodes(node: NodeSchema) -> str:
    """Return the removal of the nodes ``$ids`` that ``$source`` owns, with all their relationships."""
    return (
        f"{_lock(node.label)}UNWIND $rows AS id "
        f"MATCH (n:{_check(node.label)} {{{_check(node.key)}: id}}) WHERE n.source = $source "
        f"{_delete(node.label)}{_stamp(list_parts_under(node.label))}RETURN written"
    )


def delete_relationships(relationship: RelationshipSchema) -> str:
    """Return the removal of the relationships ``$rows`` that ``$source`` owns; ``''`` stands for no data set."""
    kind = f"{relationship.start} {relationship.type}"
    return (
        f"{_lock(kind)}UNWIND $rows AS row "
        f"MATCH (a:{_check(relationship.start)} {{id: row.start}})"
        f"-[r:{_check(relationship.type)}{_key(relationship)}]->"
        f"(b:{_check(relationship.end)} {{id: row.end}}) WHERE coalesce(r.source, '') = $source "
        f"DELETE r {_SETTLES.get(kind, '')}{_count(relationship)} RETURN written"
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
    """Count, announce and stamp what was written; only a mentor's beliefs are part of the moves."""
    kind = f"{relationship.start} {relationship.type}"
    if relationship.type != "HAS_SKILL":
        return f"{_announce(kind, 'count(*) AS written')}{_stamp(list_parts(kind))}"
    counted = "count(*) AS written, max(coalesce(a.mentor_hours, 0)) AS hours"
    return f"{_announce(kind, counted)}{_stamp(list_parts(kind), when='hours > 0')}"


def _announce(kind: str, counted: str) -> str:
    """Count what was written of a kind, and make an event for each subject of it."""
    change = find_change(kind)
    if not change:
        return f"WITH {counted} "
    if kind in ("Evidence", "Evidence FROM", "Evidence BY"):
        evidence = "n" if kind == "Evidence" else "a"
        find, subject = (
            f"WITH {evidence} OPTIONAL MATCH ({evidence})-[:ABOUT]->(about:Person) ",
            _subject("Person", "about"),
        )
    elif kind in ("Person ENDORSED", "Evidence ABOUT"):
        find, subject = "", _subject("Person", "b")
    else:
        label, _, type_ = kind.partition(" ")
        find, subject = "", _subject(label, "a" if type_ else "n")
    return (
        f"{find}WITH {counted}, collect(DISTINCT {subject}) AS subjects "
        f"FOREACH (subject IN subjects | {_make_event(repr(change), 'subject')}) "
    )


def _lock(kind: str) -> str:
    """Take the lock on what others see of people, where a kind settles it, before anything of it is read."""
    return f"{LOCK}WITH count(*) AS locked " if kind in _SETTLES else ""


def _delete(label: str) -> str:
    """Delete nodes ``n``, and make an event for each of them and for whatever was joined to them."""
    told = [f"MATCH {pattern} RETURN DISTINCT ['{change}', {subject}]" for pattern, change, subject in _touch(label)]
    if removal := REMOVALS.get(label):
        told.append(f"RETURN ['{removal}', {_subject(label, 'n')}]")
    settle = _SETTLES_WITHOUT.get(label, "")
    if not told:
        return f"DETACH DELETE n WITH count(*) AS written {settle}"
    bereft = ", COLLECT { UNWIND gone AS n MATCH (n)<-[:MEMBER_OF]-(p:Person) RETURN p } AS bereft" if settle else ""
    collected = " UNION ".join(f"UNWIND gone AS n {item} AS event" for item in told)
    return (
        f"WITH collect(n) AS gone WITH gone, COLLECT {{ {collected} }} AS told{bereft} "
        "FOREACH (n IN gone | DETACH DELETE n) "
        f"FOREACH (event IN told | {_make_event('event[0]', 'event[1]')}) "
        f"{f'WITH gone, bereft {settle}' if settle else ''}WITH size(gone) AS written "
    )


def _touch(label: str) -> Iterator[tuple[str, str, str]]:
    """Yield what the removal of nodes of a label changes: the pattern that finds it, the type and the subject."""
    if label == "Evidence":
        yield "(n)-[:ABOUT]->(x:Person)", "skillway.person.changed", _subject("Person", "x")
    for relationship in map(describe_relationship, RELATIONSHIPS):
        start, end, type_ = map(_check, (relationship.start, relationship.end, relationship.type))
        if not (change := find_change(f"{start} {type_}")):
            continue
        if type_ == "ENDORSED" and start == label:
            yield f"(n)-[:{type_}]->(x:{end})", change, _subject(end, "x")
        elif start == "Evidence" and end == label and type_ != "ABOUT":
            yield f"(n)<-[:{type_}]-(:Evidence)-[:ABOUT]->(x:Person)", change, _subject("Person", "x")
        elif end == label and start != "Evidence" and type_ != "ENDORSED":
            yield f"(n)<-[:{type_}]-(x:{start})", change, _subject(start, "x")


def _make_event(change: str, subject: str) -> str:
    # Each write makes an event of its own, so that no write waits for another, nor for whoever publishes. The clock is
    # read when what was written is locked already, so that of two writes to one thing the later has the later time.
    return (
        f"CREATE (:PendingEvent {{id: 'event:' + randomUUID(), type: {change}, subject: {subject}, "
        "occurred_at: datetime.realtime(), data: '{}'})"
    )


def _subject(label: str, variable: str) -> str:
    return f"'{name_subject(_check(label).lower(), '')}' + {variable}.id"


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


def check_identifier(identifier: str) -> str:
    """Return an identifier as it is.

    Raises:
        ValueError: It is none, and could be Cypher of its own.
    """
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(f"{identifier!r} is not an identifier")
    return identifier


_check = check_identifier
