from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from api.bench.inference.groups import audit_groups
from api.bench.inference.protocol import hide_skills
from api.bench.inference.surveys import Survey
from engine.inference.profiles import Profiles


@pytest.fixture(scope="module")
def audits():
    """Ours is right about the first 300 people, says a third too much about 200 and is not told of the last 100."""
    random = np.random.default_rng(0)
    likely = random.beta(1, 2, size=(600, 40))
    shown = csr_array((random.random(likely.shape) < likely).astype(np.float32))
    profiles = Profiles(tuple(map(str, range(600))), tuple(map(str, range(40))), shown)
    told = ["right"] * 300 + ["wrong"] * 200 + [None] * 50 + ["few"] * 50
    question = hide_skills(profiles, np.arange(600), 0)
    guess = 0.4 * likely / (1 - 0.6 * likely)
    guess[300:500] *= 1.33
    survey = Survey("made up", profiles, {"origin": told})
    return {row.group: row for row in audit_groups(survey, [(question, np.minimum(guess, 1)[question.rows])] * 2)}


def test_each_group_is_judged_by_its_own_people(audits):
    assert set(audits) == {"everybody", "right", "wrong"}
    assert audits["everybody"].people == pytest.approx(1200, abs=10)
    assert audits["right"].people == pytest.approx(600, abs=6)
    assert audits["wrong"].people == pytest.approx(400, abs=4)


def test_the_group_that_is_guessed_wrongly_is_found(audits):
    right, wrong = audits["right"], audits["wrong"]

    assert (right.worst, wrong.worst) == (False, True)
    assert wrong.calibration_error > 4 * wrong.noise_floor
    assert right.calibration_error < 2 * right.noise_floor
    assert right.calibration_error < audits["everybody"].calibration_error < wrong.calibration_error


def test_a_group_that_is_suggested_more_is_found(audits):
    right, wrong = audits["right"], audits["wrong"]

    assert wrong.impact_ratio == 1.0
    assert right.impact_ratio == pytest.approx(right.selection_rate / wrong.selection_rate)
    assert right.impact_ratio < 0.7
    assert right.hidden_rate == pytest.approx(wrong.hidden_rate, rel=0.05)
    assert audits["everybody"].impact_ratio is None
