"""People who agree to make one another look better: what they vouch for, none of it true.

ring            all vouch for all, for one and the same skill
distinct_ring   all vouch for all, each member for a skill of their own, so that no favour is returned in kind
collusion       a distinct ring whose members sit in different departments
relay           everybody vouches for the members next in a circle and for nobody who vouches for them
star            strangers to one another vouch for one person
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from engine.population import Endorsement
from engine.simulation.world import AS_OF, World
from graph_schema.errors import InvalidInput

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Attack:
    """Dishonest endorsements and what they are for."""

    kind: str
    size: int
    members: tuple[int, ...]
    """Rows of all who take part."""
    claims: tuple[tuple[int, int], ...]
    """Person and skill that the attack is to make look true; the person lacks the skill."""
    endorsements: tuple[Endorsement, ...]


def plan_attacks(world: World, kind: str, size: int, count: int, seed: int) -> list[Attack]:
    """Plan attacks by people who are in no other attack of the list.

    Args:
        world: The company.
        kind: One of ``ATTACKS``.
        size: Members of a ring, collusion or relay; endorsers of a star.
        count: How many attacks.
        seed: The same company and numbers give the same attacks.

    Raises:
        InvalidInput: There is no such kind, or the company is too small.
    """
    if kind not in ATTACKS:
        raise InvalidInput("attack", f"{kind!r} is not one of {', '.join(ATTACKS)}")
    if size < 2:
        raise InvalidInput("size", "an attack takes at least 2")
    plan = ATTACKS[kind]
    random = np.random.default_rng([seed, size, *kind.encode()])
    free = np.ones(len(world.type), dtype=np.bool_)
    attacks: list[Attack] = []
    for _ in range(count):
        members = _gather(world, plan.members(size), plan.apart, free, random)
        free[members] = False
        pairs = plan.pair(members)
        skills = _pick_lacking(world, sorted({person for _, person in pairs}), plan, random)
        claims = sorted({(person, skill) for _, person in pairs for skill in skills[person]})
        day = AS_OF - timedelta(days=int(random.integers(1, 300)))
        attacks.append(
            Attack(
                kind=kind,
                size=size,
                members=tuple(members),
                claims=tuple(claims),
                endorsements=tuple(
                    Endorsement(who, whom, skill, 4.5, day) for who, whom in pairs for skill in skills[whom]
                ),
            )
        )
    return attacks


Pairs = list[tuple[int, int]]
"""Endorser and person."""


@dataclass(frozen=True)
class _Plan:
    members: Callable[[int], int]
    """How many people an attack of a size takes."""
    pair: Callable[[list[int]], Pairs]
    same_skill: bool
    apart: bool
    """Whether members sit in different departments; else as near as can be."""
    skills: int = 1
    """For how many skills each is vouched."""


def _pair_all(members: list[int]) -> Pairs:
    return [(who, whom) for who in members for whom in members if who != whom]


def _pair_next(members: list[int]) -> Pairs:
    reach = max(1, (len(members) - 1) // 2)
    around = [*members, *members]
    return [(who, around[place + step]) for place, who in enumerate(members) for step in range(1, reach + 1)]


def _pair_first(members: list[int]) -> Pairs:
    return [(who, members[0]) for who in members[1:]]


def _take_size(size: int) -> int:
    return size


def _take_one_more(size: int) -> int:
    return size + 1


ATTACKS = {
    "ring": _Plan(_take_size, _pair_all, same_skill=True, apart=False),
    "distinct_ring": _Plan(_take_size, _pair_all, same_skill=False, apart=False),
    "collusion": _Plan(_take_size, _pair_all, same_skill=False, apart=True),
    "relay": _Plan(_take_size, _pair_next, same_skill=False, apart=False),
    "star": _Plan(_take_one_more, _pair_first, same_skill=True, apart=True, skills=3),
}


def _gather(world: World, count: int, apart: bool, free: NDArray[np.bool_], random: np.random.Generator) -> list[int]:
    """Pick free people of one team, then of its department, then anybody; or from as many departments as can be."""
    candidates = np.flatnonzero(free)
    order = candidates[random.permutation(len(candidates))]
    if apart:
        _, unit, sizes = np.unique(world.department[order], return_inverse=True, return_counts=True)
        turn = np.empty(len(order), dtype=np.int64)
        turn[np.argsort(unit, kind="stable")] = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        chosen = order[np.argsort(turn, kind="stable")][:count]
    else:
        start = int(order[0]) if len(order) else 0
        distance = 2 - (world.team[order] == world.team[start]) - (world.department[order] == world.department[start])
        chosen = order[np.argsort(distance, kind="stable")][:count]
    if len(chosen) < count:
        raise InvalidInput("people", "the company is too small for so many attacks of this size")
    return [int(row) for row in chosen]


def _pick_lacking(
    world: World, persons: list[int], plan: _Plan, random: np.random.Generator
) -> dict[int, tuple[int, ...]]:
    """Pick what each is vouched for: skills they lack and have no vote for, likelier the commoner they are."""
    blocked = world.truth[persons].toarray() > 0
    place = {row: number for number, row in enumerate(persons)}
    for item in world.endorsements:
        if item.person in place:
            blocked[place[item.person], item.skill] = True
    if plan.same_skill:
        blocked[:] = blocked.any(axis=0)
    share = np.bincount(world.truth.indices, minlength=blocked.shape[1]).astype(np.float64)
    weight = np.where(blocked, 0.0, share)
    if (np.count_nonzero(weight, axis=1) < plan.skills).any():
        raise InvalidInput("size", "there are too few skills that those vouched for lack and others have")
    drawn = [tuple(random.choice(len(share), plan.skills, replace=False, p=row / row.sum()).tolist()) for row in weight]
    return {row: drawn[0 if plan.same_skill else number] for number, row in enumerate(persons)}
