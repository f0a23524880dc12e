"""What only all rows together can show: nodes of other owners, things said twice, links to nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from graph_schema.diff import Key, key_of
from graph_schema.nodes import Person
from graph_schema.schema import Node, Relationship
from loaders.base import Link
from loaders.directory import Directory, Surroundings, say_kind
from loaders.drafts import Draft, Findings

Kind = type[Node] | type[Relationship]
_Known = Mapping[type[Node], Counter[str]]


def check_owners(drafts: Sequence[Draft], around: Surroundings, findings: Findings) -> None:
    """Reject rows that would overwrite a node of another source."""
    for draft in list_open(drafts):
        for node in draft.nodes:
            owners = around.foreign.get(type(node), {})
            if node.id not in owners:
                continue
            owner = owners[node.id]
            whose = f"belongs to source {owner}" if owner else "was not made by a data set"
            findings.reject(draft, draft.id_column, node.id, f"this {say_kind(type(node))} {whose}")
            break


def check_erased(drafts: Sequence[Draft], around: Surroundings, findings: Findings) -> None:
    """Reject rows that would bring back somebody who was erased."""
    for draft in list_open(drafts):
        for node in draft.nodes:
            erased_on = around.find_erasure(node.id) if isinstance(node, Person) else None
            if erased_on is not None:
                reason = (
                    f"this person was erased on {erased_on}; to let them in again: skillway rights readmit {node.id}"
                )
                findings.reject(draft, draft.id_column, node.id, reason)
                break


def check_duplicates(drafts: Sequence[Draft], findings: Findings) -> None:
    """Reject rows and links that say again what an earlier row has said."""
    first: dict[tuple[Kind, Key], Draft] = {}
    for draft in list_open(drafts):
        for node in draft.nodes:
            if (earlier := first.setdefault((type(node), node.id), draft)) is not draft:
                reason = f"the same {say_kind(type(node))} stands in {earlier.place}"
                findings.reject(draft, draft.id_column, node.id, reason)
                break
        if not draft.rejected:
            draft.links = _drop_repeated(draft, first, findings)


def _drop_repeated(draft: Draft, first: dict[tuple[Kind, Key], Draft], findings: Findings) -> list[Link]:
    links: list[Link] = []
    for link in draft.links:
        key = type(link.relationship), key_of(link.relationship)
        if (earlier := first.setdefault(key, draft)) is not draft or any(
            key == (type(other.relationship), key_of(other.relationship)) for other in links
        ):
            reason = f"says again what {earlier.place} says"
            if link.essential:
                findings.reject(draft, link.field, link.relationship.end_id, reason)
                break
            findings.report_value(draft, link.field, link.relationship.end_id, reason)
        else:
            links.append(link)
    return links


def check_links(drafts: Sequence[Draft], around: Surroundings, directory: Directory, findings: Findings) -> None:
    """Reject rows and drop links that point to nothing."""
    known: defaultdict[type[Node], Counter[str]] = defaultdict(Counter)
    for kind, ids in (*around.foreign.items(), *findings.kept.items()):
        known[kind].update(list(ids))
    for draft in list_open(drafts):
        for node in draft.nodes:
            known[type(node)][node.id] += 1
    # A rejected row may leave others without an end, so the check is repeated until it finds nothing more.
    while _reject_dangling(drafts, known, directory, findings):
        pass
    for draft in list_open(drafts):
        kept: list[Link] = []
        for link in draft.links:
            if (missing := _find_missing_end(link, known)) is None:
                kept.append(link)
            else:
                findings.report_value(draft, link.field, missing[1], _say_missing(*missing, directory))
        draft.links = kept


def list_open(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the rows that have not been rejected."""
    return [draft for draft in drafts if not draft.rejected]


def _reject_dangling(drafts: Sequence[Draft], known: _Known, directory: Directory, findings: Findings) -> bool:
    found = False
    for draft in list_open(drafts):
        for link in draft.links:
            missing = _find_missing_end(link, known)
            if missing is None or not link.essential:
                continue
            found = True
            if not findings.leave_out_link(draft, missing[1]):
                findings.reject(draft, link.field, missing[1], _say_missing(*missing, directory))
            for node in draft.nodes:
                if node.id not in findings.kept[type(node)]:
                    known[type(node)][node.id] -= 1
            break
    return found


def _find_missing_end(link: Link, known: _Known) -> tuple[type[Node], str] | None:
    relationship = link.relationship
    kind = type(relationship)
    if known[kind.start].get(relationship.start_id, 0) <= 0:
        return kind.start, relationship.start_id
    if known[kind.end].get(relationship.end_id, 0) <= 0:
        return kind.end, relationship.end_id
    return None


def _say_missing(kind: type[Node], id: str, directory: Directory) -> str:
    if directory.has(kind, id):
        return f"the row of this {say_kind(kind)} was itself rejected"
    return f"no {say_kind(kind)} has this id"
