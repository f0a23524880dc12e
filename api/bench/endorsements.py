"""What endorsements are worth, and what dishonest ones can gain, in made-up companies and on a real network.

The company: 3,000 survey people with what they really use as the truth (``engine/simulation/world.py``). The prior is
fitted on the other survey people. Two of a hundred unlisted skills of one half of the company are audited; every
unlisted skill of the other half is judged. A simulation shares its form with the model: it ranks methods and tests
attacks, it does not prove accuracy in the field. Only the last table, Advogato's grades, is of real endorsements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, load_npz
from sklearn.metrics import average_precision_score, roc_auc_score

from api.bench.endorsement_methods import (
    AUDITED,
    COUNT,
    DAWID_SKENE,
    EVERY_VOTE,
    METHODS,
    OURS,
    RANKED,
    REFERENCE,
    Case,
    Floats,
    infer_all,
)
from api.bench.grades import GradeError, bench_grades
from engine.inference.fitting import fit_model
from engine.inference.settings import InferenceSettings
from engine.population import AuditOutcome
from engine.simulation.attacks import plan_attacks
from engine.simulation.world import AS_OF, LISTING, World, draw_world, list_everything
from graph_schema.errors import InvalidInput

PEOPLE = 3000
FEWEST_SKILLS = 4
AUDITED_SHARE = 0.02
BINS = 15
ATTACKS = 20
"""Attacks planted in one company."""
SIZES: Mapping[str, tuple[int, ...]] = {
    "ring": (3, 5, 10),
    "distinct_ring": (3, 5, 10),
    "collusion": (3, 5, 10),
    "relay": (3, 5, 10),
    "star": (5,),
}
CHARGED = "star, two of three claims audited"

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """One method, means over companies."""

    method: str
    """``ceiling`` is the prior with the truth wherever somebody vouches: endorsements cannot tell more."""
    auc: float
    """Chance that a skill somebody has is ranked over one they lack."""
    ap: float
    """Average precision."""
    brier_skill: float
    """1 - Brier / Brier of the base rate."""
    margin: float
    """Brier skill less that of the prior alone."""
    margin_ci: float
    """Half-width of its 95 % interval, by person."""
    ece: float
    """Expected calibration error, 15 bins of equal mass."""
    ece_endorsed: float
    """The same over the skills that somebody vouches for."""


@dataclass(frozen=True)
class Gain:
    """What one kind of attack adds to the probability of skills its people lack: mean by method, over companies."""

    attack: str
    size: int
    before: float
    """Mean probability without the attack, as Skillway says it."""
    count: float
    pagerank: float
    dawid_skene: float
    every_vote: float
    skillway: float
    skillway_most: float
    """Most that a single claim gains."""
    audited: float
    audited_most: float
    """Most that a single claim gains."""
    highest: float
    """Highest probability it lifts a claim to that was below the cap, with audits or without."""


@dataclass(frozen=True)
class EndorsementBench:
    """The three tables."""

    judgements: tuple[Judgement, ...]
    gains: tuple[Gain, ...]
    grades: tuple[GradeError, ...]


def bench_endorsements(folder: Path, seeds: int = 2, people: int = PEOPLE) -> EndorsementBench:
    """Measure our endorsements and those of other methods, in so many companies.

    Args:
        folder: The data folder; ``people/so2023_have.npz`` and ``trust/advogato.csv.gz`` are read.
        seeds: How many companies.
        people: Of how many people each.

    Raises:
        InvalidInput: The folder does not hold the data.
    """
    from threadpoolctl import threadpool_limits

    truth = _read_truth(folder, people)
    runs: list[Mapping[str, _Run]] = []
    gains: list[list[Gain]] = []
    with threadpool_limits(limits=1):
        for seed in range(seeds):
            company = _open_company(truth, people, seed)
            scores = {method: score(company.case) for method, score in METHODS.items()}
            known = np.where(company.endorsed, company.world.has, company.case.prior)
            judged = scores | {"ceiling": known}
            runs.append({method: _measure(table, company) for method, table in judged.items()})
            gains.append(list(_attack(company, scores, seed)))
    return EndorsementBench(
        tuple(
            _summarise(method, [run[method] for run in runs], [run[REFERENCE] for run in runs]) for method in runs[0]
        ),
        tuple(_average(list(found)) for found in zip(*gains, strict=True)),
        tuple(bench_grades(folder)),
    )


@dataclass(frozen=True)
class _Company:
    world: World
    case: Case
    judged: Bools
    """People x skills: whether the method's answer is looked at."""
    endorsed: Bools


@dataclass(frozen=True)
class _Run:
    auc: float
    ap: float
    errors: Floats
    """Per person the sum of squared errors."""
    spread: float
    """Sum of squared errors of the base rate."""
    ece: float
    ece_endorsed: float


def _read_truth(folder: Path, people: int) -> csr_array:
    file = folder / "people" / "so2023_have.npz"
    if not file.is_file():
        raise InvalidInput("folder", f"{file} is not there; give the data folder (SKILLWAY_DATA)")
    has = csr_array(load_npz(file))
    has = csr_array(has[np.flatnonzero(np.diff(has.indptr) >= FEWEST_SKILLS)])
    if has.shape[0] < people + 100:
        raise InvalidInput("people", f"{file} has {has.shape[0]} people; at least 100 must be left to fit the prior on")
    return has


