"""Objects a line (NDJSON): read as they come in, so that no request is held whole, and written a line each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, cast

from fastapi import HTTPException, Request
from pydantic import BaseModel
from pydantic_core import from_json

from api.middleware.body_limits import NDJSON as MEDIA_TYPE
from engine.registry.drafts import BadRow, Given

MOST_LINES = 50_000
LONGEST_LINE = 1_000_000
"""Bytes of the longest line."""


async def read_lines(request: Request, most: int = MOST_LINES) -> list[Given]:
    """Read the lines of a request; one that is no JSON object is told as such, in its place.

    Empty lines count, so that numbers are those of the file, and are told as no object; the last may be empty.

    Raises:
        HTTPException: It is no NDJSON, or too long; nothing is read of the rest.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {MEDIA_TYPE}: a JSON object a line")
    lines: list[Given] = []
    async for line in _split(request.stream()):
        if len(lines) == most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {most} lines a request")
        lines.append(read_line(line))
    return lines


def dump_line(line: BaseModel) -> bytes:
    """Return a line of an answer."""
    return line.model_dump_json(exclude_none=True).encode() + b"\n"


async def _split(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in stream:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > LONGEST_LINE:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {LONGEST_LINE} bytes a line")
    if rest.strip():
        yield rest


def read_line(line: bytes) -> Given:
    """Return the object that a line holds; one that holds none is told as such."""
    try:
        value: object = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return BadRow(f"is no JSON: {error}")
    if not isinstance(value, dict):
        return BadRow("must be a JSON object")
    return cast(dict[str, Any], value)
