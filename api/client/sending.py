"""How the client sends requests, again where they may pass, and reads answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import TypeAdapter, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from api.http_errors import Problem
from api.ndjson import MEDIA_TYPE as NDJSON

AnswerT = TypeVar("AnswerT")
Method = Literal["GET", "PUT", "PATCH", "POST", "DELETE"]

ATTEMPTS = 6
JSON_CONTENT = {"Content-Type": "application/json"}
NDJSON_CONTENT = {"Content-Type": NDJSON}
_AGAIN = frozenset({409, 429, 503})
"""What may be answered otherwise a little later, where the answer says when."""
_FOR_GOOD = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)
"""What is wrong with the address or the request itself."""


class ServiceProblem(Exception):
    """The service refused; ``problem`` says why, by a stable ``type``."""

    def __init__(self, problem: Problem, retry_after: float | None) -> None:
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")


class Sender:
    """A connection to a service, which everything is asked through."""

    def __init__(self, url: str, key: str, *, timeout: float = 60.0, reason: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} | ({} if reason is None else {"X-Reason": reason})
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _get(self, kind: type[AnswerT], path: str, params: Mapping[str, Any] | None = None) -> AnswerT:
        return _read(kind, self._send("GET", path, params=params))

    def _delete(
        self,
        kind: type[AnswerT],
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AnswerT:
        return _read(kind, self._send("DELETE", path, params=params, headers=headers))

    def _put(
        self,
        kind: type[AnswerT],
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> AnswerT:
        return _read(kind, self._send("PUT", path, params=params, **_hold(body)))

    def _post(
        self,
        kind: type[AnswerT],
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> AnswerT:
        held = _hold(body)
        held["headers"] |= mark_once()
        return _read(kind, self._send("POST", path, params=params, **held))

    def _ask_many(
        self,
        path: str,
        questions: Iterable[Mapping[str, Any]],
        portion: int,
        find_kind: Callable[[Mapping[str, Any]], type[AnswerT]],
    ) -> Iterator[AnswerT | Problem]:
        waiting = iter(questions)
        while asked := list(islice(waiting, portion)):
            answer = self._send("POST", path, content=dump_lines(asked), headers=NDJSON_CONTENT)
            for question, line in zip(asked, read_lines(answer), strict=True):
                if "problem" in line:
                    yield Problem.model_validate(line["problem"])
                else:
                    yield _adapter(find_kind(question)).validate_python(line["answer"])

    def _send(self, method: Method, path: str, params: Mapping[str, Any] | None = None, **more: Any) -> httpx2.Response:
        # Every request here may be sent again: questions change nothing, PUT and PATCH say what shall be, what is
        # deleted stays deleted, and a POST that changes something carries a key.
        given = {name: value for name, value in (params or {}).items() if value is not None}
        for attempt in Retrying(
            retry=retry_if_exception(_may_pass), wait=_wait, stop=stop_after_attempt(ATTEMPTS), reraise=True
        ):
            with attempt:
                answer = self._http.request(method, path, params=given, **more)
                if answer.status_code >= httpx2.codes.BAD_REQUEST:
                    raise ServiceProblem(_read_problem(answer), _read_wait(answer))
                return answer
        raise AssertionError("unreachable: the last attempt returns or raises")


def name_part(name: str) -> str:
    """Return a name as one part of a path."""
    return quote(name, safe="")


def dump_content(content: Mapping[str, Any]) -> bytes:
    """Return JSON."""
    return json.dumps(content, default=str).encode()


def dump_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return NDJSON."""
    return b"\n".join(dump_content(row) for row in rows)


def read_lines(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    """Yield what each line of NDJSON holds."""
    # Text has line ends that are none of NDJSON.
    return (json.loads(line) for line in answer.content.split(b"\n") if line)


def mark_once() -> dict[str, str]:
    """Return a key by which the service knows a request that is sent again."""
    return {"Idempotency-Key": uuid.uuid4().hex}


def _hold(body: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"headers": {}} if body is None else {"content": dump_content(body), "headers": dict(JSON_CONTENT)}


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, ServiceProblem):
        return error.problem.status in _AGAIN and error.retry_after is not None
    return isinstance(error, httpx2.TransportError) and not isinstance(error, _FOR_GOOD)


_spread = wait_random_exponential(multiplier=0.2, max=30)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    told = error.retry_after if isinstance(error, ServiceProblem) else None
    return _spread(state) if told is None else told


def _read_problem(answer: httpx2.Response) -> Problem:
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        # Something between the two answered, such as a proxy.
        return Problem(
            type="about:blank", title=answer.reason_phrase, status=answer.status_code, detail="no problem document"
        )


def _read_wait(answer: httpx2.Response) -> float | None:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _read(kind: type[AnswerT], answer: httpx2.Response) -> AnswerT:
    return _adapter(kind).validate_json(answer.content)


@cache
def _adapter(kind: type[AnswerT]) -> TypeAdapter[AnswerT]:
    return TypeAdapter(kind)
