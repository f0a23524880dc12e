"""How well evidence is fused, and how few audits it takes: planted truth, known for every pair of person and skill.

Three worlds: the sample organisation, and two simulated ones whose people are those of the 2023 developer survey. Each
method gives a probability to every pair; pairs with evidence are counted apart, because most pairs have none and are
easily right. Audits are drawn and learnt from as ``skillway audit`` does it; rows with audits are means over draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.bench.fusion_world import World, simulate_world
from api.bench.sample_world import read_sample
from engine.inference.audit_draw import draw_sample
from engine.inference.audit_fit import learn_fusion
from engine.inference.cells import OBSERVED, CellEvidence, judge_cells, read_cells
from engine.inference.fitting import fit_model
from engine.inference.fusion import HAND_SET
from engine.inference.odds import to_probabilities
from engine.inference.posterior import infer_beliefs
from engine.inference.results import Beliefs
from engine.inference.settings import InferenceSettings
from graph_schema.errors import InvalidInput

Floats = NDArray[np.float64]
BINS = 15
SIZES = (100, 200, 500, 1000)
PEOPLE, SKILLS = 1500, 300
CONFIDENCES = {
    "self_report": 0.6,
    "endorsement": 0.6,
    "attestation": 0.8,
    "assessment": 0.9,
    "credential": 0.8,
    "course_completion": 0.6,
    "project_outcome": 0.8,
}
"""What a system with one fixed confidence a kind of evidence would say; negative evidence says nothing in it."""


@dataclass(frozen=True)
class Fusing:
    """One method in one world."""

    world: str
    method: str
    audits: int
    auc: float
    brier_skill: float
    """1 - Brier / Brier of the base rate."""
    calibration_error: float
    """Expected calibration error of all pairs, 15 bins of equal mass."""
    calibration_error_sd: float | None
    """Its standard deviation over draws."""
    error_with_evidence: float
    """The same of the pairs with evidence."""
    learnt: float | None
    """Share of draws in which the learnt weights were taken over the hand-set ones."""


@dataclass(frozen=True)
class _Case:
    world: World
    beliefs: Beliefs
    cells: CellEvidence
    truth: NDArray[np.bool_]
    evident: NDArray[np.bool_]
    settings: InferenceSettings


def bench_fusion(folder: Path | None, draws: int = 10, worlds: Sequence[str] = ()) -> list[Fusing]:
    """Measure the fusion of evidence.

    Args:
        folder: The data folder, for the simulated worlds; without it the sample alone is measured.
        draws: How many audits of each size are drawn, each with its own seed.
        worlds: Which of ``sample``, ``careful`` and ``careless``; all that there are data for when none is given.

    Raises:
        InvalidInput: There is no such world, or no data for it.
    """
    from threadpoolctl import threadpool_limits

    chosen = worlds or (("sample",) if folder is None else ("sample", "careful", "careless"))
    table: list[Fusing] = []
    with threadpool_limits(limits=1):
        for name in chosen:
            case = _open_case(name, folder)
            silent = replace(case.cells, silence=np.zeros(len(case.truth)))
            for method, probability in (
                ("prior only", to_probabilities(case.cells.prior)),
                ("noisy-OR, fixed confidences", _or_noisily(case.cells)),
                ("hand-set", judge_cells(case.cells, HAND_SET, case.settings)),
                ("hand-set, silence says nothing", judge_cells(silent, HAND_SET, case.settings)),
            ):
                table.append(_summarise(name, method, 0, [_measure(probability, case)], None))
            for method, draw in (("audits, random", _draw_randomly), ("audits, stratified", _draw_stratified)):
                table += [_learn(case, method, draw, size, draws) for size in SIZES]
    return table


def _open_case(name: str, folder: Path | None) -> _Case:
    if name == "sample":
        world = World(name, *read_sample())
    elif name not in ("careful", "careless"):
        raise InvalidInput("--world", f"{name!r} is not sample, careful or careless")
    elif folder is None:
        raise InvalidInput("--data", "is needed for the simulated worlds: a folder of real data sets, or SKILLWAY_DATA")
    else:
        world = simulate_world(folder, name, PEOPLE, SKILLS, seed=0)
    settings = InferenceSettings()
    model = fit_model(world.population, settings)
    person, skill = np.divmod(np.arange(world.truth.size), world.truth.shape[1])
    today = [world.population.as_of] * world.truth.size
    cells = read_cells(model, world.population, person, skill, today, settings, {})
    evident = (np.abs(cells.kinds).sum(axis=1) > 0) | (cells.voted + cells.returned > 0)
    beliefs = infer_beliefs(model, world.population, settings)
    return _Case(world, beliefs, cells, world.truth.reshape(-1), evident, settings)


def _or_noisily(cells: CellEvidence) -> Floats:
    doubt = 1 - to_probabilities(cells.prior)
    for kind, confidence in CONFIDENCES.items():
        shown = cells.voted + cells.returned > 0 if kind == "endorsement" else cells.kinds[:, OBSERVED.index(kind)] > 0
        doubt = doubt * np.where(shown, 1 - confidence, 1.0)
    return 1 - doubt


def _draw_randomly(case: _Case, size: int, seed: int) -> tuple[NDArray[np.int64], Floats]:
    rows = np.random.default_rng(seed).choice(len(case.truth), size, replace=False)
    return rows, np.full(size, len(case.truth) / size)


def _draw_stratified(case: _Case, size: int, seed: int) -> tuple[NDArray[np.int64], Floats]:
    population = case.world.population
    drawn = draw_sample(case.beliefs, population, range(len(population.people)), (), size, seed)
    return drawn.person * len(population.skills) + drawn.skill, 1 / drawn.propensity


def _learn(
    case: _Case,
    method: str,
    draw: Callable[[_Case, int, int], tuple[NDArray[np.int64], Floats]],
    size: int,
    draws: int,
) -> Fusing:
    runs: list[tuple[float, ...]] = []
    learnt = 0
    for seed in range(draws):
        rows, represented = draw(case, size, seed)
        fusion = learn_fusion(case.cells.pick(rows), case.truth[rows], represented, case.settings)
        learnt += bool(fusion.factors)
        runs.append(_measure(judge_cells(case.cells, fusion, case.settings), case))
    return _summarise(case.world.name, method, size, runs, learnt / draws)


def _measure(probability: Floats, case: _Case) -> tuple[float, ...]:
    from sklearn.metrics import roc_auc_score

    brier = float(((probability - case.truth) ** 2).mean())
    return (
        float(roc_auc_score(case.truth, probability)),
        1 - brier / float(case.truth.var()),
        _measure_error(probability, case.truth),
        _measure_error(probability[case.evident], case.truth[case.evident]),
    )


def _measure_error(probability: Floats, truth: NDArray[np.bool_]) -> float:
    bins = np.array_split(np.argsort(probability, kind="stable"), BINS)
    return float(sum(abs(float((probability[part] - truth[part]).sum())) for part in bins) / len(truth))


def _summarise(world: str, method: str, audits: int, runs: list[tuple[float, ...]], learnt: float | None) -> Fusing:
    auc, skill, error, evident = np.mean(runs, axis=0).tolist()
    spread = float(np.std([run[2] for run in runs])) if len(runs) > 1 else None
    return Fusing(world, method, audits, auc, skill, error, spread, evident, learnt)
