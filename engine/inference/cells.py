"""Everything that bears on some pairs of person and skill, taken apart, for those that are audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.inference.endorsements import count_votes, group_endorsements
from engine.inference.exposure import find_silence
from engine.inference.fusion import Fusion
from engine.inference.model import SkillModel
from engine.inference.odds import to_probabilities
from engine.inference.posterior import combine_evidence, sort_population
from engine.inference.prior import align_profiles, read_priors
from engine.inference.profiles import read_profiles
from engine.inference.settings import InferenceSettings
from engine.inference.sums import look_up
from engine.inference.weighing import find_last_uses, refresh_endorsements, weigh_observations
from engine.population import Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS

OBSERVED = tuple(kind for kind in EVIDENCE_KINDS if kind != "endorsement")
"""Kinds of evidence that are observations, in the order of ``CellEvidence.kinds``."""


@dataclass(frozen=True)
class CellEvidence:
    """What bears on each pair, in log-odds, hand-set: before what audits found."""

    prior: NDArray[np.float64]
    kinds: NDArray[np.float64]
    """Pairs x ``OBSERVED``: sum of the weights of each kind, same-source discount included."""
    trust: NDArray[np.float64]
    """Greatest trust of an observation that speaks for the skill, 0–1."""
    voted: NDArray[np.float64]
    """Sum of the votes of people who are not in exchange with the person."""
    returned: NDArray[np.float64]
    """The vote of all who are, before it is bounded."""
    silence: NDArray[np.float64]

    def pick(self, rows: NDArray[np.intp]) -> CellEvidence:
        """Return some of the pairs."""
        return CellEvidence(
            self.prior[rows],
            self.kinds[rows],
            self.trust[rows],
            self.voted[rows],
            self.returned[rows],
            self.silence[rows],
        )


def read_cells(
    model: SkillModel,
    population: Population,
    person: NDArray[np.int64],
    skill: NDArray[np.int64],
    on: Sequence[date],
    settings: InferenceSettings,
    factors: Mapping[str, float],
) -> CellEvidence:
    """Collect what was known of pairs on their days; what came later is left out.

    Args:
        model: A fitted model.
        population: The people, as for ``infer_beliefs``.
        person: Rows of the pairs, each pair once.
        skill: Columns of the pairs.
        on: The day that each pair is looked at.
        settings: Weights and bounds.
        factors: What kinds of evidence are worth; it decides which evidence of one source is the strongest.
    """
    population = sort_population(population)
    skills = len(population.skills)
    code = person * skills + skill
    place = {int(item): row for row, item in enumerate(code)}
    day = {int(item): one for item, one in zip(code, on, strict=True)}
    plain = weigh_observations(population.observations, population.as_of, settings)
    silence = find_silence(population, settings)
    found = CellEvidence(
        prior=read_priors(model, align_profiles(model, read_profiles(population, plain)), person, skill),
        kinds=np.zeros((len(code), len(OBSERVED))),
        trust=np.zeros(len(code)),
        voted=np.zeros(len(code)),
        returned=np.zeros(len(code)),
        silence=look_up(silence.code, silence.logit, code),
    )
    seen = [item for item in population.observations if (item.person * skills + item.skill) in place]
    claims = [item for item in population.endorsements if (item.person * skills + item.skill) in place]
    for one in sorted(set(on)):
        observations = [item for item in seen if item.observed_on <= one == day[item.person * skills + item.skill]]
        weighed = weigh_observations(observations, one, settings, factors)
        row = np.fromiter((place[int(item)] for item in weighed.person * skills + weighed.skill), np.intp)
        column = np.fromiter((OBSERVED.index(item.kind) for item in observations), np.intp)
        np.add.at(found.kinds, (row, column), weighed.share * weighed.alone)
        np.maximum.at(found.trust, row, weighed.trust)

        given = [item for item in claims if item.observed_on <= one == day[item.person * skills + item.skill]]
        votes = count_votes(
            refresh_endorsements(given, find_last_uses(observations)),
            group_endorsements(given, population.endorsements, model.list_voices(population.people)),
            population.people,
            model.reliability,
            one,
            settings.model_copy(update={"mutual_bound": np.inf}),
        )
        row = np.fromiter((place[int(item)] for item in votes.person * skills + votes.skill), np.intp)
        np.add.at(found.voted, row[~votes.reciprocal], votes.logit[~votes.reciprocal])
        np.add.at(found.returned, row[votes.reciprocal], votes.logit[votes.reciprocal])
    return found


def judge_cells(cells: CellEvidence, fusion: Fusion, settings: InferenceSettings) -> NDArray[np.float64]:
    """Return the probability of each pair: the same sum as ``infer_beliefs`` makes."""
    factors = np.asarray([fusion.factors.get(kind, 1.0) for kind in OBSERVED])
    observed = cells.kinds @ factors + cells.silence
    voted = sum_votes(cells, fusion.endorsement, settings)
    return to_probabilities(combine_evidence(fusion.adjust(cells.prior), observed, cells.trust, voted, settings).logit)


def sum_votes(cells: CellEvidence, worth: float, settings: InferenceSettings) -> NDArray[np.float64]:
    """Return what all votes on each pair add; the bound on those in exchange with the person stays."""
    return worth * cells.voted + np.minimum(settings.mutual_bound, worth * cells.returned)


def judge_pairs(
    model: SkillModel,
    population: Population,
    person: NDArray[np.int64],
    skill: NDArray[np.int64],
    settings: InferenceSettings,
) -> NDArray[np.float64]:
    """Return what a model believes of some pairs today, those below the floor too."""
    today = [population.as_of] * len(person)
    cells = read_cells(model, population, person, skill, today, settings, model.fusion.factors)
    return judge_cells(cells, model.fusion, settings)
