from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit, to_probability
from engine.inference.posterior import combine_evidence, infer_beliefs
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from tests.unit.inference.builders import (
    Company,
    add_observation,
    company_of_two_trades,
    keep_person,
    observe,
)

SETTINGS = InferenceSettings(updates=150, passes=5)
KINDS = sorted(set(EVIDENCE_KINDS) - {"endorsement"})


@cache
def fitted() -> SkillModel:
    return fit_model(company_of_two_trades(), SETTINGS)


def believe(population, person: str, skill: str) -> float:
    return explain_belief(fitted(), population, person, skill, SETTINGS).probability


def find_unseen(population) -> tuple[int, int]:
    seen = {(item.person, item.skill) for item in population.observations}
    return next(
        (person, skill)
        for person in range(len(population.people))
        for skill in range(len(population.skills))
        if (person, skill) not in seen
    )


def test_the_trade_tells_the_hidden_skill():
    population = company_of_two_trades()
    beliefs = infer_beliefs(fitted(), population, SETTINGS)
    of_trade = np.array(
        [
            population.skills[skill].startswith(population.groups[person])
            for person, skill in zip(beliefs.person, beliefs.skill, strict=True)
        ]
    )
    hidden = ~beliefs.listed
    assert beliefs.probability[hidden & of_trade].mean() > 3 * beliefs.probability[hidden & ~of_trade].mean()


def test_the_same_people_give_the_same_bytes():
    again = fit_model(company_of_two_trades(), SETTINGS)
    assert again.to_bytes() == fitted().to_bytes()
    assert again.version == fitted().version
    population = company_of_two_trades()
    turned = replace(population, observations=population.observations[::-1], endorsements=population.endorsements[::-1])
    assert fit_model(turned, SETTINGS).version == fitted().version


def test_another_seed_is_another_model():
    other = fit_model(company_of_two_trades(), SETTINGS.model_copy(update={"seed": 1}))
    assert other.version != fitted().version


def test_a_model_survives_its_bytes():
    again = SkillModel.from_bytes(fitted().to_bytes())
    population = company_of_two_trades()
    assert again.version == fitted().version
    assert list(infer_beliefs(again, population, SETTINGS).probability) == list(
        infer_beliefs(fitted(), population, SETTINGS).probability
    )


@pytest.mark.parametrize("content", [b"", b"no model", fitted().to_bytes()[:-100]], ids=["empty", "text", "cut off"])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(InvalidInput, match="model"):
        SkillModel.from_bytes(content)


def test_every_belief_is_explained_by_the_very_same_number():
    population = company_of_two_trades()
    beliefs = infer_beliefs(fitted(), population, SETTINGS)
    for person, skill, probability, level in zip(
        beliefs.person, beliefs.skill, beliefs.probability, beliefs.level, strict=True
    ):
        name, of = population.people[person], population.skills[skill]
        found = explain_belief(fitted(), keep_person(population, name), name, of, SETTINGS)
        assert found.probability == probability
        assert found.level == level
        assert sum(term.logit for term in found.terms) == pytest.approx(found.logit, abs=1e-9)
        assert sum(term.contribution for term in found.level_terms) == pytest.approx(level, abs=1e-9)


def test_a_floor_of_zero_keeps_every_pair_once():
    population = company_of_two_trades()
    beliefs = infer_beliefs(fitted(), population, SETTINGS.model_copy(update={"floor": 0.0}))
    cells = set(zip(beliefs.person.tolist(), beliefs.skill.tolist(), strict=True))
    assert len(beliefs) == len(cells) == len(population.people) * len(population.skills)


def test_beliefs_below_the_floor_are_kept_only_with_evidence():
    population = company_of_two_trades()
    beliefs = infer_beliefs(fitted(), population, SETTINGS)
    seen = {(item.person, item.skill) for item in (*population.observations, *population.endorsements)}
    below = beliefs.probability < SETTINGS.floor
    assert set(zip(beliefs.person[below].tolist(), beliefs.skill[below].tolist(), strict=True)) <= seen
    assert seen <= set(zip(beliefs.person.tolist(), beliefs.skill.tolist(), strict=True))


@given(
    prior=st.floats(-12, 12),
    observed=st.floats(-12, 12),
    trust=st.floats(0, 0.97),
    voted=st.floats(0, 8),
    more=st.floats(0, 4),
)
def test_more_of_anything_never_lowers_the_sum(prior, observed, trust, voted, more):
    def judge(prior, observed, trust, voted) -> float:
        parts = [np.array([value]) for value in (prior, observed, trust, voted)]
        return float(combine_evidence(*parts, SETTINGS).logit[0])

    base = judge(prior, observed, trust, voted) - 1e-9
    assert judge(prior + more, observed, trust, voted) >= base
    assert judge(prior, observed + more, trust, voted) >= base
    assert judge(prior, observed, min(0.97, trust + more), voted) >= base
    assert judge(prior, observed, trust, voted + more) >= base


