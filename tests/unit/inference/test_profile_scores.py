from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.inference import profile_scores
from engine.inference.fitting import fit_profiles
from engine.inference.model import SkillModel
from engine.inference.profile_scores import explain_profile, score_profiles
from engine.inference.profiles import Profiles
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput, NotFound

SETTINGS = InferenceSettings(
    updates=150, passes=5, learning_rate=0.03, residual_min_people=40, residual_units=8, residual_price=0.01
)


def make_profiles(shown: dict[str, str], roles: dict[str, str] | None = None) -> Profiles:
    """Profiles of people who each show the skills named, separated by spaces."""
    people = tuple(sorted({*shown, *(roles or {})}))
    skills = tuple(sorted({skill for text in shown.values() for skill in text.split()}))
    rows = [[float(skill in shown.get(person, "").split()) for skill in skills] for person in people]
    cells = csr_array(np.asarray(rows).reshape(len(people), len(skills)))
    attributes = {
        "role": [(roles or {}).get(person) for person in people],
        "years": [None if person == "cy" else float(sum(person.encode()) % 13) for person in people],
    }
    texts = np.asarray([write_of(person) for person in people], dtype=np.float32).reshape(len(people), 4)
    return Profiles(people, skills, cells, attributes, texts, embedder="of the test")


def write_of(person: str) -> np.ndarray:
    """The vector of what is written about somebody, of dee nothing."""
    vector = np.random.default_rng(list(person.encode())).standard_normal(4)
    return np.full(4, np.nan) if person == "dee" else vector / np.linalg.norm(vector)


@cache
def two_trades() -> Profiles:
    """Two roles that each mostly show five skills of their own; two skills are seldom shown."""
    random = np.random.default_rng(0)
    names = [f"{trade}{number}" for trade in ("data", "shop") for number in range(5)]
    shown, roles = {}, {}
    for number in range(60):
        trade = ("data", "shop")[number % 2]
        shown[f"p{number:02}"] = " ".join(
            name for name in names if random.random() < (0.7 if name.startswith(trade) else 0.06)
        )
        roles[f"p{number:02}"] = trade
    shown["p00"] += " rare"
    shown["p01"] += " odd"
    return make_profiles(shown, roles)


@cache
def fitted() -> SkillModel:
    return fit_profiles(two_trades(), SETTINGS)


def score(profiles: Profiles, top: int | None = None) -> dict[tuple[str, str], float]:
    found = {}
    for block in score_profiles(fitted(), profiles, top):
        for person, skill, probability in zip(block.person, block.skill, block.probability.tolist(), strict=True):
            found[block.people[person], block.skills[skill]] = probability
    return found


PEOPLE = st.dictionaries(
    st.sampled_from(["ana", "bo", "cy", "dee"]),
    st.sets(st.sampled_from([*two_trades().skills, "juggling"])).map(" ".join),
    min_size=1,
)
ROLES = st.dictionaries(st.sampled_from(["ana", "bo", "eli"]), st.sampled_from(["data", "shop", "astronaut"]))


@settings(max_examples=25)
@given(shown=PEOPLE, roles=ROLES)
def test_an_explanation_is_the_score_taken_apart(shown: dict[str, str], roles: dict[str, str]) -> None:
    profiles = make_profiles(shown, roles)

    scores = score(profiles)

    for (person, skill), probability in scores.items():
        why = explain_profile(fitted(), profiles, person, skill)
        assert why.probability == probability
        assert abs(sum(term.logit for term in why.terms) - why.logit) < 1e-9
        assert not why.shown


@settings(max_examples=25)
@given(shown=PEOPLE, roles=ROLES)
def test_what_is_scored_is_what_a_person_does_not_show(shown: dict[str, str], roles: dict[str, str]) -> None:
    scores = score(make_profiles(shown, roles))

    assert scores.keys() == {
        (person, skill)
        for person in {*shown, *roles}
        for skill in fitted().skills
        if skill not in shown.get(person, "").split()
    }


