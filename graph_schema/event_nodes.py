"""What is kept of events: those not yet published, those published, who subscribes to them, and what is to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph_schema.schema import Node, Property


@dataclass(frozen=True, kw_only=True)
class PendingEvent(Node):
    """An event as a write left it, in the transaction of the write; publishing makes it an Event.

    Each write makes its own and waits for nobody; publishing keeps one of those that say the same.
    """

    id: Annotated[str, Property("`event:<random>`.", "key")]
    type: Annotated[str, Property("Such as `skillway.role.changed`; see `graph_schema/event_types.py`.")]
    subject: Annotated[str, Property("What it is about, such as `role:<id>`.")]
    occurred_at: Annotated[datetime, Property("When (UTC); of two writes to one node, the later has the later one.")]
    data: Annotated[str, Property("Ids that say more, as JSON.")] = "{}"


@dataclass(frozen=True, kw_only=True)
class Event(Node):
    """A published event; it goes when it is older than events are kept, or with the person it is about."""

    id: Annotated[str, Property("`event:<random>`, never that of another event.", "key")]
    number: Annotated[int, Property("Its place in the one order of all events, from 1.", "range")]
    type: Annotated[str, Property("Such as `skillway.role.changed`; see `graph_schema/event_types.py`.")]
    subject: Annotated[str, Property("What it is about, such as `role:<id>`.", "range")]
    occurred_at: Annotated[datetime, Property("When (UTC).")]
    published_at: Annotated[datetime, Property("When it got its number (UTC).")]
    data: Annotated[str, Property("Ids that say more, as JSON.")] = "{}"


@dataclass(frozen=True, kw_only=True)
class EventLog(Node):
    """Both ends of the published events; the lock on it puts them in one order, whatever process publishes."""

    id: Annotated[str, Property("Always `events`.", "key")] = "events"
    number: Annotated[int, Property("Number of the last event.")] = 0
    shown_through: Annotated[int, Property("Number of the last event that may be read: all before it are there.")] = 0
    pruned_through: Annotated[int, Property("Number of the last event that is no longer kept; 0 when all are.")] = 0


@dataclass(frozen=True, kw_only=True)
class EventCursor(Node):
    """How far a part of Skillway itself has worked through the events."""

    id: Annotated[str, Property("Name of the consumer.", "key")]
    number: Annotated[int, Property("Number of the last event that it has dealt with.")]


@dataclass(frozen=True, kw_only=True)
class Subscription(Node):
    """Somewhere that events are sent to as signed webhooks."""

    id: Annotated[str, Property("`subscription:<random>`.", "key")]
    owner: Annotated[str, Property("Who made it.", "range")]
    url: Annotated[str, Property("Where to.")]
    types: Annotated[tuple[str, ...], Property("Types sent; all when empty.")] = ()
    subjects: Annotated[tuple[str, ...], Property("Subjects sent; all when empty.")] = ()
    created_at: Annotated[datetime, Property("When (UTC).")]
    secret: Annotated[str, Property("What signs, encrypted with a key that is not in the graph.")]
    old_secret: Annotated[str | None, Property("What signed before it was rotated, encrypted.")] = None
    old_secret_until: Annotated[datetime | None, Property("Until when it signs beside the new one (UTC).")] = None
    cursor: Annotated[int, Property("Number of the last event that was sent or put aside to be sent.")] = 0
    failures: Annotated[int, Property("Sendings that failed one after the other.")] = 0
    rest_until: Annotated[datetime | None, Property("Nothing is sent before (UTC); set when many fail.")] = None
    paused_at: Annotated[datetime | None, Property("Since when nothing is sent (UTC).")] = None
    paused_because: Annotated[str | None, Property("Why nothing is sent.")] = None
    leased_by: Annotated[str | None, Property("The worker that sends now.")] = None
    leased_until: Annotated[datetime | None, Property("When another worker may take over (UTC).")] = None


@dataclass(frozen=True, kw_only=True)
class Delivery(Node):
    """An event that is still to be sent to a subscription, after a failure or behind one; or was given up."""

    id: Annotated[str, Property("`delivery:<subscription>:<event>`.", "key")]
    subscription_id: Annotated[str, Property("Where to.", "range")]
    event_id: Annotated[str, Property("Which event; what it says is kept here, should the event be pruned.")]
    number: Annotated[int, Property("Its place in the order of events.")]
    type: Annotated[str, Property("As in the event.")]
    subject: Annotated[str, Property("As in the event.", "range")]
    occurred_at: Annotated[datetime, Property("As in the event.")]
    data: Annotated[str, Property("As in the event.")] = "{}"
    attempts: Annotated[int, Property("How often it was tried.")] = 0
    next_attempt_at: Annotated[datetime | None, Property("When it is tried again (UTC).")] = None
    dead_at: Annotated[datetime | None, Property("When it was given up (UTC); absent while it is tried.", "range")] = (
        None
    )
    problem: Annotated[str | None, Property("What went wrong at the last attempt.")] = None
