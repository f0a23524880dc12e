"""``skillway audit``: a sample of pairs is drawn, somebody finds out about them, and the model learns from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.output import AsJson, print_note, print_result
from api.session import open_session

app = typer.Typer(
    help="Find out about a sample of people and skills, and learn from it how far probabilities can be trusted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def draw(
    size: Annotated[int, typer.Option(help="How many pairs of person and skill; 200 make a good beginning.", min=1)],
    out: Annotated[Path, typer.Option(help="CSV file to write, for whoever finds out.", dir_okay=False)],
    seed: Annotated[int, typer.Option(help="Seed of the draw.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Draw pairs to be audited and write them to a CSV file; what is believed of them is not in it."""
    from api.audit_files import check_new, write_questions
    from api.render.audit import render_draw

    check_new(out)
    with open_session() as engine:
        drawn = engine.draw_audit(size, seed=seed)
    write_questions(out, drawn.questions)
    print_note(f"fill the column outcome of {out} with yes, no or unknown; then run: skillway audit record {out}")
    print_result(drawn, as_json, render_draw)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="The CSV file, filled; rows without an outcome stay open.")],
    as_json: AsJson = False,
) -> None:
    """Record what was found, fit the model anew with it, infer everybody again and say what changed."""
    from api.audit_files import read_answers
    from api.render.audit import render_recording

    answers = read_answers(file)
    with open_session() as engine:
        print_result(engine.record_audit(answers, print_note), as_json, render_recording)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show how far the audit is, and how well probabilities agree with what it found."""
    from api.render.audit import render_status

    with open_session() as engine:
        print_result(engine.audit_status(), as_json, render_status)
