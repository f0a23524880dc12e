"""What others do instead of a proof, to measure the money it leaves on the table. No answer is taken from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bridges.heuristics import Plan, drop_superfluous, find_plan, trace_support
from engine.bridges.problem import Problem
from engine.bridges.search import Search, translate_moves


def buy_cheapest_each(problem: Problem) -> Plan:
    """Buy the cheapest move for every missing skill, then for every skill those need; keep it all."""
    price = problem.price.tolist()
    chosen: set[int] = set()
    held: set[int] = set()
    waiting = problem.needs.list_row(problem.size)
    _, supporter = problem.estimate(problem.price, additive=True)
    while waiting:
        fact = waiting.pop()
        if fact in held:
            continue
        givers = problem.givers.list_row(fact)
        move = min(givers, key=lambda giver: (price[giver], giver))
        chosen.add(move)
        held.update(problem.gives.list_row(move))
        waiting += [need for need in problem.needs.list_row(move) if need not in held]
    if not problem.reaches_goal(chosen):  # bought in a circle: h_add says how to start it from outside
        chosen |= trace_support(problem, supporter, [problem.goal]) - {problem.size}
    return tuple(sorted(chosen))


def clean_cheapest_each(problem: Problem) -> Plan:
    """Buy the cheapest move for every missing skill, then leave out what turns out superfluous."""
    return drop_superfluous(problem, buy_cheapest_each(problem))


def buy_best_ratio(problem: Problem) -> Plan:
    """Buy again and again what costs least for each requirement met, what it needs included; then clean (set cover)."""
    goals = set(problem.needs.list_row(problem.size))
    chosen: set[int] = set()
    price = problem.price.copy()
    while goals:
        need_cost, supporter = problem.estimate(price, additive=True)
        met = [len(goals.intersection(problem.gives.list_row(move))) for move in range(problem.size)]
        useful = [move for move in range(problem.size) if met[move]]
        best = min(useful, key=lambda move: ((int(need_cost[move]) + int(price[move])) / met[move], move))
        bought = trace_support(problem, supporter, problem.needs.list_row(best)) | {best}
        chosen |= bought
        price[list(bought)] = 0
        for move in bought:
            goals.difference_update(problem.gives.list_row(move))
    return drop_superfluous(problem, chosen)


def follow_cheapest_paths(problem: Problem) -> Plan:
    """Join the cheapest path to every missing skill, needs compared by their dearest, and clean the union."""
    _, supporter = problem.estimate(problem.price, additive=False)
    return drop_superfluous(problem, trace_support(problem, supporter, [problem.goal]) - {problem.size})


def follow_sums(problem: Problem) -> Plan:
    """Take the cheapest giver of every fact, needs summed (h_add), and clean it."""
    plan = find_plan(problem, problem.price)
    return drop_superfluous(problem, range(problem.size) if plan is None else plan)


def search_locally(problem: Problem) -> Plan:
    """Start from h_add and swap one move after another for the cheapest repair, as long as that is cheaper."""
    search = Search(problem)
    search.charge_landmarks()
    search.improve_plan()
    return tuple(sorted(translate_moves(search.plan, search.problem, problem)))


PEERS: Mapping[str, Callable[[Problem], Plan]] = {
    "cheapest move for each skill": buy_cheapest_each,
    "the same, cleaned": clean_cheapest_each,
    "cheapest path for each skill, joined": follow_cheapest_paths,
    "best ratio (set cover)": buy_best_ratio,
    "h_add": follow_sums,
    "local search": search_locally,
}
"""Name -> how it plans."""
