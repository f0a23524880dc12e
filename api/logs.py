"""The service's log: an object a line, without personal data.

What Skillway logs itself is events with named fields. What libraries log through ``logging`` is kept from warnings on;
the access log of the server is off, because it writes paths, which hold names.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Literal

import structlog
from structlog.typing import EventDict

_FRAMES = 12
_DEEPEST = 4


def set_up_logs(form: Literal["json", "text"]) -> None:
    """Write the log to standard error, in the form chosen."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_error,
    ]
    written = (
        [structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("skillway").setLevel(logging.INFO)


def tell_error(_: object, __: str, event: EventDict) -> EventDict:
    """Tell an error by its kinds and places: what it says of itself may quote a name or a value."""
    told = event.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told is True else told
    chain: list[str] = []
    while isinstance(error, BaseException) and len(chain) < _DEEPEST:
        chain.append(f"{type(error).__name__} at {' < '.join(_list_places(error.__traceback__))}")
        error = error.__cause__ or error.__context__
    return {**event, "error": chain} if chain else event


def _list_places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
