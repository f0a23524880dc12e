"""What inference answers: typed, frozen, ready to be written as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Beliefs:
    """What is believed of many people, one entry of every array a person and skill.

    Every pair with evidence or with a probability of at least the floor is there, ordered by person, then skill.
    """

    people: tuple[str, ...]
    """Ids that ``person`` counts in."""
    skills: tuple[str, ...]
    """Ids that ``skill`` counts in."""
    person: NDArray[np.int64]
    """Row of the person."""
    skill: NDArray[np.int64]
    """Column of the skill."""
    probability: NDArray[np.float64]
    """P(the person has the skill), 0–1; ``calibration`` says against what."""
    level: NDArray[np.float64]
    """Expected level 0–5 given that they have it; NaN where unknown."""
    level_low: NDArray[np.float64]
    """Lower end of the 90 % interval of the level; NaN where unknown."""
    level_high: NDArray[np.float64]
    """Upper end of the 90 % interval of the level; NaN where unknown."""
    listed: NDArray[np.bool_]
    """Whether the person reports the skill."""
    verified: NDArray[np.bool_]
    """Whether assessment, credential, attestation or project outcome backs it."""
    as_of: date
    """The day the beliefs hold for."""
    model: str
    """Version of the model."""
    calibration: str
    """What the probabilities are calibrated against: ``none``, ``listing`` or ``audit(n, date)``."""

    def __len__(self) -> int:
        """Return the number of beliefs."""
        return len(self.person)


@dataclass(frozen=True)
class Term:
    """One reason for or against a skill, in log-odds; the terms of an explanation add up to its logit."""

    kind: str
    """``base_rate``, ``role``, ``attribute``, ``text``, ``co_occurrence``, ``similar_skills``, ``overall_pattern``,
    ``people_alike``, ``people_by_text``, ``text_and_name``,
    ``audits``, ``evidence_floor``, ``endorsement_cap``, ``silence`` or a kind of evidence."""
    text: str
    """The reason in plain words."""
    logit: float
    """What it adds to the log-odds; negative speaks against."""
    counterfactual: float
    """The probability if this reason were not there, everything else recomputed."""
    evidence_id: str | None = None
    """The evidence it rests on, where it rests on one."""
    skill_id: str | None = None
    """The other skill it rests on, for co-occurrence and similar skills."""
    observed_on: date | None = None
    """When that was last seen."""
    source: str | None = None
    """Who or what it came from: a course, project, assessment or person, by name."""


@dataclass(frozen=True)
class LevelTerm:
    """One rating that the expected level is made of; the contributions add up to the level."""

    kind: str
    """``prior``, ``person`` or a kind of evidence."""
    text: str
    """The rating in plain words."""
    level: float
    """The level it says, 0–5; for ``person`` how much higher than usual the levels of the person are."""
    weight: float
    """Its share of the whole precision, 0–1; ``prior`` and ``person`` share one."""
    contribution: float
    """``level`` x ``weight``."""
    evidence_id: str | None = None
    """The evidence it rests on; none for the prior and for endorsements."""
    observed_on: date | None = None
    """When that was seen."""


@dataclass(frozen=True)
class Explanation:
    """Why one person is believed to have, or not to have, one skill: the computation itself, term by term."""

    person_id: str
    """The person."""
    person_name: str
    """Their name."""
    skill_id: str
    """The skill."""
    skill_label: str
    """Its preferred label."""
    probability: float
    """P(the person has the skill), 0–1: the same number as in ``Beliefs``."""
    logit: float
    """Its log-odds: the sum of the terms, exact to 1e-9."""
    level: float | None
    """Expected level 0–5 given that they have it; None is unknown."""
    level_low: float | None
    """Lower end of the 90 % interval."""
    level_high: float | None
    """Upper end of the 90 % interval."""
    listed: bool
    """Whether the person reports the skill."""
    verified: bool
    """Whether assessment, credential, attestation or project outcome backs it."""
    calibration: str
    """What the probability is calibrated against: ``none``, ``listing`` or ``audit(n, date)``."""
    calibration_text: str
    """The same in a sentence."""
    model: str
    """Version of the model: with it and the evidence the numbers can be replayed."""
    as_of: date
    """The day it holds for."""
    terms: tuple[Term, ...]
    """The base rate, then every reason, strongest first."""
    level_terms: tuple[LevelTerm, ...]
    """The ratings behind the level, heaviest first; empty when the level is unknown."""
    decisive: tuple[str, ...]
    """The smallest set of evidence (``evidence_id`` of terms) and of other skills (``skill_id`` of terms) without
    which the probability falls below the threshold; empty when it is below already or nothing removable does it."""
