"""All that is held and inferred about one person, as it is handed to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.live.results import WatchState
from engine.results import Named
from graph_schema.queries.rights import (
    HeldAudit,
    HeldBridge,
    HeldDecision,
    HeldEndorsement,
    HeldEvidence,
    HeldRole,
)
from graph_schema.queries.visibility import Word


@dataclass(frozen=True)
class HeldFact:
    """One thing the graph holds on a person, and what it means."""

    name: str
    meaning: str
    value: str | float | bool | None


@dataclass(frozen=True)
class Reason:
    """One reason for or against a belief: what it adds to the log-odds, and the probability without it."""

    text: str
    logit: float
    probability_without: float
    evidence_id: str | None


@dataclass(frozen=True)
class HeldVisibility:
    """Whether others see one kind of the person's skills, and whose word that is.

    Attributes:
        skills: ``listed`` or ``hidden``.
        visible: Whether others see them.
        by: ``person`` where they chose it themselves; else ``data_set`` (what it says of them), ``team``,
            ``organisation``, or ``nobody`` where nobody said anything.
    """

    skills: str
    visible: bool
    by: Word


@dataclass(frozen=True)
class ExplainedBelief:
    """What is believed of the person and a skill, with every reason; the reasons' log-odds add up to it."""

    skill: Named
    probability: float
    level: float | None
    level_low: float | None
    level_high: float | None
    listed: bool
    verified: bool
    as_of: date
    model: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class HeldMessage:
    """A message that the person was sent, or that somebody was sent about them."""

    written_at: datetime
    to: str
    text: str
    mailed_at: datetime | None


@dataclass(frozen=True)
class PersonalExport:
    """All that is held and inferred about a person, with sources, and the logic in plain words.

    ``facts`` are the properties of the person, ``protected_attributes`` those that serve audits only. Endorsements
    belong to two people, so the other one is named. Of decision records it is said when and what was asked; whom else
    they name is not.
    """

    person: Named
    exported_on: date
    facts: tuple[HeldFact, ...]
    inference: str
    visibility: tuple[HeldVisibility, ...]
    teams: tuple[str, ...]
    managers: tuple[str, ...]
    reports: tuple[str, ...]
    roles: tuple[HeldRole, ...]
    interests: tuple[str, ...]
    protected_attributes: tuple[HeldFact, ...]
    evidence: tuple[HeldEvidence, ...]
    endorsements: tuple[HeldEndorsement, ...]
    beliefs: tuple[ExplainedBelief, ...]
    audits: tuple[HeldAudit, ...]
    bridges: tuple[HeldBridge, ...]
    watches: tuple[WatchState, ...]
    messages: tuple[HeldMessage, ...]
    decisions: tuple[HeldDecision, ...]
    model: str | None
    logic: tuple[str, ...]
