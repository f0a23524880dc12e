"""Does not wait for ever for a client: neither for the head of a request nor for its body."""

from __future__ import annotations

import asyncio

import anyio
import h11
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

NDJSON = "application/x-ndjson"
_PATIENCE_WITH_BULK = 10


class SlowBodies:
    """Gives a body so many seconds to arrive, ten times as many where it holds many objects."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a body that is late is answered with 408."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        seconds = self._seconds * (_PATIENCE_WITH_BULK if kind == NDJSON else 1)
        ends_at = anyio.current_time() + seconds
        complete = False

        async def receive_in_time() -> Message:
            nonlocal complete
            if complete:
                # What may come now is that the client goes, and that may take as long as it likes.
                return await receive()
            with anyio.move_on_at(ends_at):
                message = await receive()
                complete = not message.get("more_body", False)
                return message
            # An HTTPException passes the reader of the body unchanged, as nothing else does.
            raise HTTPException(408, f"the body did not arrive in {seconds:g} seconds; send less at a time")

        await self._app(scope, receive_in_time, send)


def limit_heads(seconds: float) -> type[H11Protocol]:
    """Return uvicorn's protocol with a time limit on the head of a request, which uvicorn itself waits for for ever."""

    class ImpatientProtocol(H11Protocol):
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is not h11.IDLE:
                self._stop_waiting()
            elif self._late is None and not self.transport.is_closing():
                # Of a connection that is kept alive, the next request has begun.
                self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait_for_head(self) -> None:
            self._late = self.loop.call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

    return ImpatientProtocol
