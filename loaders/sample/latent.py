"""The planted truth: what everybody really knows, and how well.

A person's work sets how near every cluster of skills is; nearness sets the chance to know each of its skills and the
level. A third of the people know a cluster of another function: those are the surprises to be found.
"""

from __future__ import annotations

from random import Random

from loaders.sample.catalogue import read_skill_ids, read_skills, read_stories
from loaders.sample.chance import open_chance, pick_weighted, round_level, squash
from loaders.sample.people import Member
from loaders.sample.roles import list_requirements

Truth = dict[str, dict[str, float]]
"""Person id -> skill label -> level."""

MAIN, SECOND, SAME_FUNCTION, ELSEWHERE = 2.1, 0.6, -2.2, -5.4
SURPRISE_SHARE = 0.35
SURPRISES = {"analysis": 6.0, "insight": 2.5, "planning": 2.0, "learning": 2.0, "data_science": 2.0, "content": 1.5}
"""Clusters that people pick up outside their function more often than others (others weigh 1)."""
LEADERSHIP = {1: -3.5, 2: -2.6, 3: -0.9, 4: 1.3}


def draw_truth(members: list[Member]) -> Truth:
    """Return what everybody knows."""
    return {member.id: _draw_skills(member) for member in members}


def find_side_cluster(member: Member) -> str | None:
    """Return the cluster of another function that the person knows, if any."""
    chance = open_chance("surprise", member.id)
    if chance.random() >= SURPRISE_SHARE:
        return None
    clusters = read_skills().clusters
    foreign = [name for name, cluster in clusters.items() if cluster.function != member.row.function]
    return pick_weighted(chance, foreign, [SURPRISES.get(name, 1.0) for name in foreign], 1)[0]


def _draw_skills(member: Member) -> dict[str, float]:
    chance = open_chance("truth", member.id)
    skills = read_skills()
    side = find_side_cluster(member)
    side_nearness = 0.9 + chance.random() * 0.9
    nearness: dict[str, float] = {}

    def draw_near(label: str, logit: float) -> None:
        nearness[label] = max(nearness.get(label, -9.0), logit)

    for name, cluster in skills.clusters.items():
        if name == side:
            base = side_nearness
        elif name in member.home:
            base = MAIN if name == member.home[0] else SECOND
        else:
            base = SAME_FUNCTION if cluster.function == member.row.function else ELSEWHERE
        for rank, label in enumerate(cluster.skills):
            draw_near(label, base - 0.22 * rank)
    breadth = chance.gauss(-1.2, 0.6)
    for rank, label in enumerate(skills.transversal):
        draw_near(label, breadth + 0.5 - 0.08 * rank)
    for rank, label in enumerate(skills.leadership):
        draw_near(label, LEADERSHIP[member.grade] - 0.08 * rank)
    required = _list_required(member)
    known = {
        label: _draw_level(chance, member, logit, required.get(label))
        for label, logit in nearness.items()
        if chance.random() < squash((max(logit, 0.8) + 1.2 if label in required else logit) + 0.05 * (member.years - 6))
    }
    return _plant(member, known)


def _draw_level(chance: Random, member: Member, nearness: float, required: float | None) -> float:
    mean = 0.9 + 0.4 * member.grade + 0.3 * max(nearness, -1.0) + 0.05 * member.years
    if required is not None:
        mean = max(mean, required + 0.4)
    return round_level(chance.gauss(mean, 0.6), lowest=1.0)


def _list_required(member: Member) -> dict[str, float]:
    if member.role is None:
        return {}
    labels = {identifier: label for label, identifier in read_skill_ids().items()}
    return {labels[row.skill_id]: row.level for row in list_requirements(member.role)}


def _plant(member: Member, known: dict[str, float]) -> dict[str, float]:
    planted = read_stories().by_person.get(member.id)
    if planted is None:
        return known
    merged = known | dict(planted.truth)
    return {label: level for label, level in merged.items() if label not in planted.lacks}
