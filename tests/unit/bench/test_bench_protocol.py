from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from api.bench.inference.metrics import measure_calibration
from api.bench.inference.protocol import COLD, hide_skills, show_few, split_people, take_people
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    shown = np.random.default_rng(0).random((400, 30)) < 0.3
    return Profiles(
        people=tuple(f"p{row}" for row in range(400)),
        skills=tuple(f"s{column}" for column in range(30)),
        shown=csr_array(shown.astype(np.float32)),
        attributes={"years": [float(row) for row in range(400)]},
        texts=np.arange(400, dtype=np.float32)[:, None],
    )


def test_everybody_is_in_one_part():
    split = split_people(1000, seed=3)

    parts = [split.train, split.validation, split.test]
    assert [len(part) for part in parts] == [800, 100, 100]
    assert sorted(np.concatenate(parts)) == list(range(1000))


def test_a_seed_is_a_split_and_another_is_another(profiles):
    one, again, other = (split_people(400, seed) for seed in (0, 0, 1))

    assert one.test.tolist() == again.test.tolist()
    assert set(one.test) != set(other.test)
    first, second, third = (hide_skills(profiles, split.test, seed) for split, seed in ((one, 0), (again, 0), (one, 1)))
    assert (first.hidden == second.hidden).all()
    assert first.hidden.shape != third.hidden.shape or (first.hidden != third.hidden).any()


def test_what_is_hidden_is_nowhere_to_be_seen(profiles):
    rows = np.arange(100, 400)
    everybody = hide_skills(profiles, rows, seed=0)
    question = everybody.take(everybody.find_judged())

    visible = question.visible.shown.toarray() > 0
    truth = profiles.shown[question.rows].toarray() > 0
    assert not (visible & question.hidden).any()
    assert ((visible | question.hidden) == truth).all()
    assert visible.any(axis=1).all()
    assert question.hidden.any(axis=1).all()
    assert (question.find_asked() == ~visible).all()
    assert question.hidden.sum() / truth.sum() == pytest.approx(0.4, abs=0.03)
    assert everybody.rows.tolist() == rows.tolist()


def test_everything_known_of_a_person_stays_theirs(profiles):
    question = hide_skills(profiles, np.array([300, 7, 123]), seed=0)

    assert question.visible.people == ("p300", "p7", "p123")
    assert question.visible.attributes["years"] == [300.0, 7.0, 123.0]
    assert question.visible.texts is not None
    assert question.visible.texts[:, 0].tolist() == [300.0, 7.0, 123.0]
    assert take_people(profiles, np.array([5])).shown.toarray().tolist() == profiles.shown[[5]].toarray().tolist()


def test_at_a_cold_start_the_same_people_show_more_and_more(profiles):
    found = [show_few(profiles, np.arange(400), 0, visible) for visible in COLD]

    assert len({tuple(question.rows) for question in found}) == 1
    seen = [question.visible.shown.toarray() > 0 for question in found]
    for number, visible in zip(COLD, seen, strict=True):
        assert (visible.sum(axis=1) == number).all()
    assert (seen[1] <= seen[2]).all()
    truth = profiles.shown[found[2].rows].toarray() > 0
    assert (truth.sum(axis=1) > max(COLD)).all()
    assert ((seen[2] | found[2].hidden) == truth).all()
    assert not (seen[2] & found[2].hidden).any()


def test_which_skills_are_seen_at_a_cold_start_is_drawn(profiles):
    first = show_few(profiles, np.arange(400), 0, 1).visible.shown.toarray()
    lowest = (profiles.shown.toarray() > 0).argmax(axis=1)[show_few(profiles, np.arange(400), 0, 1).rows]

    assert (first.argmax(axis=1) == lowest).mean() < 0.4


def test_too_few_people_are_said():
    with pytest.raises(InvalidInput, match="19 people"):
        split_people(19, 0)


def test_people_with_nothing_to_hide_are_said():
    single = Profiles(("a", "b"), ("x", "y"), csr_array(np.eye(2, dtype=np.float32)))

    question = hide_skills(single, np.arange(2), 0)
    with pytest.raises(InvalidInput, match="nobody"):
        question.take(question.find_judged())


def test_people_are_judged_where_something_is_hidden_and_something_visible():
    shown = csr_array(np.ones((200, 2), dtype=np.float32))
    question = hide_skills(Profiles(tuple(map(str, range(200))), ("x", "y"), shown), np.arange(200), 0)

    assert question.find_judged().tolist() == (question.hidden.sum(axis=1) == 1).tolist()
    assert 0 < question.find_judged().sum() < 200


def test_judging_some_makes_right_probabilities_look_wrong():
    likely = np.full((4000, 12), 0.15)
    shown = csr_array((np.random.default_rng(0).random(likely.shape) < likely).astype(np.float32))
    everybody = hide_skills(Profiles(tuple(map(str, range(4000))), tuple("abcdefghijkl"), shown), np.arange(4000), 0)

    found = []
    for question in (everybody, everybody.take(everybody.find_judged())):
        asked = question.find_asked()
        guess = np.full(asked.sum(), 0.4 * 0.15 / (1 - 0.6 * 0.15))
        found.append(measure_calibration(guess, question.hidden[asked]))

    assert found[0].error < 1.6 * found[0].noise_floor
    assert found[1].error > 5 * found[1].noise_floor
