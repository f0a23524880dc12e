"""Events: read them page by page, follow them as they come, have them sent as webhooks."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from api.http_errors import Problem
from api.routes.asking import PROBLEMS, TOLD_ONCE, Answering
from api.webhooks.sender import WebhookSender
from engine.event_results import (
    DeadLetterList,
    EventPage,
    PingResult,
    Replay,
    SubscriptionList,
    SubscriptionSecret,
    SubscriptionState,
)
from engine.events.messages import write_cloud_event
from engine.events.read import has_news
from engine.service import Engine
from graph_schema.errors import EventsPruned, InvalidInput

GONE: dict[int | str, dict[str, Any]] = {
    410: {"model": Problem, "description": "Events after the number are no longer kept; read everything anew."}
}
PING_SECONDS = 15
"""A sign of life on a stream that has nothing to say."""
SEND_SECONDS = 30
"""A stream whose reader takes nothing for so long ends; the reader goes on from where it was."""
GRACE_SECONDS = 3
"""A stream has so long to end when the service stops."""
_PAGE = 100

router = APIRouter(tags=["events"], responses=PROBLEMS)

Types = Annotated[list[str], Query(description="Only of this type, such as `skillway.role.changed`; may be repeated.")]
Subjects = Annotated[list[str], Query(description="Only about this, such as `role:ID`; may be repeated.")]
Subscription = Annotated[str, Path(description="Id of the subscription.")]


class NewSubscription(BaseModel):
    """Where events are to be sent, and which."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="Where to: https, a public address, no user name, port 443 or 8443.", max_length=2000)
    types: list[str] = Field(default=[], description="Only these types; all when empty.", max_length=100)
    subjects: list[str] = Field(
        default=[], description="Only about these, such as `role:ID`; about all when empty.", max_length=1000
    )


class ReplayedEvent(BaseModel):
    """What is to be sent again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: str | None = Field(default=None, description="Id of one event; all dead letters when not given.")


@router.get(
    "/events",
    operation_id="read_events",
    summary="What has changed since an event",
    responses=GONE,
)
def read_events(
    engine: Answering,
    after: Annotated[int | None, Query(description="`last` of the page before.", ge=0, lt=2**62)] = None,
    types: Types = [],  # noqa: B006
    subjects: Subjects = [],  # noqa: B006
    limit: Annotated[int, Query(description="Most events to return, up to 1000.")] = 100,
) -> EventPage:
    """Oldest first; `last` is what to send as `after` for the next page. Without `after`, from the first kept."""
    return engine.read_events(after=after, types=types, subjects=subjects, limit=limit)


@router.get(
    "/events/stream",
    operation_id="stream_events",
    summary="What changes, as it changes",
    response_class=EventSourceResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "Server-sent events: `id` is the number, `event` the type, `data` a CloudEvent in JSON.",
        },
        **GONE,
    },
)
async def stream_events(
    engine: Answering,
    after: Annotated[int | None, Query(description="Number of the last event known.", ge=0, lt=2**62)] = None,
    types: Types = [],  # noqa: B006
    subjects: Subjects = [],  # noqa: B006
    last_event_id: Annotated[str | None, Header(description="As browsers send it when they connect again.")] = None,
) -> EventSourceResponse:
    """Goes on after `Last-Event-ID`, else after `after`, else with the next event; comes with a sign of life."""
    start = after if last_event_id is None else _read_number(last_event_id)
    # Asked before the answer begins, so that what is wrong can still be said as a problem.
    page = await run_in_threadpool(engine.read_events, after=start, types=types, subjects=subjects, limit=1)
    stopping = anyio.Event()
    follow = _follow(engine, page.newest if start is None else start, types, subjects, stopping)
    return EventSourceResponse(
        follow,
        ping=PING_SECONDS,
        send_timeout=SEND_SECONDS,
        shutdown_event=stopping,
        shutdown_grace_period=GRACE_SECONDS,
    )


@router.post(
    "/subscriptions",
    operation_id="create_subscription",
    summary="Have events sent to a URL",
    dependencies=TOLD_ONCE,
)
def create_subscription(engine: Answering, told: NewSubscription) -> SubscriptionSecret:
    """As CloudEvents in signed webhooks (Standard Webhooks). The secret that signs is shown this once."""
    return engine.create_subscription(told.url, types=told.types, subjects=told.subjects)


@router.get("/subscriptions", operation_id="list_subscriptions", summary="All subscriptions")
def list_subscriptions(engine: Answering) -> SubscriptionList:
    """With how they are doing: what waits, what was given up, and why one is paused."""
    return engine.list_subscriptions()


@router.delete("/subscriptions/{subscription}", operation_id="delete_subscription", summary="Delete a subscription")
def delete_subscription(engine: Answering, subscription: Subscription) -> SubscriptionState:
    """With all that waits for it."""
    return engine.delete_subscription(subscription)


@router.post(
    "/subscriptions/{subscription}/rotate",
    operation_id="rotate_subscription_secret",
    summary="Give it a new secret",
    dependencies=TOLD_ONCE,
)
def rotate_secret(engine: Answering, subscription: Subscription) -> SubscriptionSecret:
    """Shown this once. The one before signs beside it until `old_secret_until`."""
    return engine.rotate_subscription_secret(subscription)


@router.post("/subscriptions/{subscription}/test", operation_id="ping_subscription", summary="Try it out")
def ping_subscription(engine: Answering, subscription: Subscription) -> PingResult:
    """Sends `skillway.ping` at once, and says what came back."""
    return engine.ping_subscription(subscription, WebhookSender(engine.settings.events))


@router.get(
    "/subscriptions/{subscription}/dead-letters", operation_id="list_dead_letters", summary="Events that were given up"
)
def list_dead_letters(
    engine: Answering,
    subscription: Subscription,
    limit: Annotated[int, Query(description="Most to return, up to 1000.")] = 100,
) -> DeadLetterList:
    """In their order, with what went wrong at the last attempt."""
    return engine.list_dead_letters(subscription, limit=limit)


@router.post(
    "/subscriptions/{subscription}/dead-letters/replay",
    operation_id="replay_dead_letters",
    summary="Send again what was given up",
)
def replay_dead_letters(engine: Answering, subscription: Subscription, told: ReplayedEvent) -> Replay:
    """One event or all, in their order; a subscription that is paused goes on."""
    return engine.replay_dead_letters(subscription, event=told.event)


def _read_number(sent: str) -> int:
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 19):
        raise InvalidInput("last-event-id", f"{sent[:30]!r} is no number of an event")
    return int(sent)


async def _follow(
    engine: Engine, after: int, types: Sequence[str], subjects: Sequence[str], stopping: anyio.Event
) -> AsyncGenerator[ServerSentEvent]:
    """Yield events page by page: the next page is read when the one before is sent, so a slow reader holds one."""
    events = engine.settings.events
    while not stopping.is_set():
        try:
            page = await run_in_threadpool(
                engine.read_events, after=after, types=types, subjects=subjects, limit=_PAGE
            )  # fmt: skip
        except EventsPruned:
            # The reader connects again, and is then told.
            return
        for event in page.events:
            yield ServerSentEvent(write_cloud_event(event, events.source), id=str(event.number), event=event.type)
        after = page.last
        while after == page.newest and not await run_in_threadpool(has_news, engine.store, after):
            with anyio.move_on_after(events.interval):
                await stopping.wait()
                return
