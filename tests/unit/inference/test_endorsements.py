from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.endorsements import count_votes, group_endorsements, learn_reliability
from engine.inference.odds import to_probability
from engine.inference.settings import InferenceSettings
from tests.unit.inference.builders import AS_OF, Company

SETTINGS = InferenceSettings()


def votes_for(population, person: str, skill: str, reliability=None) -> float:
    groups = group_endorsements(population.endorsements, population.endorsements)
    votes = count_votes(
        population.endorsements, groups, population.people, reliability or {}, population.as_of, SETTINGS
    )
    row, column = population.people.index(person), population.skills.index(skill)
    return float(votes.logit[(votes.person == row) & (votes.skill == column)].sum())


def same_skill(_member: int) -> str:
    return "sql"


def own_skill(member: int) -> str:
    return f"s{member}"


def company(*people: str) -> Company:
    found = Company("sql", "excel", *(f"s{n}" for n in range(10)))
    for name in people:
        found.person(name)
    return found


def ring(size: int, skills) -> Company:
    names = [f"r{n}" for n in range(size)]
    found = company(*names, "honest")
    for who, (member, whom) in ((who, whom) for (_, who), whom in permutations(enumerate(names), 2)):
        found.endorsed(who, whom, skills(member))
    return found


def test_strangers_count_one_vote_each_and_friends_one_together():
    strangers = company("ana", "bo", "cy").endorsed("bo", "ana", "sql").endorsed("cy", "ana", "sql").build()
    friends = company("ana", "bo", "cy").endorsed("bo", "ana", "sql").endorsed("cy", "ana", "sql")
    friends = friends.endorsed("bo", "cy", "excel").endorsed("cy", "bo", "excel").build()
    alone = company("ana", "bo", "cy").endorsed("bo", "ana", "sql").build()
    one = votes_for(alone, "ana", "sql")
    assert one > 1
    assert votes_for(strangers, "ana", "sql") == pytest.approx(2 * one)
    assert votes_for(friends, "ana", "sql") == pytest.approx(one)


def test_a_returned_favour_counts_less_than_half():
    given_back = company("ana", "bo").endorsed("bo", "ana", "sql").endorsed("ana", "bo", "excel").build()
    alone = company("ana", "bo").endorsed("bo", "ana", "sql").build()
    assert 0 < votes_for(given_back, "ana", "sql") <= 0.5 * votes_for(alone, "ana", "sql")


def test_everybody_in_exchange_with_the_person_is_one_group():
    found = company("ana", "bo", "cy", "di")
    for friend in ("bo", "cy", "di"):
        found.endorsed(friend, "ana", "sql").endorsed("ana", friend, "excel")
    assert votes_for(found.build(), "ana", "sql") <= SETTINGS.mutual_bound


@pytest.mark.parametrize("size", range(3, 11))
@pytest.mark.parametrize("skills", [same_skill, own_skill])
def test_a_ring_of_any_size_gains_at_most_fifteen_points(size, skills):
    population = ring(size, skills).build()
    # Whatever the model has learnt of the members, here the most flattering it can be.
    gain = votes_for(population, "r0", skills(0), reliability={f"r{n}": 1000.0 for n in range(size)})
    for prior in np.linspace(-5, 5, 41):
        assert to_probability(prior + gain) - to_probability(prior) <= 0.15


@pytest.mark.parametrize("skills", [same_skill, own_skill])
def test_a_ring_gains_nothing_by_growing(skills):
    gains = [votes_for(ring(size, skills).build(), "r0", skills(0)) for size in range(3, 11)]
    assert gains == pytest.approx([gains[0]] * len(gains))


@given(order=st.permutations(range(6)))
def test_groups_do_not_depend_on_the_order(order):
    population = ring(3, same_skill).build()
    shuffled = [population.endorsements[place] for place in order]
    whole = count_votes(
        population.endorsements,
        group_endorsements(population.endorsements, population.endorsements),
        population.people,
        {},
        AS_OF,
        SETTINGS,
    ).logit
    again = count_votes(shuffled, group_endorsements(shuffled, shuffled), population.people, {}, AS_OF, SETTINGS).logit
    assert list(whole[list(order)]) == list(again)


def test_an_older_endorsement_counts_less():
    new = company("ana", "bo").endorsed("bo", "ana", "sql").build()
    old = company("ana", "bo").endorsed("bo", "ana", "sql", days_ago=2000).build()
    assert 0 < votes_for(old, "ana", "sql") < votes_for(new, "ana", "sql")


def test_whose_claims_bear_out_is_trusted_more():
    found = company("careful", "careless", *(f"p{n}" for n in range(20)))
    for number in range(20):
        found.endorsed("careful", f"p{number}", "sql").endorsed("careless", f"p{number}", "excel")
    population = found.build()
    prior = np.where([item.skill == population.skills.index("sql") for item in population.endorsements], 2.0, -4.0)
    groups = group_endorsements(population.endorsements, population.endorsements)
    factors = learn_reliability(population.endorsements, groups, population.people, prior, AS_OF, SETTINGS)
    assert factors["careful"] > 1.5
    assert factors["careless"] < 0.5
    assert votes_for(population, "p0", "sql", factors) > votes_for(population, "p0", "excel", factors) >= 0


def test_nobody_endorsing_is_no_error():
    groups = group_endorsements((), ())
    assert len(groups.group) == 0
    assert learn_reliability((), groups, (), np.zeros(0), AS_OF, SETTINGS) == {}
