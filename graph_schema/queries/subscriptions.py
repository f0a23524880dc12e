"""Subscriptions: who gets events as webhooks, who sends them now, what is left to send, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class SubscriptionRow:
    """A subscription as it is kept; secrets are encrypted."""

    id: str
    owner: str
    url: str
    types: list[str]
    subjects: list[str]
    created_at: datetime
    secret: str
    old_secret: str | None
    old_secret_until: datetime | None
    cursor: int
    failures: int
    rest_until: datetime | None
    paused_at: datetime | None
    paused_because: str | None
    behind: int
    waiting: int
    dead: int


@dataclass(frozen=True)
class SubscriptionId:
    """The id of a subscription, or of something of one."""

    id: str


@dataclass(frozen=True)
class DeliveryRow:
    """An event that is still to be sent to a subscription, or was given up; ``data`` is JSON."""

    event_id: str
    number: int
    type: str
    subject: str
    occurred_at: datetime
    data: str
    attempts: int
    next_attempt_at: datetime | None
    dead_at: datetime | None
    problem: str | None


SUBSCRIPTIONS = Query(
    name="subscriptions",
    row=SubscriptionRow,
    text="""
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    WITH coalesce(log.shown_through, 0) AS newest
    MATCH (s:Subscription)
    WHERE $subscription_id IS NULL OR s.id = $subscription_id
    RETURN s.id AS id, s.owner AS owner, s.url AS url, coalesce(s.types, []) AS types,
           coalesce(s.subjects, []) AS subjects, s.created_at AS created_at, s.secret AS secret,
           s.old_secret AS old_secret, s.old_secret_until AS old_secret_until, s.cursor AS cursor,
           s.failures AS failures, s.rest_until AS rest_until, s.paused_at AS paused_at,
           s.paused_because AS paused_because,
           CASE WHEN newest > s.cursor THEN newest - s.cursor ELSE 0 END AS behind,
           COUNT { MATCH (d:Delivery {subscription_id: s.id}) WHERE d.dead_at IS NULL } AS waiting,
           COUNT { MATCH (d:Delivery {subscription_id: s.id}) WHERE d.dead_at IS NOT NULL } AS dead
    ORDER BY created_at, id
    """,
)

DUE_SUBSCRIPTIONS = Query(
    name="due_subscriptions",
    row=SubscriptionId,
    # Those that nobody sends for now, and that have something to send.
    text="""
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    WITH coalesce(log.shown_through, 0) AS newest
    MATCH (s:Subscription)
    WHERE s.paused_at IS NULL AND coalesce(s.rest_until <= $now, true) AND coalesce(s.leased_until <= $now, true)
      AND (s.cursor < newest
           OR EXISTS { MATCH (d:Delivery {subscription_id: s.id}) WHERE d.next_attempt_at <= $now })
    RETURN s.id AS id
    ORDER BY id
    """,
)

TAKE_LEASE = Query(
    name="take_lease",
    access="write",
    row=SubscriptionId,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    SET s.locked = true
    REMOVE s.locked
    WITH s
    WHERE coalesce(s.leased_until <= $now, true) OR s.leased_by = $worker
    SET s.leased_by = $worker, s.leased_until = $until
    RETURN s.id AS id
    """,
)

END_LEASE = Query(
    name="end_lease",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    SET s.locked = true
    REMOVE s.locked
    WITH s
    WHERE s.leased_by = $worker
    REMOVE s.leased_by, s.leased_until
    RETURN count(s) AS written
    """,
)

KEEP_PLACE = Query(
    name="keep_place",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    SET s.cursor = $cursor, s.failures = $failures, s.rest_until = $rest_until,
        s.paused_at = $paused_at, s.paused_because = $paused_because
    RETURN count(s) AS written
    """,
)

_DELIVERIES: LiteralString = """RETURN d.event_id AS event_id, d.number AS number, d.type AS type, d.subject AS subject,
           d.occurred_at AS occurred_at, d.data AS data, d.attempts AS attempts,
           d.next_attempt_at AS next_attempt_at, d.dead_at AS dead_at, d.problem AS problem
    ORDER BY number
    LIMIT $most"""

WAITING_DELIVERIES = Query(
    name="waiting_deliveries",
    row=DeliveryRow,
    # The first of each subject: the others are held back behind it.
    text=f"""
    MATCH (d:Delivery {{subscription_id: $subscription_id}})
    WHERE d.dead_at IS NULL
    WITH d ORDER BY d.number
    WITH d.subject AS subject, head(collect(d)) AS d
    WHERE d.next_attempt_at <= $now
    {_DELIVERIES}
    """,
)

HELD_SUBJECTS = Query(
    name="held_subjects",
    row=SubscriptionId,
    text="""
    MATCH (d:Delivery {subscription_id: $subscription_id})
    WHERE d.dead_at IS NULL AND d.subject IN $subjects
    RETURN DISTINCT d.subject AS id
    """,
)

EVENTS_LEFT = Query(
    name="events_left",
    row=SubscriptionId,
    # An event may be pruned while it is tried again; one about somebody who was erased is in neither place.
    text="""
    UNWIND $event_ids AS id
    OPTIONAL MATCH (e:Event {id: id})
    OPTIONAL MATCH (d:Delivery {id: 'delivery:' + $subscription_id + ':' + id})
    WITH id, e, d
    WHERE e IS NOT NULL OR d IS NOT NULL
    RETURN id
    """,
)

REMOVE_DELIVERY = Query(
    name="remove_delivery",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (d:Delivery {id: 'delivery:' + $subscription_id + ':' + $event_id})
    DELETE d
    RETURN count(*) AS written
    """,
)

DEAD_LETTERS = Query(
    name="dead_letters",
    row=DeliveryRow,
    text=f"""
    MATCH (d:Delivery {{subscription_id: $subscription_id}})
    WHERE d.dead_at IS NOT NULL
    {_DELIVERIES}
    """,
)

REPLAY_DELIVERIES = Query(
    name="replay_deliveries",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (d:Delivery {subscription_id: $subscription_id})
    WHERE d.dead_at IS NOT NULL AND ($event_id IS NULL OR d.event_id = $event_id)
    SET d.attempts = 0, d.next_attempt_at = $now
    REMOVE d.dead_at
    RETURN count(d) AS written
    """,
)

RESUME_SUBSCRIPTION = Query(
    name="resume_subscription",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    SET s.failures = 0
    REMOVE s.paused_at, s.paused_because, s.rest_until
    RETURN count(s) AS written
    """,
)

ROTATE_SECRET = Query(
    name="rotate_secret",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    SET s.old_secret = s.secret, s.old_secret_until = $until, s.secret = $secret
    RETURN count(s) AS written
    """,
)

DELETE_SUBSCRIPTION = Query(
    name="delete_subscription",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Subscription {id: $subscription_id})
    OPTIONAL MATCH (d:Delivery {subscription_id: $subscription_id})
    WITH s, collect(d) AS deliveries
    FOREACH (d IN deliveries | DELETE d)
    DELETE s
    RETURN count(*) AS written
    """,
)

PRUNE_DEAD_LETTERS = Query(
    name="prune_dead_letters",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (d:Delivery)
    WHERE d.dead_at < $before
    DELETE d
    RETURN count(*) AS written
    """,
)
