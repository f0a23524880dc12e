"""``skillway bench scale``: how long the first skills of a large organisation take, and how that grows.

People and weights are synthetic and seeded: 18 skills each by Zipf's law, 200 weights a skill, half of them to frequent
skills. Times do not depend on what the numbers mean, only on how many there are and how they are spread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from api.bench.synthetic import SKILLS_EACH, ZIPF, cumulate_law, draw_distinct, draw_people
from engine.bridges.bench import measure_peak_mb
from engine.inference.ranking import Ranking, rank_skills
from graph_schema.errors import InvalidInput, MissingExtra

TOP = 20
WEIGHTS_EACH = 200
ROUNDS = 2
QUESTIONS = 2_000


@dataclass(frozen=True)
class Pass:
    """One method over one number of people; all on one thread, compiled and loaded before the clock runs."""

    method: str
    people: int
    seconds: float | None
    """On the wall, the best of two passes."""
    cpu: float | None
    """Seconds of the processor in that pass: fewer than on the wall where the machine is busy with other things."""
    us_each: float | None
    """Processor time a person, in millionths of a second: the same at every size where it grows in proportion."""
    ratio: float | None
    """Processor time against that of Skillway for as many people."""
    same: float | None
    """Share of the places in which it names the same skill as Skillway; none where it answers an easier question."""
    peak_mb: float | None
    """Most memory the process has held so far, inputs and answers included."""
    p50_us: float | None = None
    p95_us: float | None = None
    """From one new piece of evidence about a person to their refreshed list, in millionths of a second."""


@dataclass(frozen=True)
class _Model:
    weights: csr_array
    base: NDArray[np.float32]


def bench_scale(people: Sequence[int] = (100_000, 300_000, 1_000_000), skills: int = 14_000) -> list[Pass]:
    """Rank the first 20 skills of everybody at every size, then the same beside scipy and implicit at the least size.

    scipy answers the same question: sparse product, base rates, argpartition, in blocks of people. implicit's item-item
    recommender adds no base rates, which is less work.

    Args:
        people: How many people; every number is measured.
        skills: How many skills.

    Raises:
        InvalidInput: A number is too small to measure anything.
        MissingExtra: implicit is not installed.
    """
    if min(people, default=0) < 1:
        raise InvalidInput("people", "at least 1 is needed")
    if skills <= WEIGHTS_EACH:
        raise InvalidInput("skills", f"{skills} given, more than the {WEIGHTS_EACH} weights of each are needed")
    recommend = _load_implicit()
    model = _draw_model(skills)
    rank_skills(draw_people(10, skills), model.weights, model.base, TOP)
    sizes = sorted(set(people))
    table = [_measure_pass("Skillway", size, skills, model) for size in sizes]
    shown = draw_people(sizes[0], skills)
    table.append(_measure_refresh(shown, model))
    ours = rank_skills(shown, model.weights, model.base, TOP)
    for method, rank, same in (
        ("scipy", _rank_with_scipy, True),
        ("implicit", recommend, False),
    ):
        best, ranked = _time(lambda rank=rank: rank(shown, model))
        table.append(
            _describe(
                method,
                shown,
                best,
                ratio=best[1] / (table[0].cpu or 1),
                same=float((ranked == ours.skills).mean()) if same else None,
            )
        )
    return table


def _measure_pass(method: str, people: int, skills: int, model: _Model) -> Pass:
    shown = draw_people(people, skills)
    best, _ = _time(lambda: rank_skills(shown, model.weights, model.base, TOP))
    return _describe(method, shown, best, ratio=1.0, same=1.0)


def _measure_refresh(shown: csr_array, model: _Model) -> Pass:
    random = np.random.default_rng(3)
    took: list[float] = []
    for person in random.integers(0, shown.shape[0], QUESTIONS):
        known = shown.indices[shown.indptr[person] : shown.indptr[person + 1]]
        news = int(random.integers(0, shown.shape[1]))
        started = time.perf_counter()
        _rank_one(np.union1d(known, [news]).astype(np.int32), model)
        took.append((time.perf_counter() - started) * 1e6)
    p50, p95 = np.percentile(took, (50, 95)).tolist()
    return Pass("one refreshed", 1, None, None, None, None, None, None, p50, p95)


def _rank_one(known: NDArray[np.int32], model: _Model) -> Ranking:
    starts = np.asarray([0, len(known)], dtype=np.int32)
    shown = csr_array((np.ones(len(known), dtype=np.float32), known, starts), shape=(1, len(model.base)))
    return rank_skills(shown, model.weights, model.base, TOP)


def _time(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Return wall and processor seconds of the best round, and what the work gave."""
    rounds: list[tuple[float, float]] = []
    given: Any = None
    for _ in range(ROUNDS):
        given = None
        wall, processor = time.perf_counter(), time.process_time()
        given = work()
        rounds.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(rounds), given


def _describe(method: str, shown: csr_array, best: tuple[float, float], *, ratio: float, same: float | None) -> Pass:
    people = shown.shape[0]
    return Pass(
        method=method,
        people=people,
        seconds=best[0],
        cpu=best[1],
        us_each=best[1] / people * 1e6,
        ratio=ratio,
        same=same,
        peak_mb=measure_peak_mb(),
    )


def _rank_with_scipy(shown: csr_array, model: _Model) -> NDArray[np.int32]:
    ranked = np.empty((shown.shape[0], TOP), dtype=np.int32)
    for start in range(0, shown.shape[0], 1024):
        block = shown[start : start + 1024]
        logits = (block @ model.weights).toarray()
        logits += model.base
        logits[block.nonzero()] = -np.inf
        best = np.argpartition(-logits, TOP, axis=1)[:, :TOP]
        order = np.argsort(-np.take_along_axis(logits, best, axis=1), axis=1, kind="stable")
        ranked[start : start + 1024] = np.take_along_axis(best, order, axis=1)
    return ranked


def _load_implicit() -> Callable[[csr_array, _Model], NDArray[np.int32]]:
    try:
        from implicit.nearest_neighbours import ItemItemRecommender, NearestNeighboursScorer
    except ImportError as cause:
        raise MissingExtra("bench", "measuring implicit beside Skillway") from cause

    def recommend(shown: csr_array, model: _Model) -> NDArray[np.int32]:
        recommender = ItemItemRecommender(num_threads=1)
        recommender.scorer = NearestNeighboursScorer(csr_matrix(model.weights).astype(np.float64))
        people = np.arange(shown.shape[0])
        return recommender.recommend(people, csr_matrix(shown).astype(np.float64), N=TOP)[0]

    return recommend


def _draw_model(skills: int) -> _Model:
    random = np.random.default_rng(1)
    frequent = draw_distinct(random, skills, WEIGHTS_EACH // 2, cumulate_law(skills, ZIPF))
    any_other = draw_distinct(random, skills, WEIGHTS_EACH // 2, cumulate_law(skills, 0.0))
    weights = csr_array(frequent + any_other)
    weights.data[:] = random.normal(0.05, 0.3, size=weights.nnz)
    share = np.diff(cumulate_law(skills, ZIPF), prepend=0.0) * SKILLS_EACH
    rate = np.minimum(share, 0.5)
    return _Model(weights, np.log(rate / (1 - rate)).astype(np.float32))
