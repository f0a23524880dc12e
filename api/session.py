"""Opens the Engine for one command, with the settings in force."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.output import print_note
from api.settings import load_settings

if TYPE_CHECKING:
    from engine.service import Engine


@contextmanager
def open_session() -> Generator[Engine]:
    """Open the Engine; progress of starting the server goes to standard error."""
    from engine.bootstrap import open_engine

    settings = load_settings()
    with open_engine(
        settings.store, settings.engine, as_of=settings.as_of, actor=settings.actor, on_progress=print_note
    ) as engine:
        yield engine
