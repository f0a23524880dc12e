"""Who may be on a pool with a promise, and how probable it is that listing them is right.

An entry is right when the person has every skill asked at its level, or when their readiness for the role reaches the
role's threshold. Where data are too thin to say how probable that is, the belief counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.beliefs import read_latest_model, read_model
from engine.inference.model import SkillModel
from engine.inference.settings import InferenceSettings
from engine.matching import Held, expect_met, to_held
from engine.pools import read_asking
from engine.promised_results import Abstention, AskedSkill
from engine.promises import reach_readiness
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.queries.candidates import CANDIDATES_WITH_SKILLS, CandidateRow
from graph_schema.queries.evidence import EVIDENCED_PEOPLE
from graph_schema.queries.graph import ModelHeader
from graph_schema.queries.roles import HOLDERS_OF_ROLE, RequirementRow
from graph_schema.scales import LEVELS
from graph_schema.store import GraphStore

HIGHEST_LEVEL = len(LEVELS) - 1


@dataclass(frozen=True)
class Asked:
    """What it takes for an entry to be right."""

    role: Named | None
    requirements: tuple[RequirementRow, ...]
    threshold: float
    demanded: tuple[bool, ...]

    @property
    def skills(self) -> tuple[AskedSkill, ...]:
        """Return the skills asked, as answers show them."""
        return tuple(
            AskedSkill(Named(item.skill_id, item.label), item.level, item.importance, demanded, item.verified)
            for item, demanded in zip(self.requirements, self.demanded, strict=True)
        )

    def measure_right(self, met: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(an entry is right), one a row of P(each requirement is met)."""
        importance = [item.importance for item in self.requirements]
        return reach_readiness(met, importance, self.threshold, self.demanded)


@dataclass(frozen=True)
class Contest:
    """Everybody of whom any asked skill is believed, and how probable it is that they are right on the list.

    Rows are people by id, columns the requirements asked.
    """

    asked: Asked
    header: ModelHeader
    model: SkillModel
    candidates: tuple[CandidateRow, ...]
    held: tuple[dict[str, Held], ...]
    thin: NDArray[np.bool_]
    """People x requirements: whether the belief rests on too little to promise anything by."""
    met: NDArray[np.float64]
    """People x requirements: P(the requirement is met), 0 where the belief is thin."""
    right: NDArray[np.float64]
    """P(the entry is right), one a person."""
    right_if_trusted: NDArray[np.float64]
    """The same if thin beliefs counted."""
    abstained: tuple[Abstention, ...]
    """The skills that nothing is promised of."""


def check_question(role: str | None, skills: Sequence[str], levels: Sequence[float], *, core: bool) -> None:
    """Check that either a role or skills are asked for, and nothing besides that only the other knows.

    Raises:
        InvalidInput: Both or neither are, or levels of a role, or core requirements of skills.
    """
    if (role is None) == (not skills):
        raise InvalidInput("role", "ask either for a role or for skills")
    if role is not None and levels:
        raise InvalidInput("level", "is asked of skills; a role says its own levels")
    if role is None and core:
        raise InvalidInput("core", "is asked of a role; of skills every one is demanded")


def ask_for_role(store: GraphStore, role: Named, *, core: bool) -> Asked:
    """Ask for people whose readiness reaches the threshold of a role.

    Args:
        store: The graph.
        role: The role.
        core: Whether every core requirement must be met besides.

    Raises:
        InvalidInput: The role has no requirements.
    """
    target = read_asking(store, role)
    requirements = tuple(target.requirements)
    return Asked(role, requirements, target.threshold, tuple(core and item.tier == "core" for item in requirements))


