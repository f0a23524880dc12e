"""The weight of evidence: from one dated observation to log-odds.

One piece of evidence of kind k is worth the log-likelihood ratio of a mixture: with probability rho it depends on the
skill, else it is noise that falls on haves and have-nots alike (m is half the sum of both rates)::

    LLR = log[(rho a + (1 - rho) m) / (rho b + (1 - rho) m)]         a = P(evidence | has), b = P(evidence | has not)
        = log[((1 + rho) r + 1 - rho) / ((1 - rho) r + 1 + rho)]     r = a / b
    rho = reliability x 2^(-age / half-life)

It is 0 at rho = 0, bounded by log[(1 + rho) / (1 - rho)], and shrinks as evidence ages. What audits found a kind to be
worth multiplies it.

Skills fade when they are not used, not because a certificate is old. So everything that speaks for a skill is as old
as the last day that the person showed it in use, where that is later than its own day; what speaks against a skill
ages from its own day.

Evidence about one skill from one source (the same course, project, assessment or signatory) is not independent:
the strongest counts in full and the rest by ``same_source_factor``, for and against apart. A failed test that was
later passed counts as the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.inference.settings import InferenceSettings
from engine.population import Endorsement, Observation
from graph_schema.evidence_kinds import EVIDENCE_KINDS, EvidenceKind

DAYS_PER_YEAR = 365.25
NO_FACTORS: Mapping[str, float] = MappingProxyType({})
"""Every kind counts as it is hand-set."""


@dataclass(frozen=True)
class WeighedObservations:
    """Observations with their weights, in the order they were given."""

    person: NDArray[np.int64]
    """Row of the person."""
    skill: NDArray[np.int64]
    """Column of the skill."""
    logit: NDArray[np.float64]
    """What each adds to the log-odds, audited factor and same-source discount included."""
    trust: NDArray[np.float64]
    """Reliability after ageing for evidence that speaks for the skill, else 0; 0–1."""
    share: NDArray[np.float64]
    """1 for the strongest of its source, else the same-source factor."""
    alone: NDArray[np.float64]
    """What each would add by itself and hand-set: before audited factor and same-source discount."""


def weigh_likelihoods(ratio: NDArray[np.float64], rho: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the bounded log-likelihood ratio of evidence that is ``ratio`` times likelier for haves.

    Args:
        ratio: P(evidence | has) / P(evidence | has not), above 0.
        rho: How far it can be trusted, 0–1; 0 gives exactly 0.
    """
    return np.log((1 + rho) * ratio + (1 - rho)) - np.log((1 - rho) * ratio + (1 + rho))


def measure_ages(observed_on: Sequence[date], as_of: date) -> NDArray[np.float64]:
    """Return ages in years; a day still to come counts as today."""
    days = [max(0, (as_of - day).days) for day in observed_on]
    return np.asarray(days, dtype=np.float64) / DAYS_PER_YEAR


def find_last_uses(observations: Iterable[Observation]) -> dict[tuple[int, int], date]:
    """Return the last day that each person showed each skill in use, by person and skill; others are not there."""
    last: dict[tuple[int, int], date] = {}
    for item in observations:
        if EVIDENCE_KINDS[item.kind].shows_use and _read_ratio(EVIDENCE_KINDS[item.kind], item.score) > 1.0:
            pair = (item.person, item.skill)
            last[pair] = max(last.get(pair, item.observed_on), item.observed_on)
    return last


def refresh_endorsements(
    endorsements: Iterable[Endorsement], last_uses: Mapping[tuple[int, int], date]
) -> tuple[Endorsement, ...]:
    """Return endorsements dated by the last use of the skill where that is later: as old as they count."""
    return tuple(
        replace(item, observed_on=max(item.observed_on, last_uses.get((item.person, item.skill), item.observed_on)))
        for item in endorsements
    )


