"""The command that starts the HTTP service."""

from __future__ import annotations

import shlex
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from api.service_settings import is_loopback
from api.session import open_session
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from api.access import ApiKey
    from api.service_settings import ServeSettings
    from api.settings import Settings
    from engine.access.key_results import KeyList


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 by default.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 8000 by default.", min=0, max=65535)] = None,
    behind_tls: Annotated[
        bool, typer.Option("--behind-tls", help="Declare that what stands in front of the service speaks TLS.")
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            help="Processes that answer on the port; 1 by default. Limits are per process, and so are rates, unless "
            "SKILLWAY_SERVE__LIMITS__STORAGE names a store for all.",
            min=1,
            max=64,
        ),
    ] = None,
) -> None:
    """Start the HTTP service and say where it is, where its OpenAPI page is, and who is let in.

    On an address that other machines may reach, it starts only where TLS in front is declared and somebody chose who is
    let in: by a key that is set, an OIDC issuer, or an API key (skillway keys create).
    """
    settings = choose_address(load_settings(), host, behind_tls)
    count = processes or settings.serve.processes
    address = settings.serve.host
    refuse_without_tls(settings.serve)

    import uvicorn

    from api.access import find_api_key
    from api.app import create_app
    from api.logs import set_up_logs
    from api.processes import ServiceConfig, run_processes

    key = find_api_key(settings)
    with (
        listen(address, settings.serve.port if port is None else port) as listener,
        # Held open also where others answer, so that a server that stops when it is not used stays.
        open_session(settings) as engine,
    ):
        if key is None and settings.serve.oidc is None:
            refuse_without_keys(address, engine.list_keys())
        # Made here also where others serve it, so that settings that cannot be used are told at once.
        app = create_app(engine, settings)
        set_up_logs(settings.serve.log)
        typer.echo(describe_service(address, listener.getsockname()[1], key))
        if count > 1:
            run_processes(count, settings, listener)
            return
        # Uvicorn raises the Ctrl-C again once it has shut down; it has done its work by then.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(ServiceConfig(app, settings.serve)).run(sockets=[listener])


def choose_address(settings: Settings, host: str | None, behind_tls: bool) -> Settings:
    """Return the settings with what the command line says otherwise."""
    chosen = {"host": host or settings.serve.host, "behind_tls": behind_tls or settings.serve.behind_tls}
    return settings.model_copy(update={"serve": settings.serve.model_copy(update=chosen)})


def refuse_without_tls(serve: ServeSettings) -> None:
    """Refuse to listen for other machines in the clear.

    Raises:
        InvalidInput: The host is not this machine alone, and nothing is declared to speak TLS in front.
    """
    if not is_loopback(serve.host) and not serve.behind_tls:
        raise InvalidInput(
            "--host",
            f"{serve.host} may be reached from other machines, and keys would go over the wire in the clear: put what "
            "speaks TLS in front, and declare it with --behind-tls or SKILLWAY_SERVE__BEHIND_TLS=true",
        )


def refuse_without_keys(host: str, found: KeyList) -> None:
    """Refuse to listen for other machines where nobody chose who is let in.

    Raises:
        InvalidInput: There is no API key that is good.
    """
    if not any(key.state == "good" for key in found.keys):
        raise InvalidInput(
            "--host",
            f"{host} may be reached from other machines, and nobody chose who is let in: make an API key (skillway "
            "keys create), name an OIDC issuer (SKILLWAY_SERVE__OIDC__ISSUER), or set SKILLWAY_SERVE__API_KEY",
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that a port that is taken is known before the graph is opened.

    Raises:
        InvalidInput: The address or the port cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidInput("--port", f"{host} port {port} cannot be listened on: {error}; choose another") from error
    # Connections inherit it. asyncio sets it only on sockets that name TCP as their protocol, which this one does not,
    # and every answer on a connection that is kept would wait 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def describe_service(host: str, port: int, key: ApiKey | None) -> str:
    """Return where the service is and how to ask it; the key itself is never printed."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if key is None:
        where, sent = "those of skillway keys list", "KEY"
    elif key.file:
        where, sent = f"in {key.file}", f"$(cat {shlex.quote(str(key.file))})"
    else:
        where, sent = "the one set in SKILLWAY_SERVE__API_KEY", "$SKILLWAY_SERVE__API_KEY"
    return "\n".join(
        (
            f"Skillway answers at  {url}",
            f"OpenAPI page         {url}/docs",
            f"API key              {where}",
            f"Try                  curl -H \"X-API-Key: {sent}\" '{url}/v1/roles/ROLE/pool'",
            "Stop                 Ctrl-C",
        )
    )
