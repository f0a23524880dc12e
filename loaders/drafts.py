"""Rows on their way into the graph, and the record of those that cannot go."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from graph_schema.errors import InvalidInput
from graph_schema.schema import Node
from loaders.base import LeftOut, Link, Problem, RawRow, Row, Sheet, Table
from loaders.directory import Directory, Surroundings
from loaders.plain_words import say_error
from loaders.report import Rejection, UnmappedName


@dataclass
class Draft:
    """One valid row, what it becomes in the graph, and whether it was rejected since."""

    sheet: Sheet
    line: int
    row: Row
    nodes: list[Node] = field(default_factory=list[Node])
    links: list[Link] = field(default_factory=list[Link])
    rejected: bool = False

    @property
    def table(self) -> Table[Any]:
        """The table the row belongs to."""
        return self.sheet.table

    @property
    def declared_id(self) -> str | None:
        """Id of the node that the row stands for, if it stands for one."""
        declares = self.table.declares
        return None if declares is None else declares.identify(getattr(self.row, self.table.name_field(declares.id)))

    @property
    def id_column(self) -> str:
        """Column of that id."""
        return self.table.declares.id if self.table.declares else ""

    @property
    def place(self) -> str:
        """Where the row stands, for a report about another one."""
        return f"{self.sheet.file}, line {self.line}"


class Findings:
    """What cannot be loaded and why; filled while rows are checked."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._rejected: list[Rejection] = []
        self._left_out_ids: dict[str, str] = {}
        self._unmapped: Counter[tuple[str, str]] = Counter()
        self.kept: defaultdict[type[Node], set[str]] = defaultdict(set)
        """Ids that the graph holds of rows that were rejected: they are in the data set, so they are not gone."""
        self.left_out: Counter[str] = Counter()
        self.warnings: list[str] = []
        self.rows: dict[str, int] = {}

    def reject_raw(self, sheet: Sheet, raw: RawRow, column: str, reason: str) -> None:
        """Record a row that is not even valid by itself."""
        value = _shorten(raw.values.get(column, ""))
        self._rejected.append(Rejection(file=sheet.file, line=raw.line, field=column, value=value, reason=reason))
        declares = sheet.table.declares
        if declares is not None and declares.id in raw.values:
            with suppress(ValueError):
                self._keep(declares.node, declares.identify(str(raw.values[declares.id])))

    def reject(self, draft: Draft, column: str, value: str, reason: str) -> None:
        """Record that a row cannot be loaded."""
        draft.rejected = True
        self.report_value(draft, column, value, reason, scope="row")
        if draft.table.declares and draft.declared_id:
            self._keep(draft.table.declares.node, draft.declared_id)

    def report_value(
        self, draft: Draft, column: str, value: str, reason: str, scope: Literal["row", "value"] = "value"
    ) -> None:
        """Record that one value of a row cannot be loaded."""
        self._rejected.append(
            Rejection(
                file=draft.sheet.file,
                line=draft.line,
                field=draft.table.name_column(column),
                value=_shorten(value),
                reason=reason,
                scope=scope,
            )
        )

    def leave_out(self, left_out: LeftOut) -> None:
        """Record a thing that is left out on purpose."""
        self._left_out_ids[left_out.id] = left_out.reason
        self.left_out[left_out.reason] += 1

    def leave_out_link(self, draft: Draft, id: str) -> bool:
        """Leave out a row that points to something left out on purpose; tells whether it was so."""
        if id not in self._left_out_ids:
            return False
        draft.rejected = True
        self.left_out[f"points to what was left out: {self._left_out_ids[id]}"] += 1
        return True

    def note_unmapped(self, kind: str, name: str) -> None:
        """Record a name that the taxonomy has no concept for."""
        self._unmapped[kind, name] += 1

    def list_rejected(self) -> tuple[Rejection, ...]:
        """Return what was rejected, in the order of the files and their lines."""
        order = {file: place for place, file in enumerate(self.rows)}
        return tuple(sorted(self._rejected, key=lambda item: (order[item.file], item.line)))

    def list_unmapped(self) -> tuple[UnmappedName, ...]:
        """Return the names without a concept, most frequent first."""
        return tuple(
            UnmappedName(kind=kind, name=name, count=count)
            for (kind, name), count in sorted(self._unmapped.items(), key=lambda entry: (-entry[1], entry[0]))
        )

    def _keep(self, node: type[Node], id: str) -> None:
        if self._around.owns(node, id):
            self.kept[node].add(id)


def read_drafts(sheet: Sheet, findings: Findings) -> Iterator[Draft]:
    """Yield the valid rows of a sheet; the others are recorded."""
    known = sheet.table.list_columns()
    if unknown := [name for name in sheet.columns if name and name not in known]:
        findings.warnings.append(f"{sheet.file}: unknown columns were not read: {', '.join(unknown)}")
    findings.rows[sheet.file] = 0
    for raw in sheet.rows:
        findings.rows[sheet.file] += 1
        if raw.problem:
            findings.reject_raw(sheet, raw, "", raw.problem)
            continue
        try:
            row = sheet.table.row.model_validate(raw.values)
        except ValidationError as error:
            first, *_ = error.errors()
            findings.reject_raw(sheet, raw, str(first["loc"][0]) if first["loc"] else "", say_error(first))
            continue
        yield Draft(sheet, raw.line, row)


def sketch(draft: Draft, directory: Directory, findings: Findings) -> None:
    """Turn a row into nodes and links."""
    try:
        pieces = list(draft.table.to_graph(draft.row, directory))
    except InvalidInput as error:
        findings.reject(draft, error.field, str(getattr(draft.row, error.field, "")), error.problem)
        return
    for piece in pieces:
        if isinstance(piece, Node):
            draft.nodes.append(piece)
        elif isinstance(piece, Link):
            draft.links.append(piece)
        elif isinstance(piece, LeftOut):
            findings.leave_out(piece)
        elif isinstance(piece, Problem):
            findings.report_value(draft, piece.field, piece.value, piece.reason)
        else:
            findings.note_unmapped(piece.kind, piece.name)


def _shorten(value: object, limit: int = 120) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
