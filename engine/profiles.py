"""A person as Skillway knows them: what they list and what is believed of them."""

from __future__ import annotations

from engine.inference.settings import InferenceSettings
from engine.results import Named, PersonProfile, SkillBelief
from graph_schema.queries.evidence import LISTED_SKILLS, ListedSkill
from graph_schema.queries.graph import LATEST_MODEL
from graph_schema.queries.people import BELIEFS_OF_PERSON, PERSON, BeliefRow
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore


def read_profile(store: GraphStore, person: Named, settings: InferenceSettings) -> PersonProfile:
    """Return a person's listed and hidden skills, most probable first."""
    row = store.ask(PERSON, person_id=person.id)[0]
    stored = store.ask(BELIEFS_OF_PERSON, person_id=person.id)
    beliefs = [to_belief(item, item.label, settings.threshold) for item in stored]
    inferred = {item.skill.id for item in beliefs}
    listed = [
        _to_listed(item) for item in store.ask(LISTED_SKILLS, person_id=person.id) if item.skill_id not in inferred
    ]
    models = store.ask(LATEST_MODEL)
    return PersonProfile(
        person=Named(row.id, row.name),
        title=row.title,
        function=row.function,
        region=row.region,
        team=row.team,
        manager=row.manager,
        roles=tuple(Named(role_id, title) for role_id, title in zip(row.role_ids, row.roles, strict=True)),
        inference=row.inference,
        model=models[0].id if models else None,
        calibration=models[0].calibration if models else None,
        as_of=max((item.as_of for item in stored), default=models[0].as_of if models else None),
        listed=(*(item for item in beliefs if item.listed), *listed),
        hidden=tuple(item for item in beliefs if item.hidden),
    )


def _to_listed(row: ListedSkill) -> SkillBelief:
    return SkillBelief(Named(row.skill_id, row.label), None, row.level, None, None, True, False, False)


def to_belief(row: BeliefRow | HasSkill, label: str, threshold: float) -> SkillBelief:
    """Return a belief, as it stands in the graph or as it is written there, for people to read."""
    return SkillBelief(
        skill=Named(row.skill_id if isinstance(row, BeliefRow) else row.end_id, label),
        probability=row.probability,
        level=row.level,
        level_low=row.level_low,
        level_high=row.level_high,
        listed=row.listed,
        verified=row.verified,
        hidden=not row.listed and row.probability >= threshold,
    )
