from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.stats import multivariate_normal

from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.level_learning import learn_levels
from engine.inference.level_likelihood import Strays, measure_likelihood, open_case
from engine.inference.levels import KINDS, LevelPrior, Ratings, UsualLevels, infer_levels
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from tests.unit.inference.builders import Company, add_observation, company_of_two_trades, observe

SETTINGS = InferenceSettings(updates=150, passes=5)
JUDGED = ("self_report", "attestation", "assessment", "project_outcome")
PRIOR = LevelPrior(
    ratings=100,
    mean=2.5,
    slope=0.1,
    spread=0.4,
    person_spread=0.2,
    own_spread=0.15,
    skill_spread=0.1,
    role_spread=0.1,
    drift=0.1,
    noise={kind: 0.2 + 0.1 * number for number, kind in enumerate(KINDS)},
    offset={"self_report": 0.1, "endorsement": 0.3},
    skill_means=np.full(3, 2.5),
    skill_variances=np.full(3, 0.1),
    pair_codes=np.zeros(0, dtype=np.int64),
    pair_means=np.zeros(0),
    pair_variances=np.zeros(0),
)


def rate(*ratings: tuple[int, int, str, float, float]) -> Ratings:
    """Return ratings said as person, skill, kind, level, age."""
    person, skill, kind, level, age = zip(*ratings, strict=True)
    return Ratings(
        person=np.asarray(person),
        skill=np.asarray(skill),
        kind=np.asarray([KINDS.index(item) for item in kind]),
        level=np.asarray(level, dtype=float),
        age=np.asarray(age, dtype=float),
        share=np.ones(len(ratings)),
        origin=np.arange(len(ratings)),
    )


def infer(ratings: Ratings, people: int = 1, skills: int = 3, prior: LevelPrior = PRIOR):
    pairs = people * skills
    usual = UsualLevels(np.full(pairs, 2.5), np.full(pairs, 0.2), np.ones(pairs, dtype=np.bool_))
    return infer_levels(prior, ratings, usual, np.arange(pairs), people, skills)


def describe_errors(ratings: Ratings, prior: LevelPrior) -> np.ndarray:
    same = (ratings.skill[:, None] == ratings.skill) & (ratings.person[:, None] == ratings.person)
    return np.diag(prior.measure_noise(ratings)) + prior.drift * same * np.minimum(ratings.age[:, None], ratings.age)


SOME = rate(
    (0, 0, "self_report", 3.0, 0.5),
    (0, 0, "attestation", 2.5, 2.0),
    (0, 0, "project_outcome", 3.5, 3.0),
    (0, 1, "self_report", 4.0, 0.0),
    (0, 1, "self_report", 3.5, 1.0),
    (0, 2, "assessment", 2.0, 0.2),
)


def test_levels_are_the_conditional_of_the_multivariate_normal():
    # Levels of three skills and everything that bears on them as one large normal, conditioned by the textbook.
    own = (SOME.kind == KINDS.index("self_report")).astype(float)
    levels = PRIOR.person_spread + (PRIOR.spread + 0.2) * np.eye(3)
    pick = np.eye(3)[SOME.skill]
    of_ratings = pick @ levels @ pick.T + PRIOR.own_spread * np.outer(own, own) + describe_errors(SOME, PRIOR)
    gain = levels @ pick.T @ np.linalg.inv(of_ratings)
    mean = 2.5 + gain @ (PRIOR.take_off_offsets(SOME) - 2.5)
    sd = np.sqrt(np.diag(levels - gain @ pick @ levels))

    found = infer(SOME)
    assert found.level == pytest.approx(mean, abs=1e-9)
    assert found.high - found.level == pytest.approx(1.6448536 * sd, abs=1e-6)


