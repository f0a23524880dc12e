"""Questions that match people with roles, work, courses and mentors; many of them in one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from api.client.sending import Sender, name_part
from api.http_errors import Problem
from engine.landscape_results import RoleLandscape, SkillLandscape
from engine.match_results import CourseMatches, GigMatches, MentorMatches, PricedPool
from engine.nearest_results import NearestPeople, NearestRoles
from engine.promised_results import PromisedPool, VerificationPlan
from engine.results import Bridge, Gap, Pool, Unlocks

PORTION = 20
"""Questions in one request where many are asked; the first answers come as soon as these are answered."""
Match = (
    Pool | PricedPool | NearestPeople | NearestRoles | GigMatches | CourseMatches | MentorMatches | Unlocks
)  # fmt: skip
"""What a question of a match is answered with."""
_MATCHES: Mapping[str, type[Match]] = {
    "pool": Pool, "priced_pool": PricedPool, "anyone": NearestPeople, "roles": NearestRoles, "gigs": GigMatches,
    "courses": CourseMatches, "mentors": MentorMatches, "unlocks": Unlocks,
}  # fmt: skip


class MatchQuestions(Sender):
    """Who is for a role, what is for a person, and how it stands with groups of people."""

    def pool(
        self, role: str, *, top: int = 20, at_least: float = 0.5, explain: bool = False, as_of: date | None = None
    ) -> Pool:
        """Return the people for a role, listed and hidden, as of a past day where one is given."""
        asked = {"top": top, "at_least": at_least, "explain": explain, "as_of": as_of}
        return self._get(Pool, f"/v1/roles/{name_part(role)}/pool", asked)

    def priced_pool(self, role: str, **wishes: Any) -> PricedPool:
        """Return the people for a role, each with the price of the rest of the way."""
        return self._get(PricedPool, f"/v1/roles/{name_part(role)}/people", wishes)

    def anyone(self, role: str, **wishes: Any) -> NearestPeople:
        """Return the people with the cheapest bridges to a role."""
        return self._get(NearestPeople, f"/v1/roles/{name_part(role)}/anyone", wishes)

    def promised_pool(
        self,
        role: str | None = None,
        *,
        skills: Sequence[str] = (),
        levels: Sequence[float] = (),
        precision: float | None = None,
        core: bool = False,
    ) -> PromisedPool:
        """Return the longest list, for a role or for skills, whose share of right entries is as promised."""
        asked = {"role": role, "skill": skills, "level": levels, "precision": precision, "core": core}
        return self._get(PromisedPool, "/v1/pools", asked)

    def verify_next(
        self,
        role: str | None = None,
        *,
        skills: Sequence[str] = (),
        levels: Sequence[float] = (),
        precision: float | None = None,
        core: bool = False,
        count: int | None = None,
    ) -> VerificationPlan:
        """Return what to find out next so that such a list is surer."""
        asked = {"role": role, "skill": skills, "level": levels, "precision": precision, "core": core, "count": count}
        return self._get(VerificationPlan, "/v1/pools/verify-next", asked)

    def gigs(self, person: str, *, top: int | None = None, at_least: float | None = None) -> GigMatches:
        """Return the open work that a person can do, or nearly."""
        return self._get(GigMatches, f"/v1/people/{name_part(person)}/gigs", {"top": top, "at_least": at_least})

    def courses(self, person: str, *, role: str | None = None, top: int | None = None) -> CourseMatches:
        """Return the courses that bring a person nearest to a role."""
        return self._get(CourseMatches, f"/v1/people/{name_part(person)}/courses", {"role": role, "top": top})

    def mentors(self, person: str, skill: str, *, level: float | None = None, top: int | None = None) -> MentorMatches:
        """Return who could be a person's mentor in a skill."""
        path = f"/v1/people/{name_part(person)}/skills/{name_part(skill)}/mentors"
        return self._get(MentorMatches, path, {"level": level, "top": top})

    def unlocks(self, course: str, *, time_limit: float | None = None) -> Unlocks:
        """Return what a course opens, and for whom."""
        return self._get(Unlocks, f"/v1/courses/{name_part(course)}/unlocks", {"time_limit": time_limit})

    def batch_gaps(self, questions: Iterable[Mapping[str, Any]], *, portion: int = PORTION) -> Iterator[Gap | Problem]:
        """Yield the answer to each question (``person``, ``role``) in its place, or the problem that there is with it.

        Questions go out in portions, of 200 at most, and answers are yielded as the portions are answered.
        """
        return self._ask_many("/v1/gaps", questions, portion, lambda _: Gap)

    def batch_bridges(
        self, questions: Iterable[Mapping[str, Any]], *, portion: int = PORTION
    ) -> Iterator[Bridge | Problem]:
        """Yield the bridge for each question (``person``, ``role``, ``wishes``), as :meth:`batch_gaps` does gaps."""
        return self._ask_many("/v1/bridges", questions, portion, lambda _: Bridge)

    def batch_matches(
        self, questions: Iterable[Mapping[str, Any]], *, portion: int = PORTION
    ) -> Iterator[Match | Problem]:
        """Yield the answer to each question, whose ``ask`` says which it is, as :meth:`batch_gaps` does gaps."""
        return self._ask_many("/v1/matches", questions, portion, lambda question: _MATCHES[question["ask"]])

    def skill_landscape(self, *, skills: Sequence[str] = (), top: int | None = None) -> SkillLandscape:
        """Return how many people of each group have a skill."""
        return self._get(SkillLandscape, "/v1/landscape/skills", {"skill": skills, "top": top})

    def role_landscape(self, role: str) -> RoleLandscape:
        """Return how many people of each group are ready for a role."""
        return self._get(RoleLandscape, f"/v1/landscape/roles/{name_part(role)}")
