"""Who may ask what: one line an operation of the Engine. What has no line is refused to everybody but the operator.

A line says what the operation is about and, for each role, how far it reaches; a role that is not named is refused.
An integration needs the scope that the line names, whatever else it may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.access.callers import CallerRole, Scope

About = Literal["person", "people", "evidence", "record", "company", "objects"]
"""What an operation is about:

- ``person``: people whom parameters name;
- ``people``: a list of people, in which those stand only who may be seen;
- ``evidence``: a piece of evidence, and so the person it is about;
- ``record``: a record of the decision log;
- ``company``: nobody in particular: the catalogue, aggregates, the log under pseudonyms, upkeep;
- ``objects``: what is stored, of a kind that a parameter names: see ``OBJECT_RULES``.
"""

Reach = Literal["self", "sight", "reason", "any"]
"""How far a role reaches in an operation:

- ``self``: to the person who asks;
- ``sight``: to whom the role sees (``engine/access/callers.py``);
- ``reason``: to anybody, with a stated reason, which goes on record first;
- ``any``: it is about nobody in particular.
"""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one operation is about, and how far each role reaches in it."""

    about: About
    reaches: Mapping[CallerRole, Reach]
    scope: Scope | None = None
    """What an integration needs; none lets no integration in."""
    persons: tuple[str, ...] = ()
    """The parameters that name people."""
    whole: bool = False
    """Whether it bears on people whom it does not name, so that an integration must not be kept to some of them."""
    names_people_in: tuple[str, ...] = ()
    """Parameters that must be left out by those who see everything under pseudonyms."""


_READERS: dict[CallerRole, Reach] = {
    "employee": "self", "manager": "sight", "talent_partner": "sight", "admin": "reason",
}  # fmt: skip
_THEMSELVES: dict[CallerRole, Reach] = {"employee": "self", "manager": "self", "talent_partner": "self"}
_LEADERS: dict[CallerRole, Reach] = {"manager": "self", "talent_partner": "self"}
_SEEKERS: dict[CallerRole, Reach] = {"manager": "sight", "talent_partner": "sight"}
_EVERYBODY: dict[CallerRole, Reach] = {
    "employee": "any", "manager": "any", "talent_partner": "any", "auditor": "any", "admin": "any",
}  # fmt: skip
_WATCHERS: dict[CallerRole, Reach] = {"auditor": "any", "admin": "any"}
_ADMIN: dict[CallerRole, Reach] = {"admin": "any"}
_PERSON = ("person",)

_READ = Rule(about="person", persons=_PERSON, reaches=_READERS, scope="people:read")
_MATCH = Rule(about="person", persons=_PERSON, reaches=_READERS, scope="matching:read")
_OWN = Rule(about="person", persons=_PERSON, reaches=_THEMSELVES, scope="rights:act")
_LIST = Rule(about="people", reaches=_SEEKERS, scope="matching:read")
_LOG = Rule(about="company", reaches=_WATCHERS, scope="decisions:read")
_UPKEEP = Rule(about="company", reaches=_ADMIN)
_KEY = Rule(about="person", persons=_PERSON, reaches={"admin": "reason"})
_OPERATOR_ALONE = Rule(about="company", reaches={})