def open_some(seed: int = 0, ratings: int = 60):
    random = np.random.default_rng(seed)
    drawn = Ratings(
        random.integers(0, 5, ratings),
        random.integers(0, 4, ratings),
        random.integers(0, 7, ratings),
        random.uniform(0, 5, ratings),
        random.uniform(0, 3, ratings),
        random.choice([1, 0.3], ratings),
        np.arange(ratings),
    )
    case = open_case(drawn, np.array([0, 1, -1, 0, 1]), 4, random.normal(size=ratings))
    strays = Strays.unpack(Strays.start(SETTINGS).pack() + random.normal(0, 0.2, 2 * len(KINDS) + 5))
    level, variance = random.uniform(1, 4, len(case.skill)), random.uniform(0.05, 0.3, len(case.skill))
    return case, strays, level, variance


def test_the_likelihood_is_that_of_the_multivariate_normal():
    case, strays, level, variance = open_some()
    ratings, prior = (
        case.ratings,
        replace(PRIOR, drift=strays.drift, noise=dict(zip(KINDS, strays.noise.tolist(), strict=True))),
    )
    expected = 0.0
    for person in range(5):
        rows = np.flatnonzero(ratings.person == person)
        some, pair = ratings.select(rows), case.pair[rows]
        own = (some.kind == KINDS.index("self_report")).astype(float)
        covariance = describe_errors(some, prior) + strays.person_spread + strays.own_spread * np.outer(own, own)
        covariance += (pair[:, None] == pair) * (strays.spread + variance[pair])
        mean = (level + strays.slope * case.odds)[pair] + strays.offset[some.kind]
        expected += multivariate_normal(mean, covariance).logpdf(some.level)
    constant = len(ratings) / 2 * np.log(2 * np.pi)
    assert measure_likelihood(case, level, variance, strays)[0] - constant == pytest.approx(expected, abs=1e-8)


def test_the_slope_of_the_likelihood_is_its_derivative():
    case, strays, level, variance = open_some()

    def judge(packed: np.ndarray):
        return measure_likelihood(case, level, variance, Strays.unpack(packed))

    assert check_grad(lambda at: judge(at)[0], lambda at: judge(at)[1], strays.pack()) < 1e-4


def draw_ratings(people: int = 500, skills: int = 12, drift: float = 0.0, seed: int = 0) -> tuple[Ratings, np.ndarray]:
    """Attested by others, said by themselves; badges state 3 for everybody."""
    random = np.random.default_rng(seed)
    level = (
        random.normal(2.5, 0.3, skills) + random.normal(0, 0.5, (people, 1)) + random.normal(0, 0.6, (people, skills))
    )
    ruler = random.normal(0.2, 0.4, people)
    rows: list[tuple[int, int, str, float, float]] = []
    for person, skill in np.argwhere(random.random(level.shape) < 0.6).tolist():
        for kind, sd, chance in (("self_report", 0.5, 0.7), ("attestation", 0.4, 0.4), ("assessment", 0.7, 0.3)):
            if random.random() < chance:
                age = random.uniform(0, 4)
                was = level[person, skill] + random.normal(0, np.sqrt(drift * age))
                rows.append(
                    (person, skill, kind, was + (kind == "self_report") * ruler[person] + random.normal(0, sd), age)
                )
        if random.random() < 0.3:
            rows.append((person, skill, "credential", 3.0, 0.0))
    return rate(*rows), level


def test_what_was_planted_is_learnt():
    ratings, _ = draw_ratings()
    found = learn_levels(ratings, np.zeros(500, dtype=np.int64), 12, np.zeros(len(ratings)), SETTINGS)
    assert found.spread == pytest.approx(0.36, rel=0.15)
    assert found.person_spread == pytest.approx(0.25, rel=0.2)
    assert found.own_spread == pytest.approx(0.16, rel=0.25)
    assert found.noise["attestation"] == pytest.approx(0.16, rel=0.3)
    assert found.noise["assessment"] == pytest.approx(0.49, rel=0.2)
    assert found.offset["self_report"] == pytest.approx(0.2, abs=0.08)
    assert found.drift < 0.05


