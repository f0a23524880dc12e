from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.inference.endorsers import learn_from_endorsements
from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import AuditOutcome
from engine.simulation.attacks import ATTACKS, Attack, plan_attacks
from engine.simulation.world import AS_OF, World, draw_latent_truth, draw_world, list_everything
from graph_schema.errors import InvalidInput

SETTINGS = InferenceSettings(updates=200, passes=5, floor=0.0)
RINGS = ["ring", "distinct_ring", "collusion"]
PLANTED = 4


@cache
def company() -> World:
    return draw_world(draw_latent_truth(240, 40, 0), 0)


@cache
def fitted() -> SkillModel:
    return fit_model(list_everything(draw_latent_truth(600, 40, 0)), SETTINGS)


def believe(world: World, audits: tuple[AuditOutcome, ...] = ()) -> np.ndarray:
    population = replace(world.to_population(), audits=audits)
    beliefs = infer_beliefs(learn_from_endorsements(fitted(), population, SETTINGS), population, SETTINGS)
    table = np.empty(world.truth.shape)
    table[beliefs.person, beliefs.skill] = beliefs.probability
    return table


@cache
def before() -> np.ndarray:
    return believe(company())


def measure_gains(attacks: list[Attack], audits: tuple[AuditOutcome, ...] = ()) -> np.ndarray:
    person, skill = np.asarray([claim for attack in attacks for claim in attack.claims]).T
    after = believe(company().join(tuple(item for attack in attacks for item in attack.endorsements)), audits)
    return after[person, skill] - before()[person, skill]


def shrink(attack: Attack, size: int) -> Attack:
    """Keep the first members of a ring and what they vouch for among themselves."""
    members = attack.members[:size]
    return replace(
        attack,
        members=members,
        claims=tuple(claim for claim in attack.claims if claim[0] == members[0]),
        endorsements=tuple(item for item in attack.endorsements if item.endorser in members and item.person in members),
    )


@pytest.mark.parametrize("size", range(3, 11))
@pytest.mark.parametrize("kind", RINGS)
def test_no_ring_gains_more_than_fifteen_points(kind, size):
    gains = measure_gains(plan_attacks(company(), kind, size, PLANTED, 0))
    assert 0 < gains.mean() < 0.1
    assert gains.max() <= 0.15


@pytest.mark.parametrize("kind", RINGS)
def test_no_ring_gains_by_growing(kind):
    whole = plan_attacks(company(), kind, 10, PLANTED, 0)
    small, *larger = [measure_gains([shrink(attack, size) for attack in whole]) for size in range(3, 11)]
    for gains in larger:
        assert (gains <= small + 0.005).all()


@pytest.mark.parametrize("size", [5, 10])
def test_a_circle_of_one_way_votes_gains_by_one_vote_at_most(size):
    gains = measure_gains(plan_attacks(company(), "relay", size, PLANTED, 0))
    one = measure_gains(plan_attacks(company(), "relay", 3, PLANTED, 0))
    assert gains.mean() <= one.mean() + 0.03


def test_a_star_is_not_seen_but_stops_at_the_cap():
    attacks = plan_attacks(company(), "star", 10, 2, 0)
    gains = measure_gains(attacks)
    person, skill = np.asarray([claim for attack in attacks for claim in attack.claims]).T
    was = before()[person, skill]
    assert gains.mean() > 0.3
    assert ((was + gains)[was < 0.8] <= 0.8 + 1e-9).all()


def test_two_failed_audits_take_from_a_star_what_it_gained_elsewhere():
    attacks = plan_attacks(company(), "star", 5, 2, 0)
    failed = tuple(AuditOutcome(*claim, False, 0.1, AS_OF) for attack in attacks for claim in attack.claims[:2])
    third = np.arange(2, 6, 3)
    assert measure_gains(attacks)[third].mean() > 0.5
    assert measure_gains(attacks, failed)[third].mean() < 0.4


@pytest.mark.parametrize("kind", ATTACKS)
def test_attackers_vouch_for_nothing_true_and_each_is_in_one_attack(kind):
    attacks = plan_attacks(company(), kind, 5, 3, 1)
    members = [row for attack in attacks for row in attack.members]
    assert len(members) == len(set(members)) == 3 * (6 if kind == "star" else 5)
    for attack in attacks:
        assert not any(company().has[claim] for claim in attack.claims)
        assert {(item.person, item.skill) for item in attack.endorsements} == set(attack.claims)
        assert {item.endorser for item in attack.endorsements} <= set(attack.members)
    assert plan_attacks(company(), kind, 5, 3, 1) == attacks


def test_kinds_are_what_they_say():
    def plan(kind: str) -> Attack:
        return plan_attacks(company(), kind, 5, 1, 0)[0]

    assert len({skill for _, skill in plan("ring").claims}) == 1
    assert len(plan("ring").claims) == len(plan("distinct_ring").claims) == 5
    assert len(set(company().department[list(plan("collusion").members)])) == 5
    assert len(set(company().department[list(plan("distinct_ring").members)])) == 1
    ties = {(item.endorser, item.person) for item in plan("relay").endorsements}
    assert len(ties) == 10
    assert not any((whom, who) in ties for who, whom in ties)
    assert {item.person for item in plan("star").endorsements} == {plan("star").members[0]}
    assert len(plan("star").claims) == 3


def test_an_attack_changes_nothing_else_of_the_company():
    attack = plan_attacks(company(), "ring", 4, 1, 0)[0]
    joined = company().join(attack.endorsements)
    assert set(joined.endorsements) - set(company().endorsements) == set(attack.endorsements)
    assert set(company().endorsements) <= set(joined.endorsements)
    assert joined.join(attack.endorsements).endorsements == joined.endorsements


@pytest.mark.parametrize(
    ("kind", "size", "message"),
    [("rumour", 5, "ring, distinct_ring"), ("ring", 1, "at least 2"), ("ring", 300, "small")],
)
def test_what_cannot_be_planned_is_said(kind, size, message):
    with pytest.raises(InvalidInput, match=message):
        plan_attacks(company(), kind, size, 1, 0)
