"""The graph leaves out who is not ready enough; who is left is whom the engine's own rules would rank first."""

import pytest

from engine.matching import expect_met, judge_requirement, measure_readiness, to_held
from engine.service import Engine
from graph_schema.nodes import Person
from graph_schema.queries.candidates import CANDIDATES_WITH_SKILLS
from graph_schema.queries.roles import HOLDERS_OF_ROLE, REQUIREMENTS_OF_ROLE, ROLES_WITH_REQUIREMENTS

TOP = 7


def rank_everybody(engine: Engine, role_id: str) -> list[tuple[float, float, str]]:
    """Rank all candidates by the rules themselves, one after the other."""
    threshold = engine.settings.inference.threshold
    requirements = engine.store.ask(REQUIREMENTS_OF_ROLE, role_id=role_id)
    holders = {row.id for row in engine.store.ask(HOLDERS_OF_ROLE, role_id=role_id)}
    rows = engine.store.ask(CANDIDATES_WITH_SKILLS, skill_ids=[item.skill_id for item in requirements])
    ranked: list[tuple[float, float, str]] = []
    for row in rows:
        if row.id in holders:
            continue
        held = {item.skill_id: to_held(item) for item in row.skills}
        met = [
            item.skill_id
            for item in requirements
            if judge_requirement(item, held.get(item.skill_id), threshold) == "met"
        ]
        expected = sum(item.importance * expect_met(item, held.get(item.skill_id)) for item in requirements)
        total = sum(item.importance for item in requirements)
        ranked.append((-measure_readiness(requirements, met), -expected / total, row.id))
    return sorted(ranked)


@pytest.mark.parametrize("at_least", [0.0, 0.5, 0.8])
def test_a_pool_is_what_ranking_everybody_gives(sample_engine: Engine, at_least: float) -> None:
    shown, everybody = 0, len(sample_engine.store.list_ids(Person))
    for role in sample_engine.store.ask(ROLES_WITH_REQUIREMENTS):
        pool = sample_engine.pool(role.id, top=TOP, at_least=at_least)
        ranked = rank_everybody(sample_engine, role.id)
        holders = sample_engine.store.ask(HOLDERS_OF_ROLE, role_id=role.id)
        found = [entry for entry in ranked if -entry[0] >= at_least - 1e-9]
        assert (pool.considered, pool.found) == (everybody - len(holders), len(found)), role.id
        assert [entry.person.id for entry in pool.entries] == [id_ for _, _, id_ in found[:TOP]], role.id
        assert [entry.readiness for entry in pool.entries] == pytest.approx([-entry[0] for entry in found[:TOP]])
        shown += len(pool.entries)
    assert shown > 10
