"""Keys by which programs and people ask over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph_schema.schema import Node, Property


@dataclass(frozen=True, kw_only=True)
class ApiKey(Node):
    """An API key: who carries it and what they may do; of its secret a digest alone is kept.

    The secret has 256 random bits, so nobody finds it by trying, and a digest made slow on purpose would guard nothing
    more: that is for passwords, which people choose.
    """

    id: Annotated[str, Property("Random; the part of the key that may be shown.", "key")]
    name: Annotated[str, Property("What it is called, and what the decision log says asked.")]
    digest: Annotated[str, Property("SHA-256 of the secret.")]
    old_digest: Annotated[str | None, Property("SHA-256 of the secret before the last rotation.")] = None
    old_until: Annotated[datetime | None, Property("Until when that one is good as well (UTC).")] = None
    role: Annotated[str, Property("Role of who carries it, such as manager or integration.")]
    person: Annotated[
        str | None, Property("Id of the person who carries it; there is no relationship to them.", "range")
    ] = None
    functions: Annotated[tuple[str, ...], Property("Functions whose people it may ask about.")] = ()
    regions: Annotated[tuple[str, ...], Property("Regions whose people it may ask about.")] = ()
    scopes: Annotated[tuple[str, ...], Property("What an integration may do.")] = ()
    created_at: Annotated[datetime, Property("When it was made (UTC).")]
    expires_at: Annotated[datetime, Property("Until when it is good (UTC).")]
    revoked_at: Annotated[datetime | None, Property("When it was revoked (UTC).")] = None
