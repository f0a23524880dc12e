"""Holds the body of every request to a number of bytes and of seconds."""

from __future__ import annotations

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service_settings import LimitSettings

NDJSON = "application/x-ndjson"
"""Media type of many objects, one a line, which may be longer and take longer."""

_PATIENCE_WITH_BULK = 10


class BodyLimits:
    """Refuses a body that is too long with 413 and one that is late with 408, as soon as either is known.

    The limit on bodies that the framework has answers in plain text where the length is declared.
    """

    def __init__(self, app: ASGIApp, limits: LimitSettings) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body measured."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        bulk = headers.get("content-type", "").partition(";")[0].strip().lower() == NDJSON
        most = self._limits.bulk_bytes if bulk else self._limits.body_bytes
        seconds = self._limits.body_seconds * (_PATIENCE_WITH_BULK if bulk else 1)
        declared = headers.get("content-length", "")
        ends_at = anyio.current_time() + seconds
        received = int(declared) if declared.isdecimal() and int(declared) > most else 0
        complete = False

        # An HTTPException passes whatever reads the body unchanged, as nothing else does.
        async def receive_within_limits() -> Message:
            nonlocal complete, received
            if complete:
                # What may come now is that the client goes, and that may take as long as it likes.
                return await receive()
            refuse_longer(received, most)
            with anyio.move_on_at(ends_at):
                message = await receive()
                received += len(message.get("body", b""))
                refuse_longer(received, most)
                complete = not message.get("more_body", False)
                return message
            raise HTTPException(408, f"the body did not arrive in {seconds:g} seconds; send less at a time")

        await self._app(scope, receive_within_limits, send)


def refuse_longer(received: int, most: int) -> None:
    """Refuse a body of which more has come than may.

    Raises:
        HTTPException: It is too long.
    """
    if received > most:
        raise HTTPException(413, f"the body is longer than {most} bytes; send less at a time")
