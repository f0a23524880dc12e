import math
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from bridge_builders import document, move
from bridge_oracle import Document, carry_out, draw_cover, draw_document, find_order, price_of

from engine.bridges.alternatives import Alternatives, list_alternatives
from engine.bridges.instance import read_document
from graph_schema.errors import InvalidInput

Ranked = tuple[Fraction, int, list[str]]


def ask(given: Document, count: int = 5, difference: float = 0.25, time_limit: float | None = None) -> Alternatives:
    return list_alternatives(read_document(given), count, difference=difference, time_limit=time_limit)


def list_bridges(given: Document) -> list[Ranked]:
    """Every set of moves that can be carried out whole and meets the target: (price, number of moves, ids), ranked."""
    moves = sorted(given["moves"], key=lambda item: item["id"])
    bridges: list[Ranked] = []
    for size in range(len(moves) + 1):
        for chosen in combinations(moves, size):
            order = find_order(given, chosen)
            if order is not None and carry_out(given, order):
                price = sum((price_of(given, item) for item in chosen), Fraction(0))
                bridges.append((price, size, [item["id"] for item in chosen]))
    return sorted(bridges)


def pick_different(bridges: list[Ranked], count: int, difference: Fraction) -> list[Ranked]:
    """The cheapest, then the cheapest that leaves out the share of all picked before, and so on."""
    picked: list[Ranked] = []
    for bridge in bridges:
        if len(picked) < count and all(
            len(set(other[2]) - set(bridge[2])) >= math.ceil(len(other[2]) * difference) > 0 for other in picked
        ):
            picked.append(bridge)
    return picked


def is_minimal(given: Document, ids: tuple[str, ...]) -> bool:
    chosen = [item for item in given["moves"] if item["id"] in ids]
    for left in chosen:
        rest = tuple(item for item in chosen if item is not left)
        if any(
            (order := find_order(given, part)) is not None and carry_out(given, order)
            for size in range(len(rest) + 1)
            for part in combinations(rest, size)
        ):
            return False
    return True


def check(given: Document, difference: str, count: int) -> int:
    answer = ask(given, count, float(difference))
    expected = pick_different(list_bridges(given), count, Fraction(difference))
    assert [sorted(item.solution.moves) for item in answer.bridges] == [ids for _, _, ids in expected]
    for item, (price, _, _) in zip(answer.bridges, expected, strict=True):
        assert item.solution.status == "optimal"
        assert item.solution.price == item.solution.lower_bound == float(price)
        assert item.dearer == float(price - expected[0][0])
        assert carry_out(given, list(item.solution.moves))
        assert is_minimal(given, item.solution.moves)
    if len(expected) < count:
        assert answer.exhausted
    return len(expected)


@pytest.mark.parametrize("block", range(8))
def test_alternatives_are_those_that_brute_force_picks(block: int) -> None:
    found = 0
    for seed in range(block * 150, block * 150 + 150):
        random = Random(f"alternatives {seed}")
        given = draw_document(random, random.randint(2, 8), random.randint(1, 4))
        found += check(given, random.choice(("0.01", "0.25", "0.5", "1")), random.choice((2, 3, 5)))
    assert found > 100


@pytest.mark.parametrize("block", range(3))
def test_alternatives_of_covers_are_those_that_brute_force_picks(block: int) -> None:
    found = 0
    for seed in range(block * 15, block * 15 + 15):
        random = Random(f"different covers {seed}")
        given = draw_cover(random, random.randint(7, 10), random.randint(4, 6))
        found += check(given, random.choice(("0.25", "0.34", "0.5")), 5)
    assert found > 30


def test_an_alternative_says_what_it_does_differently_and_how_much_dearer_it_is() -> None:
    given = document(
        [
            move("basics", 10, gives={"a": 1}),
            move("gig", 20, needs={"a": 1}, gives={"b": 2}),
            move("gig-like-it", 21, needs={"a": 1}, gives={"b": 2}),
            move("bootcamp", 50, gives={"a": 1, "b": 2}),
        ],
        {"a": 1, "b": 2},
    )
    first, second, third = ask(given, difference=0.5).bridges
    assert first.solution.moves == ("basics", "gig")
    assert (first.dearer, first.left_out, first.taken) == (0, (), ())
    assert (second.dearer, second.left_out, second.taken) == (1, ("gig",), ("gig-like-it",))
    assert (third.dearer, third.left_out, third.taken) == (20, ("basics", "gig"), ("bootcamp",))


def test_near_twins_are_left_out_where_more_difference_is_asked_for() -> None:
    moves = [move(f"{kind}{number}", 1, gives={f"s{number}": 1}) for number in range(4) for kind in ("a", "b")]
    answer = ask(document(moves, {f"s{number}": 1 for number in range(4)}), count=9, difference=0.75)
    chosen = [set(item.solution.moves) for item in answer.bridges]
    assert chosen[0] == {"a0", "a1", "a2", "a3"}
    assert all(len(other - one) >= 3 for place, one in enumerate(chosen) for other in chosen[:place])
    assert answer.exhausted


def test_ties_fall_to_fewer_moves_and_then_to_the_smallest_ids() -> None:
    moves = [
        move("first", 1, gives={"a": 1}),
        move("x1", 1, gives={"b": 1}),
        move("x2", 1, needs={"b": 1}, gives={"a": 1}),
        move("m", 2, gives={"a": 1}),
        move("l", 2, gives={"a": 1}),
    ]
    answer = ask(document(moves, {"a": 1}), difference=1)
    assert [item.solution.moves for item in answer.bridges] == [("first",), ("l",), ("m",), ("x1", "x2")]
    assert answer.exhausted


def test_the_order_of_the_input_changes_nothing() -> None:
    random = Random("order of alternatives")
    for _ in range(20):
        given = draw_cover(random, 12, 6)
        shuffled = {**given, "moves": random.sample(given["moves"], len(given["moves"]))}
        assert ask(given) == ask(shuffled) == ask(given)


def test_out_of_reach_is_an_answer() -> None:
    answer = ask(document([move("a", 1, gives={"s": 1})], {"s": 2}))
    assert answer.bridges == ()
    assert answer.to_json()["status"] == "infeasible"
    assert answer.to_json()["missing"] == {"s": 2}


def test_a_target_already_met_has_one_bridge_without_moves() -> None:
    answer = ask(document([move("a", 1, gives={"s": 1})], {"s": 1}, skills={"s": 1}))
    assert [item.solution.moves for item in answer.bridges] == [()]
    assert answer.exhausted


def test_without_time_what_is_given_can_be_carried_out_and_is_bounded() -> None:
    given = draw_cover(Random("hurry"), 60, 16)
    for time_limit in (0.0, 0.001, 0.05):
        answer = ask(given, time_limit=time_limit)
        for item in answer.bridges:
            solution = item.solution
            assert carry_out(given, list(solution.moves))
            assert solution.lower_bound is not None
            assert solution.price is not None
            assert solution.lower_bound <= solution.price
            assert (solution.status == "optimal") == (solution.lower_bound == solution.price)


@pytest.mark.parametrize(
    ("count", "difference"), [(0, 0.25), (-1, 0.25), (51, 0.25), (5, 0.0), (5, 1.1), (5, math.nan)]
)
def test_what_cannot_be_asked_for_is_refused(count: int, difference: float) -> None:
    with pytest.raises(InvalidInput, match=r"best|difference"):
        ask(document([move("a", 1, gives={"s": 1})], {"s": 1}), count, difference)
