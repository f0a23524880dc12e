"""Talent pools and gaps: who fits a role, how well, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.beliefs import read_latest_model
from engine.explanations import open_explainers
from engine.inference.explaining import Explainer
from engine.inference.results import Explanation
from engine.inference.settings import InferenceSettings
from engine.known import Known, read_known
from engine.matching import Held, expect_met, judge_requirement, measure_readiness, to_held
from engine.postings import open_postings
from engine.results import Gap, Named, Pool, PoolEntry, PoolSkill, RequirementGap
from engine.veiling import may_see_all_of
from graph_schema.errors import InvalidInput
from graph_schema.queries.candidates import (
    CANDIDATES_BY_ID,
    NOT_HOLDING,
    READY_CANDIDATES,
    CandidateRow,
    CandidateSkill,
)
from graph_schema.queries.evidence import ListedSkill
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.roles import ROLE, RequirementRow, WholeRole
from graph_schema.scales import WORKING_LEVEL
from graph_schema.store import GraphStore

ROUNDING = 1e-9
"""Sums of importance that differ by no more are the same sum, added up in another order."""
REASONS = 2
"""How many reasons a pool shows for each hidden skill."""


def read_held(store: GraphStore, person_id: str, threshold: float) -> dict[str, Held]:
    """Return what may be seen of a person, by skill id; what they list counts as they say where nothing is inferred."""
    return hold_known(store, person_id, read_known(store, person_id), threshold)


def hold_known(store: GraphStore, person_id: str, known: Known, threshold: float) -> dict[str, Held]:
    """Return what counts of what is known of a person, by skill id."""
    return combine_held(known.listed, known.beliefs, threshold, own=may_see_all_of(store, person_id))


def combine_held(
    listed: Iterable[ListedSkill], believed: Iterable[BeliefRow | CandidateSkill], threshold: float, *, own: bool
) -> dict[str, Held]:
    """Return what counts of a person, by skill id, from what they list and what is believed of them.

    Of what others see of them (not ``own``) nothing is improbable: it could not be told from what the person keeps to
    themselves.
    """
    said = {row.skill_id: Held(1.0, row.level, listed=True, verified=False) for row in listed}
    seen = {row.skill_id: to_held(row) for row in believed if own or row.listed or row.probability >= threshold}
    return said | seen


def measure_gap(store: GraphStore, person: Named, role: Named, known: Known, settings: InferenceSettings) -> Gap:
    """Compare what is known of a person with the requirements of a role.

    Raises:
        NotInferred: Inference has not been run on this graph.
    """
    latest = known.model or read_latest_model(store)
    held = hold_known(store, person.id, known, settings.threshold)
    [target] = store.ask(ROLE, role_id=role.id)
    requirements = target.requirements
    states = {
        item.skill_id: judge_requirement(item, held.get(item.skill_id), settings.threshold) for item in requirements
    }
    met = [skill_id for skill_id, state in states.items() if state == "met"]
    return Gap(
        person=person,
        role=role,
        as_of=known.day or latest.as_of,
        model=latest.id,
        calibration=latest.calibration,
        readiness=measure_readiness(requirements, met),
        readiness_listed=measure_readiness(requirements, [skill_id for skill_id in met if held[skill_id].listed]),
        threshold=target.threshold,
        requirements=tuple(
            RequirementGap(
                skill=Named(item.skill_id, item.label),
                tier=item.tier,
                importance=item.importance,
                level_required=item.level,
                level=belief.level if (belief := held.get(item.skill_id)) else None,
                probability=belief.probability if belief else None,
                listed=belief.listed if belief else False,
                verified=belief.verified if belief else False,
                state=states[item.skill_id],
            )
            for item in requirements
        ),
    )


def draw_pool(store: GraphStore, role: Named, settings: InferenceSettings, top: int, at_least: float) -> Pool:
    """Rank everybody who does not hold a role by readiness for it, and say why their hidden skills are believed.

    Raises:
        NotInferred: Inference has not been run on this graph.
        InvalidInput: The role has no requirements.
    """
    stored = read_latest_model(store)
    requirements = read_asking(store, role).requirements
    promising, found = _find_promising(store, role, requirements, settings.threshold, top, at_least)
    skill_ids = [item.skill_id for item in requirements]
    candidates = store.ask(CANDIDATES_BY_ID, person_ids=promising, skill_ids=skill_ids)
    chosen = choose_first(
        (rank_candidate(candidate, requirements, settings.threshold) for candidate in candidates), top
    )
    shown = {item.id for item in candidates if item.listed_visible}
    # A person of whom evidence was recorded since everybody was inferred has beliefs of a later day.
    day_of = {item.id: item.as_of for item in candidates}
    return Pool(
        role=role,
        at_least=at_least,
        as_of=stored.as_of,
        model=stored.id,
        calibration=stored.calibration,
        considered=store.ask(NOT_HOLDING, role_id=role.id)[0].people,
        found=found,
        entries=give_reasons(store, stored.id, chosen, day_of, shown, skill_ids, settings),
    )


def read_asking(store: GraphStore, role: Named) -> WholeRole:
    """Return a role that asks something of people, so that they can be ranked for it.

    Raises:
        InvalidInput: The role has no requirements.
    """
    [target] = store.ask(ROLE, role_id=role.id)
    if not target.requirements:
        raise InvalidInput("role", f"{role.name} has no requirements, so nobody is more or less ready for it")
    return target


def choose_first(entries: Iterable[PoolEntry], top: int) -> list[PoolEntry]:
    """Return the first of a pool in their order: the readiest, then who is expected to be."""
    return sorted(entries, key=lambda entry: (-entry.readiness, -entry.expected_readiness, entry.person.id))[:top]


def give_reasons(
    store: GraphStore,
    model_id: str,
    entries: Sequence[PoolEntry],
    day_of: Mapping[str, date],
    shown: Collection[str],
    skill_ids: Collection[str],
    settings: InferenceSettings,
) -> tuple[PoolEntry, ...]:
    """Give the entries of a pool in which every hidden skill says why it is believed.

    Args:
        store: The graph.
        model_id: The model by which it is believed.
        entries: The entries.
        day_of: The day for which it is believed, by the ids of the people.
        shown: Ids of those whose listed skills may be named in reasons.
        skill_ids: What the role requires.
        settings: As for everybody.
    """
    hidden = {
        entry.person.id: [
            item.skill.id for item in entry.skills if not item.listed and item.state in ("met", "level", "unverified")
        ]
        for entry in entries
    }
    people_of: dict[date, list[str]] = {}
    for person in filter(hidden.__getitem__, hidden):
        people_of.setdefault(day_of[person], []).append(person)
    explainers: dict[str, Explainer] = {}
    for day, people in people_of.items():
        explainers |= open_explainers(store, model_id, day, people, skill_ids, settings)
    return tuple(
        _add_reasons(
            entry,
            {skill: explainers[entry.person.id].explain(entry.person.id, skill) for skill in hidden[entry.person.id]},
            may_name_skills=entry.person.id in shown,
        )
        for entry in entries
    )


def _find_promising(
    store: GraphStore, role: Named, requirements: list[RequirementRow], threshold: float, top: int, at_least: float
) -> tuple[list[str], int]:
    """Return who may be among the first, and how many are ready enough."""
    least = at_least * sum(item.importance for item in requirements) - ROUNDING
    found = store.ask(
        READY_CANDIDATES,
        role_id=role.id,
        person_ids=open_postings(store.whole).find_people(requirements, threshold, least),
        skill_ids=[item.skill_id for item in requirements],
        requirements={
            item.skill_id: {"level": item.level, "importance": item.importance, "verified": item.verified}
            for item in requirements
        },
        threshold=threshold,
        working_level=WORKING_LEVEL,
        least=least,
    )[0]
    # All who are as ready as the last who is shown: which of them come first is not told by readiness alone.
    last = min(sorted(found.met, reverse=True)[:top], default=0.0) - ROUNDING
    first = [id_ for id_, met in zip(found.person_ids, found.met, strict=True) if met >= last]
    return first, len(found.person_ids)


def rank_candidate(candidate: CandidateRow, requirements: Sequence[RequirementRow], threshold: float) -> PoolEntry:
    """Return how a candidate stands to the requirements of a role, without reasons."""
    held = {item.skill_id: to_held(item) for item in candidate.skills}
    states = {item.skill_id: judge_requirement(item, held.get(item.skill_id), threshold) for item in requirements}
    met = [skill_id for skill_id, state in states.items() if state == "met"]
    expected = sum(item.importance * expect_met(item, held.get(item.skill_id)) for item in requirements)
    total = sum(item.importance for item in requirements)
    return PoolEntry(
        person=Named(candidate.id, candidate.name),
        title=candidate.title,
        function=candidate.function,
        readiness=measure_readiness(requirements, met),
        readiness_listed=measure_readiness(requirements, [skill_id for skill_id in met if held[skill_id].listed]),
        expected_readiness=expected / total if total else 1.0,
        skills=tuple(
            PoolSkill(
                skill=Named(item.skill_id, item.label),
                level_required=item.level,
                importance=item.importance,
                probability=held[item.skill_id].probability,
                level=held[item.skill_id].level,
                listed=held[item.skill_id].listed,
                verified=held[item.skill_id].verified,
                state=states[item.skill_id],
                reasons=(),
            )
            for item in requirements
            if states[item.skill_id] not in ("unknown", "improbable")
        ),
        missing=tuple(Named(item.skill_id, item.label) for item in requirements if states[item.skill_id] != "met"),
    )


def _add_reasons(entry: PoolEntry, explanations: Mapping[str, Explanation], *, may_name_skills: bool) -> PoolEntry:
    skills = tuple(
        replace(item, reasons=_find_strongest(explanations[item.skill.id], may_name_skills))
        if item.skill.id in explanations
        else item
        for item in entry.skills
    )
    return replace(entry, skills=skills)


def _find_strongest(explanation: Explanation, may_name_skills: bool) -> tuple[str, ...]:
    reasons = [
        term
        for term in explanation.terms
        if term.logit > 0
        and term.kind not in ("base_rate", "evidence_floor")
        # Who keeps listed skills to themselves must not be told of by the reasons for another skill.
        and (may_name_skills or term.skill_id is None)
    ]
    return tuple(term.text for term in sorted(reasons, key=lambda term: -term.logit)[:REASONS])
