"""One load from beginning to end: read, check, write what is new or changed, remove what is gone."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from graph_schema.diff import Difference, Key, diff_items, key_of
from graph_schema.errors import LoadError
from graph_schema.evidence_ids import API, RECORDED
from graph_schema.nodes import DataSet, Person, Role, Skill
from graph_schema.queries.erasing import ERASURES
from graph_schema.queries.loading import (
    DATA_SETS,
    FICTIONAL_ORGANISATION,
    REMOVE_ORPHANED_BRIDGES,
    REMOVE_ORPHANED_EVIDENCE,
    REMOVE_ORPHANED_MESSAGES,
    SKILL_NAMES,
)
from graph_schema.schema import (
    Node,
    Relationship,
    describe_relationship,
    fingerprint_properties,
    list_properties,
)
from loaders.base import Loader, Options, Sheet
from loaders.checks import Kind
from loaders.directory import SkillName, Surroundings
from loaders.plan import Plan, make_plan
from loaders.report import Change, LoadReport, Timing

if TYPE_CHECKING:
    from graph_schema.store import GraphStore

OnProgress = Callable[[str, int, int | None], None]
"""Called with the step, how many items are done, and how many there are in all when that is known."""

_SHOWN = 20


def run_loader(
    store: GraphStore,
    loader: Loader[Any],
    path: Path,
    *,
    source: str | None = None,
    options: Options | None = None,
    strict: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> LoadReport:
    """Make the graph hold what a folder says, and report what that changed.

    Every row is checked before the first write. Only what is new or changed is written, and only what this source
    wrote before and the folder no longer says is removed; a load that was interrupted is healed by loading again.
    What another source owns stays its own: rows of its nodes are rejected, and relationships that it has stated
    already are left out with a warning.

    Args:
        store: The graph.
        loader: What kind of data set the folder holds.
        path: The folder.
        source: Name under which the graph keeps what is written; the loader's own when not given.
        options: The loader's options; its defaults when not given.
        strict: Load nothing at all when any row or value cannot be used.
        dry_run: Write nothing; the report says what would change.
        on_progress: Told how far the load is.

    Raises:
        LoadError: The folder does not hold such a data set, the source belongs to another loader, the graph
            holds the fictional sample organisation and the data set has people of its own, or ``strict`` and something
            could not be used. Nothing has been written.
    """
    clock = _Clock(on_progress or (lambda *_: None))
    name = source or loader.source
    loaded_before = _check_source(store, loader, name)
    _check_people(store, loader, name)
    sheets = _open_sheets(loader, path, options or loader.options())
    around = _look_around(store, loader, name, clock)
    plan = make_plan(loader, clock.watch_sheets(sheets), around)
    clock.note("check all rows", sum(plan.rows.values()), clock.read_until)
    if strict and plan.rejected:
        raise LoadError(_say_rejected(path, plan))
    with clock.step("compare with the graph", sum(map(len, plan.items.values()))):
        # Nodes are written first: a source that owns none and has no record has never written anything.
        known = loaded_before or around.owns_any
        differences = {
            kind: _compare(plan, kind, store.read_fingerprints(kind, name) if known else {}) for kind in plan.items
        }
        differences, shared = _leave_to_owners(store, differences, around)
    if strict and shared:
        raise LoadError(f"nothing was loaded from {path}, because of what other sources own: {'; '.join(shared)}")
    if not dry_run:
        _write(store, differences, name, clock)
        _record(store, loader, plan, name, changed=any(map(_changes, differences.values())))
        if not {Person, Skill}.isdisjoint(loader.list_kinds()):
            # What was recorded about somebody must not outlive them, nor lie about a skill that is gone.
            for owner in (RECORDED, API):
                store.ask(REMOVE_ORPHANED_EVIDENCE, source=owner)
        if not {Person, Role}.isdisjoint(loader.list_kinds()):
            store.ask(REMOVE_ORPHANED_BRIDGES)
            store.ask(REMOVE_ORPHANED_MESSAGES)
    return LoadReport(
        loader=loader.name,
        source=name,
        dry_run=dry_run,
        rows=plan.rows,
        changes={_say_kind(kind): _count(difference) for kind, difference in differences.items()},
        rejected=plan.rejected,
        unmapped=plan.unmapped,
        left_out=plan.left_out,
        warnings=(*plan.warnings, *shared),
        licence=loader.licence,
        timings=tuple(clock.timings),
        seconds=round(time.perf_counter() - clock.started, 3),
    )


class _Clock:
    """Takes the time of each step and tells whoever watches."""

    def __init__(self, on_progress: OnProgress) -> None:
        self.started = self.read_until = time.perf_counter()
        self.timings: list[Timing] = []
        self.tell = on_progress

    @contextmanager
    def step(self, name: str, items: int) -> Generator[None]:
        started = time.perf_counter()
        self.tell(name, 0, items)
        yield
        self.tell(name, items, items)
        self.note(name, items, started)

    def note(self, name: str, items: int, since: float) -> None:
        self.timings.append(Timing(step=name, items=items, seconds=round(time.perf_counter() - since, 3)))

    def watch_sheets(self, sheets: Iterable[Sheet]) -> Generator[Sheet]:
        for sheet in sheets:
            started, step, done = time.perf_counter(), f"read {sheet.file}", 0
            self.tell(step, 0, None)

            def count(rows: Any = sheet.rows, step: str = step) -> Generator[Any]:
                nonlocal done
                for done, row in enumerate(rows, start=1):
                    if done % 5_000 == 0:
                        self.tell(step, done, None)
                    yield row

            yield dataclasses.replace(sheet, rows=count())
            self.tell(step, done, done)
            self.note(step, done, started)
        self.read_until = time.perf_counter()


def _open_sheets(loader: Loader[Any], path: Path, options: Options) -> Sequence[Sheet]:
    sheets = list(loader.read(path, options))
    present = {sheet.table.name for sheet in sheets}
    if absent := [table.name for table in loader.tables if table.required and table.name not in present]:
        raise LoadError(f"{path} holds no {', '.join(f'{name}.csv or {name}.csv.gz' for name in absent)}")
    return sheets


def _check_source(store: GraphStore, loader: Loader[Any], name: str) -> bool:
    if name == RECORDED:
        raise LoadError(f"{RECORDED!r} is the name for evidence recorded one by one; give the data set another name")
    if name == API:
        raise LoadError(f"{API!r} is the name for what is written through the service; give the data set another name")
    known = next((item for item in store.ask(DATA_SETS) if item.source == name), None)
    if known and known.loader != loader.name:
        raise LoadError(
            f"the source {name!r} was loaded as {known.loader!r}; give this {loader.name!r} data set another name"
        )
    return known is not None


def _check_people(store: GraphStore, loader: Loader[Any], name: str) -> None:
    """Keep fictional people and real ones in graphs of their own."""
    if Person not in loader.list_kinds():
        return
    if any(item.source != name for item in store.ask(FICTIONAL_ORGANISATION)):
        raise LoadError(
            f"the graph holds the fictional sample organisation, whose people would mix with those of {name!r}; "
            "set SKILLWAY_HOME to another folder for your own data (or NEO4J_URI to another server)"
        )


def _look_around(store: GraphStore, loader: Loader[Any], source: str, clock: _Clock) -> Surroundings:
    labels: dict[type[Node], None] = {}
    for kind in loader.list_kinds():
        if issubclass(kind, Node):
            labels[kind] = None
        else:
            labels |= {kind.start: None, kind.end: None}
    with clock.step("look around in the graph", len(labels)):
        owners = {node: store.list_ids(node) for node in labels}
        names = store.ask(SKILL_NAMES) if Skill in labels else []
        erased = store.ask(ERASURES) if Person in labels else []
    skills = [(SkillName(row.id, row.preferred_label, row.alt_labels), row.source) for row in names]
    tombstones: dict[str, dict[str, date]] = {}
    for row in erased:
        if row.salt and row.tombstone:
            tombstones.setdefault(row.salt, {})[row.tombstone] = row.erased_at.date()
    return Surroundings(source=source, owners=owners, skills=skills, tombstones=tombstones)


def _compare(plan: Plan, kind: Kind, known: Mapping[Key, str]) -> Difference[Any]:
    difference = diff_items(list(plan.items[kind].values()), known)
    ends = slice(0, 1) if issubclass(kind, Node) else slice(0, 2)
    gone = tuple(key for key in difference.removed if plan.kept.isdisjoint(_as_tuple(key)[ends]))
    return dataclasses.replace(
        difference, removed=gone, unchanged=difference.unchanged + len(difference.removed) - len(gone)
    )


def _leave_to_owners(
    store: GraphStore, differences: Mapping[Kind, Difference[Any]], around: Surroundings
) -> tuple[dict[Kind, Difference[Any]], tuple[str, ...]]:
    """Take out relationships that another source has stated already, and say which."""
    left: dict[Kind, Difference[Any]] = dict(differences)
    warnings: list[str] = []
    for kind, difference in differences.items():
        if issubclass(kind, Node):
            continue
        starts, ends = around.owners[kind.start], around.owners[kind.end]
        # Nobody can have stated anything about a node that is not there yet; of a first load hardly any are left.
        keys = [
            _as_tuple(key_of(item)) for item in difference.created if item.start_id in starts and item.end_id in ends
        ]
        if not (foreign := store.find_foreign(kind, around.source, keys)):
            continue
        created = tuple(item for item in difference.created if key_of(item) not in foreign)
        left[kind] = dataclasses.replace(difference, created=created)
        warnings.append(_say_foreign(kind, foreign))
    return left, tuple(warnings)


def _write(store: GraphStore, differences: dict[Kind, Difference[Any]], source: str, clock: _Clock) -> None:
    for kind, difference in differences.items():
        items = (*difference.created, *difference.updated)
        if not items:
            continue
        step, done = f"write {_say_kind(kind)}", 0

        def tell(count: int, step: str = step, total: int = len(items)) -> None:
            nonlocal done
            done += count
            clock.tell(step, done, total)

        with clock.step(step, len(items)):
            if issubclass(kind, Node):
                store.write_nodes(cast(Sequence[Node], items), source, tell)
            else:
                store.write_relationships(cast(Sequence[Relationship], items), source, tell)
    for kind, difference in reversed(differences.items()):
        if not difference.removed:
            continue
        with clock.step(f"remove {_say_kind(kind)}", len(difference.removed)):
            if issubclass(kind, Node):
                store.delete_nodes(kind, source, cast(Sequence[str], difference.removed))
            else:
                keys = [_as_tuple(key) for key in difference.removed]
                store.delete_relationships(kind, source, keys)


def _record(store: GraphStore, loader: Loader[Any], plan: Plan, source: str, *, changed: bool) -> None:
    if not changed and source in store.list_ids(DataSet):
        return
    item = DataSet(
        id=source,
        loader=loader.name,
        fingerprint_of_input=_digest(plan),
        loaded_at=datetime.now(UTC),
        licence=loader.licence,
    )
    store.write_nodes([item], source)


def _digest(plan: Plan) -> str:
    """Digest of what the files say, whatever the order of their rows and columns and however they are packed."""
    prints = (
        f"{_say_kind(kind)}\x1f{fingerprint_properties(list_properties(item))}"
        for kind, items in plan.items.items()
        for item in items.values()
    )
    return hashlib.sha256("\n".join(sorted(prints)).encode()).hexdigest()


def _changes(difference: Difference[Any]) -> int:
    return len(difference.created) + len(difference.updated) + len(difference.removed)


def _count(difference: Difference[Any]) -> Change:
    return Change(
        created=len(difference.created),
        updated=len(difference.updated),
        unchanged=difference.unchanged,
        removed=len(difference.removed),
    )


def _as_tuple(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _say_kind(kind: Kind) -> str:
    if issubclass(kind, Node):
        return kind.__name__
    schema = describe_relationship(kind)
    return f"(:{schema.start})-[:{schema.type}]->(:{schema.end})"


def _say_foreign(kind: Kind, foreign: Mapping[tuple[str, ...], str | None]) -> str:
    key, owner = next(iter(foreign.items()))
    whose = f"belongs to source {owner}" if owner else "was not made by a data set"
    return (
        f"{_say_kind(kind)}: {len(foreign)} left out, because the graph holds them already and they are not this "
        f"source's; the first, {' -> '.join(key)}, {whose}"
    )


def _say_rejected(path: Path, plan: Plan) -> str:
    lines = [f"  {item}" for item in plan.rejected[:_SHOWN]]
    if (more := len(plan.rejected) - _SHOWN) > 0:
        lines.append(f"  … and {more} more")
    return f"nothing was loaded from {path}, because {len(plan.rejected)} rows or values cannot be used:\n" + "\n".join(
        lines
    )
