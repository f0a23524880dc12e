"""How well hidden skills are guessed: 40 % of each unseen person's skills are hidden and have to be found again.

The protocol of ``skillway bench inference``: people split 80/10/10; each skill of a test person is hidden with
probability .4 (at least one hidden and one visible); every skill that is not visible is ranked. Peers are tuned on the
validation people, our settings are the defaults apart from the mask rate, which is the rate of the protocol.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, load_npz
from scipy.special import expit, logit

from engine.inference.cooccurrence import estimate_rates, learn_cooccurrence
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput

Floats = NDArray[np.float64]
HIDE = 0.4
DEPTH = 10
BINS = 15
EASE_PENALTIES = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0)
ROLE_STRENGTHS = (5.0, 20.0, 80.0)
REFERENCE = "EDLAE"
SETS = {"2023": "so2023_have", "2019": "so2019_have"}


@dataclass(frozen=True)
class Guessing:
    """One method on one data set, means over all test people of all seeds."""

    data: str
    method: str
    ndcg: float
    """NDCG@10, higher is better."""
    margin: float
    """NDCG@10 less that of the reference, by person."""
    margin_ci: float
    """Half-width of its 95 % interval."""
    recall_5: float
    """Hidden skills among the first 5, of at most 5."""
    recall_10: float
    """Hidden skills among the first 10, of at most 10."""
    brier_skill: float | None
    """1 - Brier / Brier of the base rate; none for methods that give no probability."""
    calibration_error: float | None
    """Expected calibration error, 15 bins of equal mass, no calibration step."""
    fit_seconds: float


@dataclass(frozen=True)
class _Split:
    train: csr_array
    train_group: NDArray[np.int64]
    visible: Floats
    hidden: NDArray[np.bool_]
    group: NDArray[np.int64]


@dataclass(frozen=True)
class _Scored:
    scores: Floats
    is_probability: bool
    seconds: float


def bench_inference(folder: Path, seeds: int = 1, sets: Sequence[str] = ("2023",)) -> list[Guessing]:
    """Measure our co-occurrence and its peers; margins are against the strongest tuned peer, EDLAE.

    Args:
        folder: The data folder; ``people/so2023_have.npz`` and its neighbours are read.
        seeds: How many splits.
        sets: ``2023`` (354 skills, with roles), ``2019`` (68 skills).

    Raises:
        InvalidInput: The folder does not hold the data.
    """
    from threadpoolctl import threadpool_limits

    table: list[Guessing] = []
    with threadpool_limits(limits=1):
        for name in sets:
            shown, group = _read_people(folder, name)
            runs: dict[str, list[_Run]] = {method: [] for method in _METHODS}
            for seed in range(seeds):
                tune, test = (_split(shown, group, seed, part) for part in ("validation", "test"))
                for method, score in _METHODS.items():
                    scored = score(tune, test, seed)
                    runs[method].append(
                        _Run(*_measure_ranks(scored.scores, test), *_measure_odds(scored, test), scored.seconds)
                    )
            table += [_summarise(name, method, runs[method], runs[REFERENCE]) for method in _METHODS]
    return table


@dataclass(frozen=True)
class _Run:
    ndcg: Floats
    recall_5: Floats
    recall_10: Floats
    brier_skill: float | None
    calibration_error: float | None
    seconds: float


def _summarise(data: str, method: str, runs: list[_Run], reference: list[_Run]) -> Guessing:
    ndcg = np.concatenate([run.ndcg for run in runs])
    margin = ndcg - np.concatenate([run.ndcg for run in reference])
    return Guessing(
        data=data,
        method=method,
        ndcg=float(ndcg.mean()),
        margin=float(margin.mean()),
        margin_ci=float(1.96 * margin.std() / np.sqrt(len(margin))),
        recall_5=float(np.concatenate([run.recall_5 for run in runs]).mean()),
        recall_10=float(np.concatenate([run.recall_10 for run in runs]).mean()),
        brier_skill=_average([run.brier_skill for run in runs]),
        calibration_error=_average([run.calibration_error for run in runs]),
        fit_seconds=float(np.mean([run.seconds for run in runs])),
    )


def _read_people(folder: Path, name: str) -> tuple[csr_array, NDArray[np.int64]]:
    stem = SETS.get(name)
    if stem is None:
        raise InvalidInput("sets", f"{name!r} is not one of {', '.join(SETS)}")
    matrix = folder / "people" / f"{stem}.npz"
    if not matrix.is_file():
        raise InvalidInput("folder", f"{matrix} is not there; give the data folder (SKILLWAY_DATA)")
    shown = csr_array(load_npz(matrix)).astype(np.float32)
    shown.data[:] = 1
    with gzip.open(folder / "people" / f"{stem}_people.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        roles = [row.get("role") or "" for row in csv.DictReader(rows)]
    known = {role: number for number, role in enumerate(sorted(set(roles) - {""}))}
    return shown, np.asarray([known.get(role, -1) for role in roles], dtype=np.int64)


def _split(shown: csr_array, group: NDArray[np.int64], seed: int, part: str) -> _Split:
    random = np.random.default_rng(seed)
    order = random.permutation(shown.shape[0])
    eight, nine = int(0.8 * len(order)), int(0.9 * len(order))
    train, asked = order[:eight], order[eight:nine] if part == "validation" else order[nine:]
    truth = shown[asked].toarray() > 0
    hidden = truth & (np.random.default_rng([seed, 7]).random(truth.shape) < HIDE)
    both = hidden.any(axis=1) & (truth & ~hidden).any(axis=1)
    visible = (truth & ~hidden)[both].astype(np.float64)
    return _Split(csr_array(shown[train]), group[train], visible, hidden[both], group[asked][both])


def _score_popularity(_tune: _Split, test: _Split, _seed: int) -> _Scored:
    rates = _count(test.train) / test.train.shape[0]
    return _Scored(np.tile(_hide(rates), (len(test.visible), 1)), True, 0.0)


def _score_roles(tune: _Split, test: _Split, _seed: int) -> _Scored:
    started = time.perf_counter()
    best = max(ROLE_STRENGTHS, key=lambda strength: _mean_ndcg(_role_rates(tune, strength), tune))
    return _Scored(_hide(_role_rates(test, best)), True, time.perf_counter() - started)


def _role_rates(split: _Split, strength: float) -> Floats:
    overall = _count(split.train) / split.train.shape[0]
    rates = np.tile(overall, (len(split.visible), 1))
    for role in np.unique(split.group[split.group >= 0]):
        inside = np.flatnonzero(split.train_group == role)
        counts = _count(csr_array(split.train[inside]))
        rates[split.group == role] = (counts + strength * overall) / (len(inside) + strength)
    return rates


def _score_ease(tune: _Split, test: _Split, _seed: int) -> _Scored:
    started = time.perf_counter()
    gram = (test.train.T @ test.train).toarray().astype(np.float64)
    weights = {penalty: _solve_ease(gram, np.full(len(gram), penalty)) for penalty in EASE_PENALTIES}
    best = max(EASE_PENALTIES, key=lambda penalty: _mean_ndcg(tune.visible @ weights[penalty], tune))
    return _Scored(test.visible @ weights[best], False, time.perf_counter() - started)


def _score_edlae(tune: _Split, test: _Split, _seed: int) -> _Scored:
    # Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020: dropout as a diagonal penalty.
    started = time.perf_counter()
    gram = (test.train.T @ test.train).toarray().astype(np.float64)
    dropout = HIDE / (1 - HIDE) * np.diag(gram)
    weights = {penalty: _solve_ease(gram, dropout + penalty) for penalty in EASE_PENALTIES}
    best = max(EASE_PENALTIES, key=lambda penalty: _mean_ndcg(tune.visible @ weights[penalty], tune))
    return _Scored(test.visible @ weights[best], False, time.perf_counter() - started)


def _solve_ease(gram: Floats, penalty: Floats) -> Floats:
    inverse = np.linalg.inv(gram + np.diag(penalty))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def _score_ours(_tune: _Split, test: _Split, seed: int) -> _Scored:
    return _score_cooccurrence(test, np.full(test.train.shape[0], -1), np.full(len(test.visible), -1), seed)


def _score_ours_with_roles(_tune: _Split, test: _Split, seed: int) -> _Scored:
    return _score_cooccurrence(test, test.train_group, test.group, seed)


def _score_cooccurrence(test: _Split, train_group: NDArray[np.int64], group: NDArray[np.int64], seed: int) -> _Scored:
    started = time.perf_counter()
    settings = InferenceSettings(mask_low=HIDE, mask_high=HIDE, seed=seed)
    base = logit(_hide(estimate_rates(_count(test.train), test.train.shape[0])))
    groups = int(max(train_group.max(), group.max())) + 1
    found = learn_cooccurrence(test.train, _mark(train_group, groups), base, settings)
    seconds = time.perf_counter() - started
    attributes = _mark(group, groups)
    hidden = np.maximum(np.concatenate([test.visible, attributes], axis=1) @ found.residual_in + found.residual_bias, 0)
    logits = test.visible @ found.weights + attributes @ found.attribute_weights + found.base
    return _Scored(expit(logits + hidden @ found.residual_out), True, seconds)


def _mark(group: NDArray[np.int64], groups: int) -> NDArray[np.float32]:
    marks = np.zeros((len(group), groups), dtype=np.float32)
    known = group >= 0
    marks[known, group[known]] = 1
    return marks


_METHODS: dict[str, Callable[[_Split, _Split, int], _Scored]] = {
    "popularity": _score_popularity,
    "role popularity": _score_roles,
    "EASE^R": _score_ease,
    "EDLAE": _score_edlae,
    "Skillway": _score_ours,
    "Skillway + role": _score_ours_with_roles,
}


def _count(shown: csr_array) -> Floats:
    return np.asarray(shown.sum(axis=0), dtype=np.float64).reshape(-1)


def _hide(rates: Floats) -> Floats:
    return np.clip(HIDE * rates / (1 - (1 - HIDE) * rates), 1e-6, 1 - 1e-6)


def _mean_ndcg(scores: Floats, split: _Split) -> float:
    return float(_measure_ranks(scores, split)[0].mean())


def _measure_ranks(scores: Floats, split: _Split) -> tuple[Floats, Floats, Floats]:
    ranked = np.where(split.visible > 0, -np.inf, scores)
    first = np.argsort(-ranked, axis=1, kind="stable")[:, :DEPTH]
    hits = np.take_along_axis(split.hidden, first, axis=1)
    discount = 1 / np.log2(np.arange(DEPTH) + 2)
    count = split.hidden.sum(axis=1)
    ideal = np.cumsum(discount)[np.minimum(count, DEPTH) - 1]
    ndcg = (hits * discount).sum(axis=1) / ideal
    return ndcg, hits[:, :5].sum(axis=1) / np.minimum(count, 5), hits.sum(axis=1) / np.minimum(count, DEPTH)


def _measure_odds(scored: _Scored, split: _Split) -> tuple[float | None, float | None]:
    if not scored.is_probability:
        return None, None
    asked = split.visible == 0
    guess, truth = scored.scores[asked], split.hidden[asked].astype(np.float64)
    skill = 1 - float(((guess - truth) ** 2).mean()) / float(truth.var())
    bins = np.array_split(np.argsort(guess, kind="stable"), BINS)
    error = sum(abs(guess[part].mean() - truth[part].mean()) * len(part) for part in bins) / len(guess)
    return skill, float(error)


def _average(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
