"""The cheapest bridge of a person to a role, over the graph or from a file without any database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.output import AsJson, print_result
from api.session import open_session
from graph_schema.errors import InvalidInput


def bridge(
    person: Annotated[str | None, typer.Argument(help="Name, e-mail or id of a person.")] = None,
    role: Annotated[str | None, typer.Argument(help="Title or id of a role.")] = None,
    hours_per_week: Annotated[float | None, typer.Option(help="Hours a week the person can give.")] = None,
    money_per_hour: Annotated[float | None, typer.Option(help="Price of an hour of the person's time.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A move that must not be used; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="A kind of move to use; may be repeated.")] = None,
    anyone: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Title or id of a role: the people with the cheapest bridges.")
    ] = None,
    top: Annotated[int, typer.Option(help="Most people for --anyone.", min=1)] = 20,
    instance: Annotated[
        Path | None, typer.Option(help="Solve this file (skillway.bridge/1) without any database.")
    ] = None,
    instances: Annotated[
        Path | None, typer.Option(help="Solve a file with one instance a line; prints one answer a line.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds for an instance or --anyone; the best then.", min=0)
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Show the provably cheapest ordered set of moves that takes a person, or anyone, to a role."""
    if instance is not None or instances is not None:
        _answer_files(instance, instances, time_limit, as_json)
        return
    if anyone is not None:
        if person is not None:
            raise InvalidInput("PERSON", "is not needed with --anyone ROLE, which asks for everybody")
        from api.render.nearest import render_nearest_people

        with open_session() as engine:
            nearest = engine.anyone(
                anyone,
                top=top,
                hours_per_week=hours_per_week,
                money_per_hour=money_per_hour,
                exclude=exclude or (),
                kinds=kind or (),
                time_limit=time_limit,
            )
            print_result(nearest, as_json, render_nearest_people)
        return
    if person is None or role is None:
        raise InvalidInput("PERSON and ROLE", "are both needed, or --anyone ROLE, or --instance FILE")
    from api.render.moves import render_bridge

    with open_session() as engine:
        answer = engine.bridge(
            person,
            role,
            hours_per_week=hours_per_week,
            money_per_hour=money_per_hour,
            exclude=exclude or (),
            kinds=kind or (),
        )
        print_result(answer, as_json, render_bridge)


def _answer_files(instance: Path | None, instances: Path | None, time_limit: float, as_json: bool) -> None:
    import json

    from api.commands.bridge_instance import answer_instance, answer_instances

    if instance is not None:
        answer = answer_instance(_read_file(instance), time_limit=time_limit)
        typer.echo(json.dumps(answer, indent=None if as_json else 2))
    if instances is not None:
        for answer in answer_instances(_read_file(instances).splitlines(), time_limit=time_limit):
            typer.echo(json.dumps(answer))


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(str(path), f"cannot be read: {error.strerror}") from error
