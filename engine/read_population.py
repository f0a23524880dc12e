"""Reads the population that inference computes on from the graph, in a few collected reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from scipy.sparse import csr_array

from engine.inference.exposure import MOST_TOGETHER, find_exposure
from engine.population import AuditOutcome, Endorsement, Observation, Population
from engine.read_catalogue import read_labels
from graph_schema.graph import Graph
from graph_schema.queries.audits import AUDITS
from graph_schema.queries.evidence import ENDORSEMENTS, EXPOSURES, OBSERVATIONS, TEAMS, PersonEndorsements
from graph_schema.queries.people import MEMBERS
from graph_schema.queries.skills import SKILL_VECTORS_OF, SKILLS_IN_USE
from graph_schema.store import GraphStore


def read_population(
    graph: Graph,
    as_of: date,
    person_ids: Sequence[str] | None = None,
    switches: Collection[str] = ("on",),
    skill_ids: Collection[str] | None = None,
) -> Population:
    """Read everybody with what audits found, or some people with those who endorse them, as of a day.

    Of people whose inference switch is none of ``switches`` nothing but the name is read: no observation and no
    endorsement of them.

    Args:
        graph: Where to read.
        as_of: The day that decides what is active.
        person_ids: Whom to read; everybody when not given.
        switches: Whose evidence to read.
        skill_ids: The skills to ask about, beside those that the evidence names; all skills in use when not given. Of
            given ones nothing is looked up: their labels are their ids.
    """
    circle = None if person_ids is None else sorted(set(person_ids))
    endorsed = graph.ask(ENDORSEMENTS, person_ids=circle, endorser_ids=None, as_of=as_of)
    if circle is not None:
        # Whether endorsers vouch for one another, or are vouched for in return, decides how often they count.
        circle = sorted({*circle, *(item.endorser_id for row in endorsed for item in row.endorsements)})
        endorsed = graph.ask(ENDORSEMENTS, person_ids=circle, endorser_ids=circle, as_of=as_of)
    members = graph.ask(MEMBERS, person_ids=circle)
    observed = graph.ask(OBSERVATIONS, person_ids=person_ids, as_of=as_of)
    if skill_ids is None:
        labels = {skill.id: skill.name for skill in graph.ask(SKILLS_IN_USE, skill_ids=None)}
    else:
        named = {*skill_ids, *(item.skill_id for row in observed for item in row.observations)}
        named |= {item.skill_id for row in endorsed for item in row.endorsements}
        labels = dict(zip(sorted(named), sorted(named), strict=True))
    row_of = {member.id: row for row, member in enumerate(members)}
    column_of = {skill: column for column, skill in enumerate(labels)}
    inferred = {member.id for member in members if member.inference in switches}
    observations = [
        Observation(
            id=item.id,
            person=row_of[row.person_id],
            skill=column_of[item.skill_id],
            kind=item.kind,
            level=item.level,
            score=item.score,
            observed_on=item.observed_on,
            valid_until=item.valid_until,
            via_id=item.via_id,
            via=item.via,
            by_id=item.by_id,
            by=item.by,
        )
        for row in observed
        if row.person_id in inferred
        for item in row.observations
    ]
    endorsements = [
        Endorsement(
            row_of[item.endorser_id], row_of[row.person_id], column_of[item.skill_id], item.level, item.observed_on
        )
        for row in endorsed
        if row.person_id in inferred
        for item in row.endorsements
        # An endorsement names its skill, and outlives it where a newer taxonomy has dropped that skill.
        if item.skill_id in column_of
    ]
    shape = (len(members), len(labels))
    return Population(
        as_of=as_of,
        people=tuple(member.id for member in members),
        names=tuple(member.name for member in members),
        groups=tuple(member.group for member in members),
        skills=tuple(labels),
        labels=tuple(labels.values()),
        observations=tuple(observations),
        endorsements=tuple(endorsements),
        audits=() if circle is not None else _read_audits(graph, as_of, row_of, column_of, inferred),
        exposed=_find_exposed(graph, endorsed, row_of, column_of, shape)
        if person_ids is None
        else _read_exposed(graph, as_of, person_ids, row_of, column_of, shape),
    )


def read_believed(store: GraphStore, as_of: date, person_ids: Sequence[str], skill_ids: Collection[str]) -> Population:
    """Read some people as of a day, to explain what is believed of them about some skills.

    What is believed of somebody stays explained while a soft switch keeps it from changing.
    """
    population = read_population(store, as_of, person_ids, switches=("on", "soft_off"), skill_ids=skill_ids)
    labels = read_labels(store)
    return replace(population, labels=tuple(labels.get(skill, skill) for skill in population.skills))


def _find_exposed(
    graph: Graph,
    endorsed: Sequence[PersonEndorsements],
    row_of: Mapping[str, int],
    column_of: Mapping[str, int],
    shape: tuple[int, int],
) -> csr_array:
    given = [
        (row_of[item.endorser_id], row_of[row.person_id], column_of[item.skill_id])
        for row in endorsed
        for item in row.endorsements
        if item.skill_id in column_of
    ]
    teams = [[row_of[person] for person in team.person_ids] for team in graph.ask(TEAMS, most=MOST_TOGETHER)]
    return find_exposure(teams, np.asarray(given, dtype=np.int64).reshape(-1, 3).T, shape)


def _read_exposed(
    graph: Graph,
    as_of: date,
    person_ids: Sequence[str],
    row_of: Mapping[str, int],
    column_of: Mapping[str, int],
    shape: tuple[int, int],
) -> csr_array:
    """Read of some people what ``_find_exposed`` computes of everybody."""
    rows = graph.ask(EXPOSURES, person_ids=sorted(set(person_ids)), as_of=as_of, most=MOST_TOGETHER)
    found = [
        (row_of[row.person_id], column_of[item.skill_id], item.colleagues)
        for row in rows
        for item in row.skills
        if item.skill_id in column_of
    ]
    person, skill, colleagues = np.asarray(found, dtype=np.int64).reshape(-1, 3).T
    counts = csr_array((colleagues, (person, skill)), shape=shape)
    counts.sort_indices()
    return counts


def _read_audits(
    graph: Graph, as_of: date, row_of: Mapping[str, int], column_of: Mapping[str, int], inferred: Collection[str]
) -> tuple[AuditOutcome, ...]:
    return tuple(
        AuditOutcome(
            person=row_of[row.person_id],
            skill=column_of[row.skill_id],
            has=row.outcome == "yes",
            propensity=row.propensity,
            recorded_on=row.recorded_on,
        )
        for row in graph.ask(AUDITS)
        if row.outcome in ("yes", "no") and row.recorded_on is not None and row.recorded_on <= as_of
        # A skill that nothing in the graph speaks of any more is no column.
        if row.person_id in inferred and row.skill_id in column_of
    )


def add_embeddings(store: GraphStore, population: Population) -> Population:
    """Return the population with the vectors of its skills, which fitting alone needs."""
    vectors = store.ask(SKILL_VECTORS_OF, skill_ids=list(population.skills))
    if not vectors:
        return population
    column_of = {skill: column for column, skill in enumerate(population.skills)}
    embeddings = np.full((len(column_of), len(vectors[0].embedding)), np.nan, dtype=np.float32)
    for item in vectors:
        embeddings[column_of[item.id]] = item.embedding
    return replace(population, embeddings=embeddings)
