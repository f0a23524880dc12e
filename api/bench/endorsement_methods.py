"""Ways to turn endorsements into probabilities, ours and those of others, all asked the same way.

Each method takes a case and returns people x skills: the probability that the person has the skill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from engine.inference.endorsements import count_votes, group_endorsements, read_columns
from engine.inference.endorsers import learn_from_endorsements
from engine.inference.model import SkillModel
from engine.inference.posterior import combine_evidence, infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import Population

Floats = NDArray[np.float64]
ROUNDS = 20
RATE_IF_HAS, RATE_IF_NOT = 0.03, 0.001
CELLS_IF_HAS, CELLS_IF_NOT = 12.0, 1200.0
"""Start and priors of Dawid and Skene's EM, as in our own."""


@dataclass(frozen=True)
class Case:
    """What every method is given."""

    population: Population
    """Listings and endorsements, and in ``audits`` what was found of some people and skills."""
    model: SkillModel
    """Fitted on other people, who list what they have."""
    prior: Floats
    """People x skills: probabilities without endorsements."""
    settings: InferenceSettings


def infer_all(model: SkillModel, population: Population, settings: InferenceSettings) -> Floats:
    """Return people x skills: our probabilities."""
    beliefs = infer_beliefs(model, population, settings)
    table = np.empty((len(population.people), len(population.skills)))
    table[beliefs.person, beliefs.skill] = beliefs.probability
    return table


def score_prior(case: Case) -> Floats:
    """Leave endorsements out."""
    return case.prior


def score_counts(case: Case) -> Floats:
    """Count endorsers; audits say what a count is worth."""
    return _calibrate(case, _sum_claims(case, np.ones(len(case.population.endorsements))))


def score_ranked_counts(case: Case) -> Floats:
    """Count endorsers by their PageRank in the graph of endorsements, as EigenTrust does."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(case.population.people)))
    graph.add_edges_from((item.endorser, item.person) for item in case.population.endorsements)
    ranks = nx.pagerank(graph)
    weight = np.asarray([ranks[item.endorser] for item in case.population.endorsements]) * len(ranks)
    return _calibrate(case, _sum_claims(case, weight))


def score_dawid_skene(case: Case) -> Floats:
    """Learn each endorser's rates by EM, starting from how usual the skill is (Dawid and Skene 1979)."""
    usual = np.clip(case.prior.mean(axis=0), 1e-6, 1 - 1e-6)
    return _learn_rates(case, np.tile(logit(usual), (len(case.prior), 1)))


def score_every_vote(case: Case) -> Floats:
    """Learn each endorser's rates by EM, starting from our prior; every vote counts (Raykar and others 2010)."""
    return _learn_rates(case, logit(case.prior))


def score_ours(case: Case) -> Floats:
    """Infer as the engine does where nothing was audited."""
    population = replace(case.population, audits=())
    model = learn_from_endorsements(case.model, population, case.settings)
    return infer_all(model, population, case.settings)


def score_ours_audited(case: Case) -> Floats:
    """Let audits charge endorsers, and say what the prior and a vote are worth; bound and cap stay as they are."""
    model = learn_from_endorsements(case.model, case.population, case.settings)
    person, skill, has = _read_audits(case)
    features = np.stack([logit(case.prior), _sum_votes(case, model, 1.0)], axis=-1)
    fitted = LogisticRegression(C=10.0).fit(features[person, skill], has)
    slope, worth = np.maximum(fitted.coef_[0], 0.0)
    nothing = np.zeros(case.prior.size)
    found = combine_evidence(
        slope * features[..., 0].ravel() + fitted.intercept_[0],
        nothing,
        nothing,
        _sum_votes(case, model, float(worth)).ravel(),
        case.settings,
    )
    return expit(found.logit).reshape(case.prior.shape)


REFERENCE = "prior only"
COUNT = "count"
RANKED = "count by PageRank"
DAWID_SKENE = "Dawid-Skene"
EVERY_VOTE = "prior + EM, every vote"
OURS = "Skillway"
AUDITED = "Skillway, audited"
METHODS: Mapping[str, Callable[[Case], Floats]] = {
    REFERENCE: score_prior,
    COUNT: score_counts,
    RANKED: score_ranked_counts,
    DAWID_SKENE: score_dawid_skene,
    EVERY_VOTE: score_every_vote,
    OURS: score_ours,
    AUDITED: score_ours_audited,
}


def _sum_votes(case: Case, model: SkillModel, worth: float) -> Floats:
    given, population = case.population.endorsements, case.population
    groups = group_endorsements(given, given, model.list_voices(population.people))
    votes = count_votes(given, groups, population.people, model.reliability, population.as_of, case.settings, worth)
    return _sum_claims(case, votes.logit)


def _sum_claims(case: Case, weight: Floats) -> Floats:
    _, person, skill = read_columns(case.population.endorsements)
    table = np.zeros_like(case.prior)
    np.add.at(table, (person, skill), weight)
    return table


def _read_audits(case: Case) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    audits = case.population.audits
    return (
        np.asarray([item.person for item in audits]),
        np.asarray([item.skill for item in audits]),
        np.asarray([item.has for item in audits]),
    )


def _calibrate(case: Case, scores: Floats) -> Floats:
    person, skill, has = _read_audits(case)
    curve = IsotonicRegression(out_of_bounds="clip").fit(scores[person, skill], has.astype(np.float64))
    return curve.predict(scores.ravel()).reshape(scores.shape)


def _learn_rates(case: Case, start: Floats) -> Floats:
    """Judge every skill of everybody; whoever vouches for somebody at all could have vouched for all their skills."""
    endorser, person, skill = read_columns(case.population.endorsements)
    people, skills = start.shape
    ties = csr_array((np.ones(len(endorser)), (endorser, person)), shape=(people, people))
    ties.data[:] = 1.0
    rate_if_has, rate_if_not = np.full(people, RATE_IF_HAS), np.full(people, RATE_IF_NOT)
    believed = expit(start)
    for _ in range(ROUNDS):
        silent = np.log1p(-rate_if_has) - np.log1p(-rate_if_not)
        spoken = np.log(rate_if_has) - np.log(rate_if_not)
        logits = start + np.asarray(ties.T @ silent)[:, None]
        np.add.at(logits, (person, skill), (spoken - silent)[endorser])
        believed = expit(logits)
        held = believed.sum(axis=1)
        right = np.bincount(endorser, believed[person, skill], people)
        wrong = np.bincount(endorser, 1 - believed[person, skill], people)
        rate_if_has = (RATE_IF_HAS * CELLS_IF_HAS + right) / (CELLS_IF_HAS + ties @ held)
        rate_if_not = (RATE_IF_NOT * CELLS_IF_NOT + wrong) / (CELLS_IF_NOT + ties @ (skills - held))
    return believed
