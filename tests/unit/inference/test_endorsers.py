from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.endorsements import group_endorsements
from engine.inference.endorsers import learn_endorsers, learn_from_endorsements
from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit
from engine.inference.posterior import infer_beliefs, weigh_endorsements
from engine.inference.settings import InferenceSettings
from engine.population import AuditOutcome, Population
from tests.unit.inference.builders import AS_OF, Company, company_of_two_trades

SETTINGS = InferenceSettings(updates=150, passes=5)


@cache
def fitted() -> SkillModel:
    return fit_model(company_of_two_trades(), SETTINGS)


def two_endorsers(claims: int = 20) -> Population:
    """Two who vouch for as many people, one for what can be expected of them and one for what cannot."""
    found = Company("sql", "excel").person("careful").person("careless")
    for number in range(claims):
        found.person(f"p{number:02}").endorsed("careful", f"p{number:02}", "sql")
        found.endorsed("careless", f"p{number:02}", "excel")
    return found.build()


def learn(population: Population, prior: np.ndarray, found: np.ndarray | None = None) -> dict[str, float]:
    groups = group_endorsements(population.endorsements, population.endorsements, np.full(len(population.people), -1))
    truth = np.full(len(prior), np.nan) if found is None else found
    return learn_endorsers(population.endorsements, groups, population.people, prior, truth, AS_OF, SETTINGS)


def expect(population: Population) -> np.ndarray:
    return np.where([item.skill == population.skills.index("sql") for item in population.endorsements], 2.0, -4.0)


def vouched(names: list[str]) -> Population:
    """Each vouches for one skill of six people that is no skill of their trade."""
    found = Company("data0", "data1", "shop1", "shop2")
    for name in names:
        found.person(name)
    for number in range(6):
        found.person(f"x{number}", "data", "data0 data1")
        for name in names:
            found.endorsed(name, f"x{number}", "shop1")
    return found.build()


def audit(population: Population, person: str, skill: str, has: bool) -> AuditOutcome:
    return AuditOutcome(population.people.index(person), population.skills.index(skill), has, 0.5, AS_OF)


def believe(model: SkillModel, population: Population, person: str, skill: str) -> float:
    return explain_belief(model, population, person, skill, SETTINGS).probability


def test_whose_claims_bear_out_is_trusted_more():
    population = two_endorsers()
    factors = learn(population, expect(population))
    assert factors["careful"] > 1.5
    assert factors["careless"] < 0.5


def test_endorsers_of_whom_nothing_tells_are_all_alike():
    population = two_endorsers()
    factors = learn(population, np.full(len(population.endorsements), -1.0))
    assert factors["careful"] == pytest.approx(factors["careless"]) == pytest.approx(1.0, abs=0.3)


def test_nobody_vouches_for_themselves():
    # However many of one voice say it, their claims are judged by the prior alone.
    names = [f"r{n}" for n in range(4)]
    honest = [f"h{n}" for n in range(4)]
    found = Company("sql", "excel")
    for name in (*names, *honest, *(f"x{n}" for n in range(3))):
        found.person(name)
    for who in names:
        for whom in names:
            if who != whom:
                found.endorsed(who, whom, "sql")
    for who in honest:
        for number in range(3):
            found.endorsed(who, f"x{number}", "excel")
    population = found.build()
    factors = learn(population, np.full(len(population.endorsements), -2.0))
    assert max(factors[name] for name in names) < 0.8 < 1.2 < min(factors[name] for name in honest)


@given(outcomes=st.lists(st.booleans(), min_size=1, max_size=20))
def test_an_audit_moves_an_endorser_to_the_side_of_what_it_found(outcomes):
    population = two_endorsers()
    prior = np.zeros(len(population.endorsements))
    found = np.full(len(prior), np.nan)
    mine = [row for row, item in enumerate(population.endorsements) if population.people[item.endorser] == "careful"]
    before = learn(population, prior)["careful"]
    for row, has in zip(mine, outcomes, strict=False):
        found[row] = float(has)
    now = learn(population, prior, found)["careful"]
    more = found.copy()
    more[mine[0]] = 0.0
    assert learn(population, prior, more)["careful"] <= now
    if all(outcomes):
        assert now > before
    if not any(outcomes):
        assert now < before


def test_who_vouched_for_what_an_audit_did_not_find_loses_weight_on_everything_else():
    population = vouched(["ana", "bo"])
    before = learn_from_endorsements(fitted(), population, SETTINGS)
    failed = replace(
        population, audits=(audit(population, "x0", "shop1", False), audit(population, "x1", "shop1", False))
    )
    after = learn_from_endorsements(fitted(), failed, SETTINGS)
    assert after.reliability["ana"] < 0.8 * before.reliability["ana"]
    for person in ("x2", "x5"):
        lost = believe(before, population, person, "shop1") - believe(after, population, person, "shop1")
        assert lost > 0.02


