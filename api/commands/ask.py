"""Questions about people, roles and courses."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session

Person = Annotated[str, typer.Argument(help="Name, e-mail or id of a person.")]
Role = Annotated[str, typer.Argument(help="Title or id of a role.")]


def show_person(person: Person, as_json: AsJson = False) -> None:
    """Show a person: listed skills, and the skills they are believed to have but never listed."""
    from api.render.people import render_profile

    with open_session() as engine:
        print_result(engine.profile(person), as_json, render_profile)


def explain(
    person: Person,
    skill: Annotated[str, typer.Argument(help="Label or id of a skill.")],
    as_json: AsJson = False,
) -> None:
    """Explain why a person is believed to have a skill, term by term."""
    from api.render.people import render_explanation

    with open_session() as engine:
        print_result(engine.explain(person, skill), as_json, render_explanation)


def gap(person: Person, role: Role, as_json: AsJson = False) -> None:
    """Show which requirements of a role a person meets."""
    from api.render.people import render_gap

    with open_session() as engine:
        print_result(engine.gap(person, role), as_json, render_gap)


def unlocks(
    course: Annotated[str, typer.Argument(help="Title or id of a course or gig.")], as_json: AsJson = False
) -> None:
    """Show which roles, gigs and tours of duty a course opens, and for whom."""
    from api.render.moves import render_unlocks

    with open_session() as engine:
        print_result(engine.unlocks(course), as_json, render_unlocks)
