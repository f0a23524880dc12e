from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from bridge_oracle import Document, carry_out, draw_cover, draw_document, search_all, solve_by_labels

from engine.bridges.instance import read_document
from engine.bridges.move_graph import compile_moves
from engine.bridges.search import Search
from engine.bridges.solve import solve_instance


def check(document: Document, expected: tuple[Fraction, int, list[str]] | None) -> bool:
    """Hold an answer against the oracle's; True when there is a bridge."""
    answer = solve_instance(read_document(document))
    if expected is None:
        assert answer.status == "infeasible"
        assert answer.missing
        assert answer.moves == ()
        return False
    assert answer.status == "optimal"
    assert answer.price == answer.lower_bound == float(expected[0])
    assert answer.gap == 0
    assert sorted(answer.moves) == expected[2]
    assert carry_out(document, list(answer.moves))
    return True


@pytest.mark.parametrize("block", range(10))
def test_tiny_instances_are_answered_as_brute_force_answers_them(block: int) -> None:
    feasible = 0
    for seed in range(block * 250, block * 250 + 250):
        random = Random(seed)
        document = draw_document(random, random.randint(1, 8), random.randint(1, 4))
        feasible += check(document, search_all(document))
    assert feasible > 60


def test_larger_tiny_instances_are_answered_as_brute_force_answers_them() -> None:
    feasible = 0
    for seed in range(60):
        random = Random(f"larger {seed}")
        document = draw_document(random, random.randint(9, 11), random.randint(3, 5))
        feasible += check(document, search_all(document))
    assert feasible > 20


@pytest.mark.parametrize("block", range(4))
def test_covers_are_answered_as_brute_force_answers_them(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        random = Random(f"cover {seed}")
        document = draw_cover(random, random.randint(6, 11), random.randint(4, 7))
        check(document, search_all(document))


STEPS = (
    ("settle_choice",),
    ("relax_choice",),
    ("charge_landmarks", "settle_choice"),
    ("relax_choice", "settle_choice"),
    ("drop_dominated", "relax_choice", "drop_dominated", "settle_choice"),
)


@pytest.mark.parametrize("steps", STEPS, ids="-".join)
@pytest.mark.parametrize("draw", [draw_cover, draw_document])
def test_every_way_to_the_proof_is_right_by_itself(
    draw: Callable[[Random, int, int], Document], steps: tuple[str, ...]
) -> None:
    closed = 0
    for seed in range(60):
        random = Random(f"steps {seed}")
        document = draw(random, random.randint(4, 9), random.randint(3, 6))
        instance = read_document(document)
        graph = compile_moves(instance.list_moves())
        scale = graph.price(instance.objective.money_per_hour)
        posed = graph.pose(instance.person.skills, instance.target.requires, scale.prices)
        expected = search_all(document)
        assert (posed.problem is None) == (expected is None)
        if posed.problem is None or expected is None:
            continue
        search = Search(posed.problem)
        for step in steps:
            getattr(search, step)()
        best = expected[0] / Fraction(scale.unit)
        assert search.at_least <= best <= search.price
        if "settle_choice" in steps:
            assert search.closed
        if search.closed:
            closed += 1
            found = search.finish()
            assert found.settled
            assert sorted(graph.moves[move].id for move in found.moves) == expected[2]
    assert closed > 15


def test_middle_instances_cost_what_a_second_formulation_says() -> None:
    feasible = 0
    for seed in range(36):
        random = Random(f"middle {seed}")
        document = draw_document(random, random.randint(25, 40), random.randint(8, 12))
        for move in document["moves"]:
            move["cost"] = min(move["cost"], 1000)
            move["after"] = move["after"] if random.random() < 0.3 else []
        expected = solve_by_labels(document)
        answer = solve_instance(read_document(document))
        if expected is None:
            assert answer.status == "infeasible"
        else:
            feasible += 1
            assert answer.status == "optimal"
            assert answer.price == pytest.approx(float(expected), abs=1e-9)
            assert carry_out(document, list(answer.moves))
    assert feasible > 15
