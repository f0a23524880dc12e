"""Anybody's bridge to a role: reads everybody who comes into question, and has the cheapest found and proven."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.bridge_terms import choose_number, refuse_wishes, set_terms, state_conditions
from engine.bridge_wishes import BridgeWishes
from engine.bridges.anyone import MICRO, Proof, Standing, find_nearest
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.crowd import Crowd, gather_crowd
from engine.bridges.move_graph import MoveGraph
from engine.bridges.moves import VERIFIED
from engine.bridges.person import Traveller, hold_levels, require_levels
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.prices import read_exact
from engine.bridges.result import BridgePlan
from engine.matching import to_held
from engine.nearest_results import NearestPeople, NearPerson
from engine.read_catalogue import read_catalogue
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.errors import InvalidInput
from graph_schema.queries.candidates import CANDIDATES_WITH_SKILLS, CandidateRow
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.moves import COMPLETED_BY_EVERYBODY
from graph_schema.queries.people import HOURLY_RATES
from graph_schema.queries.roles import HOLDERS_OF_ROLE, REQUIREMENTS_OF_ROLE, RequirementRow
from graph_schema.store import GraphStore

ONE_BRIDGE_ONLY = "is kept by the bridge of one person; of everybody's only budget and hours can be limited"
"""Why some wishes cannot be put to a list of people."""


def find_nearest_people(
    store: GraphStore,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    as_of: date,
    model: str,
    *,
    top: int,
    time_limit: float,
) -> NearestPeople:
    """Return the people with the cheapest bridges to a role, those who hold it left out, as of a day.

    Raises:
        InvalidInput: A wish cannot be used, or the role has no requirements.
    """
    if top < 1:
        raise InvalidInput("top", f"{top} given, a list of at least 1 person is needed")
    refuse_wishes(wishes, "weeks", "require", "started", why=ONE_BRIDGE_ONLY)
    deadline = time.monotonic() + choose_number("time_limit", time_limit, time_limit, least=0.0)
    usual = set_terms(wishes, settings, None, as_of)
    requirements = store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id)
    if not requirements:
        raise InvalidInput("role", f"{role.name} has no requirements, so everybody is ready for it")
    threshold = settings.inference.threshold
    catalogue = read_catalogue(store, wishes.kinds or USUAL_KINDS, threshold, as_of)
    skills = {skill.removeprefix(VERIFIED) for skill in catalogue.ladders} | {item.skill_id for item in requirements}
    holders = {item.id for item in store.ask(HOLDERS_OF_ROLE, role_id=role.id)}
    candidates = [row for row in store.ask(CANDIDATES_WITH_SKILLS, skill_ids=sorted(skills)) if row.id not in holders]
    crowd = gather_candidates(
        store, candidates, threshold, usual.money_per_hour, fixed=wishes.money_per_hour is not None
    )
    usual = replace(usual, without=(*usual.without, role.id))
    prover = Prover(catalogue, crowd, requirements, usual, deadline, {})
    found = find_nearest(
        catalogue,
        crowd,
        crowd.own_facts(catalogue),
        require_levels(requirements),
        prover.prove,
        top=top,
        closed=[catalogue.index[id_] for id_ in usual.without if id_ in catalogue.index],
        deadline=deadline,
    )
    described = {row.id: row for row in candidates}
    return NearestPeople(
        role=role,
        top=top,
        as_of=as_of,
        model=model,
        considered=len(candidates),
        ready=found.ready,
        unreachable=found.unreachable,
        complete=found.complete,
        at_least=None if found.at_least is None else found.at_least / MICRO,
        bounded=found.bounded,
        solved=found.solved,
        currency=store.ask(ORGANISATION)[0].currency,
        hours_per_week=usual.hours_per_week,
        conditions=state_conditions(wishes, catalogue),
        people=tuple(prover.describe(standing, described) for standing in found.standings),
    )


def gather_candidates(
    store: GraphStore, candidates: Sequence[CandidateRow], threshold: float, rate: float, *, fixed: bool
) -> Crowd:
    """Gather people with what may be told of them, at their own rates where these are known and not ``fixed``."""
    rates = {} if fixed else {row.person_id: row.hourly_rate for row in store.ask(HOURLY_RATES)}
    done = {row.person_id: frozenset(row.move_ids) for row in store.ask(COMPLETED_BY_EVERYBODY)}
    return gather_crowd(
        (
            Traveller(
                row.id,
                hold_levels({item.skill_id: to_held(item) for item in row.skills}, threshold),
                done.get(row.id, frozenset()),
            ),
            rates.get(row.id, rate),
        )
        for row in candidates
    )


@dataclass(frozen=True)
class Prover:
    """Plans one person's bridge as :func:`plan_bridge` does for anybody, and keeps the plan for the list."""

    catalogue: MoveGraph
    crowd: Crowd
    requirements: Sequence[RequirementRow]
    terms: BridgeTerms
    deadline: float
    plans: dict[int, BridgePlan]

    def plan(self, place: int) -> BridgePlan:
        """Plan the bridge of the person at a place of the crowd, once."""
        if place not in self.plans:
            left = self.deadline - time.monotonic()
            self.plans[place] = plan_bridge(
                self.catalogue,
                self.crowd.describe(place),
                self.requirements,
                replace(
                    self.terms,
                    money_per_hour=float(self.crowd.rates[place]),
                    time_limit=max(0.0, left) if math.isfinite(left) else None,
                ),
            )
        return self.plans[place]

    def prove(self, place: int) -> Proof | None:
        """Say what the person's bridge costs, and at least; None where there is none."""
        plan = self.plan(place)
        if plan.status == "infeasible":
            return None
        if plan.status == "unknown":  # time is up: this person's price is at least the bound
            bound = _count_micro(plan.lower_bound)
            return Proof(bound + 1, bound)
        price = _count_micro(plan.price)
        # What begins too early is left out for good: the price is then what the bridge is planned at, proven or not.
        return Proof(price, price if plan.too_late else _count_micro(plan.lower_bound))

    def describe(self, standing: Standing, rows: Mapping[str, CandidateRow]) -> NearPerson:
        """Describe somebody who stands on the list."""
        row = rows[self.crowd.ids[standing.place]]
        plan = self.plan(standing.place)
        return NearPerson(
            person=Named(row.id, row.name),
            title=row.title,
            function=row.function,
            readiness=plan.readiness,
            status=plan.status,
            price=plan.price,
            lower_bound=plan.lower_bound,
            money=plan.money,
            hours=plan.hours,
            weeks=plan.weeks,
            money_per_hour=float(self.crowd.rates[standing.place]),
            moves=tuple(Named(move.id, move.title) for move in plan.moves),
        )


def _count_micro(amount: float) -> int:
    return int(read_exact(amount) * MICRO)
