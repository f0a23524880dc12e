"""Events for a part of Skillway itself: each of them dealt with exactly once, whatever processes run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.event_results import PublishedEvent
from engine.events.read import read_page
from graph_schema.graph import Graph
from graph_schema.queries.events import EVENT_ENDS, LOCK_CURSOR, MOVE_CURSOR
from graph_schema.store import GraphStore

Work = Callable[[Graph, Sequence[PublishedEvent]], None]
"""What is done about some events; all that it writes goes through the graph that it is given."""


def consume_events(store: GraphStore, consumer: str, work: Work, *, types: Sequence[str] = (), limit: int = 100) -> int:
    """Hand a consumer the events that it has not had; returns how many, 0 when it has had all.

    What the work writes and the consumer's place are one transaction: either both are there, or neither is and the
    events come again. Of several processes one works at a time, and the others then go on from where it got to. A
    consumer that is new begins with the next event; one that fell behind what is kept must look at everything anew,
    then begin again with :func:`begin_anew`.

    Args:
        store: The graph.
        consumer: Its name, the same for ever.
        work: What is done; it may be called again with the same events when its transaction has to give way.
        types: The types it wants; all when none is given.
        limit: Most events at a time.

    Raises:
        EventsPruned: Events that it has not had are no longer kept.
    """

    def consume(graph: Graph) -> int:
        place = graph.ask(LOCK_CURSOR, consumer=consumer)[0].number
        if place is None:
            begin = graph.ask(EVENT_ENDS)[0].number
            graph.ask(MOVE_CURSOR, consumer=consumer, number=begin)
            return 0
        page = read_page(graph, place, types, limit=limit)
        if page.events:
            work(graph, page.events)
        if page.last != place:
            graph.ask(MOVE_CURSOR, consumer=consumer, number=page.last)
        return len(page.events)

    return store.transact(f"consume_events {consumer}", consume)


def begin_anew(store: GraphStore, consumer: str) -> None:
    """Have a consumer begin with the next event, whether it is new or fell behind."""

    def begin(graph: Graph) -> None:
        graph.ask(LOCK_CURSOR, consumer=consumer)
        graph.ask(MOVE_CURSOR, consumer=consumer, number=graph.ask(EVENT_ENDS)[0].number)

    store.transact(f"begin_anew {consumer}", begin)
