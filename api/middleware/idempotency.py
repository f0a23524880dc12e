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
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http_errors import ProblemKind, answer_error, answer_problem, answer_refusal
from api.middleware.rate_limits import name_caller
from engine.idempotency import Claim, KeptAnswer, KeyTaken, claim_request, keep_answer, release_request
from graph_schema.errors import InvalidInput, SkillwayError
from graph_schema.store import GraphStore

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
RETRY_AFTER_SECONDS = 2
_KEPT_HEADERS = ("content-type", "etag", "link", "location")

REUSED = ProblemKind("idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "Another request has this key")
RUNNING = ProblemKind("still-running", HTTPStatus.CONFLICT, "The same request is being worked on")
NOT_KEPT = ProblemKind("answer-not-kept", HTTPStatus.CONFLICT, "It was done, and its answer is not kept")


class IdempotencyKeys:
    """Answers a request that came before as it was answered then, whatever process that was."""

    def __init__(self, app: ASGIApp, store: GraphStore) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, at most once for each key."""
        key, caller = None, name_caller(scope)
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/v1/"):
            key = Headers(scope=scope).get(HEADER)
        if key is None or caller is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer_once(caller, check_key(key), scope, receive)
        except HTTPException as error:
            # A body that is too long or too late, before the router that would tell it.
            answer = answer_refusal(error.status_code, error.detail, dict(error.headers or {}))
        except SkillwayError as error:
            # So is this: what tells errors to who asks stands further in.
            answer = answer_error(error, Request(scope))
        await answer(scope, receive, send)

    async def _answer_once(self, caller: str, key: str, scope: Scope, receive: Receive) -> ASGIApp:
        body = await _read_body(receive)
        claimed = await run_in_threadpool(claim_request, self._store, caller, key, _digest(scope, body))
        if isinstance(claimed, Claim):
            return await self._work(claimed, scope, _Replay(body, receive))
        return _tell(claimed)

    async def _work(self, claim: Claim, scope: Scope, receive: Receive) -> ASGIApp:
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
        return answer.play


def check_key(key: str) -> str:
    """Return what a header holds as a key.

    Raises:
        InvalidInput: It holds none that can be used.
    """
    key = key.strip().removeprefix('"').removesuffix('"')
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput(HEADER, f"must have 1 to {LONGEST_KEY} characters")
    return key


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

    async def play(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer that was held back."""
        del scope, receive
        for message in self.messages:
            await send(message)

    def to_kept(self) -> KeptAnswer:
        """Return what is kept of the answer."""
        start = self.messages[0]
        headers: Mapping[str, str] = Headers(raw=start.get("headers", []))
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        # What holds a secret says so, to everything that might store it.
        secret = "no-store" in headers.get("cache-control", "")
        return KeptAnswer(self.status, kept, None if secret else body.decode())


def _tell(claimed: KeptAnswer | KeyTaken) -> Response:
    if isinstance(claimed, KeyTaken):
        if claimed.by_another:
            return answer_problem(REUSED, f"give every request a {HEADER} of its own; only its repetition has the same")
        detail = f"the answer is not there yet; send it again in {RETRY_AFTER_SECONDS} seconds"
        return answer_problem(RUNNING, detail, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    replayed = {"Idempotency-Replayed": "true"}
    if claimed.body is None:
        detail = f"it was answered with {claimed.status}, too long or too secret to be kept; read what it wrote"
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
