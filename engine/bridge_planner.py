"""What Engine can be asked about bridges: to a role, by anyone, to any role, and what a course opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine import names
from engine.access.guard import Guarded
from engine.anyone import find_nearest_people
from engine.beliefs import read_latest_model
from engine.bridge_expected import build_expectation
from engine.bridge_options import build_alternatives, build_front
from engine.bridge_results import BridgeAlternatives, BridgeExpectation, BridgeFront, WhatIf
from engine.bridge_wishes import BridgeWishes, read_started
from engine.bridges.what_if import Supposition
from engine.bridging import build_bridge
from engine.decisions import record_decision
from engine.known import Known, read_known
from engine.names import resolve_name
from engine.near_roles import find_nearest_roles
from engine.nearest_results import NearestPeople, NearestRoles
from engine.recalling import name_day, recall_known
from engine.results import Bridge, Named, Unlocks
from engine.unlocks import find_unlocks

_USUAL = BridgeWishes()


class BridgePlanner(Guarded):
    """The part of ``Engine`` that plans; people, roles and moves are given by id or by name."""

    def bridge(
        self,
        person: str,
        role: str,
        *,
        price_without: bool = False,
        as_of: date | None = None,
        wishes: BridgeWishes = _USUAL,
    ) -> Bridge:
        """Return the provably cheapest ordered set of moves that takes a person to a role.

        Moves are those on offer on the day that the beliefs are computed for, and the calendar starts on it.

        Args:
            person: Who.
            role: Where to.
            price_without: Whether to price the bridge without each of its moves as well, a proof more for each.
            as_of: A past day: what was known of the person then, as in ``profile``, and what they had completed by
                then; the calendar starts on it, and work that had not ended by it is on offer. All else is as it is
                today, since the graph keeps no history of it: the other moves, all prices, hours, seats and rates,
                what mentors know and have promised, and what the role requires.
            wishes: What is wanted of it other than usual.

        Raises:
            InvalidInput: A wish cannot be used, such as negative hours or a move that is required and excluded; or the
                day is yet to come.
        """
        who, target = self._person(person), self._role(role)
        latest = read_latest_model(self.store)
        wishes = self._find_moves(wishes)
        known = self._know(who, as_of)
        bridge = build_bridge(
            self.store, who, target, self.settings, wishes, as_of or latest.as_of,
            known=known, price_without=price_without,
        )  # fmt: skip
        question = self._describe_wishes(bridge, wishes) | name_day(as_of)
        self._record("bridge", question, (step.id for step in bridge.steps), latest.id)
        return bridge

    def what_if(self, person: str, role: str, supposed: Supposition, *, wishes: BridgeWishes = _USUAL) -> WhatIf:
        """Return the bridge as it is, and as it would be with other moves on offer or another role.

        Args:
            person: As in ``bridge``, like all but this one.
            role: Where to.
            supposed: What is supposed; nothing of it is written.
            wishes: What is wanted of either bridge.

        Raises:
            InvalidInput: As in ``bridge``, or a supposed move comes after none there is.
            NotFound: There is no skill of a supposed name.
        """
        who, target = self._person(person), self._role(role)
        latest = read_latest_model(self.store)
        wishes = self._find_moves(wishes)
        now = build_bridge(self.store, who, target, self.settings, wishes, latest.as_of)
        then = build_bridge(self.store, who, target, self.settings, wishes, latest.as_of, supposed)
        question = self._describe_wishes(then, wishes) | {"supposed": supposed.model_dump()}
        self._record("what_if", question, (step.id for step in then.steps), latest.id)
        return WhatIf(now, then)

    def bridge_expected(self, person: str, role: str, *, wishes: BridgeWishes = _USUAL) -> BridgeExpectation:
        """Return what the cheapest bridge costs on average, since it counts on skills that are only believed.

        Where another bridge is dearer but certain to cost less on average, it is returned beside it.

        Args:
            person: As in ``bridge``, like everything here.
            role: Where to.
            wishes: What is wanted of it; limits cannot be kept on average.

        Raises:
            InvalidInput: As in ``bridge``, or a limit is given.
        """
        who, target = self._person(person), self._role(role)
        latest = read_latest_model(self.store)
        wishes = self._find_moves(wishes)
        found = build_expectation(self.store, who, target, self.settings, wishes, latest.as_of)
        bridges = [item for item in (found.cheapest, found.hedged) if item is not None]
        answer = (" ".join(step.id for step in item.bridge.steps) for item in bridges)
        self._record("bridge_expected", self._describe_wishes(found, wishes), answer, latest.id)
        return found

    def bridge_alternatives(
        self,
        person: str,
        role: str,
        *,
        best: int = 5,
        difference: float | None = None,
        wishes: BridgeWishes = _USUAL,
    ) -> BridgeAlternatives:
        """Return truly different bridges: the cheapest, then the cheapest that differs from all before it, and so on.

        Args:
            person: As in ``bridge``, like all but these two.
            role: Where to.
            best: Most bridges to return.
            difference: Share of the moves of every bridge that later ones leave out, rounded up; the setting, a
                quarter, when not given.
            wishes: What is wanted of them other than usual.

        Raises:
            InvalidInput: As in ``bridge``, or the number or the difference is out of range.
        """
        who, target = self._person(person), self._role(role)
        wishes = self._find_moves(wishes)
        share = self.settings.bridge.difference if difference is None else difference
        latest = read_latest_model(self.store)
        found = build_alternatives(
            self.store, who, target, self.settings, wishes, latest.as_of, best=best, difference=share
        )
        question = self._describe_wishes(found, wishes) | {"best": best, "difference": share}
        answer = (" ".join(step.id for step in option.steps) for option in found.bridges)
        self._record("bridge_alternatives", question, answer, latest.id)
        return found

    def bridge_front(
        self,
        person: str,
        role: str,
        *,
        wishes: BridgeWishes = _USUAL,
    ) -> BridgeFront:
        """Return the bridges of which none is both cheaper and sooner: price against calendar weeks, with the proofs.

        Args:
            person: As in ``bridge``, like everything here.
            role: Where to.
            wishes: What is wanted of them other than usual.

        Raises:
            InvalidInput: As in ``bridge``.
        """
        who, target = self._person(person), self._role(role)
        wishes = self._find_moves(wishes)
        latest = read_latest_model(self.store)
        front = build_front(self.store, who, target, self.settings, wishes, latest.as_of)
        answer = (" ".join(step.id for step in option.steps) for option in front.points)
        self._record("bridge_front", self._describe_wishes(front, wishes), answer, latest.id)
        return front

    def anyone(
        self,
        role: str,
        *,
        top: int = 20,
        wishes: BridgeWishes = _USUAL,
        time_limit: float = 60.0,
    ) -> NearestPeople:
        """Return the people with the cheapest bridges to a role, those who hold it left out, cheapest first.

        The ``top`` people are exact, unless ``time_limit`` (seconds) runs out: then the answer says what is certain.
        What else may be asked is as in ``bridge``; everybody's hour counts at their own rate when none is given.

        Raises:
            InvalidInput: As in ``bridge``, or the role has no requirements, or nobody is asked for.
        """
        target = self._role(role)
        latest = read_latest_model(self.store)
        wishes = self._find_moves(wishes)
        found = find_nearest_people(
            self.store, target, self.settings, wishes, latest.as_of, latest.id, top=top, time_limit=time_limit
        )
        question = {
            "role": target.id,
            "top": top,
            "hours_per_week": found.hours_per_week,
            "money_per_hour": wishes.money_per_hour,
            **_list_choices(wishes),
        }
        self._record("anyone", question, (item.person.id for item in found.people), latest.id)
        return found

    def roles(
        self,
        person: str,
        *,
        wishes: BridgeWishes = _USUAL,
        time_limit: float = 60.0,
    ) -> NearestRoles:
        """Return the roles that a person does not hold, by the price of the bridge against what each pays.

        What may be asked is as in ``bridge``; ``time_limit`` is in seconds, and roles it leaves no time for are named.

        Raises:
            InvalidInput: As in ``bridge``.
        """
        who = self._person(person)
        latest = read_latest_model(self.store)
        wishes = self._find_moves(wishes)
        found = find_nearest_roles(
            self.store, who, self.settings, wishes, latest.as_of, latest.id, time_limit=time_limit
        )
        question = {
            "person": who.id,
            "hours_per_week": found.hours_per_week,
            "money_per_hour": found.money_per_hour,
            **_list_choices(wishes),
        }
        self._record("roles", question, (item.role.id for item in found.roles), latest.id)
        return found

    def unlocks(self, course: str, *, time_limit: float = 20.0) -> Unlocks:
        """Return the roles, gigs and tours of duty that a course opens, for whom, and what it is worth to them.

        Args:
            course: A course, gig or tour of duty.
            time_limit: Seconds for pricing bridges with and without it; what was not priced by then is counted.

        Raises:
            InvalidInput: The time limit is no number of seconds.
        """
        named = resolve_name(self.store, names.COURSE, course)
        latest = read_latest_model(self.store)
        unlocks = find_unlocks(self.store, named, self.settings, latest.as_of, time_limit)
        people = sorted({item.person.id for role in unlocks.roles for item in role.people})
        self._record("unlocks", {"course": named.id}, people, latest.id)
        return unlocks

    def _find_moves(self, wishes: BridgeWishes) -> BridgeWishes:
        """Give the wishes with the ids of the moves that they name."""
        begun = ((self._move(name), left) for name, left in read_started(wishes).items())
        return wishes.model_copy(
            update={
                "exclude": tuple(self._move(name) for name in wishes.exclude),
                "require": tuple(self._move(name) for name in wishes.require),
                "started": tuple(id_ if left is None else f"{id_}={left!r}" for id_, left in begun),
            }
        )

    @staticmethod
    def _describe_wishes(
        answer: Bridge | BridgeAlternatives | BridgeFront | BridgeExpectation, wishes: BridgeWishes
    ) -> dict[str, object]:
        return {
            "person": answer.person.id,
            "role": answer.role.id,
            "hours_per_week": answer.hours_per_week,
            "money_per_hour": answer.money_per_hour,
            **_list_choices(wishes),
        }

    def _move(self, name: str) -> str:
        # A mentorship is made for the bridge and stands nowhere in the graph, so it has an id only.
        return name if name.startswith("mentorship:") else self._course(name).id

    def _course(self, name: str) -> Named:
        return resolve_name(self.store, names.COURSE, name)

    def _person(self, name: str) -> Named:
        return resolve_name(self.store, names.PERSON, name)

    def _role(self, name: str) -> Named:
        return resolve_name(self.store, names.ROLE, name)

    def _know(self, person: Named, as_of: date | None) -> Known:
        if as_of is None:
            return read_known(self.store, person.id)
        return recall_known(self.store, person.id, self.settings.inference, as_of, self._clock())

    def _record(self, operation: str, question: Mapping[str, object], answer: Iterable[str], model: str | None) -> None:
        record_decision(self.store, self._actor, operation, question, answer, model)


def _list_choices(wishes: BridgeWishes) -> dict[str, object]:
    """List what is wished beside rate and hours a week, of which an answer tells what was used."""
    return wishes.model_dump(mode="json", exclude={"money_per_hour", "hours_per_week"})
