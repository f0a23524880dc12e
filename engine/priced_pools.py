"""A pool with prices: its people, readiest first, each with the cheapest bridge to all of the role."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from engine.anyone import ONE_BRIDGE_ONLY, Prover, gather_candidates
from engine.bridge_terms import choose_number, refuse_wishes, set_terms, state_conditions
from engine.bridge_wishes import BridgeWishes
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.moves import VERIFIED
from engine.bridges.result import OUT_OF_REACH
from engine.match_results import PersonPrice, PricedPerson, PricedPool
from engine.pools import draw_pool
from engine.read_catalogue import read_catalogue
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.errors import InvalidInput
from graph_schema.queries.candidates import CANDIDATES_BY_ID
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.roles import REQUIREMENTS_OF_ROLE
from graph_schema.store import GraphStore


def price_pool(
    store: GraphStore,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    *,
    top: int,
    at_least: float,
    time_limit: float,
) -> PricedPool:
    """Return the pool of a role with prices, the readiest priced first, until time runs out.

    Raises:
        InvalidInput: A number is out of range, a wish cannot be used, or the role has no requirements.
        NotInferred: Inference has not been run.
    """
    deadline = time.monotonic() + choose_number("time_limit", time_limit, time_limit, least=0.0)
    if top < 1:
        raise InvalidInput("top", f"{top} given, a list of at least 1 person is needed")
    if not 0 <= at_least <= 1:
        raise InvalidInput("at_least", f"must be from 0 to 1, not {at_least!r}")
    refuse_wishes(wishes, "weeks", "require", "started", why=ONE_BRIDGE_ONLY)
    threshold = settings.inference.threshold
    pool = draw_pool(store, role, settings.inference, top, at_least)
    usual = set_terms(wishes, settings, None, pool.as_of)
    usual = replace(usual, without=(*usual.without, role.id))
    requirements = store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id)
    catalogue = read_catalogue(store, wishes.kinds or USUAL_KINDS, threshold, pool.as_of)
    skills = {skill.removeprefix(VERIFIED) for skill in catalogue.ladders} | {item.skill_id for item in requirements}
    people = [entry.person.id for entry in pool.entries]
    rows = store.ask(CANDIDATES_BY_ID, person_ids=people, skill_ids=sorted(skills))
    crowd = gather_candidates(store, rows, threshold, usual.money_per_hour, fixed=wishes.money_per_hour is not None)
    prover = Prover(catalogue, crowd, requirements, usual, deadline, {})
    places = {id_: place for place, id_ in enumerate(crowd.ids)}
    return PricedPool(
        role=pool.role,
        at_least=pool.at_least,
        as_of=pool.as_of,
        model=pool.model,
        calibration=pool.calibration,
        considered=pool.considered,
        found=pool.found,
        currency=store.ask(ORGANISATION)[0].currency,
        hours_per_week=usual.hours_per_week,
        conditions=state_conditions(wishes, catalogue),
        people=tuple(PricedPerson(entry, _price(prover, places, entry.person.id, deadline)) for entry in pool.entries),
    )


def _price(prover: Prover, places: Mapping[str, int], person_id: str, deadline: float) -> PersonPrice:
    place = places[person_id]
    rate = float(prover.crowd.rates[place])
    if time.monotonic() >= deadline:
        return PersonPrice("not_priced", None, None, None, None, None, rate, ())
    plan = prover.plan(place)
    if plan.status in OUT_OF_REACH:
        return PersonPrice(plan.status, None, None, None, None, None, rate, ())
    return PersonPrice(
        status=plan.status,
        price=plan.price,
        lower_bound=plan.lower_bound,
        money=plan.money,
        hours=plan.hours,
        weeks=plan.weeks,
        money_per_hour=rate,
        moves=tuple(Named(move.id, move.title) for move in plan.moves),
    )
