"""Which parts of the graph carry a stamp, so that what was read of them once is used until they change.

Every write made from the schema stamps the parts it touches, in the same transaction. Who changes moves, roles or
skills with Cypher of their own says so with ``skillway db changed``; without it a process that has read them before
goes on with what it knows for some minutes.
"""

from __future__ import annotations

PARTS: dict[str, tuple[str, ...]] = {
    "courses": ("Course", "Course TEACHES", "Course NEEDS", "Course AFTER"),
    "projects": ("Project", "Project NEEDS", "Project DEVELOPS"),
    "assessments": ("Assessment", "Assessment MEASURES"),
    "mentors": ("Person", "Person HAS_SKILL", "Person MEMBER_OF", "Team", "Tenant", "VisibilitySwitch"),
    "roles": ("Role", "Role REQUIRES"),
    "skills": ("Skill",),
}
"""Part -> the labels it holds, and the relationships, as their start and type."""


def list_parts(kind: str) -> tuple[str, ...]:
    """List the parts that a label or a relationship (``Course TEACHES``) belongs to."""
    return tuple(part for part, kinds in PARTS.items() if kind in kinds)


def list_parts_under(label: str) -> tuple[str, ...]:
    """List the parts that change when a node goes with all its relationships: every part ends in skills."""
    return tuple(PARTS) if label == "Skill" else list_parts(label)
