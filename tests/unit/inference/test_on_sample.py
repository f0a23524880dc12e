"""The sample organisation has a planted truth: what is believed must be nearer to it than popularity is."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.metrics import roc_auc_score

from api.bench.sample_world import read_sample
from engine.inference.fitting import fit_model
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from loaders.sample import (
    HIDDEN_ANALYSTS,
    PAYBACK_PAIR,
    RING,
    STORY_PERSON,
)

SETTINGS = InferenceSettings(floor=0.0, updates=300, passes=1)


@cache
def sample() -> tuple[Population, np.ndarray]:
    """Return the sample as a population and, people x skills, whether they truly have the skill."""
    return read_sample()


@cache
def probabilities() -> np.ndarray:
    population, truth = sample()
    beliefs = infer_beliefs(fit_model(population, SETTINGS), population, SETTINGS)
    found = np.zeros(truth.shape)
    found[beliefs.person, beliefs.skill] = beliefs.probability
    return found


def test_unlisted_skills_are_found_far_better_than_by_popularity():
    population, truth = sample()
    unlisted = population.listed().toarray() == 0
    shown = population.listed().toarray() > 0
    for item in population.observations:
        shown[item.person, item.skill] |= EVIDENCE_KINDS[item.kind].speaks_for
    groups = np.asarray(population.groups)
    share = np.tile(shown.mean(axis=0), (len(groups), 1))
    by_role = np.stack(
        [(shown[groups == group].sum(axis=0) + 2 * share[0]) / ((groups == group).sum() + 2) for group in groups]
    )
    ours = roc_auc_score(truth[unlisted], probabilities()[unlisted])
    assert ours > 0.9
    assert ours > roc_auc_score(truth[unlisted], by_role[unlisted]) + 0.02
    assert ours > roc_auc_score(truth[unlisted], share[unlisted]) + 0.1


def test_most_hidden_skills_are_true():
    population, truth = sample()
    hidden = (population.listed().toarray() == 0) & (probabilities() >= SETTINGS.threshold)
    assert hidden.sum() > 500
    assert truth[hidden].mean() > 0.8


def test_the_hidden_analysts_are_seen_and_the_ring_is_not():
    population, truth = sample()
    unlisted = population.listed().toarray() == 0
    endorsed_only = np.zeros(truth.shape, dtype=np.bool_)
    for item in population.endorsements:
        endorsed_only[item.person, item.skill] = True
    for item in population.observations:
        endorsed_only[item.person, item.skill] = False
    for person in (STORY_PERSON, *HIDDEN_ANALYSTS):
        row = population.people.index(person)
        assert probabilities()[row][unlisted[row] & truth[row]].max() > 0.75, person
    for person in (*RING, *PAYBACK_PAIR):
        row = population.people.index(person)
        assert (probabilities()[row][endorsed_only[row] & ~truth[row]] < SETTINGS.threshold).all(), person
