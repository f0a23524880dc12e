"""Many people at once: the levels they hold, as arrays, and what that means over a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import Traveller
from engine.bridges.problem import Rows

LEVEL_SPAN = 8.0
"""More than the highest level, so that skill and level make one ascending key."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """People in ascending order of id, with what they hold; ``skills`` names the numbers in ``held``.

    Attributes:
        held: Person -> numbers of the skills they hold.
        levels: The level of each of them, in the same order.
        rates: What an hour of each person's is worth.
        done: Place of a person -> ids of the moves they have done, for those who have.
    """

    ids: tuple[str, ...]
    skills: tuple[str, ...]
    held: Rows
    levels: npt.NDArray[np.float64]
    rates: npt.NDArray[np.float64]
    done: Mapping[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])

    def describe(self, place: int) -> Traveller:
        """Give one person as a bridge is planned from."""
        start, end = int(self.held.ptr[place]), int(self.held.ptr[place + 1])
        skills: list[int] = self.held.idx[start:end].tolist()
        levels: list[float] = self.levels[start:end].tolist()
        held = {self.skills[skill]: level for skill, level in zip(skills, levels, strict=True)}
        return Traveller(self.ids[place], held, self.done.get(place, frozenset()))

    def list_levels(self, skill: str) -> npt.NDArray[np.float64]:
        """List everybody's level of one skill, 0 where they do not hold it."""
        levels = np.zeros(len(self.ids))
        if skill in self.skills:
            found = np.flatnonzero(self.held.idx == self.skills.index(skill))
            levels[np.searchsorted(self.held.ptr, found, side="right") - 1] = self.levels[found]
        return levels

    def own_facts(self, graph: MoveGraph) -> Rows:
        """List the facts of a catalogue that each person has."""
        places = {skill: place for place, skill in enumerate(self.skills)}
        known = np.full(len(self.skills), -1, dtype=np.int64)
        first = np.zeros(len(self.skills), dtype=np.int64)
        keys: list[float] = []
        for number, (skill, (steps, facts)) in enumerate(sorted(graph.ladders.items(), key=lambda item: item[1][1])):
            keys += [number * LEVEL_SPAN + step for step in steps]
            if (place := places.get(skill)) is not None:
                known[place], first[place] = number, facts[0]
        skill = self.held.idx
        named = known[skill] >= 0
        owners = self.held.list_owners()[named]
        starts = first[skill[named]]
        ends = np.searchsorted(np.array(keys), known[skill[named]] * LEVEL_SPAN + self.levels[named], side="right")
        sizes = np.maximum(ends - starts, 0)
        stops = np.cumsum(sizes)
        facts = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(starts - stops + sizes, sizes)
        people = np.repeat(owners, sizes)
        if not self.done:
            return Rows(np.append(0, np.cumsum(np.bincount(people, minlength=len(self.ids)))), facts)
        finished = [
            (place, graph.done_facts[move])
            for place, moves in self.done.items()
            for move in moves
            if move in graph.done_facts
        ]
        extra = np.array(finished, dtype=np.int64).reshape(-1, 2)
        return Rows.from_pairs(
            np.concatenate([people, extra[:, 0]]), np.concatenate([facts, extra[:, 1]]), len(self.ids)
        )


def gather_crowd(people: Iterable[tuple[Traveller, float]]) -> Crowd:
    """Gather people, each with what an hour of theirs is worth, into arrays."""
    ordered = sorted(people, key=lambda pair: pair[0].id)
    skills = sorted({skill for person, _ in ordered for skill in person.held})
    number = {skill: place for place, skill in enumerate(skills)}
    sizes = np.array([len(person.held) for person, _ in ordered], dtype=np.int64)
    return Crowd(
        ids=tuple(person.id for person, _ in ordered),
        skills=tuple(skills),
        held=Rows(
            np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
            np.array([number[skill] for person, _ in ordered for skill in person.held], dtype=np.int64),
        ),
        levels=np.array([level for person, _ in ordered for level in person.held.values()], dtype=np.float64),
        rates=np.array([rate for _, rate in ordered], dtype=np.float64),
        done={place: frozenset(person.done) for place, (person, _) in enumerate(ordered) if person.done},
    )
