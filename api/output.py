"""What every command prints: a page for a person, or the result as JSON for a program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter

ResultT = TypeVar("ResultT")

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]


def dump_result(result: object) -> bytes:
    """Return a result as JSON: the same bytes behind ``--json``, HTTP and notebooks."""
    return _adapter(type(result)).dump_json(result)


def print_result(result: ResultT, as_json: bool, render: Callable[[ResultT], Any]) -> None:
    """Print a result to standard output, rendered for a person unless JSON was asked for."""
    if as_json:
        typer.echo(_adapter(type(result)).dump_json(result, indent=2))
    else:
        from rich.console import Console

        Console(highlight=False).print(render(result))


def print_note(sentence: str) -> None:
    """Print a sentence about what is going on to standard error, so that standard output holds the result alone."""
    typer.secho(f"  {sentence}", err=True, dim=True)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
