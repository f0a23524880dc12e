"""Publishes and sends for as long as a service runs; any number of these may run on one graph."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import uuid4

from engine.events.deliver import Courier, Send, deliver_events
from engine.events.publish import prune_events, publish_events
from engine.postings import open_postings
from engine.settings import EventSettings
from graph_schema.errors import SkillwayError
from graph_schema.queries.subscriptions import DUE_SUBSCRIPTIONS, PRUNE_DEAD_LETTERS
from graph_schema.store import GraphStore

AT_ONCE = 4
"""Subscriptions that one worker sends for at the same time: a slow receiver holds up its own alone."""
_PRUNE_EVERY = timedelta(hours=1)
_WAIT_FOR_GRAPH = 5.0

_log = logging.getLogger("skillway.events")


def name_worker() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def read_clock() -> datetime:
    """Return the time (UTC)."""
    return datetime.now(UTC)


@dataclass
class DeliveryWorker:
    """Publishes what writes have left, sends it to those who subscribe, prunes what is old, and has memory follow.

    Attributes:
        store: The graph.
        settings: Of events.
        send: Sends one message; as :class:`~engine.events.deliver.Courier` says.
        clock: The time.
        stopping: Set to have :meth:`run` end once the messages under way are through.
    """

    store: GraphStore
    settings: EventSettings
    send: Send
    clock: Callable[[], datetime] = read_clock
    stopping: Event = field(default_factory=Event)
    _running: dict[str, Future[int]] = field(default_factory=dict[str, Future[int]])
    _pruned_at: datetime | None = None

    def run(self) -> None:
        """Work until it is told to stop; a graph that does not answer is tried again."""
        courier = Courier(self.store, self.settings, self.send, self.clock, name_worker(), self.stopping.is_set)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="skillway-deliver") as pool:
            while not self.stopping.is_set():
                try:
                    self._look(courier, pool)
                    wait = self.settings.interval
                except SkillwayError as error:
                    _log.warning("events are not published for now: %s", error)
                    wait = _WAIT_FOR_GRAPH
                except Exception:
                    # Nobody else would say so: events would stop for good, and the service go on.
                    _log.exception("events are not published for now, for a reason that was not foreseen")
                    wait = _WAIT_FOR_GRAPH
                self.stopping.wait(wait)

    def _look(self, courier: Courier, pool: ThreadPoolExecutor) -> None:
        now = self.clock()
        publish_events(self.store, now)
        open_postings(self.store.whole).catch_up()
        if self._pruned_at is None or now - self._pruned_at > _PRUNE_EVERY:
            prune_events(self.store, now, self.settings.retention_days)
            self.store.ask(PRUNE_DEAD_LETTERS, before=now - timedelta(days=self.settings.retention_days))
            self._pruned_at = now
        for id_, future in list(self._running.items()):
            if future.done():
                self._say_failure(id_, future)
                del self._running[id_]
        for item in self.store.ask(DUE_SUBSCRIPTIONS, now=now):
            if item.id not in self._running:
                self._running[item.id] = pool.submit(deliver_events, courier, item.id)

    def _say_failure(self, id_: str, future: Future[int]) -> None:
        if error := future.exception():
            # The lease ends by itself, and the subscription is then due again.
            _log.error("sending for %s ended: %s", id_, error, exc_info=error)
