"""Every question that Skillway asks the graph, each beside its typed row, by subject.

``skillway cypher NAME`` prints one, to be run in Neo4j Browser or a notebook.
"""

from __future__ import annotations

from typing import Any

from graph_schema.queries import evidence, graph, moves, people, roles, skills
from graph_schema.query import Query


def list_queries() -> dict[str, Query[Any]]:
    """Return every query by its name, in alphabetical order."""
    found: list[Query[Any]] = [
        value
        for module in (evidence, graph, moves, people, roles, skills)
        for value in vars(module).values()
        if isinstance(value, Query)
    ]
    return {query.name: query for query in sorted(found, key=lambda query: query.name)}
