import pytest

from engine.bridges.bench import bench_bridge, take_percentile
from engine.bridges.kernels import compile_kernels, interpret_kernels
from engine.bridges.peers import PEERS
from engine.bridges.search import Search, solve_problem
from engine.bridges.solve import find_route
from engine.bridges.synthetic import draw_catalogue, draw_question
from graph_schema.errors import InvalidInput


def test_compiled_and_interpreted_loops_give_the_same_answers() -> None:
    catalogue = draw_catalogue(150, 1)
    graph = catalogue.graph
    for seed in range(4):
        question = draw_question(catalogue, 6, seed)
        answers = []
        for kernels in (interpret_kernels(), compile_kernels()):
            problem = graph.pose(question.skills, question.requires, graph.price(30.0).prices).problem
            assert problem is not None
            problem.__dict__["kernels"] = kernels
            search = Search(problem)
            search.charge_landmarks()
            answers.append((search.at_least, search.price, solve_problem(problem)))
        assert answers[0] == answers[1]


def test_peers_find_bridges_none_of_which_is_cheaper_than_the_proven_one() -> None:
    catalogue = draw_catalogue(200, 2)
    graph = catalogue.graph
    for seed in range(5):
        question = draw_question(catalogue, 5, seed)
        route = find_route(graph, question.skills, question.requires, money_per_hour=30.0)
        assert route.problem is not None
        assert route.found is not None
        assert route.solution.status == "optimal"
        for plan in PEERS.values():
            found = plan(route.problem)
            assert route.problem.reaches_goal(found)
            assert route.problem.total(found) >= route.found.price


def test_the_bench_is_seeded_and_proves_what_it_prints() -> None:
    one, again = (bench_bridge([100], [3], questions=3, seed=5)[0] for _ in range(2))
    assert (one.price, one.steps, one.regrets) == (again.price, again.steps, again.regrets)
    assert one.proven == one.questions == 3
    assert all(regret.mean >= 0 for regret in one.regrets)


@pytest.mark.parametrize("bad", [{"courses": [50]}, {"gaps": [0]}, {"questions": 0}])
def test_a_bench_of_nothing_is_refused(bad) -> None:
    with pytest.raises(InvalidInput):
        bench_bridge(**({"courses": [100], "gaps": [3]} | bad))


def test_percentiles_are_nearest_ranks() -> None:
    assert [take_percentile([4, 1, 3, 2], percent) for percent in (50, 75, 95)] == [2, 3, 4]
