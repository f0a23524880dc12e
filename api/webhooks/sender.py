"""Sends one webhook, to the very address that was checked, in a limited time, and follows nothing.

The connection pool is given its network: a connection goes to an address that :mod:`engine.events.targets` has let
through, under the name of the target for TLS. It knows no redirects, no proxies of the environment and no cookies, and
is used once: what was checked is what is spoken to.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore2

from engine.events.deliver import LEASE, Answer
from engine.events.messages import Message
from engine.events.targets import AddressRefused, Resolve, Target, find_addresses, resolve_name
from engine.settings import EventSettings

SECONDS = LEASE.total_seconds() / 4
"""Time for all of one message, however slowly its receiver speaks."""
_READ = 2_000
"""Bytes of an answer that are read: it says what went wrong in a few words, or it is no answer."""


class WebhookSender:
    """Sends webhooks.

    Args:
        settings: Say which addresses are let through.
        resolve: Gives the addresses of a name; the system's resolver when not given.
        trust: Whose certificates are trusted; the usual authorities when not given.
    """

    def __init__(
        self, settings: EventSettings, resolve: Resolve = resolve_name, trust: ssl.SSLContext | None = None
    ) -> None:
        self._settings = settings
        self._resolve = resolve
        self._trust = trust

    def __call__(self, message: Message) -> Answer:
        """Send a message and say what came of it; it raises nothing."""
        target = message.target
        network = _CheckedNetwork(target, self._settings, self._resolve, time.monotonic() + SECONDS)
        try:
            with (
                httpcore2.ConnectionPool(
                    ssl_context=self._trust or _trust_authorities(), network_backend=network, max_connections=1
                ) as pool,
                pool.stream(
                    "POST",
                    httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
                    headers=[("host", _say_host(target)), *message.headers.items()],
                    content=message.body,
                    extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)},
                ) as response,
            ):
                status = response.status
                problem = None if 200 <= status < 300 else f"answered {status}{_read_words(response)}"
                return Answer(status, problem, _read_wait(response))
        except AddressRefused as error:
            return Answer(None, str(error))
        except httpcore2.TimeoutException:
            return Answer(None, f"no answer within {SECONDS:g} seconds")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError, OSError) as error:
            return Answer(None, f"could not be reached: {error or type(error).__name__}"[:300])


class _CheckedNetwork(httpcore2.NetworkBackend):
    """Connects to addresses that were let through, and lets nothing last beyond a point in time."""

    def __init__(self, target: Target, settings: EventSettings, resolve: Resolve, deadline: float) -> None:
        self._target = target
        self._settings = settings
        self._resolve = resolve
        self._deadline = deadline
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address that answers."""
        del host, timeout
        failed: Exception | None = None
        for address in find_addresses(self._target, self._settings, self._resolve):
            try:
                left = _time_left(self._deadline)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore2.ConnectError("no address")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose time runs out, so that a receiver that sends a byte now and then is not waited for."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _time_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, _time_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        del timeout
        stream = self._stream.start_tls(ssl_context, server_hostname, _time_left(self._deadline))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _time_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for one message is over")
    return left


@cache
def _trust_authorities() -> ssl.SSLContext:
    # Reading the authorities takes longer than sending.
    return ssl.create_default_context()


def _say_host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == {"https": 443, "http": 80}[target.scheme] else f"{host}:{target.port}"


def _read_words(response: httpcore2.Response) -> str:
    read = b""
    for part in response.iter_stream():
        read += part
        if len(read) >= _READ:
            break
    words = " ".join(read[:_READ].decode("utf-8", "replace").split())[:200]
    printable = "".join(letter for letter in words if letter.isprintable())
    return f": {printable}" if printable else ""


def _read_wait(response: httpcore2.Response) -> float | None:
    said = next((value.decode("latin-1") for name, value in response.headers if name.lower() == b"retry-after"), "")
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
