"""``skillway decisions``: the log of every ranked list, recommendation and decision, and whether it is whole."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.exit_codes import BROKEN_LOG
from api.output import AsJson, print_note, print_result
from api.session import open_session

app = typer.Typer(
    help="The log of what was asked and decided: list it, verify it, export it, say what a human decided, prune it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, UTC.")]


@app.command("list")
def list_records(
    operation: Annotated[str | None, typer.Option(help="Only of this operation, such as pool.")] = None,
    person: Annotated[str | None, typer.Option(help="Only what names this person: name, e-mail or id.")] = None,
    since: Since = None,
    until: Until = None,
    before: Annotated[int | None, typer.Option(help="Only records with a smaller number.")] = None,
    top: Annotated[int, typer.Option(help="Most records to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List records, the newest first."""
    from api.render.decisions import render_page

    with open_session() as engine:
        page = engine.list_decisions(
            operation=operation,
            person=person,
            since=since.date() if since else None,
            until=until.date() if until else None,
            before=before,
            top=top,
        )
        print_result(page, as_json, render_page)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Say whether every record is as it was written and none is missing; fails when it is not so."""
    from api.render.decisions import render_verification

    with open_session() as engine:
        found = engine.verify_decisions()
    print_result(found, as_json, render_verification)
    if not found.holds:
        raise typer.Exit(BROKEN_LOG)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write, one record a line, the newest first.", dir_okay=False)],
    since: Since = None,
    until: Until = None,
) -> None:
    """Write records to a file as JSON lines, people by pseudonym, so that anybody can verify them."""
    from api.output import dump_result
    from api.whole_files import open_whole_file

    first, last = since.date() if since else None, until.date() if until else None
    written, before = 0, None
    with open_session() as engine, open_whole_file(file) as out:
        while True:
            page = engine.list_decisions(since=first, until=last, before=before, top=1000)
            for record in page.records:
                # Whom a pseudonym stands for is for those who ask the graph; it is no part of what was chained.
                line = {name: value for name, value in json.loads(dump_result(record)).items() if name != "people"}
                out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            written, before = written + len(page.records), page.older
            if before is None:
                break
    print_note(f"wrote {written} records to {file}")


@app.command()
def decide(
    decision: Annotated[str, typer.Argument(help="Id of the record, as `decisions list` shows it.")],
    outcome: Annotated[str, typer.Argument(help="What was decided, such as accepted or rejected.")],
    reason: Annotated[str | None, typer.Option(help="Why, in your words; name nobody but whom it is about.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record what a human decided about a record, and why; the record itself stays as it is."""
    from api.render.decisions import render_record

    with open_session() as engine:
        print_result(engine.record_outcome(decision, outcome, reason=reason), as_json, render_record)


@app.command()
def prune(as_json: AsJson = False) -> None:
    """Remove records older than SKILLWAY_ENGINE__DECISIONS__RETENTION_DAYS; the rest can still be verified."""
    from api.render.decisions import render_pruning

    with open_session() as engine:
        print_result(engine.prune_decisions(), as_json, render_pruning)
