"""Whether verifying what is worth most pays, on the sample organisation, whose truth is planted.

For every skill that an assessment measures, some people are tested: those that ``verify_next`` would test, or others.
Scores are drawn from the curves of ``graph_schema/evidence_kinds.py`` by what people really know, beliefs follow, and
the list is drawn up again under the same promise. Beside the planted truth stands one drawn from the beliefs, in which
they are right on average: what separates the two is calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from api.bench.pools import Truth, read_truth
from engine.contests import ask_for_skills, judge_candidates
from engine.inference.weighing import weigh_likelihoods
from engine.promises import keep_promise
from engine.read_moves import read_assessments
from engine.results import Named
from engine.service import Engine
from engine.verification import Cells, expect_no_rating, expect_scores, value_observations
from graph_schema.evidence_kinds import EVIDENCE_KINDS

PRECISION = 0.9
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tested:
    """What some tests a skill did to the lists, means over all skills and draws."""

    truth: str
    """``planted``, or ``as believed``: drawn from the probabilities."""
    chosen: str
    """Who is tested."""
    tests: int
    """Tests of each skill."""
    right_before: float
    """Right entries of one list before the tests."""
    right_after: float
    """Right entries after them."""
    gained: float
    """Right entries that the tests brought, a list."""
    gained_ci: float
    """Half-width of its 95 % interval, over the skills."""
    precision_after: float
    """Share of entries that are right after the tests, over all lists."""


@dataclass(frozen=True)
class _Skill:
    """One skill: P(has) of every candidate, and whether they have it in truth."""

    probability: Floats
    has: NDArray[np.bool_]


def bench_verification(engine: Engine, tests: int = 10, draws: int = 20) -> list[Tested]:
    """Compare whom to test, on the sample organisation, which the engine's graph must hold."""
    skills = _read_skills(engine, read_truth())
    return [
        _summarise(world, name, choose, skills, tests, draws)
        for world in ("planted", "as believed")
        for name, choose in _CHOICES.items()
    ]


def _read_skills(engine: Engine, truth: Truth) -> list[_Skill]:
    measured = sorted({item.skill_id for row in read_assessments(engine.store) for item in row.measures})
    found: list[_Skill] = []
    for skill in measured:
        contest = judge_candidates(engine.store, ask_for_skills([Named(skill, skill)], []), engine.settings.inference)
        has = [skill in truth.get(candidate.id, {}) for candidate in contest.candidates]
        found.append(_Skill(contest.right, np.asarray(has, dtype=np.bool_)))
    return found


def _choose_by_gain(probability: Floats, _random: np.random.Generator) -> Floats:
    kind = EVIDENCE_KINDS["assessment"]
    assert kind.scores is not None
    promise = keep_promise(probability, PRECISION)
    edge = promise.edge if len(promise.chosen) else float(probability.max(initial=0.0))
    one = np.ones(len(probability))
    cells = Cells(probability, one, probability, one, 0 * one, one < 0)
    about_skill = expect_scores(kind.scores, kind.reliability)
    return value_observations(cells, about_skill, expect_no_rating(len(one)), edge, verifies=True).gain


def _choose_uncertain(probability: Floats, _random: np.random.Generator) -> Floats:
    return -np.abs(probability - 0.5)


def _choose_next(probability: Floats, _random: np.random.Generator) -> Floats:
    listed = keep_promise(probability, PRECISION).chosen
    value = probability.copy()
    value[listed] = -1.0
    return value


def _choose_any(probability: Floats, random: np.random.Generator) -> Floats:
    return random.random(len(probability))


_CHOICES: Mapping[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "most gain": _choose_by_gain,
    "likeliest who are not listed": _choose_next,
    "nearest to 50 %": _choose_uncertain,
    "anybody": _choose_any,
}
"""Worth of testing each candidate; the first are tested."""


def _summarise(
    world: str,
    name: str,
    choose: Callable[[Floats, np.random.Generator], Floats],
    skills: list[_Skill],
    tests: int,
    draws: int,
) -> Tested:
    before = np.zeros((len(skills), draws))
    right, listed = before.copy(), before.copy()
    for number, skill in enumerate(skills):
        start = keep_promise(skill.probability, PRECISION).chosen
        for draw in range(draws):
            random = np.random.default_rng([draw, number])
            has = skill.has if world == "planted" else random.random(len(skill.has)) < skill.probability
            now = _test(_Skill(skill.probability, has), choose, tests, random)
            before[number, draw] = has[start].sum()
            right[number, draw], listed[number, draw] = has[now].sum(), len(now)
    gained = (right - before).mean(axis=1)
    return Tested(
        truth=world,
        chosen=name,
        tests=tests,
        right_before=float(before.mean()),
        right_after=float(right.mean()),
        gained=float(gained.mean()),
        gained_ci=float(1.96 * gained.std(ddof=1) / np.sqrt(len(gained))),
        precision_after=float(right.sum() / listed.sum()),
    )


def _test(
    skill: _Skill, choose: Callable[[Floats, np.random.Generator], Floats], tests: int, random: np.random.Generator
) -> NDArray[np.int64]:
    kind = EVIDENCE_KINDS["assessment"]
    assert kind.scores is not None
    curve = kind.scores
    chosen = np.argsort(-choose(skill.probability, random), kind="stable")[:tests]
    score = random.normal(np.where(skill.has[chosen], curve.mean_if_has, curve.mean_if_not), curve.sd)
    ratio = np.exp((curve.mean_if_has - curve.mean_if_not) / curve.sd**2 * (score - curve.middle))
    probability = skill.probability.copy()
    weight = weigh_likelihoods(ratio, np.full(len(ratio), kind.reliability))
    probability[chosen] = expit(logit(probability[chosen]) + weight)
    return keep_promise(probability, PRECISION).chosen