@settings(max_examples=25)
@given(shown=PEOPLE, roles=ROLES)
def test_nobody_changes_the_scores_of_another(shown: dict[str, str], roles: dict[str, str]) -> None:
    everybody = score(make_profiles(shown, roles))

    for person in shown:
        own = {person: roles[person]} if person in roles else {}
        alone = score(make_profiles({person: shown[person]}, own))
        assert alone == {pair: value for pair, value in everybody.items() if pair[0] == person}


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = score(two_trades(), top=3)
    monkeypatch.setattr(profile_scores, "CELLS", 40)

    assert len(list(score_profiles(fitted(), two_trades(), 3))) == 20
    assert score(two_trades(), top=3) == whole


@pytest.mark.parametrize("top", [1, 3, 12, 50])
def test_the_first_ones_are_the_most_probable_and_ties_go_by_the_order_of_skills(top: int) -> None:
    model = replace(fitted(), base=np.round(fitted().base), weights=np.zeros_like(fitted().weights))
    model = replace(
        model,
        attribute_weights=np.zeros_like(model.attribute_weights),
        residual_out=np.zeros_like(model.residual_out),
    )
    profiles = make_profiles({"ana": "data0 shop1"})

    (block,) = score_profiles(model, profiles, top)

    shown = (model.columns["data0"], model.columns["shop1"])
    expected = [skill for skill in np.lexsort((np.arange(12), -model.base)).tolist() if skill not in shown]
    assert len(set(model.base.tolist())) < 12
    assert block.skill.tolist() == expected[:top]


def test_role_and_skills_speak_for_the_trade() -> None:
    scores = score(make_profiles({"ana": "data0 data1 data2", "bo": ""}, {"bo": "shop"}))

    assert scores["ana", "data3"] > scores["ana", "shop3"] + 0.2
    assert scores["bo", "shop3"] > scores["bo", "data3"] + 0.1


def test_nobody_has_no_scores() -> None:
    assert list(score_profiles(fitted(), make_profiles({}))) == []


def test_a_shown_skill_is_explained_by_the_rest() -> None:
    why = explain_profile(fitted(), make_profiles({"ana": "data0 data1"}), "ana", "data1")
    without = explain_profile(fitted(), make_profiles({"ana": "data0"}), "ana", "data1")

    assert why.shown
    assert (why.logit, why.terms) == (without.logit, without.terms)
    assert {"base_rate", "co_occurrence", "attribute", "text", "overall_pattern"} == {term.kind for term in why.terms}


def test_who_and_what_is_unknown_is_said() -> None:
    profiles = make_profiles({"ana": "data0"})

    with pytest.raises(NotFound, match="no person with the id or name 'bo'"):
        explain_profile(fitted(), profiles, "bo", "data1")
    with pytest.raises(NotFound, match="no skill with the id or name 'juggling': the model does not know it"):
        explain_profile(fitted(), profiles, "ana", "juggling")


def test_the_same_profiles_give_the_same_bytes() -> None:
    again = fit_profiles(two_trades(), SETTINGS)

    assert again.to_bytes() == fitted().to_bytes()
    assert again.version == fitted().version
    assert fit_profiles(two_trades(), SETTINGS.model_copy(update={"seed": 1})).version != fitted().version


@pytest.mark.parametrize("damage", [b"", b"no model", b"PK\x03\x04", b"\x93NUMPY\x01\x00v\x00"])
def test_bytes_that_are_no_model_are_refused(damage: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a Skillway model"):
        SkillModel.from_bytes(damage)
    with pytest.raises(InvalidInput, match="not a Skillway model"):
        SkillModel.from_bytes(fitted().to_bytes()[:-100] + damage)


def test_one_person_is_enough_to_fit_and_said_to_be_uncalibrated() -> None:
    model = fit_profiles(make_profiles({"ana": "sql python"}), SETTINGS)

    assert model.calibration == "none"
    assert 0 < score_of(model, "sql") < 1


def score_of(model: SkillModel, skill: str) -> float:
    return explain_profile(model, make_profiles({"bo": ""}), "bo", skill).probability
