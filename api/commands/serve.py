"""The command that starts the HTTP service."""

from __future__ import annotations

import shlex
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from api.session import open_session
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from api.access import ApiKey


CONNECTIONS = 1_000
"""Connections that are held open at the same time; beyond them the answer is 503."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 by default.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 8000 by default.", min=0, max=65535)] = None,
) -> None:
    """Start the HTTP service and say where it is, where its OpenAPI page is, and where its API key is kept."""
    settings = load_settings()
    address = host or settings.serve.host
    refuse_open_host(address, key_is_set=settings.serve.api_key is not None)

    import uvicorn

    from api.access import find_api_key
    from api.app import create_app
    from api.logs import set_up_logs
    from api.middleware.slow_heads import limit_heads

    key = find_api_key(settings)
    with listen(address, settings.serve.port if port is None else port) as listener, open_session() as engine:
        limits = settings.serve.limits
        config = uvicorn.Config(
            create_app(engine, settings),
            http=limit_heads(limits.header_seconds),
            # It writes paths, which hold names; RequestRecords logs what may be logged.
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=settings.serve.shutdown_seconds,
        )
        set_up_logs(settings.serve.log)
        server = uvicorn.Server(config)
        typer.echo(describe_service(address, listener.getsockname()[1], key))
        # Uvicorn raises the Ctrl-C again once it has shut down; it has done its work by then.
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def refuse_open_host(host: str, *, key_is_set: bool) -> None:
    """Refuse to listen for other machines with a key that nobody chose.

    Raises:
        InvalidInput: The host is not this machine alone, and no key is set.
    """
    if not key_is_set and not _is_loopback(host):
        raise InvalidInput(
            "--host",
            f"{host} may be reached from other machines; set SKILLWAY_SERVE__API_KEY to a key of your own first",
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that a port that is taken is known before the graph is opened.

    Raises:
        InvalidInput: The address or the port cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidInput("--port", f"{host} port {port} cannot be listened on: {error}; choose another") from error


def describe_service(host: str, port: int, key: ApiKey) -> str:
    """Return where the service is and how to ask it; the key itself is never printed."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    where, sent = (
        (f"in {key.file}", f"$(cat {shlex.quote(str(key.file))})")
        if key.file
        else ("the one set in SKILLWAY_SERVE__API_KEY", "$SKILLWAY_SERVE__API_KEY")
    )
    return "\n".join(
        (
            f"Skillway answers at  {url}",
            f"OpenAPI page         {url}/docs",
            f"API key              {where}",
            f"Try                  curl -H \"X-API-Key: {sent}\" '{url}/v1/roles/ROLE/pool'",
            "Stop                 Ctrl-C",
        )
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
