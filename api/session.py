"""Opens the Engine for one command, with the settings in force."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.output import print_note
from api.settings import Settings, load_settings

if TYPE_CHECKING:
    from engine.service import Engine


@contextmanager
def open_session(settings: Settings | None = None) -> Generator[Engine]:
    """Open the Engine, with other settings where they are given; progress of starting the server is said on stderr."""
    from engine.bootstrap import open_engine

    settings = settings or load_settings()
    with open_engine(
        settings.store, settings.engine, as_of=settings.as_of, actor=settings.actor, on_progress=print_note
    ) as engine:
        yield engine
