"""Sends events to one subscription: at least once, in order for each subject, and never from two workers at once.

A subscription has a cursor: all events up to it were sent or put aside. An event that fails is put aside with the time
of its next attempt, and later ones of its subject behind it; other subjects go on. After the last attempt it is a dead
letter, and what waited behind it goes on. All of this is in the graph, so any worker can take over: who sends holds a
lease, which ends by itself when the worker dies. What was sent since the last place was kept is then sent again.

Where many sendings fail one after the other, whatever the subject, the receiver is down: it is left to rest, then tried
with one event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from engine.beliefs import SOURCE
from engine.event_results import PublishedEvent
from engine.events.messages import Message, sign_message
from engine.events.read import to_event
from engine.events.secrets import open_secret
from engine.events.targets import parse_target
from engine.settings import EventSettings
from graph_schema.errors import InvalidInput
from graph_schema.event_types import PING, name_subject
from graph_schema.graph import Graph
from graph_schema.nodes import Delivery
from graph_schema.queries.events import EVENT_ENDS, EVENTS_AFTER, EventRow
from graph_schema.queries.subscriptions import (
    END_LEASE,
    EVENTS_LEFT,
    HELD_SUBJECTS,
    KEEP_PLACE,
    REMOVE_DELIVERY,
    SUBSCRIPTIONS,
    TAKE_LEASE,
    WAITING_DELIVERIES,
    DeliveryRow,
    SubscriptionRow,
)
from graph_schema.store import GraphStore

RETRY_AFTER = (5.0, 30.0, 120.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
"""Seconds to wait after the first failed attempt, the second …; after the one behind the last wait it is given up."""
JITTER = 0.2
"""Share by which a wait is longer or shorter, so that what failed together is not tried together."""
LEASE = timedelta(seconds=60)
"""How long a worker may be silent before another takes over."""
BATCH = 50
"""Events between two writes of the place: as many may be sent twice when a worker dies."""
PATIENCE = 5
"""Failures one after the other after which a receiver is left to rest."""
_LONGEST_REST = 600.0


@dataclass(frozen=True)
class Answer:
    """What came of sending a message: the status, if there was an answer; and else what went wrong."""

    status: int | None
    problem: str | None = None
    retry_after: float | None = None
    """Seconds after which the receiver asks to be tried again."""

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


Send = Callable[[Message], Answer]


@dataclass(frozen=True)
class Courier:
    """Who sends: where the graph is, how a message is sent, and by what clock.

    Attributes:
        store: The graph.
        settings: Of events.
        send: Sends one message; it takes at most a quarter of the lease, and raises nothing.
        clock: The time (UTC).
        worker: Its name; no other worker has it.
        stopped: Whether it is to stop between two messages.
    """

    store: GraphStore
    settings: EventSettings
    send: Send
    clock: Callable[[], datetime]
    worker: str
    stopped: Callable[[], bool] = lambda: False


class _LeaseLost(Exception):
    """Another worker has taken over."""


@dataclass
class _Round:
    """What came of some messages, until it is written."""

    row: SubscriptionRow
    began_at: datetime
    delivered: list[str] = field(default_factory=list[str])
    put_aside: list[Delivery] = field(default_factory=list[Delivery])
    sent: int = 0


def deliver_events(courier: Courier, subscription_id: str) -> int:
    """Send a subscription all that is due; returns how many messages were taken.

    Nothing is sent when another worker sends for it, or it is paused or at rest.
    """
    now = courier.clock()
    if not _take_lease(courier.store, courier, subscription_id):
        return 0
    taken = 0
    try:
        while not courier.stopped():
            found = courier.store.ask(SUBSCRIPTIONS, subscription_id=subscription_id)
            now = courier.clock()
            if not found or found[0].paused_at or (found[0].rest_until and found[0].rest_until > now):
                break
            done = _Round(replace(found[0], rest_until=None), now)
            again = _send_again(courier, done)
            new = _send_new(courier, done) if _may_go_on(courier, done) else False
            if not (again or new):
                break
            courier.store.transact("keep_deliveries", lambda graph, done=done: _keep(graph, courier, done))
            taken += done.sent
    except _LeaseLost:
        return taken
    courier.store.ask(END_LEASE, subscription_id=subscription_id, worker=courier.worker)
    return taken


def send_ping(courier: Courier, row: SubscriptionRow) -> Answer:
    """Send a message that says nothing, whatever waits; it is not tried again."""
    event = PublishedEvent(0, f"event:{uuid4()}", PING, name_subject("subscription", row.id), courier.clock(), {})
    return _send(courier, row, event)


def wait_after(attempts: int, delivery_id: str, asked: float | None = None) -> timedelta | None:
    """Return how long to wait after so many failed attempts; None when it is to be given up."""
    if attempts > len(RETRY_AFTER):
        return None
    share = int.from_bytes(sha256(f"{delivery_id}\x1f{attempts}".encode()).digest()[:4]) / 2**32
    seconds = RETRY_AFTER[attempts - 1] * (1 - JITTER + 2 * JITTER * share)
    return timedelta(seconds=max(seconds, min(asked or 0.0, RETRY_AFTER[-1])))


def _send_again(courier: Courier, done: _Round) -> bool:
    """Send what was put aside and is due, the first of each subject."""
    found = courier.store.ask(
        WAITING_DELIVERIES, subscription_id=done.row.id, now=courier.clock(), most=1 if _is_tried(done) else BATCH
    )
    for row in found:
        if not _may_go_on(courier, done):
            break
        event = _event_of(row)
        answer = _send(courier, done.row, event)
        _note(courier, done, event, answer, row.attempts)
        if answer.delivered:
            done.delivered.append(event.id)
    return bool(found)


def _send_new(courier: Courier, done: _Round) -> bool:
    """Send what was published since, and move the cursor as far as that went."""
    row = done.row
    [ends] = courier.store.ask(EVENT_ENDS)
    if row.cursor < ends.pruned_through:
        _pause(courier, done, "it fell behind the events that are kept; read anew, then replay to go on")
        done.row = replace(done.row, cursor=ends.pruned_through)
        return True
    if row.cursor >= ends.number:
        return False
    most = 1 if _is_tried(done) else BATCH
    events = courier.store.ask(
        EVENTS_AFTER, after=row.cursor, through=ends.number, types=row.types, subjects=row.subjects, most=most
    )
    held = _list_held(courier.store, done, events)
    for found in events:
        event = to_event(found)
        if event.subject in held:
            done.put_aside.append(_put_aside(row.id, event, 0, courier.clock()))
        elif _may_go_on(courier, done):
            answer = _send(courier, row, event)
            if _note(courier, done, event, answer, 0):
                held.add(event.subject)
        else:
            return True
        if done.row.paused_at:
            return True
        done.row = replace(done.row, cursor=event.number)
    if len(events) < most:
        done.row = replace(done.row, cursor=ends.number)
    return True


def _list_held(store: GraphStore, done: _Round, events: list[EventRow]) -> set[str]:
    subjects = sorted({event.subject for event in events})
    found = store.ask(HELD_SUBJECTS, subscription_id=done.row.id, subjects=subjects)
    return {item.id for item in found}


def _note(courier: Courier, done: _Round, event: PublishedEvent, answer: Answer, before: int) -> bool:
    """Note what came of a message; returns whether it was put aside."""
    now = courier.clock()
    if answer.delivered:
        done.sent += 1
        done.row = replace(done.row, failures=0, rest_until=None)
        return False
    if answer.status == 410:
        _pause(courier, done, "the receiver answered 410 Gone; replay its dead letters to go on")
        return False
    delivery = _put_aside(done.row.id, event, before + 1, now)
    wait = wait_after(before + 1, delivery.id, answer.retry_after)
    done.put_aside.append(
        replace(
            delivery,
            next_attempt_at=None if wait is None else now + wait,
            dead_at=now if wait is None else None,
            problem=answer.problem or f"answered {answer.status}",
        )
    )
    failures = done.row.failures + 1
    rest = None
    if failures >= PATIENCE:
        seconds = min(RETRY_AFTER[min(failures - PATIENCE, len(RETRY_AFTER) - 1)], _LONGEST_REST)
        rest = now + timedelta(seconds=seconds)
    done.row = replace(done.row, failures=failures, rest_until=rest)
    return True


def _pause(courier: Courier, done: _Round, reason: str) -> None:
    done.row = replace(done.row, paused_at=courier.clock(), paused_because=reason)


def _may_go_on(courier: Courier, done: _Round) -> bool:
    """Whether one more message may be sent before what came of the others is written."""
    late = courier.clock() - done.began_at > LEASE / 3
    return not (late or courier.stopped() or done.row.paused_at or done.row.rest_until)


def _is_tried(done: _Round) -> bool:
    return done.row.failures >= PATIENCE


def _keep(graph: Graph, courier: Courier, done: _Round) -> None:
    """Write what came of some messages, if the lease is still this worker's, and begin it anew."""
    if not _take_lease(graph, courier, done.row.id):
        raise _LeaseLost
    for event_id in done.delivered:
        graph.ask(REMOVE_DELIVERY, subscription_id=done.row.id, event_id=event_id)
    # Of somebody who was erased in the meantime nothing is put aside.
    event_ids = [item.event_id for item in done.put_aside]
    there = {row.id for row in graph.ask(EVENTS_LEFT, subscription_id=done.row.id, event_ids=event_ids)}
    graph.write_nodes([item for item in done.put_aside if item.event_id in there], SOURCE)
    graph.ask(
        KEEP_PLACE,
        subscription_id=done.row.id,
        cursor=done.row.cursor,
        failures=done.row.failures,
        rest_until=done.row.rest_until,
        paused_at=done.row.paused_at,
        paused_because=done.row.paused_because,
    )


