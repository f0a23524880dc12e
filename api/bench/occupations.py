"""How well skills of occupations are guessed in a catalogue of 13,000: ``skillway bench occupations``.

Occupations stand for people. They are split as ``api/bench/inference/protocol.py`` says, and then:

- 40 % hidden: as for people, the description and the ISCO-4 group known to ours;
- description only: nothing is seen but the description; and again with all occupations of the same ISCO-4 group taken
  out of what can be found, because ESCO has near-duplicates;
- 1, 2 and 5 skills seen beside the description;
- new skill: a fifth of the skills is taken from everybody learnt from. How are test occupations ranked for each?

Peers are tuned on the validation occupations of seed 0 alone; ours is not tuned here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit
from scipy.stats import rankdata

from api.bench.inference.metrics import Interval, average_by_person, measure_calibration, measure_ranking
from api.bench.inference.peers import Scorer, Setting
from api.bench.inference.protocol import HIDE, Question, hide_skills, show_few, split_people, take_people
from api.bench.inference.tuning import describe_setting, tune_peer
from api.bench.occupation_data import UNIT_GROUP, read_occupations
from api.bench.occupation_methods import (
    BY_SKILLS,
    BY_TEXT,
    EDLAE,
    TEXT_KNN,
    compare_centroids,
    compare_texts,
)
from engine.inference.profiles import Profiles
from engine.inference.wide import WideModel
from engine.inference.wide_fitting import fit_wide
from engine.inference.wide_settings import WideSettings
from graph_schema.errors import InvalidInput

Floats = NDArray[np.float64]
OURS, ALONE, GROUPED = "Skillway", "Skillway, skills alone", "Skillway, ISCO-4 known too"
COSINE = "cosine of text and label"
COMPLETION, DESCRIPTION, FAR, NEW = "40 % hidden", "description only", "description, far", "new skill"
FEW = (1, 2, 5)
NEW_SHARE = 0.2
FREQUENT = 0.01
"""Share of occupations learnt from that have a skill which counts as frequent."""


@dataclass(frozen=True)
class Guessing:
    """One method at one task, means over all test occupations of all seeds."""

    task: str
    method: str
    setting: str
    """What tuning chose; empty where there is nothing to choose."""
    answers: int
    """Occupations judged, or skills for new skills, summed over seeds."""
    ndcg: float | None = None
    """NDCG@10, higher is better."""
    margin: Interval | None = None
    """NDCG@10 less that of the best peer at the task, by occupation."""
    auc: float | None = None
    """Chance that an occupation with the skill ranks before one without, mean over skills."""
    calibration_error: float | None = None
    """Expected calibration error, 15 bins of equal mass, no calibration step; None for what is no probability."""
    frequent_error: float | None = None
    """The same over skills that 1 % of occupations or more have."""
    fit_seconds: float | None = None


@dataclass(frozen=True)
class _Answer:
    task: str
    method: str
    rows: NDArray[np.int64]
    ndcg: Floats
    error: float | None = None
    frequent_error: float | None = None
    seconds: float | None = None


def bench_occupations(
    folder: Path, cache: Path, seeds: int = 5, learn_share: float = 0.8, say: Callable[[str], None] = lambda _: None
) -> list[Guessing]:
    """Measure ours beside tuned peers.

    Args:
        folder: The data folder; ``esco/`` is read.
        cache: Folder that keeps vectors of texts from one run to the next.
        seeds: How many splits; their seeds are 0, 1, 2 …
        learn_share: Share of the occupations learnt from: .8, or up to .9 to learn from the validation part too.
        say: Called with a sentence as the work goes on.

    Raises:
        InvalidInput: The folder does not hold the data, or the share is out of range.
        MissingExtra: The ``embed`` extra is not installed.
    """
    from threadpoolctl import threadpool_limits

    if not 0.5 <= learn_share <= 0.9:
        raise InvalidInput("--learn-share", f"{learn_share} is not between .5 and .9; the last tenth is the test")
    profiles = read_occupations(folder / "esco", cache, say)
    with threadpool_limits(limits=1):
        settings = _tune(profiles, say)
        answers: list[_Answer] = []
        new: list[tuple[str, Floats]] = []
        for seed in range(seeds):
            say(f"seed {seed}")
            split = split_people(len(profiles.people), seed)
            known = np.concatenate([split.train, split.validation])[: int(learn_share * len(profiles.people))]
            train = take_people(profiles, known)
            started = time.perf_counter()
            model = _fit_ours(train, seed)
            seconds = time.perf_counter() - started
            answers += _complete(profiles, train, split.test, seed, model, settings, seconds)
            answers += _describe(profiles, train, split.test, seed, model, settings)
            answers += _show_few(profiles, train, split.test, seed, model, settings)
            new += _start_new(profiles, train, split.test, seed, model)
    return [*_summarise(answers, settings), *_summarise_new(new)]


def _tune(profiles: Profiles, say: Callable[[str], None]) -> dict[str, Setting]:
    split = split_people(len(profiles.people), 0)
    train = take_people(profiles, split.train)
    seen, unseen = hide_skills(profiles, split.validation, 0), show_few(profiles, split.validation, 0, 0)
    seen = seen.take(seen.find_judged())
    chosen: dict[str, Setting] = {}
    for peer in (*BY_SKILLS, TEXT_KNN):
        if peer.choices:
            say(f"tuning {peer.name}")
        chosen[peer.name] = tune_peer(peer, train, unseen if peer in BY_TEXT else seen)
    return chosen


def _fit_ours(train: Profiles, seed: int) -> WideModel:
    kept = replace(train, attributes={UNIT_GROUP: train.attributes[UNIT_GROUP]})
    return fit_wide(kept, WideSettings(mask_low=HIDE, mask_high=HIDE, seed=seed))


def _score(model: WideModel, asked: Profiles) -> Floats:
    return np.concatenate([logits for _, logits in model.score(asked)])


def _complete(
    profiles: Profiles,
    train: Profiles,
    test: NDArray[np.int64],
    seed: int,
    model: WideModel,
    settings: Mapping[str, Setting],
    seconds: float,
) -> Iterator[_Answer]:
    question = hide_skills(profiles, test, seed)
    question = question.take(question.find_judged())
    for peer in BY_SKILLS:
        started = time.perf_counter()
        score = peer.fit(train, **settings[peer.name])
        yield _judge(COMPLETION, peer.name, question, score(question.visible), seconds=time.perf_counter() - started)
    frequent = np.asarray(train.shown.mean(axis=0)).reshape(-1) >= FREQUENT
    for name, asked in ((ALONE, _forget(question.visible)), (OURS, question.visible)):
        yield _judge(COMPLETION, name, question, _score(model, asked), frequent, seconds)


def _describe(
    profiles: Profiles,
    train: Profiles,
    test: NDArray[np.int64],
    seed: int,
    model: WideModel,
    settings: Mapping[str, Setting],
) -> Iterator[_Answer]:
    question = show_few(profiles, test, seed, 0)
    frequent = np.asarray(train.shown.mean(axis=0)).reshape(-1) >= FREQUENT
    text_alone = replace(question.visible, attributes={})
    for peer in BY_TEXT:
        yield _judge(DESCRIPTION, peer.name, question, peer.fit(train, **settings[peer.name])(question.visible))
    yield _judge(DESCRIPTION, COSINE, question, compare_texts(question.visible))
    yield _judge(DESCRIPTION, OURS, question, _score(model, text_alone), frequent)
    yield _judge(DESCRIPTION, GROUPED, question, _score(model, question.visible), frequent)
    yield _judge(FAR, COSINE, question, compare_texts(question.visible))
    near, ours = np.zeros(question.hidden.shape), np.zeros(question.hidden.shape)
    group, learnt = (np.asarray(item.attributes[UNIT_GROUP]) for item in (question.visible, train))
    for code in np.unique(group):
        asked = np.flatnonzero(group == code)
        few = take_people(text_alone, asked)
        others = take_people(train, np.flatnonzero(learnt != code))
        near[asked] = TEXT_KNN.fit(others, **settings[TEXT_KNN.name])(few)
        same = {train.people[row] for row in np.flatnonzero(learnt == code)}
        ours[asked] = _score(replace(model, entities=model.entities.leave_out(same)), few)
    yield _judge(FAR, TEXT_KNN.name, question, near)
    yield _judge(FAR, OURS, question, ours)


def _show_few(
    profiles: Profiles,
    train: Profiles,
    test: NDArray[np.int64],
    seed: int,
    model: WideModel,
    settings: Mapping[str, Setting],
) -> Iterator[_Answer]:
    scorers: dict[str, Scorer] = {peer.name: peer.fit(train, **settings[peer.name]) for peer in (EDLAE, TEXT_KNN)}
    scorers[OURS] = lambda asked: _score(model, replace(asked, attributes={}))
    for visible in FEW:
        question = show_few(profiles, test, seed, visible, FEW)
        for method, score in scorers.items():
            yield _judge(f"description and {visible} skills", method, question, score(question.visible))


def _start_new(
    profiles: Profiles, train: Profiles, test: NDArray[np.int64], seed: int, model: WideModel
) -> Iterator[tuple[str, Floats]]:
    skills = len(profiles.skills)
    new = np.random.default_rng([seed, 9]).random(skills) < NEW_SHARE
    truth = profiles.shown[test].toarray() > 0
    judged = np.flatnonzero(new & truth.any(axis=0) & ~truth.all(axis=0))
    asked = _unshow(take_people(profiles, test), new)
    young = _fit_ours(_unshow(train, new), seed)
    listed = np.repeat(np.diff(asked.shown.indptr).astype(np.float64)[:, None], skills, axis=1)
    for method, scores in (
        ("count of skills listed", listed),
        ("cosine of mean and label", compare_centroids(asked)),
        (COSINE, compare_texts(asked)),
        (OURS, _score(young, asked)),
        ("Skillway, had it been learnt", _score(model, asked)),
    ):
        yield method, _measure_auc(scores[:, judged], truth[:, judged])


def _measure_auc(scores: Floats, truth: NDArray[np.bool_]) -> Floats:
    """Return the area under the ROC curve of each column."""
    having = truth.sum(axis=0)
    ranks = np.where(truth, rankdata(scores, axis=0), 0).sum(axis=0)
    return (ranks - having * (having + 1) / 2) / (having * (len(truth) - having))


def _unshow(profiles: Profiles, skills: NDArray[np.bool_]) -> Profiles:
    shown = csr_array(profiles.shown.multiply(~skills))
    shown.eliminate_zeros()
    return replace(profiles, shown=shown)


def _forget(profiles: Profiles) -> Profiles:
    return replace(profiles, attributes={}, texts=None)


def _judge(
    task: str,
    method: str,
    question: Question,
    scores: Floats,
    frequent: NDArray[np.bool_] | None = None,
    seconds: float | None = None,
) -> _Answer:
    """Judge scores; they are logits where ``frequent``, the skills to calibrate apart, is given."""
    error = frequent_error = None
    if frequent is not None:
        asked, guess = question.find_asked(), expit(scores)
        error = measure_calibration(guess[asked], question.hidden[asked]).error
        asked &= frequent
        frequent_error = measure_calibration(guess[asked], question.hidden[asked]).error
    ndcg = measure_ranking(scores, question).ndcg
    return _Answer(task, method, question.rows, ndcg, error, frequent_error, seconds)


def _summarise(answers: list[_Answer], settings: Mapping[str, Setting]) -> list[Guessing]:
    table: list[Guessing] = []
    for task in dict.fromkeys(item.task for item in answers):
        of_task: dict[str, list[_Answer]] = {}
        for item in answers:
            if item.task == task:
                of_task.setdefault(item.method, []).append(item)
        ndcg = {method: np.concatenate([item.ndcg for item in of]) for method, of in of_task.items()}
        best = max((ndcg[method] for method in of_task if method not in {OURS, ALONE, GROUPED}), key=np.mean)
        for method, of in of_task.items():
            rows = np.concatenate([item.rows for item in of])
            margin = average_by_person(rows, ndcg[method] - best)
            table.append(
                Guessing(
                    task=task,
                    method=method,
                    setting=describe_setting(settings.get(method, {})),
                    answers=len(rows),
                    ndcg=float(ndcg[method].mean()),
                    margin=margin,
                    calibration_error=_average([item.error for item in of]),
                    frequent_error=_average([item.frequent_error for item in of]),
                    fit_seconds=_average([item.seconds for item in of]),
                )
            )
    return table


def _summarise_new(new: list[tuple[str, Floats]]) -> list[Guessing]:
    found: dict[str, list[Floats]] = {}
    for method, auc in new:
        found.setdefault(method, []).append(auc)
    return [
        Guessing(NEW, method, "", sum(map(len, of)), auc=float(np.concatenate(of).mean()))
        for method, of in found.items()
    ]


def _average(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
