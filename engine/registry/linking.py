"""From the fields of an object to the relationships that go out from it, and whether where they lead is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from engine.registry.drafts import Draft
from engine.registry.kinds import Kind, Link
from engine.registry.models import name_end
from engine.registry.results import FieldFault
from graph_schema.graph import Graph
from graph_schema.object_queries import find_known
from graph_schema.schema import Node, Relationship

Known = Mapping[type[Node], Set[str]]
"""Label -> the ids that are there, of those asked about."""


@dataclass(frozen=True)
class Links:
    """The relationships of an object, and the ends that are not there."""

    relationships: tuple[Relationship, ...]
    faults: tuple[FieldFault, ...]
    waits: bool
    """Whether nothing but objects of its own kind are missing, which others of the request may be."""


def find_known_ends(graph: Graph, kind: Kind, drafts: Sequence[Draft]) -> Known:
    """Look up all that some objects refer to, a question a label."""
    wanted: defaultdict[type[Node], set[str]] = defaultdict(set)
    for draft in drafts:
        for link, end, _ in _list_ends(kind, draft.values):
            for relationship in link.relationships:
                wanted[relationship.end].add(end)
    return {
        node: frozenset(row.id for row in graph.ask(find_known(node), ids=sorted(ids))) for node, ids in wanted.items()
    }


def link_draft(kind: Kind, draft: Draft, known: Known) -> Links:
    """Return the relationships that an object is to have."""
    relationships: list[Relationship] = []
    faults: list[FieldFault] = []
    waits = True
    start = str(draft.id)
    for link, end, properties in _list_ends(kind, draft.values):
        kinds = [item for item in link.relationships if end in known.get(item.end, ())]
        if len(kinds) == 1:
            relationships.append(kinds[0](start_id=start, end_id=end, **properties))
            continue
        labels = " or ".join(_say(item.end) for item in (kinds or link.relationships))
        if kinds:
            faults.append(FieldFault(link.field, f"{end!r} is the id of more than one of {labels}"))
            waits = False
        else:
            faults.append(FieldFault(link.field, f"no {labels} has the id {end!r}"))
            waits = waits and any(item.end is kind.node for item in link.relationships)
    return Links(tuple(relationships), tuple(faults), bool(faults) and waits)


def _list_ends(kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[Link, str, dict[str, Any]]]:
    for link in kind.links:
        value = values[link.field]
        if link.form == "one":
            if value is not None:
                yield link, value, {}
        elif link.form == "ids":
            for end in value:
                yield link, end, {}
        else:
            end = name_end(link.relationships[0])
            for entry in value:
                yield link, entry[end], {name: item for name, item in entry.items() if name != end}


def _say(node: type[Node]) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in node.__name__).strip()
