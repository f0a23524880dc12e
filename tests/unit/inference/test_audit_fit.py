"""What audits teach: nearer probabilities, never a sum in which evidence for a skill speaks against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from engine.inference.audit_fit import judge_with_slopes, learn_fusion, temper_weights
from engine.inference.cells import OBSERVED, CellEvidence, judge_cells, judge_pairs, read_cells
from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.fusion import HAND_SET, Fusion
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import AuditOutcome, Endorsement, Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from tests.unit.inference.builders import AS_OF, add_observation, company_of_two_trades, observe
from tests.unit.inference.test_exposure import expose

SETTINGS = InferenceSettings(updates=150, passes=5, min_audits=60)
SKILLS = 10


def audited(size: int, seed: int = 0) -> Population:
    """Return the two trades with audits in a world where skills of the own trade are had and listing means little."""
    population = company_of_two_trades()
    random = np.random.default_rng(seed)
    cells = random.choice(len(population.people) * SKILLS, size, replace=False)
    outcomes = []
    for person, skill in sorted(divmod(int(cell), SKILLS) for cell in cells):
        own = population.skills[skill].startswith(population.groups[person])
        outcomes.append(AuditOutcome(person, skill, bool(random.random() < (0.9 if own else 0.05)), 0.5, AS_OF))
    return replace(population, audits=tuple(outcomes))


@cache
def learnt() -> SkillModel:
    return fit_model(audited(200), SETTINGS)


def test_enough_outcomes_are_learnt_from_and_said():
    model = learnt()
    assert model.calibration == f"audit(200, {AS_OF.isoformat()})"
    assert model.fusion.outcomes == 200
    assert model.fusion.factors
    assert "200 audited pairs" in model.calibration_text
    assert AS_OF.isoformat() in model.calibration_text
    assert infer_beliefs(model, audited(200), SETTINGS).calibration == model.calibration


def test_too_few_are_not():
    model = fit_model(audited(SETTINGS.min_audits - 1), SETTINGS)
    assert model.calibration == "listing"
    assert model.fusion == HAND_SET
    assert fit_model(audited(SETTINGS.min_audits), SETTINGS).calibration.startswith("audit(60")


def test_probabilities_come_nearer_to_the_truth_of_pairs_nobody_audited():
    population = audited(400, seed=1)
    truth = np.asarray([item.has for item in population.audits])
    hidden = audited(200)
    known = {(item.person, item.skill) for item in hidden.audits}
    rest = np.asarray([(item.person, item.skill) not in known for item in population.audits])
    person = np.asarray([item.person for item in population.audits])
    skill = np.asarray([item.skill for item in population.audits])
    plain = fit_model(company_of_two_trades(), SETTINGS)

    def brier(model: SkillModel) -> float:
        found = judge_pairs(model, company_of_two_trades(), person, skill, SETTINGS)
        return float(((found - truth)[rest] ** 2).mean())

    assert brier(learnt()) < 0.8 * brier(plain)


def test_the_same_audits_in_another_order_give_the_same_bytes_and_others_do_not():
    population = audited(200)
    turned = replace(population, audits=population.audits[::-1])
    assert fit_model(turned, SETTINGS).to_bytes() == learnt().to_bytes()
    assert fit_model(audited(200, seed=5), SETTINGS).version != learnt().version


def test_a_model_with_what_it_learnt_survives_its_bytes():
    again = SkillModel.from_bytes(learnt().to_bytes())
    assert again.fusion == learnt().fusion
    assert again.version == learnt().version
    assert again.calibration_text == learnt().calibration_text


def test_every_belief_is_explained_by_the_very_same_number():
    population = expose(company_of_two_trades(), "p000 p001 p002 p003 p004", "p010 p011 p012 p013")
    beliefs = infer_beliefs(learnt(), population, SETTINGS.model_copy(update={"floor": 0.0}))
    for place in range(0, len(beliefs), 3):
        person, skill = beliefs.people[beliefs.person[place]], beliefs.skills[beliefs.skill[place]]
        found = explain_belief(learnt(), population, person, skill, SETTINGS)
        assert found.probability == beliefs.probability[place]
        assert sum(term.logit for term in found.terms) == pytest.approx(found.logit, abs=1e-9)
        assert found.calibration == learnt().calibration
    term = next(term for term in found.terms if term.kind == "audits")
    assert term.logit == learnt().fusion.shift
    assert "audits found" in term.text


def test_pairs_are_judged_as_beliefs_are():
    population = expose(company_of_two_trades(), "p000 p001 p002 p003 p004")
    beliefs = infer_beliefs(learnt(), population, SETTINGS.model_copy(update={"floor": 0.0}))
    found = judge_pairs(learnt(), population, beliefs.person, beliefs.skill, SETTINGS)
    assert found == pytest.approx(beliefs.probability, abs=1e-12)


def test_evidence_counts_as_it_stood_on_the_day_of_the_outcome():
    early = AS_OF - timedelta(days=400)
    before, after = (
        observe(0, 9, "attestation", "old", days_ago=500),
        observe(0, 9, "project_outcome", "new", days_ago=100),
    )
    population = add_observation(company_of_two_trades(), before, after)
    cell = np.asarray([0]), np.asarray([9])
    then = read_cells(learnt(), population, *cell, [early], SETTINGS, {})
    never = add_observation(replace(company_of_two_trades(), as_of=early), before)
    assert then.kinds.tolist() == read_cells(learnt(), never, *cell, [early], SETTINGS, {}).kinds.tolist()
    assert read_cells(learnt(), population, *cell, [AS_OF], SETTINGS, {}).kinds.sum() > then.kinds.sum()


def test_no_factor_is_negative():
    random = np.random.default_rng(0)
    size = 300
    cells = CellEvidence(
        prior=random.normal(-1, 1, size),
        kinds=random.uniform(0, 3, (size, len(OBSERVED))) * (random.random((size, len(OBSERVED))) < 0.3),
        trust=np.zeros(size),
        voted=random.uniform(0, 2, size),
        returned=np.zeros(size),
        silence=np.zeros(size),
    )
    against = learn_fusion(cells, cells.kinds.sum(axis=1) < 1.0, np.ones(size), SETTINGS)
    assert min(against.factors.values()) == 0.0


def test_weights_that_are_right_stay_as_they_are():
    random = np.random.default_rng(0)
    size = 120
    cells = CellEvidence(
        prior=random.normal(-2, 2, size),
        kinds=3.0 * (random.random((size, len(OBSERVED))) < 0.1),
        trust=np.zeros(size),
        voted=np.zeros(size),
        returned=np.zeros(size),
        silence=np.zeros(size),
    )
    right = judge_cells(cells, HAND_SET, SETTINGS)
    kept = sum(
        learn_fusion(cells, np.random.default_rng(seed).random(size) < right, np.ones(size), SETTINGS).factors == {}
        for seed in range(12)
    )
    assert kept >= 8


@given(data=st.data())
@settings(max_examples=30)
def test_the_slopes_are_those_of_the_sum(data):
    random = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    one = CellEvidence(
        prior=random.normal(-1, 2, 1),
        kinds=random.normal(0, 1, (1, len(OBSERVED))),
        trust=random.random(1),
        voted=random.random(1) * 4,
        returned=random.random(1),
        silence=np.zeros(1),
    )
    values = np.r_[random.normal(0, 0.5), 1 + random.normal(0, 0.2), random.random(), random.random(len(OBSERVED))]
    off = check_grad(
        lambda at: float(judge_with_slopes(one, at, -3.0, SETTINGS)[0][0]),
        lambda at: judge_with_slopes(one, at, -3.0, SETTINGS)[1][0],
        values,
    )
    assert off < 1e-5


def test_weights_of_outcomes_are_tempered_and_capped():
    weight = temper_weights(np.asarray([1.0, 1.0, 1.0, 4.0, 1e9]), cap=10.0)
    assert weight.mean() == pytest.approx(1.0)
    assert weight / weight[0] == pytest.approx([1, 1, 1, 2, 10])


fusions = st.builds(
    Fusion,
    outcomes=st.just(200),
    last_on=st.just(AS_OF.isoformat()),
    kept_out=st.builds(lambda: learnt().fusion.kept_out),
    shift=st.floats(-3, 3),
    slope=st.floats(0, 3),
    factors=st.dictionaries(st.sampled_from(sorted(EVIDENCE_KINDS)), st.floats(0, 3)),
)
KINDS = sorted(set(EVIDENCE_KINDS) - {"endorsement"})
pairs = st.tuples(st.integers(0, 39), st.integers(0, 9))
EVERYTHING = SETTINGS.model_copy(update={"floor": 0.0})


def believe(fusion: Fusion, population: Population, pair: tuple[int, int]) -> float:
    beliefs = infer_beliefs(replace(learnt(), fusion=fusion), population, EVERYTHING)
    return float(beliefs.probability[(beliefs.person == pair[0]) & (beliefs.skill == pair[1])][0])


@given(
    fusion=fusions,
    pair=pairs,
    kind=st.sampled_from([kind for kind in KINDS if EVIDENCE_KINDS[kind].speaks_for]),
    score=st.none() | st.floats(0.55, 1.0),
    days=st.integers(0, 4000),
    more=st.integers(1, 2000),
    via=st.sampled_from([None, "test:a", "course:a"]),
)
@settings(max_examples=40)
def test_whatever_audits_found_evidence_for_a_skill_never_lowers_it_and_age_never_raises_it(
    fusion, pair, kind, score, days, more, via
):
    population = company_of_two_trades()
    young = add_observation(population, observe(*pair, kind, "new", score=score, days_ago=days, via=via))
    old = add_observation(population, observe(*pair, kind, "new", score=score, days_ago=days + more, via=via))
    before, aged, fresh = (believe(fusion, one, pair) for one in (population, old, young))
    assert before - 1e-12 <= aged <= fresh + 1e-12


@given(fusion=fusions, pair=pairs, endorser=st.integers(0, 39))
@settings(max_examples=40)
def test_whatever_audits_found_an_endorsement_never_lowers_a_skill(fusion, pair, endorser):
    population = expose(company_of_two_trades(), " ".join(company_of_two_trades().people[:12]))
    known = {(item.endorser, item.person, item.skill) for item in population.endorsements}
    assume(endorser != pair[0] and (endorser, *pair) not in known)
    given_too = (*population.endorsements, Endorsement(endorser, *pair, None, AS_OF))
    endorsed = expose(replace(population, endorsements=given_too), " ".join(population.people[:12]))
    assert believe(fusion, endorsed, pair) >= believe(fusion, population, pair) - 1e-12


@given(fusion=fusions, order=st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_whatever_audits_found_order_does_not_matter(fusion, order):
    population = company_of_two_trades()
    observations, endorsements = list(population.observations), list(population.endorsements)
    order.shuffle(observations)
    order.shuffle(endorsements)
    mixed = replace(population, observations=tuple(observations), endorsements=tuple(endorsements))
    model = replace(learnt(), fusion=fusion)
    found, again = (infer_beliefs(model, one, EVERYTHING) for one in (population, mixed))
    assert found.probability.tolist() == again.probability.tolist()
    assert found.level.tolist() == again.level.tolist()
    assert ((found.level >= 0) & (found.level <= 5)).all()


@given(fusion=fusions, pair=pairs, kind=st.sampled_from(KINDS), days=st.integers(0, 3000))
@settings(max_examples=30)
def test_whatever_audits_found_removed_evidence_is_as_if_it_had_never_been(fusion, pair, kind, days):
    population = company_of_two_trades()
    added = add_observation(population, observe(*pair, kind, "new", days_ago=days, score=0.8))
    model = replace(learnt(), fusion=fusion)
    found = explain_belief(model, added, population.people[pair[0]], population.skills[pair[1]], EVERYTHING)
    term = next(term for term in found.terms if term.evidence_id == "new")
    assert term.counterfactual == believe(fusion, population, pair)
    assert found.probability == believe(fusion, added, pair)


@given(fusion=fusions, pair=pairs, kind=st.sampled_from(KINDS))
@settings(max_examples=20)
def test_evidence_too_old_to_be_trusted_at_all_says_exactly_nothing(fusion, pair, kind):
    # Ten thousand years on its reliability is less than a double can tell from 0 beside 1.
    old = replace(observe(*pair, kind, "old"), observed_on=date(1, 1, 1))
    population = replace(company_of_two_trades(), as_of=date(9999, 1, 1), observations=(old,), endorsements=())
    assert believe(fusion, population, pair) == believe(fusion, replace(population, observations=()), pair)