def test_a_badge_that_says_the_same_of_everybody_weighs_little():
    ratings, _ = draw_ratings()
    found = learn_levels(ratings, np.zeros(500, dtype=np.int64), 12, np.zeros(len(ratings)), SETTINGS)
    assert found.noise["credential"] > 3 * found.noise["assessment"]


def test_drift_is_learnt_where_there_is_some():
    still, moving = (draw_ratings(drift=drift)[0] for drift in (0.0, 0.3))
    group = np.zeros(500, dtype=np.int64)
    drifts = [learn_levels(some, group, 12, np.zeros(len(some)), SETTINGS).drift for some in (still, moving)]
    assert drifts[1] > drifts[0] + 0.1


def test_nothing_is_learnt_from_nothing():
    found = learn_levels(Ratings.none(), np.zeros(0, dtype=np.int64), 3, np.zeros(0), SETTINGS)
    assert found.ratings == 0
    assert np.isnan(found.skill_means).all()
    assert found.drift == pytest.approx(SETTINGS.level_drift)


def test_somebody_rated_high_elsewhere_is_expected_higher():
    high = infer(rate((0, 0, "attestation", 4.5, 0), (0, 1, "attestation", 4.5, 0)))
    usual = infer(rate((0, 0, "attestation", 2.5, 0), (0, 1, "attestation", 2.5, 0)))
    assert high.level[2] > usual.level[2] + 0.3
    assert high.level[2] < 4.5


def test_endorsements_speak_for_no_other_skill():
    vouched = rate((0, 0, "endorsement", 5.0, 0), (0, 1, "endorsement", 5.0, 0))
    vouched = replace(vouched, origin=np.array([-1, -2]))
    assert infer(vouched).level[2] == infer(rate((0, 0, "attestation", 2.5, 0)), people=2).level[5]
    assert infer(vouched).level[0] > 2.6


def test_somebody_who_rates_themselves_higher_than_others_do_is_believed_less():
    proud = rate(
        (0, 0, "self_report", 4.5, 0), (0, 0, "attestation", 2.5, 0), (0, 1, "self_report", 4.5, 0),
        (0, 1, "attestation", 2.5, 0), (0, 2, "self_report", 4.5, 0),
    )  # fmt: skip
    plain = rate(
        (0, 0, "self_report", 2.5, 0), (0, 0, "attestation", 2.5, 0), (0, 1, "self_report", 2.5, 0),
        (0, 1, "attestation", 2.5, 0), (0, 2, "self_report", 4.5, 0),
    )  # fmt: skip
    assert infer(proud).said[4] < infer(plain).said[4] - 0.2


def test_old_ratings_that_agree_are_hardly_better_than_one():
    def narrow(age: float) -> float:
        one = infer(rate((0, 0, "attestation", 2.5, age)))
        three = infer(rate(*[(0, 0, "attestation", 2.5, age)] * 3))
        return float((three.high - three.low)[0] / (one.high - one.low)[0])

    assert narrow(0) < narrow(5) - 0.1
    assert narrow(30) > 0.9


ratings_of_one = st.lists(
    st.tuples(
        st.just(0), st.integers(0, 2), st.sampled_from(JUDGED), st.sampled_from([1.5, 2.0, 2.5, 3.0]), st.floats(0, 8)
    ),
    min_size=1,
    max_size=6,
)


@given(ratings=ratings_of_one, more=ratings_of_one)
def test_another_rating_never_widens_an_interval(ratings, more):
    # On a scale wide enough that no end is cut off.
    before, after = infer(rate(*ratings)), infer(rate(*ratings, *more))
    cut = (before.low == 0) | (before.high == 5) | (after.low == 0) | (after.high == 5)
    assert (((after.high - after.low) <= (before.high - before.low) + 1e-9) | cut).all()


@given(ratings=ratings_of_one, data=st.data())
def test_the_order_of_ratings_does_not_matter(ratings, data):
    again = infer(rate(*data.draw(st.permutations(ratings))))
    assert again.level == pytest.approx(infer(rate(*ratings)).level, abs=1e-9)


