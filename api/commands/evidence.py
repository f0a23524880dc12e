"""Evidence told one piece at a time, and acted on at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.commands.ask import Person
from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(help="Record or withdraw one piece of evidence, acted on at once.", no_args_is_help=True)


@app.command("add")
def add(
    person: Person,
    skill: Annotated[str, typer.Argument(help="Label or id of a skill.")],
    kind: Annotated[str, typer.Option(help="Kind of evidence, such as assessment; a wrong one lists them all.")],
    level: Annotated[float | None, typer.Option(help="Level shown, 0 to 5.")] = None,
    score: Annotated[float | None, typer.Option(help="Result of an assessment, 0 to 1.")] = None,
    observed_on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="When the skill was last seen; today when not given."),
    ] = None,
    via: Annotated[
        str | None, typer.Option(help="Title or id of the course, project, assessment or credential that left it.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Name, e-mail or id of who signed or observed it.")] = None,
    valid_until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day it counts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record one piece of evidence about a person and a skill, and show what it changed."""
    from api.render.evidence import render_change

    with open_session() as engine:
        change = engine.record_evidence(
            person,
            skill,
            kind,
            level=level,
            score=score,
            observed_on=observed_on.date() if observed_on else None,
            via=via,
            by=by,
            valid_until=valid_until.date() if valid_until else None,
        )
        print_result(change, as_json, render_change)


@app.command("withdraw")
def withdraw(
    evidence: Annotated[str, typer.Argument(help="Id of the evidence, as `evidence add` gives it.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw a piece of evidence: it stays on record and counts no more."""
    from api.render.evidence import render_change

    with open_session() as engine:
        print_result(engine.withdraw_evidence(evidence), as_json, render_change)