@given(prior=st.floats(-12, 12), voted=st.floats(0, 50))
def test_endorsements_alone_stop_at_the_cap(prior, voted):
    found = combine_evidence(np.array([prior]), np.zeros(1), np.zeros(1), np.array([voted]), SETTINGS)
    assert found.logit[0] <= max(prior, to_logit(SETTINGS.endorsement_cap)) + 1e-9
    assert found.logit[0] >= prior - 1e-9


@settings(max_examples=40)
@given(
    kind=st.sampled_from([kind for kind in KINDS if EVIDENCE_KINDS[kind].speaks_for]),
    score=st.none() | st.floats(0.55, 1.0),
    days=st.integers(0, 4000),
    more=st.integers(1, 2000),
    person=st.integers(0, 39),
    skill=st.integers(0, 9),
)
def test_evidence_for_a_skill_raises_it_and_age_takes_it_back(kind, score, days, more, person, skill):
    population = company_of_two_trades()
    name, of = population.people[person], population.skills[skill]
    before = believe(population, name, of)
    young = add_observation(population, observe(person, skill, kind, "new", score=score, days_ago=days))
    old = add_observation(population, observe(person, skill, kind, "new", score=score, days_ago=days + more))
    assert before <= believe(old, name, of) <= believe(young, name, of)


@settings(max_examples=25)
@given(kind=st.sampled_from(KINDS), days=st.integers(0, 3000), level=st.none() | st.floats(0, 5))
def test_removed_evidence_is_as_if_it_had_never_been(kind, days, level):
    population = company_of_two_trades()
    person, skill = find_unseen(population)
    added = add_observation(population, observe(person, skill, kind, "new", level=level, days_ago=days))
    found = explain_belief(fitted(), added, population.people[person], population.skills[skill], SETTINGS)
    never = believe(population, population.people[person], population.skills[skill])
    assert next(term.counterfactual for term in found.terms if term.evidence_id == "new") == never


def test_a_ring_gains_little_in_the_whole_posterior():
    names = [f"r{n}" for n in range(8)]
    company = Company(*(f"s{n}" for n in range(5)))
    for name in names:
        company.person(name, lists="s1")
    for who in names:
        for whom in names:
            if who != whom:
                company.endorsed(who, whom, "s0")
    with_ring = company.build()
    without = replace(with_ring, endorsements=())
    gain = believe(with_ring, "r0", "s0") - believe(without, "r0", "s0")
    assert 0 < gain <= 0.15


def test_endorsements_speak_for_no_other_skill_and_never_verify():
    population = company_of_two_trades()
    endorsed = Company("data0", "data4").person("ana", lists="data0").person("bo").endorsed("bo", "ana", "data0", 4.0)
    plain = replace(endorsed.build(), endorsements=())
    assert believe(endorsed.build(), "ana", "data4") == believe(plain, "ana", "data4")
    assert believe(endorsed.build(), "ana", "data0") > believe(plain, "ana", "data0")
    beliefs = infer_beliefs(fitted(), replace(population, observations=()), SETTINGS)
    assert len(beliefs) > 0
    assert not beliefs.verified.any()


def test_a_passed_test_verifies_and_a_failed_one_does_not():
    population = company_of_two_trades()
    assert explain_belief(fitted(), population, "p001", "data4", SETTINGS).verified
    assert not explain_belief(fitted(), population, "p003", "data4", SETTINGS).verified
    assert believe(population, "p003", "data4") < 0.1 < believe(population, "p001", "data4")


def test_levels_stay_on_the_scale_and_inside_their_interval():
    population = company_of_two_trades()
    extreme = add_observation(
        population, *(observe(n % 40, n % 10, "assessment", f"x{n}", level=5.0 * (n % 2), score=1.0) for n in range(80))
    )
    beliefs = infer_beliefs(fitted(), extreme, SETTINGS)
    assert ((beliefs.level >= 0) & (beliefs.level <= 5)).all()
    assert ((beliefs.level_low <= beliefs.level) & (beliefs.level <= beliefs.level_high)).all()
    assert ((beliefs.level_low >= 0) & (beliefs.level_high <= 5)).all()


def test_a_level_nobody_ever_stated_is_unknown():
    company = Company("a", "b")
    for number in range(40):
        company.person(f"p{number}", lists="a b" if number % 2 else "a")
    population = company.build()
    model = fit_model(population, SETTINGS)
    beliefs = infer_beliefs(model, population, SETTINGS)
    assert len(beliefs) > 0
    assert np.isnan(beliefs.level).all()
    found = explain_belief(model, population, "p0", "a", SETTINGS)
    assert found.level is None
    assert found.level_terms == ()


def test_the_better_rating_weighs_more():
    population = Company("a").person("ana").build()
    measured = add_observation(
        population,
        observe(0, 0, "assessment", "e1", level=4.0, score=0.8),
        observe(0, 0, "self_report", "e2", level=1.0),
    )
    found = explain_belief(fit_model(population, SETTINGS), measured, "ana", "a", SETTINGS)
    weights = {term.kind: term.weight for term in found.level_terms}
    assert weights["assessment"] > weights["self_report"] > 0
    assert found.level > 2.5


