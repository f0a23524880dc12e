"""Promised pools on the sample organisation: what is promised is kept in its planted truth, and is said in words."""

from __future__ import annotations

import math

import pytest
from typer.testing import CliRunner

from api.bench.pools import is_right, read_truth
from api.cli import app
from engine.contests import ask_for_skills, judge_candidates
from engine.promised_pools import make_promise
from engine.results import Named
from engine.service import Engine
from graph_schema.queries.moves import ROLES
from graph_schema.queries.roles import REQUIREMENTS_OF_ROLE


def show(environment: dict[str, str], *words: str) -> str:
    shown = CliRunner().invoke(app, ["pool", *words], env=environment | {"COLUMNS": "200"}, catch_exceptions=False)
    return shown.stdout


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_promises_are_kept_in_truth(sample_engine: Engine, level: float) -> None:
    truth, store = read_truth(), sample_engine.store
    skills = {
        item.skill_id: Named(item.skill_id, item.label)
        for role in store.ask(ROLES)
        for item in store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id)[:2]
    }
    held: list[bool] = []
    for skill in skills.values():
        asked = ask_for_skills([skill], [level])
        contest = judge_candidates(store, asked, sample_engine.settings.inference)
        people = [contest.candidates[int(row)].id for row in make_promise(contest, 0.9).chosen]
        held += [is_right(asked, truth[person]) for person in people]

    assert len(held) > 200
    assert sum(held) / len(held) >= 0.9 - 1.96 * math.sqrt(0.9 * 0.1 / len(held))


def test_a_promise_is_said_with_what_it_rests_on(sample_environment: dict[str, str]) -> None:
    shown = show(sample_environment, "--skill", "SQL", "--level", "3", "--precision", "0.8")

    for words in ("promised precision 80%", "level 3 or above", "expected to be wrong", "against listing", "No audit"):
        assert words in shown


def test_an_empty_list_says_how_far_the_likeliest_is(sample_environment: dict[str, str]) -> None:
    shown = show(sample_environment, "--role", "Financial Analyst", "--precision", "0.99")

    assert "Nobody can be listed under this promise: the likeliest of" in shown


def test_what_to_verify_next_is_said_with_hours_and_odds(sample_environment: dict[str, str]) -> None:
    shown = show(sample_environment, "--skill", "SQL", "--level", "3", "--verify-next", "3")

    assert "SQL Proficiency Test" in shown
    assert "put right an hour" in shown
    assert "keep the promise now" in shown
