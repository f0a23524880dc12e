"""Gives each request an id, and tells the log and the metrics what came of it.

Neither says more than the operation, the status and the time: paths and queries hold names of people.
"""

from __future__ import annotations

import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import ServiceMetrics

REQUEST_ID = "X-Request-ID"
_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = structlog.get_logger("skillway.http")


class RequestRecords:
    """Names, times and counts every request; stands outside of everything that may refuse one."""

    def __init__(self, app: ASGIApp, metrics: ServiceMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it once it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = choose_request_id(Headers(scope=scope).get(REQUEST_ID))
        # Every request is a task of its own, and so is its context: it need not be cleared.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 500  # What is answered when the application raises.

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        started = time.perf_counter()
        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, send_named)
            finally:
                seconds = time.perf_counter() - started
                operation = name_operation(scope)
                self._metrics.count(operation, scope["method"], status, seconds)
                _log.info(
                    "request",
                    method=scope["method"] if scope["method"] in KNOWN_METHODS else "other",
                    operation=operation,
                    status=status,
                    milliseconds=round(seconds * 1000, 1),
                )


KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def choose_request_id(sent: str | None) -> str:
    """Return the id that the client gave the request, where it can stand in a log as it is, else a new one."""
    return sent if sent and _USABLE_ID.fullmatch(sent) else uuid.uuid4().hex


def name_operation(scope: Scope) -> str:
    """Return what was asked, as the OpenAPI description names it; never the path, which may hold a name."""
    return getattr(scope.get("route"), "operation_id", None) or "none"
