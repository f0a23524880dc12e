"""Holds every caller to a rate, and to so many requests at once, so that none keeps the others waiting."""

from __future__ import annotations

import math
import time
from collections import Counter

from limits import RateLimitItem, parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http_errors import answer_refusal
from api.metrics import ServiceMetrics
from api.service_settings import LimitSettings

BUSY_SECONDS = 1
"""When to ask again where too much was under way: it is over within a second, as a rule."""


def open_limiter(settings: LimitSettings) -> SlidingWindowCounterRateLimiter:
    """Return what counts requests, in the store that the settings name."""
    address = settings.storage
    return SlidingWindowCounterRateLimiter(
        storage_from_string(address if address.startswith("async+") else f"async+{address}")
    )


class CallerLimits:
    """Limits each caller that is known; stands behind what finds out who calls."""

    def __init__(
        self, app: ASGIApp, limiter: SlidingWindowCounterRateLimiter, settings: LimitSettings, metrics: ServiceMetrics
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._rate = parse(settings.rate)
        self._settings = settings
        self._metrics = metrics
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that there were too many."""
        caller = name_caller(scope) if scope["type"] == "http" else None
        if caller is None:
            await self._app(scope, receive, send)
        elif not await self._limiter.hit(self._rate, "caller", caller):
            seconds = await find_wait(self._limiter, self._rate, "caller", caller)
            await self._refuse("rate", 429, f"more than {self._rate}", seconds, scope, receive, send)
        elif self._under_way[caller] >= self._settings.at_once:
            detail = f"{self._settings.at_once} requests of yours are being answered; wait for one to end"
            await self._refuse("at_once", 429, detail, BUSY_SECONDS, scope, receive, send)
        elif self._under_way.total() >= self._settings.at_once_in_all:
            await self._refuse("busy", 503, "the service is busy", BUSY_SECONDS, scope, receive, send)
        else:
            self._under_way[caller] += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._under_way[caller] -= 1
                if not self._under_way[caller]:
                    del self._under_way[caller]

    async def _refuse(
        self, reason: str, status: int, detail: str, seconds: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._metrics.refuse(reason)
        answer = answer_refusal(status, f"{detail}; ask again in {seconds} s", {"Retry-After": str(seconds)})
        await answer(scope, receive, send)


def name_caller(scope: Scope) -> str | None:
    """Return who calls, ``None`` where nobody had to be known for what is asked."""
    caller = scope.get("state", {}).get("caller")
    return None if caller is None else str(caller.name)


async def find_wait(limiter: SlidingWindowCounterRateLimiter, rate: RateLimitItem, *names: str) -> int:
    """Return after how many seconds something is allowed again."""
    stats = await limiter.get_window_stats(rate, *names)
    return max(1, math.ceil(stats.reset_time - time.time()))
