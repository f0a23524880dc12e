"""What the Engine answers about events and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PublishedEvent:
    """Something changed: ``subject`` names it, ``number`` is its place in the one order of all events."""

    number: int
    id: str
    type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, str]


@dataclass(frozen=True)
class EventPage:
    """Events, oldest first; ``last`` is what to send as ``after`` to go on, ``newest`` the number of the last one."""

    events: tuple[PublishedEvent, ...]
    last: int
    newest: int


@dataclass(frozen=True)
class SubscriptionState:
    """A subscription, and how it is doing; its secret is never shown.

    ``behind`` events were published that it has not been offered yet, ``waiting`` are being tried again or held back
    behind one that is, ``dead`` were given up.
    """

    id: str
    owner: str
    url: str
    types: tuple[str, ...]
    subjects: tuple[str, ...]
    created_at: datetime
    paused_at: datetime | None
    paused_because: str | None
    failures: int
    behind: int
    waiting: int
    dead: int


@dataclass(frozen=True)
class SubscriptionList:
    """All subscriptions, the oldest first."""

    subscriptions: tuple[SubscriptionState, ...]


@dataclass(frozen=True)
class SubscriptionSecret:
    """The secret that a subscription signs with, shown this once; the one before it signs too until a time."""

    subscription: SubscriptionState
    secret: str
    old_secret_until: datetime | None


@dataclass(frozen=True)
class DeadLetter:
    """An event that was given up for a subscription, and why."""

    event: PublishedEvent
    attempts: int
    dead_at: datetime
    problem: str | None


@dataclass(frozen=True)
class DeadLetterList:
    """What was given up for a subscription, in the order of events."""

    subscription_id: str
    dead_letters: tuple[DeadLetter, ...]


@dataclass(frozen=True)
class Replay:
    """How many dead letters of a subscription are sent again, and that it is no longer paused."""

    subscription_id: str
    replayed: int


@dataclass(frozen=True)
class PingResult:
    """What came back when a subscription was tried out: whether it was taken, and else what went wrong."""

    subscription_id: str
    delivered: bool
    status: int | None
    problem: str | None
