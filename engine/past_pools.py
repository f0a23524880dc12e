"""The pool of a role as of a past day: whoever may be seen, inferred in memory from what was observed by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from engine.beliefs import read_latest_model, read_model
from engine.inference.model import SkillModel
from engine.inference.settings import InferenceSettings
from engine.pools import ROUNDING, choose_first, give_reasons, rank_candidate, read_asking
from engine.recalling import check_day, find_kept
from engine.refreshing import infer_people
from engine.results import Named, Pool, PoolEntry
from graph_schema.graph import Graph
from graph_schema.queries.candidates import CandidateRow, CandidateSkill
from graph_schema.queries.graph import ModelHeader
from graph_schema.queries.people import MEMBERS
from graph_schema.queries.roles import RequirementRow
from graph_schema.queries.sight import PEOPLE_TO_RANK, PersonToRank
from graph_schema.store import GraphStore

PORTION = 5_000
"""People who are inferred at once: what was observed is never in memory of more, whatever the organisation's size."""


def draw_past_pool(
    store: GraphStore, role: Named, settings: InferenceSettings, top: int, at_least: float, day: date, today: date
) -> Pool:
    """Rank everybody who does not hold a role by how ready they were for it on a past day; nothing is written.

    It is the pool that was drawn on that day, had the model been the one of today and had there been the people, roles
    and switches of today: what was observed by then counts as in ``recall_known``, and what people keep from others
    today stays kept. As in every pool, people of whom nothing is inferred are not ranked. Everybody who may be seen is
    inferred for it, so it takes as long as that.

    Raises:
        NotInferred: Inference has not been run on this graph.
        InvalidInput: The role has no requirements, or the day is yet to come.
    """
    check_day(day, today)
    stored = read_latest_model(store)
    requirements = read_asking(store, role).requirements
    model = read_model(store, stored.id)
    people = store.ask(PEOPLE_TO_RANK, role_id=role.id)
    seen_of = {person.id: person for person in people}
    found, first = 0, list[PoolEntry]()
    for start in range(0, len(people), PORTION):
        candidates = _recall_candidates(
            store, people[start : start + PORTION], requirements, model, stored, settings, day
        )
        ranked = (rank_candidate(candidate, requirements, settings.threshold) for candidate in candidates)
        ready = [entry for entry in ranked if entry.readiness >= at_least - ROUNDING]
        found += len(ready)
        first = choose_first([*first, *ready], top)
    # It took its time: who was erased meanwhile, or shows less, is not told of.
    now = {person.id: person for person in store.ask(PEOPLE_TO_RANK, role_id=role.id)}
    first = [entry for entry in first if now.get(entry.person.id) == seen_of[entry.person.id]]
    return Pool(
        role=role,
        at_least=at_least,
        as_of=day,
        model=stored.id,
        calibration=stored.calibration,
        considered=len(people),
        found=found,
        entries=give_reasons(
            store,
            stored.id,
            first,
            {entry.person.id: day for entry in first},
            {person.id for person in people if person.listed},
            [item.skill_id for item in requirements],
            settings,
        ),
    )


def _recall_candidates(
    graph: Graph,
    people: Sequence[PersonToRank],
    requirements: Sequence[RequirementRow],
    model: SkillModel,
    stored: ModelHeader,
    settings: InferenceSettings,
    day: date,
) -> Iterator[CandidateRow]:
    """Give those of some people of whom a list may count a required skill, as they were on a past day."""
    shown = {person.id: person for person in people}
    members = graph.ask(MEMBERS, person_ids=list(shown))
    inferred = [
        member.id
        for member in members
        if member.inference == "on" and (shown[member.id].listed or shown[member.id].others)
    ]
    if not inferred:
        return
    keep = [id_ for id_ in inferred if not (shown[id_].listed and shown[id_].others)]
    kept = find_kept(graph, keep, stored.as_of)
    labels = {item.skill_id: item.label for item in requirements}
    found = infer_people(graph, inferred, model, settings, day, labels)
    for id_, items in groupby(found, key=lambda item: item.start_id):
        person = shown[id_]
        skills = [
            CandidateSkill(
                skill_id=item.end_id,
                label=labels[item.end_id],
                probability=item.probability,
                level=item.level,
                level_low=item.level_low,
                level_high=item.level_high,
                listed=item.listed,
                verified=item.verified,
            )
            for item in items
            if (person.listed if item.listed else person.others) and item.end_id not in kept.get(id_, ())
        ]
        if skills:
            yield CandidateRow(
                id=id_,
                name=person.name,
                title=person.title,
                function=person.function,
                listed_visible=person.listed,
                as_of=day,
                skills=skills,
            )
