"""Ids of evidence: the same observation has the same id whenever, and in whatever order, it is loaded."""

from __future__ import annotations

import hashlib


def make_evidence_id(source: str, person: str, skill: str, kind: str, *own: str) -> str:
    """Return the id of an observation.

    Args:
        source: Name of the data set.
        person: Id of the person.
        skill: Id of the skill.
        kind: Kind of evidence.
        own: The source's own id of it; without one, what else tells it from others: its date and what left it.
    """
    return f"evidence:{hashlib.sha256(chr(31).join((source, person, skill, kind, *own)).encode()).hexdigest()}"
