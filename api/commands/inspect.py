"""Commands that show how Skillway works: its queries and settings."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson
from api.settings import load_settings


def cypher(
    name: Annotated[str | None, typer.Argument(help="Name of a query; all are listed when none is given.")] = None,
) -> None:
    """Print a query that Skillway asks the graph, to be run in Neo4j Browser or a notebook."""
    from graph_schema.errors import NotFound
    from graph_schema.queries import list_queries

    queries = list_queries()
    if name is None:
        for query in queries.values():
            typer.echo(f"{query.name:28} -> {query.row.__name__}")
    elif name in queries:
        import textwrap

        typer.echo(textwrap.dedent(queries[name].text).strip())
    else:
        raise NotFound("query", name, "skillway cypher lists them")


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
