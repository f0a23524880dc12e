"""What is wished of a bridge, checked and put into the solver's terms: rates, hours, limits, moves begun."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from engine.bridge_wishes import BridgeWishes, read_started
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.gig import offer_gigs, offer_tours
from engine.bridges.limits import Caps, check_limit
from engine.bridges.move_graph import MoveGraph
from engine.bridges.offers import CatalogueRows, Terms
from engine.bridges.plan import BridgeTerms
from engine.bridges.result import OverLimit
from engine.bridges.started import resume_moves
from engine.results import BridgeConditions, BridgeLimit, Named
from engine.settings import EngineSettings
from graph_schema.errors import InvalidInput
from graph_schema.queries.moves import PROJECTS
from graph_schema.store import GraphStore


def choose_number(field: str, wish: float | None, usual: float, least: float) -> float:
    """Take the wish where there is one, else what is usual.

    Raises:
        InvalidInput: It is not a number, or below what can be used.
    """
    value = usual if wish is None else wish
    if not math.isfinite(value) or value < least:
        raise InvalidInput(field, f"must be a number of at least {least:g}, not {value!r}")
    return value


def set_terms(wishes: BridgeWishes, settings: EngineSettings, hourly_rate: float | None, as_of: date) -> BridgeTerms:
    """Set the terms on which somebody with this hourly rate (None where unknown) is planned for, as of a day.

    Raises:
        InvalidInput: A wish is not a number that can be used, or a move is both required and excluded.
    """
    for id_ in wishes.require:
        if id_ in wishes.exclude:
            raise InvalidInput("require", f"{id_} is excluded as well")
    usual_rate = settings.bridge.money_per_hour if hourly_rate is None else hourly_rate
    return BridgeTerms(
        money_per_hour=choose_number("money_per_hour", wishes.money_per_hour, usual_rate, least=0.0),
        hours_per_week=choose_number(
            "hours_per_week", wishes.hours_per_week, settings.bridge.hours_per_week, least=0.1
        ),
        starts_on=as_of,
        without=wishes.exclude,
        time_limit=settings.bridge.time_limit,
        require=tuple(dict.fromkeys(wishes.require)),
        caps=Caps(
            money=None if wishes.budget is None else check_limit("budget", wishes.budget),
            hours=None if wishes.hours is None else check_limit("hours", wishes.hours),
        ),
        weeks=None if wishes.weeks is None else int(check_limit("weeks", wishes.weeks)),
    )


def resume_started(
    store: GraphStore, catalogue: MoveGraph, wishes: BridgeWishes, done: Collection[str], as_of: date
) -> MoveGraph:
    """Return the catalogue as it is for somebody who has begun the moves that the wishes name by id.

    Raises:
        InvalidInput: A move is done or over, or none of the kinds to plan with.
    """
    left = read_started(wishes)
    if not left:
        return catalogue
    for id_ in left:
        if id_ in done:
            raise InvalidInput("started", f"{id_} is completed already")
    kinds = wishes.kinds or USUAL_KINDS
    # Who has begun a gig has taken a seat of it, whether it has one left or not.
    rows = [replace(row, seats=1) for row in store.ask(PROJECTS, ids=sorted(left)) if row.kind in kinds]
    projects = CatalogueRows(projects=rows)
    return resume_moves(catalogue, [*offer_gigs(projects, Terms()), *offer_tours(projects, Terms())], left, as_of)


def refuse_wishes(wishes: BridgeWishes, *fields: str, why: str) -> None:
    """Refuse wishes that a question cannot heed.

    Raises:
        InvalidInput: One of them is given.
    """
    for field in fields:
        if getattr(wishes, field) not in (None, ()):
            raise InvalidInput(field, why)


def state_conditions(
    wishes: BridgeWishes,
    catalogue: MoveGraph,
    over: Collection[OverLimit] = (),
    price_without_limits: float | None = None,
) -> BridgeConditions:
    """State what a bridge was to keep to, and what that would ask where none does."""
    found = {item.limit: item for item in over}
    limits = {"money": wishes.budget, "hours": wishes.hours, "weeks": wishes.weeks}
    return BridgeConditions(
        limits=tuple(
            BridgeLimit(
                limit=name,
                most=most,
                cheapest=found[name].cheapest if name in found else None,
                least=found[name].least if name in found else None,
                reached=found[name].reached if name in found else None,
            )
            for name, most in limits.items()
            if most is not None
        ),
        required=tuple(_name(catalogue, id_) for id_ in wishes.require),
        started=tuple(_name(catalogue, id_) for id_ in read_started(wishes)),
        price_without_limits=price_without_limits,
    )


def _name(catalogue: MoveGraph, id_: str) -> Named:
    return Named(id_, catalogue.moves[catalogue.index[id_]].title if id_ in catalogue.index else id_)
