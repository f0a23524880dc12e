"""Requests that are sent again: claimed in the graph before the work, so that any process answers them alike.

What is done for a request and that it is done are two transactions. When the process dies between them the claim is
taken over after :data:`STALE`, and the work is done again: every write of Skillway told twice changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from graph_schema.graph import Graph
from graph_schema.queries.service import (
    CLAIM_REQUEST,
    FORGET_ANSWERS,
    KEEP_ANSWER,
    PRUNE_REQUESTS,
    RELEASE_REQUEST,
    RequestRow,
)
from graph_schema.store import GraphStore

KEPT = timedelta(hours=24)
"""How long an answer is kept."""
STALE = timedelta(minutes=5)
"""How long a request may be worked on before its process counts as dead."""
LONGEST_ANSWER = 4_000_000
"""Characters of the longest answer that is kept."""


@dataclass(frozen=True)
class Claim:
    """A request that whoever holds this works on and answers."""

    id: str
    token: str


@dataclass(frozen=True)
class KeptAnswer:
    """The answer to a request that came before; the body is unknown when it was too long or too secret to be kept."""

    status: int
    headers: Mapping[str, str]
    body: str | None


@dataclass(frozen=True)
class KeyTaken:
    """Why a request can be neither answered nor worked on: another one has the key, or it is being worked on."""

    by_another: bool


def claim_request(
    store: GraphStore, caller: str, key: str, digest: str, now: datetime | None = None
) -> Claim | KeptAnswer | KeyTaken:
    """Claim a request, or return how it was answered before.

    Args:
        store: The graph.
        caller: Who asks; two callers may use the same key.
        key: The key that the request carries.
        digest: Of method, path and body.
        now: When; now when not given.
    """
    now = now or datetime.now(UTC)
    store.ask(PRUNE_REQUESTS, expired=now - KEPT)
    named = sha256("\x1f".join((caller, key)).encode()).hexdigest()
    claim = Claim(f"request:{named}", secrets.token_hex(16))
    [row] = store.ask(
        CLAIM_REQUEST,
        id=claim.id,
        digest=digest,
        claim=claim.token,
        now=now,
        stale=now - STALE,
        expired=now - KEPT,
    )
    return _judge(row, claim, digest)


def keep_answer(store: GraphStore, claim: Claim, answer: KeptAnswer) -> None:
    """Keep how a request was answered; whoever has lost the claim changes nothing."""
    body = answer.body if answer.body is not None and len(answer.body) <= LONGEST_ANSWER else None
    headers = json.dumps(dict(answer.headers), ensure_ascii=False)
    store.ask(KEEP_ANSWER, id=claim.id, claim=claim.token, status=answer.status, headers=headers, body=body)


def release_request(store: GraphStore, claim: Claim) -> None:
    """Let go of a request that changed nothing, so that it may be sent again."""
    store.ask(RELEASE_REQUEST, id=claim.id, claim=claim.token)


def forget_answers(graph: Graph, called: Sequence[str]) -> None:
    """Remove the answers that name somebody, in the transaction that erases them."""
    # Inside of JSON, quotes and the like stand with a stroke before them.
    names = {*called, *(json.dumps(name, ensure_ascii=False)[1:-1] for name in called)}
    graph.ask(FORGET_ANSWERS, called=sorted(names))


def _judge(row: RequestRow, claim: Claim, digest: str) -> Claim | KeptAnswer | KeyTaken:
    if row.digest != digest:
        return KeyTaken(by_another=True)
    if row.claim == claim.token:
        return claim
    if row.status is None:
        return KeyTaken(by_another=False)
    return KeptAnswer(row.status, json.loads(row.headers or "{}"), row.body)
