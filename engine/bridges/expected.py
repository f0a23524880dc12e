"""The cheapest bridge with what it costs on average, and the bridge of which the least is certain on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.bridges.move_graph import MoveGraph
from engine.bridges.options import Option, plan_option, read_calendar
from engine.bridges.person import Traveller
from engine.bridges.plan import BridgeTerms, Draft, draft_bridge
from engine.bridges.solve import state_solution
from engine.bridges.uncertainty import Expectation, Journey, expect_price, hedge_bridge
from graph_schema.queries.roles import RequirementRow


@dataclass(frozen=True, slots=True)
class WeighedBridge:
    """A bridge, and what making up for missing skills adds to it on average, in whole units."""

    option: Option
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class PlannedExpectation:
    """What bridges cost on average; ``hedged`` is None where no other bridge is bounded better than the cheapest.

    Attributes:
        drafted: The cheapest bridge and what is out of reach.
        unit: What a whole unit is, in the house currency.
    """

    cheapest: WeighedBridge
    hedged: WeighedBridge | None
    drafted: Draft
    unit: Decimal


def plan_expectation(
    graph: MoveGraph,
    traveller: Traveller,
    requirements: Sequence[RequirementRow],
    terms: BridgeTerms,
    names: Mapping[str, str],
    doubts: Mapping[str, float],
) -> PlannedExpectation:
    """Plan the cheapest bridge, and the one that costs least on average as far as that is certain.

    Args:
        graph: The catalogue.
        traveller: The person, with the levels they hold or are believed to.
        requirements: What the role asks.
        terms: Rates, and moves to use or not; without limits.
        names: Labels of skills for the reasons.
        doubts: Skill -> the probability that the person has it, for what is held and not certain.

    Raises:
        InvalidInput: When the terms leave no hours a week.
    """
    drafted = draft_bridge(graph, traveller, requirements, terms, terms.find_deadline())
    own = [move.id for move in graph.moves if move.by == traveller.id]
    journey = Journey(
        graph,
        traveller.held,
        drafted.requires,
        graph.price(terms.money_per_hour).prices,
        doubts,
        traveller.done,
        frozenset((*terms.without, *own, *traveller.done, *drafted.too_late)),
        tuple(id_ for id_ in drafted.required if id_ not in {item.move_id for item in drafted.blocked}),
    )
    calendar = read_calendar(traveller, terms)
    first = drafted.route.solution
    usual = expect_price(journey, [graph.index[id_] for id_ in first.moves])
    option = plan_option(graph, traveller, drafted, calendar, names, first, 0.0, (), ())
    cheapest = WeighedBridge(option, usual)
    places = hedge_bridge(journey) if usual.most != 0 else None
    moves = [graph.moves[place] for place in places or ()]
    if places is None or {move.id for move in moves} == set(first.moves) or calendar.schedule(moves).late:
        return PlannedExpectation(cheapest, None, drafted, drafted.route.unit)
    weighed = expect_price(journey, places)
    paid = sum(journey.prices[place] for place in places)
    base = sum(journey.prices[graph.index[id_]] for id_ in first.moves)
    better = weighed.most is not None and (usual.most is None or paid + weighed.most < base + usual.most)
    if not better:
        return PlannedExpectation(cheapest, None, drafted, drafted.route.unit)
    bound = first.lower_bound or 0.0
    solution = state_solution(moves, terms.money_per_hour, bound)
    hedged = plan_option(
        graph,
        traveller,
        drafted,
        calendar,
        names,
        solution,
        float((paid - base) * drafted.route.unit),
        sorted(set(first.moves) - set(solution.moves)),
        sorted(set(solution.moves) - set(first.moves)),
    )
    return PlannedExpectation(cheapest, WeighedBridge(hedged, weighed), drafted, drafted.route.unit)
