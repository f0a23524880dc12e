"""Publishing: gives events their place in one order, whatever processes write and publish.

A write leaves an event of its own and waits for nobody. Publishing takes what is committed, under a lock on both ends
of the log, keeps one of those that say the same, and numbers them without a gap: whoever has read up to a number has
missed nothing before it. Events that say the same after that are new ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from graph_schema.graph import Graph
from graph_schema.queries.events import (
    LOCK_EVENTS,
    MARK_PRUNED,
    PENDING_EVENTS,
    PRUNE_EVENTS,
    PUBLISH_EVENTS,
    SHOW_EVENTS,
)
from graph_schema.store import GraphStore

BATCH = 20_000
"""Events in one transaction, so that a first load of a whole company fits in the server's memory."""


def publish_events(store: GraphStore, now: datetime) -> int:
    """Publish every event that was left by a write that is through; returns how many were published.

    Args:
        store: The graph.
        now: The time of publishing, from which their retention counts.
    """

    def publish(graph: Graph) -> int:
        graph.ask(LOCK_EVENTS)
        return graph.ask(PUBLISH_EVENTS, most=BATCH, now=now)[0].written

    published = 0
    [pending] = store.ask(PENDING_EVENTS)
    if pending.unshown:
        # Whoever gave them their numbers died before it said so.
        store.ask(SHOW_EVENTS)
    while pending.count:
        published += store.transact("publish_events", publish)
        store.ask(SHOW_EVENTS)
        [pending] = store.ask(PENDING_EVENTS)
    return published


def prune_events(store: GraphStore, now: datetime, retention_days: int) -> int:
    """Remove the events that were published longer ago than they are kept; returns how many went."""
    store.ask(MARK_PRUNED, before=now - timedelta(days=retention_days))
    pruned = gone = store.ask(PRUNE_EVENTS, most=BATCH)[0].written
    while gone == BATCH:
        gone = store.ask(PRUNE_EVENTS, most=BATCH)[0].written
        pruned += gone
    return pruned
