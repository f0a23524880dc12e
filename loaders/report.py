"""What one load did, for people to read and for programs to take as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """One row, or one value of a row, that was not loaded."""

    file: str
    line: int
    """Line where the row begins; the header is line 1."""
    field: str
    """Column; empty when the row as a whole cannot be read."""
    value: str
    reason: str
    scope: Literal["row", "value"] = "row"
    """``row``: nothing of the row was loaded; ``value``: the row was loaded without this value."""

    def __str__(self) -> str:
        what = f", {self.field}" if self.field else ""
        value = f" ({self.value!r})" if self.value else ""
        kept = "; the rest of the row was loaded" if self.scope == "value" else ""
        return f"{self.file}, line {self.line}{what}: {self.reason}{value}{kept}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """How many nodes or relationships of one kind were created, updated, left as they were, or removed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        """How many changed in any way."""
        return self.created + self.updated + self.removed


@dataclass(frozen=True, kw_only=True)
class UnmappedName:
    """A name of the source for which the taxonomy has no concept, and how often it was met."""

    kind: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long one step took, and how many rows or items went through it."""

    step: str
    items: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What one load did, or with ``dry_run`` would do."""

    loader: str
    source: str
    """Name under which the graph keeps what was loaded."""
    dry_run: bool
    rows: Mapping[str, int]
    """Rows read, by file."""
    changes: Mapping[str, Change]
    """What was written and removed, by node label or relationship."""
    rejected: tuple[Rejection, ...]
    unmapped: tuple[UnmappedName, ...]
    left_out: Mapping[str, int]
    """Rows left out on purpose, by reason."""
    warnings: tuple[str, ...]
    licence: str | None
    """Notice that must be shown with the data."""
    timings: tuple[Timing, ...]
    seconds: float

    @property
    def changed(self) -> int:
        """How many nodes and relationships the load created, updated or removed."""
        return sum(change.total for change in self.changes.values())
