"""A client of the HTTP service: the same objects that the Engine answers with, asked over the network.

Example:
    ::

        from api.client import Client

        with Client("http://127.0.0.1:8000", key) as skillway:
            for entry in skillway.pool("Junior Data Analyst").entries:
                print(entry.person.name, entry.readiness)
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import TypeAdapter, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from api.http_errors import Problem
from api.ndjson import MEDIA_TYPE as NDJSON
from engine.event_results import EventPage, SubscriptionList, SubscriptionSecret
from engine.inference.results import Explanation
from engine.nearest_results import NearestRoles
from engine.results import Bridge, EvidenceChange, Gap, PersonProfile, Pool, Unlocks

AnswerT = TypeVar("AnswerT")

ATTEMPTS = 6
_JSON = {"Content-Type": "application/json"}
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


@dataclass(frozen=True)
class TaggedObject:
    """An object as it is stored, with the tag that says whether it has changed meanwhile."""

    content: dict[str, Any]
    etag: str


class Client:
    """Asks a Skillway service. What failed for a moment is asked again, and nothing is written twice.

    Args:
        url: Address of the service, such as ``https://skillway.example.org``.
        key: API key or bearer token.
        timeout: Seconds to wait for one answer.

    Raises:
        ServiceProblem: Of every method: the service refused.
        httpx2.TransportError: Of every method: the service was not reached, again and again.
    """

    def __init__(self, url: str, key: str, *, timeout: float = 60.0) -> None:
        self._http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def profile(self, person: str, *, as_of: date | None = None) -> PersonProfile:
        """Return a person's listed and hidden skills, as of a past day where one is given."""
        return self._get(PersonProfile, f"/v1/people/{_name(person)}", {"as_of": as_of})

    def explain(self, person: str, skill: str) -> Explanation:
        """Return why a person is believed to have a skill."""
        return self._get(Explanation, f"/v1/people/{_name(person)}/skills/{_name(skill)}/explanation")

    def gap(self, person: str, role: str, *, as_of: date | None = None) -> Gap:
        """Return which requirements of a role a person meets, as of a past day where one is given."""
        return self._get(Gap, f"/v1/people/{_name(person)}/roles/{_name(role)}/gap", {"as_of": as_of})

    def bridge(self, person: str, role: str, **wishes: Any) -> Bridge:
        """Return the cheapest bridge to a role; wishes are the query parameters of the operation ``bridge``."""
        return self._get(Bridge, f"/v1/people/{_name(person)}/roles/{_name(role)}/bridge", wishes)

    def roles(self, person: str, **wishes: Any) -> NearestRoles:
        """Return the roles a person can get to."""
        return self._get(NearestRoles, f"/v1/people/{_name(person)}/roles", wishes)

    def pool(self, role: str, *, top: int = 20, at_least: float = 0.5) -> Pool:
        """Return the people for a role, listed and hidden."""
        return self._get(Pool, f"/v1/roles/{_name(role)}/pool", {"top": top, "at_least": at_least})

    def unlocks(self, course: str) -> Unlocks:
        """Return what a course opens, and for whom."""
        return self._get(Unlocks, f"/v1/courses/{_name(course)}/unlocks")

    def record_evidence(self, person: str, skill: str, kind: str, **said: Any) -> EvidenceChange:
        """Record one piece of evidence about a person."""
        body = {"skill": skill, "kind": kind, **said}
        headers = {**_once(), **_JSON}
        answer = self._send("POST", f"/v1/people/{_name(person)}/evidence", content=_dump(body), headers=headers)
        return _read(EvidenceChange, answer)

    def read_object(self, kind: str, object_id: str) -> TaggedObject:
        """Return an object as it is stored; ``kind`` is ``roles``, ``courses`` and so on."""
        return _tag(self._send("GET", f"/v1/objects/{kind}/{_name(object_id)}"))

    def write_object(
        self, kind: str, object_id: str, content: Mapping[str, Any], *, etag: str | None = None
    ) -> TaggedObject:
        """Write an object whole; with a tag, only when it is still what was read under that tag.

        An answer that was lost on its way makes the request go out again: with a tag, the service may then answer 412
        because of this very write. Read the object again, and write it only where it is not what you wanted.
        """
        headers = _JSON if etag is None else {**_JSON, "If-Match": etag}
        return _tag(
            self._send("PUT", f"/v1/objects/{kind}/{_name(object_id)}", content=_dump(content), headers=headers)
        )

    def list_objects(self, kind: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Yield all objects of a kind, page by page."""
        after: str | None = None
        while True:
            answer = self._send("GET", f"/v1/objects/{kind}", params=_drop_unset({**filters, "after": after})).json()
            yield from answer["items"]
            if (after := answer["next"]) is None:
                return

    def write_objects(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Write many objects in one request, and yield what came of each, in their order."""
        lines = b"\n".join(_dump(row) for row in rows)
        headers = {**_once(), "Content-Type": NDJSON}
        answer = self._send("POST", f"/v1/objects/{kind}/bulk", content=lines, headers=headers)
        # Text has line ends that are none of NDJSON.
        return (json.loads(line) for line in answer.content.split(b"\n") if line)

    def read_events(self, after: int | None = None, **filters: Any) -> EventPage:
        """Return the events after a number, oldest first; from the first that is kept when none is given.

        ``last`` of the answer is what to give as ``after`` the next time. Filters are ``types``, ``subjects``,
        ``limit``.
        """
        return self._get(EventPage, "/v1/events", {"after": after, **filters})

    def subscribe(self, url: str, *, types: Sequence[str] = (), subjects: Sequence[str] = ()) -> SubscriptionSecret:
        """Have events sent to a URL; the secret that signs them is told this once.

        Where the answer is lost on its way, the secret is: the request then ends in a :class:`ServiceProblem` of the
        type ``answer-not-kept``. Unsubscribe what is listed for the URL, and subscribe again.
        """
        body = {"url": url, "types": list(types), "subjects": list(subjects)}
        headers = {**_once(), **_JSON}
        return _read(SubscriptionSecret, self._send("POST", "/v1/subscriptions", content=_dump(body), headers=headers))

    def list_subscriptions(self) -> SubscriptionList:
        """Return all subscriptions and how they are doing."""
        return self._get(SubscriptionList, "/v1/subscriptions")

    def unsubscribe(self, subscription: str) -> None:
        """Delete a subscription with all that waits for it; one that is gone stays so."""
        try:
            self._send("DELETE", f"/v1/subscriptions/{_name(subscription)}")
        except ServiceProblem as refused:
            if refused.problem.status != httpx2.codes.NOT_FOUND:
                raise

    def _get(self, kind: type[AnswerT], path: str, params: Mapping[str, Any] | None = None) -> AnswerT:
        return _read(kind, self._send("GET", path, params=_drop_unset(params or {})))

    def _send(self, method: Literal["GET", "PUT", "POST", "DELETE"], path: str, **more: Any) -> httpx2.Response:
        # Every request here may be sent again: reading changes nothing, PUT says the whole, what is deleted stays
        # deleted, and POST carries a key.
        for attempt in Retrying(
            retry=retry_if_exception(_may_pass), wait=_wait, stop=stop_after_attempt(ATTEMPTS), reraise=True
        ):
            with attempt:
                answer = self._http.request(method, path, **more)
                if answer.status_code >= httpx2.codes.BAD_REQUEST:
                    raise ServiceProblem(_read_problem(answer), _read_wait(answer))
                return answer
        raise AssertionError("unreachable: the last attempt returns or raises")


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


def _tag(answer: httpx2.Response) -> TaggedObject:
    return TaggedObject(answer.json(), answer.headers["etag"])


def _drop_unset(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _name(name: str) -> str:
    return quote(name, safe="")


def _dump(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, default=str).encode()


def _once() -> dict[str, str]:
    """A key by which the service knows a request that is sent again."""
    return {"Idempotency-Key": uuid.uuid4().hex}
