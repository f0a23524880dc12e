"""Who asks over HTTP: the operator, by the service's own key; others by an API key or a token of an OIDC issuer."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from anyio import to_thread
from fastapi import Response, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import SecretStr
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.http_errors import answer_away, answer_error, answer_forbidden, answer_unauthorised
from api.oidc import BadToken, IssuerAway, TokenReader, UnfitToken
from api.service_settings import is_loopback
from api.settings import Settings
from engine.access.callers import Caller
from engine.access.keys import looks_like_key, recognise_key
from engine.key_files import keep_new_key
from engine.service import Engine
from graph_schema.errors import InvalidInput, SkillwayError

KEY_HEADER = "X-API-Key"
REASON_HEADER = "X-Reason"
"""Why an admin reads about a person; it goes into the decision log."""
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/openapi.json", "/docs"})
"""What answers without a key: nothing that says anything about people or the organisation."""

_log = structlog.get_logger("skillway.http")

# Gate does the refusing; these tell OpenAPI and its page how to send the key.
KEY_SCHEMES = [
    Security(APIKeyHeader(name=KEY_HEADER, scheme_name="ApiKey", auto_error=False)),
    Security(HTTPBearer(scheme_name="Bearer", auto_error=False)),
]


@dataclass(frozen=True)
class ApiKey:
    """The operator's key; ``file`` says where it is kept, ``None`` when it was set in the settings."""

    value: SecretStr
    file: Path | None


def find_api_key(settings: Settings) -> ApiKey | None:
    """Return the operator's key set in the settings, else the one kept in the home folder, made at the first call.

    A key that is made has 256 random bits, and its file can be read by its owner only. Where other machines may come
    near, none is made, and none that was: nobody chose it.

    Raises:
        InvalidInput: The key set is empty, or the file cannot be written, read or holds nothing.
    """
    if settings.serve.api_key is not None:
        if not settings.serve.api_key.get_secret_value():
            raise InvalidInput("SKILLWAY_SERVE__API_KEY", "is empty; set a key, or leave it out to have one made")
        return ApiKey(settings.serve.api_key, None)
    if not is_loopback(settings.serve.host):
        return None
    file = settings.home / "api-key"
    try:
        if not file.exists():
            keep_new_key(file, secrets.token_urlsafe(32))
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("SKILLWAY_HOME", f"the API key in {file} cannot be kept or read: {error}") from error
    if not key:
        raise InvalidInput("SKILLWAY_HOME", f"{file} is empty; delete it to have a new API key made")
    return ApiKey(SecretStr(key), file)


class Gate:
    """Finds out who asks, and refuses every request of nobody known, known path or not, except those of ``OPEN_PATHS``.

    It stands before the router, so that a route added later is closed without anybody remembering to close it. The
    caller goes on in the state of the request. Keys are looked up in the graph each time, so that revoking one holds
    at once in every process.
    """

    def __init__(self, app: ASGIApp, engine: Engine, key: SecretStr | None, tokens: TokenReader | None) -> None:
        self._app = app
        self._engine = engine
        self._key = None if key is None else key.get_secret_value().encode("utf-8")
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer that nobody known sends it."""
        if scope["type"] == "lifespan" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            caller = await self._find_caller(read_token(connection), connection.headers.get(REASON_HEADER))
        except (SkillwayError, UnfitToken, IssuerAway) as error:
            await self._refuse(_answer(error, scope), scope, receive, send)
            return
        if caller is None:
            await self._refuse(answer_unauthorised(KEY_HEADER), scope, receive, send)
        else:
            scope.setdefault("state", {})["caller"] = caller
            await self._app(scope, receive, send)

    async def _find_caller(self, token: str, reason: str | None) -> Caller | None:
        # Header values arrive decoded as Latin-1, whatever bytes the client sent.
        if self._key is not None and secrets.compare_digest(token.encode("latin-1"), self._key):
            return self._engine.caller
        if looks_like_key(token):
            found = await to_thread.run_sync(recognise_key, self._engine.store, token, datetime.now(UTC))
            return found and replace(found, reason=reason)
        if self._tokens is not None and token:
            with suppress(BadToken):
                return await to_thread.run_sync(self._tokens.read_caller, self._engine.store, token, reason)
        return None

    async def _refuse(self, answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await answer(scope, receive, send)


def read_token(connection: HTTPConnection) -> str:
    """Return the key or token that a request carries; it is empty where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return connection.headers.get(KEY_HEADER) or (token.strip() if scheme.lower() == "bearer" else "")


def _answer(error: SkillwayError | UnfitToken | IssuerAway, scope: Scope) -> Response:
    match error:
        case UnfitToken():
            return answer_forbidden("the token is good, but names no single role of Skillway, or nobody who is known")
        case IssuerAway():
            _log.error("issuer_away", exc_info=error)
            return answer_away("the issuer of tokens does not say which keys it signs with")
        case _:
            return answer_error(error, Request(scope))
