"""What questions about audits are answered with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.inference.calibration import Reliability
from engine.results import InferenceRun, Named


@dataclass(frozen=True)
class AuditQuestion:
    """One pair to be audited: has this person this skill? What is believed of it is not said, so that nobody is led."""

    person: Named
    skill: Named


@dataclass(frozen=True)
class AuditStratum:
    """Pairs that are alike for the draw: how many there were, and how many of them were drawn."""

    name: str
    pairs: int
    drawn: int


@dataclass(frozen=True)
class AuditDraw:
    """A sample of pairs to be audited; its propensities are kept in the graph."""

    size: int
    seed: int
    drawn_on: date
    model: str
    strata: tuple[AuditStratum, ...]
    questions: tuple[AuditQuestion, ...]


@dataclass(frozen=True)
class AuditAnswer:
    """What an auditor wrote of one pair: ``yes``, ``no`` or ``unknown``, or nothing yet."""

    line: int
    """Where it stands in the file, for errors."""
    person_id: str
    skill_id: str
    outcome: str


@dataclass(frozen=True)
class AuditStatus:
    """How far the audit is, and how well probabilities agree with what it found.

    ``when_drawn`` judges what was believed when the pairs were drawn, ``now`` what the latest model believes, which has
    learnt from the same outcomes; ``kept_out`` judges each outcome by a model fitted without it.
    """

    drawn: int
    yes: int
    no: int
    unknown: int
    unanswered: int
    calibration: str
    when_drawn: Reliability | None
    now: Reliability | None
    kept_out: Reliability | None


@dataclass(frozen=True)
class AuditChange:
    """What audits made of one part of the sum: log-odds for ``shift``, else a factor on the hand-set weight."""

    part: str
    before: float
    after: float


@dataclass(frozen=True)
class AuditRecording:
    """What recording outcomes did: to the audit, to the model and to what is believed.

    ``before`` judges the model before it against all outcomes; ``status`` says how things stand now.
    """

    recorded: int
    calibration_before: str
    before: Reliability | None
    changes: tuple[AuditChange, ...]
    status: AuditStatus
    run: InferenceRun
