"""What a bridge costs on average when it counts on skills that are only believed, against every outcome there is."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from bridge_builders import document, move
from bridge_oracle import Document, draw_document, price_of, search_all

from engine.bridges.instance import read_instance
from engine.bridges.move_graph import compile_moves
from engine.bridges.uncertainty import Expectation, Journey, expect_price, hedge_bridge


def start(given: Document, doubts: dict[str, float]) -> Journey:
    instance = read_instance(json.dumps(given))
    graph = compile_moves(instance.list_moves())
    scale = graph.price(instance.objective.money_per_hour)
    return Journey(graph, instance.person.skills, instance.target.requires, scale.prices, doubts, instance.person.done)


def expect(given: Document, doubts: dict[str, float], ids: list[str]) -> Expectation:
    journey = start(given, doubts)
    return expect_price(journey, [journey.graph.index[id_] for id_ in ids])


def unit_of(given: Document) -> Fraction:
    instance = read_instance(json.dumps(given))
    return Fraction(compile_moves(instance.list_moves()).price(instance.objective.money_per_hour).unit)


def average_by_hand(given: Document, doubts: dict[str, float], ids: list[str]) -> tuple[float, float]:
    """Make up for every set of missing skills by brute force: the average cost of it, and how often nothing does."""
    free = [item | {"cost": 0, "hours": 0} if item["id"] in ids else item for item in given["moves"]]
    expected = stranded = 0.0
    for size in range(len(doubts) + 1):
        for missing in itertools.combinations(sorted(doubts), size):
            chance = 1.0
            for skill, probability in doubts.items():
                chance *= 1 - probability if skill in missing else probability
            held = {skill: level for skill, level in given["person"]["skills"].items() if skill not in missing}
            best = search_all(given | {"moves": free, "person": given["person"] | {"skills": held}})
            if best is None:
                stranded += chance
            else:
                expected += chance * float(best[0])
    return expected, stranded


@pytest.mark.parametrize("block", range(6))
def test_the_average_lies_between_the_bounds(block: int) -> None:
    random = Random(f"uncertain {block}")
    compared = relied = 0
    while compared < 25:
        given = draw_document(random, random.randint(2, 7), random.randint(2, 4))
        held = sorted(skill for skill, level in given["person"]["skills"].items() if level)
        best = search_all(given)
        if not held or best is None:
            continue
        doubts = {skill: random.choice((0.5, 0.8, 0.9, 0.99)) for skill in held[:4]}
        found = expect(given, doubts, best[2])
        expected, stranded = average_by_hand(given, doubts, best[2])
        compared += 1
        relied += bool(found.relies_on)
        if any(item.dearer is None for item in found.relies_on):
            assert found.stranded <= stranded + 1e-12
            continue
        assert found.stranded == 0.0
        unit = float(unit_of(given))
        assert found.least * unit <= expected + 1e-9
        if found.most is not None:
            assert stranded == 0.0
            assert expected <= found.most * unit + 1e-9
    assert relied > 3


def bound_average(given: Document, doubts: dict[str, float], ids: list[str]) -> float | None:
    """Add to the price of a bridge what bringing each skill it counts on costs from nothing uncertain, times 1 - p."""
    held = given["person"]["skills"]
    certain = {skill: level for skill, level in held.items() if skill not in doubts}
    asked = [given["target"]["requires"], *(item["needs"] for item in given["moves"] if item["id"] in ids)]
    total = sum(float(price_of(given, item)) for item in given["moves"] if item["id"] in ids)
    for skill in doubts:
        if any(0 < needs.get(skill, 0) <= held[skill] for needs in asked):
            target = {"id": "r", "requires": {skill: held[skill]}}
            best = search_all(given | {"target": target, "person": given["person"] | {"skills": certain}})
            if best is None:
                return None
            total += (1 - doubts[skill]) * float(best[0])
    return total


@pytest.mark.parametrize("block", range(4))
def test_the_hedged_bridge_costs_on_average_no_more_than_any_bridge_is_bounded_by(block: int) -> None:
    random = Random(f"hedged {block}")
    compared = 0
    while compared < 15:
        given = draw_document(random, random.randint(2, 6), random.randint(2, 3))
        held = sorted(skill for skill, level in given["person"]["skills"].items() if level)
        cheapest = search_all(given)
        if not held or cheapest is None:
            continue
        doubts = {skill: random.choice((0.5, 0.9)) for skill in held}
        bound = bound_average(given, doubts, cheapest[2])
        journey = start(given, doubts)
        hedged = hedge_bridge(journey)
        assert hedged is not None
        ids = [journey.graph.moves[place].id for place in hedged]
        assert search_all(given | {"moves": [item for item in given["moves"] if item["id"] in ids]}) is not None
        if bound is None:
            continue
        compared += 1
        price = sum(float(price_of(given, item)) for item in given["moves"] if item["id"] in ids)
        expected, stranded = average_by_hand(given, doubts, ids)
        if not stranded:
            assert price + expected <= bound + 0.01


def test_a_skill_that_is_believed_costs_what_learning_it_would_times_the_chance_that_it_must_be() -> None:
    moves = [move("learn-x", 100, gives={"x": 2}), move("learn-y", 10, gives={"y": 2}, needs={"x": 1})]
    found = expect(document(moves, {"y": 2}, {"x": 2}), {"x": 0.75}, ["learn-y"])

    assert [(item.skill, item.level, item.probability) for item in found.relies_on] == [("x", 1, 0.75)]
    assert found.least == found.most
    assert found.stranded == 0.0
    assert found.least * float(unit_of(document(moves, {"y": 2}, {"x": 2}))) == pytest.approx(25.0)


def test_what_nothing_brings_can_leave_one_stranded() -> None:
    found = expect(
        document([move("learn-y", 10, gives={"y": 2}, needs={"x": 1})], {"y": 2}, {"x": 2}), {"x": 0.75}, ["learn-y"]
    )

    assert found.stranded == pytest.approx(0.25)
    assert (found.least, found.most) == (0.0, 0.0)


def test_a_bridge_around_a_shaky_skill_is_taken_where_it_is_cheaper_on_average() -> None:
    moves = [
        move("short", 100, gives={"y": 2}, needs={"x": 1}),
        move("long", 150, gives={"y": 2}),
        move("learn-x", 200, gives={"x": 1}),
    ]
    given: dict[str, Any] = document(moves, {"y": 2}, {"x": 1})

    def choose(probability: float) -> list[str]:
        journey = start(given, {"x": probability})
        return [journey.graph.moves[place].id for place in hedge_bridge(journey) or ()]

    assert choose(0.9) == ["short"]  # 100 + .1 x 200 < 150
    assert choose(0.7) == ["long"]  # 100 + .3 x 200 > 150
    assert [price_of(given, item) for item in moves[:2]] == [100, 150]
