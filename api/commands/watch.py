"""``skillway watch``: who is told when they, or others, nearly meet what a role asks; ``skillway messages``."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(
    help="Roles that people watch, to be told when they nearly meet what these ask: add, list, e-mail, evaluate.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Person = Annotated[str, typer.Argument(help="Name, e-mail or id of the person who is told.")]
Role = Annotated[str, typer.Argument(help="Title or id of the role.")]
Others = Annotated[bool, typer.Option("--others", help="For others whom they see, in place of themselves.")]
Team = Annotated[str | None, typer.Option(help="Only for members of this team, with --others.")]


@app.command()
def add(person: Person, role: Role, others: Others = False, team: Team = None, as_json: AsJson = False) -> None:
    """Have a person told when they, or others, nearly meet what a role asks."""
    from api.render.messages import render_watch

    _check(others, team)
    with open_session() as engine:
        state = engine.watch_pool(person, role, team=team) if others else engine.watch_role(person, role)
    print_result(state, as_json, render_watch)


@app.command()
def remove(person: Person, role: Role, others: Others = False, team: Team = None, as_json: AsJson = False) -> None:
    """Have them told no more, even where a data set says that they are interested in the role."""
    from api.render.messages import render_watches

    _check(others, team)
    with open_session() as engine:
        left = engine.unwatch_pool(person, role, team=team) if others else engine.unwatch_role(person, role)
    print_result(left, as_json, render_watches)


@app.command("list")
def list_(person: Person, as_json: AsJson = False) -> None:
    """List what a person watches, and how often they get messages by e-mail."""
    from api.render.messages import render_watches

    with open_session() as engine:
        print_result(engine.list_watches(person), as_json, render_watches)


@app.command()
def mail(
    person: Person,
    pace: Annotated[str, typer.Argument(help="at_once, daily, weekly or never.")],
    as_json: AsJson = False,
) -> None:
    """Choose how often a person gets their messages by e-mail."""
    from api.render.messages import render_watches

    with open_session() as engine:
        print_result(engine.choose_mail_pace(person, pace), as_json, render_watches)


@app.command()
def evaluate(as_json: AsJson = False) -> None:
    """Look at all that has changed and write the messages that come of it; `serve` and `deliver` do so."""
    from api.render.messages import render_evaluation

    with open_session() as engine:
        print_result(engine.evaluate_changes(), as_json, render_evaluation)


@app.command()
def send(as_json: AsJson = False) -> None:
    """Send the messages that are due by e-mail, through the server of the settings SKILLWAY_MAIL__…."""
    from api.mail import MailSender
    from api.render.messages import render_mail_run
    from api.settings import load_settings
    from graph_schema.errors import InvalidInput

    settings = load_settings().mail
    if settings is None:
        raise InvalidInput("SKILLWAY_MAIL__HOST", "names no mail server, so nothing can be sent")
    with open_session() as engine:
        print_result(engine.send_mail(MailSender(settings)), as_json, render_mail_run)


def messages(
    person: Person,
    before: Annotated[str | None, typer.Option(help="Go on from here, as the page before says.")] = None,
    limit: Annotated[int, typer.Option(help="Most messages to show, up to 200.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what a person was told about roles that they watch, the latest first."""
    from api.render.messages import render_messages

    with open_session() as engine:
        print_result(engine.list_messages(person, before=before, limit=limit), as_json, render_messages)


def _check(others: bool, team: str | None) -> None:
    if team is not None and not others:
        raise typer.BadParameter("a team is watched with --others", param_hint="--team")
