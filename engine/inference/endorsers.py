"""Whose word bears out: how often each endorser vouches for what is there, and for what is not.

Two rates an endorser, by expectation and maximisation (Raykar and others, JMLR 2010) with the evidence as prior::

    a_e = P(e vouches | the person has the skill)       b_e = P(e vouches | the person has not)

A claim is judged by the prior, the other evidence and the votes of other groups, so nobody vouches for themselves; what
an audit found of it is taken as the truth. So an endorser whose claim failed loses weight on all others, and those who
vouched for it together share one voice from then on. Both rates have Beta priors.

How many skills an endorser could have vouched for is not known, in a company with 14,000 skills least of all; it is set
so that before anything is learnt all endorsers together have the prior's rates. What is learnt is therefore who is
better than others, and how much an audit moves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.inference.endorsements import (
    EndorsementGroups,
    cast_votes,
    group_endorsements,
    measure_trust,
    read_columns,
)
from engine.inference.model import SkillModel
from engine.inference.odds import to_probabilities
from engine.inference.posterior import combine_evidence, sort_population, sum_pairs
from engine.inference.prior import align_profiles, read_priors
from engine.inference.profiles import read_profiles
from engine.inference.settings import InferenceSettings
from engine.inference.sums import look_up, number_distinct, sum_by
from engine.inference.weighing import weigh_observations
from engine.population import Endorsement, Population

ROUNDS = 5
"""Rounds of expectation and maximisation; votes move by less than .001 after the third."""
RATE_IF_HAS = 0.03
RATE_IF_NOT = 0.001
"""Prior means of both rates, per skill of somebody that an endorser vouches for at all: those of simulated companies in
which half of the endorsements of unlisted skills are false."""


def learn_from_endorsements(model: SkillModel, population: Population, settings: InferenceSettings) -> SkillModel:
    """Return the model with what a population tells of its endorsers, in place of what the model knew of any.

    Args:
        model: A fitted model; it need not have been fitted on this population.
        population: All endorsements, all evidence about those endorsed, and what audits found.
        settings: As in fitting.
    """
    population = sort_population(population)
    weighed = weigh_observations(population.observations, population.as_of, settings)
    _, person, skill = read_columns(population.endorsements)
    code = person * len(population.skills) + skill
    pairs = sum_pairs(weighed, skills=len(population.skills))
    logits = combine_evidence(
        read_priors(model, align_profiles(model, read_profiles(population, weighed)), person, skill),
        look_up(pairs.code, pairs.observed, code),
        look_up(pairs.code, pairs.trust, code),
        np.zeros(len(code)),
        settings,
    ).logit
    audited = {(item.person, item.skill): float(item.has) for item in population.audits}
    found = np.asarray([audited.get((item.person, item.skill), np.nan) for item in population.endorsements])
    voices = find_voices(population.endorsements, found, len(population.people))
    groups = group_endorsements(population.endorsements, population.endorsements, voices)
    factors = learn_endorsers(
        population.endorsements, groups, population.people, logits, found, population.as_of, settings
    )
    endorsers = tuple(sorted(factors))
    row_of = {person: row for row, person in enumerate(population.people)}
    return replace(
        model,
        endorsers=endorsers,
        endorser_factors=np.asarray([factors[item] for item in endorsers], dtype=np.float64),
        endorser_voices=np.asarray([voices[row_of[item]] for item in endorsers], dtype=np.int64),
    )


def find_voices(endorsements: Sequence[Endorsement], found: NDArray[np.float64], people: int) -> NDArray[np.int64]:
    """Find who vouched together for what an audit did not find, directly or through others.

    Args:
        endorsements: All endorsements.
        found: What an audit found of each claim: 1 has the skill, 0 has not, NaN not audited.
        people: How many people there are.

    Returns:
        Per person the number of the voice they share with others, -1 for none.
    """
    endorser, person, skill = read_columns(endorsements)
    failed = found == 0
    claims, claim = number_distinct((person * (skill.max(initial=0) + 1) + skill)[failed])
    edges = coo_array(
        (np.ones(len(claim), dtype=np.int8), (endorser[failed], people + claim)),
        shape=(people + len(claims), people + len(claims)),
    )
    _, component = connected_components(edges, directed=False)
    shared = np.bincount(component[:people]) > 1
    return np.where(shared[component[:people]], component[:people], -1).astype(np.int64)


def learn_endorsers(
    endorsements: Sequence[Endorsement],
    groups: EndorsementGroups,
    people: Sequence[str],
    prior: NDArray[np.float64],
    found: NDArray[np.float64],
    as_of: date,
    settings: InferenceSettings,
) -> dict[str, float]:
    """Learn what the likelihood ratio of each endorser is multiplied by.

    Args:
        endorsements: All endorsements.
        groups: Their groups.
        people: Ids that the rows count in.
        prior: Log-odds of each claim from everything but endorsements.
        found: What an audit found of each claim: 1 has the skill, 0 has not, NaN not audited.
        as_of: The day that ages are counted from.
        settings: The strength of the priors.

    Returns:
        By endorser id ``(a_e / b_e) / (prior a / prior b)``.
    """
    if not len(endorsements):
        return {}
    endorser, person, skill = read_columns(endorsements)
    rows, index = number_distinct(endorser)
    _, claim = number_distinct(person * (int(skill.max()) + 1) + skill)
    trust = measure_trust(endorsements, as_of)
    pairs, _ = number_distinct(index * (int(person.max()) + 1) + person)
    known = np.bincount(pairs // (int(person.max()) + 1), minlength=len(rows)).astype(np.float64)

    def judge(factor: NDArray[np.float64]) -> NDArray[np.float64]:
        votes = cast_votes(endorser, groups, factor[index], trust, settings)
        of_claim = sum_by(claim, votes, 0)
        of_group = sum_by(groups.group, votes, 0)
        return to_probabilities(prior + of_claim[claim] - of_group[groups.group])

    factor = np.ones(len(rows))
    start = judge(factor)
    could_if_has = known * (start.sum() / known.sum() / RATE_IF_HAS)
    could_if_not = known * ((1 - start).sum() / known.sum() / RATE_IF_NOT)
    for _ in range(ROUNDS):
        has = np.where(np.isnan(found), judge(factor), found)
        right, wrong = sum_by(index, has, len(rows)), sum_by(index, 1 - has, len(rows))
        prior_has, prior_not = settings.endorser_cells_if_has, settings.endorser_cells_if_not
        rate_if_has = (RATE_IF_HAS * prior_has + right) / (prior_has + could_if_has)
        rate_if_not = (RATE_IF_NOT * prior_not + wrong) / (prior_not + could_if_not)
        factor = rate_if_has / rate_if_not / (RATE_IF_HAS / RATE_IF_NOT)
    return {people[int(row)]: float(value) for row, value in zip(rows, factor, strict=True)}
