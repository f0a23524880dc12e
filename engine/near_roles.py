"""The roles a person may get to: the price of the bridge to each against what the role pays."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date

from engine.bridge_terms import choose_number, resume_started, set_terms, state_conditions
from engine.bridge_wishes import BridgeWishes
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import Traveller, hold_levels, list_met
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.result import OUT_OF_REACH
from engine.matching import measure_readiness
from engine.nearest_results import NearestRoles, NearRole
from engine.pools import read_held
from engine.read_catalogue import read_catalogue
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.moves import COMPLETED_MOVES
from graph_schema.queries.people import PERSON
from graph_schema.queries.roles import ROLE, ROLES_WITH_REQUIREMENTS, WholeRole
from graph_schema.store import GraphStore

WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class _Target:
    """A role with what it asks, and how ready the person is for it."""

    role: WholeRole
    readiness: float


def find_nearest_roles(
    store: GraphStore,
    person: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    as_of: date,
    model: str,
    *,
    time_limit: float,
) -> NearestRoles:
    """Return the roles that a person does not hold, by the price of the bridge against what each pays, as of a day.

    Raises:
        InvalidInput: A wish cannot be used.
    """
    deadline = time.monotonic() + choose_number("time_limit", time_limit, time_limit, least=0.0)
    row = store.ask(PERSON, person_id=person.id)[0]
    usual = set_terms(wishes, settings, row.hourly_rate, as_of)
    threshold = settings.inference.threshold
    traveller = Traveller(
        id=person.id,
        held=hold_levels(read_held(store, person.id, threshold), threshold),
        done=frozenset(item.id for item in store.ask(COMPLETED_MOVES, person_id=person.id, as_of=None)),
    )
    catalogue = read_catalogue(store, wishes.kinds or USUAL_KINDS, threshold, as_of, person.id)
    catalogue = resume_started(store, catalogue, wishes, traveller.done, as_of)
    pays = [header.salary for id_ in row.role_ids for header in store.ask(ROLE, role_id=id_)]
    known = [pay for pay in pays if pay is not None]
    pay = max(known) if known and len(known) == len(pays) else None
    targets: list[_Target] = []
    for role in store.ask(ROLES_WITH_REQUIREMENTS):
        if role.id not in row.role_ids:
            met = list_met(role.requirements, traveller.held)
            targets.append(_Target(role, measure_readiness(role.requirements, met)))
    # Where time runs out, the roles somebody is readiest for have been priced.
    targets.sort(key=lambda target: (-target.readiness, target.role.id))
    roles: list[NearRole] = []
    left_out: list[Named] = []
    for target in targets:
        left = deadline - time.monotonic()
        if left <= 0:
            left_out.append(Named(target.role.id, target.role.title))
            continue
        terms = replace(
            usual,
            without=(*usual.without, target.role.id),
            time_limit=min(left, settings.bridge.time_limit),
        )
        roles.append(_price_role(catalogue, traveller, target, terms, pay))
    return NearestRoles(
        person=person,
        as_of=as_of,
        model=model,
        pay=pay,
        currency=store.ask(ORGANISATION)[0].currency,
        money_per_hour=usual.money_per_hour,
        hours_per_week=usual.hours_per_week,
        conditions=state_conditions(wishes, catalogue),
        roles=tuple(sorted(roles, key=rank_role)),
        left_out=tuple(left_out),
    )


def rank_role(role: NearRole) -> tuple[int, float, float, str]:
    """Say where a role stands among others: the smaller, the nearer to the front."""
    if role.status in OUT_OF_REACH:
        return (3, -role.readiness_after, role.price, role.role.id)
    if role.payback_weeks is not None:
        return (0, role.payback_weeks, role.price, role.role.id)
    return (1 if role.gain is None else 2, role.price, 0.0, role.role.id)


def _price_role(
    catalogue: MoveGraph, traveller: Traveller, target: _Target, terms: BridgeTerms, pay: float | None
) -> NearRole:
    plan = plan_bridge(catalogue, traveller, target.role.requirements, terms)
    gain = None if pay is None or target.role.salary is None else target.role.salary - pay
    payback = plan.price / gain * WEEKS_A_YEAR if gain is not None and gain > 0 else None
    return NearRole(
        role=Named(target.role.id, target.role.title),
        readiness=plan.readiness,
        readiness_after=plan.readiness_after,
        status=plan.status,
        price=plan.price if plan.price_without_limits is None else plan.price_without_limits,
        lower_bound=plan.lower_bound,
        money=plan.money,
        hours=plan.hours,
        weeks=plan.weeks,
        pay=target.role.salary,
        gain=gain,
        payback_weeks=None if plan.status in OUT_OF_REACH else payback,
        keeps_limits=not plan.over,
        moves=tuple(Named(move.id, move.title) for move in plan.moves),
    )
