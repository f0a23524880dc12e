"""Endorsements as evidence that cannot be multiplied by agreeing to endorse one another.

People who vouch for the same skill of the same person, one of whom vouches for the other for whatever skill, speak with
one voice: their strongest vote counts once, tempered. Everybody who exchanges endorsements with the person endorsed is
one such group, whose vote is tempered more and bounded. So a ring gains no more when it grows, whether its members
endorse one another or each the next. The price is that honest colleagues have fewer voices
(``skillway bench endorsements``).

What the graph cannot show is a star: people who endorse one person and have no tie with one another look like honest
witnesses. Therefore endorsements alone never lift a probability past a cap. Once an audit does not find what they
vouched for together, they speak with one voice from then on, and each loses weight (``endorsers.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.inference.settings import InferenceSettings
from engine.inference.sums import number_distinct
from engine.inference.weighing import measure_ages, weigh_likelihoods
from engine.population import Endorsement
from graph_schema.evidence_kinds import EVIDENCE_KINDS


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


def group_endorsements(
    claims: Sequence[Endorsement], ties: Sequence[Endorsement], voices: NDArray[np.int64]
) -> EndorsementGroups:
    """Join endorsers of one claim with a tie between them, and those in exchange with the person endorsed.

    Args:
        claims: The endorsements to group.
        ties: All that are known, at least those among the people endorsed and their endorsers.
        voices: Per person the number of the voice they share with others for what they wrongly vouched for together,
            -1 for none.
    """
    if not len(claims):
        return EndorsementGroups(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))
    endorser, person, skill = read_columns(claims)
    giver, taker, _ = read_columns(ties)
    size = int(max(endorser.max(), person.max(), giver.max(initial=0), taker.max(initial=0))) + 1
    given = np.unique((giver * size + taker)[giver != taker])
    mutual = given[np.isin(given, (given % size) * size + given // size, assume_unique=True)]

    claim_codes, claim = number_distinct(person * (int(skill.max()) + 1) + skill)
    count = len(claim_codes)
    votes, vote = number_distinct(endorser * count + claim)
    left, right = _join_votes(votes, count, given, size)
    endorsed = np.empty(count, dtype=np.int64)
    endorsed[claim] = person
    returned = np.flatnonzero(np.isin(votes // count * size + endorsed[votes % count], mutual))
    shared = np.flatnonzero(voices[votes // count] >= 0)
    _, chorus = number_distinct(voices[votes[shared] // count] * count + votes[shared] % count)

    # The endorsed person is a node of each of their claims, so that everyone in exchange with them is one group; so is
    # each shared voice.
    nodes = len(votes) + count + len(shared)
    tails = np.r_[left, returned, shared]
    heads = np.r_[right, len(votes) + votes[returned] % count, len(votes) + count + chorus]
    edges = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(nodes, nodes))
    _, component = connected_components(edges, directed=False)
    reciprocal = np.zeros(nodes, dtype=np.bool_)
    reciprocal[component[returned]] = True
    _, group = number_distinct(component[vote].astype(np.int64))
    return EndorsementGroups(group.astype(np.int64), reciprocal[component[vote]])


def count_votes(
    endorsements: Sequence[Endorsement],
    groups: EndorsementGroups,
    people: Sequence[str],
    reliability: Mapping[str, float],
    as_of: date,
    settings: InferenceSettings,
    worth: float = 1.0,
) -> Votes:
    """Weigh endorsements: one tempered vote a group, cast by its strongest member.

    Args:
        endorsements: Those to count.
        groups: Their groups.
        people: Ids that the endorsements' rows count in.
        reliability: Factor on the likelihood ratio by endorser id, learnt when the model was fitted; 1 where absent.
        as_of: The day that ages are counted from.
        settings: Tempering and bounds.
        worth: What audits found any vote to be worth beside what is assumed; the bound stays, so that audits which
            find honest friends right do not open the door to rings.
    """
    endorser, person, skill = read_columns(endorsements)
    factor = np.fromiter((reliability.get(people[int(row)], 1.0) for row in endorser), np.float64, len(endorser))
    logit = cast_votes(endorser, groups, factor, measure_trust(endorsements, as_of), settings, worth)
    return Votes(person, skill, logit, groups.group, groups.reciprocal)


def measure_trust(endorsements: Sequence[Endorsement], as_of: date) -> NDArray[np.float64]:
    """Return how far each endorsement can be trusted after ageing, 0–1."""
    kind = EVIDENCE_KINDS["endorsement"]
    ages = measure_ages([item.observed_on for item in endorsements], as_of)
    return kind.reliability * np.exp2(-ages / kind.half_life_years)


def cast_votes(
    endorser: NDArray[np.int64],
    groups: EndorsementGroups,
    factor: NDArray[np.float64],
    trust: NDArray[np.float64],
    settings: InferenceSettings,
    worth: float = 1.0,
) -> NDArray[np.float64]:
    """Return what each endorsement adds to the log-odds: its group's vote at the strongest member, 0 at the others.

    Args:
        endorser: Row of who gave each.
        groups: Their groups.
        factor: What each endorser's likelihood ratio is multiplied by; whoever is wrong more often than right counts
            for nothing, never against the person.
        trust: How far each can be trusted after ageing, 0–1.
        settings: Tempering and bounds.
        worth: What any vote is multiplied by before it is bounded.
    """
    kind = EVIDENCE_KINDS["endorsement"]
    strength = worth * weigh_likelihoods(np.maximum(1.0, kind.rate_if_has / kind.rate_if_not * factor), trust)
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
    return logit


def read_columns(
    endorsements: Sequence[Endorsement],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return rows of endorsers, rows of people and columns of skills."""
    count = len(endorsements)
    return (
        np.fromiter((item.endorser for item in endorsements), dtype=np.int64, count=count),
        np.fromiter((item.person for item in endorsements), dtype=np.int64, count=count),
        np.fromiter((item.skill for item in endorsements), dtype=np.int64, count=count),
    )


def _join_votes(
    votes: NDArray[np.int64], claims: int, given: NDArray[np.int64], people: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of votes on one claim with a tie between their endorsers.

    Args:
        votes: Endorser x claims + claim, rising.
        claims: How many claims there are.
        given: Giver x people + taker of every tie, each once.
        people: How many people there are.
    """
    spoken = np.bincount(votes // claims, minlength=people)
    first = np.cumsum(spoken) - spoken
    one, other = given // people, given % people
    # Looked up from whoever speaks less, so that somebody who endorses everybody costs no more than the others.
    quiet = spoken[one] <= spoken[other]
    fewer, more = np.where(quiet, one, other), np.where(quiet, other, one)
    count = spoken[fewer]
    offset: NDArray[np.int64] = np.arange(int(count.sum()), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    left = np.repeat(first[fewer], count) + offset
    wanted = np.repeat(more, count) * claims + votes[left] % claims
    right = np.minimum(np.searchsorted(votes, wanted), len(votes) - 1)
    joined = votes[right] == wanted
    return left[joined], right[joined]
