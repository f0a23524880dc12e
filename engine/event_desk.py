"""What Engine can be asked about events: reading them, and having them sent as webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from engine.event_results import (
    DeadLetterList,
    EventPage,
    PingResult,
    Replay,
    SubscriptionList,
    SubscriptionSecret,
    SubscriptionState,
)
from engine.events import subscribe
from engine.events.deliver import Courier, Send, send_ping
from engine.events.publish import publish_events
from engine.events.read import read_page
from engine.events.worker import name_worker, read_clock
from engine.key_desk import KeyDesk
from graph_schema.queries.subscriptions import SubscriptionRow


class EventDesk(KeyDesk):
    """The part of ``Engine`` that tells others what has changed."""

    def read_events(
        self,
        *,
        after: int | None = None,
        types: Sequence[str] = (),
        subjects: Sequence[str] = (),
        limit: int = 100,
    ) -> EventPage:
        """Return what has changed since an event, oldest first; what was written before the call is among it.

        Args:
            after: Number of the last event that is known; from the first that is kept when not given.
            types: Only of these types, such as ``skillway.role.changed``.
            subjects: Only about these, such as ``role:data-analyst``.
            limit: Most events to return, up to 1000.

        Raises:
            InvalidInput: A value cannot be used.
            EventsPruned: Events after the number are no longer kept.
        """
        publish_events(self.store, read_clock())
        return read_page(self.store, after, types, subjects, limit)

    def create_subscription(
        self, url: str, *, types: Sequence[str] = (), subjects: Sequence[str] = ()
    ) -> SubscriptionSecret:
        """Have what changes from now on sent to a URL as signed webhooks; the secret is shown this once.

        Args:
            url: Where to; https, and reached over the internet.
            types: Only these types; all when none is given.
            subjects: Only about these, such as ``role:data-analyst``; about all when none is given.

        Raises:
            InvalidInput: No webhooks may be sent to the URL, or a type or subject cannot be used.
        """
        publish_events(self.store, read_clock())
        return subscribe.create_subscription(
            self.store, self.settings.events, self._actor, url, types, subjects, read_clock()
        )

    def list_subscriptions(self) -> SubscriptionList:
        """Return all subscriptions and how they are doing, the oldest first; a program sees its own."""
        found = subscribe.list_subscriptions(self.store)
        return SubscriptionList(tuple(state for state in found.subscriptions if self._may_keep(state.owner)))

    def delete_subscription(self, subscription: str) -> SubscriptionState:
        """Delete a subscription, by its id, with all that waits for it."""
        self._find(subscription)
        return subscribe.delete_subscription(self.store, subscription)

    def rotate_subscription_secret(self, subscription: str) -> SubscriptionSecret:
        """Give a subscription a new secret, shown this once; the one before signs beside it for a while."""
        self._find(subscription)
        return subscribe.rotate_secret(self.store, self.settings.events, subscription, read_clock())

    def list_dead_letters(self, subscription: str, *, limit: int = 100) -> DeadLetterList:
        """Return the events that were given up for a subscription, in their order, and why.

        Raises:
            InvalidInput: The limit is not from 1 to 1000.
        """
        self._find(subscription)
        return subscribe.list_dead_letters(self.store, subscription, limit)

    def replay_dead_letters(self, subscription: str, *, event: str | None = None) -> Replay:
        """Send again what was given up for a subscription, and end its pause, if it has one.

        Args:
            subscription: Its id.
            event: Id of one event; all dead letters when not given.
        """
        self._find(subscription)
        return subscribe.replay_dead_letters(self.store, subscription, event, read_clock())

    def ping_subscription(self, subscription: str, send: Send) -> PingResult:
        """Send a subscription an event that says nothing, and return what came back.

        Args:
            subscription: Its id.
            send: Sends a message; the doors have it.
        """
        row = self._find(subscription)
        courier = Courier(self.store, self.settings.events, send, read_clock, name_worker())
        answer = send_ping(courier, row)
        return PingResult(row.id, answer.delivered, answer.status, answer.problem)

    def _find(self, subscription: str) -> SubscriptionRow:
        """Find a subscription that the caller may keep; whether there is another one is not said."""
        row = subscribe.find_subscription(self.store, subscription)
        if not self._may_keep(row.owner):
            raise subscribe.miss_subscription(subscription)
        return row

    def _may_keep(self, owner: str) -> bool:
        """Say whether the caller may keep a subscription: a program keeps its own, those who run Skillway keep all."""
        return self.caller.role != "integration" or owner == self._actor
