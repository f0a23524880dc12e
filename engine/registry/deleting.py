"""Objects deleted: never what something else needs, and never a person, who is erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.registry import endorsements
from engine.registry.changes import say_owner
from engine.registry.kinds import KINDS, EdgeKind, Kind, find_kind
from engine.registry.preconditions import check_match
from engine.registry.reading import make_etag, read_object, to_values
from engine.registry.results import Deletion
from engine.registry.writing import Refresh
from graph_schema.errors import InUse, NotFound, OwnedElsewhere
from graph_schema.evidence_ids import API
from graph_schema.graph import Graph
from graph_schema.nodes import Person
from graph_schema.object_queries import Use, list_uses, lock_objects, read_objects
from graph_schema.queries.evidence import WITHDRAW_EVIDENCE
from graph_schema.queries.objects import LOCK_KINDS, LOCK_PEOPLE, WITHDRAW_ENDORSEMENT
from graph_schema.schema import describe_relationship
from graph_schema.store import GraphStore


def delete_object(
    store: GraphStore, kind_name: str, object_id: str, if_match: Sequence[str] | None, refresh: Refresh
) -> Deletion:
    """Delete an object with what goes out from it; evidence and endorsements are withdrawn and stay on record.

    Raises:
        NotFound: It is not there.
        ChangedMeanwhile: It is not as the caller has seen it.
        OwnedElsewhere: It belongs to a data set.
        InUse: Something else needs it, or it is a person.
    """
    kind = find_kind(kind_name)

    def delete(graph: Graph) -> Deletion:
        # Every kind, so that nobody comes to need it between the question and the removal.
        graph.ask(LOCK_KINDS, kinds=[*KINDS])
        if isinstance(kind, EdgeKind) or kind.said:
            return _withdraw(graph, kind, object_id, if_match, refresh)
        return _remove(graph, kind, object_id, if_match)

    return store.transact(f"delete_{kind.name}", delete)


def _remove(graph: Graph, kind: Kind, object_id: str, if_match: Sequence[str] | None) -> Deletion:
    graph.ask(lock_objects(kind.node), ids=[object_id])
    found = graph.ask(read_objects(kind.shape), ids=[object_id])
    check_match(if_match, make_etag(to_values(kind, found[0])) if found else None)
    if not found:
        raise NotFound(kind.singular, object_id)
    [row] = found
    if kind.node is Person:
        raise InUse(
            f"a person is not deleted but erased, with all there is about them: DELETE /v1/people/{object_id} "
            "(skillway rights erase)"
        )
    if row.source != API:
        whose = f"this {kind.singular} {say_owner(row.source)}"
        raise OwnedElsewhere(f"{whose}; take it out there, or write it with take_over=true first", row.source)
    if uses := graph.ask(list_uses(kind.node), id=object_id):
        raise InUse(f"{kind.singular} {object_id!r} is in use: {'; '.join(map(_say_use, uses))}")
    gone = Counter(
        {
            _say_kind(relationship): len(rows)
            for relationship, rows in zip(kind.shape.relationships, row.links, strict=True)
            if rows
        }
    )
    graph.delete_nodes(kind.node, API, [object_id])
    return Deletion(kind.name, object_id, "deleted", dict(gone))


def _withdraw(
    graph: Graph, kind: Kind | EdgeKind, object_id: str, if_match: Sequence[str] | None, refresh: Refresh
) -> Deletion:
    person = read_object(graph, kind.name, object_id).values["person_id"]
    graph.ask(LOCK_PEOPLE, person_ids=[person])
    # Read again: whoever had the lock may have changed it.
    check_match(if_match, read_object(graph, kind.name, object_id).etag)
    if isinstance(kind, EdgeKind):
        triple = endorsements.read_id(object_id)
        if triple is None:
            raise NotFound(kind.singular, object_id)
        endorser, person, skill = triple
        graph.ask(WITHDRAW_ENDORSEMENT, endorser_id=endorser, person_id=person, skill_id=skill)
    else:
        graph.ask(WITHDRAW_EVIDENCE, evidence_id=object_id)
    refresh(graph, [person])
    return Deletion(kind.name, object_id, "withdrawn", {})


def _say_use(use: Use) -> str:
    more = f" and {use.count - len(use.first)} more" if use.count > len(use.first) else ""
    return f"{use.label} {', '.join(use.first)}{more} ({use.type})"


def _say_kind(relationship: type) -> str:
    schema = describe_relationship(relationship)
    return f"(:{schema.start})-[:{schema.type}]->(:{schema.end})"
