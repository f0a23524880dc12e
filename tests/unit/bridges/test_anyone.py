"""The cheapest people for a role: whoever everybody solved one by one would name, bounds never above the price."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np
import pytest
from bridge_builders import document, move
from bridge_oracle import draw_cover, draw_document, search_all

from engine.bridges.anyone import MICRO, Bounds, Nearest, Proof, count_micro, find_nearest
from engine.bridges.anyone_bench import ask_nearest, bench_anyone, draw_crowd, draw_job
from engine.bridges.crowd import Crowd, gather_crowd
from engine.bridges.instance import read_instance
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.person import Traveller
from engine.bridges.solve import find_route
from engine.bridges.synthetic import draw_catalogue
from graph_schema.errors import InvalidInput

Requires = Mapping[str, float]


def read_catalogue(given: dict[str, Any]) -> MoveGraph:
    return compile_moves(read_instance(json.dumps(given)).list_moves())


def draw_people(random: Random, skills: Iterable[str], count: int, rates: tuple[float, ...]) -> list[tuple]:
    names = sorted(skills)
    return [
        (
            Traveller(
                f"p{number:03d}",
                {skill: float(random.choice((0, 0.5, 1, 1, 2, 3))) for skill in names if random.random() < 0.3},
                frozenset({f"m{random.randrange(4)}"} if random.random() < 0.2 else ()),
            ),
            random.choice(rates),
        )
        for number in range(count)
    ]


def price_all(graph: MoveGraph, crowd: Crowd, requires: Requires) -> list[int | None]:
    """Solve everybody one by one, in millionths; None where there is no bridge."""
    prices: list[int | None] = []
    for place in range(len(crowd.ids)):
        person, rate = crowd.describe(place), float(crowd.rates[place])
        route = find_route(graph, person.held, requires, money_per_hour=rate, done=person.done)
        prices.append(None if route.found is None else count_micro(route.found.price, route.unit))
    return prices


def name_first(prices: list[int | None], top: int) -> list[tuple[int, int]]:
    return sorted((price, place) for place, price in enumerate(prices) if price is not None)[:top]


def ask(graph: MoveGraph, crowd: Crowd, requires: Requires, top: int, seconds: float = math.inf) -> Nearest:
    return ask_nearest(graph, crowd, crowd.own_facts(graph), requires, top, seconds)


def list_first(answer: Nearest) -> list[tuple[int, int]]:
    return [(standing.price, standing.place) for standing in answer.standings]


@pytest.mark.parametrize("rates", [(30.0,), (0.0, 12.5, 33.33)], ids=["one rate", "own rates"])
@pytest.mark.parametrize("block", range(3))
def test_nobody_is_missed_and_no_bound_is_above_the_price(block: int, rates: tuple[float, ...]) -> None:
    random = Random(f"anyone {block} {rates}")
    for _ in range(15):
        draw = random.choice((draw_document, draw_cover))
        given = draw(random, random.randint(3, 12), random.randint(4, 6))
        graph, requires = read_catalogue(given), given["target"]["requires"]
        skills = {skill for one in given["moves"] for part in ("needs", "gives") for skill in one[part]}
        crowd = gather_crowd(draw_people(random, skills | set(requires), 25, rates))
        prices = price_all(graph, crowd, requires)
        top = random.choice((1, 3, 8, 25))

        answer = ask(graph, crowd, requires, top)
        expected = name_first(prices, top)
        assert answer.complete
        assert list_first(answer) == expected
        assert answer.at_least == (expected[-1][0] if len(expected) == top else None)

        bounds = Bounds(graph, crowd, crowd.own_facts(graph), requires, ())
        for place in random.sample(range(25), 12):
            bounds.look_closer(place)
            if random.random() < 0.4:
                bounds.weigh(np.flatnonzero(bounds.at_least < np.iinfo(np.int64).max))
            for price, bound in zip(prices, bounds.at_least.tolist(), strict=True):
                assert price is None or bound <= price


def test_the_list_is_the_one_that_brute_force_names() -> None:
    random = Random("anyone by brute force")
    for _ in range(40):
        given = draw_document(random, 7, 4)
        graph, requires = read_catalogue(given), given["target"]["requires"]
        rate = float(given["objective"]["money_per_hour"])
        crowd = gather_crowd(draw_people(random, ["s0", "s1", "s2", "s3"], 6, (rate,)))
        tried = []
        for place in range(6):
            person = crowd.describe(place)
            found = search_all(given | {"person": {"id": "p", "skills": person.held, "done": sorted(person.done)}})
            tried.append(None if found is None else int(found[0] * MICRO))
        assert list_first(ask(graph, crowd, requires, 3)) == name_first(tried, 3)


def test_few_of_many_people_are_proven() -> None:
    catalogue = draw_catalogue(100, 3)
    crowd = draw_crowd(catalogue, 250, 0)
    requires = draw_job(catalogue, 1)
    answer = ask(catalogue.graph, crowd, requires, 5)
    assert answer.complete
    assert 5 <= answer.ready + answer.solved < 50
    prices = price_all(catalogue.graph, crowd, requires)
    assert list_first(answer) == name_first(prices, 5)


STEPS = [
    move("a", 10, gives={"x": 1}),
    move("b", 10, gives={"y": 1}),
    move("c", 3, needs={"x": 1, "y": 1}, gives={"z": 1}),
    move("free", 0, gives={"w": 1}),
]


def gather(*held: dict[str, float]) -> Crowd:
    return gather_crowd([(Traveller(f"p{place}", skills), 0.0) for place, skills in enumerate(held)])


def test_ties_go_by_id() -> None:
    graph = read_catalogue(document(STEPS, {"z": 1}))
    crowd = gather({}, {"y": 1}, {"x": 1}, {"y": 2}, {"x": 1})
    assert list_first(ask(graph, crowd, {"z": 1}, 3)) == [(13 * MICRO, 1), (13 * MICRO, 2), (13 * MICRO, 3)]


def test_who_is_ready_costs_nothing_and_is_not_proven() -> None:
    graph = read_catalogue(document(STEPS, {"z": 1}))
    answer = ask(graph, gather({"z": 1}, {"z": 2}, {}, {"z": 5}), {"z": 1}, 2)
    assert list_first(answer) == [(0, 0), (0, 1)]
    assert (answer.ready, answer.solved, answer.bounded, answer.complete) == (3, 0, 0, True)


def test_a_free_bridge_is_no_readiness() -> None:
    graph = read_catalogue(document(STEPS, {"w": 1}))
    answer = ask(graph, gather(*({} for _ in range(50))), {"w": 1}, 2)
    assert list_first(answer) == [(0, 0), (0, 1)]
    assert (answer.ready, answer.solved) == (0, 2)


def test_a_level_between_two_steps_of_the_catalogue_is_met() -> None:
    graph = read_catalogue(document([move("a", 10, gives={"x": 3})], {"x": 2}))
    answer = ask(graph, gather({"x": 2}, {"x": 1}), {"x": 2}, 2)
    assert list_first(answer) == [(0, 0), (10 * MICRO, 1)]


@pytest.mark.parametrize("asked", [{"nobody teaches it": 1}, {"z": 2}, {"stuck": 1}])
def test_a_role_that_nobody_can_reach_has_nobody(asked: dict[str, float]) -> None:
    moves = [*STEPS, move("stuck", 1, needs={"never": 1}, gives={"stuck": 1})]
    answer = ask(read_catalogue(document(moves, asked)), gather({}, {"x": 1}, {"y": 1}), asked, 2)
    assert answer.standings == ()
    assert (answer.complete, answer.at_least, answer.unreachable, answer.solved) == (True, None, 3, 0)


def test_only_who_can_reach_the_role_is_named() -> None:
    moves = [*STEPS, move("stuck", 1, needs={"never": 1}, gives={"stuck": 1})]
    asked = {"stuck": 1}
    answer = ask(read_catalogue(document(moves, asked)), gather({}, {"never": 1}, {"x": 1}), asked, 2)
    assert list_first(answer) == [(MICRO, 1)]
    assert (answer.complete, answer.at_least, answer.unreachable) == (True, None, 2)


def test_a_closed_move_is_used_by_nobody() -> None:
    moves = [move("cheap", 1, gives={"x": 1}), move("dear", 5, gives={"x": 1})]
    graph = read_catalogue(document(moves, {"x": 1}))
    crowd = gather({})
    asked: list[int] = []

    def prove(place: int) -> Proof:
        asked.append(place)
        return Proof(5 * MICRO, 5 * MICRO)

    owned = crowd.own_facts(graph)
    answer = find_nearest(graph, crowd, owned, {"x": 1}, prove, top=1, closed=[graph.index["cheap"]])
    assert (list_first(answer), asked) == ([(5 * MICRO, 0)], [0])


def test_nobody_at_all_is_an_answer() -> None:
    graph = read_catalogue(document(STEPS, {"z": 1}))
    answer = ask(graph, gather_crowd([]), {"z": 1}, 3)
    assert (answer.standings, answer.complete, answer.at_least) == ((), True, None)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3])
def test_out_of_time_says_what_is_certain(seconds: float) -> None:
    catalogue = draw_catalogue(100, 3)
    graph, crowd, requires = catalogue.graph, draw_crowd(catalogue, 100, 0), draw_job(catalogue, 0)
    full = ask(graph, crowd, requires, 10)
    part = ask(graph, crowd, requires, 10, seconds)
    assert full.at_least is not None
    assert part.at_least is not None
    assert part.at_least <= full.at_least
    known = {place: price for price, place in name_first(price_all(graph, crowd, requires), 100)}
    assert all(known[place] == price for price, place in list_first(part))
    assert seconds or not part.complete
    assert not part.complete or part.standings == full.standings


def test_the_same_question_has_the_same_answer_whatever_the_order_of_people() -> None:
    random = Random("order of people")
    given = draw_cover(random, 12, 5)
    people = draw_people(random, given["target"]["requires"], 30, (0.0, 20.0))
    graph, requires = read_catalogue(given), given["target"]["requires"]
    first = ask(graph, gather_crowd(people), requires, 10)
    random.shuffle(people)
    again = ask(graph, gather_crowd(people), requires, 10)
    assert (first.standings, first.solved, first.bounded) == (again.standings, again.solved, again.bounded)


def test_the_bench_counts_proofs() -> None:
    near, far = bench_anyone([100], [250], roles=1, top=2)
    assert (near.complete, far.complete) == (1, 1)
    assert 0 < near.most_solves < 250
    assert near.first is not None
    assert far.first is not None
    assert 0 < near.first < far.first <= far.at_least


@pytest.mark.parametrize(
    ("courses", "people", "roles", "top"), [(100, 300, 0, 3), (100, 300, 1, 0), (100, 2, 1, 3), (50, 300, 1, 3)]
)
def test_a_bench_without_anything_to_measure_is_refused(courses: int, people: int, roles: int, top: int) -> None:
    with pytest.raises(InvalidInput):
        bench_anyone([courses], [people], roles=roles, top=top)
