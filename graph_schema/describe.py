"""Writes the schema as a page for people: ``python -m graph_schema.describe`` rewrites ``graph_schema/README.md``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from graph_schema.event_types import EVENT_TYPES
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.nodes import NODES
from graph_schema.relationships import RELATIONSHIPS
from graph_schema.scales import LEVELS
from graph_schema.schema import PropertySchema, RelationshipSchema, describe_node, describe_relationship

PAGE = Path(__file__).parent / "README.md"
"""The page."""


def describe_schema() -> str:
    """Return the whole page: a drawing, every node, relationship, kind of evidence and type of event."""
    return "\n".join(_write_page()) + "\n"


def draw_schema() -> str:
    """Return the drawing of labels and relationships in Mermaid."""
    relationships = [describe_relationship(item) for item in RELATIONSHIPS]
    edges = [f"  {item.start} -->|{item.type}| {item.end}" for item in relationships]
    return "\n".join(["graph LR", *edges])


def _write_page() -> Iterator[str]:
    yield "# The graph"
    yield ""
    yield "Made from `nodes.py`, `relationships.py` and `evidence_kinds.py` by `make docs`; do not edit by hand."
    yield ""
    yield "Every node and relationship that a loader wrote also carries `source`, the data set that owns it, and"
    yield "`fingerprint`, a digest of its values, so that loading the same data twice changes nothing."
    yield "Unknown values are absent, never 0."
    yield ""
    yield "```mermaid"
    yield draw_schema()
    yield "```"
    yield ""
    yield "## Nodes"
    for node in map(describe_node, NODES):
        yield ""
        yield f"### {node.label}"
        yield ""
        yield node.description
        yield ""
        yield from _write_properties(node.properties)
    yield ""
    yield "## Relationships"
    for relationship in map(describe_relationship, RELATIONSHIPS):
        yield ""
        yield f"### {_draw_edge(relationship)}"
        yield ""
        yield relationship.description
        if relationship.properties:
            yield ""
            yield from _write_properties(relationship.properties)
    yield ""
    yield "## Levels"
    yield ""
    yield from (f"- {level}: {meaning}" for level, meaning in enumerate(LEVELS))
    yield ""
    yield "## Kinds of evidence"
    yield ""
    yield "| kind | means | verifies | half-life, years |"
    yield "|---|---|---|---|"
    for kind in EVIDENCE_KINDS.values():
        yield f"| `{kind.name}` | {kind.description} | {'yes' if kind.verifies else 'no'} | {kind.half_life_years:g} |"
    yield ""
    yield "## Events"
    yield ""
    yield "What the graph announces, from `event_types.py`. An event carries ids and nothing else about anybody."
    yield ""
    yield "| type | subject | means | data |"
    yield "|---|---|---|---|"
    for name, event in EVENT_TYPES.items():
        data = ", ".join(f"`{field}`" for field in event.data) or "–"
        yield f"| `{name}` | `{event.subject}:<id>` | {event.description} | {data} |"


def _write_properties(properties: Iterable[PropertySchema]) -> Iterator[str]:
    yield "| property | type | means | found by |"
    yield "|---|---|---|---|"
    for item in properties:
        found = {"key": "unique", "full_text": "full text", "none": ""}.get(item.index, item.index)
        yield f"| `{item.name}` | {item.type}{', or unknown' if item.optional else ''} | {item.description} | {found} |"


def _draw_edge(relationship: RelationshipSchema) -> str:
    properties = ", ".join(item.name for item in relationship.properties)
    inside = f" {{{properties}}}" if properties else ""
    return f"`(:{relationship.start})-[:{relationship.type}{inside}]->(:{relationship.end})`"


if __name__ == "__main__":
    PAGE.write_text(describe_schema(), encoding="utf-8")
