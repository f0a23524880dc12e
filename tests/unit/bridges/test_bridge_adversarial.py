"""Cases on which plausible methods are wrong; every expected number is worked out by hand."""

import random

import pytest
from bridge_builders import answer, document, move
from bridge_oracle import carry_out

CASES = {
    "a path sees 6 where both prerequisites cost 11 and the direct course 8": (
        [
            move("a", 5, gives={"A": 1}),
            move("b", 5, gives={"B": 1}),
            move("gig", 1, needs={"A": 1, "B": 1}, gives={"T": 1}),
            move("direct", 8, gives={"T": 1}),
        ],
        {"T": 1},
        {},
        8,
        ["direct"],
    ),
    "without the direct course both prerequisites are paid": (
        [
            move("a", 5, gives={"A": 1}),
            move("b", 5, gives={"B": 1}),
            move("gig", 1, needs={"A": 1, "B": 1}, gives={"T": 1}),
        ],
        {"T": 1},
        {},
        11,
        ["a", "b", "gig"],
    ),
    "a shared prerequisite is paid once": (
        [
            move("a", 10, gives={"A": 1}),
            move("t", 1, needs={"A": 1}, gives={"T": 1}),
            move("u", 1, needs={"A": 1}, gives={"U": 1}),
            move("t8", 8, gives={"T": 1}),
            move("u8", 8, gives={"U": 1}),
        ],
        {"T": 1, "U": 1},
        {},
        12,
        ["a", "t", "u"],
    ),
    "a free circle is entered at its dear door": (
        [
            move("ab", 0, needs={"A": 1}, gives={"B": 1}),
            move("ba", 0, needs={"B": 1}, gives={"A": 1}),
            move("in", 100, gives={"A": 1}),
        ],
        {"B": 1},
        {},
        100,
        ["ab", "in"],
    ),
    "a circle of two costs its entry, not its two moves": (
        [
            move("p", 1, needs={"Q": 1}, gives={"P": 1}),
            move("q", 1, needs={"P": 1}, gives={"Q": 1}),
            move("in", 500, gives={"P": 1}),
        ],
        {"Q": 1, "P": 1},
        {},
        501,
        ["in", "q"],
    ),
    "a ladder is cheaper than a jump": (
        [
            move("l1", 2, gives={"S": 1}),
            move("l2", 2, needs={"S": 1}, gives={"S": 2}),
            move("l3", 2, needs={"S": 2}, gives={"S": 3}),
            move("jump", 7, gives={"S": 3}),
        ],
        {"S": 3},
        {},
        6,
        ["l1", "l2", "l3"],
    ),
    "at level 2 only the last step is left": (
        [move("l1", 2, gives={"S": 1}), move("l3", 2, needs={"S": 2}, gives={"S": 3}), move("jump", 7, gives={"S": 3})],
        {"S": 3},
        {"S": 2},
        2,
        ["l3"],
    ),
    "a higher level satisfies a lower need": (
        [move("a", 1, gives={"A": 4}), move("b", 1, needs={"A": 2}, gives={"B": 1})],
        {"B": 1},
        {},
        2,
        ["a", "b"],
    ),
    "a low effect does not lower a level": (
        [move("a", 1, gives={"A": 1, "B": 2})],
        {"A": 3, "B": 2},
        {"A": 3},
        1,
        ["a"],
    ),
    "a course that gives its own prerequisite has to be started from elsewhere": (
        [move("self", 1, needs={"A": 1}, gives={"A": 1, "B": 1}), move("a", 3, gives={"A": 1})],
        {"B": 1},
        {},
        4,
        ["a", "self"],
    ),
    "free moves that bring nothing are left out": (
        [move("f1", 0, gives={"X": 1}), move("f2", 0, needs={"X": 1}, gives={"Y": 1}), move("t", 1, gives={"T": 1})],
        {"T": 1},
        {},
        1,
        ["t"],
    ),
    "a chain of free moves is taken whole when it is needed": (
        [
            move("f1", 0, gives={"X": 1}),
            move("f2", 0, needs={"X": 1}, gives={"Y": 1}),
            move("t", 1, needs={"Y": 1}, gives={"T": 1}),
        ],
        {"T": 1},
        {},
        1,
        ["f1", "f2", "t"],
    ),
    "of two equal prices the one with fewer moves": (
        [move("a", 1, gives={"A": 1}), move("b", 1, gives={"B": 1}), move("z", 2, gives={"A": 1, "B": 1})],
        {"A": 1, "B": 1},
        {},
        2,
        ["z"],
    ),
    "of two equal bridges the smaller ids": (
        [move("b", 1, gives={"A": 1}), move("a", 1, gives={"A": 1}), move("c", 1, gives={"A": 1})],
        {"A": 1},
        {},
        1,
        ["a"],
    ),
    "the set cover on which the best ratio loses": (
        [
            move("half1", 3, gives={"A": 1, "B": 1, "C": 1}),
            move("half2", 3, gives={"D": 1, "E": 1, "F": 1}),
            move("bait", 3.5, gives={"A": 1, "B": 1, "D": 1, "E": 1}),
            move("c", 1.6, gives={"C": 1}),
            move("f", 1.6, gives={"F": 1}),
        ],
        dict.fromkeys("ABCDEF", 1),
        {},
        6,
        ["half1", "half2"],
    ),
    "course, gig, role against the bootcamp": (
        [
            move("course", 400, gives={"py": 2}, hours=10),
            move("gig", 0, needs={"py": 2}, gives={"py": 3, "sql": 2}, hours=20),
            move("role", 0, needs={"py": 3}, gives={"lead": 1}, hours=40),
            move("bootcamp", 9000, gives={"py": 3, "sql": 2, "lead": 1}, hours=5),
        ],
        {"py": 3, "sql": 2, "lead": 1},
        {},
        2500,
        ["course", "gig", "role"],
    ),
    "a move that comes after another": (
        [move("one", 5), move("two", 1, after=["one"], gives={"T": 1}), move("other", 7, gives={"T": 1})],
        {"T": 1},
        {},
        6,
        ["one", "two"],
    ),
    "any evidence does not satisfy verified": (
        [move("learn", 1, gives={"s": 2}), move("prove", 4, needs={"s": 2}, gives={"verified:s": 2})],
        {"s": 2, "verified:s": 2},
        {"s": 2},
        4,
        ["prove"],
    ),
    "dominated only once levels are capped: level 5 is worth no more than the 2 that is asked": (
        [move("five", 2, gives={"S": 5}), move("two", 1, gives={"S": 2})],
        {"S": 2},
        {},
        1,
        ["two"],
    ),
    "met already": ([move("a", 1, gives={"A": 1})], {"A": 1, "B": 0}, {"A": 2}, 0, []),
    "nothing asked": ([move("a", 1, gives={"A": 1})], {}, {}, 0, []),
    "half levels": ([move("a", 1, gives={"A": 1}), move("b", 2, gives={"A": 1.5})], {"A": 1.5}, {}, 2, ["b"]),
    "cents are not lost": (
        [move(f"m{n}", 0.1, gives={f"s{n}": 1}) for n in range(3)]
        + [move("all", 0.31, gives=dict.fromkeys(["s0", "s1", "s2"], 1))],
        {"s0": 1, "s1": 1, "s2": 1},
        {},
        0.3,
        ["m0", "m1", "m2"],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_cheapest_bridge_is_found_where_plausible_methods_are_wrong(case) -> None:
    moves, requires, skills, price, chosen = case
    given = document(moves, requires, skills, rate=30)
    found = answer(given)
    assert found.status == "optimal"
    assert found.price == found.lower_bound == price
    assert sorted(found.moves) == sorted(chosen)
    assert carry_out(given, list(found.moves))


@pytest.mark.parametrize(
    ("moves", "requires", "missing"),
    [
        ([move("ab", needs={"A": 1}, gives={"B": 1}), move("ba", needs={"B": 1}, gives={"A": 1})], {"A": 1}, {"A": 1}),
        ([move("a", gives={"A": 4})], {"A": 5}, {"A": 5}),
        ([move("a", needs={"A": 1}, gives={"A": 1})], {"A": 1}, {"A": 1}),
        ([], {"A": 1, "B": 2}, {"A": 1, "B": 2}),
        ([move("x", after=["y"], gives={"A": 1}), move("y", after=["x"])], {"A": 1}, {"A": 1}),
        ([move("b", gives={"B": 2})], {"A": 1, "B": 2}, {"A": 1}),
        ([move("r", needs={"lead": 1}, gives={"lead": 1})], {"lead": 1}, {"lead": 1}),
    ],
)
def test_what_no_moves_reach_is_infeasible_and_named(moves, requires, missing) -> None:
    found = answer(document(moves, requires))
    assert found.status == "infeasible"
    assert found.missing == missing
    assert found.moves == ()
    assert found.price is None


def test_thousands_of_equal_moves_are_one_choice() -> None:
    moves = [move(f"m{number:05d}", 3, gives={"A": 1}) for number in range(5_000)]
    random.Random(1).shuffle(moves)
    assert answer(document(moves, {"A": 1})).moves == ("m00000",)


def test_more_than_sixty_four_goals_are_counted_like_few() -> None:
    moves = [move(f"m{n:02d}", 1, gives={f"s{n}": 1, f"s{n + 1}": 1}) for n in range(0, 80, 2)]
    found = answer(document(moves, {f"s{n}": 1 for n in range(80)}))
    assert found.price == 40


def test_no_time_still_gives_a_bridge_that_can_be_carried_out() -> None:
    rng = random.Random(3)
    moves = [
        move(f"m{n:03d}", 3 + rng.random(), gives={f"s{k}": 1 for k in rng.sample(range(40), 4)}) for n in range(300)
    ]
    given = document(moves, {f"s{n}": 1 for n in range(40)})
    found = answer(given, time_limit=0.0)
    assert found.status == "feasible"
    assert found.lower_bound is not None
    assert found.price is not None
    assert 0 <= found.lower_bound < found.price
    assert found.gap == pytest.approx((found.price - found.lower_bound) / found.price)
    assert carry_out(given, list(found.moves))
