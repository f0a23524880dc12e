"""Oracles that share nothing with the solver: a simulator, brute force, and an integer programme with time labels."""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Document = dict


def price_of(document: Document, move: Document) -> Fraction:
    rate = Fraction(str(document["objective"]["money_per_hour"]))
    return Fraction(str(move["cost"])) + rate * Fraction(str(move["hours"]))


def carry_out(document: Document, ids: list[str]) -> bool:
    """Carry moves out in this very order: True when each can start when its turn comes and the target is then met."""
    levels = dict(document["person"]["skills"])
    done = set(document["person"].get("done", []))
    moves = {move["id"]: move for move in document["moves"]}
    for id_ in ids:
        move = moves[id_]
        if any(levels.get(skill, 0) < level for skill, level in move["needs"].items()) or set(move["after"]) - done:
            return False
        done.add(id_)
        for skill, level in move["gives"].items():
            levels[skill] = max(levels.get(skill, 0), level)
    return all(levels.get(skill, 0) >= level for skill, level in document["target"]["requires"].items())


def find_order(document: Document, chosen: tuple[Document, ...]) -> list[str] | None:
    """Find an order in which all of these can be carried out, met target or not; None when some never can start."""
    levels = dict(document["person"]["skills"])
    done: set[str] = set(document["person"].get("done", []))
    order: list[str] = []
    waiting = list(chosen)
    while waiting:
        for move in waiting:
            if not set(move["after"]) - done and all(levels.get(s, 0) >= level for s, level in move["needs"].items()):
                break
        else:
            return None
        waiting.remove(move)
        order.append(move["id"])
        done.add(move["id"])
        for skill, level in move["gives"].items():
            levels[skill] = max(levels.get(skill, 0), level)
    return order


def keep_limits(document: Document, chosen: tuple[Document, ...]) -> bool:
    """Whether a set of moves is within the limits of its document."""
    limits = document.get("limits", {})
    ids = {move["id"] for move in chosen}
    spent = {
        "money": sum((Fraction(str(move["cost"])) for move in chosen), Fraction(0)),
        "hours": sum((Fraction(str(move["hours"])) for move in chosen), Fraction(0)),
    }
    return (
        all(limits.get(name) is None or amount <= Fraction(str(limits[name])) for name, amount in spent.items())
        and set(limits.get("require", [])) <= ids | set(document["person"].get("done", []))
        and not ids & set(limits.get("exclude", []))
        and all(move["kind"] in (limits.get("kinds") or [move["kind"]]) for move in chosen)
    )


def search_all(document: Document) -> tuple[Fraction, int, list[str]] | None:
    """Try all 2^n sets: the least (price, number of moves, sorted ids), None when no set meets the target."""
    best = None
    moves = sorted(document["moves"], key=lambda move: move["id"])
    prices = {move["id"]: price_of(document, move) for move in moves}
    for size in range(len(moves) + 1):
        for chosen in itertools.combinations(moves, size):
            price = sum((prices[move["id"]] for move in chosen), Fraction(0))
            key = (price, size, [move["id"] for move in chosen])
            if best is None or key < best:
                order = find_order(document, chosen) if keep_limits(document, chosen) else None
                if order is not None and carry_out(document, order):
                    best = key
    return best


def draw_document(random: Random, moves: int, skills: int) -> Document:
    """Draw an instance full of what is hard: circles, free moves, ties, ladders, moves after moves, dead ends."""
    names = [f"s{number}" for number in range(skills)]
    ids = [f"m{number}" for number in range(moves)]
    random.shuffle(ids)
    top = random.choice((1, 2, 3, 5))
    costs = random.choice(((0, 0, 1, 2, 3), (1, 1, 2), (0, 0.5, 1.25, 3, 19.99), (0.01, 1, 100, 9_999_999.99), (1,)))
    steps = (0.5, 1, 1.5, 2) if random.random() < 0.1 else tuple(range(top + 1))
    drawn = []
    for id_ in ids:
        others = [other for other in ids if other != id_]
        needs = {s: random.choice(steps) for s in random.sample(names, random.randint(0, min(2, skills)))}
        gives = {s: random.choice(steps) for s in random.sample(names, random.randint(1, min(3, skills)))}
        after = random.sample(others, 1) if others and random.random() < 0.12 else []
        cost, hours = random.choice(costs), random.choice((0, 0, 1, 2.5))
        drawn.append({"id": id_, "kind": "course", "cost": cost, "hours": hours, "needs": needs, "after": after})
        drawn[-1]["gives"] = gives
    required = random.sample(names, random.randint(1, skills))
    return {
        "schema": "skillway.bridge/1",
        "person": {"id": "p", "skills": {s: random.choice(steps) for s in names if random.random() < 0.35}},
        "target": {"id": "r", "requires": {s: random.choice(steps) for s in required}},
        "moves": drawn,
        "objective": {"money_per_hour": random.choice((0, 0, 1, 30, 33.33))},
    }


