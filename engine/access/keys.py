"""API keys: made, rotated, revoked, and recognised. Of a secret the graph keeps a digest alone."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from engine.access.callers import CALLER_ROLES, SCOPES, Caller, CallerRole
from engine.access.key_results import Key, KeyList, NewKey
from engine.beliefs import SOURCE
from engine.decisions import Told, append_decision
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.nodes import ApiKey
from graph_schema.queries.keys import KEY, KEYS, LOCK_KEY, KeyRow
from graph_schema.store import GraphStore

PREFIX = "skw"
LONGEST_DAYS = 730
"""Most days that a key is good for."""
LONGEST_OVERLAP = 30 * 24.0
"""Most hours for which the secret before a rotation stays good."""
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{16}})_([A-Za-z0-9_-]{{43}})")
_NAME = re.compile(r"[\w .@-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class KeyTerms:
    """What a key is to be: who carries it, and what they may do; the person by id."""

    name: str
    role: str
    person: str | None = None
    functions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    days: int = 90


def create_key(store: GraphStore, actor: str, terms: KeyTerms, now: datetime) -> NewKey:
    """Make a key and return it with its secret, which is told this once.

    Raises:
        InvalidInput: The terms do not fit the role, or one of them cannot be used; nothing is made.
    """
    check_terms(terms)
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = ApiKey(
        id=key_id,
        name=terms.name,
        digest=digest_secret(secret),
        role=terms.role,
        person=terms.person,
        functions=terms.functions,
        regions=terms.regions,
        scopes=tuple(sorted(set(terms.scopes))),
        created_at=now,
        expires_at=now + timedelta(days=terms.days),
    )
    question = {
        "key": key_id, "name": terms.name, "role": terms.role, "person": terms.person,
        "functions": list(key.functions), "regions": list(key.regions), "scopes": list(key.scopes), "days": terms.days,
    }  # fmt: skip

    def create(graph: Graph) -> Key:
        graph.write_nodes([key], SOURCE)
        append_decision(graph, actor, Told(operation="create_key", question=question))
        return _say(graph.ask(KEY, key_id=key_id)[0], now)

    return NewKey(store.transact("create_key", create), make_token(key_id, secret))


def list_keys(store: GraphStore, now: datetime) -> KeyList:
    """Return all keys, the oldest first."""
    return KeyList(tuple(_say(row, now) for row in store.ask(KEYS)))


def rotate_key(store: GraphStore, actor: str, key_id: str, overlap_hours: float, now: datetime) -> NewKey:
    """Give a key another secret; the one it has stays good for some hours, the one before that no longer.

    Raises:
        NotFound: There is no such key.
        InvalidInput: The key is not good any more, or the hours are out of range.
    """
    if not 0 <= overlap_hours <= LONGEST_OVERLAP:
        raise InvalidInput("overlap_hours", f"must be from 0 to {LONGEST_OVERLAP:g}, and {overlap_hours:g} is not")
    secret = secrets.token_urlsafe(32)

    def rotate(graph: Graph) -> Key:
        row = _lock(graph, key_id)
        if (state := judge_key(row, now)) != "good":
            raise InvalidInput("key", f"is {state}: make another one")
        until = now + timedelta(hours=overlap_hours)
        rotated = replace(_to_node(row), digest=digest_secret(secret), old_digest=row.digest, old_until=until)
        graph.write_nodes([rotated], SOURCE)
        question = {"key": key_id, "overlap_hours": overlap_hours}
        append_decision(graph, actor, Told(operation="rotate_key", question=question))
        return _say(graph.ask(KEY, key_id=key_id)[0], now)

    return NewKey(store.transact("rotate_key", rotate), make_token(key_id, secret))


def revoke_key(store: GraphStore, actor: str, key_id: str, now: datetime) -> Key:
    """Make a key good for nothing, at once and for good; one that is revoked already stays as it is.

    Raises:
        NotFound: There is no such key.
    """

    def revoke(graph: Graph) -> Key:
        row = _lock(graph, key_id)
        if row.revoked_at is None:
            graph.write_nodes([replace(_to_node(row), revoked_at=now)], SOURCE)
            append_decision(graph, actor, Told(operation="revoke_key", question={"key": key_id}))
        return _say(graph.ask(KEY, key_id=key_id)[0], now)

    return store.transact("revoke_key", revoke)


def recognise_key(store: GraphStore, token: str, now: datetime) -> Caller | None:
    """Return who carries a token, None where it is none that is good now. Asks the graph, so revoking holds at once."""
    found = _TOKEN.fullmatch(token)
    rows = store.ask(KEY, key_id=found[1]) if found else []
    if not found or not rows:
        return None
    [row] = rows
    digest = digest_secret(found[2])
    current = hmac.compare_digest(digest, row.digest)
    old = row.old_until is not None and now < row.old_until and hmac.compare_digest(digest, row.old_digest or "")
    if not (current or old) or judge_key(row, now) != "good":
        return None
    return Caller(
        # Two keys may have one name, and a name holds no colon; the id survives rotation.
        name=f"key:{row.name}:{row.id}",
        role=cast(CallerRole, row.role),
        person_id=row.person,
        functions=tuple(row.functions),
        regions=tuple(row.regions),
        scopes=frozenset(row.scopes),
    )


def looks_like_key(token: str) -> bool:
    """Say whether a token has the form of an API key."""
    return token.startswith(f"{PREFIX}_")


def judge_key(row: KeyRow, now: datetime) -> str:
    """Say in which state a key is: ``good``, ``expired``, ``revoked`` or ``orphaned``."""
    if row.revoked_at is not None:
        return "revoked"
    if now >= row.expires_at:
        return "expired"
    return "orphaned" if row.person is not None and not row.person_is_there else "good"


def check_terms(terms: KeyTerms) -> None:
    """Check that what a key is to be fits together.

    Raises:
        InvalidInput: It does not; the message says what is missing or too much.
    """
    if not _NAME.fullmatch(terms.name):
        raise InvalidInput("name", "must have 1 to 80 letters, digits, spaces, dots, hyphens or @")
    if terms.role not in CALLER_ROLES:
        raise InvalidInput("role", f"{terms.role!r} is not one of {', '.join(CALLER_ROLES)}")
    if not 1 <= terms.days <= LONGEST_DAYS:
        raise InvalidInput("days", f"must be from 1 to {LONGEST_DAYS}, and {terms.days} is not")
    for name, given, fits in (
        ("person", terms.person is not None, terms.role in ("employee", "manager", "talent_partner")),
        ("functions", bool(terms.functions), terms.role in ("talent_partner", "integration")),
        ("regions", bool(terms.regions), terms.role in ("talent_partner", "integration")),
        ("scopes", bool(terms.scopes), terms.role == "integration"),
    ):
        if given and not fits:
            raise InvalidInput(name, f"is nothing that a key of the role {terms.role} has: leave it out")
    _check_presence(terms)


def make_token(key_id: str, secret: str) -> str:
    """Return what requests carry."""
    return f"{PREFIX}_{key_id}_{secret}"


def digest_secret(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _check_presence(terms: KeyTerms) -> None:
    if terms.role in ("employee", "manager") and terms.person is None:
        raise InvalidInput("person", f"is missing: a key of the role {terms.role} is somebody's")
    if terms.role == "talent_partner" and not (terms.functions or terms.regions):
        raise InvalidInput("functions", "or regions are missing: a talent partner asks about the people of some")
    if terms.role == "integration":
        _check_scopes(terms.scopes)


def _check_scopes(scopes: Sequence[str]) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        problem = f"{unknown[0]!r} is not one of" if unknown else "are missing: an integration needs some of"
        raise InvalidInput("scopes", f"{problem} {', '.join(SCOPES)}")


def _lock(graph: Graph, key_id: str) -> KeyRow:
    if not graph.ask(LOCK_KEY, key_id=key_id)[0].written:
        raise NotFound("key", key_id, "skillway keys list shows those there are")
    return graph.ask(KEY, key_id=key_id)[0]


def _to_node(row: KeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        digest=row.digest,
        old_digest=row.old_digest,
        old_until=row.old_until,
        role=row.role,
        person=row.person,
        functions=tuple(row.functions),
        regions=tuple(row.regions),
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _say(row: KeyRow, now: datetime) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        role=row.role,
        person=row.person,
        functions=tuple(row.functions),
        regions=tuple(row.regions),
        scopes=tuple(row.scopes),
        created_at=row.created_at.astimezone(UTC),
        expires_at=row.expires_at.astimezone(UTC),
        old_until=row.old_until and row.old_until.astimezone(UTC),
        revoked_at=row.revoked_at and row.revoked_at.astimezone(UTC),
        state=judge_key(row, now),
    )
