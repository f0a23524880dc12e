"""From raw rows to what the graph should hold: every row checked before anything is written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from graph_schema.diff import Key, key_of
from graph_schema.errors import InvalidInput
from graph_schema.nodes import Skill
from graph_schema.schema import Node, Relationship
from loaders.base import LeftOut, Link, Loader, Piece, Problem, RawRow, Row, Sheet, Table, Unmapped
from loaders.directory import Directory, SkillName, say_kind
from loaders.plain_words import say_error
from loaders.report import Rejection, UnmappedName

Kind = type[Node] | type[Relationship]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the graph holds already, as far as a load of ``source`` has to know."""

    source: str
    owners: Mapping[type[Node], Mapping[str, str | None]]
    """Id -> the data set that owns it, for every label the load writes or refers to."""
    skills: Sequence[tuple[SkillName, str | None]] = ()
    """Skills with their names and owners."""

    def owns(self, node: type[Node], id: str) -> bool:
        """Tell whether the node is in the graph and belongs to this data set."""
        return self.owners.get(node, {}).get(id, "") == self.source

    def list_foreign(self, node: type[Node]) -> dict[str, str | None]:
        """Return the ids that others own, with their owners."""
        return {id: owner for id, owner in self.owners.get(node, {}).items() if owner != self.source}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the graph should hold of this data set, and what of the input could not be used."""

    items: Mapping[Kind, Mapping[Key, Node | Relationship]]
    kept: frozenset[str]
    """Ids of rows that are in the data set and in the graph but were rejected: they are not gone."""
    rejected: tuple[Rejection, ...]
    unmapped: tuple[UnmappedName, ...]
    left_out: Mapping[str, int]
    warnings: tuple[str, ...]
    rows: Mapping[str, int]


@dataclass
class _Draft:
    """One row on its way into the graph."""

    sheet: Sheet
    line: int
    row: Row
    nodes: list[Node] = field(default_factory=list[Node])
    links: list[Link] = field(default_factory=list[Link])
    rejected: bool = False

    @property
    def table(self) -> Table[Any]:
        return self.sheet.table

    @property
    def declared_id(self) -> str | None:
        declares = self.table.declares
        return None if declares is None else declares.identify(getattr(self.row, self.table.name_field(declares.id)))


class _Draughtsman:
    """Collects drafts and what is wrong with them; :func:`make_plan` is the way in."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.around = surroundings
        self.drafts: list[_Draft] = []
        self.rejected: list[Rejection] = []
        self.kept: defaultdict[type[Node], set[str]] = defaultdict(set)
        self.left_out_ids: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()
        self.unmapped: Counter[tuple[str, str]] = Counter()
        self.warnings: list[str] = []
        self.rows: dict[str, int] = {}

    def read_sheet(self, sheet: Sheet) -> None:
        known = sheet.table.list_columns()
        if unknown := [name for name in sheet.columns if name and name not in known]:
            self.warnings.append(f"{sheet.file}: unknown columns were not read: {', '.join(unknown)}")
        count = 0
        for count, raw in enumerate(sheet.rows, start=1):
            self._read_row(sheet, raw)
        self.rows[sheet.file] = count

    def _read_row(self, sheet: Sheet, raw: RawRow) -> None:
        if raw.problem:
            self._reject_raw(sheet, raw, "", raw.problem)
            return
        try:
            row = sheet.table.row.model_validate(raw.values)
        except ValidationError as error:
            first, *_ = error.errors()
            column = str(first["loc"][0]) if first["loc"] else ""
            self._reject_raw(sheet, raw, column, say_error(first))
            return
        self.drafts.append(_Draft(sheet, raw.line, row))

    def _reject_raw(self, sheet: Sheet, raw: RawRow, column: str, reason: str) -> None:
        value = _shorten(raw.values.get(column, ""))
        self.rejected.append(Rejection(file=sheet.file, line=raw.line, field=column, value=value, reason=reason))
        declares = sheet.table.declares
        if declares is not None and declares.id in raw.values:
            with suppress(ValueError):
                self._keep(declares.node, declares.identify(str(raw.values[declares.id])))

    def reject(self, draft: _Draft, column: str, value: str, reason: str) -> None:
        draft.rejected = True
        self.report_value(draft, column, value, reason, scope="row")
        if draft.table.declares and draft.declared_id:
            self._keep(draft.table.declares.node, draft.declared_id)

    def report_value(self, draft: _Draft, column: str, value: str, reason: str, scope: Any = "value") -> None:
        name = draft.table.name_column(column)
        self.rejected.append(
            Rejection(
                file=draft.sheet.file, line=draft.line, field=name, value=_shorten(value), reason=reason, scope=scope
            )
        )

    def _keep(self, node: type[Node], id: str) -> None:
        if self.around.owns(node, id):
            self.kept[node].add(id)

    def make_directory(self) -> Directory:
        ids: dict[type[Node], set[str]] = {
            node: set(self.around.list_foreign(node)) | self.kept[node] for node in self.around.owners
        }
        skills = [
            name for name, owner in self.around.skills if owner != self.around.source or name.id in self.kept[Skill]
        ]
        for draft in self.drafts:
            if (declares := draft.table.declares) and (id := draft.declared_id):
                ids.setdefault(declares.node, set()).add(id)
                if declares.node is Skill and declares.label:
                    alt_labels = getattr(draft.row, "alt_labels", ())
                    skills.append(SkillName(id, str(getattr(draft.row, declares.label)), alt_labels))
        return Directory(
            source=self.around.source, ids={node: frozenset(found) for node, found in ids.items()}, skills=skills
        )

    def sketch(self, draft: _Draft, directory: Directory) -> None:
        try:
            pieces: list[Piece] = list(draft.table.to_graph(draft.row, directory))
        except InvalidInput as error:
            self.reject(draft, error.field, str(getattr(draft.row, error.field, "")), error.problem)
            return
        for piece in pieces:
            if isinstance(piece, Node):
                draft.nodes.append(piece)
            elif isinstance(piece, Link):
                draft.links.append(piece)
            elif isinstance(piece, LeftOut):
                self.left_out_ids[piece.id] = piece.reason
                self.left_out[piece.reason] += 1
            elif isinstance(piece, Problem):
                self.report_value(draft, piece.field, piece.value, piece.reason)
            else:
                self.unmapped[piece.kind, piece.name] += 1

    def check_owners(self) -> None:
        foreign = {node: self.around.list_foreign(node) for node in self.around.owners}
        for draft in self._list_open():
            for node in draft.nodes:
                owners = foreign.get(type(node), {})
                if node.id in owners:
                    owner = owners[node.id]
                    whose = f"belongs to source {owner}" if owner else "was not made by a data set"
                    self.reject(draft, _id_column(draft), node.id, f"this {say_kind(type(node))} {whose}")
                    break

    def check_duplicates(self) -> None:
        first: dict[tuple[Kind, Key], _Draft] = {}
        for draft in self._list_open():
            for node in draft.nodes:
                if (earlier := first.setdefault((type(node), node.id), draft)) is not draft:
                    reason = f"the same {say_kind(type(node))} stands in {earlier.sheet.file}, line {earlier.line}"
                    self.reject(draft, _id_column(draft), node.id, reason)
                    break
            links: list[Link] = []
            for link in [] if draft.rejected else draft.links:
                key = type(link.relationship), key_of(link.relationship)
                if key not in first:
                    first[key] = draft
                    links.append(link)
                    continue
                reason = f"says again what {first[key].sheet.file}, line {first[key].line} says"
                value = link.relationship.end_id
                if link.essential:
                    self.reject(draft, link.field, value, reason)
                    break
                self.report_value(draft, link.field, value, reason)
            draft.links = links

    def check_links(self, directory: Directory) -> None:
        """Reject what points to nothing, again and again, because a rejected row may leave others without an end."""
        known: defaultdict[type[Node], Counter[str]] = defaultdict(Counter)
        for node in self.around.owners:
            known[node].update(dict.fromkeys(self.around.list_foreign(node), 1))
        for kind, ids in self.kept.items():
            known[kind].update(ids)
        for draft in self._list_open():
            for item in draft.nodes:
                known[type(item)][item.id] += 1
        changed = True
        while changed:
            changed = False
            for draft in self._list_open():
                for link in draft.links:
                    missing = _find_missing_end(link, known)
                    if missing is None or not link.essential:
                        continue
                    self._leave_without_end(draft, link, *missing, directory)
                    changed = True
                    for item in draft.nodes:
                        if item.id not in self.kept[type(item)]:
                            known[type(item)][item.id] -= 1
                    break
        for draft in self._list_open():
            links: list[Link] = []
            for link in draft.links:
                if (missing := _find_missing_end(link, known)) is None:
                    links.append(link)
                else:
                    kind, id = missing
                    self.report_value(draft, link.field, id, _say_missing(kind, directory.has(kind, id)))
            draft.links = links

    def _leave_without_end(self, draft: _Draft, link: Link, kind: type[Node], id: str, directory: Directory) -> None:
        if id in self.left_out_ids:
            draft.rejected = True
            self.left_out[f"points to what was left out: {self.left_out_ids[id]}"] += 1
        else:
            self.reject(draft, link.field, id, _say_missing(kind, directory.has(kind, id)))

    def _list_open(self) -> list[_Draft]:
        return [draft for draft in self.drafts if not draft.rejected]

    def finish(self, loader: Loader[Any]) -> Plan:
        items: dict[Kind, dict[Key, Node | Relationship]] = {kind: {} for kind in loader.list_kinds()}
        for draft in self._list_open():
            for item in (*draft.nodes, *(link.relationship for link in draft.links)):
                items[type(item)][key_of(item)] = item
        order = {file: place for place, file in enumerate(self.rows)}
        return Plan(
            items=items,
            kept=frozenset(id for ids in self.kept.values() for id in ids),
            rejected=tuple(sorted(self.rejected, key=lambda item: (order[item.file], item.line))),
            unmapped=tuple(
                UnmappedName(kind=kind, name=name, count=count)
                for (kind, name), count in sorted(self.unmapped.items(), key=lambda entry: (-entry[1], entry[0]))
            ),
            left_out=dict(sorted(self.left_out.items())),
            warnings=tuple(self.warnings),
            rows=self.rows,
        )


def make_plan(loader: Loader[Any], sheets: Iterable[Sheet], surroundings: Surroundings) -> Plan:
    """Check every row and return what the graph should hold of this data set; nothing is written."""
    work = _Draughtsman(surroundings)
    for sheet in sheets:
        work.read_sheet(sheet)
    directory = work.make_directory()
    for draft in work.drafts:
        work.sketch(draft, directory)
    work.check_owners()
    work.check_duplicates()
    work.check_links(directory)
    return work.finish(loader)


def _find_missing_end(link: Link, known: Mapping[type[Node], Mapping[str, int]]) -> tuple[type[Node], str] | None:
    relationship = link.relationship
    for kind, id in ((type(relationship).start, relationship.start_id), (type(relationship).end, relationship.end_id)):
        if known[kind].get(id, 0) <= 0:
            return kind, id
    return None


def _say_missing(kind: type[Node], known_before: bool) -> str:
    if known_before:
        return f"the row of this {say_kind(kind)} was itself rejected"
    return f"no {say_kind(kind)} has this id"


def _id_column(draft: _Draft) -> str:
    return draft.table.declares.id if draft.table.declares else ""


def _shorten(value: object, limit: int = 120) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