def draw_limits(random: Random, document: Document) -> Document:
    """Draw limits that often bind: amounts between nothing and everything, moves that must or must not be there."""
    moves = document["moves"]
    for move in moves:
        move["kind"] = random.choice(("course", "course", "gig", "assessment"))
    ids = [move["id"] for move in moves]
    random.shuffle(ids)
    limits: Document = {}
    for name, field in (("money", "cost"), ("hours", "hours")):
        if random.random() < 0.5:
            some = random.sample(moves, random.randint(0, min(4, len(moves))))
            limits[name] = float(sum((Fraction(str(move[field])) for move in some), Fraction(0)))
    if random.random() < 0.4:
        limits["exclude"] = [ids.pop() for _ in range(random.randint(1, 2)) if ids]
    if random.random() < 0.2:
        limits["kinds"] = ["course", random.choice(("gig", "assessment"))]
    if random.random() < 0.4:
        kinds = {move["id"]: move["kind"] for move in moves}
        able = [id_ for id_ in ids if kinds[id_] in limits.get("kinds", [kinds[id_]])]
        limits["require"] = able[: random.randint(1, 2)]
    return {**document, "limits": limits}


def solve_by_labels(document: Document) -> Fraction | None:
    """Solve by an integer programme with first achievers and time labels (Imai & Fukunaga, JAIR 2015), in scipy.

    Variables: x_m buys a move, y_f holds a fact, z_mf makes m the achiever of f, t_f says when. Facts are
    (skill, level) and (move, done); a move may achieve any fact its gives imply.
    """
    held, moves = document["person"]["skills"], document["moves"]
    facts: dict[tuple[str, float], int] = {}

    def need(skill: str, level: float) -> int | None:
        return None if held.get(skill, 0) >= level else facts.setdefault((skill, level), len(facts))

    needs = []
    for move in moves:
        wanted = [need(skill, level) for skill, level in move["needs"].items()]
        wanted += [facts.setdefault((f"done {other}", 1), len(facts)) for other in move["after"]]
        needs.append([fact for fact in wanted if fact is not None])
    goals = [
        fact for skill, level in document["target"]["requires"].items() if (fact := need(skill, level)) is not None
    ]
    achieved = [
        [f for (s, level), f in facts.items() if move["gives"].get(s, -1) >= level or s == f"done {move['id']}"]
        for move in moves
    ]
    pairs = [(m, f) for m, given in enumerate(achieved) for f in given]
    count, n, k = len(moves), len(facts), len(pairs)
    width = count + n + k + n
    horizon = n + 1
    rows, least = [], []

    def demand(entries: dict[int, float], at_least: float) -> None:
        row = np.zeros(width)
        for column, value in entries.items():
            row[column] = value
        rows.append(row)
        least.append(at_least)

    y, z, t = count, count + n, count + n + k
    for f in range(n):
        demand({**{z + p: 1.0 for p, (_, g) in enumerate(pairs) if g == f}, y + f: -1.0}, 0)
    for p, (m, f) in enumerate(pairs):
        demand({m: 1.0, z + p: -1.0}, 0)
        for g in needs[m]:
            if g != f:
                demand({t + f: 1.0, t + g: -1.0, z + p: -float(horizon)}, 1 - horizon)
            else:
                demand({z + p: -1.0}, 0)
    for m, wanted in enumerate(needs):
        for g in wanted:
            demand({y + g: 1.0, m: -1.0}, 0)
    for g in goals:
        demand({y + g: 1.0}, 1)
    prices = [price_of(document, move) for move in moves]
    cost = np.concatenate([[float(price) for price in prices], np.zeros(width - count)])
    upper = np.concatenate([np.ones(width - n), np.full(n, float(horizon))])
    whole = np.concatenate([np.ones(width - n), np.zeros(n)])
    constraint = LinearConstraint(np.array(rows), lb=np.array(least)) if rows else ()
    answer = milp(
        cost, integrality=whole, bounds=Bounds(0, upper), constraints=constraint, options={"mip_rel_gap": 0.0}
    )
    if answer.x is None:
        return None
    return sum((price for price, bought in zip(prices, answer.x, strict=False) if bought > 0.5), Fraction(0))


def draw_cover(random: Random, moves: int, skills: int) -> Document:
    """Draw an instance in which moves overlap like the sets of a set cover, where simple bounds leave a gap."""
    names = [f"s{number}" for number in range(skills)]
    drawn = []
    for number in range(moves):
        gives = {s: random.choice((1, 1, 2)) for s in random.sample(names, random.randint(2, min(4, skills)))}
        free = [s for s in names if s not in gives]
        needs = {random.choice(free): 1} if free and random.random() < 0.3 else {}
        cost = random.choice((2, 3, 3, 4, 5)) + 0.25 * random.randrange(3)
        drawn.append({"id": f"m{number:02d}", "kind": "course", "cost": cost, "hours": 0, "needs": needs})
        drawn[-1].update(after=[], gives=gives)
    return {
        "schema": "skillway.bridge/1",
        "person": {"id": "p", "skills": {}},
        "target": {"id": "r", "requires": {s: random.choice((1, 1, 2)) for s in names}},
        "moves": drawn,
        "objective": {"money_per_hour": 0},
    }
