"""Ids of evidence: the same observation has the same id whenever, and in whatever order, it is loaded or recorded."""

from __future__ import annotations

import hashlib

RECORDED = "recorded"
"""Owner, in the graph, of evidence that came one piece at a time; no data set may take the name."""

API = "api"
"""Owner, in the graph, of what other systems write through the service; no data set may take this name either."""


def make_evidence_id(source: str, person: str, skill: str, kind: str, origin: str, *own: str) -> str:
    """Return the id of an observation.

    Args:
        source: Name of the data set, or ``RECORDED``.
        person: Id of the person.
        skill: Id of the skill.
        kind: Kind of evidence.
        origin: System or form it came from: two systems may give the same id to different things.
        own: The origin's own id of it; without one, what else tells it from others: its date, what left it and who
            signed it.
    """
    return f"evidence:{hashlib.sha256(chr(31).join((source, person, skill, kind, origin, *own)).encode()).hexdigest()}"
