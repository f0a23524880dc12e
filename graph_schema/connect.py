"""Opening the graph: the server given by its address, else the embedded one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, SecretStr

if TYPE_CHECKING:
    from graph_schema.store import GraphStore


class StoreSettings(BaseModel):
    """Where the graph is. Without ``uri`` an embedded Neo4j is started and kept under ``home``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    """Folder of the embedded server: its store, password and log."""
    cache: Path
    """Folder of downloaded artifacts; several homes share it."""
    port: int | None = None
    """Port of the embedded server; a free one is chosen when none is given."""
    idle_minutes: float = 30.0
    """Minutes without a command or connection after which the embedded server stops by itself; 0 means never."""
    uri: str | None = None
    """Bolt address of a server of your own; then nothing is started."""
    username: str = "neo4j"
    """User of that server."""
    password: SecretStr | None = None
    """Password of that server."""
    database: str = "neo4j"
    """Database name."""
    timeout: float = 60.0
    """Seconds after which a query is given up."""


def open_store(settings: StoreSettings, on_progress: Callable[[str], None] | None = None) -> GraphStore:
    """Connect to the graph, starting the embedded server when no address is given, and bring its schema up to date.

    Raises:
        StoreUnavailable: The server at the address does not answer.
        EmbeddedServerError: The embedded server could not be started.
        SchemaMismatch: The graph was written by a newer Skillway.
    """
    # Imported here, so that reading the settings does not load the driver.
    from graph_schema.store import GraphStore

    if settings.uri is not None:
        password = settings.password.get_secret_value() if settings.password else ""
        store = GraphStore(
            settings.uri, settings.username, password, database=settings.database, timeout=settings.timeout
        )
    else:
        from graph_schema.embedded import ensure_running

        run = partial(
            ensure_running,
            settings.home,
            settings.cache,
            port=settings.port,
            idle_seconds=settings.idle_minutes * 60 or None,
        )
        address = run(on_progress=on_progress)
        store = GraphStore(
            address.uri,
            address.username,
            address.password.get_secret_value(),
            database=settings.database,
            timeout=settings.timeout,
            find_server=lambda: run().uri,
        )
    try:
        store.migrate()
    except BaseException:
        store.close()
        raise
    return store
