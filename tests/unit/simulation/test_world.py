from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.sparse import csr_array

from engine.simulation.world import SHARES, TYPES, World, draw_latent_truth, draw_world
from graph_schema.errors import InvalidInput


@cache
def company() -> World:
    return draw_world(draw_latent_truth(600, 80, 1), 1)


def list_claims(world: World) -> np.ndarray:
    return np.asarray([(item.endorser, item.person, item.skill) for item in world.endorsements])


def test_the_same_seed_draws_the_same_company():
    again = draw_world(draw_latent_truth(600, 80, 1), 1)
    assert again.to_population() == company().to_population()
    assert (again.truth != company().truth).nnz == 0
    assert draw_world(draw_latent_truth(600, 80, 1), 2).endorsements != company().endorsements


def test_nobody_lists_what_they_lack_nor_vouches_for_themselves():
    has = company().has
    assert has[company().listed.toarray() > 0].all()
    claims = list_claims(company())
    assert (claims[:, 0] != claims[:, 1]).all()
    assert len(np.unique(claims, axis=0)) == len(claims)


def test_about_half_is_listed_and_about_half_of_what_is_vouched_for_beyond_that_is_true():
    listed = company().listed.toarray() > 0
    assert listed.sum() / company().has.sum() == pytest.approx(0.5, abs=0.05)
    _, person, skill = list_claims(company()).T
    beyond = ~listed[person, skill]
    assert company().has[person, skill][beyond].mean() == pytest.approx(0.5, abs=0.07)
    assert len(person) / 600 == pytest.approx(16, abs=1.5)


def test_types_have_their_shares_and_their_manners():
    assert np.bincount(company().type, minlength=4) / 600 == pytest.approx(SHARES, abs=0.05)
    endorser, person, skill = list_claims(company()).T
    right = company().has[person, skill]
    kind = company().type[endorser]
    share = {name: right[kind == number].mean() for number, name in enumerate(TYPES)}
    assert share["careful"] > share["generous"] > share["noisy"]
    given = np.bincount(kind, minlength=4) / np.bincount(company().type, minlength=4)
    assert given[TYPES.index("generous")] > given[TYPES.index("careful")] > 3 * given[TYPES.index("silent")]


def test_most_vouch_for_people_nearby():
    endorser, person, _ = list_claims(company()).T
    assert (company().department[endorser] == company().department[person]).mean() > 0.5
    assert (company().team[endorser] == company().team[person]).mean() > 5 * 8 / 600


def test_unlooked_claims_fall_on_what_one_would_expect():
    endorser, person, skill = list_claims(company()).T
    false = ~company().has[person, skill] & (company().type[endorser] != TYPES.index("noisy"))
    usual = company().has.mean(axis=0)
    lacking = ~company().has
    by_chance = (lacking * usual).sum() / lacking.sum()
    assert usual[skill[false]].mean() > 1.15 * by_chance


def test_a_truth_of_ones_own_is_taken_as_it_is():
    has = csr_array((np.random.default_rng(0).random((40, 12)) < 0.3).astype(np.int8))
    assert (draw_world(has, 0).has == (has.toarray() > 0)).all()


def test_people_without_any_skill_are_no_error():
    has = np.zeros((40, 12))
    has[:20, :3] = 1
    world = draw_world(csr_array(has), 0)
    assert world.has[20:].sum() == 0
    assert len(world.endorsements) > 0


@pytest.mark.parametrize("shape", [(8, 40), (40, 3)])
def test_too_small_a_company_is_said(shape):
    with pytest.raises(InvalidInput, match="16 people and 10 skills"):
        draw_world(csr_array(np.ones(shape)), 0)
