"""Fitting a model: what goes together, what is usual, and whose word bears out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logit

from engine.inference.attributes import encode_people, learn_codes
from engine.inference.audit_fit import learn_from_audits
from engine.inference.cooccurrence import CoOccurrence, estimate_rates, learn_cooccurrence
from engine.inference.endorsements import count_votes, group_endorsements
from engine.inference.endorsers import learn_from_endorsements
from engine.inference.level_learning import learn_levels
from engine.inference.levels import Ratings, read_ratings
from engine.inference.model import SkillModel
from engine.inference.neighbours import SLOPES, Slopes, find_neighbours, learn_slopes
from engine.inference.posterior import sort_population
from engine.inference.prior import align_profiles, read_priors
from engine.inference.profiles import Profiles, read_profiles
from engine.inference.settings import InferenceSettings
from engine.inference.sums import count_entries
from engine.inference.weighing import WeighedObservations, weigh_observations
from engine.inference.wide_fitting import fit_wide
from engine.inference.wide_settings import WideSettings
from engine.population import Population


def fit_model(population: Population, settings: InferenceSettings) -> SkillModel:
    """Fit a model to a population; the same population and settings give the same bytes.

    A profile is what a person lists or has evidence for, never what was inferred and never what was only endorsed.

    Args:
        population: Everybody, with all evidence and endorsements.
        settings: Priors, mask rates and the seed.
    """
    population = sort_population(population)
    weighed = weigh_observations(population.observations, population.as_of, settings)
    draft = fit_profiles(read_profiles(population, weighed), settings)
    draft = _add_levels(draft, population, weighed, settings)
    return _add_audits(learn_from_endorsements(draft, population, settings), population, settings)


def fit_profiles(profiles: Profiles, settings: InferenceSettings) -> SkillModel:
    """Fit a model to profiles alone; the same profiles and settings give the same bytes.

    The co-occurrence of skills that fewer than ``min_listings`` people show is not learnt: they start from their
    nearest skills by embedding, or from their base rate where there is no embedding. Where more than
    ``max_trained_skills`` are left, a wide model is fitted in closed form. People who show nothing teach nothing.

    Args:
        profiles: People with what they show and what else is known of them.
        settings: Priors, mask rates and the seed.
    """
    from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

    with threadpool_limits(limits=1):
        return _fit(profiles, settings)


def _fit(profiles: Profiles, settings: InferenceSettings) -> SkillModel:
    codes = learn_codes(profiles.attributes)
    text_width = 0 if profiles.texts is None else profiles.texts.shape[1]
    with_some = np.flatnonzero(count_entries(profiles.shown.indptr))
    attributes = csr_array(encode_people(codes, text_width, profiles)[with_some])
    shown = profiles.shown[with_some]
    counts = np.asarray(shown.sum(axis=0), dtype=np.float64).reshape(-1)
    people, skills = len(with_some), len(profiles.skills)

    learnt = np.flatnonzero(counts >= settings.min_listings).astype(np.int64)
    if len(learnt) > settings.max_trained_skills:
        return _fit_wide(profiles, counts, people, settings)
    hidden = (settings.mask_low + settings.mask_high) / 2
    rates = estimate_rates(counts[learnt], people)
    shown = csr_array(shown[:, learnt])
    found = learn_cooccurrence(shown, attributes.toarray().astype(np.float32), _hide(rates, hidden), settings)
    rest = np.setdiff1d(np.arange(skills), learnt)
    start = _start_from_neighbours(profiles.embeddings, shown, attributes, found, rates, rest, learnt, settings)
    expected = np.full(len(rest), (counts.sum() + 0.5) / (people * max(skills, 1) + 1.0))
    expected[start.led] = start.neighbours @ rates
    base = np.empty(skills)
    base[learnt] = found.base
    base[rest] = _hide(estimate_rates(counts[rest], people, expected, settings.neighbour_strength), hidden)
    unknown = float(base[rest].min()) if len(rest) else float(_hide(np.full(1, 1 / (people + 2)), hidden)[0])
    return SkillModel(
        skills=profiles.skills,
        labels=profiles.labels or profiles.skills,
        attributes=codes,
        text_width=text_width,
        embedder=profiles.embedder if text_width else "",
        people=people,
        hidden_share=hidden,
        base=base,
        unknown_base=unknown,
        shares=counts / max(people, 1),
        learnt=learnt,
        weights=found.weights,
        attribute_weights=found.attribute_weights,
        residual_in=found.residual_in,
        residual_bias=found.residual_bias,
        residual_out=found.residual_out,
        adopted=rest[start.led],
        neighbour_weights=start.neighbours.data.astype(np.float64),
        neighbour_columns=start.neighbours.indices.astype(np.int64),
        neighbour_starts=start.neighbours.indptr.astype(np.int64),
        slope_related=start.slopes.related,
        slope_shown=start.slopes.shown,
        endorsers=(),
        endorser_factors=np.zeros(0),
        endorser_voices=np.zeros(0, dtype=np.int64),
        levels=learn_levels(Ratings.none(), np.zeros(0, dtype=np.int64), skills, np.zeros(0), settings),
        calibration="listing" if people >= settings.min_people else "none",
    )


def _fit_wide(profiles: Profiles, counts: NDArray[np.float64], people: int, settings: InferenceSettings) -> SkillModel:
    chosen = WideSettings(
        mask_low=settings.mask_low,
        mask_high=settings.mask_high,
        neighbours=settings.neighbours,
        neighbour_sharpness=settings.neighbour_sharpness,
        seed=settings.seed,
    )
    wide = fit_wide(profiles, chosen)
    nobody = Profiles(("",), profiles.skills, csr_array((1, len(profiles.skills))))
    [(_, base)] = wide.score(nobody)
    none = np.zeros((0, 0), dtype=np.float32)
    return SkillModel(
        skills=profiles.skills,
        labels=profiles.labels or profiles.skills,
        attributes=wide.attributes,
        text_width=wide.entities.texts.shape[1],
        embedder=profiles.embedder if wide.entities.texts.shape[1] else "",
        people=people,
        hidden_share=(settings.mask_low + settings.mask_high) / 2,
        base=base[0],
        unknown_base=wide.unknown_base,
        shares=counts / people,
        learnt=wide.learnt,
        weights=none,
        attribute_weights=none,
        residual_in=none,
        residual_bias=np.zeros(0, dtype=np.float32),
        residual_out=none,
        adopted=wide.adopted,
        neighbour_weights=np.zeros(0),
        neighbour_columns=np.zeros(0, dtype=np.int64),
        neighbour_starts=np.zeros(len(wide.adopted) + 1, dtype=np.int64),
        slope_related=0.0,
        slope_shown=0.0,
        endorsers=(),
        endorser_factors=np.zeros(0),
        endorser_voices=np.zeros(0, dtype=np.int64),
        levels=learn_levels(Ratings.none(), np.zeros(0, dtype=np.int64), len(profiles.skills), np.zeros(0), settings),
        calibration="listing" if people >= settings.min_people else "none",
        wide=wide,
    )


@dataclass(frozen=True)
class _Start:
    """What skills hardly anybody shows start from."""

    led: NDArray[np.bool_]
    """Which of them have neighbours."""
    neighbours: csr_array
    """Those with neighbours x learnt skills."""
    slopes: Slopes


def _start_from_neighbours(
    embeddings: NDArray[np.float32] | None,
    shown: csr_array,
    attributes: csr_array,
    found: CoOccurrence,
    rates: NDArray[np.float64],
    rest: NDArray[np.int64],
    learnt: NDArray[np.int64],
    settings: InferenceSettings,
) -> _Start:
    if embeddings is None:
        return _Start(
            np.zeros(len(rest), dtype=np.bool_), csr_array((0, len(learnt)), dtype=np.float64), Slopes(*SLOPES)
        )
    neighbours = find_neighbours(embeddings, rest, learnt, settings)
    led = count_entries(neighbours.indptr) > 0
    among_learnt = find_neighbours(embeddings, learnt, learnt, settings)
    speaks = np.asarray(shown @ found.weights + attributes @ found.attribute_weights, dtype=np.float64)
    slopes = learn_slopes(shown, speaks, found.weights.astype(np.float64), among_learnt, rates, settings.seed)
    return _Start(led, csr_array(neighbours[led]), slopes)


def _hide(rates: NDArray[np.float64], hidden: float) -> NDArray[np.float64]:
    """Return the log-odds that somebody who does not visibly show a skill has it, if ``hidden`` of it goes unlisted."""
    return np.asarray(logit(hidden * rates / (1 - (1 - hidden) * rates)), dtype=np.float64)


def _add_levels(
    draft: SkillModel,
    population: Population,
    weighed: WeighedObservations,
    settings: InferenceSettings,
) -> SkillModel:
    alone = draft.list_voices(population.people)
    groups = group_endorsements(population.endorsements, population.endorsements, alone)
    votes = count_votes(population.endorsements, groups, population.people, {}, population.as_of, settings)
    ratings = read_ratings(population, weighed, votes, settings)
    aligned = align_profiles(draft, read_profiles(population, weighed))
    odds = read_priors(draft, aligned, ratings.person, ratings.skill)
    return replace(draft, levels=learn_levels(ratings, aligned.group, len(draft.skills), odds, settings))


def _add_audits(draft: SkillModel, population: Population, settings: InferenceSettings) -> SkillModel:
    if len(population.audits) < settings.min_audits:
        return draft
    fusion = learn_from_audits(draft, population, settings)
    return replace(draft, fusion=fusion, calibration=f"audit({fusion.outcomes}, {fusion.last_on})")
