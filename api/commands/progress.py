"""``skillway progress``: bridges that were accepted, how far they are and what they came to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.commands.ask import Person, Role
from api.commands.days import read_day
from api.commands.wishes import (
    Budget,
    Exclude,
    Hours,
    HoursPerWeek,
    Kind,
    MoneyPerHour,
    Require,
    Started,
    Weeks,
    gather_wishes,
)
from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(
    help="Accept a bridge, follow it as evidence comes in, plan it anew, compare what it cost.", no_args_is_help=True
)


@app.command()
def accept(
    person: Person,
    role: Role,
    hours_per_week: HoursPerWeek = None,
    money_per_hour: MoneyPerHour = None,
    exclude: Exclude = None,
    kind: Kind = None,
    budget: Budget = None,
    hours: Hours = None,
    weeks: Weeks = None,
    require: Require = None,
    started: Started = None,
    as_json: AsJson = False,
) -> None:
    """Keep the cheapest bridge as of today, in the place of the one that is in force to this role."""
    from api.render.progress import render_kept

    wishes = gather_wishes(hours_per_week, money_per_hour, exclude, kind, budget, hours, weeks, require, started)
    with open_session() as engine:
        print_result(engine.accept_bridge(person, role, wishes=wishes), as_json, render_kept)


@app.command()
def show(person: Person, role: Role, as_json: AsJson = False) -> None:
    """Show which steps are done, whether what is left still leads to the role, and what it has cost."""
    from api.render.progress import render_progress

    with open_session() as engine:
        print_result(engine.bridge_progress(person, role), as_json, render_progress)


@app.command()
def record(
    person: Person,
    role: Role,
    step: Annotated[str, typer.Argument(help="Number of the step, or id or title of its move.")],
    money: Annotated[float | None, typer.Option(help="Money it cost.")] = None,
    hours: Annotated[float | None, typer.Option(help="Hours it took.")] = None,
    started_on: Annotated[
        datetime | None, typer.Option("--started", formats=["%Y-%m-%d"], help="The day it was begun.")
    ] = None,
    done_on: Annotated[
        datetime | None,
        typer.Option("--done", formats=["%Y-%m-%d"], help="The day a mentorship or an interim role was done."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record what a step really came to. Courses, gigs and assessments are ticked off by their evidence."""
    from api.render.progress import render_progress

    with open_session() as engine:
        progress = engine.record_step(
            person,
            role,
            step,
            money=money,
            hours=hours,
            started_on=read_day(started_on),
            done_on=read_day(done_on),
        )
        print_result(progress, as_json, render_progress)


@app.command()
def replan(person: Person, role: Role, as_json: AsJson = False) -> None:
    """Put the cheapest bridge from here in the place of the accepted one, where that no longer holds or is dearer."""
    from api.render.progress import render_kept

    with open_session() as engine:
        print_result(engine.replan_bridge(person, role), as_json, render_kept)


@app.command()
def drop(person: Person, role: Role, as_json: AsJson = False) -> None:
    """Drop the accepted bridge; it stays on record."""
    from api.render.progress import render_kept

    with open_session() as engine:
        print_result(engine.drop_bridge(person, role), as_json, render_kept)


@app.command("list")
def list_bridges(person: Person, as_json: AsJson = False) -> None:
    """Show all bridges that were ever accepted for a person."""
    from api.render.progress import render_list

    with open_session() as engine:
        print_result(engine.kept_bridges(person), as_json, render_list)
