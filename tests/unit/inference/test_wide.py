"""Wide models: co-occurrence in closed form, retrieval, and a stack that is told as the sum it is."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from engine.inference.closed_form import (
    choose_penalty,
    invert_gram,
    invert_in_factors,
    invert_whole,
    prune_weights,
    score_left_out,
    set_penalties,
)
from engine.inference.fitting import fit_profiles
from engine.inference.model import SkillModel
from engine.inference.profile_scores import explain_profile, score_profiles
from engine.inference.profiles import Profiles
from engine.inference.retrieval import Entities, find_alike, find_by_text, find_members
from engine.inference.settings import InferenceSettings
from engine.inference.wide import WideModel, WideTerm
from engine.inference.wide_fitting import fit_wide
from engine.inference.wide_settings import WideSettings
from graph_schema.errors import InvalidInput

SETTINGS = WideSettings(penalty=5.0, keep=40, alike=5, by_text=5, neighbours=4)
TRADES, EACH = 4, 15
NEW = 7
"""A skill of the first trade (7 = 4 + 3: see ``make_profiles``), left unshown where a test says so."""


def make_profiles(people: int = 160, seed: int = 0) -> Profiles:
    """Return people of four trades, who have the skills of their trade with probability .5 and others with .03."""
    random = np.random.default_rng(seed)
    trade, of = np.arange(people) % TRADES, np.arange(TRADES * EACH) // EACH
    shown = random.random((people, TRADES * EACH)) < np.where(trade[:, None] == of[None, :], 0.5, 0.03)
    centre = random.standard_normal((TRADES, 8))

    def write(kind: np.ndarray) -> np.ndarray:
        vectors = centre[kind] + 0.4 * random.standard_normal((len(kind), 8))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    texts = write(trade)
    texts[5::10] = np.nan
    return Profiles(
        people=tuple(f"person:{row:03}" for row in range(people)),
        skills=tuple(f"skill:{column:02}" for column in range(TRADES * EACH)),
        shown=csr_array(shown.astype(np.float64)),
        attributes={"role": [None if row % 7 == 0 else f"trade {kind}" for row, kind in enumerate(trade)]},
        texts=texts,
        embeddings=write(of),
    )


def take(profiles: Profiles, rows: np.ndarray, shown: np.ndarray | None = None) -> Profiles:
    return replace(
        profiles,
        people=tuple(profiles.people[row] for row in rows),
        shown=csr_array(profiles.shown[rows]) if shown is None else csr_array(shown.astype(np.float64)),
        attributes={"role": [profiles.attributes["role"][row] for row in rows]},
        texts=None if profiles.texts is None else profiles.texts[rows],
    )


def score_all(model: WideModel, profiles: Profiles) -> np.ndarray:
    return np.concatenate([logits for _, logits in model.score(profiles)])


def list_terms(model: WideModel, profiles: Profiles, person: int, skill: str) -> list[WideTerm]:
    return model.list_terms(model.align(profiles).take(np.array([person])), model.columns[skill])


def unshow(profiles: Profiles, skill: int) -> Profiles:
    shown = profiles.shown.toarray()
    shown[:, skill] = 0
    return replace(profiles, shown=csr_array(shown))


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return make_profiles()


@pytest.fixture(scope="module")
def train(profiles) -> Profiles:
    return take(profiles, np.arange(120))


@pytest.fixture(scope="module")
def model(train) -> WideModel:
    return fit_wide(unshow(train, NEW), SETTINGS)


@pytest.fixture(scope="module")
def strangers(profiles) -> Profiles:
    """Forty people not fitted on: of ten nothing is seen, of ten one skill, of ten half, of ten all."""
    rows = np.arange(120, 160)
    shown = profiles.shown[rows].toarray()
    shown[:10] = 0
    shown[10:20] *= np.cumsum(shown[10:20], axis=1) == 1
    shown[20:30, ::2] = 0
    return take(profiles, rows, shown)


def test_both_forms_of_the_inverse_give_the_regression_of_each_skill_on_the_others(train):
    penalties = set_penalties(train.shown, 5.0, 0.4)
    whole, factors = (invert(train.shown, penalties) for invert in (invert_whole, invert_in_factors))
    identity = csr_array(np.eye(TRADES * EACH))
    np.testing.assert_allclose(factors.multiply(identity), whole.multiply(identity), atol=1e-12)
    np.testing.assert_allclose(factors.diagonal, whole.diagonal, atol=1e-12)
    dense = train.shown.toarray()
    others = np.delete(np.arange(TRADES * EACH), 3)
    gram = dense[:, others].T @ dense[:, others] + np.diag(penalties[others])
    ridge = np.linalg.solve(gram, dense[:, others].T @ dense[:, 3])
    for inverse in (whole, factors):
        weights = prune_weights(inverse, keep=TRADES * EACH).toarray()
        np.testing.assert_allclose(weights[others, 3], ridge, atol=1e-6)
        assert weights[3, 3] == 0


def test_pruning_keeps_the_largest_weights_of_each_skill_guessed(train):
    inverse = invert_gram(train.shown, 5.0, 0.4)
    full, pruned = (prune_weights(inverse, keep).toarray() for keep in (TRADES * EACH, 6))
    kept = pruned != 0
    assert (kept.sum(axis=0) == 6).all()
    np.testing.assert_array_equal(pruned[kept], full[kept])
    assert (np.where(kept, np.abs(full), np.inf).min(axis=0) >= np.where(kept, 0, np.abs(full)).max(axis=0)).all()


@pytest.mark.parametrize("people", [30, 120])
def test_a_person_left_out_is_scored_as_if_never_there(train, people):
    shown = csr_array(train.shown[:people])
    penalties = set_penalties(shown, 5.0, 0.4)
    invert = invert_in_factors if people < TRADES * EACH else invert_whole
    visible = shown[[4]].toarray()
    visible[0, np.flatnonzero(visible[0])[::2]] = 0
    left_out = score_left_out(invert(shown, penalties), csr_array(shown[[4]]), csr_array(visible))
    without = invert(csr_array(shown[np.arange(people) != 4]), penalties)
    weights = prune_weights(without, TRADES * EACH).astype(np.float64)
    np.testing.assert_allclose(left_out, visible @ weights.toarray(), atol=1e-6)


def test_a_penalty_under_which_chance_is_learnt_is_not_chosen(train):
    assert choose_penalty(csr_array(train.shown[:50]), 0.4, 0, (1e-6, 5.0)) == 5.0


def test_the_nearest_are_named_by_weights_that_sum_to_one(train):
    texts = np.array([[1, 0], [0.8, 0.6], [0, 1], [np.nan, np.nan]], dtype=np.float32)
    found = find_by_text(texts, texts, np.array([0, -1, 2, 3]), count=2, sharpness=10.0).toarray()
    near = np.exp(10 * np.array([0.8, 1.0, 0.6]))
    np.testing.assert_allclose(found[0], [0, 1, 0, 0])
    np.testing.assert_allclose(found[1], [near[0] / near[:2].sum(), near[1] / near[:2].sum(), 0, 0], rtol=1e-5)
    np.testing.assert_allclose(found[2], [0, 1, 0, 0])
    assert not found[3].any()


def test_members_of_a_group_share_alike_and_small_groups_are_believed_less():
    found = find_members(np.array([1, 0, -1]), np.array([0, 1, 1, -1, 1]), np.array([2, -1, -1]), strength=2.0)
    np.testing.assert_allclose(found.toarray(), [[0, 0.25, 0, 0, 0.25], [1 / 3, 0, 0, 0, 0], [0, 0, 0, 0, 0]])


def test_whoever_is_left_out_of_the_index_was_never_in_it(model, train):
    gone = {model.entities.ids[3], model.entities.ids[50]}
    kept = [row for row, person in enumerate(model.entities.ids) if person not in gone]
    never = Entities(
        tuple(model.entities.ids[row] for row in kept),
        csr_array(model.entities.shown[kept]),
        model.entities.texts[kept],
        model.entities.groups[:, kept],
    )
    without = replace(model, entities=model.entities.leave_out(gone))
    np.testing.assert_array_equal(score_all(without, train), score_all(replace(model, entities=never), train))
    assert not np.array_equal(score_all(without, train), score_all(model, train))


def test_terms_sum_to_the_logit_of_every_kind_of_person_and_skill(model, strangers):
    logits = score_all(model, strangers)
    kinds = set()
    for person in (0, 5, 10, 15, 20, 25, 30, 35, 39):
        for column in (0, NEW, 20, 59):
            terms = list_terms(model, strangers, person, f"skill:{column:02}")
            assert sum(term.logit for term in terms) == pytest.approx(logits[person, column], abs=1e-9)
            assert terms[0].kind == "base_rate"
            kinds |= {term.kind for term in terms}
    assert kinds == {"base_rate", *model.kinds}


def test_terms_name_what_is_shown_and_who_was_found(model, strangers):
    person = 35
    shown = {strangers.skills[column] for column in strangers.shown[[person]].indices}
    for term in list_terms(model, strangers, person, "skill:20"):
        if term.kind in {"co_occurrence", "similar_skills"}:
            assert term.of in shown
        elif term.kind.startswith("people_"):
            row = model.entities.rows[term.of]
            assert model.entities.shown[[row]].toarray()[0, list(model.learnt).index(20)] == 1
        elif term.kind == "group":
            assert term.of == f"role={strangers.attributes['role'][person]}"


def test_one_person_is_scored_as_among_many(model, strangers):
    together = score_all(model, strangers)
    for person in (0, 10, 20, 39):
        alone = score_all(model, take(strangers, np.array([person])))
        np.testing.assert_array_equal(alone[0], together[person])


def test_hidden_skills_of_strangers_are_found(model, profiles, strangers):
    truth = profiles.shown[np.arange(120, 160)].toarray()
    logits = score_all(model, strangers)
    for people in (slice(0, 10), slice(10, 20), slice(20, 30)):
        asked = strangers.shown[people].toarray() == 0
        asked[:, NEW] = False
        hidden = truth[people] > 0
        assert logits[people][asked & hidden].mean() > logits[people][asked & ~hidden].mean() + 1.0


def test_a_skill_nobody_shows_is_ranked_by_its_neighbours(model, profiles, strangers):
    assert list(model.adopted) == [NEW]
    logits = score_all(model, strangers)[:, NEW]
    trade = np.arange(120, 160) % TRADES == NEW // EACH
    assert logits[trade].mean() > logits[~trade].mean() + 0.5


def test_without_vectors_a_skill_nobody_shows_has_its_base_rate_alone(train, strangers):
    bare = replace(unshow(train, NEW), texts=None, embeddings=None, attributes={})
    model = fit_wide(bare, SETTINGS)
    assert model.kinds == ("base_rate", "co_occurrence", "people_alike")
    logits = score_all(model, strangers)
    assert len(set(logits[:10, NEW])) == 1
    [term] = list_terms(model, strangers, 0, f"skill:{NEW:02}")
    assert term.logit == pytest.approx(logits[0, NEW], abs=1e-9)


def test_somebody_fitted_on_is_not_their_own_neighbour(model, train):
    asked = model.align(train)
    found = find_alike(asked.shown, model.entities, asked.own, 5, 12.0)
    assert (asked.own >= 0).all()
    assert not found.toarray()[np.arange(len(asked.own)), asked.own].any()


def test_the_same_profiles_give_the_same_bytes_and_another_seed_does_not(train, model):
    def digest(fitted: WideModel) -> str:
        plain, arrays = fitted.to_arrays()
        return hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest() + str(plain)

    assert digest(fit_wide(unshow(train, NEW), SETTINGS)) == digest(model)
    assert digest(fit_wide(unshow(train, NEW), SETTINGS.model_copy(update={"seed": 1}))) != digest(model)


def test_a_model_read_back_scores_the_same(model, strangers):
    again = WideModel.from_arrays(*model.to_arrays())
    np.testing.assert_array_equal(score_all(again, strangers), score_all(model, strangers))


def test_what_the_model_does_not_know_is_left_out(model, strangers):
    shown = np.hstack([strangers.shown.toarray(), np.ones((40, 1))])
    more = replace(strangers, skills=(*strangers.skills, "skill:new"), shown=csr_array(shown))
    np.testing.assert_array_equal(score_all(model, more), score_all(model, strangers))


def test_texts_of_another_length_are_refused(model, strangers):
    with pytest.raises(InvalidInput, match="vectors of 3"):
        score_all(model, replace(strangers, texts=np.ones((40, 3), dtype=np.float32)))


def test_too_little_to_learn_from_is_said(train):
    with pytest.raises(InvalidInput, match="1 people show"):
        fit_wide(take(train, np.array([0])), SETTINGS)


@pytest.fixture(scope="module")
def skill_model(train) -> SkillModel:
    return fit_profiles(unshow(train, NEW), InferenceSettings(max_trained_skills=20))


def test_a_skill_model_of_many_skills_is_wide_and_says_the_same(skill_model, strangers):
    assert skill_model.wide is not None
    logits = score_all(skill_model.wide, strangers)
    for block in score_profiles(skill_model, strangers, top=None):
        assert len(block.person) == int((strangers.shown.toarray() == 0).sum())
        np.testing.assert_allclose(block.probability, 1 / (1 + np.exp(-logits[block.person, block.skill])), atol=1e-12)


def test_its_explanations_add_up_and_name_nobody(skill_model, strangers):
    kinds: set[str] = set()
    for person in ("person:120", "person:130", "person:140", "person:150"):
        for skill in (f"skill:{NEW:02}", "skill:20", "skill:59"):
            found = explain_profile(skill_model, strangers, person, skill)
            assert sum(term.logit for term in found.terms) == pytest.approx(found.logit, abs=1e-9)
            assert found.terms[0].kind == "base_rate"
            assert not any("person:" in f"{term.text} {term.skill_id}" for term in found.terms)
            kinds |= {term.kind for term in found.terms}
    assert kinds >= {"co_occurrence", "people_alike", "people_by_text", "text_and_name", "similar_skills", "role"}


def test_a_wide_skill_model_read_back_is_the_same(skill_model, strangers):
    again = SkillModel.from_bytes(skill_model.to_bytes())
    assert again.version == skill_model.version
    for one, other in zip(score_profiles(again, strangers), score_profiles(skill_model, strangers), strict=True):
        np.testing.assert_array_equal(one.probability, other.probability)


def test_it_starts_from_what_is_known_of_nobody(skill_model, strangers):
    nobody = replace(strangers, people=("new",), shown=strangers.shown[[0]] * 0, attributes={}, texts=None)
    [block] = score_profiles(skill_model, nobody, top=None)
    base = skill_model.base[block.skill]
    np.testing.assert_allclose(block.probability, 1 / (1 + np.exp(-base)), atol=1e-12)
