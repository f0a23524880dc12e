"""The whole bench: every method, on the same split, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.bench.inference.cold_start import ColdAnswer, ask_cold, summarise_cold
from api.bench.inference.groups import audit_groups
from api.bench.inference.metrics import (
    Calibration,
    Ranking,
    average_by_person,
    measure_calibration,
    measure_ranking,
)
from api.bench.inference.ours import fit_ours
from api.bench.inference.packages import PACKAGES, load_packages
from api.bench.inference.peers import (
    CLOSED_FORM,
    EDLAE,
    POPULARITY,
    ROLE_POPULARITY,
    Peer,
    Scorer,
    Setting,
)
from api.bench.inference.protocol import Question, hide_skills, split_people, take_people
from api.bench.inference.results import ColdStart, GroupAudit, Guessing, InferenceBench, Residuals
from api.bench.inference.surveys import SETS, Survey, read_survey
from api.bench.inference.tuning import describe_setting, tune_peer
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput

PEERS: tuple[Peer, ...] = (*CLOSED_FORM, *PACKAGES)
OURS = "Skillway"
OURS_ALONE = "Skillway, skills alone"


@dataclass(frozen=True)
class _Answer:
    """One method at one seed."""

    question: Question
    """Of the people who are judged."""
    score: Scorer
    scores: NDArray[np.float64]
    ranking: Ranking
    calibration: Calibration | None
    calibration_of_all: Calibration | None
    fit_seconds: float
    score_seconds: float


def bench_inference(
    folder: Path, seeds: int = 5, sets: Sequence[str] = SETS, tell: Callable[[str], None] = lambda _: None
) -> InferenceBench:
    """Measure how well hidden skills are guessed, by ours and by tuned peers.

    Peers are tuned on the validation people of seed 0 alone, and the settings used for all seeds; splits of other seeds
    overlap with those people, which favours peers a little. Ours is not tuned here. All run on one thread.

    Args:
        folder: The data folder.
        seeds: How many splits; their seeds are 0, 1, 2 …
        sets: Surveys to use.
        tell: Called with a sentence as the work goes on.

    Raises:
        InvalidInput: The folder does not hold the data, or there is nothing to measure.
        MissingExtra: The ``bench`` extra is not installed.
    """
    from threadpoolctl import threadpool_limits

    if seeds < 1 or not sets:
        raise InvalidInput("--seeds, --set", "at least one of each is needed")
    load_packages()
    surveys = [read_survey(folder, name) for name in dict.fromkeys(sets)]
    methods: list[Guessing] = []
    cold: list[ColdStart] = []
    groups: list[GroupAudit] = []
    residuals: list[Residuals] = []
    with threadpool_limits(limits=1):
        for survey in surveys:
            settings = _tune(survey, tell)
            answers: dict[str, list[_Answer]] = {}
            cold_answers: list[ColdAnswer] = []
            sizes: list[NDArray[np.float64]] = []
            for seed in range(seeds):
                tell(f"{survey.name}: seed {seed}")
                found, asked_cold, size = _ask_all(survey, settings, seed)
                cold_answers += asked_cold
                sizes.append(size)
                for method, answer in found.items():
                    answers.setdefault(method, []).append(answer)
            methods += _summarise(survey.name, answers, settings)
            cold += summarise_cold(survey.name, cold_answers)
            groups += audit_groups(survey, [(answer.question, answer.scores) for answer in answers[OURS]])
            size = np.concatenate(sizes)
            residuals.append(Residuals(survey.name, len(size), float((size < 0.5).mean()), float(np.median(size))))
    return InferenceBench(seeds, methods, cold, groups, residuals)


def _tune(survey: Survey, tell: Callable[[str], None]) -> dict[str, Setting]:
    split = split_people(len(survey.profiles.people), 0)
    train = take_people(survey.profiles, split.train)
    everybody = hide_skills(survey.profiles, split.validation, 0)
    validation = everybody.take(everybody.find_judged())
    settings: dict[str, Setting] = {}
    for peer in PEERS:
        if peer.choices:
            tell(f"{survey.name}: tuning {peer.name}")
        settings[peer.name] = tune_peer(peer, train, validation)
    return settings


def _ask_all(
    survey: Survey, settings: dict[str, Setting], seed: int
) -> tuple[dict[str, _Answer], list[ColdAnswer], NDArray[np.float64]]:
    split = split_people(len(survey.profiles.people), seed)
    train = take_people(survey.profiles, split.train)
    question = hide_skills(survey.profiles, split.test, seed)
    answers = {
        peer.name: _ask(partial(peer.fit, train, **settings[peer.name]), question, peer.gives_probability)
        for peer in PEERS
    }
    alone = replace(question, visible=_forget(question.visible))
    answers[OURS_ALONE] = _ask(partial(fit_ours, _forget(train), seed), alone, True)
    started = time.perf_counter()
    ours = fit_ours(train, seed)
    spent = time.perf_counter() - started
    asked = _ask(lambda: ours, question, True)
    answers[OURS] = replace(asked, fit_seconds=spent)
    scorers = {
        # Nearly all is hidden at a cold start, so that plain shares of people are the right probabilities.
        POPULARITY.name: POPULARITY.fit(train, hide=1.0),
        ROLE_POPULARITY.name: ROLE_POPULARITY.fit(train, **settings[ROLE_POPULARITY.name], hide=1.0),
        EDLAE.name: answers[EDLAE.name].score,
        OURS: ours,
    }
    cold = ask_cold(survey.profiles, split.test, seed, scorers, set(scorers) - {EDLAE.name})
    return answers, cold, ours.list_residuals(asked.question, asked.scores)


def _ask(fit: Callable[[], Scorer], question: Question, gives_probability: bool) -> _Answer:
    started = time.perf_counter()
    score = fit()
    fitted = time.perf_counter()
    scores = score(question.visible)
    scored = time.perf_counter()
    judged = question.find_judged()
    told = question.take(judged)
    return _Answer(
        question=told,
        score=score,
        scores=scores[judged],
        ranking=measure_ranking(scores[judged], told),
        calibration=_calibrate(scores[judged], told) if gives_probability else None,
        calibration_of_all=_calibrate(scores, question) if gives_probability else None,
        fit_seconds=fitted - started,
        score_seconds=scored - fitted,
    )


def _calibrate(scores: NDArray[np.float64], question: Question) -> Calibration:
    asked = question.find_asked()
    return measure_calibration(scores[asked], question.hidden[asked])


def _forget(profiles: Profiles) -> Profiles:
    return replace(profiles, attributes={})


def _summarise(data: str, answers: dict[str, list[_Answer]], settings: dict[str, Setting]) -> list[Guessing]:
    ndcg = {method: np.concatenate([item.ranking.ndcg for item in of]) for method, of in answers.items()}
    reference = max((peer.name for peer in PEERS), key=lambda name: float(ndcg[name].mean()))
    table: list[Guessing] = []
    for method, of in answers.items():
        told = [item.calibration for item in of if item.calibration is not None]
        of_all = [item.calibration_of_all.error for item in of if item.calibration_of_all is not None]
        rows = np.concatenate([item.question.rows for item in of])
        table.append(
            Guessing(
                data=data,
                method=method,
                setting=describe_setting(settings.get(method, {})),
                people=len(rows),
                ndcg=float(ndcg[method].mean()),
                margin=average_by_person(rows, ndcg[method] - ndcg[reference]),
                reference=reference,
                recall_5=float(np.concatenate([item.ranking.recall_5 for item in of]).mean()),
                recall_10=float(np.concatenate([item.ranking.recall_10 for item in of]).mean()),
                mrr=float(np.concatenate([item.ranking.reciprocal_rank for item in of]).mean()),
                brier_skill=float(np.mean([item.brier_skill for item in told])) if told else None,
                calibration_error=float(np.mean([item.error for item in told])) if told else None,
                noise_floor=float(np.mean([item.noise_floor for item in told])) if told else None,
                calibration_error_of_all=float(np.mean(of_all)) if of_all else None,
                fit_seconds=float(np.mean([item.fit_seconds for item in of])),
                score_seconds=float(np.mean([item.score_seconds for item in of])),
            )
        )
    return table