@given(
    ratings=st.lists(
        st.tuples(st.just(0), st.integers(0, 2), st.sampled_from(KINDS), st.floats(0, 5), st.floats(0, 40)),
        min_size=1,
        max_size=12,
    )
)
def test_levels_stay_on_the_scale_and_are_the_mean_of_their_parts(ratings):
    some = rate(*ratings)
    found = infer(some)
    assert ((found.low >= 0) & (found.low <= found.level) & (found.level <= found.high) & (found.high <= 5)).all()
    for skill in range(3):
        about = some.skill == skill
        total = found.start[skill] * found.start_weight[skill] + (found.said * found.said_weight)[about].sum()
        assert total == pytest.approx(found.level[skill], abs=1e-9)
        assert found.start_weight[skill] + found.said_weight[about].sum() == pytest.approx(1.0, abs=1e-9)
    assert (found.said_weight > 0).all()


@cache
def fitted() -> SkillModel:
    return fit_model(company_of_two_trades(), SETTINGS)


@hypothesis_settings(max_examples=15)
@given(kind=st.sampled_from(JUDGED), level=st.floats(0, 5), days=st.integers(0, 3000))
def test_explained_levels_are_the_believed_ones(kind, level, days):
    population = add_observation(
        company_of_two_trades(), observe(3, 7, kind, "new", level=level, score=0.8, days_ago=days, via="test:b")
    )
    beliefs = infer_beliefs(fitted(), population, SETTINGS)
    place = int(np.flatnonzero((beliefs.person == 3) & (beliefs.skill == 7))[0])
    found = explain_belief(fitted(), population, population.people[3], population.skills[7], SETTINGS)
    assert (found.level, found.level_low, found.level_high) == (
        beliefs.level[place],
        beliefs.level_low[place],
        beliefs.level_high[place],
    )
    assert sum(term.contribution for term in found.level_terms) == pytest.approx(found.level, abs=1e-9)


def test_a_level_is_explained_by_role_person_and_ratings():
    company = Company("data0", "data1", "data2").person("ana", "data")
    for skill in ("data0", "data1"):
        company.saw("ana", skill, "attestation", level=4.5, by="Boss", id=f"signed {skill}")
    model = replace(fitted(), levels=replace(fitted().levels, person_spread=1.0))
    found = explain_belief(model, company.build(), "ana", "data2", SETTINGS)
    terms = {term.kind: term for term in found.level_terms}
    assert set(terms) == {"prior", "person"}
    assert terms["person"].level > 0.5
    assert terms["person"].text.endswith("above the usual, as their ratings on 2 skills tell")
    assert terms["prior"].weight == terms["person"].weight == pytest.approx(1.0)
    signed = explain_belief(model, company.build(), "ana", "data0", SETTINGS)
    assert next(term.level for term in signed.level_terms if term.kind == "attestation") == 4.5


def test_a_rating_taken_for_another_level_says_so():
    model = replace(fitted(), levels=replace(fitted().levels, offset={"self_report": 0.5}))
    population = Company("data0").person("ana", "data").saw("ana", "data0", "self_report", level=4.0).build()
    found = explain_belief(model, population, "ana", "data0", SETTINGS)
    term = next(term for term in found.level_terms if term.kind == "self_report")
    assert term.level < 3.6
    assert "says 4, taken as" in term.text


def test_a_population_without_ratings_has_no_levels():
    population = company_of_two_trades()
    silent = replace(
        population,
        observations=tuple(replace(item, level=None) for item in population.observations),
        endorsements=tuple(replace(item, level=None) for item in population.endorsements),
    )
    beliefs = infer_beliefs(fit_model(silent, SETTINGS), silent, SETTINGS)
    assert np.isnan(beliefs.level).all()
    assert np.isnan(beliefs.level_low).all()
