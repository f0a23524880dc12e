"""All terms of the hidden skills in an answer, so that nobody has to ask for each explanation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from engine.explanations import open_explainers
from engine.inference.results import Term
from engine.inference.settings import InferenceSettings
from engine.known import Known
from engine.results import Gap, PersonProfile, Pool
from engine.veiling import veil_explanation
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.sight import BELIEFS_SEEN_OF
from graph_schema.store import GraphStore

Terms = Mapping[tuple[str, str], tuple[Term, ...]]
"""Person and skill -> why it is believed."""


def add_to_profile(
    store: GraphStore, profile: PersonProfile, known: Known, settings: InferenceSettings
) -> PersonProfile:
    """Give a profile in which every hidden skill says why it is believed."""
    person = profile.person.id
    terms = _explain(store, {person: {item.skill.id for item in profile.hidden}}, known.beliefs, settings)
    hidden = tuple(replace(item, terms=terms.get((person, item.skill.id))) for item in profile.hidden)
    return replace(profile, hidden=hidden)


def add_to_gap(store: GraphStore, gap: Gap, known: Known, settings: InferenceSettings) -> Gap:
    """Give a gap in which every requirement of a hidden skill says why that is believed."""
    person = gap.person.id
    terms = _explain(store, {person: {item.skill.id for item in gap.requirements}}, known.beliefs, settings)
    requirements = tuple(replace(item, terms=terms.get((person, item.skill.id))) for item in gap.requirements)
    return replace(gap, requirements=requirements)


def add_to_pool(
    store: GraphStore, pool: Pool, settings: InferenceSettings, past: Iterable[BeliefRow] | None = None
) -> Pool:
    """Give a pool in which every hidden skill of everybody says why it is believed.

    Args:
        store: The graph.
        pool: The pool.
        settings: As for everybody.
        past: What was believed of its people on the day of the pool; what the graph holds when not given.
    """
    wanted = {entry.person.id: {item.skill.id for item in entry.skills} for entry in pool.entries}
    seen = store.ask(BELIEFS_SEEN_OF, person_ids=sorted(wanted)) if past is None else past
    terms = _explain(store, wanted, seen, settings)
    return replace(
        pool,
        entries=tuple(
            replace(
                entry,
                skills=tuple(replace(item, terms=terms.get((entry.person.id, item.skill.id))) for item in entry.skills),
            )
            for entry in pool.entries
        ),
    )


def _explain(
    store: GraphStore, wanted: Mapping[str, Collection[str]], shown: Iterable[BeliefRow], settings: InferenceSettings
) -> Terms:
    """Explain the hidden ones of some skills of some people, as an explanation of each would, in a few reads."""
    seen: dict[str, list[BeliefRow]] = {}
    for row in shown:
        seen.setdefault(row.person_id, []).append(row)
    hidden = [
        row
        for rows in seen.values()
        for row in rows
        if not row.listed and row.probability >= settings.threshold and row.skill_id in wanted[row.person_id]
    ]
    # Whoever had evidence recorded since everybody was inferred has beliefs of a later day.
    rows_of: dict[tuple[str, date], list[BeliefRow]] = {}
    for row in hidden:
        rows_of.setdefault((row.model, row.as_of), []).append(row)
    terms: dict[tuple[str, str], tuple[Term, ...]] = {}
    for (model, day), rows in rows_of.items():
        people, skills = {row.person_id for row in rows}, {row.skill_id for row in rows}
        explainers = open_explainers(store, model, day, people, skills, settings)
        for row in rows:
            told = explainers[row.person_id].explain(row.person_id, row.skill_id)
            told = veil_explanation(store, told, {item.skill_id for item in seen[row.person_id]})
            terms[row.person_id, row.skill_id] = told.terms
    return terms
