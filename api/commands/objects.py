"""``skillway objects``: objects as they are stored, in and out, a JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.output import AsJson, dump_result, print_result
from api.session import open_session
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.registry.drafts import Given
    from engine.registry.results import Deletion, WriteReport

app = typer.Typer(
    help="Objects as they are stored: list, show, write and delete people, roles, courses, evidence …",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Kind = Annotated[
    str, typer.Argument(help="Kind of object, such as courses; a wrong one is answered with all there are.")
]
ObjectId = Annotated[str, typer.Argument(help="The exact id.")]


@app.command("list")
def list_objects(
    kind: Kind,
    after: Annotated[str | None, typer.Option(help="Cursor of the page before.")] = None,
    limit: Annotated[int, typer.Option(help="Most objects of the page.")] = 100,
    where: Annotated[list[str] | None, typer.Option(help="field=value, or q=words; may be repeated.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Field to show; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print objects in the order of their ids, one a line; with --json a page with the cursor of the next."""
    filters = dict(_split(item) for item in where or ())
    with open_session() as engine:
        page = engine.list_objects(kind, after=after, limit=limit, filters=filters, fields=field or ())
        print_result(page, as_json, lambda found: "\n".join(_dump(item) for item in found.items))


@app.command("show")
def show_object(kind: Kind, object_id: ObjectId, as_json: AsJson = False) -> None:
    """Print one object."""
    with open_session() as engine:
        print_result(engine.read_object(kind, object_id), as_json, lambda found: _dump(found.values))


@app.command("write")
def write_objects(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="NDJSON: an object a line.", exists=True, dir_okay=False)],
    take_over: Annotated[bool, typer.Option("--take-over", help="Own from now on what a data set owns.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every object of a file, and say what became of them."""
    with open_session() as engine, file.open("rb") as lines:
        print_result(engine.write_objects(kind, _read(lines), take_over=take_over), as_json, _say_report)


@app.command("delete")
def delete_object(kind: Kind, object_id: ObjectId, as_json: AsJson = False) -> None:
    """Delete an object that nothing else needs; evidence and endorsements are withdrawn."""
    with open_session() as engine:
        print_result(engine.delete_object(kind, object_id), as_json, _say_deletion)


def _read(lines: Any) -> Iterator[Given]:
    from api.ndjson import read_line

    for line in lines:
        yield read_line(line.rstrip(b"\n"))


def _split(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals:
        raise InvalidInput("--where", f"{item!r} is not field=value")
    return name, value


def _dump(values: Any) -> str:
    return dump_result(dict(cast(Any, values))).decode()


def _say_report(report: WriteReport) -> str:
    from collections import Counter

    counts = Counter(row.status for row in report.rows)
    faults = [
        f"line {row.line}: "
        + "; ".join(f"{item.field}: {item.detail}" if item.field else item.detail for item in row.problems)
        for row in report.rows
        if row.status == "rejected"
    ]
    return "\n".join([", ".join(f"{count} {status}" for status, count in sorted(counts.items())), *faults])


def _say_deletion(done: Deletion) -> str:
    went = ", ".join(f"{count} {kind}" for kind, count in done.relationships.items())
    return f"{done.status} {done.id}" + (f", and with it {went}" if went else "")