RULES: Mapping[str, Rule] = {
    # What is known of a person, and where they can get to.
    "profile": _READ,
    "explain": _READ,
    "gap": _MATCH,
    "bridge": _MATCH,
    "what_if": _MATCH,
    "bridge_expected": _MATCH,
    "bridge_alternatives": _MATCH,
    "bridge_front": _MATCH,
    "roles": _MATCH,
    "gigs": _MATCH,
    "courses": _MATCH,
    "mentors": _MATCH,
    "kept_bridges": _MATCH,
    "bridge_progress": _MATCH,
    # What a person does for themselves, and may ask for by right.
    "accept_bridge": _OWN,
    "replan_bridge": _OWN,
    "record_step": _OWN,
    "drop_bridge": _OWN,
    "export_person": _OWN,
    "reject_skill": _OWN,
    "correct_level": _OWN,
    "object_to_inference": _OWN,
    "allow_inference": _OWN,
    "hide_skills": _OWN,
    "show_skills": _OWN,
    "erase_person": _OWN,
    # Messages of one's own; what they say of others keeps to whom one sees.
    "watch_role": _OWN,
    "unwatch_role": _OWN,
    "list_watches": _OWN,
    "choose_mail_pace": _OWN,
    "list_messages": _OWN,
    "watch_pool": Rule(about="person", persons=_PERSON, reaches=_LEADERS),
    "unwatch_pool": Rule(about="person", persons=_PERSON, reaches=_LEADERS),
    # Lists of people.
    "pool": _LIST,
    "promised_pool": _LIST,
    "verify_next": _LIST,
    "anyone": _LIST,
    "priced_pool": _LIST,
    "unlocks": Rule(about="people", reaches={"employee": "self", **_SEEKERS}, scope="matching:read"),
    # Evidence: people say what they think of their own skills; what proves them comes from systems.
    "record_evidence": Rule(about="person", persons=("person", "by"), reaches={}, scope="evidence:write"),
    "withdraw_evidence": Rule(about="evidence", reaches=_THEMSELVES, scope="evidence:write"),
    # The catalogue.
    "chains": Rule(about="company", reaches=_EVERYBODY, scope="matching:read"),
    # The log and aggregates.
    "list_decisions": Rule(about="company", reaches=_WATCHERS, scope="decisions:read", names_people_in=("person",)),
    "verify_decisions": _LOG,
    "record_outcome": Rule(about="record", reaches=_SEEKERS, scope="matching:read"),
    "audit_status": Rule(about="company", reaches=_WATCHERS, scope="aggregates:read"),
    "skill_landscape": Rule(about="company", reaches=_WATCHERS, scope="aggregates:read"),
    "role_landscape": Rule(about="company", reaches=_WATCHERS, scope="aggregates:read"),
    "list_erasures": Rule(about="company", reaches=_WATCHERS, scope="aggregates:read"),
    "list_switches": Rule(about="company", reaches=_WATCHERS, scope="aggregates:read"),
    # Upkeep.
    "switch_team": _UPKEEP,
    "switch_organisation": _UPKEEP,
    "switch_team_visibility": _UPKEEP,
    "switch_organisation_visibility": _UPKEEP,
    "prune_decisions": _UPKEEP,
    "infer": _UPKEEP,
    "embed": _UPKEEP,
    "readmit_person": _UPKEEP,
    "evaluate_changes": _UPKEEP,
    "send_mail": _UPKEEP,
    # Drawn by name, and answered by name: on the machine itself.
    "draw_audit": _OPERATOR_ALONE,
    "record_audit": _OPERATOR_ALONE,
    # Keys: who makes one can read with it what it may read, so that has a reason and a record.
    "create_key": _KEY,
    "rotate_key": Rule(about="company", reaches={"admin": "reason"}),
    "list_keys": _UPKEEP,
    "revoke_key": _UPKEEP,
    # Events: an admin sets them up, and does not read what they say of people.
    "create_subscription": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    "list_subscriptions": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    "delete_subscription": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    "rotate_subscription_secret": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    "replay_dead_letters": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    "list_dead_letters": Rule(about="company", reaches={}, scope="events:read", whole=True),
    "read_events": Rule(about="company", reaches={}, scope="events:read", whole=True),
    "ping_subscription": Rule(about="company", reaches=_ADMIN, scope="events:read", whole=True),
    # What is stored, by kind.
    "read_object": Rule(about="objects", reaches={}, persons=("object_id",)),
    "list_objects": Rule(about="objects", reaches={}),
    "write_objects": Rule(about="objects", reaches={}),
    "delete_object": Rule(about="objects", reaches={}, persons=("object_id",)),
}
"""The rule of each operation."""


@dataclass(frozen=True)
class ObjectRule:
    """Who reads and who writes one kind of stored object; an integration besides by these scopes."""

    about: Literal["catalogue", "person", "evidence", "people"]
    reads: Scope | None
    writes: Scope


_CATALOGUE = ObjectRule("catalogue", None, "catalogue:write")

OBJECT_RULES: Mapping[str, ObjectRule] = {
    "teams": _CATALOGUE,
    "skills": _CATALOGUE,
    "roles": _CATALOGUE,
    "courses": _CATALOGUE,
    "projects": _CATALOGUE,
    "assessments": _CATALOGUE,
    "credentials": _CATALOGUE,
    "people": ObjectRule("person", "people:read", "people:write"),
    "evidence": ObjectRule("evidence", "people:read", "evidence:write"),
    "endorsements": ObjectRule("people", "people:read", "evidence:write"),
}
"""Kinds of stored objects. Everybody reads the catalogue, and admins write it; of people's, programs alone."""


def find_rule(operation: str) -> Rule | None:
    """Return the rule of an operation, None where it has none."""
    return RULES.get(operation)
