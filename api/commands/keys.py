"""``skillway keys``: API keys, by which people and programs ask over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session

app = typer.Typer(
    help="API keys by which people and programs ask over HTTP: make, list, rotate, revoke.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

KeyId = Annotated[str, typer.Argument(help="Id of the key.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is called; name no person in it.")],
    role: Annotated[str, typer.Option(help="employee, manager, talent_partner, integration, auditor or admin.")],
    person: Annotated[str | None, typer.Option(help="Whose it is, for the first three: name, e-mail or id.")] = None,
    function: Annotated[
        list[str] | None, typer.Option(help="A function whose people it may ask about; may be repeated.")
    ] = None,
    region: Annotated[list[str] | None, typer.Option(help="Likewise a region.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="What an integration may do, such as people:read; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(help="For how many days it is good, up to 730.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: this once, for it is kept nowhere."""
    from api.render.keys import render_new_key

    with open_session() as engine:
        made = engine.create_key(
            name,
            role,
            person=person,
            functions=function or (),
            regions=region or (),
            scopes=scope or (),
            days=days,
        )
        print_result(made, as_json, render_new_key)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all keys, the oldest first, without their secrets."""
    from api.render.keys import render_keys

    with open_session() as engine:
        print_result(engine.list_keys(), as_json, render_keys)


@app.command()
def rotate(
    key: KeyId,
    overlap_hours: Annotated[float, typer.Option(help="Hours for which the secret before stays good.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Give a key another secret and print it: this once, for it is kept nowhere."""
    from api.render.keys import render_new_key

    with open_session() as engine:
        print_result(engine.rotate_key(key, overlap_hours=overlap_hours), as_json, render_new_key)


@app.command()
def revoke(key: KeyId, as_json: AsJson = False) -> None:
    """Make a key good for nothing: at once and for good."""
    with open_session() as engine:
        print_result(engine.revoke_key(key), as_json, lambda found: f"{found.name} ({found.id}) is {found.state}")
