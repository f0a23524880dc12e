"""What the Engine answers with about pools with a promise, and about what would make them surer.

Probabilities are 0–1, levels are on the house scale 0–5 and ``None`` where unknown, money is in the organisation's
currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.results import Named


@dataclass(frozen=True)
class AskedSkill:
    """A skill that people of a promised pool must have; a level of 0 asks for the skill at whatever level.

    ``demanded`` says that nothing makes up for it; the others count by their importance towards readiness.
    """

    skill: Named
    level: float
    importance: float
    demanded: bool
    verified: bool


@dataclass(frozen=True)
class PromisedSkill:
    """What is believed of an asked skill: ``met`` is P(they have it at the level asked)."""

    skill: Named
    probability: float
    level: float | None
    listed: bool
    verified: bool
    met: float


@dataclass(frozen=True)
class PromisedEntry:
    """A person of a promised pool; ``right`` is P(it is right to list them)."""

    person: Named
    title: str | None
    function: str | None
    right: float
    skills: tuple[PromisedSkill, ...]


@dataclass(frozen=True)
class Abstention:
    """What cannot be promised, and why: asked skills, or one person's entry that would rest on them."""

    person: Named | None
    skills: tuple[Named, ...]
    reason: str


@dataclass(frozen=True)
class PromisedPool:
    """The longest list of people whose expected share of right entries is at least what was promised, likeliest first.

    It may hold people who are likelier wrong than right, where the others leave room: ``right`` says so of each.
    ``threshold`` is the readiness to reach, 1 where skills were asked for. ``expected_precision`` is the expected
    share of right entries, ``None`` for an empty list. ``considered`` says among how many of whom any asked skill is
    believed; ``expected_missed`` how many right people are expected among those left out; ``likeliest`` how probable
    the likeliest of all is, ``None`` where nobody is believed, on enough data, to be right. ``meaning`` says when an
    entry is right, ``rests_on`` what the promise rests on.
    """

    role: Named | None
    asked: tuple[AskedSkill, ...]
    threshold: float
    precision: float
    expected_precision: float | None
    expected_wrong: float
    expected_missed: float
    likeliest: float | None
    considered: int
    as_of: date
    model: str
    calibration: str
    meaning: str
    rests_on: str
    entries: tuple[PromisedEntry, ...]
    abstained: tuple[Abstention, ...]


@dataclass(frozen=True)
class Verification:
    """One observation that would make a promised pool surer.

    ``action`` is ``assessment`` or ``endorsement_request``, ``through`` the assessment or the colleague to ask.
    ``success`` is P(it speaks for the skill: endorsed, or passed and, where the test tells the level, at that asked).
    ``met`` is P(they have the skill at the level asked), ``right`` P(it is right to list them), each now and after
    success or failure. ``gain`` is the expected number of entries put right.
    """

    person: Named
    skill: Named
    action: str
    through: Named
    hours: float
    money: float | None
    success: float
    met: float
    met_if_success: float
    met_if_failure: float
    right: float
    right_if_success: float
    right_if_failure: float
    gain: float
    gain_per_hour: float


@dataclass(frozen=True)
class VerificationPlan:
    """What to make sure of next, most gain an hour first, each for itself.

    ``listed`` says how many keep the promise now and ``edge`` which probability counts: that from which a person gets
    or stays on the list or, where nobody is on it, that of the likeliest. ``unpriced`` are assessments that nobody
    knows the hours of, so that they cannot be compared.
    """

    role: Named | None
    asked: tuple[AskedSkill, ...]
    precision: float
    listed: int
    edge: float
    as_of: date
    model: str
    calibration: str
    rests_on: str
    steps: tuple[Verification, ...]
    unpriced: tuple[Named, ...]
    abstained: tuple[Abstention, ...]


def describe_promise(answer: PromisedPool | VerificationPlan, *, core: bool) -> dict[str, object]:
    """Say what was asked, for the decision record."""
    asked = (
        {"role": answer.role.id} if answer.role else {"skills": {item.skill.id: item.level for item in answer.asked}}
    )
    return {**asked, "precision": answer.precision, "core": core}
