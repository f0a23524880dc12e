"""Talent pools: the readiest people for a role, or the longest list that keeps a promise and what makes it surer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from api.commands.days import DAY_FORMATS, read_day
from api.output import AsJson, print_result
from api.session import open_session
from graph_schema.errors import InvalidInput


def pool(
    ready_for: Annotated[
        str | None, typer.Argument(metavar="ROLE", help="Title or id of a role: its people, readiest first.")
    ] = None,
    top: Annotated[int | None, typer.Option(help="Most people of the ranking by readiness (20).", min=1)] = None,
    at_least: Annotated[
        float | None, typer.Option(help="Least readiness of that ranking, 0 to 1 (0.5).", min=0, max=1)
    ] = None,
    role: Annotated[str | None, typer.Option(help="A role: the longest list that keeps the promise.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="A skill to have; may be repeated.")] = None,
    level: Annotated[
        list[float] | None, typer.Option(help="Level 0 to 5 of each skill, in the same order; any when not given.")
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="Share of right entries to promise, above 0 and below 1 (0.9).")
    ] = None,
    core: Annotated[bool, typer.Option("--core", help="Demand every core requirement of the role besides.")] = False,
    verify_next: Annotated[
        int | None, typer.Option(help="Show so many assessments and requests that would make the list surer.")
    ] = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="Show what the cheapest bridge of each costs, of that ranking.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Give all reasons for every hidden skill, of that ranking.")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            help="A past day, of that ranking: what was known of everybody then; takes long for many people.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the people for a role or for skills, listed and hidden: readiest first, or as many as a promise allows.

    With ROLE alone: everybody by readiness, with reasons, or with --prices. With --role, --skill or --precision: the
    longest list whose expected share of right entries is the precision promised.
    """
    from api.render.matches import render_priced_pool
    from api.render.people import render_pool
    from api.render.promises import render_promised_pool, render_verification_plan

    if ready_for is not None and role is not None:
        raise InvalidInput("ROLE", "is given twice: as an argument and as --role")
    promised = role is not None or skill or level or precision is not None or core or verify_next is not None
    if explain and (promised or prices):
        raise InvalidInput("--explain", "is for the ranking by readiness alone")
    if as_of is not None and (promised or prices):
        raise InvalidInput("--as-of", "is for the ranking by readiness alone")
    if promised and prices:
        raise InvalidInput("--prices", "are shown beside the ranking by readiness; leave out what asks for a promise")
    if promised and (top is not None or at_least is not None):
        raise InvalidInput("--top and --at-least", "cut the ranking by readiness; a promise says itself whom it holds")
    asked = ready_for if role is None else role
    if asked is None and not skill:
        raise InvalidInput("ROLE", "is needed, or --role, or --skill")
    with open_session() as engine:
        if asked is not None and not promised:
            cut = {"top": top, "at_least": at_least}
            given: dict[str, Any] = {name: value for name, value in cut.items() if value is not None}
            if prices:
                print_result(engine.priced_pool(asked, **given), as_json, render_priced_pool)
            else:
                print_result(engine.pool(asked, **given, explain=explain, as_of=read_day(as_of)), as_json, render_pool)
            return
        skills, levels, share = skill or (), level or (), 0.9 if precision is None else precision
        if verify_next is None:
            answer = engine.promised_pool(asked, skills=skills, levels=levels, precision=share, core=core)
            print_result(answer, as_json, render_promised_pool)
        else:
            plan = engine.verify_next(
                asked, skills=skills, levels=levels, precision=share, core=core, count=verify_next
            )
            print_result(plan, as_json, render_verification_plan)