def weigh_observations(
    observations: Sequence[Observation],
    as_of: date,
    settings: InferenceSettings,
    factors: Mapping[str, float] = NO_FACTORS,
) -> WeighedObservations:
    """Weigh observations about any people and skills; the order they come in does not matter.

    Args:
        observations: All that is observed of each person and skill that is to be judged.
        as_of: The day that ages are counted from.
        settings: The same-source factor.
        factors: What audits found each kind of evidence to be worth, by its name; 1 where absent, never below 0.
    """
    kinds = [EVIDENCE_KINDS[item.kind] for item in observations]
    ratio = np.asarray([_read_ratio(kind, item.score) for kind, item in zip(kinds, observations, strict=True)], float)
    speaks_for = ratio > 1.0
    last_uses = find_last_uses(observations)
    counted_from = [
        max(item.observed_on, last_uses.get((item.person, item.skill), item.observed_on))
        if speaks
        else item.observed_on
        for item, speaks in zip(observations, speaks_for, strict=True)
    ]
    reliability = np.asarray([kind.reliability for kind in kinds], dtype=np.float64)
    half_life = np.asarray([kind.half_life_years for kind in kinds], dtype=np.float64)
    rho = reliability * np.exp2(-measure_ages(counted_from, as_of) / half_life)
    factor = np.asarray([factors.get(item.kind, 1.0) for item in observations], dtype=np.float64)
    alone = weigh_likelihoods(ratio, rho)
    raw = factor * alone
    person = np.fromiter((item.person for item in observations), dtype=np.int64, count=len(observations))
    skill = np.fromiter((item.skill for item in observations), dtype=np.int64, count=len(observations))
    ages = measure_ages([item.observed_on for item in observations], as_of)
    share = _share_sources(observations, person, skill, raw, speaks_for, ages, settings)
    return WeighedObservations(person, skill, raw * share, np.where(speaks_for, rho, 0.0), share, alone)


def _read_ratio(kind: EvidenceKind, score: float | None) -> float:
    if kind.scores is None or score is None:
        return kind.rate_if_has / kind.rate_if_not
    curve = kind.scores
    return float(np.exp((curve.mean_if_has - curve.mean_if_not) / curve.sd**2 * (score - curve.middle)))


def _share_sources(
    observations: Sequence[Observation],
    person: NDArray[np.int64],
    skill: NDArray[np.int64],
    raw: NDArray[np.float64],
    speaks_for: NDArray[np.bool_],
    ages: NDArray[np.float64],
    settings: InferenceSettings,
) -> NDArray[np.float64]:
    if not len(observations):
        return np.zeros(0)
    names = [_name_source(item) for item in observations]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    source = np.fromiter((numbers[name] for name in names), dtype=np.int64, count=len(names))
    identity = {name: number for number, name in enumerate(sorted(item.id for item in observations))}
    tie = np.fromiter((identity[item.id] for item in observations), dtype=np.int64, count=len(names))

    share = np.full(len(raw), settings.same_source_factor)
    order = np.lexsort((tie, -np.abs(raw), speaks_for, source, skill, person))
    keys = np.stack([person, skill, source, speaks_for.astype(np.int64)])[:, order]
    first = np.ones(len(raw), dtype=np.bool_)
    first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    share[order[first]] = 1.0

    # A later success from the same source overtakes an earlier failure: only then is the failure "the rest".
    group = np.cumsum(np.r_[True, (keys[:3, 1:] != keys[:3, :-1]).any(axis=0)]) - 1
    youngest = np.full(group[-1] + 1, np.inf)
    np.minimum.at(youngest, group[speaks_for[order]], ages[order][speaks_for[order]])
    overtaken = ~speaks_for[order] & (youngest[group] < ages[order])
    share[order[overtaken]] = settings.same_source_factor
    return share


def _name_source(item: Observation) -> str:
    if item.kind in ("self_report", "rejection"):
        return "self"
    if item.via_id is not None:
        return f"via\x1f{item.via_id}"
    if item.by_id is not None:
        return f"by\x1f{item.by_id}"
    return f"alone\x1f{item.id}"
