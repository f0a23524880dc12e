"""What audits teach: how much the prior and each kind of evidence are really worth.

::

    logit P = shift + slope x prior + floor + factor x votes + cap + sum over kinds of factor x weights + silence
    maximise  sum_i w_i log P(outcome i) - [(shift / sd)^2 + ((slope - 1) / sd)^2 + sum ((factor - 1) / sd)^2] / 2

A maximum a posteriori fit about the hand-set weights: few outcomes move them little. Factors never fall below 0, so
that more evidence for a skill never lowers its probability. Weights come from the inverse of the propensity that a pair
was drawn with, so that likely pairs, which are drawn more often, do not speak for all; they are tempered and capped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_expit, xlog1py, xlogy

from engine.inference.calibration import Reliability, measure_reliability
from engine.inference.cells import OBSERVED, CellEvidence, judge_cells, read_cells, sum_votes
from engine.inference.fusion import HAND_SET, Fusion
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit, to_probabilities
from engine.inference.posterior import combine_evidence
from engine.inference.settings import InferenceSettings
from engine.population import Population

FOLDS = 5
"""Parts that outcomes are split into, to measure the error on those left out of the fit."""

Floats = NDArray[np.float64]


def learn_from_audits(model: SkillModel, population: Population, settings: InferenceSettings) -> Fusion:
    """Learn from a population's audited outcomes; the hand-set weights stay where the learnt ones are no nearer.

    Nearer is judged on outcomes left out of the fit. Evidence counts as it stood on the day of the outcome.

    Args:
        model: The model fitted on the same population, with nothing learnt from audits.
        population: Everybody, with audited outcomes.
        settings: Widths of the priors, and the cap on weights.
    """
    audits = _read_outcomes(population)
    cells = _read_cells(model, population, audits, HAND_SET, settings)
    # What evidence is worth decides which piece of one source is the strongest, so the pieces are weighed again.
    first = fit_fusion(cells, audits.has, audits.represented, settings)
    cells = _read_cells(model, population, audits, first, settings)
    fusion = learn_fusion(cells, audits.has, audits.represented, settings)
    return replace(fusion, last_on=max(audits.on).isoformat())


def learn_fusion(
    cells: CellEvidence, has: NDArray[np.bool_], represented: Floats, settings: InferenceSettings
) -> Fusion:
    """Fit to outcomes, judge the fit on outcomes kept out of it, and take it where it is nearer than by hand.

    Args:
        cells: What bears on each pair.
        has: What was found.
        represented: How many pairs each outcome stands for.
        settings: Widths of the priors, and the cap on weights.
    """
    weight = temper_weights(represented, settings.audit_weight_cap)
    fold = np.random.default_rng(settings.seed).permutation(len(has)) % FOLDS
    kept_out = np.empty(len(has))
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        fitted = fit_fusion(cells.pick(inside), has[inside], represented[inside], settings)
        kept_out[outside] = judge_cells(cells.pick(outside), fitted, settings)
    by_hand = judge_cells(cells, HAND_SET, settings)
    nearer = _measure_loss(kept_out, has, weight) < _measure_loss(by_hand, has, weight)
    return replace(
        fit_fusion(cells, has, represented, settings) if nearer else HAND_SET,
        outcomes=len(has),
        kept_out=measure_reliability(kept_out if nearer else by_hand, has, represented, settings.seed),
    )


def judge_outcomes(model: SkillModel, population: Population, settings: InferenceSettings) -> Reliability | None:
    """Measure how a model agrees with a population's audited outcomes; None where there are none."""
    if not population.audits:
        return None
    audits = _read_outcomes(population)
    probability = judge_cells(_read_cells(model, population, audits, model.fusion, settings), model.fusion, settings)
    return measure_reliability(probability, audits.has, audits.represented, settings.seed)


