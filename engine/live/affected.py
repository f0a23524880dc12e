"""From what has changed to whom it may bring nearer to a role: these, and nobody else, are looked at again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import require_levels
from engine.event_results import PublishedEvent
from graph_schema.event_types import SKILLS_CHANGED
from graph_schema.queries.live import POOL_WATCHES, ROLES_WATCHED_BY, TOLD_OF_MOVES, WATCHED_ROLES
from graph_schema.queries.roles import REQUIREMENTS_OF_ROLE
from graph_schema.store import GraphStore

MOVE_EVENTS = tuple(
    f"skillway.{kind}.{what}" for kind in ("course", "project", "assessment") for what in ("changed", "removed")
)
TYPES = ("skillway.role.changed", "skillway.person.changed", SKILLS_CHANGED, *MOVE_EVENTS)
"""Types of events that may bring somebody nearer to a role, or change what would."""

Affected = dict[str, set[str] | None]
"""Role id -> the people to look at again; None for everybody who is watched."""


def find_affected(
    store: GraphStore, events: Sequence[PublishedEvent], read_catalogue: Callable[[], MoveGraph]
) -> Affected:
    """Find which people to look at again, for which roles.

    A role that changed concerns all who are watched for it. A person who changed concerns the roles for which they are.
    A move that changed concerns the roles to which it can be on a bridge, and who was told of it before: a bridge may
    have become cheaper, or may no longer be there.

    Args:
        store: The whole graph.
        events: What has changed, of :data:`TYPES`.
        read_catalogue: Gives the moves on offer now; called only where a move has changed.
    """
    affected: Affected = {}
    people, moves = set[str](), set[str]()
    for event in events:
        kind, _, id_ = event.subject.partition(":")
        if kind == "role":
            affected[id_] = None
        elif kind == "person":
            people.add(id_)
        else:
            moves.add(id_)
    if people:
        _add_people(store, affected, people)
    if moves:
        _add_moves(store, affected, moves, read_catalogue())
    return affected


def _add_people(store: GraphStore, affected: Affected, people: Collection[str]) -> None:
    for row in store.ask(ROLES_WATCHED_BY, person_ids=sorted(people)):
        _add(affected, row.role_id, row.person_ids)
    # Who is watched by others is decided where it is known whom these see.
    for role_id in {row.role_id for row in store.ask(POOL_WATCHES)}:
        _add(affected, role_id, people)


def _add_moves(store: GraphStore, affected: Affected, moves: Collection[str], catalogue: MoveGraph) -> None:
    for row in store.ask(TOLD_OF_MOVES, move_ids=sorted(moves)):
        _add(affected, row.role_id, row.person_ids)
    offered = [id_ for id_ in moves if id_ in catalogue.index]
    if not offered:
        return
    for role in store.ask(WATCHED_ROLES):
        if affected.get(role.id, ()) is None:
            continue
        requires = require_levels(store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id))
        if not catalogue.list_relevant(requires).isdisjoint(offered):
            affected[role.id] = None


def _add(affected: Affected, role_id: str, people: Iterable[str]) -> None:
    known = affected.setdefault(role_id, set())
    if known is not None:
        known.update(people)