def _open_company(truth: csr_array, people: int, seed: int) -> _Company:
    order = np.random.default_rng([seed, 4]).permutation(truth.shape[0])
    world = draw_world(csr_array(truth[order[:people]]), seed)
    low, high = LISTING
    settings = InferenceSettings(mask_low=low, mask_high=high, floor=0.0, seed=seed)
    model = fit_model(list_everything(csr_array(truth[order[people:]])), settings)
    population = world.to_population()
    prior = infer_all(model, replace(population, endorsements=()), settings)

    random = np.random.default_rng([seed, 5])
    unlisted = world.listed.toarray() == 0
    audited_half = random.permutation(people) < people // 2
    drawn = unlisted & audited_half[:, None] & (random.random(unlisted.shape) < AUDITED_SHARE)
    audits = tuple(_audit(world, int(row), int(column)) for row, column in zip(*np.nonzero(drawn), strict=True))
    endorsed = np.zeros_like(unlisted)
    for item in world.endorsements:
        endorsed[item.person, item.skill] = True
    case = Case(replace(population, audits=audits), model, prior, settings)
    return _Company(world, case, unlisted & ~audited_half[:, None], endorsed)


def _audit(world: World, person: int, skill: int) -> AuditOutcome:
    return AuditOutcome(person, skill, bool(world.truth[person, skill] > 0), AUDITED_SHARE, AS_OF)


def _measure(table: Floats, company: _Company) -> _Run:
    truth = company.world.has
    guess, right = table[company.judged], truth[company.judged].astype(np.float64)
    sought = company.judged & company.endorsed
    base = right.mean()
    return _Run(
        auc=float(roc_auc_score(right, guess)),
        ap=float(average_precision_score(right, guess)),
        errors=np.where(company.judged, (table - truth) ** 2, 0.0).sum(axis=1)[company.judged.any(axis=1)],
        spread=float(((right - base) ** 2).sum()),
        ece=_measure_calibration(guess, right),
        ece_endorsed=_measure_calibration(table[sought], truth[sought].astype(np.float64)),
    )


def _measure_calibration(guess: Floats, right: Floats) -> float:
    bins = np.array_split(np.argsort(guess, kind="stable"), BINS)
    return float(sum(abs(guess[part].mean() - right[part].mean()) * len(part) for part in bins) / len(guess))


def _attack(company: _Company, before: Mapping[str, Floats], seed: int) -> Sequence[Gain]:
    gains: list[Gain] = []
    for kind, sizes in SIZES.items():
        for size in sizes:
            attacks = plan_attacks(company.world, kind, size, ATTACKS, seed)
            world = company.world.join(tuple(item for attack in attacks for item in attack.endorsements))
            case = replace(
                company.case,
                population=replace(world.to_population(), audits=company.case.population.audits),
            )
            claims = [claim for attack in attacks for claim in attack.claims]
            gains.append(_compare(kind, size, case, before, claims))
            if kind == "star":
                failed = tuple(_audit(world, *claim) for attack in attacks for claim in attack.claims[:2])
                charged = replace(case, population=replace(case.population, audits=(*case.population.audits, *failed)))
                gains.append(_compare(CHARGED, size, charged, before, [attack.claims[2] for attack in attacks]))
    return gains


def _compare(kind: str, size: int, case: Case, before: Mapping[str, Floats], claims: Sequence[tuple[int, int]]) -> Gain:
    person, skill = np.asarray(claims).T
    was = {method: table[person, skill] for method, table in before.items()}
    now = {method: METHODS[method](case)[person, skill] for method in METHODS if method != REFERENCE}
    gain = {method: now[method] - was[method] for method in now}
    below = [now[method][was[method] < case.settings.endorsement_cap] for method in (OURS, AUDITED)]
    return Gain(
        attack=kind,
        size=size,
        before=float(was[OURS].mean()),
        count=float(gain[COUNT].mean()),
        pagerank=float(gain[RANKED].mean()),
        dawid_skene=float(gain[DAWID_SKENE].mean()),
        every_vote=float(gain[EVERY_VOTE].mean()),
        skillway=float(gain[OURS].mean()),
        skillway_most=float(gain[OURS].max()),
        audited=float(gain[AUDITED].mean()),
        audited_most=float(gain[AUDITED].max()),
        highest=float(np.concatenate(below).max()),
    )


def _summarise(method: str, runs: Sequence[_Run], references: Sequence[_Run]) -> Judgement:
    margin = np.concatenate(
        [
            (reference.errors - run.errors) * len(run.errors) / run.spread
            for run, reference in zip(runs, references, strict=True)
        ]
    )
    return Judgement(
        method=method,
        auc=float(np.mean([run.auc for run in runs])),
        ap=float(np.mean([run.ap for run in runs])),
        brier_skill=float(np.mean([1 - run.errors.sum() / run.spread for run in runs])),
        margin=float(margin.mean()),
        margin_ci=float(1.96 * margin.std() / np.sqrt(len(margin))),
        ece=float(np.mean([run.ece for run in runs])),
        ece_endorsed=float(np.mean([run.ece_endorsed for run in runs])),
    )


def _average(gains: Sequence[Gain]) -> Gain:
    """Return the means over companies, and the greatest of what are maxima."""
    worst = ("skillway_most", "audited_most", "highest")
    numbers = {field.name: [getattr(item, field.name) for item in gains] for field in fields(Gain)[2:]}
    return replace(
        gains[0],
        **{name: max(found) if name in worst else float(np.mean(found)) for name, found in numbers.items()},
    )
