import math
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from bridge_builders import document, move
from bridge_oracle import Document, carry_out, draw_cover, draw_document, find_order, price_of

from engine.bridges.front import PricedFront, list_front, price_front
from engine.bridges.instance import read_document
from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import Move
from engine.bridges.schedule import Calendar
from engine.bridges.solve import find_route
from graph_schema.errors import InvalidInput


def ask(given: Document, hours_per_week: float = 1.0, time_limit: float | None = None) -> PricedFront:
    return list_front(read_document(given), hours_per_week=hours_per_week, time_limit=time_limit)


def list_bridges(given: Document) -> list[tuple[Fraction, Fraction, list[str]]]:
    """Every set of moves that can be carried out whole and meets the target: price, hours, an order."""
    bridges = []
    for size in range(len(given["moves"]) + 1):
        for chosen in combinations(given["moves"], size):
            order = find_order(given, chosen)
            if order is not None and carry_out(given, order):
                price = sum((price_of(given, item) for item in chosen), Fraction(0))
                bridges.append((price, sum((Fraction(str(item["hours"])) for item in chosen), Fraction(0)), order))
    return bridges


def keep_front(bridges: list[tuple[Fraction, int]]) -> list[tuple[Fraction, int]]:
    front: list[tuple[Fraction, int]] = []
    for price, weeks in sorted(bridges):
        if not front or weeks < front[-1][1]:
            front.append((price, weeks))
    return front


def check(given: Document, pace: str) -> int:
    """Hold a front of moves without durations against brute force; the number of its points."""
    answer = ask(given, float(pace))
    bridges = [(price, math.ceil(hours / Fraction(pace))) for price, hours, _ in list_bridges(given)]
    expected = keep_front(bridges)
    assert [(point.solution.price, point.weeks) for point in answer.points] == [(float(p), w) for p, w in expected]
    if not expected:
        assert answer.first.status == "infeasible"
        return 0
    assert answer.complete
    assert answer.sooner_at_least is None
    assert answer.least_weeks is not None
    assert answer.least_weeks <= expected[-1][1]
    before = list(answer.points[0].solution.moves)
    for point in answer.points:
        assert point.solution.status == "optimal"
        assert point.least_weeks == point.weeks
        assert carry_out(given, list(point.solution.moves))
        assert {*before, *point.taken} - {*point.left_out} == {*point.solution.moves}
        before = list(point.solution.moves)
    return len(expected)


def draw_hours(given: Document, random: Random) -> Document:
    for item in given["moves"]:
        item["hours"] = random.choice((0, 1, 2.5, 4, 7.3, 10))
    return given


@pytest.mark.parametrize("block", range(8))
def test_fronts_of_hours_are_those_of_brute_force(block: int) -> None:
    points = 0
    for seed in range(block * 150, block * 150 + 150):
        random = Random(f"front {seed}")
        given = draw_hours(draw_document(random, random.randint(2, 8), random.randint(1, 4)), random)
        points += check(given, random.choice(("1", "0.7", "3", "8")))
    assert points > 60


@pytest.mark.parametrize("block", range(3))
def test_fronts_of_covers_are_those_of_brute_force(block: int) -> None:
    points = 0
    for seed in range(block * 40, block * 40 + 40):
        random = Random(f"front of covers {seed}")
        given = draw_hours(draw_cover(random, random.randint(7, 10), random.randint(4, 6)), random)
        points += check(given, random.choice(("1", "2")))
    assert points > 30


def with_durations(given: Document, random: Random) -> list[Move]:
    return [
        Move(
            id=item["id"],
            kind="course",
            money=item["cost"],
            hours=item["hours"],
            needs=item["needs"],
            after=tuple(item["after"]),
            gives=item["gives"],
            weeks=random.choice((0, 0, 1, 2.5, 6)),
        )
        for item in given["moves"]
    ]


def hold_bounds(given: Document, moves: list[Move], pace: float) -> tuple[int, int]:
    """Hold what a front with durations claims against every bridge, scheduled: (points, points proven)."""
    skills, done, rate = (
        given["person"]["skills"],
        given["person"].get("done", []),
        given["objective"]["money_per_hour"],
    )
    graph = compile_moves(moves)
    calendar = Calendar(skills, pace, done)
    route = find_route(graph, skills, given["target"]["requires"], money_per_hour=rate, done=done)
    front = price_front(graph, route, calendar, rate)
    bridges = []
    for price, _, order in list_bridges(given):
        scheduled = calendar.schedule([graph.moves[graph.index[id_]] for id_ in order])
        bridges.append((price, scheduled.weeks))
    assert bool(front.points) == bool(bridges)
    for price, weeks in bridges:
        assert front.least_weeks is not None
        assert weeks >= front.least_weeks
        for point in front.points:
            assert weeks > point.weeks or float(price) >= (point.solution.lower_bound or 0.0)
        if weeks < front.points[-1].weeks:
            assert front.sooner_at_least is not None
            assert float(price) >= front.sooner_at_least
        if front.complete:
            assert any(p.weeks <= weeks and (p.solution.price or 0.0) <= float(price) for p in front.points)
    for point in front.points:
        chosen = [graph.moves[graph.index[id_]] for id_ in point.solution.moves]
        assert carry_out(given, list(point.solution.moves))
        assert calendar.schedule(chosen).weeks == point.weeks >= point.least_weeks
    return len(front.points), sum(point.solution.status == "optimal" for point in front.points)


