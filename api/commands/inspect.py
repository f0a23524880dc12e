"""Commands that show how Skillway works: its queries and settings."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated

import typer

from api.output import AsJson
from api.settings import load_settings


def cypher(
    name: Annotated[str | None, typer.Argument(help="Name of a query; all are listed when none is given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a query that Skillway asks the graph, to be run in Neo4j Browser or a notebook."""
    from graph_schema.errors import NotFound
    from graph_schema.queries import list_queries

    queries = list_queries()
    if name is not None and name not in queries:
        raise NotFound("query", name, "skillway cypher lists them")
    texts = {query.name: textwrap.dedent(query.text).strip() for query in queries.values()}
    if as_json:
        typer.echo(json.dumps(texts if name is None else {name: texts[name]}, indent=2))
    elif name is None:
        for query in queries.values():
            typer.echo(f"{query.name:28} -> {query.row.__name__}")
    else:
        typer.echo(texts[name])


def settings(as_json: AsJson = False) -> None:
    """Print the settings in force, secrets masked, each with its environment variable."""
    values = load_settings()
    if as_json:
        typer.echo(values.model_dump_json(indent=2))
        return
    for name, value in _flatten(values.model_dump(mode="json")):
        variable = name.upper() if name.startswith("neo4j_") else f"SKILLWAY_{name.upper()}"
        typer.echo(f"{variable:50} {'' if value is None else value}")


def _flatten(values: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    return [
        item
        for key, value in values.items()
        for item in (_flatten(value, f"{prefix}{key}__") if isinstance(value, dict) else [(f"{prefix}{key}", value)])
    ]
