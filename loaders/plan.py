"""From raw rows to what the graph should hold: every row checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema.diff import Key, key_of
from graph_schema.nodes import Skill
from graph_schema.schema import Node, Relationship
from loaders.base import Loader, Sheet
from loaders.checks import Kind, check_duplicates, check_erased, check_links, check_owners, list_open
from loaders.directory import Directory, SkillName, Surroundings
from loaders.drafts import Draft, Findings, read_drafts, sketch
from loaders.report import Rejection, UnmappedName


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


def make_plan(loader: Loader[Any], sheets: Iterable[Sheet], around: Surroundings) -> Plan:
    """Check every row and return what the graph should hold of this data set; nothing is written."""
    findings = Findings(around)
    drafts = [draft for sheet in sheets for draft in read_drafts(sheet, findings)]
    directory = _make_directory(drafts, around, findings)
    for draft in drafts:
        sketch(draft, directory, findings)
    check_owners(drafts, around, findings)
    check_erased(drafts, around, findings)
    check_duplicates(drafts, findings)
    check_links(drafts, around, directory, findings)
    items: dict[Kind, dict[Key, Node | Relationship]] = {kind: {} for kind in loader.list_kinds()}
    for draft in list_open(drafts):
        for item in (*draft.nodes, *(link.relationship for link in draft.links)):
            items[type(item)][key_of(item)] = item
    return Plan(
        items=items,
        kept=frozenset(id for ids in findings.kept.values() for id in ids),
        rejected=findings.list_rejected(),
        unmapped=findings.list_unmapped(),
        left_out=dict(sorted(findings.left_out.items())),
        warnings=tuple(findings.warnings),
        rows=findings.rows,
    )


def _make_directory(drafts: Sequence[Draft], around: Surroundings, findings: Findings) -> Directory:
    ids = {node: {*foreign, *findings.kept[node]} for node, foreign in around.foreign.items()}
    skills = [name for name, owner in around.skills if owner != around.source or name.id in findings.kept[Skill]]
    for draft in drafts:
        declares, id = draft.table.declares, draft.declared_id
        if declares is None or id is None:
            continue
        ids.setdefault(declares.node, set()).add(id)
        if declares.node is Skill and declares.label:
            alt_labels = getattr(draft.row, "alt_labels", ())
            skills.append(SkillName(id, str(getattr(draft.row, declares.label)), alt_labels))
    return Directory(
        source=around.source, ids={node: frozenset(found) for node, found in ids.items()}, skills=tuple(skills)
    )