def fit_fusion(cells: CellEvidence, has: NDArray[np.bool_], represented: Floats, settings: InferenceSettings) -> Fusion:
    """Fit shift, slope and factors to outcomes.

    The shift is fitted for a pair whose prior is the floor, where most pairs are, so that shift and slope do not stand
    for one another.

    Args:
        cells: What bears on each pair.
        has: What was found.
        represented: How many pairs each outcome stands for.
        settings: Widths of the priors, and the cap on weights.
    """
    weight = temper_weights(represented, settings.audit_weight_cap)
    usual = to_logit(max(settings.floor, 0.01))
    centre = np.r_[0.0, np.ones(2 + len(OBSERVED))]
    sd = np.r_[settings.audit_shift_sd, settings.audit_slope_sd, np.full(1 + len(OBSERVED), settings.audit_factor_sd)]
    bounds = [(None, None), (0.0, None), *[(0.0, None)] * (1 + len(OBSERVED))]
    sign = np.where(has, 1.0, -1.0)

    def lose(values: Floats) -> tuple[float, Floats]:
        logit, slopes = judge_with_slopes(cells, values, usual, settings)
        loss = -float((weight * log_expit(sign * logit)).sum())
        pull = weight * (to_probabilities(logit) - has)
        away = (values - centre) / sd
        return loss + float((away**2).sum()) / 2, pull @ slopes + away / sd

    found = minimize(lose, centre, jac=True, method="L-BFGS-B", bounds=bounds)
    shift, slope, endorsement, *factors = (float(value) for value in found.x)
    return Fusion(
        shift + (1.0 - slope) * usual, slope, {"endorsement": endorsement} | dict(zip(OBSERVED, factors, strict=True))
    )


def temper_weights(represented: Floats, cap: float) -> Floats:
    """Return weights of mean 1: the square root of how many pairs outcomes stand for, none above ``cap`` medians.

    The full inverse propensity is unbiased where the sum has the wrong form, equal weights are least noisy where it has
    the right one; the root between them was nearest to the truth in simulated worlds of both kinds.
    """
    weight = np.minimum(np.sqrt(represented / np.median(represented)), cap)
    return weight / weight.mean()


@dataclass(frozen=True)
class _Outcomes:
    person: NDArray[np.int64]
    skill: NDArray[np.int64]
    has: NDArray[np.bool_]
    represented: Floats
    on: list[date]


def _read_outcomes(population: Population) -> _Outcomes:
    audits = sorted(population.audits, key=lambda item: (item.person, item.skill))
    return _Outcomes(
        person=np.asarray([item.person for item in audits], dtype=np.int64),
        skill=np.asarray([item.skill for item in audits], dtype=np.int64),
        has=np.asarray([item.has for item in audits], dtype=np.bool_),
        represented=1.0 / np.asarray([item.propensity for item in audits], dtype=np.float64),
        on=[item.recorded_on for item in audits],
    )


def _read_cells(
    model: SkillModel, population: Population, audits: _Outcomes, fusion: Fusion, settings: InferenceSettings
) -> CellEvidence:
    return read_cells(model, population, audits.person, audits.skill, audits.on, settings, fusion.factors)


def _measure_loss(probability: Floats, has: NDArray[np.bool_], weight: Floats) -> float:
    return -float((weight * (xlogy(has, probability) + xlog1py(~has, -probability))).sum())


def judge_with_slopes(
    cells: CellEvidence, values: Floats, usual: float, settings: InferenceSettings
) -> tuple[Floats, Floats]:
    """Return the log-odds and, pairs x values, how they move with each value; the shift is that of a usual pair."""
    shift, slope, endorsement = values[:3]
    prior = usual + shift + slope * (cells.prior - usual)
    voted = sum_votes(cells, float(endorsement), settings)
    observed = cells.kinds @ values[3:] + cells.silence
    logit = combine_evidence(prior, observed, cells.trust, voted, settings).logit

    lifted = prior < to_logit(settings.evidence_prior)
    start = prior + np.where(lifted, (to_logit(settings.evidence_prior) - prior) * cells.trust, 0.0)
    limit = to_logit(settings.endorsement_cap)
    capped = start + voted > np.maximum(start, limit)
    # Under the cap the votes lift to a fixed place, or add nothing where the start is beyond it.
    by_prior = np.where(lifted, 1 - cells.trust, 1.0) * np.where(capped & (start < limit), 0.0, 1.0)
    unbounded = endorsement * cells.returned < settings.mutual_bound
    by_vote = np.where(capped, 0.0, cells.voted + np.where(unbounded, cells.returned, 0.0))
    return logit, np.column_stack([by_prior, by_prior * (cells.prior - usual), by_vote, cells.kinds])
