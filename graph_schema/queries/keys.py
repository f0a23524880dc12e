"""API keys, and the people whom tokens speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from graph_schema.queries.decisions import PersonId
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class KeyRow:
    """An API key as it is kept."""

    id: str
    name: str
    digest: str
    old_digest: str | None
    old_until: datetime | None
    role: str
    person: str | None
    functions: list[str]
    regions: list[str]
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    person_is_there: bool
    """Whether the person whom it names is in the graph."""


_KEY: LiteralString = """RETURN key.id AS id, key.name AS name, key.digest AS digest, key.old_digest AS old_digest,
           key.old_until AS old_until, key.role AS role, key.person AS person, key.functions AS functions,
           key.regions AS regions, key.scopes AS scopes, key.created_at AS created_at, key.expires_at AS expires_at,
           key.revoked_at AS revoked_at, EXISTS { (:Person {id: key.person}) } AS person_is_there"""

KEY = Query(
    name="key",
    row=KeyRow,
    text=f"""
    MATCH (key:ApiKey {{id: $key_id}})
    {_KEY}
    """,
)

KEYS = Query(
    name="keys",
    row=KeyRow,
    text=f"""
    MATCH (key:ApiKey)
    {_KEY}
    ORDER BY created_at, id
    """,
)

LOCK_KEY = Query(
    name="lock_key",
    access="write",
    row=WrittenCount,
    # Writing a property is how Cypher takes the lock; of two changes at once, the second sees the first.
    text="""
    MATCH (key:ApiKey {id: $key_id})
    SET key.locked = true
    REMOVE key.locked
    RETURN count(key) AS written
    """,
)

FIND_TOKEN_PERSON = Query(
    name="find_token_person",
    row=PersonId,
    text="""
    CALL () {
        MATCH (p:Person {id: $claim})
        RETURN p
        UNION
        MATCH (p:Person {email: $claim})
        RETURN p
    }
    RETURN p.id AS id
    ORDER BY id
    LIMIT 2
    """,
)
