"""Requests that carry an ``Idempotency-Key``: claimed, answered, forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class RequestRow:
    """A request as it is kept."""

    digest: str
    claim: str
    status: int | None
    headers: str | None
    body: str | None


CLAIM_REQUEST = Query(
    name="claim_request",
    access="write",
    row=RequestRow,
    # Writing a property takes the lock; what is read after it is what the last one wrote. A claim that is too old is
    # made anew, and so is one whose process has died.
    text="""
    MERGE (r:IdempotentRequest {id: $id})
    SET r.locked = true
    REMOVE r.locked
    WITH r, r.claimed_at IS NULL OR r.claimed_at < $expired AS anew,
         r.digest = $digest AND r.status IS NULL AND r.claimed_at < $stale AS dead
    FOREACH (_ IN CASE WHEN anew OR dead THEN [1] ELSE [] END |
        SET r.digest = $digest, r.claim = $claim, r.claimed_at = $now
        REMOVE r.status, r.headers, r.body)
    RETURN r.digest AS digest, r.claim AS claim, r.status AS status,
           r.headers AS headers, r.body AS body
    """,
)

KEEP_ANSWER = Query(
    name="keep_answer",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (r:IdempotentRequest {id: $id})
    WHERE r.claim = $claim
    SET r.status = $status, r.headers = $headers, r.body = $body
    RETURN count(r) AS written
    """,
)

RELEASE_REQUEST = Query(
    name="release_request",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (r:IdempotentRequest {id: $id})
    WHERE r.claim = $claim
    DELETE r
    RETURN count(*) AS written
    """,
)

PRUNE_REQUESTS = Query(
    name="prune_requests",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (r:IdempotentRequest)
    WHERE r.claimed_at < $expired
    WITH r LIMIT 100
    DELETE r
    RETURN count(*) AS written
    """,
)

FORGET_ANSWERS = Query(
    name="forget_answers",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (r:IdempotentRequest)
    WHERE any(name IN $called WHERE r.body CONTAINS name OR r.headers CONTAINS name)
    DELETE r
    RETURN count(*) AS written
    """,
)
