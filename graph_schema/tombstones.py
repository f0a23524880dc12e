"""How a graph knows somebody who was erased without keeping who they were.

A tombstone is a digest of the person's id with a random salt of the graph. It tells nobody an id, but whoever has the
graph and guesses an id can see whether it was that of somebody erased: ids are short, and no digest helps against that.
"""

from __future__ import annotations

import secrets
from hashlib import sha256


def make_salt() -> str:
    """Return 128 random bits."""
    return secrets.token_hex(16)


def digest_id(salt: str, person_id: str) -> str:
    """Return the tombstone of a person's id."""
    return sha256(f"{salt}\x1f{person_id}".encode()).hexdigest()
