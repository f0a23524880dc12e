"""Why somebody is believed to have a skill at one level and not at another: the weighted mean, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.inference.endorsements import Votes
from engine.inference.levels import OWN, Levels, Ratings, expect_levels, infer_levels, read_ratings
from engine.inference.model import SkillModel
from engine.inference.prior import Alignment, read_priors
from engine.inference.results import LevelTerm
from engine.inference.settings import InferenceSettings
from engine.inference.weighing import WeighedObservations
from engine.inference.wording import (
    name_endorsement,
    word_adjustment,
    word_endorsement,
    word_observation,
    word_tendency,
)
from engine.population import Population


@dataclass(frozen=True)
class ExplainedLevel:
    """The level of one person and skill; None where unknown, and then without terms."""

    level: float | None
    low: float | None
    high: float | None
    terms: tuple[LevelTerm, ...]
    """What it is the weighted mean of, heaviest first."""


def explain_level(
    model: SkillModel,
    population: Population,
    aligned: Alignment,
    weighed: WeighedObservations,
    votes: Votes,
    pair: tuple[int, int],
    settings: InferenceSettings,
) -> ExplainedLevel:
    """Explain one level: the same number as ``infer_beliefs`` gives.

    Args:
        model: The fitted model.
        population: All observations of the person and the endorsements of the skill, nothing else.
        aligned: The population in the numbers of the model.
        weighed: Its observations, weighed.
        votes: Its endorsements, counted.
        pair: Row of the person and column of the skill.
        settings: As in ``infer_beliefs``.
    """
    person, skill = pair
    skills = len(population.skills)
    ratings = read_ratings(population, weighed, votes, settings)
    code = np.unique(np.r_[ratings.person * skills + ratings.skill, person * skills + skill])
    rows, columns = np.full(len(code), person), code % skills
    odds = read_priors(model, aligned, rows, columns)
    usual = expect_levels(model.levels, aligned.group[rows], aligned.skill[columns], odds)
    found = infer_levels(model.levels, ratings, usual, code, len(population.people), skills)
    place = int(np.searchsorted(code, person * skills + skill))
    if np.isnan(found.level[place]):
        return ExplainedLevel(None, None, None, ())
    weight, start = float(found.start_weight[place]), float(found.start[place])
    usual_level = float(usual.level[place])
    terms = [LevelTerm("prior", "usual for the role and the skill", usual_level, weight, usual_level * weight)]
    if found.tendencies.skills[person]:
        above = start - usual_level
        text = word_tendency(above, int(found.tendencies.skills[person]))
        terms.append(LevelTerm("person", text, above, weight, above * weight))
    about = np.flatnonzero(ratings.skill == skill)
    terms += [_describe_rating(population, weighed, votes, ratings, found, int(row)) for row in about]
    terms.sort(key=lambda term: (-term.weight, term.kind != "prior", term.kind, term.evidence_id or "", term.text))
    return ExplainedLevel(float(found.level[place]), float(found.low[place]), float(found.high[place]), tuple(terms))


def _describe_rating(
    population: Population, weighed: WeighedObservations, votes: Votes, ratings: Ratings, found: Levels, row: int
) -> LevelTerm:
    said, weight, origin = float(found.said[row]), float(found.said_weight[row]), int(ratings.origin[row])
    higher = word_adjustment(said, float(ratings.level[row]), own=ratings.kind[row] == OWN)
    if origin >= 0:
        item = population.observations[origin]
        text = word_observation(item, float(weighed.share[origin])) + higher
        return LevelTerm(item.kind, text, said, weight, said * weight, item.id, item.observed_on)
    vote = population.endorsements[-1 - origin]
    name = population.names[vote.endorser]
    text = word_endorsement(name, vote, bool(votes.reciprocal[-1 - origin]), counted=True) + higher
    return LevelTerm(
        "endorsement", text, said, weight, said * weight, name_endorsement(population, vote), vote.observed_on
    )
