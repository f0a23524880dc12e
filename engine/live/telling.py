"""Reads messages as they were told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from engine.live.results import Advice, Message, MessageList, describe_message
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.queries.live import MESSAGES_OF_PERSON, MessageRow
from graph_schema.store import GraphStore

MOST = 200
"""Most messages of one page."""
_ADVICE = TypeAdapter(Advice)


def list_messages(store: GraphStore, person: Named, before: str | None, limit: int) -> MessageList:
    """Return what a person was told, the latest first.

    Args:
        store: The graph, bound to whom the person sees now: of others they read nothing any more.
        person: Who was told.
        before: What the page before was answered with; from the latest when None.
        limit: Most messages to return.

    Raises:
        InvalidInput: A value cannot be used.
    """
    if not 1 <= limit <= MOST:
        raise InvalidInput("limit", f"must be from 1 to {MOST}, and {limit} is not")
    rows = store.ask(MESSAGES_OF_PERSON, person_id=person.id, before=_read_place(before), limit=limit + 1)
    shown = rows[:limit]
    more = f"{shown[-1].written_at.astimezone(UTC).isoformat()} {shown[-1].id}" if len(rows) > limit else None
    return MessageList(person, tuple(to_message(row) for row in shown), more)


def to_message(row: MessageRow) -> Message:
    """Return a message as people and programs read it."""
    advice = _ADVICE.validate_json(row.content)
    return Message(
        id=row.id,
        written_at=row.written_at.astimezone(UTC),
        person=Named(row.person_id, row.person),
        own=row.own,
        role=Named(row.role_id, row.role),
        readiness=row.readiness,
        advice=advice,
        mailed_at=row.mailed_at,
        text=describe_message(row.person, row.role, row.readiness, advice, own=row.own),
    )


def _read_place(before: str | None) -> dict[str, Any] | None:
    if before is None:
        return None
    at, _, id_ = before.partition(" ")
    try:
        return {"at": datetime.fromisoformat(at), "id": id_}
    except ValueError as error:
        raise InvalidInput("before", "is not what a page of messages was answered with") from error
