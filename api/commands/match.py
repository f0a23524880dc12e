"""Work, courses and mentors for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.ask import Person
from api.output import AsJson, print_result
from api.session import open_session

Top = Annotated[int, typer.Option(help="Most to show.", min=1)]


def gigs(
    person: Person,
    top: Top = 20,
    at_least: Annotated[
        float, typer.Option(help="Least share of what is needed that they meet, 0 to 1.", min=0, max=1)
    ] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Show the open gigs, tours of duty and projects that a person can do now or nearly, and what they would learn."""
    from api.render.matches import render_gigs

    with open_session() as engine:
        print_result(engine.gigs(person, top=top, at_least=at_least), as_json, render_gigs)


def courses(
    person: Person,
    role: Annotated[
        str | None, typer.Option(help="Title or id of a role; roles of interest, else the nearest, when not given.")
    ] = None,
    top: Top = 20,
    as_json: AsJson = False,
) -> None:
    """Show the courses that bring a person nearest to a role, with what they cost and what must be met first."""
    from api.render.matches import render_courses

    with open_session() as engine:
        print_result(engine.courses(person, role=role, top=top), as_json, render_courses)


def mentors(
    person: Person,
    skill: Annotated[str, typer.Argument(help="Label or id of a skill.")],
    level: Annotated[
        float | None, typer.Option(help="The level to reach, above 0 and up to 5; the next one when not given.")
    ] = None,
    top: Top = 20,
    as_json: AsJson = False,
) -> None:
    """Show who offers time as a mentor, has the skill well enough, and has hours that nobody was promised."""
    from api.render.matches import render_mentors

    with open_session() as engine:
        print_result(engine.mentors(person, skill, level=level, top=top), as_json, render_mentors)
