"""``skillway switches``: whether anything is inferred, for the organisation and for teams."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(
    help="Whether skills are inferred, for the organisation and for teams; people choose with `skillway rights`.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show what data sets say, what was chosen by hand, and what is in force."""
    from api.render.switches import render_switches

    with open_session() as engine:
        print_result(engine.list_switches(), as_json, render_switches)


@app.command()
def team(
    team: Annotated[str, typer.Argument(help="Name or id of a team.")],
    inference: Annotated[str, typer.Argument(help="on, soft_off (keep what is inferred) or hard_off (remove it).")],
    as_json: AsJson = False,
) -> None:
    """Switch inference for a team; no load undoes it."""
    from api.render.switches import render_switch_change

    with open_session() as engine:
        print_result(engine.switch_team(team, inference), as_json, render_switch_change)


@app.command()
def organisation(
    inference: Annotated[
        str, typer.Argument(help="on, soft_off, hard_off, or opt_in (off for all who have not allowed it).")
    ],
    as_json: AsJson = False,
) -> None:
    """Switch inference for the whole organisation; no load undoes it."""
    from api.render.switches import render_switch_change

    with open_session() as engine:
        print_result(engine.switch_organisation(inference), as_json, render_switch_change)
