"""Who may ask over HTTP: whoever carries the API key, and nobody else."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import SecretStr
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.http_errors import answer_unauthorised
from api.settings import Settings
from graph_schema.errors import InvalidInput

KEY_HEADER = "X-API-Key"
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/openapi.json", "/docs"})
"""What answers without a key: nothing that says anything about people or the organisation."""

# KeyGate does the refusing; these tell OpenAPI and its page how to send the key.
KEY_SCHEMES = [
    Security(APIKeyHeader(name=KEY_HEADER, scheme_name="ApiKey", auto_error=False)),
    Security(HTTPBearer(scheme_name="Bearer", auto_error=False)),
]


@dataclass(frozen=True)
class ApiKey:
    """The key of the service; ``file`` says where it is kept, ``None`` when it was set in the settings."""

    value: SecretStr
    file: Path | None


def find_api_key(settings: Settings) -> ApiKey:
    """Return the key set in the settings, else the one kept in the home folder, made at the first call.

    A key that is made has 256 random bits, and its file can be read by its owner only.

    Raises:
        InvalidInput: The key set is empty, or the file cannot be written, read or holds nothing.
    """
    if settings.serve.api_key is not None:
        if not settings.serve.api_key.get_secret_value():
            raise InvalidInput("SKILLWAY_SERVE__API_KEY", "is empty; set a key, or leave it out to have one made")
        return ApiKey(settings.serve.api_key, None)
    file = settings.home / "api-key"
    try:
        if not file.exists():
            _write_new_key(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("SKILLWAY_HOME", f"the API key in {file} cannot be kept or read: {error}") from error
    if not key:
        raise InvalidInput("SKILLWAY_HOME", f"{file} is empty; delete it to have a new API key made")
    return ApiKey(SecretStr(key), file)


class KeyGate:
    """Refuses every request that does not carry the key, known path or not, except those of ``OPEN_PATHS``.

    It stands before the router, so that a route added later is closed without anybody remembering to close it.
    """

    def __init__(self, app: ASGIApp, key: SecretStr) -> None:
        self._app = app
        self._key = key.get_secret_value().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it needs the key."""
        if scope["type"] == "lifespan" or scope["path"] in OPEN_PATHS or self._carries_key(HTTPConnection(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await answer_unauthorised(KEY_HEADER)(scope, receive, send)

    def _carries_key(self, connection: HTTPConnection) -> bool:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        sent = connection.headers.get(KEY_HEADER) or (token.strip() if scheme.lower() == "bearer" else "")
        # Header values arrive decoded as Latin-1, whatever bytes the client sent.
        return secrets.compare_digest(sent.encode("latin-1"), self._key)


def _write_new_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("w", dir=file.parent, encoding="ascii") as draft:
        draft.write(secrets.token_urlsafe(32))
        draft.flush()
        # A link appears with its content and never replaces another: two first starts end up with one key.
        with suppress(FileExistsError):
            os.link(draft.name, file)
