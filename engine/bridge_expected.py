"""What bridges over the graph cost on average, said with names."""

from __future__ import annotations

from datetime import date

from engine.bridge_options import say_option
from engine.bridge_results import BridgeExpectation, ExpectedBridge, ReliedSkill
from engine.bridge_terms import refuse_wishes
from engine.bridge_wishes import BridgeWishes
from engine.bridges.expected import WeighedBridge, plan_expectation
from engine.bridging import BridgeQuestion, read_question, say_missing
from engine.pools import read_held
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.store import GraphStore


def build_expectation(
    store: GraphStore, person: Named, role: Named, settings: EngineSettings, wishes: BridgeWishes, as_of: date
) -> BridgeExpectation:
    """Return what the cheapest bridge costs on average, and a bridge that is bounded better, where there is one.

    Raises:
        InvalidInput: A wish cannot be used: see :func:`engine.bridging.build_bridge`; or a limit is given.
    """
    refuse_wishes(
        wishes, "budget", "hours", "weeks", why="is kept by a bridge, not by what one costs on average: leave it out"
    )
    asked = read_question(store, person, role, settings, wishes, as_of)
    doubts = {
        skill: belief.probability
        for skill, belief in read_held(store, person.id, settings.inference.threshold).items()
        if skill in asked.traveller.held and not belief.verified and belief.probability < 1
    }
    found = plan_expectation(asked.catalogue, asked.traveller, asked.requirements, asked.terms, asked.labels, doubts)
    unit = float(found.unit)
    drafted = found.drafted
    return BridgeExpectation(
        person=person,
        role=role,
        cheapest=_say_weighed(asked, found.cheapest, unit),
        hedged=None if found.hedged is None else _say_weighed(asked, found.hedged, unit),
        currency=asked.currency,
        money_per_hour=asked.terms.money_per_hour,
        hours_per_week=asked.terms.hours_per_week,
        too_late=asked.name_moves(drafted.too_late),
        missing=say_missing(asked, drafted.unmet, drafted.too_late, drafted.blocked),
    )


def _say_weighed(asked: BridgeQuestion, weighed: WeighedBridge, unit: float) -> ExpectedBridge:
    expectation = weighed.expectation
    bridge = say_option(asked, weighed.option)
    return ExpectedBridge(
        bridge=bridge,
        relies_on=tuple(
            ReliedSkill(
                skill=Named(item.skill, asked.labels.get(item.skill, item.skill)),
                level=item.level,
                probability=item.probability,
                dearer=None if item.dearer is None else round(item.dearer * unit, 2),
            )
            for item in expectation.relies_on
        ),
        expected_least=round(bridge.price + expectation.least * unit, 2),
        expected_most=None if expectation.most is None else round(bridge.price + expectation.most * unit, 2),
        stranded=expectation.stranded,
    )
