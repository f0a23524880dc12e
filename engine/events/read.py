"""Reads published events in their order, from where a reader left off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import cast

from engine.event_results import EventPage, PublishedEvent
from graph_schema.errors import EventsPruned, InvalidInput
from graph_schema.event_types import EVENT_TYPES
from graph_schema.graph import Graph
from graph_schema.queries.events import EVENT_ENDS, EVENTS_AFTER, PENDING_EVENTS, EventRow

MOST = 1000
"""Most events of one page."""


def read_page(
    graph: Graph, after: int | None, types: Sequence[str] = (), subjects: Sequence[str] = (), limit: int = 100
) -> EventPage:
    """Return the events after a number, oldest first, and the number to go on from.

    Args:
        graph: The graph.
        after: Number of the last event that the reader has; from the first that is kept when None.
        types: Only of these types; of all when empty.
        subjects: Only about these; about all when empty.
        limit: Most events to return.

    Raises:
        InvalidInput: A type is unknown, the limit is out of range, or no event has had the number yet.
        EventsPruned: Events after the number are no longer kept.
    """
    check_types(types)
    if not 1 <= limit <= MOST:
        raise InvalidInput("limit", f"must be from 1 to {MOST}, and {limit} is not")
    [ends] = graph.ask(EVENT_ENDS)
    start = ends.pruned_through if after is None else after
    if start > ends.number:
        raise InvalidInput("after", f"{start} is after the newest event, {ends.number}; was the graph restored?")
    rows = graph.ask(
        EVENTS_AFTER, after=start, through=ends.number, types=list(types), subjects=list(subjects), most=limit
    )
    # Others may have pruned in between, and say so before they do it.
    [now] = graph.ask(EVENT_ENDS)
    if after is not None and after < now.pruned_through:
        raise EventsPruned(after, now.pruned_through)
    # With room left on the page there are no others up to the end, so the next page need not look at them again.
    last = rows[-1].number if len(rows) == limit else ends.number
    return EventPage(events=tuple(map(to_event, rows)), last=last, newest=ends.number)


def has_news(graph: Graph, after: int) -> bool:
    """Return whether there is anything to read after a number: one small question, for who looks again and again."""
    [found] = graph.ask(PENDING_EVENTS)
    return found.newest > after or found.count > 0 or found.unshown


def to_event(row: EventRow) -> PublishedEvent:
    """Return an event as consumers get it."""
    return PublishedEvent(
        number=row.number,
        id=row.id,
        type=row.type,
        subject=row.subject,
        occurred_at=row.occurred_at.astimezone(UTC),
        data=cast(dict[str, str], json.loads(row.data)),
    )


def check_types(types: Sequence[str]) -> None:
    """Refuse a type that there is not.

    Raises:
        InvalidInput: It is not one of ``graph_schema/event_types.py``.
    """
    if unknown := [name for name in types if name not in EVENT_TYPES]:
        raise InvalidInput("types", f"{unknown[0]!r} is not one of {', '.join(EVENT_TYPES)}")
