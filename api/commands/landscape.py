"""``skillway landscape``: how many people of each group have a skill or are ready for a role."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(
    help="How many people of each group have a skill or are ready for a role; never so few that it tells of one.",
    no_args_is_help=True,
)


@app.command("skills")
def skills(
    skill: Annotated[
        list[str] | None,
        typer.Option(help="Label or id of a skill; may be repeated. Those with the highest numbers when not given."),
    ] = None,
    top: Annotated[int, typer.Option(help="Most skills where none is named, at least 1.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show how many people of each group list a skill, and how many have it, listed or hidden."""
    from api.render.landscapes import render_skill_landscape

    with open_session() as engine:
        print_result(engine.skill_landscape(skills=skill or (), top=top), as_json, render_skill_landscape)


@app.command("role")
def role(
    role: Annotated[str, typer.Argument(help="Title or id of a role.")],
    as_json: AsJson = False,
) -> None:
    """Show how many people of each group are ready for a role, and how many meet each requirement."""
    from api.render.landscapes import render_role_landscape

    with open_session() as engine:
        print_result(engine.role_landscape(role), as_json, render_role_landscape)
