"""Every question that Skillway asks the graph, each beside its typed row, by subject.

``skillway cypher NAME`` prints one, to be run in Neo4j Browser or a notebook.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from graph_schema.query import Query


def list_queries() -> dict[str, Query[Any]]:
    """Return every query by its name, in alphabetical order; a new module in this folder is found by itself."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found: list[Query[Any]] = [
        value for module in modules for value in vars(module).values() if isinstance(value, Query)
    ]
    return {query.name: query for query in sorted(found, key=lambda query: query.name)}
