from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.inference.endorsements import cast_votes, count_votes, group_endorsements
from engine.inference.odds import to_probability
from engine.inference.settings import InferenceSettings
from tests.unit.inference.builders import AS_OF, Company

SETTINGS = InferenceSettings()
ALONE = np.full(100, -1)
NAMES = [f"p{n}" for n in range(6)]
TIES = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["sql", "excel"])).filter(
        lambda tie: tie[0] != tie[1]
    ),
    max_size=20,
)


def group(endorsements):
    return group_endorsements(endorsements, endorsements, ALONE)


def votes_for(population, person: str, skill: str, reliability=None, worth: float = 1.0) -> float:
    groups = group(population.endorsements)
    votes = count_votes(
        population.endorsements, groups, population.people, reliability or {}, population.as_of, SETTINGS, worth
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


def test_one_who_vouches_for_another_speaks_with_them():
    found = company("ana", "bo", "cy").endorsed("bo", "ana", "sql").endorsed("cy", "ana", "sql")
    tied = found.endorsed("bo", "cy", "excel").build()
    alone = company("ana", "bo", "cy").endorsed("bo", "ana", "sql").build()
    assert votes_for(tied, "ana", "sql") == votes_for(alone, "ana", "sql")


@pytest.mark.parametrize("size", range(3, 11))
def test_a_circle_in_which_nobody_returns_a_favour_counts_once(size):
    names = [f"r{n}" for n in range(size)]
    relay = company(*names)
    for place in range(size):
        for step in range(1, max(2, (size - 1) // 2 + 1)):
            relay.endorsed(names[place], names[(place + step) % size], own_skill((place + step) % size))
    one = votes_for(company("ana", "bo").endorsed("bo", "ana", "sql").build(), "ana", "sql")
    assert votes_for(relay.build(), "r0", own_skill(0)) == pytest.approx(one)


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
    # Whatever the model has learnt of the members and of endorsements, here the most flattering it can be.
    gain = votes_for(population, "r0", skills(0), reliability={f"r{n}": 1000.0 for n in range(size)}, worth=4.0)
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
        group(population.endorsements),
        population.people,
        {},
        AS_OF,
        SETTINGS,
    ).logit
    again = count_votes(shuffled, group(shuffled), population.people, {}, AS_OF, SETTINGS).logit
    assert list(whole[list(order)]) == list(again)


def test_an_older_endorsement_counts_less():
    new = company("ana", "bo").endorsed("bo", "ana", "sql").build()
    old = company("ana", "bo").endorsed("bo", "ana", "sql", days_ago=2000).build()
    assert 0 < votes_for(old, "ana", "sql") < votes_for(new, "ana", "sql")


@given(ties=TIES, extra=st.sets(st.sampled_from(NAMES[1:]), min_size=1))
def test_whoever_is_in_exchange_adds_no_more_than_the_bound(ties, extra):
    before = company(*NAMES)
    for who, whom, skill in sorted(ties):
        before.endorsed(who, whom, skill)
    after = company(*NAMES)
    for who, whom, skill in sorted(
        ties | {(who, "p0", "sql") for who in extra} | {("p0", who, "excel") for who in extra}
    ):
        after.endorsed(who, whom, skill)
    gain = votes_for(after.build(), "p0", "sql") - votes_for(before.build(), "p0", "sql")
    assert gain <= SETTINGS.mutual_bound + 1e-12


@given(ties=TIES)
def test_one_more_stranger_never_lowers_a_vote(ties):
    before, after = company(*NAMES, "stranger"), company(*NAMES, "stranger")
    for found in (before, after):
        for who, whom, skill in sorted(ties):
            found.endorsed(who, whom, skill)
    after.endorsed("stranger", "p0", "sql")
    gain = votes_for(after.build(), "p0", "sql") - votes_for(before.build(), "p0", "sql")
    assert gain == pytest.approx(votes_for(company("a", "b").endorsed("a", "b", "sql").build(), "b", "sql"))


@given(ties=TIES, order=st.randoms(use_true_random=False))
def test_who_is_named_first_does_not_matter(ties, order):
    assume(ties)
    found = company(*NAMES)
    for who, whom, skill in sorted(ties):
        found.endorsed(who, whom, skill)
    population = found.build()
    shuffled = list(population.endorsements)
    order.shuffle(shuffled)
    turned = group(shuffled)
    straight = group(population.endorsements)
    places = [shuffled.index(item) for item in population.endorsements]
    assert list(turned.reciprocal[places]) == list(straight.reciprocal)
    assert (turned.group[places][:, None] == turned.group[places]).tolist() == (
        straight.group[:, None] == straight.group
    ).tolist()


def test_groups_are_those_of_a_plain_search():
    random = np.random.default_rng(0)
    names = [f"q{n}" for n in range(14)]
    found = company(*names)
    for _ in range(90):
        who, whom = random.choice(14, 2, replace=False)
        found.endorsed(names[who], names[whom], f"s{random.integers(4)}")
    population = found.build()
    given = population.endorsements
    groups = group(given)
    ties = {(item.endorser, item.person) for item in given}
    assert len(set(groups.group.tolist())) < len(given)
    for here in range(len(given)):
        reached, edge = set(), {here}
        while edge - reached:
            reached |= edge
            edge = {
                other
                for other, item in enumerate(given)
                for known in reached
                if (item.person, item.skill) == (given[known].person, given[known].skill)
                and (
                    item.endorser == given[known].endorser
                    or (item.endorser, given[known].endorser) in ties
                    or (given[known].endorser, item.endorser) in ties
                    or all((one.person, one.endorser) in ties for one in (item, given[known]))
                )
            }
        assert set(np.flatnonzero(groups.group == groups.group[here]).tolist()) == reached
        assert groups.reciprocal[here] == any((given[one].person, given[one].endorser) in ties for one in reached)


def test_an_endorsement_that_cannot_be_trusted_adds_exactly_nothing():
    population = ring(4, same_skill).build()
    groups = group(population.endorsements)
    endorser = np.array([item.endorser for item in population.endorsements])
    count = len(endorser)
    assert list(cast_votes(endorser, groups, np.full(count, 50.0), np.zeros(count), SETTINGS)) == [0.0] * count


def test_whoever_is_wrong_more_often_than_right_counts_for_nothing_and_never_against():
    population = company("ana", "bo").endorsed("bo", "ana", "sql").build()
    assert votes_for(population, "ana", "sql", {"bo": 1e-6}) == 0.0


def test_nobody_endorsing_is_no_error():
    groups = group(())
    assert len(groups.group) == 0
    assert len(count_votes((), groups, (), {}, AS_OF, SETTINGS).logit) == 0
