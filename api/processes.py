"""The service as several processes on one listening socket, for one process computes on one core.

The parent answers nothing: it starts the others, starts again what ends or hangs, and ends them when it is told to.
Nothing that one of them keeps to itself may be missing in another: keys, idempotency keys and what is to be sent are in
the graph; rates are in a store that the settings name; counts are in files that whoever is asked adds up.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from multiprocessing import connection, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.service_settings import ServeSettings
from api.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

CONNECTIONS = 1_000
"""Connections that a process holds open at the same time; beyond them the answer is 503."""
HANG_SECONDS = 30
"""A process that gives no sign of life for so long is killed, and another takes its place."""


class ServiceConfig(uvicorn.Config):
    """How a process serves, in a form that can be sent to another."""

    def __init__(self, app: Any, serve: ServeSettings, **more: Any) -> None:
        super().__init__(
            app,
            # It writes paths, which hold names; RequestRecords logs what may be logged.
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=serve.shutdown_seconds,
            **more,
        )
        self._header_seconds = serve.limits.header_seconds

    def load(self) -> None:
        """Load the app, in the process that serves it."""
        from api.middleware.slow_heads import limit_heads

        # Made only here: a class that is made as the program runs cannot be sent.
        self.http = limit_heads(self._header_seconds)
        super().load()


def run_processes(count: int, settings: Settings, listener: socket.socket) -> None:
    """Serve with several processes until this one is told to stop; each opens the graph for itself."""
    from api.metrics import FOLDER_VARIABLE

    # Says which processes were started, ended and started again.
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    with TemporaryDirectory(prefix="skillway-metrics-") as folder:
        # The library of the metrics reads it when it is imported, and processes that are started inherit it.
        os.putenv(FOLDER_VARIABLE, folder)
        config = ServiceConfig(
            partial(open_app, settings, Path(folder)),
            settings.serve,
            factory=True,
            workers=count,
            timeout_worker_healthcheck=HANG_SECONDS,
        )
        Multiprocess(config, sockets=[listener]).run()


def open_app(settings: Settings, metrics_folder: Path) -> FastAPI:
    """Return the service of this process, over an Engine that is closed when the service ends."""
    Thread(target=_end_with_parent, daemon=True).start()
    # Imported here, where the process gives signs of life already: the first time takes seconds.
    from api.app import create_app
    from api.logs import set_up_logs
    from api.metrics import ServiceMetrics
    from api.session import open_session

    set_up_logs(settings.serve.log)
    with ExitStack() as opened:
        engine = opened.enter_context(open_session(settings))
        app = create_app(engine, settings, ServiceMetrics(metrics_folder))
        closing = opened.pop_all()
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def close_in_the_end(app: FastAPI) -> AsyncGenerator[Any]:
        with closing:
            async with inner(app) as state:
                yield state

    app.router.lifespan_context = close_in_the_end
    return app


def _end_with_parent() -> None:
    """End when the parent is gone, as when it was killed: nobody else would end this process, and it holds the port."""
    if parent := parent_process():
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
