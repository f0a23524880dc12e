"""Events for a part of Skillway itself: what is written about each of them is written once, whatever processes run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.event_results import PublishedEvent
from engine.events.read import read_page
from graph_schema.graph import Graph
from graph_schema.queries.events import CURSOR, EVENT_ENDS, LOCK_CURSOR, MOVE_CURSOR
from graph_schema.store import GraphStore

Write = Callable[[Graph], None]
"""Writes what is to be done about some events, all of it through the graph that it is given; it may be called again."""
Prepare = Callable[[Sequence[PublishedEvent]], Write]
"""Reads and computes what is to be done about some events, and writes nothing."""


def consume_events(
    store: GraphStore, consumer: str, prepare: Prepare, *, types: Sequence[str] = (), limit: int = 100
) -> int | None:
    """Hand a consumer the events that it has not had; returns how many, 0 when it has had all, None when it is new.

    What is written about them and the consumer's place are one transaction: either both are there, or neither is and
    the events come again. Of several processes that prepare the same events, the first to write counts, and the others
    go on from where it got to. A consumer that is new, or fell behind what is kept, must look at everything anew, and
    begins with :func:`begin_anew`.

    Args:
        store: The graph.
        consumer: Its name, the same for ever.
        prepare: Finds out what is to be written; it is called outside of the transaction, so it may take its time.
        types: The types it wants; all when none is given.
        limit: Most events at a time.

    Raises:
        EventsPruned: Events that it has not had are no longer kept.
    """
    found = store.ask(CURSOR, consumer=consumer)
    place = found[0].number if found else None
    if place is None:
        return None
    page = read_page(store, place, types, limit=limit)
    if page.last == place:
        return 0
    write = prepare(page.events) if page.events else None

    def finish(graph: Graph) -> int:
        if graph.ask(LOCK_CURSOR, consumer=consumer)[0].number != place:
            return 0
        if write:
            write(graph)
        graph.ask(MOVE_CURSOR, consumer=consumer, number=page.last)
        return len(page.events)

    return store.transact(f"consume_events {consumer}", finish)


def begin_anew(store: GraphStore, consumer: str, after: int | None = None) -> None:
    """Have a consumer begin after an event, the newest when none is named, whether it is new or fell behind."""

    def begin(graph: Graph) -> None:
        graph.ask(LOCK_CURSOR, consumer=consumer)
        number = graph.ask(EVENT_ENDS)[0].number if after is None else after
        graph.ask(MOVE_CURSOR, consumer=consumer, number=number)

    store.transact(f"begin_anew {consumer}", begin)