def ask_for_skills(skills: Sequence[Named], levels: Sequence[float]) -> Asked:
    """Ask for people who have all of some skills, each at its level.

    Args:
        skills: The skills.
        levels: A level 0–5 for each, in the same order; none at all asks for the skills at whatever level.

    Raises:
        InvalidInput: A level is off the scale, their number is not that of the skills, or a skill comes twice.
    """
    if levels and len(levels) != len(skills):
        raise InvalidInput(
            "level", f"{len(levels)} given for {len(skills)} skills: give one for each, in the same order, or none"
        )
    for level in levels:
        if not 0 <= level <= HIGHEST_LEVEL:
            raise InvalidInput("level", f"{level:g} is not on the scale of 0 to {HIGHEST_LEVEL}")
    for place, skill in enumerate(skills):
        if skill in skills[:place]:
            raise InvalidInput("skill", f"{skill.name} is asked for twice")
    requirements = tuple(
        RequirementRow(skill.id, skill.name, level, importance=1.0, tier="core", verified=False)
        for skill, level in zip(skills, levels or [0.0] * len(skills), strict=True)
    )
    return Asked(None, requirements, 1.0, (True,) * len(requirements))


def judge_candidates(store: GraphStore, asked: Asked, settings: InferenceSettings) -> Contest:
    """Judge everybody who may be on the list; holders of the role asked for are not.

    A belief is thin when fewer than ``min_listings`` people show the skill and nobody speaks of the person's; all are
    where the model is not calibrated at all.

    Raises:
        NotInferred: Inference has not been run on this graph.
    """
    header = read_latest_model(store)
    model = read_model(store, header.id)
    skill_ids = [item.skill_id for item in asked.requirements]
    holders = {item.id for item in store.ask(HOLDERS_OF_ROLE, role_id=asked.role.id)} if asked.role else set[str]()
    candidates = tuple(
        item for item in store.ask(CANDIDATES_WITH_SKILLS, skill_ids=skill_ids) if item.id not in holders
    )
    held = tuple({item.skill_id: to_held(item) for item in candidate.skills} for candidate in candidates)
    believed = np.asarray(
        [[expect_met(item, beliefs.get(item.skill_id)) for item in asked.requirements] for beliefs in held],
        dtype=np.float64,
    ).reshape(len(candidates), len(asked.requirements))

    few = _find_scarce(model, skill_ids, settings.min_listings)
    spoken_of = {
        (item.person_id, item.skill_id)
        for item in store.ask(EVIDENCED_PEOPLE, skill_ids=sorted(few), as_of=header.as_of)
    }
    calibrated = header.calibration != "none"
    thin = np.asarray(
        [
            [not calibrated or (skill in few and (candidate.id, skill) not in spoken_of) for skill in skill_ids]
            for candidate in candidates
        ],
        dtype=np.bool_,
    ).reshape(believed.shape)
    met = np.where(thin, 0.0, believed)
    return Contest(
        asked=asked,
        header=header,
        model=model,
        candidates=candidates,
        held=held,
        thin=thin,
        met=met,
        right=asked.measure_right(met),
        right_if_trusted=asked.measure_right(believed),
        abstained=_abstain(asked, model, few, settings.min_listings),
    )


def _find_scarce(model: SkillModel, skill_ids: Sequence[str], least: int) -> dict[str, int]:
    """Return, of the skills that too few people show to learn from, how many do."""
    shown = {
        skill: round(float(model.shares[column]) * model.people)
        if (column := model.columns.get(skill)) is not None
        else 0
        for skill in skill_ids
    }
    return {skill: count for skill, count in shown.items() if count < least}


def _abstain(asked: Asked, model: SkillModel, few: Mapping[str, int], least: int) -> tuple[Abstention, ...]:
    if model.calibration == "none":
        return (Abstention(None, tuple(item.skill for item in asked.skills), model.calibration_text),)
    return tuple(
        Abstention(None, (item.skill,), _word_scarcity(few[item.skill.id], model.people, least))
        for item in asked.skills
        if item.skill.id in few
    )


def _word_scarcity(count: int, people: int, least: int) -> str:
    shown = f"only {count} of {people} people with a profile show it" if count else "nobody shows it"
    return f"{shown}, and it takes {least} to learn what it goes with: only those of whom somebody speaks of it count"
