"""From prior and evidence to beliefs: one sum in log-odds a person and skill.

::

    logit P = prior + floor + votes + cap + observations + silence

    floor = max(0, logit(evidence_prior) - prior) x trust of the most trusted observation that speaks for the skill
    cap   = min(0, max(prior, logit(endorsement_cap)) - (prior + votes))

The floor keeps a tiny base rate from drowning evidence that exists at all; it fades with the evidence. The cap keeps
endorsements alone from passing .8. Both are terms of their own, so the sum stays exact. What audits found shifts and
scales the prior and multiplies votes and observations (``fusion.py``); silence is that of colleagues (``exposure.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.inference.endorsements import Votes, count_votes, group_endorsements
from engine.inference.exposure import find_silence
from engine.inference.levels import expect_levels, infer_levels, read_ratings
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit, to_probabilities
from engine.inference.prior import align_profiles, compute_priors, place_skills
from engine.inference.profiles import read_profiles
from engine.inference.results import Beliefs
from engine.inference.settings import InferenceSettings
from engine.inference.sums import look_up, number_distinct, sum_by
from engine.inference.weighing import WeighedObservations, find_last_uses, refresh_endorsements, weigh_observations
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS

BLOCK = 4_000_000
"""Numbers of one dense block of priors: 32 MB."""


@dataclass(frozen=True)
class Combined:
    """Prior and evidence together, in log-odds."""

    floor: NDArray[np.float64]
    cap: NDArray[np.float64]
    logit: NDArray[np.float64]


@dataclass(frozen=True)
class PairSums:
    """The evidence of each person and skill that has any; ``code`` is person x skills + skill, rising."""

    code: NDArray[np.int64]
    observed: NDArray[np.float64]
    trust: NDArray[np.float64]
    voted: NDArray[np.float64]


def combine_evidence(
    prior: NDArray[np.float64],
    observed: NDArray[np.float64],
    trust: NDArray[np.float64],
    voted: NDArray[np.float64],
    settings: InferenceSettings,
) -> Combined:
    """Add evidence to priors.

    Args:
        prior: Log-odds before evidence, as audits adjusted them.
        observed: Sum of the observations' weights and of what colleagues' silence says.
        trust: Greatest trust of an observation that speaks for the skill, 0–1.
        voted: Sum of the endorsement votes.
        settings: The floor and the cap.
    """
    floor = np.maximum(0.0, to_logit(settings.evidence_prior) - prior) * trust
    start = prior + floor
    cap = np.minimum(0.0, np.maximum(start, to_logit(settings.endorsement_cap)) - (start + voted))
    return Combined(floor, cap, prior + floor + voted + cap + observed)


def sort_population(population: Population) -> Population:
    """Put observations and endorsements in one order, so that sums do not depend on how they were read."""
    observations = sorted(population.observations, key=lambda item: (item.person, item.skill, item.id))
    endorsements = sorted(
        population.endorsements, key=lambda item: (item.person, item.skill, item.endorser, item.observed_on)
    )
    return replace(population, observations=tuple(observations), endorsements=tuple(endorsements))


def weigh_endorsements(model: SkillModel, population: Population, settings: InferenceSettings) -> Votes:
    """Count the votes of a population with what the model knows of the endorsers."""
    voices = model.list_voices(population.people)
    groups = group_endorsements(population.endorsements, population.endorsements, voices)
    counted = refresh_endorsements(population.endorsements, find_last_uses(population.observations))
    worth = model.fusion.endorsement
    return count_votes(counted, groups, population.people, model.reliability, population.as_of, settings, worth)


def sum_pairs(weighed: WeighedObservations, skills: int, votes: Votes | None = None) -> PairSums:
    """Sum the evidence of each person and skill, with the votes where they are given."""
    observed_code = weighed.person * skills + weighed.skill
    voted_code = np.zeros(0, dtype=np.int64) if votes is None else votes.person * skills + votes.skill
    voted = np.zeros(0) if votes is None else votes.logit
    code, index = number_distinct(np.r_[observed_code, voted_code])
    of_observation, of_vote = index[: len(observed_code)], index[len(observed_code) :]
    trust = np.zeros(len(code))
    np.maximum.at(trust, of_observation, weighed.trust)
    return PairSums(
        code,
        sum_by(of_observation, weighed.logit, len(code)),
        trust,
        sum_by(of_vote, voted, len(code)),
    )


def infer_beliefs(model: SkillModel, population: Population, settings: InferenceSettings) -> Beliefs:
    """Infer what every person of a population is believed to have.

    Args:
        model: A fitted model; nothing is learnt here.
        population: The people, with all evidence about them, and the endorsements between them and their endorsers.
        settings: Weights, floor and bounds.

    Returns:
        Every pair with a probability of at least ``settings.floor`` or with any evidence.
    """
    population = sort_population(population)
    fusion = model.fusion
    weighed = weigh_observations(population.observations, population.as_of, settings, fusion.factors)
    votes = weigh_endorsements(model, population, settings)
    # What somebody shows is told by hand-set weights, as it was when co-occurrence was learnt.
    by_hand = weigh_observations(population.observations, population.as_of, settings)
    aligned = align_profiles(model, read_profiles(population, by_hand))
    skills = len(population.skills)
    pairs = sum_pairs(weighed, skills, votes)
    silence = find_silence(population, settings)

    # Columns of the population beside the columns of the prior block; -1 stands for a base rate and nothing else.
    base = np.r_[model.base, model.unknown_base][aligned.skill]
    block_column = place_skills(model)[aligned.skill]
    lowest = to_logit(settings.floor) if settings.floor > 0 else -np.inf
    dense = np.flatnonzero((block_column >= 0) | (fusion.adjust(base) >= lowest))
    dense_place = np.full(skills, -1, dtype=np.int64)
    dense_place[dense] = np.arange(len(dense))
    from_block = block_column[dense] >= 0

    persons: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    logits: list[NDArray[np.float64]] = []
    priors: list[NDArray[np.float64]] = []
    step = max(1, BLOCK // max(1, len(model.learnt) + len(model.adopted), len(dense)))
    for start in range(0, len(population.people), step):
        stop = min(start + step, len(population.people))
        block = compute_priors(model, aligned.take(slice(start, stop)))
        prior = np.empty((stop - start, len(dense)))
        prior[:, from_block] = block[:, block_column[dense[from_block]]]
        prior[:, ~from_block] = base[dense[~from_block]]

        first, last = np.searchsorted(pairs.code, (start * skills, stop * skills))
        code = pairs.code[first:last]
        row, column = code // max(skills, 1) - start, code % max(skills, 1)
        inside = dense_place[column] >= 0
        known = base[column]
        known[inside] = prior[row[inside], dense_place[column[inside]]]
        observed = pairs.observed[first:last] + look_up(silence.code, silence.logit, code)
        trust, voted = pairs.trust[first:last], pairs.voted[first:last]
        logit = combine_evidence(fusion.adjust(known), observed, trust, voted, settings).logit

        unspoken = fusion.adjust(prior)
        low, high = np.searchsorted(silence.code, (start * skills, stop * skills))
        quiet = silence.code[low:high]
        quiet_place = dense_place[quiet % max(skills, 1)]
        kept = quiet_place >= 0
        unspoken[quiet[kept] // max(skills, 1) - start, quiet_place[kept]] += silence.logit[low:high][kept]
        unspoken[row[inside], dense_place[column[inside]]] = np.nan
        others, place_of = np.nonzero(unspoken >= lowest)
        alone = unspoken[others, place_of]
        person = np.r_[row, others] + start
        skill = np.r_[column, dense[place_of]]
        order = np.lexsort((skill, person))
        persons.append(person[order])
        columns.append(skill[order])
        logits.append(np.r_[logit, alone][order])
        priors.append(np.r_[known, prior[others, place_of]][order])

    person = np.concatenate([*persons, np.zeros(0, dtype=np.int64)])
    skill = np.concatenate([*columns, np.zeros(0, dtype=np.int64)])
    code = person * skills + skill
    marks = mark_pairs(population)
    ratings = read_ratings(population, weighed, votes, settings)
    odds = np.concatenate([*priors, np.zeros(0)])
    usual = expect_levels(model.levels, aligned.group[person], aligned.skill[skill], odds)
    levels = infer_levels(model.levels, ratings, usual, code, len(population.people), skills)
    return Beliefs(
        people=population.people,
        skills=population.skills,
        person=person,
        skill=skill,
        probability=to_probabilities(np.concatenate([*logits, np.zeros(0)])),
        level=levels.level,
        level_low=levels.low,
        level_high=levels.high,
        listed=np.isin(code, marks.listed),
        verified=np.isin(code, marks.verified),
        as_of=population.as_of,
        model=model.version,
        calibration=model.calibration,
    )


@dataclass(frozen=True)
class PairMarks:
    """Codes, person x skills + skill, of the pairs that are listed and that are verified."""

    listed: NDArray[np.int64]
    verified: NDArray[np.int64]


def mark_pairs(population: Population) -> PairMarks:
    """Find what is listed and what is verified: backed by a kind that verifies and, where it has a score, passed."""
    skills = len(population.skills)
    listed = [item.person * skills + item.skill for item in population.observations if item.kind == "self_report"]
    verified = [
        item.person * skills + item.skill
        for item in population.observations
        if (kind := EVIDENCE_KINDS[item.kind]).verifies
        and (kind.scores is None or item.score is None or item.score >= kind.scores.middle)
    ]
    return PairMarks(np.asarray(listed, dtype=np.int64), np.asarray(verified, dtype=np.int64))
