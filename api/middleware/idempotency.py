"""``Idempotency-Key`` on every POST under ``/v1``: sent again, a request is answered as it was and not done twice.

After draft-ietf-httpapi-idempotency-key-header. What was refused changed nothing and is not kept: it may be mended and
sent again under the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http_errors import ProblemKind, answer_problem, answer_refusal
from engine.idempotency import Claim, KeptAnswer, KeyTaken, claim_request, keep_answer, release_request
from graph_schema.store import GraphStore

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
RETRY_AFTER_SECONDS = 2
ANONYMOUS = "service"
"""Caller of a service that tells its callers not apart."""
_KEPT_HEADERS = ("content-type", "etag", "link", "location")

REUSED = ProblemKind("idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "Another request has this key")
RUNNING = ProblemKind("still-running", HTTPStatus.CONFLICT, "The same request is being worked on")
NOT_KEPT = ProblemKind("answer-not-kept", HTTPStatus.CONFLICT, "It was done, and its answer was too long to be kept")
BAD_KEY = ProblemKind("invalid-input", HTTPStatus.UNPROCESSABLE_ENTITY, "A value cannot be used")


class IdempotencyKeys:
    """Answers a request that came before as it was answered then, whatever process that was."""

    def __init__(self, app: ASGIApp, store: GraphStore) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, at most once for each key."""
        key = None
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/v1/"):
            key = Headers(scope=scope).get(HEADER)
        if key is None:
            await self._app(scope, receive, send)
            return
        key = key.strip().removeprefix('"').removesuffix('"')
        if not 0 < len(key) <= LONGEST_KEY:
            answer = answer_problem(BAD_KEY, f"{HEADER}: must have 1 to {LONGEST_KEY} characters")
            await answer(scope, receive, send)
            return
        try:
            body = await _read_body(receive)
        except HTTPException as error:
            # A body that is too long or too late, before the router that would tell it.
            await answer_refusal(error.status_code, error.detail, dict(error.headers or {}))(scope, receive, send)
            return
        claimed = await run_in_threadpool(claim_request, self._store, _name_caller(scope), key, _digest(scope, body))
        if isinstance(claimed, Claim):
            await self._work(claimed, scope, _Replay(body, receive), send)
        else:
            await _tell(claimed)(scope, receive, send)

    async def _work(self, claim: Claim, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Recorder()
        try:
            await self._app(scope, receive, answer)
        except BaseException:
            await run_in_threadpool(release_request, self._store, claim)
            raise
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            await run_in_threadpool(keep_answer, self._store, claim, answer.to_kept())
        else:
            await run_in_threadpool(release_request, self._store, claim)
        for message in answer.messages:
            await send(message)


class _Replay:
    """Gives an application the body that was read already."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Recorder:
    """Holds an answer back until it is kept."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.messages.append(message)

    def to_kept(self) -> KeptAnswer:
        """Return what is kept of the answer."""
        start = self.messages[0]
        headers: Mapping[str, str] = Headers(raw=start.get("headers", []))
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        return KeptAnswer(self.status, kept, body.decode())


def _tell(claimed: KeptAnswer | KeyTaken) -> Response:
    if isinstance(claimed, KeyTaken):
        if claimed.by_another:
            return answer_problem(REUSED, f"give every request a {HEADER} of its own; only its repetition has the same")
        detail = f"the answer is not there yet; send it again in {RETRY_AFTER_SECONDS} seconds"
        return answer_problem(RUNNING, detail, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    replayed = {"Idempotency-Replayed": "true"}
    if claimed.body is None:
        detail = f"it was answered with {claimed.status}; read what it wrote"
        return answer_problem(NOT_KEPT, detail, replayed)
    return Response(claimed.body, claimed.status, {**claimed.headers, **replayed})


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)


def _digest(scope: Scope, body: bytes) -> str:
    path = scope.get("raw_path") or scope["path"].encode()
    return sha256(b"\x1f".join((scope["method"].encode(), path, scope["query_string"], body))).hexdigest()


def _name_caller(scope: Scope) -> str:
    caller = scope.get("state", {}).get("caller")
    return ANONYMOUS if caller is None else str(caller.name)
