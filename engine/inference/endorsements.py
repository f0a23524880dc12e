"""Endorsements as evidence that cannot be multiplied by agreeing to endorse one another.

People who vouch for the same skill of the same person, and who endorse one another for whatever skill, speak with one
voice: their strongest vote counts once, tempered. Everybody who exchanges endorsements with the person endorsed is one
such group, whose vote is tempered more and bounded. So a ring gains no more when it grows.

What the graph cannot show is a star: people who endorse one person and have no tie with one another look like honest
witnesses. Therefore endorsements alone never lift a probability past a cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.inference.odds import to_logit, to_probabilities
from engine.inference.settings import InferenceSettings
from engine.inference.sums import number_distinct, sum_by
from engine.inference.weighing import measure_ages, weigh_likelihoods
from engine.population import Endorsement
from graph_schema.evidence_kinds import EVIDENCE_KINDS

ROUNDS = 3
"""Rounds of expectation and maximisation; the votes move by less than .01 after the third."""


@dataclass(frozen=True)
class Votes:
    """Endorsements with what each counts for, in the order they were given."""

    person: NDArray[np.int64]
    """Row of the person endorsed."""
    skill: NDArray[np.int64]
    """Column of the skill."""
    logit: NDArray[np.float64]
    """What each adds to the log-odds: the group's vote at its strongest member, 0 at the others."""
    group: NDArray[np.int64]
    """Number of the group of the claim that the endorser belongs to."""
    reciprocal: NDArray[np.bool_]
    """Whether the group exchanges endorsements with the person endorsed."""


@dataclass(frozen=True)
class EndorsementGroups:
    """Which endorsements of a claim speak with one voice."""

    group: NDArray[np.int64]
    reciprocal: NDArray[np.bool_]


def group_endorsements(claims: Sequence[Endorsement], ties: Sequence[Endorsement]) -> EndorsementGroups:
    """Join endorsers of one claim who endorse one another, or the endorsed person in return.

    Args:
        claims: The endorsements to group.
        ties: All that are known, at least those among the people endorsed and their endorsers.
    """
    endorser, person, skill = _read_columns(claims)
    count = len(endorser)
    if not count:
        return EndorsementGroups(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))
    giver, taker, _ = _read_columns(ties)
    size = int(max(endorser.max(), person.max(), giver.max(initial=0), taker.max(initial=0))) + 1
    given = np.unique(giver * size + taker)
    mutual = given[np.isin(given, (given % size) * size + given // size, assume_unique=True)]

    _, claim = number_distinct(person * (int(skill.max()) + 1) + skill)
    left, right = _pair_within(claim)
    same_or_mutual = (endorser[left] == endorser[right]) | np.isin(endorser[left] * size + endorser[right], mutual)
    left, right = left[same_or_mutual], right[same_or_mutual]
    returned = np.flatnonzero(np.isin(endorser * size + person, mutual))

    # The endorsed person is a node of each of their claims, so that everyone in exchange with them is one group.
    nodes = count + int(claim.max()) + 1
    tails, heads = np.r_[left, returned], np.r_[right, count + claim[returned]]
    edges = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(nodes, nodes))
    _, component = connected_components(edges, directed=False)
    reciprocal = np.zeros(nodes, dtype=np.bool_)
    reciprocal[component[returned]] = True
    _, group = number_distinct(component[:count].astype(np.int64))
    return EndorsementGroups(group.astype(np.int64), reciprocal[component[:count]])


def count_votes(
    endorsements: Sequence[Endorsement],
    groups: EndorsementGroups,
    people: Sequence[str],
    reliability: Mapping[str, float],
    as_of: date,
    settings: InferenceSettings,
) -> Votes:
    """Weigh endorsements: one tempered vote a group, cast by its strongest member.

    Args:
        endorsements: Those to count.
        groups: Their groups.
        people: Ids that the endorsements' rows count in.
        reliability: Factor on the likelihood ratio by endorser id, learnt when the model was fitted; 1 where absent.
        as_of: The day that ages are counted from.
        settings: Tempering and bounds.
    """
    kind = EVIDENCE_KINDS["endorsement"]
    endorser, person, skill = _read_columns(endorsements)
    factor = np.fromiter((reliability.get(people[int(row)], 1.0) for row in endorser), np.float64, len(endorser))
    ratio = np.maximum(1.0, kind.rate_if_has / kind.rate_if_not * factor)
    rho = kind.reliability * np.exp2(
        -measure_ages([item.observed_on for item in endorsements], as_of) / kind.half_life_years
    )
    strength = weigh_likelihoods(ratio, rho)
    vote = np.where(
        groups.reciprocal,
        np.minimum(settings.mutual_bound, settings.mutual_factor * strength),
        settings.endorsement_factor * strength,
    )
    order = np.lexsort((endorser, -strength, groups.group))
    spokesman = np.ones(len(order), dtype=np.bool_)
    spokesman[1:] = groups.group[order][1:] != groups.group[order][:-1]
    logit = np.zeros(len(order))
    logit[order[spokesman]] = vote[order[spokesman]]
    return Votes(person, skill, logit, groups.group, groups.reciprocal)


def learn_reliability(
    endorsements: Sequence[Endorsement],
    groups: EndorsementGroups,
    people: Sequence[str],
    prior: NDArray[np.float64],
    as_of: date,
    settings: InferenceSettings,
) -> dict[str, float]:
    """Learn how far each endorser's word can be trusted, from whether others and the evidence bear it out.

    A claim is judged without the group it came from, so nobody vouches for themselves. The precision of an endorser is
    shrunk towards that of all endorsers; its odds against theirs multiply the likelihood ratio.

    Args:
        endorsements: All endorsements.
        groups: Their groups.
        people: Ids that the rows count in.
        prior: Log-odds of each claim from everything but endorsements.
        as_of: The day that ages are counted from.
        settings: The strength of the prior.
    """
    endorser, person, skill = _read_columns(endorsements)
    factors: dict[str, float] = {}
    if not len(endorser):
        return factors
    rows, index = number_distinct(endorser)
    _, claim = number_distinct(person * (int(skill.max()) + 1) + skill)
    claims = np.bincount(index).astype(np.float64)
    for _ in range(ROUNDS):
        votes = count_votes(endorsements, groups, people, factors, as_of, settings)
        of_claim = sum_by(claim, votes.logit, 0)
        of_group = sum_by(votes.group, votes.logit, 0)
        borne_out = to_probabilities(prior + of_claim[claim] - of_group[votes.group])
        usual = float(np.clip(borne_out.mean(), 0.01, 0.99))
        precision = (sum_by(index, borne_out, 0) + settings.endorser_prior * usual) / (claims + settings.endorser_prior)
        odds = precision / (1 - precision) / np.exp(to_logit(usual))
        factors = {people[int(row)]: float(value) for row, value in zip(rows, odds, strict=True)}
    return factors


def _read_columns(
    endorsements: Sequence[Endorsement],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    count = len(endorsements)
    return (
        np.fromiter((item.endorser for item in endorsements), dtype=np.int64, count=count),
        np.fromiter((item.person for item in endorsements), dtype=np.int64, count=count),
        np.fromiter((item.skill for item in endorsements), dtype=np.int64, count=count),
    )


def _pair_within(claim: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of positions that share a claim, each once."""
    order = np.argsort(claim, kind="stable")
    sizes = np.bincount(claim)
    ends = np.repeat(np.cumsum(sizes), sizes)
    later = ends - np.arange(len(order)) - 1
    left = np.repeat(np.arange(len(order)), later)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(later) - later, later)
    return order[left], order[left + 1 + offset]