def test_calibration_is_named_honestly():
    assert fitted().calibration == "listing"
    assert "40%" in fitted().calibration_text
    few = Company("a", "b").person("ana", lists="a").person("bo", lists="a b").build()
    assert fit_model(few, SETTINGS).calibration == "none"


@pytest.mark.parametrize(
    "population",
    [
        Company().build(),
        Company("a", "b").build(),
        Company("a").person("ana").build(),
        Company().person("ana").build(),
        Company("a", "b").person("ana", lists="a").build(),
        Company("a", "b").person("ana", lists="a b").person("bo").endorsed("bo", "ana", "a").build(),
    ],
    ids=["nothing", "no people", "no evidence", "no skills", "one listing", "one endorsement"],
)
def test_the_smallest_populations_have_a_defined_answer(population):
    model = fit_model(population, SETTINGS)
    beliefs = infer_beliefs(model, population, SETTINGS)
    assert np.isfinite(beliefs.probability).all()
    assert model.calibration == "none"
    assert len(infer_beliefs(fitted(), population, SETTINGS).probability) >= len(population.observations)


def test_a_skill_the_model_never_saw_has_its_evidence_and_a_small_base_rate():
    population = Company("data0", "brand_new").person("ana", "data", lists="data0").build()
    assert believe(population, "ana", "brand_new") < 0.05
    seen = add_observation(population, observe(0, 0, "assessment", "e", score=0.95))
    assert believe(seen, "ana", "brand_new") > 0.5


def test_a_rejection_speaks_against():
    population = company_of_two_trades()
    person, skill = find_unseen(population)
    said_no = add_observation(population, observe(person, skill, "rejection", "no"))
    pair = population.people[person], population.skills[skill]
    assert to_logit(believe(said_no, *pair)) < to_logit(believe(population, *pair)) - 2


def test_skills_nobody_shows_start_from_their_neighbours():
    skills = [f"{trade}{n}" for trade in ("data", "shop") for n in range(5)]
    vectors = np.zeros((12, 4), dtype=np.float32)
    random = np.random.default_rng(0)
    names = sorted([*skills, "data_new", "zzz_no_vector"])
    for number, name in enumerate(names):
        centre = np.array([1, 0, 0, 0] if name.startswith("data") else [0, 1, 0, 0], dtype=np.float32)
        vectors[number] = centre + 0.2 * random.normal(size=4)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[names.index("zzz_no_vector")] = np.nan
    company = Company(*names)
    for number in range(60):
        trade = ("data", "shop")[number % 2]
        company.person(f"p{number:02}", "", lists=" ".join(f"{trade}{k}" for k in range(5) if random.random() < 0.7))
    population = company.build(vectors)
    model = fit_model(population, SETTINGS)
    data = explain_belief(model, population, "p00", "data_new", SETTINGS)
    shop = explain_belief(model, population, "p01", "data_new", SETTINGS)
    assert data.probability > 2 * shop.probability
    assert {term.kind for term in data.terms} == {"base_rate", "similar_skills"}
    assert sum(term.logit for term in data.terms) == pytest.approx(data.logit, abs=1e-9)
    beliefs = infer_beliefs(model, population, SETTINGS.model_copy(update={"floor": 0.0}))
    cell = (beliefs.person == 0) & (beliefs.skill == names.index("data_new"))
    assert beliefs.probability[cell] == data.probability


def test_more_skills_than_can_be_trained_have_a_wide_model():
    few = SETTINGS.model_copy(update={"max_trained_skills": 3})
    population = company_of_two_trades()
    model = fit_model(population, few)
    assert model.wide is not None
    beliefs = infer_beliefs(model, population, few)
    found = explain_belief(model, population, "p000", "data4", few)
    assert sum(term.logit for term in found.terms) == pytest.approx(found.logit, abs=1e-9)
    cell = (beliefs.person == 0) & (beliefs.skill == population.skills.index("data4"))
    assert beliefs.probability[cell] == found.probability


def test_blocks_do_not_change_the_numbers(monkeypatch):
    population = company_of_two_trades()
    whole = infer_beliefs(fitted(), population, SETTINGS)
    monkeypatch.setattr("engine.inference.posterior.BLOCK", 25)
    pieces = infer_beliefs(fitted(), population, SETTINGS)
    assert list(whole.probability) == list(pieces.probability)
    assert list(whole.skill) == list(pieces.skill)


def test_who_is_unknown_is_said():
    population = company_of_two_trades()
    with pytest.raises(NotFound, match="nobody"):
        explain_belief(fitted(), population, "nobody", "data0", SETTINGS)
    with pytest.raises(NotFound, match="juggling"):
        explain_belief(fitted(), population, "p000", "juggling", SETTINGS)


def test_probability_and_logit_agree():
    found = explain_belief(fitted(), company_of_two_trades(), "p000", "data4", SETTINGS)
    assert to_probability(found.logit) == found.probability
