"""Somebody who looks for work, courses or mentors: what counts of them, and what they would like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.inference.settings import InferenceSettings
from engine.match_results import SkillNeed, StepTowards
from engine.matching import Held, count_level, judge_requirement, learn, measure_held
from engine.pools import read_held
from engine.results import Named
from graph_schema.queries.moves import COMPLETED_MOVES, SkillLevel
from graph_schema.queries.people import INTERESTS, PERSON
from graph_schema.queries.roles import RequirementRow, RoleProfile
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class Seeker:
    """A person who looks for something.

    Attributes:
        held: What may be seen of their skills, by skill id.
        done: Ids of courses and projects that they have completed.
        holds: Ids of the roles that they hold.
        wishes: Ids of the roles, projects and skills that they would like, by kind.
        hourly_rate: What an hour of theirs costs; None where that is not known.
        threshold: Probability from which a skill counts.
    """

    person: Named
    held: Mapping[str, Held]
    done: frozenset[str]
    holds: frozenset[str]
    wishes: Mapping[str, frozenset[str]]
    hourly_rate: float | None
    threshold: float

    def stand_to(self, needs: Iterable[SkillLevel], labels: Mapping[str, str]) -> tuple[SkillNeed, ...]:
        """Say how they stand to what something needs."""
        return tuple(
            SkillNeed(
                skill=Named(need.skill_id, labels.get(need.skill_id, need.skill_id)),
                level_required=need.level,
                level=belief.level if (belief := self.held.get(need.skill_id)) else None,
                state=judge_requirement(_to_requirement(need), belief, self.threshold),
            )
            for need in needs
        )

    def step_towards(self, role: RoleProfile, gives: Mapping[str, float], *, proves: bool) -> StepTowards | None:
        """Say what learning something does for a role; None where it serves no requirement that is not met yet."""
        after = learn(self.held, gives, self.threshold, proves=proves)
        served = [item for item in self.list_unmet(role.requirements) if self._is_served(item, after)]
        if not served:
            return None
        return StepTowards(
            role=Named(role.id, role.title),
            skills=tuple(Named(item.skill_id, item.label) for item in served),
            readiness_before=measure_held(role.requirements, self.held, self.threshold),
            readiness_after=measure_held(role.requirements, after, self.threshold),
        )

    def list_unmet(self, requirements: Sequence[RequirementRow]) -> list[RequirementRow]:
        """List the requirements that they do not meet."""
        return [
            item
            for item in requirements
            if judge_requirement(item, self.held.get(item.skill_id), self.threshold) != "met"
        ]

    def _is_served(self, item: RequirementRow, after: Mapping[str, Held]) -> bool:
        now, then = self.held.get(item.skill_id), after.get(item.skill_id)
        rises = (count_level(then, self.threshold) or 0.0) > (count_level(now, self.threshold) or 0.0)
        verifies = item.verified and then is not None and then.verified and not (now is not None and now.verified)
        return rises or verifies


def read_seeker(store: GraphStore, person: Named, settings: InferenceSettings) -> Seeker:
    """Read somebody who looks for something, as far as who asks may see."""
    row = store.ask(PERSON, person_id=person.id)[0]
    wishes: dict[str, set[str]] = {}
    for item in store.ask(INTERESTS, person_id=person.id):
        wishes.setdefault(item.kind, set()).add(item.id)
    return Seeker(
        person=person,
        held=read_held(store, person.id, settings.threshold),
        done=frozenset(item.id for item in store.ask(COMPLETED_MOVES, person_id=person.id, as_of=None)),
        holds=frozenset(row.role_ids),
        wishes={kind: frozenset(ids) for kind, ids in wishes.items()},
        hourly_rate=row.hourly_rate,
        threshold=settings.threshold,
    )


def name_missing(needs: Iterable[SkillNeed]) -> tuple[Named, ...]:
    """Name what is needed and not met."""
    return tuple(need.skill for need in needs if need.state != "met")


def _to_requirement(need: SkillLevel) -> RequirementRow:
    return RequirementRow(need.skill_id, "", need.level, importance=1.0, tier="role", verified=False)
