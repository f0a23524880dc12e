"""Tells people what changes for them for as long as a service runs; any number of these may run on one graph."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from graph_schema.errors import SkillwayError

_WAIT_FOR_GRAPH = 5.0
_log = logging.getLogger("skillway.live")


@dataclass
class LiveWorker:
    """Looks at what has changed, writes the messages that come of it, and sends those that are due by e-mail.

    Attributes:
        evaluate: Looks at what has changed, and writes messages.
        mail: Sends what is due by e-mail; None where there is no mail server.
        interval: Seconds between two looks.
        stopping: Set to have :meth:`run` end.
    """

    evaluate: Callable[[], object]
    mail: Callable[[], object] | None
    interval: float
    stopping: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until it is told to stop; a graph that does not answer is tried again."""
        while not self.stopping.is_set():
            wait = self.interval
            try:
                self.evaluate()
                if self.mail:
                    self.mail()
            except SkillwayError as error:
                _log.warning("nobody is told of changes for now: %s", error)
                wait = _WAIT_FOR_GRAPH
            except Exception:
                # Nobody else would say so: messages would stop for good, and the service go on.
                _log.exception("nobody is told of changes for now, for a reason that was not foreseen")
                wait = _WAIT_FOR_GRAPH
            self.stopping.wait(wait)
