"""Subscriptions: made, listed, given new secrets, tried out, resumed and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from engine.beliefs import SOURCE
from engine.event_results import (
    DeadLetter,
    DeadLetterList,
    Replay,
    SubscriptionList,
    SubscriptionSecret,
    SubscriptionState,
)
from engine.events.read import check_types, to_event
from engine.events.secrets import make_secret, seal_secret
from engine.events.targets import parse_target
from engine.settings import EventSettings
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.nodes import Subscription
from graph_schema.queries.events import EVENT_ENDS, EventRow
from graph_schema.queries.subscriptions import (
    DEAD_LETTERS,
    DELETE_SUBSCRIPTION,
    REPLAY_DELIVERIES,
    RESUME_SUBSCRIPTION,
    ROTATE_SECRET,
    SUBSCRIPTIONS,
    SubscriptionRow,
)
from graph_schema.store import GraphStore

MOST_FILTERS = 1_000
"""Most types, and most subjects, of a subscription."""
_LONGEST_SUBJECT = 500


def create_subscription(
    store: GraphStore,
    settings: EventSettings,
    owner: str,
    url: str,
    types: Sequence[str],
    subjects: Sequence[str],
    now: datetime,
) -> SubscriptionSecret:
    """Have events that are published from now on sent to a URL; the answer is the only place where the secret stands.

    Raises:
        InvalidInput: No webhooks may be sent to the URL, or a type or subject cannot be used; nothing is kept.
    """
    parse_target(url, settings)
    check_types(types)
    _check_subjects(subjects)
    secret = make_secret()
    subscription = Subscription(
        id=f"subscription:{uuid4()}",
        owner=owner,
        url=url,
        types=tuple(dict.fromkeys(types)),
        subjects=tuple(dict.fromkeys(subjects)),
        created_at=now,
        secret=seal_secret(secret, settings.key_file),
        cursor=store.ask(EVENT_ENDS)[0].number,
    )
    store.write_nodes([subscription], SOURCE)
    return SubscriptionSecret(to_state(find_subscription(store, subscription.id)), secret, None)


def list_subscriptions(store: GraphStore) -> SubscriptionList:
    """Return all subscriptions, the oldest first."""
    return SubscriptionList(tuple(map(to_state, store.ask(SUBSCRIPTIONS, subscription_id=None))))


def delete_subscription(store: GraphStore, subscription_id: str) -> SubscriptionState:
    """Delete a subscription with all that waits for it, and return what it was.

    Raises:
        NotFound: There is none with this id.
    """

    def delete(graph: Graph) -> SubscriptionState:
        state = to_state(find_subscription(graph, subscription_id))
        graph.ask(DELETE_SUBSCRIPTION, subscription_id=subscription_id)
        return state

    return store.transact("delete_subscription", delete)


def rotate_secret(
    store: GraphStore, settings: EventSettings, subscription_id: str, now: datetime
) -> SubscriptionSecret:
    """Give a subscription a new secret; the one before signs beside it for the hours that the settings say.

    Raises:
        NotFound: There is no subscription with this id.
    """
    secret, until = make_secret(), now + timedelta(hours=settings.overlap_hours)
    sealed = seal_secret(secret, settings.key_file)

    def rotate(graph: Graph) -> SubscriptionSecret:
        row = find_subscription(graph, subscription_id)
        graph.ask(ROTATE_SECRET, subscription_id=subscription_id, secret=sealed, until=until)
        return SubscriptionSecret(to_state(row), secret, until)

    return store.transact("rotate_secret", rotate)


def list_dead_letters(store: GraphStore, subscription_id: str, limit: int) -> DeadLetterList:
    """Return the events that were given up for a subscription, in their order.

    Raises:
        NotFound: There is no subscription with this id.
        InvalidInput: The limit is out of range.
    """
    if not 1 <= limit <= 1000:
        raise InvalidInput("limit", f"must be from 1 to 1000, and {limit} is not")
    find_subscription(store, subscription_id)
    found: list[DeadLetter] = []
    for row in store.ask(DEAD_LETTERS, subscription_id=subscription_id, most=limit):
        event = to_event(EventRow(row.number, row.event_id, row.type, row.subject, row.occurred_at, row.data))
        found.append(DeadLetter(event, row.attempts, row.dead_at or row.occurred_at, row.problem))
    return DeadLetterList(subscription_id, tuple(found))


def replay_dead_letters(store: GraphStore, subscription_id: str, event_id: str | None, now: datetime) -> Replay:
    """Send what was given up again, one event or all of them, and end a pause of the subscription.

    Raises:
        NotFound: There is no subscription with this id, or no dead letter of the event.
    """

    def replay(graph: Graph) -> Replay:
        find_subscription(graph, subscription_id)
        replayed = graph.ask(REPLAY_DELIVERIES, subscription_id=subscription_id, event_id=event_id, now=now)[0].written
        if event_id is not None and not replayed:
            raise NotFound("dead letter", event_id, "the list of dead letters names the ids of their events")
        graph.ask(RESUME_SUBSCRIPTION, subscription_id=subscription_id)
        return Replay(subscription_id, replayed)

    return store.transact("replay_dead_letters", replay)


def find_subscription(graph: Graph, subscription_id: str) -> SubscriptionRow:
    """Return a subscription as it is kept.

    Raises:
        NotFound: There is none with this id.
    """
    found = graph.ask(SUBSCRIPTIONS, subscription_id=subscription_id)
    if not found:
        raise miss_subscription(subscription_id)
    return found[0]


def miss_subscription(subscription_id: str) -> NotFound:
    """Return the error that there is no such subscription, as far as who asks is concerned."""
    return NotFound("subscription", subscription_id, "the list of subscriptions names their ids")


def to_state(row: SubscriptionRow) -> SubscriptionState:
    """Return a subscription as it is shown, without its secrets."""
    return SubscriptionState(
        id=row.id,
        owner=row.owner,
        url=row.url,
        types=tuple(row.types),
        subjects=tuple(row.subjects),
        created_at=row.created_at,
        paused_at=row.paused_at,
        paused_because=row.paused_because,
        failures=row.failures,
        behind=row.behind,
        waiting=row.waiting,
        dead=row.dead,
    )


def _check_subjects(subjects: Sequence[str]) -> None:
    for subject in subjects:
        kind, colon, id_ = subject.partition(":")
        if not (kind and colon and id_) or len(subject) > _LONGEST_SUBJECT:
            raise InvalidInput("subjects", f"{subject[:50]!r} is not of the form kind:id, such as role:data-analyst")
    if len(subjects) > MOST_FILTERS:
        raise InvalidInput("subjects", f"there may be {MOST_FILTERS} at most; leave them out for all")
