"""Several bridges of one person to one role, planned like the cheapest one: on the calendar, each move with its why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.bridges.alternatives import check_wish, vary_route
from engine.bridges.front import price_front
from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import Traveller
from engine.bridges.plan import BridgeTerms, Draft, draft_bridge, plan_moves
from engine.bridges.prices import read_exact
from engine.bridges.result import BlockedMove, PlannedMove, Solution, UnmetRequirement
from engine.bridges.schedule import Calendar
from graph_schema.queries.roles import RequirementRow


@dataclass(frozen=True, slots=True)
class Option:
    """One of several bridges; ``left_out`` and ``taken`` are ids of moves, against the bridge it is compared with."""

    solution: Solution
    moves: tuple[PlannedMove, ...]
    weeks: int
    least_weeks: int
    dearer: float
    left_out: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedAlternatives:
    """Truly different bridges; see :class:`engine.bridges.alternatives.Alternatives`.

    Attributes:
        unmet: Requirements out of reach; the bridges then lead to all the others.
        too_late: Ids of moves left out because they begin before a bridge gets to them, or end before it is through.
        blocked: Required moves out of reach; the bridges then have all the others.
        first: The cheapest bridge, or why none keeps the limits.
    """

    options: tuple[Option, ...]
    exhausted: bool
    unmet: tuple[UnmetRequirement, ...]
    too_late: tuple[str, ...]
    blocked: tuple[BlockedMove, ...]
    first: Solution


@dataclass(frozen=True, slots=True)
class PlannedFront:
    """Price against weeks; see :class:`engine.bridges.front.PricedFront`. The rest is as above."""

    options: tuple[Option, ...]
    least_weeks: int | None
    complete: bool
    sooner_at_least: float | None
    unmet: tuple[UnmetRequirement, ...]
    too_late: tuple[str, ...]
    blocked: tuple[BlockedMove, ...]
    first: Solution


def plan_alternatives(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    best: int,
    terms: BridgeTerms,
    names: Mapping[str, str],
    *,
    difference: float,
) -> PlannedAlternatives:
    """Plan truly different bridges of a person to a role, the cheapest first.

    A move with a start day is used only where the calendar gets to it in time; once one is left out for that, later
    bridges have the bound proven before.

    Raises:
        InvalidInput: The number or the difference cannot be used, or the terms leave no hours a week.
    """
    check_wish(best, difference)
    deadline = terms.find_deadline()
    drafted = draft_bridge(graph, traveller, requirements, terms, deadline)
    calendar = read_calendar(traveller, terms)
    found = vary_route(
        graph,
        drafted.route,
        best,
        terms.money_per_hour,
        difference=difference,
        deadline=deadline,
        calendar=calendar,
        at_least=drafted.at_least,
    )
    options = (
        plan_option(graph, traveller, drafted, calendar, names, item.solution, item.dearer, item.left_out, item.taken)
        for item in found.bridges
    )
    return PlannedAlternatives(
        tuple(options),
        found.exhausted and not drafted.too_late,
        drafted.unmet,
        (*drafted.too_late, *found.too_late),
        drafted.blocked,
        drafted.route.solution,
    )


def plan_front(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    terms: BridgeTerms,
    names: Mapping[str, str],
) -> PlannedFront:
    """Plan the bridges of a person to a role of which none is both cheaper and sooner.

    Raises:
        InvalidInput: When the terms leave no hours a week.
    """
    deadline = terms.find_deadline()
    drafted = draft_bridge(graph, traveller, requirements, terms, deadline)
    calendar = read_calendar(traveller, terms)
    front = price_front(graph, drafted.route, calendar, terms.money_per_hour, deadline, drafted.at_least)
    first = read_exact(drafted.route.solution.price or 0.0)
    options = (
        plan_option(
            graph,
            traveller,
            drafted,
            calendar,
            names,
            point.solution,
            float(read_exact(point.solution.price or 0.0) - first),
            point.left_out,
            point.taken,
        )
        for point in front.points
    )
    return PlannedFront(
        tuple(options),
        front.least_weeks,
        front.complete,
        front.sooner_at_least,
        drafted.unmet,
        drafted.too_late,
        drafted.blocked,
        drafted.route.solution,
    )


def read_calendar(traveller: Traveller, terms: BridgeTerms) -> Calendar:
    """Give the calendar of a person on these terms."""
    return Calendar(traveller.held, terms.hours_per_week, traveller.done, terms.starts_on)


def plan_option(
    graph: MoveGraph,
    traveller: Traveller,
    drafted: Draft,
    calendar: Calendar,
    names: Mapping[str, str],
    solution: Solution,
    dearer: float,
    left_out: Iterable[str],
    taken: Iterable[str],
) -> Option:
    """Put a bridge on the calendar, with the reasons of its moves."""
    moves = [graph.moves[graph.index[id_]] for id_ in solution.moves]
    schedule = calendar.schedule(moves)
    return Option(
        solution=solution,
        moves=plan_moves(drafted, moves, schedule, traveller, names),
        weeks=schedule.weeks,
        least_weeks=schedule.least_weeks,
        dearer=dearer,
        left_out=tuple(left_out),
        taken=tuple(taken),
    )
