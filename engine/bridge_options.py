"""Several bridges over the graph: truly different ones, and the front of price against weeks, said with names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engine.bridge_results import BridgeAlternatives, BridgeFront, BridgeOption
from engine.bridge_terms import refuse_wishes
from engine.bridge_wishes import BridgeWishes
from engine.bridges.options import Option, plan_alternatives, plan_front
from engine.bridging import BridgeQuestion, read_question, say_missing, say_steps
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.store import GraphStore


def build_alternatives(
    store: GraphStore,
    person: Named,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    as_of: date,
    *,
    best: int,
    difference: float,
) -> BridgeAlternatives:
    """Return truly different bridges of a person to a role, the cheapest first.

    Raises:
        InvalidInput: A wish cannot be used (see :func:`engine.bridging.build_bridge`), or the number of bridges or
            their difference.
    """
    refuse_wishes(wishes, "weeks", why="is not kept among alternatives; ask for one bridge, or for the front")
    asked = read_question(store, person, role, settings, wishes, as_of)
    found = plan_alternatives(
        asked.catalogue,
        asked.traveller,
        asked.requirements,
        best,
        asked.terms,
        asked.labels,
        difference=difference,
    )
    return BridgeAlternatives(
        person=person,
        role=role,
        difference=difference,
        bridges=_say_options(asked, found.options),
        exhausted=found.exhausted,
        currency=asked.currency,
        money_per_hour=asked.terms.money_per_hour,
        hours_per_week=asked.terms.hours_per_week,
        too_late=asked.name_moves(found.too_late),
        missing=say_missing(asked, found.unmet, found.too_late, found.blocked),
        conditions=asked.state_conditions(found.first.over, found.first.price_without_limits),
    )


def build_front(
    store: GraphStore, person: Named, role: Named, settings: EngineSettings, wishes: BridgeWishes, as_of: date
) -> BridgeFront:
    """Return the bridges of a person to a role of which none is both cheaper and sooner.

    Raises:
        InvalidInput: A wish cannot be used: see :func:`engine.bridging.build_bridge`.
    """
    refuse_wishes(wishes, "weeks", why="is not kept by a front, which shows every number of weeks")
    asked = read_question(store, person, role, settings, wishes, as_of)
    front = plan_front(asked.catalogue, asked.traveller, asked.requirements, asked.terms, asked.labels)
    return BridgeFront(
        person=person,
        role=role,
        points=_say_options(asked, front.options),
        least_weeks=front.least_weeks,
        complete=front.complete,
        sooner_at_least=front.sooner_at_least,
        currency=asked.currency,
        money_per_hour=asked.terms.money_per_hour,
        hours_per_week=asked.terms.hours_per_week,
        too_late=asked.name_moves(front.too_late),
        missing=say_missing(asked, front.unmet, front.too_late, front.blocked),
        conditions=asked.state_conditions(front.first.over, front.first.price_without_limits),
    )


def _say_options(asked: BridgeQuestion, options: Iterable[Option]) -> tuple[BridgeOption, ...]:
    return tuple(say_option(asked, option) for option in options)


def say_option(asked: BridgeQuestion, option: Option) -> BridgeOption:
    """Say a bridge with names."""
    solution = option.solution
    price = solution.price or 0.0
    return BridgeOption(
        status=solution.status,
        steps=say_steps(option.moves, asked.labels, price),
        money=solution.money or 0.0,
        hours=solution.hours or 0.0,
        weeks=option.weeks,
        least_weeks=option.least_weeks,
        price=price,
        lower_bound=solution.lower_bound or 0.0,
        gap=solution.gap or 0.0,
        dearer=option.dearer,
        left_out=_name(asked, option.left_out),
        taken=_name(asked, option.taken),
    )


def _name(asked: BridgeQuestion, ids: Sequence[str]) -> tuple[Named, ...]:
    return tuple(Named(id_, title) for id_, title in zip(ids, asked.name_moves(ids), strict=True))