def _take_lease(graph: Graph, courier: Courier, subscription_id: str) -> bool:
    now = courier.clock()
    return bool(
        graph.ask(
            TAKE_LEASE, subscription_id=subscription_id, worker=courier.worker, now=now, until=now + LEASE
        )
    )  # fmt: skip


def _send(courier: Courier, row: SubscriptionRow, event: PublishedEvent) -> Answer:
    now, keys = courier.clock(), courier.settings.key_file
    sealed = [row.secret]
    if row.old_secret and row.old_secret_until and row.old_secret_until > now:
        sealed.append(row.old_secret)
    try:
        target = parse_target(row.url, courier.settings)
        secrets = [open_secret(item, keys) for item in sealed]
    except InvalidInput as error:
        return Answer(None, str(error))
    return courier.send(sign_message(event, courier.settings.source, target, secrets, now))


def _put_aside(subscription_id: str, event: PublishedEvent, attempts: int, now: datetime) -> Delivery:
    return Delivery(
        id=f"delivery:{subscription_id}:{event.id}",
        subscription_id=subscription_id,
        event_id=event.id,
        number=event.number,
        type=event.type,
        subject=event.subject,
        occurred_at=event.occurred_at,
        data=json.dumps(event.data, sort_keys=True),
        attempts=attempts,
        next_attempt_at=now,
    )


def _event_of(row: DeliveryRow) -> PublishedEvent:
    return to_event(
        EventRow(row.number, row.event_id, row.type, row.subject, row.occurred_at.astimezone(UTC), row.data)
    )  # fmt: skip
