"""What reading and writing objects answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph_schema.errors import (
    ChangedMeanwhile,
    InvalidInput,
    NotFound,
    OwnedElsewhere,
    SkillwayError,
)

WriteMode = Literal["put", "patch"]
"""The whole object as it is given, or those fields that are given (RFC 7396)."""
Reason = Literal["invalid", "unknown", "owned-elsewhere", "changed-meanwhile", "erased", "repeated"]


@dataclass(frozen=True)
class StoredObject:
    """An object as it is stored: each field with its value, and a tag that changes when one of them does."""

    kind: str
    id: str
    etag: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ObjectPage:
    """Some objects in the order of their ids; ``next`` asks for those after them."""

    kind: str
    items: tuple[Mapping[str, Any], ...]
    next: str | None


@dataclass(frozen=True)
class FieldFault:
    """One value that cannot be used."""

    field: str
    detail: str


@dataclass(frozen=True)
class RowResult:
    """What became of one object that was given."""

    line: int
    """Its place among those given, from 1."""
    id: str | None
    status: Literal["created", "updated", "unchanged", "rejected"]
    etag: str | None = None
    reason: Reason | None = None
    """Why it was rejected."""
    problems: tuple[FieldFault, ...] = ()
    owner: str | None = None
    """The data set that owns it, where it is owned elsewhere."""


@dataclass(frozen=True)
class WriteReport:
    """What became of each object, in the order in which they were given."""

    kind: str
    rows: tuple[RowResult, ...]

    def require_one(self) -> RowResult:
        """Return what became of the one object that was given.

        Raises:
            SkillwayError: It was rejected.
        """
        [row] = self.rows
        if row.status == "rejected":
            raise _to_error(self.kind, row)
        return row


@dataclass(frozen=True)
class Deletion:
    """What went with an object that was deleted, or that it is withdrawn and stays on record."""

    kind: str
    id: str
    status: Literal["deleted", "withdrawn"]
    relationships: Mapping[str, int]
    """How many relationships of each kind went with it."""


def _to_error(kind: str, row: RowResult) -> SkillwayError:
    first = row.problems[0]
    if row.reason == "unknown":
        return NotFound(kind, row.id or "", first.detail)
    if row.reason == "owned-elsewhere":
        return OwnedElsewhere(first.detail, row.owner)
    if row.reason == "changed-meanwhile":
        return ChangedMeanwhile(first.detail)
    detail = first.detail
    if len(row.problems) > 1:
        detail += "; " + "; ".join(f"{item.field}: {item.detail}" for item in row.problems[1:])
    return InvalidInput(first.field, detail)
