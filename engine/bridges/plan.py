"""A bridge as the Engine answers it: the cheapest moves, on a calendar, each with its reasons."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.bridges.infeasible import explain_unmet
from engine.bridges.limits import NO_CAPS, Caps
from engine.bridges.move_graph import MoveGraph
from engine.bridges.moves import Move
from engine.bridges.person import Traveller, list_met, require_levels
from engine.bridges.prices import price_exact
from engine.bridges.result import BlockedMove, BridgePlan, PlannedMove, UnmetRequirement
from engine.bridges.schedule import Calendar, Schedule, schedule_moves
from engine.bridges.solve import Route, find_route
from engine.bridges.why import Absence, find_reasons, phrase_reason, price_absences
from engine.bridges.within_weeks import keep_weeks
from engine.matching import measure_readiness
from graph_schema.queries.roles import RequirementRow


@dataclass(frozen=True, slots=True)
class BridgeTerms:
    """On what terms a bridge is planned.

    Attributes:
        money_per_hour: What an hour of the person's is worth, in the house currency.
        hours_per_week: Hours a week for the whole bridge.
        starts_on: The first day of the calendar; None plans without dates.
        without: Ids of moves not to be used.
        time_limit: Seconds for the proof; None lets it take what it takes.
        price_absences: Whether to price the bridge without each of its moves (a proof more a move); not under a limit
            of weeks, which a calendar decides.
        require: Ids of moves that the bridge must have; one that is done already asks for nothing.
        caps: The most money and hours that the bridge may take.
        weeks: The most calendar weeks it may take; None where any number will do.
    """

    money_per_hour: float = 0.0
    hours_per_week: float = 8.0
    starts_on: date | None = None
    without: Collection[str] = ()
    time_limit: float | None = None
    price_absences: bool = False
    require: Collection[str] = ()
    caps: Caps = NO_CAPS
    weeks: int | None = None

    def find_deadline(self) -> float:
        """Find the moment at which the time for the proof is up, should it start now."""
        return math.inf if self.time_limit is None else time.monotonic() + self.time_limit


@dataclass(frozen=True, slots=True)
class Draft:
    """The cheapest moves to what can be reached, and their calendar.

    Attributes:
        too_late: Ids of moves left out because they begin before the bridge gets to them.
        at_least: What no bridge to these requirements is cheaper than, dates or not, in whole units, where something is
            left out as too late.
        blocked: Required moves out of reach.
        required: Ids of moves that the bridge must have.
    """

    route: Route
    requires: Mapping[str, float]
    unmet: tuple[UnmetRequirement, ...]
    moves: Sequence[Move]
    schedule: Schedule
    too_late: tuple[str, ...] = ()
    at_least: int | None = None
    blocked: tuple[BlockedMove, ...] = ()
    required: Collection[str] = ()


def plan_bridge(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    terms: BridgeTerms | None = None,
    names: Mapping[str, str] | None = None,
) -> BridgePlan:
    """Plan the provably cheapest bridge of a person to a role.

    A move with a start day is used only where the calendar gets to it in time; see :class:`BridgePlan` for what is then
    proven. A move that is done is not planned again: what it brought is in the levels held.

    Where some requirements are out of reach the status is ``infeasible``, ``unmet`` says which and what nobody offers,
    and the moves are the cheapest bridge to all the others: the nearest readiness there is. Required moves out of reach
    are in ``blocked`` likewise. Where no bridge keeps the limits there are no moves, and ``over`` says what they ask.

    Args:
        graph: The catalogue from :func:`engine.bridges.catalogue.draft_catalogue`, compiled once for everybody.
        traveller: The person, with the levels they hold.
        requirements: What the role asks.
        terms: Rates, limits and how beliefs count.
        names: Labels of skills for the reasons; titles of moves are known from the catalogue.

    Raises:
        InvalidInput: When the terms leave no hours a week.
    """
    terms = terms or BridgeTerms()
    deadline = terms.find_deadline()
    drafted = draft_bridge(graph, traveller, requirements, terms, deadline)
    plan = _describe(graph, traveller, requirements, drafted, terms, names or {}, deadline)
    if drafted.too_late:
        plan = replace(plan, settled=False, too_late=drafted.too_late)
        if drafted.at_least is not None and drafted.route.found:
            plan = _bound_from(plan, float(drafted.at_least * drafted.route.unit))
    return replace(plan, status="infeasible") if drafted.unmet or drafted.blocked else plan


def draft_bridge(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    terms: BridgeTerms,
    deadline: float = math.inf,
) -> Draft:
    """Find the cheapest bridge that the calendar gets to in time, to all that can be reached; see `plan_bridge`."""
    held = traveller.held
    requires = require_levels(requirements)
    own = [move.id for move in graph.moves if move.by == traveller.id]
    without = frozenset((*terms.without, *own, *traveller.done))

    def draft(late: Collection[str]) -> Draft:
        shut_out = without | frozenset(late)

        def ask(levels: Mapping[str, float], required: Collection[str]) -> Route:
            limit = None if terms.time_limit is None else max(0.0, deadline - time.monotonic())
            return find_route(
                graph,
                held,
                levels,
                money_per_hour=terms.money_per_hour,
                done=traveller.done,
                without=shut_out,
                time_limit=limit,
                require=required,
                caps=terms.caps,
            )

        reached, unmet, blocked = requires, (), ()
        route = ask(requires, terms.require)
        if route.solution.missing or route.solution.blocked:
            unmet = explain_unmet(graph, held, requires, done=traveller.done, without=shut_out)
            blocked = _explain_blocked(graph, traveller, route.solution.blocked, shut_out)
            shut = {need.skill_id for need in unmet}
            reached = {skill: level for skill, level in requires.items() if skill not in shut}
            route = ask(reached, [move for move in terms.require if move not in route.solution.blocked])
        moves = [graph.moves[graph.index[id_]] for id_ in route.solution.moves]
        schedule = schedule_moves(
            moves, held, hours_per_week=terms.hours_per_week, done=traveller.done, starts_on=terms.starts_on
        )
        return Draft(route, reached, unmet, moves, schedule, blocked=blocked, required=terms.require)

    dateless = drafted = draft(())
    too_late: tuple[str, ...] = ()
    while drafted.schedule.late:
        # One at a time: the hours that the first one frees may bring the next one into time.
        too_late = (*too_late, drafted.schedule.late[0])
        drafted = draft(too_late)
    if too_late:
        found = dateless.route.found if drafted.requires == dateless.requires else None
        drafted = replace(drafted, too_late=too_late, at_least=found.at_least if found else None)
    if terms.weeks is None or drafted.schedule.weeks <= terms.weeks:
        return drafted
    calendar = Calendar(held, terms.hours_per_week, traveller.done, terms.starts_on)
    route = keep_weeks(graph, drafted.route, calendar, terms.weeks, terms.money_per_hour, deadline)
    moves = [graph.moves[graph.index[id_]] for id_ in route.solution.moves]
    return replace(drafted, route=route, moves=moves, schedule=calendar.schedule(moves))


def _explain_blocked(
    graph: MoveGraph, traveller: Traveller, blocked: Sequence[str], without: Collection[str]
) -> tuple[BlockedMove, ...]:
    """Say what stands before each required move that cannot start; one that is shut out needs no more reason."""
    return tuple(
        BlockedMove(
            id_,
            ()
            if id_ in without or id_ not in graph.index
            else explain_unmet(
                graph, traveller.held, graph.moves[graph.index[id_]].needs, done=traveller.done, without=without
            ),
        )
        for id_ in blocked
    )


def _bound_from(plan: BridgePlan, lower_bound: float) -> BridgePlan:
    """Measure a plan against what no bridge can be cheaper than, dates or not."""
    if plan.price <= lower_bound:
        return replace(plan, status="optimal", lower_bound=plan.price, gap=0.0)
    return replace(plan, status="feasible", lower_bound=lower_bound, gap=(plan.price - lower_bound) / plan.price)


def _describe(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    drafted: Draft,
    terms: BridgeTerms,
    names: Mapping[str, str],
    deadline: float,
) -> BridgePlan:
    held, route, moves, schedule = traveller.held, drafted.route, drafted.moves, drafted.schedule
    solution = route.solution
    absences = (
        {absence.move_id: absence for absence in price_absences(route, graph, deadline)}
        if terms.price_absences and terms.weeks is None
        else {}
    )
    planned = () if route.found is None else plan_moves(drafted, moves, schedule, traveller, names, absences)
    after = dict(held)
    for move in moves:
        for skill, level in move.gives.items():
            after[skill] = max(after.get(skill, 0.0), level)
    money, hours = solution.money or 0.0, solution.hours or 0.0
    return BridgePlan(
        status=solution.status,
        moves=planned,
        money=money,
        hours=hours,
        price=price_exact(money, hours, terms.money_per_hour),
        lower_bound=solution.lower_bound or 0.0,
        gap=solution.gap or 0.0,
        weeks=schedule.weeks,
        least_weeks=schedule.least_weeks,
        readiness=measure_readiness(requirements, list_met(requirements, held)),
        readiness_after=measure_readiness(requirements, list_met(requirements, after)),
        unmet=drafted.unmet,
        settled=route.found is None or route.found.settled,
        blocked=drafted.blocked,
        over=solution.over,
        price_without_limits=solution.price_without_limits,
    )


def plan_moves(
    drafted: Draft,
    moves: Sequence[Move],
    schedule: Schedule,
    traveller: Traveller,
    names: Mapping[str, str],
    absences: Mapping[str, Absence] | None = None,
) -> tuple[PlannedMove, ...]:
    """Say of each move of a bridge when it runs and why it is there, the first to start first."""
    reasons = find_reasons(moves, traveller.held, drafted.requires, traveller.done, drafted.required)
    labels = {**names, **{move.id: move.title for move in moves if move.title}}
    planned = [
        PlannedMove(
            id=move.id,
            kind=move.kind,
            title=move.title,
            money=move.money,
            hours=move.hours,
            start_week=slot.start_week,
            end_week=slot.end_week,
            why=tuple(phrase_reason(reason, labels) for reason in found),
            serves=tuple(dict.fromkeys(reason.serves for reason in found if reason.serves)),
            gives=dict(move.gives),
            dearer_without=absence.dearer if absence else None,
            indispensable=absence.dearer is None if absence else None,
        )
        for move, slot, found in zip(moves, schedule.slots, reasons, strict=True)
        for absence in [(absences or {}).get(move.id)]
    ]
    return tuple(sorted(planned, key=lambda move: move.start_week))
