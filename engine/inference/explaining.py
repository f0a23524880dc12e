"""Why somebody is believed to have a skill: the terms of the sum, what each one changes, and which ones decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engine.inference.endorsements import Votes, count_votes, group_endorsements
from engine.inference.explaining_levels import ExplainedLevel, explain_level
from engine.inference.exposure import weigh_silence
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit, to_probability
from engine.inference.posterior import combine_evidence, mark_pairs, sort_population
from engine.inference.prior import PriorTerm, adjust_terms, align_profiles, list_prior_terms, read_priors
from engine.inference.profiles import read_profiles
from engine.inference.results import Explanation, Term
from engine.inference.settings import InferenceSettings
from engine.inference.sums import sum_by
from engine.inference.weighing import WeighedObservations, find_last_uses, refresh_endorsements, weigh_observations
from engine.inference.wording import name_endorsement, word_endorsement, word_observation, word_prior, word_silence
from engine.population import Endorsement, Observation, Population
from graph_schema.errors import NotFound

EXACT_PIECES = 12
"""Up to so many pieces of evidence every subset is tried for the decisive set; beyond, the strongest go first."""


def explain_belief(
    model: SkillModel, population: Population, person: str, skill: str, settings: InferenceSettings
) -> Explanation:
    """Explain one belief, as an :class:`Explainer` does.

    Raises:
        NotFound: The person or the skill is not in the population.
    """
    return Explainer(model, population, settings).explain(person, skill)


class Explainer:
    """Explains the beliefs about a population: the same numbers as ``infer_beliefs`` gives, taken apart.

    Args:
        model: The fitted model.
        population: At least the people asked about with all evidence about them, and all endorsements among them and
            those who endorse them, and how many of their team vouch for the skill of others; a larger population gives
            the same answers.
        settings: As in ``infer_beliefs``.
    """

    def __init__(self, model: SkillModel, population: Population, settings: InferenceSettings) -> None:
        self._model = model
        self._settings = settings
        self._population = population = sort_population(population)
        self._row_of = {id_: row for row, id_ in enumerate(population.people)}
        self._column_of = {id_: column for column, id_ in enumerate(population.skills)}
        weighed = weigh_observations(population.observations, population.as_of, settings)
        self._aligned = align_profiles(model, read_profiles(population, weighed))
        self._voices = model.list_voices(population.people)
        self._marks = mark_pairs(population)
        self._own: dict[int, _Own] = {}

    def explain(self, person: str, skill: str) -> Explanation:
        """Explain one belief.

        Args:
            person: Id of the person.
            skill: Id of the skill.

        Raises:
            NotFound: The person or the skill is not in the population.
        """
        if person not in self._row_of:
            raise NotFound("person", person, "it is not among the people given")
        if skill not in self._column_of:
            raise NotFound("skill", skill, "it is not among the skills given")
        case = self._open_case(self._row_of[person], self._column_of[skill])
        return _describe_case(case, person, skill)

    def _open_case(self, row: int, column: int) -> _Case:
        model, population, settings = self._model, self._population, self._settings
        own = self._find_own(row)
        claims = tuple(item for item in own.endorsements if item.skill == column)
        circle = {row, *(item.endorser for item in claims)}
        ties = [item for item in population.endorsements if item.endorser in circle and item.person in circle]
        prior = read_priors(model, self._aligned, np.asarray([row]), np.asarray([column]))
        number = int(self._aligned.skill[column])
        about = tuple(item for item in own.observations if item.skill == column)
        groups = group_endorsements(claims, ties, self._voices)
        counted = refresh_endorsements(claims, find_last_uses(about))
        worth, reliability = model.fusion.endorsement, model.reliability
        votes = count_votes(counted, groups, population.people, reliability, population.as_of, settings, worth)
        told = replace(population, observations=own.observations, endorsements=claims)
        code = row * len(population.skills) + column
        return _Case(
            model=model,
            settings=settings,
            population=population,
            prior=model.fusion.adjust(float(prior[0])),
            prior_terms=adjust_terms(model, list_prior_terms(model, self._aligned, row, number)),
            rated=explain_level(model, told, self._aligned, own.judged, votes, (row, column), settings),
            listed=bool((self._marks.listed == code).any()),
            verified=bool((self._marks.verified == code).any()),
            observations=about,
            weighed=weigh_observations(about, population.as_of, settings, model.fusion.factors),
            endorsements=claims,
            ties=tuple(ties),
            voices=self._voices,
            votes=votes,
            exposed=0 if population.exposed is None else int(population.exposed[row, column]),
        )

    def _find_own(self, row: int) -> _Own:
        if row not in self._own:
            observations = tuple(item for item in self._population.observations if item.person == row)
            factors = self._model.fusion.factors
            self._own[row] = _Own(
                observations,
                tuple(item for item in self._population.endorsements if item.person == row),
                weigh_observations(observations, self._population.as_of, self._settings, factors),
            )
        return self._own[row]


def _describe_case(case: _Case, person: str, skill: str) -> Explanation:
    model, population, settings = case.model, case.population, case.settings
    whole = case.judge()
    probability = to_probability(whole.logit)
    terms = [case.describe_prior(term) for term in case.prior_terms]
    terms += [case.describe_observation(row, item) for row, item in enumerate(case.observations)]
    terms += [case.describe_vote(row, item) for row, item in enumerate(case.endorsements)]
    if whole.floor > 0.0:
        share = settings.evidence_prior
        text = f"somebody speaks of this skill at all, so the starting point is lifted towards {share:.0%}"
        terms.append(Term("evidence_floor", text, whole.floor, to_probability(whole.logit - whole.floor)))
    if whole.cap < 0.0:
        text = f"endorsements alone never lift a probability past {settings.endorsement_cap:.0%}"
        terms.append(Term("endorsement_cap", text, whole.cap, to_probability(whole.logit - whole.cap)))
    if whole.silence < 0.0:
        text = word_silence(case.exposed)
        terms.append(Term("silence", text, whole.silence, to_probability(whole.logit - whole.silence)))
    reasons = sorted(terms[1:], key=lambda term: (-abs(term.logit), term.kind, term.evidence_id or "", term.text))
    return Explanation(
        person_id=person,
        person_name=population.names[population.people.index(person)],
        skill_id=skill,
        skill_label=population.labels[population.skills.index(skill)],
        probability=probability,
        logit=whole.logit,
        level=case.rated.level,
        level_low=case.rated.low,
        level_high=case.rated.high,
        listed=case.listed,
        verified=case.verified,
        calibration=model.calibration,
        calibration_text=model.calibration_text,
        model=model.version,
        as_of=population.as_of,
        terms=(terms[0], *reasons),
        level_terms=case.rated.terms,
        decisive=case.find_decisive(),
    )


@dataclass(frozen=True)
class _Own:
    """What is observed of one person and who endorses them."""

    observations: tuple[Observation, ...]
    endorsements: tuple[Endorsement, ...]
    judged: WeighedObservations


@dataclass(frozen=True)
class _Verdict:
    logit: float
    floor: float
    cap: float
    silence: float


@dataclass(frozen=True)
class _Case:
    """One person and skill with everything that bears on it."""

    model: SkillModel
    settings: InferenceSettings
    population: Population
    prior: float
    prior_terms: list[PriorTerm]
    rated: ExplainedLevel
    listed: bool
    verified: bool
    observations: tuple[Observation, ...]
    weighed: WeighedObservations
    endorsements: tuple[Endorsement, ...]
    ties: tuple[Endorsement, ...]
    """All endorsements among the person and those who vouch for the skill."""
    voices: NDArray[np.int64]
    """Per person the number of the voice they share with others, -1 for none."""
    votes: Votes
    exposed: int
    """How many colleagues vouch for the skill of somebody else."""

    def judge(self, without: Sequence[int] = (), prior_less: float = 0.0) -> _Verdict:
        """Compute the log-odds without some pieces: observations by row, then endorsements, or parts of the prior."""
        weighed, votes = self.weighed, self.votes
        if without:
            kept = [item for row, item in enumerate(self.observations) if row not in without]
            weighed = weigh_observations(kept, self.population.as_of, self.settings, self.model.fusion.factors)
            count = len(self.observations)
            rows = [row for row in range(len(self.endorsements)) if row + count not in without]
            votes = self._count(rows, kept)
        # The same reductions in the same order as for a whole population, for the same bits.
        observed = sum_by(np.zeros(len(weighed.logit), dtype=np.intp), weighed.logit, 1)
        voted = sum_by(np.zeros(len(votes.logit), dtype=np.intp), votes.logit, 1)
        trust = np.asarray([weighed.trust.max(initial=0.0)])
        prior = np.asarray([self.prior - prior_less])
        silence = weigh_silence(self.settings) if self.exposed and not len(votes.logit) else 0.0
        found = combine_evidence(prior, observed + silence, trust, voted, self.settings)
        return _Verdict(float(found.logit[0]), float(found.floor[0]), float(found.cap[0]), silence)

    @property
    def last_use(self) -> date | None:
        """The last day that the person showed the skill in use."""
        return next(iter(find_last_uses(self.observations).values()), None)

    def _count(self, rows: Sequence[int], observations: Sequence[Observation]) -> Votes:
        endorsements = refresh_endorsements([self.endorsements[row] for row in rows], find_last_uses(observations))
        # Without a vote the tie that it was is gone too, as if it had never been given.
        left_out = {item for row, item in enumerate(self.endorsements) if row not in rows}
        ties = [item for item in self.ties if item not in left_out]
        groups = group_endorsements(endorsements, ties, self.voices)
        people, worth = self.population.people, self.model.fusion.endorsement
        reliability = self.model.reliability
        return count_votes(endorsements, groups, people, reliability, self.population.as_of, self.settings, worth)

    def describe_prior(self, term: PriorTerm) -> Term:
        other = None if term.skill is None else self.model.skills[term.skill]
        label = "" if other is None else self.population.labels[self.population.skills.index(other)]
        return Term(
            kind=term.kind,
            text=word_prior(term, label),
            logit=term.logit,
            counterfactual=to_probability(self.judge(prior_less=term.logit).logit),
            skill_id=other,
        )

    def describe_observation(self, row: int, item: Observation) -> Term:
        logit = float(self.weighed.logit[row])
        return Term(
            kind=item.kind,
            text=word_observation(item, float(self.weighed.share[row]), self.last_use if logit > 0.0 else None),
            logit=logit,
            counterfactual=to_probability(self.judge(without=(row,)).logit),
            evidence_id=item.id,
            observed_on=item.observed_on,
            source=item.via or item.by,
        )

    def describe_vote(self, row: int, item: Endorsement) -> Term:
        name = self.population.names[item.endorser]
        logit = float(self.votes.logit[row])
        return Term(
            kind="endorsement",
            text=word_endorsement(name, item, bool(self.votes.reciprocal[row]), counted=logit > 0.0),
            logit=logit,
            counterfactual=to_probability(self.judge(without=(len(self.observations) + row,)).logit),
            evidence_id=name_endorsement(self.population, item),
            observed_on=item.observed_on,
            source=name,
        )

    def find_decisive(self) -> tuple[str, ...]:
        """Find the smallest set of evidence and other skills without which the belief falls below the threshold."""
        threshold = to_logit(self.settings.threshold)
        if self.judge().logit < threshold:
            return ()
        names = [item.id for item in self.observations]
        names += [name_endorsement(self.population, item) for item in self.endorsements]
        pieces = list(range(len(names)))
        loss = {row: self.judge().logit - self.judge(without=(row,)).logit for row in pieces}
        pieces.sort(key=lambda row: (-loss[row], names[row]))
        others = sorted(
            ((term.logit, self.model.skills[term.skill]) for term in self.prior_terms if term.skill is not None),
            key=lambda pair: (-pair[0], pair[1]),
        )
        helping = [pair for pair in others if pair[0] > 0]
        for size in range(1, len(pieces) + len(helping) + 1):
            for taken in range(min(size, len(pieces)), -1, -1):
                rest = helping[: size - taken]
                if len(rest) < size - taken:
                    continue
                chosen = combinations(pieces, taken) if len(pieces) <= EXACT_PIECES else [tuple(pieces[:taken])]
                for without in chosen:
                    if self.judge(without, sum(logit for logit, _ in rest)).logit < threshold:
                        return (*(names[row] for row in without), *(skill for _, skill in rest))
        return ()
