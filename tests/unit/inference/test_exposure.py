"""Silence speaks where colleagues vouch for the skill of others and nobody for this person's; else it says nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.explaining import explain_belief
from engine.inference.exposure import MOST_TOGETHER, find_exposure, find_silence, weigh_silence
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import Population
from tests.unit.inference.builders import Company, company_of_two_trades
from tests.unit.inference.test_posterior import fitted

SETTINGS = InferenceSettings(updates=150, passes=5, floor=0.0)
PEOPLE, SKILLS = 6, 3


def expose(population: Population, *places: str) -> Population:
    rows = [[population.people.index(name) for name in place.split()] for place in places]
    given = np.asarray([(e.endorser, e.person, e.skill) for e in population.endorsements], dtype=np.int64)
    shape = (len(population.people), len(population.skills))
    return replace(population, exposed=find_exposure(rows, given.reshape(-1, 3).T, shape))


def team() -> Company:
    company = Company("data0", "data4")
    for name in ("ana", "bo", "cy", "di"):
        company.person(name, lists="data0")
    return company.endorsed("bo", "cy", "data4")


def judge(population: Population, person: str = "ana"):
    return explain_belief(fitted(), population, person, "data4", SETTINGS)


def test_colleagues_who_vouch_for_others_and_not_for_her_count_against_her_once():
    plain = team().build()
    quiet = expose(plain, "ana bo cy di")
    louder = expose(team().endorsed("di", "cy", "data4").build(), "ana bo cy di")
    assert judge(quiet).logit == pytest.approx(judge(plain).logit + weigh_silence(SETTINGS), abs=1e-12)
    assert judge(louder).logit == judge(quiet).logit
    term = next(term for term in judge(quiet).terms if term.kind == "silence")
    assert term.text == "somebody who works with them vouches for this skill of others, and nobody for theirs"
    assert term.counterfactual == pytest.approx(judge(plain).probability, abs=1e-12)


def test_it_is_weak_however_it_is_set():
    assert -0.3 <= weigh_silence(SETTINGS.model_copy(update={"silence_factor": 3.0})) < weigh_silence(SETTINGS) < 0.0
    assert weigh_silence(SETTINGS.model_copy(update={"silence_factor": 0.0})) == 0.0


@pytest.mark.parametrize("places", [(), ("ana di",), ("cy di", "bo cy")], ids=["no team", "with others", "elsewhere"])
def test_without_exposure_silence_says_exactly_nothing(places):
    population = team().build()
    assert judge(expose(population, *places)).logit == judge(population).logit


def test_who_is_vouched_for_by_anybody_is_not_met_with_silence():
    outsider = team().person("eve").endorsed("eve", "ana", "data4").build()
    assert judge(expose(outsider, "ana bo cy di")).logit == judge(outsider).logit


def test_without_the_only_endorsement_there_is_silence():
    population = expose(team().endorsed("bo", "ana", "data4").build(), "ana bo cy di")
    found = next(term for term in judge(population).terms if term.kind == "endorsement")
    never = expose(team().build(), "ana bo cy di")
    assert found.counterfactual == judge(never).probability


def test_who_vouches_for_this_skill_of_one_person_alone_is_no_witness():
    population = expose(
        Company("data0", "data4").person("ana").person("bo").endorsed("bo", "ana", "data4").build(), "ana bo"
    )
    assert population.exposed is not None
    assert population.exposed.nnz == 0


def test_nobody_sees_the_work_of_everybody_in_a_crowd():
    rows = [list(range(MOST_TOGETHER + 1))]
    given = np.asarray([[0], [1], [0]])
    assert find_exposure(rows, given, (MOST_TOGETHER + 1, 1)).nnz == 0
    assert find_exposure([rows[0][:-1]], given, (MOST_TOGETHER + 1, 1)).nnz > 0


def test_every_belief_is_explained_by_the_very_same_number():
    population = company_of_two_trades()
    exposed = expose(population, *(" ".join(population.people[start : start + 8]) for start in range(0, 40, 8)))
    beliefs = infer_beliefs(fitted(), exposed, SETTINGS)
    silent = find_silence(exposed, SETTINGS).code
    assert len(silent) > 20
    for person, skill, probability in zip(beliefs.person, beliefs.skill, beliefs.probability, strict=True):
        if person * len(population.skills) + skill in silent:
            found = explain_belief(fitted(), exposed, beliefs.people[person], beliefs.skills[skill], SETTINGS)
            assert found.probability == probability
            assert sum(term.logit for term in found.terms) == pytest.approx(found.logit, abs=1e-9)


edges = st.sets(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.integers(0, SKILLS - 1)).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=20,
)


@given(places=st.lists(st.lists(st.integers(0, PEOPLE - 1), max_size=4), max_size=4), given_by=edges)
def test_the_counts_are_those_of_counting_by_hand(places, given_by):
    given = np.asarray(sorted(given_by), dtype=np.int64).reshape(-1, 3).T
    found = find_exposure(places, given, (PEOPLE, SKILLS)).toarray()
    for person in range(PEOPLE):
        colleagues = {other for place in places if person in place for other in place} - {person}
        for skill in range(SKILLS):
            witnesses = {who for who, whom, what in given_by if who in colleagues and whom != person and what == skill}
            assert found[person, skill] == len(witnesses)
