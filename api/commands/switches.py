"""``skillway switches``: whether anything is inferred, and what others see, for the organisation and for teams."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session
from graph_schema.errors import InvalidInput

Which = Annotated[str, typer.Argument(help="Which skills: listed or hidden.")]
Choice = Annotated[str, typer.Argument(help="show, hide, or unset (take back what was said by hand).")]

_CHOICES = {"show": True, "hide": False, "unset": None}

app = typer.Typer(
    help="Whether skills are inferred, and what others see, for the organisation and for teams; people choose with "
    "`skillway rights`.",
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


@app.command("team-visibility")
def team_visibility(
    team: Annotated[str, typer.Argument(help="Name or id of a team.")],
    which: Which,
    choice: Choice,
    as_json: AsJson = False,
) -> None:
    """Switch whether others see a team's listed or hidden skills; people's own choices go before it."""
    from api.render.switches import render_visibility_change

    visible = _read_choice(choice)
    with open_session() as engine:
        print_result(engine.switch_team_visibility(team, which, visible), as_json, render_visibility_change)


@app.command("organisation-visibility")
def organisation_visibility(which: Which, choice: Choice, as_json: AsJson = False) -> None:
    """Switch whether others see listed or hidden skills; what teams and people say goes before it."""
    from api.render.switches import render_visibility_change

    visible = _read_choice(choice)
    with open_session() as engine:
        print_result(engine.switch_organisation_visibility(which, visible), as_json, render_visibility_change)


def _read_choice(choice: str) -> bool | None:
    if choice not in _CHOICES:
        raise InvalidInput("choice", f"{choice!r} is not one of {', '.join(_CHOICES)}")
    return _CHOICES[choice]
