"""What the Engine answers about API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Key:
    """An API key without its secret.

    ``state`` is ``good``, ``expired``, ``revoked`` or ``orphaned`` (its person is not in the graph any more).
    ``old_until`` says until when the secret before the last rotation is good as well.
    """

    id: str
    name: str
    role: str
    person: str | None
    functions: tuple[str, ...]
    regions: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    old_until: datetime | None
    revoked_at: datetime | None
    state: str


@dataclass(frozen=True)
class NewKey:
    """A key with its secret, which is told this once and kept nowhere: ``token`` is what requests carry."""

    key: Key
    token: str


@dataclass(frozen=True)
class KeyList:
    """All keys, the oldest first."""

    keys: tuple[Key, ...]
