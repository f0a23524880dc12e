"""Questions about people, roles and courses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

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

Person = Annotated[str, typer.Argument(help="Name, e-mail or id of a person.")]
Role = Annotated[str, typer.Argument(help="Title or id of a role.")]


Explained = Annotated[bool, typer.Option("--explain", help="Give all reasons for every hidden skill.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=DAY_FORMATS,
        help="A past day: what was known of the person then, by the model and the role of today.",
    ),
]


def show_person(person: Person, explain: Explained = False, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show a person: listed skills, and the skills they are believed to have but never listed."""
    from api.render.people import render_profile

    with open_session() as engine:
        print_result(engine.profile(person, explain=explain, as_of=read_day(as_of)), as_json, render_profile)


def explain(
    person: Person,
    skill: Annotated[str, typer.Argument(help="Label or id of a skill.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a person is believed to have a skill, term by term."""
    from api.render.people import render_explanation

    with open_session() as engine:
        print_result(engine.explain(person, skill, as_of=read_day(as_of)), as_json, render_explanation)


def gap(person: Person, role: Role, explain: Explained = False, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show which requirements of a role a person meets."""
    from api.render.people import render_gap

    with open_session() as engine:
        print_result(engine.gap(person, role, explain=explain, as_of=read_day(as_of)), as_json, render_gap)


def unlocks(
    course: Annotated[str, typer.Argument(help="Title or id of a course or gig.")],
    time_limit: Annotated[float, typer.Option(help="Seconds for pricing bridges with and without it.", min=0)] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Show which roles, gigs and tours of duty a course opens, for whom, and what it saves on their bridges."""
    from api.render.moves import render_unlocks

    with open_session() as engine:
        print_result(engine.unlocks(course, time_limit=time_limit), as_json, render_unlocks)


def chains(
    move: Annotated[str, typer.Argument(help="Title or id of a course, gig or assessment.")],
    role: Role,
    most: Annotated[int, typer.Option(help="Most chains to show.")] = 20,
    moves: Annotated[int, typer.Option(help="Most moves in a chain, 1 to 4.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Show by which way a move counts for a role: it brings a skill, which the next move needs, and so on."""
    from api.render.progress import render_chains

    with open_session() as engine:
        print_result(engine.chains(move, role, most=most, moves=moves), as_json, render_chains)


def roles(
    person: Person,
    hours_per_week: HoursPerWeek = None,
    money_per_hour: MoneyPerHour = None,
    exclude: Exclude = None,
    kind: Kind = None,
    budget: Budget = None,
    hours: Hours = None,
    weeks: Weeks = None,
    require: Require = None,
    started: Started = None,
    time_limit: Annotated[float, typer.Option(help="Seconds for all roles; those left out are named.", min=0)] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Show the roles a person can get to, by the price of the bridge against what each pays."""
    from api.render.nearest import render_nearest_roles

    wishes = gather_wishes(hours_per_week, money_per_hour, exclude, kind, budget, hours, weeks, require, started)
    with open_session() as engine:
        found = engine.roles(person, wishes=wishes, time_limit=time_limit)
        print_result(found, as_json, render_nearest_roles)
