"""What the graph announces: every type of event as data, and which writes announce which.

An event says that something changed and names it; it carries ids and nothing else about anybody, so a consumer asks for
what it may see. Writes made from the schema announce in the same transaction; what is more than a write, such as an
accepted bridge, is announced where it happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class EventType:
    """One type of event, in a consumer's words.

    Attributes:
        description: What happened, and what to do about it.
        subject: What the subject names: ``<subject>:<id>``.
        data: Field -> what it holds; all are strings.
    """

    description: str
    subject: str
    data: Mapping[str, str] = field(default_factory=dict[str, str])


ERASED = "skillway.person.erased"
REMOVED = "skillway.person.removed"
SKILLS_CHANGED = "skillway.person.skills_changed"
PING = "skillway.ping"

EVENT_TYPES: dict[str, EventType] = {
    "skillway.role.changed": EventType("A role or one of its requirements is new or has changed.", "role"),
    "skillway.role.removed": EventType("A role is gone, with its requirements.", "role"),
    "skillway.course.changed": EventType(
        "A course, what it teaches, what it needs or what comes before it is new or has changed.", "course"
    ),
    "skillway.course.removed": EventType("A course is gone.", "course"),
    "skillway.project.changed": EventType(
        "A project, gig or tour of duty, what it needs or what it develops is new or has changed.", "project"
    ),
    "skillway.project.removed": EventType("A project, gig or tour of duty is gone.", "project"),
    "skillway.assessment.changed": EventType("An assessment or what it measures is new or has changed.", "assessment"),
    "skillway.assessment.removed": EventType("An assessment is gone.", "assessment"),
    "skillway.person.changed": EventType(
        "Something known of a person is new, has changed or is gone: their record, choices, roles, teams, managers, "
        "interests, evidence about them or endorsements they received.",
        "person",
    ),
    REMOVED: EventType("A data set no longer holds a person.", "person"),
    SKILLS_CHANGED: EventType("What is believed of a person's skills has changed.", "person"),
    ERASED: EventType(
        "A person was erased: erase every copy of what you have of them (GDPR, Art. 17 and 19). The id is gone from "
        "here too, once the event is past its retention.",
        "person",
    ),
    "skillway.bridge.accepted": EventType(
        "A bridge was accepted for a person, in the place of the one in force to the same role, if any.",
        "person",
        {"bridge": "Id of the bridge.", "role": "Id of the role that it leads to."},
    ),
    "skillway.bridge.progressed": EventType(
        "What a step of a bridge came to was recorded. Steps that evidence ticks off are told as "
        "`skillway.person.changed`.",
        "person",
        {"bridge": "Id of the bridge.", "role": "Id of the role that it leads to."},
    ),
    "skillway.bridge.dropped": EventType(
        "A bridge was dropped.", "person", {"bridge": "Id of the bridge.", "role": "Id of the role that it leads to."}
    ),
    "skillway.message.written": EventType(
        "A person was told that they, or somebody they watch, nearly meet a role's requirements, or meet them.",
        "person",
        {"message": "Id of the message.", "role": "Id of the role."},
    ),
    PING: EventType("Somebody tries out a subscription; it goes to that one alone.", "subscription"),
}
"""Type -> what it means."""

CHANGES: dict[str, tuple[str, ...]] = {
    "skillway.role.changed": ("Role", "Role REQUIRES", "Role INSTANCE_OF"),
    "skillway.course.changed": ("Course", "Course TEACHES", "Course NEEDS", "Course AFTER"),
    "skillway.project.changed": ("Project", "Project NEEDS", "Project DEVELOPS"),
    "skillway.assessment.changed": ("Assessment", "Assessment MEASURES"),
    "skillway.person.changed": (
        "Person", "Person HOLDS", "Person MEMBER_OF", "Person REPORTS_TO", "Person INTERESTED_IN", "Person ENDORSED",
        "Evidence", "Evidence ABOUT", "Evidence FROM", "Evidence BY",
    ),
    SKILLS_CHANGED: ("Person HAS_SKILL",),
}  # fmt: skip
"""Type -> the labels whose writes announce it, and the relationships, as their start and type.

Skills announce nothing of their own: a taxonomy has thousands. An announcement is about the node itself or the start of
the relationship, but of evidence and endorsements about the person whom they speak of.
"""

REMOVALS: dict[str, str] = {
    "Role": "skillway.role.removed",
    "Course": "skillway.course.removed",
    "Project": "skillway.project.removed",
    "Assessment": "skillway.assessment.removed",
    "Person": REMOVED,
}
"""Label -> the type that its removal announces."""


def find_change(kind: str) -> str | None:
    """Return the type that a write of a label or a relationship (``Course TEACHES``) announces, if any."""
    return next((name for name, kinds in CHANGES.items() if kind in kinds), None)


def name_subject(kind: str, id_: str) -> str:
    """Return the subject of an event about something, such as ``role:<id>``."""
    return f"{kind}:{id_}"
