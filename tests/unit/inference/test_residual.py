"""What a profile says as a whole: learnt beside the sum, kept small, named in the explanation."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model, fit_profiles
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.prior import align_profiles, compute_priors, compute_residual, list_prior_terms
from engine.inference.profiles import Profiles
from engine.inference.settings import InferenceSettings
from tests.unit.inference.builders import company_of_two_trades

WITH_RESIDUAL = InferenceSettings(residual_min_people=10, residual_units=16, residual_price=0.01, mask_high=0.4)


def draw_either_or(people: int = 600) -> Profiles:
    """People who know c if they know a or b but not both: no sum over single skills can say that."""
    random = np.random.default_rng(0)
    a, b = random.random((2, people)) < 0.5
    c = a ^ b
    shown = np.stack([a, b, c, random.random(people) < 0.5], axis=1).astype(float)
    return Profiles(tuple(f"p{number:03}" for number in range(people)), tuple("abcd"), csr_array(shown))


def guess_third(model: SkillModel, shown: list[float]) -> float:
    asked = Profiles(("someone",), tuple("abcd"), csr_array(np.asarray([shown])))
    aligned = align_profiles(model, asked)
    return float(compute_priors(model, aligned)[0, 2])


def test_the_residual_says_what_a_sum_cannot() -> None:
    profiles = draw_either_or()
    without = fit_profiles(profiles, WITH_RESIDUAL.model_copy(update={"residual_units": 0}))
    with_it = fit_profiles(profiles, WITH_RESIDUAL.model_copy(update={"residual_price": 0.0, "updates": 3000}))

    def interplay(model: SkillModel) -> float:
        return (
            guess_third(model, [1, 1, 0, 0])
            - guess_third(model, [1, 0, 0, 0])
            - guess_third(model, [0, 1, 0, 0])
            + guess_third(model, [0, 0, 0, 0])
        )

    assert interplay(without) == pytest.approx(0, abs=1e-9)
    assert interplay(with_it) < -1


def test_a_dearer_residual_is_smaller() -> None:
    profiles = draw_either_or()
    sizes = []
    for price in (0.0, 0.1, 10.0):
        model = fit_profiles(profiles, WITH_RESIDUAL.model_copy(update={"residual_price": price}))
        aligned = align_profiles(model, profiles)
        sizes.append(float(np.abs(compute_residual(model, aligned.shown, aligned.attributes)).mean()))
    assert sizes[0] > sizes[1] > sizes[2]


def test_few_people_get_no_residual() -> None:
    model = fit_profiles(draw_either_or(), InferenceSettings())
    assert not len(model.residual_bias)


def test_the_terms_add_up_with_the_overall_pattern_among_them() -> None:
    profiles = draw_either_or()
    model = fit_profiles(profiles, WITH_RESIDUAL)
    aligned = align_profiles(model, profiles)
    priors = compute_priors(model, aligned)
    for person in range(8):
        for skill in range(4):
            terms = list_prior_terms(model, aligned, person, skill)
            assert "overall_pattern" in {term.kind for term in terms}
            assert sum(term.logit for term in terms) == pytest.approx(priors[person, skill], abs=1e-9)


def test_a_belief_with_a_residual_is_explained_exactly_and_survives_being_stored() -> None:
    population = company_of_two_trades(people=60)
    model = fit_model(population, WITH_RESIDUAL)
    stored = SkillModel.from_bytes(model.to_bytes())
    assert stored.version == model.version
    beliefs = infer_beliefs(stored, population, WITH_RESIDUAL)
    for row in range(0, len(beliefs), 25):
        person, skill = population.people[beliefs.person[row]], population.skills[beliefs.skill[row]]
        why = explain_belief(stored, population, person, skill, WITH_RESIDUAL)
        assert why.probability == beliefs.probability[row]
        assert sum(term.logit for term in why.terms) == pytest.approx(why.logit, abs=1e-9)
    assert "overall_pattern" in {term.kind for term in why.terms}
