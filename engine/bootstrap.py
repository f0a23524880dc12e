"""The one place that wires the graph, the embedder and the clock into an Engine."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.connect import StoreSettings, open_store


@contextmanager
def open_engine(
    store: StoreSettings,
    settings: EngineSettings | None = None,
    *,
    as_of: date | None = None,
    actor: str = "unknown",
    on_progress: Callable[[str], None] | None = None,
) -> Generator[Engine]:
    """Open an Engine on the graph, starting the embedded Neo4j when no server is named.

    Args:
        store: Where the graph is.
        settings: The engine's settings; defaults when not given.
        as_of: The day to compute for; today when not given.
        actor: Who asks, for the decision record.
        on_progress: Called with a sentence at each step of starting the server.

    Example:
        ::

            from api.settings import load_settings
            from engine.bootstrap import open_engine

            settings = load_settings()
            with open_engine(settings.store, settings.engine) as engine:
                print(engine.profile("Ana Silva").hidden)
    """
    chosen = settings or EngineSettings()
    if chosen.events.key_file is None:
        events = chosen.events.model_copy(update={"key_file": store.home / "webhook-keys"})
        chosen = chosen.model_copy(update={"events": events})
    with open_store(store, on_progress) as graph:
        yield Engine(graph, chosen, clock=lambda: as_of or datetime.now(UTC).date(), actor=actor)