def test_who_vouched_together_for_what_an_audit_did_not_find_speaks_with_one_voice_from_then_on():
    population = vouched(["ana", "bo", "cy"])
    failed = replace(population, audits=(audit(population, "x0", "shop1", False),))
    model = learn_from_endorsements(fitted(), failed, SETTINGS)
    votes = weigh_endorsements(model, population, SETTINGS)
    of_x3 = votes.person == population.people.index("x3")
    assert np.count_nonzero(votes.logit[of_x3]) == 1
    assert len(set(votes.group[of_x3].tolist())) == 1
    found = explain_belief(model, population, "x3", "shop1", SETTINGS)
    beliefs = infer_beliefs(model, population, SETTINGS)
    pair = (beliefs.person == population.people.index("x3")) & (beliefs.skill == population.skills.index("shop1"))
    assert found.probability == beliefs.probability[pair]
    assert sum(term.logit > 0 for term in found.terms if term.kind == "endorsement") == 1
    assert SkillModel.from_bytes(model.to_bytes()).version == model.version


def test_whoever_shared_no_failed_claim_keeps_a_voice_of_their_own():
    population = vouched(["ana", "bo"])
    cy = Company(*population.skills)
    for name in population.people:
        cy.person(name)
    more = cy.endorsed("x5", "x3", "shop1").build().endorsements
    population = replace(population, endorsements=(*population.endorsements, *more))
    failed = replace(population, audits=(audit(population, "x0", "shop1", False),))
    model = learn_from_endorsements(fitted(), failed, SETTINGS)
    assert list(model.list_voices(["ana", "bo", "x5", "nobody"]) >= 0) == [True, True, False, False]


def test_an_audit_that_found_it_raises_the_others():
    population = vouched(["ana", "bo"])
    before = learn_from_endorsements(fitted(), population, SETTINGS)
    passed = replace(
        population, audits=(audit(population, "x0", "shop1", True), audit(population, "x1", "shop1", True))
    )
    after = learn_from_endorsements(fitted(), passed, SETTINGS)
    assert after.reliability["ana"] > before.reliability["ana"]
    assert believe(after, population, "x3", "shop1") > believe(before, population, "x3", "shop1")


def test_audits_of_what_nobody_vouched_for_change_no_endorser():
    population = vouched(["ana"])
    audited = replace(population, audits=(audit(population, "x0", "shop2", False),))
    assert (
        learn_from_endorsements(fitted(), audited, SETTINGS).reliability
        == learn_from_endorsements(fitted(), population, SETTINGS).reliability
    )


def test_fitting_charges_endorsers_too():
    population = company_of_two_trades()
    claim = population.endorsements[0]
    failed = replace(population, audits=(AuditOutcome(claim.person, claim.skill, False, 0.5, AS_OF),))
    name = population.people[claim.endorser]
    assert fit_model(failed, SETTINGS).reliability[name] < fitted().reliability[name]


def test_the_order_of_endorsements_and_audits_does_not_matter():
    population = vouched(["ana", "bo"])
    audits = (audit(population, "x0", "shop1", False), audit(population, "x1", "shop1", True))
    one = learn_from_endorsements(fitted(), replace(population, audits=audits), SETTINGS)
    turned = replace(population, audits=audits[::-1], endorsements=population.endorsements[::-1])
    assert learn_from_endorsements(fitted(), turned, SETTINGS).version == one.version


def test_an_endorser_the_people_no_longer_know_is_forgotten():
    known = learn_from_endorsements(fitted(), vouched(["ana"]), SETTINGS)
    assert known.endorsers == ("ana",)
    assert learn_from_endorsements(known, replace(vouched(["ana"]), endorsements=()), SETTINGS).endorsers == ()


def test_every_endorsement_can_be_thought_away():
    population = vouched(["ana", "bo", "cy"])
    extra = Company(*population.skills)
    for name in population.people:
        extra.person(name)
    ties = extra.endorsed("ana", "bo", "data0").endorsed("x0", "cy", "data0").endorsed("bo", "cy", "data1").build()
    population = replace(population, endorsements=(*population.endorsements, *ties.endorsements))
    model = learn_from_endorsements(fitted(), population, SETTINGS)
    found = explain_belief(model, population, "x0", "shop1", SETTINGS)
    votes = [term for term in found.terms if term.kind == "endorsement"]
    assert len(votes) == 3
    for term in votes:
        who = population.people.index(str(term.evidence_id).removeprefix("endorsement:").split(">")[0])
        never = tuple(
            item
            for item in population.endorsements
            if (item.endorser, item.person, item.skill)
            != (who, population.people.index("x0"), population.skills.index("shop1"))
        )
        assert term.counterfactual == believe(model, replace(population, endorsements=never), "x0", "shop1")


@pytest.mark.parametrize("strangers", [1, 3, 10, 40])
def test_strangers_alone_never_lift_a_probability_past_the_cap(strangers):
    population = vouched([f"s{n:02}" for n in range(strangers)])
    plain = believe(fitted(), replace(population, endorsements=()), "x0", "shop1")
    lifted = believe(fitted(), population, "x0", "shop1")
    assert plain < lifted <= max(plain, SETTINGS.endorsement_cap) + 1e-12
    if strangers == 40:
        assert to_logit(lifted) == pytest.approx(to_logit(SETTINGS.endorsement_cap))
