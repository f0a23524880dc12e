"""A person as Skillway knows them: what they list and what is believed of them."""

from __future__ import annotations

from engine.inference.settings import InferenceSettings
from engine.known import Known
from engine.results import Named, PersonProfile, SkillBelief
from engine.veiling import find_seen, may_see_all_of
from graph_schema.queries.evidence import ListedSkill
from graph_schema.queries.people import PERSON, BeliefRow, PersonRow
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore


def read_profile(store: GraphStore, person: Named, known: Known, settings: InferenceSettings) -> PersonProfile:
    """Return the listed and hidden skills of a person that may be seen, most probable first."""
    row = store.ask(PERSON, person_id=person.id)[0]
    beliefs = [to_belief(item, item.label, settings.threshold) for item in known.beliefs]
    inferred = {item.skill.id for item in beliefs}
    listed = [_to_listed(item) for item in known.listed if item.skill_id not in inferred]
    model = known.model
    last = max((item.as_of for item in known.beliefs), default=model.as_of if model else None)
    return PersonProfile(
        person=Named(row.id, row.name),
        title=row.title,
        function=row.function,
        region=row.region,
        team=row.team,
        manager=row.manager if _may_name_manager(store, row) else None,
        roles=tuple(Named(role_id, title) for role_id, title in zip(row.role_ids, row.roles, strict=True)),
        inference=row.inference,
        model=model.id if model else None,
        calibration=model.calibration if model else None,
        as_of=known.day or last,
        listed=(*(item for item in beliefs if item.listed), *listed),
        hidden=tuple(item for item in beliefs if item.hidden),
    )


def _may_name_manager(store: GraphStore, row: PersonRow) -> bool:
    return may_see_all_of(store, row.id) or (row.manager_id is not None and bool(find_seen(store, [row.manager_id])))


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
