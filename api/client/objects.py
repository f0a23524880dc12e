"""Objects as they are stored, for systems that keep Skillway in step; ``kind`` is ``roles``, ``courses`` and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from api.client.sending import (
    JSON_CONTENT,
    NDJSON_CONTENT,
    Method,
    Sender,
    dump_content,
    dump_lines,
    mark_once,
    name_part,
    read_lines,
)
from engine.registry.results import Deletion

_PATCH_CONTENT = {"Content-Type": "application/merge-patch+json"}


@dataclass(frozen=True)
class TaggedObject:
    """An object as it is stored, with the tag that says whether it has changed meanwhile."""

    content: dict[str, Any]
    etag: str


class Objects(Sender):
    """Reads and writes objects, one at a time or many in one request."""

    def read_object(self, kind: str, object_id: str) -> TaggedObject:
        """Return an object as it is stored."""
        return _tag(self._send("GET", _find(kind, object_id)))

    def write_object(
        self,
        kind: str,
        object_id: str,
        content: Mapping[str, Any],
        *,
        etag: str | None = None,
        create_only: bool = False,
        take_over: bool = False,
    ) -> TaggedObject:
        """Write an object whole; with a tag, only when it is still what was read under that tag.

        An answer that was lost on its way makes the request go out again: with a tag or ``create_only``, the service
        may then answer 412 because of this very write. Read the object again, and write it only where it is not what
        you wanted.
        """
        headers = {**JSON_CONTENT, **_match(etag)} | ({"If-None-Match": "*"} if create_only else {})
        return self._change("PUT", _find(kind, object_id), content, headers, take_over)

    def patch_object(
        self,
        kind: str,
        object_id: str,
        changes: Mapping[str, Any],
        *,
        etag: str | None = None,
        take_over: bool = False,
    ) -> TaggedObject:
        """Change the fields given, where ``None`` takes one back to its default; the tag as in :meth:`write_object`."""
        return self._change("PATCH", _find(kind, object_id), changes, _PATCH_CONTENT | _match(etag), take_over)

    def delete_object(self, kind: str, object_id: str, *, etag: str | None = None) -> Deletion:
        """Delete an object; with a tag, only when it is still what was read under that tag."""
        return self._delete(Deletion, _find(kind, object_id), headers=_match(etag))

    def list_objects(self, kind: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Yield all objects of a kind, page by page."""
        after: str | None = None
        while True:
            answer = self._send("GET", f"/v1/objects/{kind}", params={**filters, "after": after}).json()
            yield from answer["items"]
            if (after := answer["next"]) is None:
                return

    def write_objects(
        self, kind: str, rows: Iterable[Mapping[str, Any]], *, take_over: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Write many objects in one request, and yield what came of each, in their order."""
        headers = {**mark_once(), **NDJSON_CONTENT}
        params = {"take_over": take_over}
        path = f"/v1/objects/{kind}/bulk"
        return read_lines(self._send("POST", path, content=dump_lines(rows), headers=headers, params=params))

    def _change(
        self, method: Method, path: str, content: Mapping[str, Any], headers: Mapping[str, str], take_over: bool
    ) -> TaggedObject:
        params = {"take_over": take_over}
        return _tag(self._send(method, path, content=dump_content(content), headers=headers, params=params))


def _find(kind: str, object_id: str) -> str:
    return f"/v1/objects/{kind}/{name_part(object_id)}"


def _match(etag: str | None) -> dict[str, str]:
    return {} if etag is None else {"If-Match": etag}


def _tag(answer: httpx2.Response) -> TaggedObject:
    return TaggedObject(answer.json(), answer.headers["etag"])
