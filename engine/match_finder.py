"""What Engine can be asked about matches: work, courses and mentors for a person, and what a pool would cost."""

from __future__ import annotations

from engine import names
from engine.bridge_keeper import BridgeKeeper
from engine.bridge_wishes import BridgeWishes
from engine.match_results import CourseMatches, GigMatches, MentorMatches, PricedPool
from engine.mentors import find_mentors
from engine.names import resolve_name
from engine.open_work import find_gigs
from engine.priced_pools import price_pool
from engine.useful_courses import find_courses

_USUAL = BridgeWishes()


class MatchFinder(BridgeKeeper):
    """The part of ``Engine`` that matches; people, skills and roles are given by id or by name."""

    def gigs(self, person: str, *, top: int = 20, at_least: float = 0.5) -> GigMatches:
        """Return the open gigs, tours of duty and projects that a person can do now or nearly, the best fit first.

        What has begun, is full or was done by them before is left out.

        Args:
            person: Who.
            top: Most to return.
            at_least: Least share of what is needed that they meet, 0–1.

        Raises:
            InvalidInput: A number is out of range.
        """
        who = self._person(person)
        found = find_gigs(self.store, who, self.settings.inference, top=top, at_least=at_least)
        question = {"person": who.id, "top": top, "at_least": at_least}
        self._record("gigs", question, (item.project.id for item in found.gigs), found.model)
        return found

    def courses(self, person: str, *, role: str | None = None, top: int = 20) -> CourseMatches:
        """Return the courses that bring a person nearest to a role, by the weight of the requirements they close.

        A course that a person cannot start yet says what is missing; how to get there says ``bridge``.

        Args:
            person: Who.
            role: The role; the roles they would like when not given, and the three nearest where there are none.
            top: Most to return.

        Raises:
            InvalidInput: Nothing is asked for.
        """
        who = self._person(person)
        target = None if role is None else self._role(role)
        found = find_courses(self.store, who, self.settings, role=target, top=top)
        question = {"person": who.id, "role": target and target.id, "top": top}
        self._record("courses", question, (item.course.id for item in found.courses), found.model)
        return found

    def mentors(self, person: str, skill: str, *, level: float | None = None, top: int = 20) -> MentorMatches:
        """Return who offers time as a mentor, has a skill one level above what a person wants to reach, and is free.

        Only people whom who asks may see, by skills that they show; hours promised to bridges in force are not free.

        Args:
            person: Who wants to learn.
            skill: The skill.
            level: The level to reach, above 0 and up to 5; the next one when not given.
            top: Most to return.

        Raises:
            InvalidInput: A number is out of range.
        """
        who, what = self._person(person), resolve_name(self.store, names.SKILL, skill)
        found = find_mentors(self.store, who, what, self.settings.inference, level=level, top=top)
        question = {"person": who.id, "skill": what.id, "level": level, "top": top}
        self._record("mentors", question, (item.person.id for item in found.mentors), found.model)
        return found

    def priced_pool(
        self,
        role: str,
        *,
        top: int = 20,
        at_least: float = 0.5,
        wishes: BridgeWishes = _USUAL,
        time_limit: float = 60.0,
    ) -> PricedPool:
        """Return the people for a role, readiest first, each with the price of the cheapest bridge to all of it.

        Args:
            role: The role.
            top: Most people to return.
            at_least: Least readiness, 0–1.
            wishes: What is wanted of the bridges, as in ``anyone``.
            time_limit: Seconds; whom it leaves no time for has no price.

        Raises:
            InvalidInput: A number is out of range, a wish cannot be used, or the role has no requirements.
        """
        target = self._role(role)
        wishes = self._find_moves(wishes)
        found = price_pool(self.store, target, self.settings, wishes, top=top, at_least=at_least, time_limit=time_limit)
        chosen = wishes.model_dump(mode="json", exclude_defaults=True)
        question = {"role": target.id, "top": top, "at_least": at_least, "wishes": chosen}
        self._record("priced_pool", question, (item.entry.person.id for item in found.people), found.model)
        return found
