"""What a course is worth to those it opens a role to: their cheapest bridge without it, less the one with it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import Traveller, require_levels
from engine.bridges.prices import sum_exact
from engine.bridges.result import Solution
from engine.bridges.solve import find_route
from engine.results import PersonWorth, UnlockedPerson, UnlockedRole, UnlockWorth
from graph_schema.queries.roles import RequirementRow


@dataclass(frozen=True)
class Appraiser:
    """Prices bridges with and without one course, until time runs out.

    Attributes:
        catalogue: Every move on offer.
        course_id: The course or gig that is appraised.
        travellers: The people, by id.
        rates: What an hour of theirs is worth, by id.
        deadline: On the clock of ``time.monotonic``.
    """

    catalogue: MoveGraph
    course_id: str
    travellers: Mapping[str, Traveller]
    rates: Mapping[str, float]
    deadline: float

    def appraise(self, role: UnlockedRole, requirements: Sequence[RequirementRow]) -> UnlockedRole:
        """Say of everybody whom the course brings to a role what it saves them on the bridge to all of the role."""
        requires = require_levels(requirements)
        return replace(role, people=tuple(self._appraise_person(item, requires) for item in role.people))

    def _appraise_person(self, item: UnlockedPerson, requires: Mapping[str, float]) -> UnlockedPerson:
        if self.course_id not in self.catalogue.index:
            return item
        best = self._solve(item.person.id, requires, ())
        if best is None or best.status == "feasible":
            return item
        if best.price is None:
            return replace(item, worth="no_bridge")
        if self.course_id not in best.moves:
            return replace(item, worth="priced", saved=0.0)
        other = self._solve(item.person.id, requires, (self.course_id,))
        if other is None or other.status == "feasible":
            return item
        if other.price is None:
            return replace(item, worth="indispensable")
        return replace(item, worth="priced", saved=sum_exact((other.price, -best.price)))

    def _solve(self, person_id: str, requires: Mapping[str, float], without: Collection[str]) -> Solution | None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None
        person = self.travellers[person_id]
        own = [move.id for move in self.catalogue.moves if move.by == person_id]
        return find_route(
            self.catalogue,
            person.held,
            requires,
            money_per_hour=self.rates[person_id],
            done=person.done,
            without=(*without, *own, *person.done),
            time_limit=left,
        ).solution


def sum_worth(roles: Sequence[UnlockedRole]) -> UnlockWorth:
    """Sum what a course is worth; somebody goes to one role, so of several the one where it saves most counts."""
    brought: dict[str, list[UnlockedPerson]] = {}
    for role in roles:
        for item in role.people:
            brought.setdefault(item.person.id, []).append(item)
    people = tuple(
        sorted(
            (_sum_person(items) for items in brought.values()), key=lambda item: (-(item.saved or 0), item.person.id)
        )
    )
    known = [item.saved for item in people if item.saved is not None]
    items = [item for found in brought.values() for item in found]
    return UnlockWorth(
        saved=sum_exact(known) if known or not items else None,
        pairs=len(items),
        indispensable=sum(item.worth == "indispensable" for item in items),
        no_bridge=sum(item.worth == "no_bridge" for item in items),
        not_priced=sum(item.worth == "not_priced" for item in items),
        people=people,
    )


def _sum_person(items: Sequence[UnlockedPerson]) -> PersonWorth:
    known = [item.saved for item in items if item.saved is not None]
    return PersonWorth(
        person=items[0].person,
        roles=len(items),
        saved=max(known) if known else None,
        indispensable=any(item.worth == "indispensable" for item in items),
    )
