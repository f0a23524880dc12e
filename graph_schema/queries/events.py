"""Events: announcing what is more than a write, publishing, reading, pruning, and how far each consumer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class EventRow:
    """One published event; ``data`` is JSON."""

    number: int
    id: str
    type: str
    subject: str
    occurred_at: datetime
    data: str


@dataclass(frozen=True)
class PendingCount:
    """How many events are not yet published, whether some that have a number may not be read yet, and which may."""

    count: int
    unshown: bool
    newest: int


@dataclass(frozen=True)
class EventEnds:
    """Numbers of the last event that may be read, and of the last one that is no longer kept."""

    number: int
    pruned_through: int


@dataclass(frozen=True)
class CursorPlace:
    """Number of the last event that a consumer has dealt with; unknown where it has never begun."""

    number: int | None


ANNOUNCE = Query(
    name="announce",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $subjects AS subject
    CREATE (e:PendingEvent {id: 'event:' + randomUUID(), type: $type, subject: subject,
                            occurred_at: datetime.realtime(), data: $data})
    RETURN count(e) AS written
    """,
)

PENDING_EVENTS = Query(
    name="pending_events",
    row=PendingCount,
    # Neo4j keeps count of the nodes of a label.
    text="""
    MATCH (e:PendingEvent)
    WITH count(e) AS count
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    RETURN count, coalesce(log.number > log.shown_through, false) AS unshown,
           coalesce(log.shown_through, 0) AS newest
    """,
)

LOCK_EVENTS = Query(
    name="lock_events",
    access="write",
    row=WrittenCount,
    text="""
    MERGE (log:EventLog {id: 'events'})
    ON CREATE SET log.number = 0, log.shown_through = 0, log.pruned_through = 0
    SET log.locked = true
    REMOVE log.locked
    RETURN count(log) AS written
    """,
)

EVENT_ENDS = Query(
    name="event_ends",
    row=EventEnds,
    text="""
    OPTIONAL MATCH (log:EventLog {id: 'events'})
    RETURN coalesce(log.shown_through, 0) AS number, coalesce(log.pruned_through, 0) AS pruned_through
    """,
)

PUBLISH_EVENTS = Query(
    name="publish_events",
    access="write",
    row=WrittenCount,
    # Of those that say the same the last one is kept: its time is the nearest to what a consumer will find.
    text="""
    MATCH (log:EventLog {id: 'events'})
    MATCH (e:PendingEvent)
    WITH log, e ORDER BY e.occurred_at, e.id LIMIT $most
    WITH log, e.type AS type, e.subject AS subject, e.data AS data, collect(e) AS same
    WITH log, last(same) AS kept, same[..-1] AS repeated
    ORDER BY kept.occurred_at, kept.id
    WITH log, collect({kept: kept, repeated: repeated}) AS found
    WITH log, log.number AS before, found
    SET log.number = before + size(found)
    WITH before, found
    UNWIND range(0, size(found) - 1) AS place
    WITH before + place + 1 AS number, found[place].kept AS kept, found[place].repeated AS repeated
    SET kept:Event, kept.number = number, kept.published_at = $now
    REMOVE kept:PendingEvent
    FOREACH (event IN repeated | DELETE event)
    RETURN count(kept) AS written
    """,
)

SHOW_EVENTS = Query(
    name="show_events",
    access="write",
    row=WrittenCount,
    # Neo4j may let a reader see one half of a commit before the other. So events get numbers in one transaction, and
    # are said to be there in the next: the lock comes when the first is through, even if whoever began it died.
    text="""
    MATCH (log:EventLog {id: 'events'})
    SET log.locked = true
    REMOVE log.locked
    WITH log
    SET log.shown_through = log.number
    RETURN count(log) AS written
    """,
)

EVENTS_AFTER = Query(
    name="events_after",
    row=EventRow,
    text="""
    MATCH (e:Event)
    WHERE e.number > $after AND e.number <= $through AND (size($types) = 0 OR e.type IN $types)
      AND (size($subjects) = 0 OR e.subject IN $subjects)
    RETURN e.number AS number, e.id AS id, e.type AS type, e.subject AS subject, e.occurred_at AS occurred_at,
           e.data AS data
    ORDER BY number
    LIMIT $most
    """,
)

MARK_PRUNED = Query(
    name="mark_pruned",
    access="write",
    row=WrittenCount,
    # Said before it is done, in a transaction of its own: no reader then misses events without being told.
    text="""
    MATCH (log:EventLog {id: 'events'})
    SET log.locked = true
    REMOVE log.locked
    WITH log
    MATCH (e:Event)
    WHERE e.number > log.pruned_through AND e.number <= log.shown_through AND e.published_at < $before
    WITH log, max(e.number) AS through
    SET log.pruned_through = coalesce(through, log.pruned_through)
    RETURN count(through) AS written
    """,
)

PRUNE_EVENTS = Query(
    name="prune_events",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (log:EventLog {id: 'events'})
    MATCH (e:Event)
    WHERE e.number <= log.pruned_through
    WITH e LIMIT $most
    DELETE e
    RETURN count(*) AS written
    """,
)

CURSOR = Query(
    name="cursor",
    row=CursorPlace,
    text="""
    MATCH (cursor:EventCursor {id: $consumer})
    RETURN cursor.number AS number
    """,
)

LOCK_CURSOR = Query(
    name="lock_cursor",
    access="write",
    row=CursorPlace,
    text="""
    MERGE (cursor:EventCursor {id: $consumer})
    SET cursor.locked = true
    REMOVE cursor.locked
    RETURN cursor.number AS number
    """,
)

MOVE_CURSOR = Query(
    name="move_cursor",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (cursor:EventCursor {id: $consumer})
    SET cursor.number = $number
    RETURN count(cursor) AS written
    """,
)

ERASE_EVENTS = Query(
    name="erase_events",
    access="write",
    row=WrittenCount,
    # A subscription may ask for events about them, or be theirs.
    text="""
    CALL () {
        MATCH (e:PendingEvent|Event|Delivery {subject: $subject})
        DELETE e
        RETURN count(*) AS written
        UNION ALL
        MATCH (s:Subscription)
        WHERE $subject IN s.subjects
        SET s.subjects = [subject IN s.subjects WHERE subject <> $subject] + ['person:erased']
        RETURN count(*) AS written
        UNION ALL
        MATCH (s:Subscription)
        WHERE s.owner IN $called
        SET s.owner = 'erased', s.paused_at = $now, s.paused_because = 'its owner was erased'
        RETURN count(*) AS written
    }
    RETURN sum(written) AS written
    """,
)
