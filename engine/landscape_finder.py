"""What Engine can be asked about groups of people and about nobody in particular."""

from __future__ import annotations

from collections.abc import Sequence

from engine import names
from engine.landscape_results import RoleLandscape, SkillLandscape
from engine.landscapes import count_ready, count_skills
from engine.match_finder import MatchFinder
from engine.names import resolve_name


class LandscapeFinder(MatchFinder):
    """The part of ``Engine`` that counts people by group, and tells what tells nothing about any of them.

    Groups are by function or region, as ``engine.aggregates.by`` has it and never as the asker would. None has fewer
    than ``engine.aggregates.least`` people: those that are too small stand together as "other". A number of people is
    told where at least so many are counted and as many are not, else a word; ``engine/disclosure.py`` says why nobody
    can work out the number from the rest of the answer. What people keep to themselves does not count, nor does
    anything of people whose inference is off; they are among the people of their group all the same.
    """

    def skill_landscape(self, *, skills: Sequence[str] = (), top: int = 50) -> SkillLandscape:
        """Return how many people of each group list each skill, and how many have it, listed or hidden.

        Args:
            skills: The skills; where none is named, those with the highest numbers.
            top: Most skills to return where none is named.

        Raises:
            InvalidInput: The top is below 1, or there are fewer people than the smallest group may have.
        """
        asked = {item.id: item for item in (resolve_name(self.store, names.SKILL, skill) for skill in skills)}
        found = count_skills(self.store, tuple(asked.values()), self.settings, top)
        question = {"skills": list(asked), "top": top}
        self._record("skill_landscape", question, (line.skill.id for line in found.skills), found.model)
        return found

    def role_landscape(self, role: str) -> RoleLandscape:
        """Return how many people of each group are ready for a role, and how many meet each requirement.

        Who holds the role is counted like everybody else.

        Args:
            role: The role; ready is whoever reaches its threshold.

        Raises:
            InvalidInput: The role has no requirements, or there are fewer people than the smallest group may have.
        """
        target = self._role(role)
        found = count_ready(self.store, target, self.settings)
        self._record("role_landscape", {"role": target.id}, (group.name for group in found.groups), found.model)
        return found
