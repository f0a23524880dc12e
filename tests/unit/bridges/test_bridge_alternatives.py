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
