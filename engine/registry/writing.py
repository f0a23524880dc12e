"""Objects written to the graph, some hundred a transaction: each is accepted or rejected on its own.

Within a transaction everything is read and written for all of its objects at once. One writer a kind at a time: the
kind is locked before anything is read, so that of two writers, whatever their process, the second sees the first.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.registry.changes import Change, check_owner, find_change, make_node
from engine.registry.drafts import Draft, Given, Terms, complete_draft, merge_patch, name_evidence, read_draft
from engine.registry.endorsement_writing import write_endorsements
from engine.registry.kinds import EdgeKind, Kind, find_kind
from engine.registry.linking import find_known_ends, link_draft
from engine.registry.people import PeopleRules, read_people_rules
from engine.registry.preconditions import check_create_only, check_match
from engine.registry.reading import make_etag, to_values
from engine.registry.results import FieldFault, RowResult, WriteReport
from graph_schema.errors import ChangedMeanwhile
from graph_schema.evidence_ids import API
from graph_schema.graph import Graph
from graph_schema.nodes import Person
from graph_schema.object_queries import ObjectRow, lock_objects, read_objects
from graph_schema.queries.objects import LOCK_KINDS, LOCK_PEOPLE
from graph_schema.schema import Relationship
from graph_schema.store import GraphStore

BATCH = 500
"""Objects of one transaction."""

Refresh = Callable[[Graph, Sequence[str]], None]
"""Infers some people anew, in the transaction that changed what is known of them."""


def write_objects(
    store: GraphStore, kind_name: str, rows: Iterable[Given], terms: Terms, refresh: Refresh
) -> WriteReport:
    """Write objects and return what became of each.

    Objects may refer to one another in any order: one that refers to what is not there yet waits for the others.
    """
    kind = find_kind(kind_name)
    results: dict[int, RowResult] = {}
    seen: dict[str, int] = {}
    waiting: list[Draft] = []
    batch: list[Draft] = []
    for line, given in enumerate(rows, start=1):
        draft = read_draft(kind, line, given, terms)
        if draft.result is None and draft.id is not None:
            earlier = seen.setdefault(draft.id, line)
            if earlier != line:
                draft.reject("repeated", FieldFault("id", f"stands in line {earlier} already"))
        if draft.result is not None:
            results[line] = draft.result
            continue
        batch.append(draft)
        if len(batch) == BATCH:
            waiting += _write_batch(store, kind, batch, terms, refresh, results)
            batch = []
    waiting += _write_batch(store, kind, batch, terms, refresh, results)
    while waiting:
        # Backwards, as whoever waits mostly waits for something that came later.
        waiting.reverse()
        left: list[Draft] = []
        for start in range(0, len(waiting), BATCH):
            left += _write_batch(store, kind, waiting[start : start + BATCH], terms, refresh, results)
        if len(left) == len(waiting):
            results |= {draft.line: draft.result for draft in left if draft.result is not None}
            break
        waiting = left
    return WriteReport(kind.name, tuple(results[line] for line in sorted(results)))


def _write_batch(
    store: GraphStore,
    kind: Kind | EdgeKind,
    drafts: Sequence[Draft],
    terms: Terms,
    refresh: Refresh,
    results: dict[int, RowResult],
) -> list[Draft]:
    """Write some objects in one transaction; returns those that wait for others, with why they would be rejected."""
    if not drafts:
        return []

    def write(graph: Graph) -> tuple[list[Draft], list[Draft]]:
        # The driver may do this again, so each time it works on drafts as they came.
        fresh = [replace(draft, result=None) for draft in drafts]
        graph.ask(LOCK_KINDS, kinds=[kind.name])
        if isinstance(kind, EdgeKind):
            return fresh, write_endorsements(graph, kind, fresh, terms, refresh)
        return fresh, _write_nodes(graph, kind, fresh, terms, refresh)

    done, waiting = store.transact(f"write_{kind.name}", write)
    lines = {draft.line for draft in waiting}
    results |= {draft.line: draft.result for draft in done if draft.result is not None and draft.line not in lines}
    return [_wait(draft, waiting) for draft in drafts if draft.line in lines]


def _wait(draft: Draft, waiting: Sequence[Draft]) -> Draft:
    draft.result = next(item.result for item in waiting if item.line == draft.line)
    return draft


def _write_nodes(graph: Graph, kind: Kind, drafts: Sequence[Draft], terms: Terms, refresh: Refresh) -> list[Draft]:
    ids = sorted({str(draft.id) for draft in drafts})
    if kind.said:
        graph.ask(LOCK_PEOPLE, person_ids=sorted({draft.values["person_id"] for draft in drafts}))
    else:
        graph.ask(lock_objects(kind.node), ids=ids)
    stored = {row.id: row for row in graph.ask(read_objects(kind.shape), ids=ids)}
    rules = read_people_rules(graph, ids) if kind.node is Person else None
    for draft in drafts:
        _complete(kind, draft, stored.get(str(draft.id)), terms, rules)
    pending = [draft for draft in drafts if draft.result is None]
    links, waiting = _link_all(graph, kind, pending)
    changes: list[Change] = []
    for draft in pending:
        if draft.line not in links:
            continue
        row = stored.get(str(draft.id))
        node_changed = row is None or make_node(kind, to_values(kind, row)) != make_node(kind, draft.values)
        change, others = find_change(kind, draft, row, links[draft.line], node_changed=node_changed)
        check_owner(draft, kind, others, terms)
        if draft.result is None:
            changes.append(change)
            draft.mark("created" if row is None else "updated", make_etag(draft.values))
    _write_changes(graph, changes)
    refresh(graph, _list_affected(kind, pending))
    return waiting


def _complete(kind: Kind, draft: Draft, stored: ObjectRow | None, terms: Terms, rules: PeopleRules | None) -> None:
    """Find out what an object is to be, and whether it is that already."""
    before = None if stored is None else to_values(kind, stored)
    etag = None if before is None else make_etag(before)
    try:
        check_match(terms.if_match, etag)
        check_create_only(terms.create_only, etag)
    except ChangedMeanwhile as error:
        draft.reject("changed-meanwhile", FieldFault("id", str(error)))
        return
    if terms.mode == "patch":
        if before is None:
            draft.reject("unknown", FieldFault("id", "only what is there can be patched; write the whole of it"))
            return
        complete_draft(kind, draft, merge_patch(before, draft.given), terms.today)
        if draft.result is not None:
            return
    if rules is not None:
        if before is None and (erased_on := rules.find_erasure(str(draft.id))) is not None:
            draft.reject("erased", FieldFault("id", f"this person was erased on {erased_on}; readmit them first"))
            return
        draft.values = dict(draft.values)
        rules.apply_choice(draft.values)
    if kind.said:
        _complete_said(kind, draft, before, etag)
    elif before == draft.values and etag is not None and not (terms.take_over and stored and _is_foreign(stored)):
        draft.mark("unchanged", etag)


def _complete_said(kind: Kind, draft: Draft, before: Mapping[str, Any] | None, etag: str | None) -> None:
    """Evidence is never changed: it is there as it is given, or it is new."""
    if before is None or etag is None:
        if draft.id != name_evidence(draft.values):
            draft.reject("invalid", FieldFault("id", "no evidence has it, and of something new it is left out"))
        return
    if {**before, "status": None} != {**draft.values, "status": None}:
        draft.reject("invalid", FieldFault("id", f"{kind.singular} is never changed; withdraw it and write a new one"))
    elif draft.values["status"] == "withdrawn" and before["status"] == "active":
        draft.reject("invalid", FieldFault("status", f"withdraw it: DELETE /v1/objects/{kind.name}/{draft.id}"))
    else:
        draft.mark("unchanged", etag)


def _is_foreign(stored: ObjectRow) -> bool:
    return any(source != API for source in (stored.source, *(row.source for rows in stored.links for row in rows)))


def _link_all(
    graph: Graph, kind: Kind, drafts: Sequence[Draft]
) -> tuple[dict[int, tuple[Relationship, ...]], list[Draft]]:
    """Return the relationships of each object whose ends are there, and the objects that wait for others."""
    known = find_known_ends(graph, kind, drafts)
    there = known.get(kind.node, frozenset())
    own = {*there, *(str(draft.id) for draft in drafts)}
    available = {**known, kind.node: own}
    links: dict[int, tuple[Relationship, ...]] = {}
    waiting: list[Draft] = []
    referring: defaultdict[str, list[Draft]] = defaultdict(list)
    queue = deque(drafts)
    while queue:
        draft = queue.popleft()
        if draft.result is not None:
            continue
        found = link_draft(kind, draft, available)
        if not found.faults:
            links[draft.line] = found.relationships
            for item in found.relationships:
                if item.end is kind.node:
                    referring[item.end_id].append(draft)
            continue
        draft.reject("invalid", *found.faults)
        links.pop(draft.line, None)
        if found.waits:
            waiting.append(draft)
        if draft.id not in there:
            # Those that refer to it have lost an end.
            own.discard(str(draft.id))
            queue.extend(referring[str(draft.id)])
    return links, waiting


def _write_changes(graph: Graph, changes: Sequence[Change]) -> None:
    nodes = [node for change in changes for node in change.nodes]
    graph.write_nodes(nodes, API)
    removed: defaultdict[tuple[type[Relationship], str], list[tuple[str, ...]]] = defaultdict(list)
    written: defaultdict[type[Relationship], list[Relationship]] = defaultdict(list)
    for change in changes:
        for relationship, source, key in change.removed:
            removed[relationship, source or ""].append(key)
        for item in change.relationships:
            written[type(item)].append(item)
    for (relationship, source), keys in removed.items():
        graph.delete_relationships(relationship, source, keys)
    for items in written.values():
        if graph.write_relationships(items, API) < len(items):
            raise ChangedMeanwhile("something that is referred to went in the meantime; send it again")


def _list_affected(kind: Kind, drafts: Sequence[Draft]) -> list[str]:
    done = [draft for draft in drafts if draft.result is not None and draft.result.status in ("created", "updated")]
    if kind.said:
        return sorted({draft.values["person_id"] for draft in done})
    return sorted(str(draft.id) for draft in done) if kind.node is Person else []
