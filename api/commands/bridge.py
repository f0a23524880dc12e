"""The cheapest bridge of a person to a role, over the graph or from a file without any database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.days import DAY_FORMATS, read_day
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
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from engine.bridges.what_if import Supposition
    from engine.results import Bridge


def bridge(
    person: Annotated[str | None, typer.Argument(help="Name, e-mail or id of a person.")] = None,
    role: Annotated[str | None, typer.Argument(help="Title or id of a role.")] = None,
    hours_per_week: HoursPerWeek = None,
    money_per_hour: MoneyPerHour = None,
    exclude: Exclude = None,
    kind: Kind = None,
    budget: Budget = None,
    hours: Hours = None,
    weeks: Weeks = None,
    require: Require = None,
    started: Started = None,
    supposed: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="FILE",
            help="What if? JSON: a move that nobody offers yet, a list, or {moves: [...], requires: {skill: level}}.",
        ),
    ] = None,
    price_without: Annotated[
        bool, typer.Option(help="Show what the bridge costs without each of its moves, too.")
    ] = False,
    expected: Annotated[
        bool, typer.Option(help="Show what it costs on average, since some skills are only believed.")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            help="A past day: from what was known of the person then; moves, prices and the role are those of today.",
        ),
    ] = None,
    gantt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the calendar as a picture as well, an SVG file.")
    ] = None,
    best: Annotated[int | None, typer.Option("--best", "-k", help="Show so many truly different bridges.")] = None,
    difference: Annotated[
        float | None, typer.Option(help="Share of the moves of each of them that later ones leave out.")
    ] = None,
    pareto: Annotated[bool, typer.Option(help="Show the bridges from the cheapest to the soonest.")] = False,
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
    asked = [
        name
        for name, given in (
            ("--best", best is not None),
            ("--pareto", pareto),
            ("--with", supposed is not None),
            ("--expected", expected),
            ("--price-without", price_without),
        )
        if given
    ]
    if len(asked) > 1:
        raise InvalidInput(" and ".join(asked), "are different questions; ask one of them")
    others = [name for name in asked if name != "--price-without"]
    if as_of is not None and (others or anyone is not None or instance is not None or instances is not None):
        raise InvalidInput("--as-of", "is for the cheapest bridge of one person alone")
    if gantt is not None and others:
        raise InvalidInput("--gantt", f"draws one bridge; leave out {asked[0]}")
    from engine.bridge_wishes import BridgeWishes

    wishes = gather_wishes(hours_per_week, money_per_hour, exclude, kind, budget, hours, weeks, require, started)
    if instance is not None or instances is not None:
        if wishes != BridgeWishes(hours_per_week=hours_per_week):
            raise InvalidInput(
                "--instance", "sets its limits and its rate in the file; of the wishes it takes only hours a week"
            )
        _answer_files(
            instance, instances, _choose_answer(best, difference, pareto, hours_per_week, time_limit), as_json
        )
        return
    if anyone is not None:
        if person is not None:
            raise InvalidInput("PERSON", "is not needed with --anyone ROLE, which asks for everybody")
        if asked or gantt is not None:
            raise InvalidInput("--anyone", f"asks for one bridge a person; leave out {(*asked, '--gantt')[0]}")
        from api.render.nearest import render_nearest_people

        with open_session() as engine:
            nearest = engine.anyone(anyone, top=top, wishes=wishes, time_limit=time_limit)
            print_result(nearest, as_json, render_nearest_people)
        return
    if person is None or role is None:
        raise InvalidInput("PERSON and ROLE", "are both needed, or --anyone ROLE, or --instance FILE")
    from api.render.bridge_options import render_alternatives, render_front
    from api.render.moves import render_bridge
    from api.render.suppositions import render_expectation, render_what_if

    with open_session() as engine:
        if pareto:
            print_result(engine.bridge_front(person, role, wishes=wishes), as_json, render_front)
        elif best is not None:
            found = engine.bridge_alternatives(person, role, best=best, difference=difference, wishes=wishes)
            print_result(found, as_json, render_alternatives)
        elif supposed is not None:
            what_if = engine.what_if(person, role, _read_supposed(supposed), wishes=wishes)
            print_result(what_if, as_json, render_what_if)
        elif expected:
            print_result(engine.bridge_expected(person, role, wishes=wishes), as_json, render_expectation)
        else:
            day = read_day(as_of)
            answer = engine.bridge(person, role, price_without=price_without, as_of=day, wishes=wishes)
            if gantt is not None:
                _draw(answer, gantt)
            print_result(answer, as_json, render_bridge)


def _read_supposed(path: Path) -> Supposition:
    from engine.bridges.what_if import read_supposition

    return read_supposition(_read_file(path))


def _draw(bridge: Bridge, path: Path) -> None:
    from api.render.gantt import draw_gantt
    from api.whole_files import open_whole_file

    with open_whole_file(path) as file:
        file.write(draw_gantt(bridge).encode())


def _choose_answer(
    best: int | None, difference: float | None, pareto: bool, hours_per_week: float | None, time_limit: float
) -> Callable[[str | bytes], dict[str, object]]:
    from functools import partial

    from api.commands.bridge_instance import answer_alternatives, answer_front, answer_instance

    usual = load_settings().engine.bridge
    if pareto:
        pace = usual.hours_per_week if hours_per_week is None else hours_per_week
        return partial(answer_front, hours_per_week=pace, time_limit=time_limit)
    if best is not None:
        share = usual.difference if difference is None else difference
        return partial(answer_alternatives, best=best, difference=share, time_limit=time_limit)
    return partial(answer_instance, time_limit=time_limit)


def _answer_files(
    instance: Path | None, instances: Path | None, answer: Callable[[str | bytes], dict[str, object]], as_json: bool
) -> None:
    import json

    from api.commands.bridge_instance import answer_lines

    if instance is not None:
        typer.echo(json.dumps(answer(_read_file(instance)), indent=None if as_json else 2))
    if instances is not None:
        for line in answer_lines(_read_file(instances).splitlines(), answer):
            typer.echo(json.dumps(line))


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(str(path), f"cannot be read: {error.strerror}") from error
