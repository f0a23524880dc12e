"""Roles and what they require."""

from __future__ import annotations

from loaders.sample.catalogue import RoleProfile, read_organisation, read_skill_ids, read_skills, read_stories
from loaders.sample.catalogue import read_occupation_ids as read_occupations
from loaders.sample.chance import open_chance
from loaders.sample.rows import RequirementRow, RoleRow

SALARIES = {1: 33_000, 2: 45_000, 3: 58_000, 4: 72_000}
PAY_OF_FUNCTION = {"Engineering": 1.15, "Data": 1.1, "Customer Service": 0.85, "Operations": 0.9}

# Levels of the main cluster, of the second one, of leadership: the further down a cluster, the less is asked.
LEVELS = {
    1: ((2, 2, 2, 1, 1), (2, 1), ()),
    2: ((3, 3, 3, 2, 2, 2), (2, 2, 2), ()),
    3: ((3, 3, 3, 3, 2, 2), (3, 2, 2), ()),
    4: ((3, 3, 3, 3), (3, 2, 2), (3, 3, 2, 2)),
}
IMPORTANCE = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def build_roles() -> list[RoleRow]:
    """Return the roles, each an instance of an ESCO occupation."""
    occupations = read_occupations()
    return [
        RoleRow(
            role_id=role.id,
            title=role.title,
            function=role.function,
            description=role.purpose,
            occupation_id=occupations[role.occupation],
            salary=round(SALARIES[role.grade] * PAY_OF_FUNCTION.get(role.function, 1.0), -2),
            threshold=0.8,
        )
        for role in read_organisation().roles
    ]


def build_requirements() -> list[RequirementRow]:
    """Return what every role requires today."""
    return [row for role in read_organisation().roles for row in list_requirements(role)]


def change_requirements(requirements: list[RequirementRow]) -> list[RequirementRow]:
    """Return the requirements of July 2026: today's with the changes of the stories."""
    ids = read_skill_ids()
    changed = {(row.role_id, row.skill_id): row for row in requirements}
    for change in read_stories().changes:
        row = RequirementRow(
            role_id=change.role,
            skill_id=ids[change.skill],
            level=change.level,
            importance=change.importance,
            tier=change.tier,
            verified=False,
        )
        changed[row.role_id, row.skill_id] = row
    order = {role.id: index for index, role in enumerate(read_organisation().roles)}
    return sorted(changed.values(), key=lambda row: order[row.role_id])


def list_requirements(role: RoleProfile) -> list[RequirementRow]:
    """Return the requirements of one role: written out, or derived from its clusters and grade."""
    ids = read_skill_ids()
    wanted = role.requires or _derive_requirements(role)
    return [
        RequirementRow(
            role_id=role.id,
            skill_id=ids[label],
            level=level,
            importance=importance,
            tier=tier,
            verified=label == role.verified,
        )
        for label, (level, importance, tier) in wanted.items()
    ]


def _derive_requirements(role: RoleProfile) -> dict[str, tuple[float, float, str]]:
    skills = read_skills()
    main, second = (skills.clusters[name].skills for name in role.clusters)
    main_levels, second_levels, leadership_levels = LEVELS[role.grade]
    wanted: dict[str, tuple[float, float, str]] = {}
    for rank, (label, level) in enumerate(zip(main, main_levels, strict=False)):
        wanted[label] = (level, IMPORTANCE[rank], "core" if rank < 3 else "role")
    for rank, (label, level) in enumerate(zip(second, second_levels, strict=False)):
        wanted.setdefault(label, (level, (0.5, 0.4, 0.4)[rank], "stretch" if rank == 2 else "role"))
    for rank, (label, level) in enumerate(zip(skills.leadership, leadership_levels, strict=False)):
        wanted.setdefault(label, (level, (0.9, 0.8, 0.6, 0.5)[rank], "role"))
    for label in sorted(open_chance("requirements", role.id).sample(skills.transversal, 2)):
        wanted.setdefault(label, (2, 0.3, "core"))
    return wanted