@pytest.mark.parametrize("block", range(4))
def test_no_bridge_breaks_what_a_front_with_durations_proves(block: int) -> None:
    points = proven = 0
    for seed in range(block * 100, block * 100 + 100):
        random = Random(f"durations {seed}")
        given = draw_hours(draw_document(random, random.randint(3, 8), random.randint(1, 4)), random)
        counted = hold_bounds(given, with_durations(given, random), random.choice((1.0, 2.0, 8.0)))
        points, proven = points + counted[0], proven + counted[1]
    assert points > 40
    assert proven > points / 2


def test_a_front_says_what_changes_from_point_to_point() -> None:
    given = document(
        [
            move("evening-class", 100, hours=40, gives={"a": 1}),
            move("course", 200, hours=30, gives={"a": 1}),
            move("dear-and-slow", 300, hours=30, gives={"a": 1}),
            move("bootcamp", 900, hours=8, gives={"a": 1}),
        ],
        {"a": 1},
    )
    front = ask(given, 8.0)
    assert [(p.solution.price, p.weeks, p.left_out, p.taken) for p in front.points] == [
        (100, 5, (), ()),
        (200, 4, ("evening-class",), ("course",)),
        (900, 1, ("course",), ("bootcamp",)),
    ]
    assert front.complete
    assert front.least_weeks == 1


def test_a_duration_that_does_not_fit_is_no_bridge_of_those_weeks() -> None:
    moves = [
        Move("long", "course", money=10, hours=4, weeks=10, gives={"a": 1}),
        Move("short", "course", money=30, hours=4, weeks=2, gives={"a": 1}),
    ]
    graph, calendar = compile_moves(moves), Calendar({}, 8.0)
    front = price_front(graph, find_route(graph, {}, {"a": 1}, money_per_hour=0), calendar, 0)
    assert [(p.solution.moves, p.weeks, p.solution.status) for p in front.points] == [
        (("long",), 10, "optimal"),
        (("short",), 2, "optimal"),
    ]
    assert front.complete


def test_the_order_of_the_input_changes_no_front() -> None:
    random = Random("order of fronts")
    for _ in range(20):
        given = draw_hours(draw_cover(random, 12, 6), random)
        shuffled = {**given, "moves": random.sample(given["moves"], len(given["moves"]))}
        assert ask(given) == ask(shuffled) == ask(given)


def test_without_time_points_hold_and_say_what_is_proven() -> None:
    given = draw_hours(draw_cover(Random("hurried front"), 60, 16), Random("hours"))
    exact = ask(given)
    assert exact.complete
    for time_limit in (0.0, 0.001, 0.05):
        front = ask(given, time_limit=time_limit)
        assert front.points
        for point in front.points:
            assert carry_out(given, list(point.solution.moves))
            best = min((p.solution.price or 0.0 for p in exact.points if p.weeks <= point.weeks), default=math.inf)
            assert (point.solution.lower_bound or 0.0) <= best <= (point.solution.price or 0.0)
        if not front.complete and exact.points[-1].weeks < front.points[-1].weeks:
            assert front.sooner_at_least is not None
            assert front.sooner_at_least <= (exact.points[-1].solution.price or 0.0)


def test_out_of_reach_has_no_front() -> None:
    front = ask(document([move("a", 1, gives={"s": 1})], {"s": 2}))
    assert front.points == ()
    assert front.to_json()["missing"] == {"s": 2}


def test_a_target_already_met_is_a_front_of_no_weeks() -> None:
    front = ask(document([move("a", 1, gives={"s": 1})], {"s": 1}, skills={"s": 1}))
    assert [(point.solution.moves, point.weeks) for point in front.points] == [((), 0)]
    assert front.complete


@pytest.mark.parametrize("pace", [0.0, -1.0, math.nan, math.inf])
def test_a_week_without_hours_is_refused(pace: float) -> None:
    with pytest.raises(InvalidInput, match="hours_per_week"):
        ask(document([move("a", 1, gives={"s": 1})], {"s": 1}), pace)
