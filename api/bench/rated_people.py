"""People whose true levels are known, and how near to them what is believed comes.

The sample organisation has a planted truth. The simulated ones have levels that drift, raters with rulers of their own
and kinds of evidence that are more or less precise than the hand-set values; nothing of that is told to the model.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.inference.fitting import fit_model
from engine.inference.levels import HIGHEST
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.population import Endorsement, Observation, Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from loaders.sample import SAMPLE_AS_OF, SAMPLE_DIRECTORY, TRUTH

Floats = NDArray[np.float64]
GROUPS = (("none", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3 or more", 3, 10**6), ("all", 0, 10**6))


@dataclass(frozen=True)
class RatedPeople:
    """A population and what its people can really do."""

    name: str
    population: Population
    truth: Floats
    """People x skills: the level of those who have the skill, NaN of those who have not."""


@dataclass(frozen=True)
class LevelOfPeople:
    """How near believed levels of people come to the truth, over pairs with so many ratings."""

    data: str
    ratings: str
    """Ratings of the pair."""
    pairs: int
    """People and skills that they have."""
    latest: float | None
    """Root mean squared error of the latest rating, in steps of the scale."""
    mean: float | None
    """Root mean squared error of the plain mean of the ratings."""
    skillway: float
    """Root mean squared error of the level believed."""
    bias: float
    """Mean of the level believed less the true one."""
    coverage: float
    """Share of the true levels inside the 90 % interval."""
    width: float
    """Mean width of that interval."""


def measure_people(people: RatedPeople, settings: InferenceSettings) -> list[LevelOfPeople]:
    """Fit a model to a population, believe, and compare with the truth."""
    believed = infer_beliefs(fit_model(people.population, settings), people.population, settings)
    level, low, high = (np.full(people.truth.shape, np.nan) for _ in range(3))
    for table, values in ((level, believed.level), (low, believed.level_low), (high, believed.level_high)):
        table[believed.person, believed.skill] = values
    count, latest, mean = _sum_up_ratings(people.population)
    rows: list[LevelOfPeople] = []
    for name, fewest, most in GROUPS:
        asked = ~np.isnan(people.truth) & ~np.isnan(level) & (count >= fewest) & (count <= most)
        if not asked.any():
            continue
        truth = people.truth[asked]
        rated = asked & (count > 0)
        rows.append(
            LevelOfPeople(
                data=people.name,
                ratings=name,
                pairs=int(asked.sum()),
                latest=_find_error(latest[rated], people.truth[rated]) if fewest else None,
                mean=_find_error(mean[rated], people.truth[rated]) if fewest else None,
                skillway=_find_error(level[asked], truth),
                bias=float((level[asked] - truth).mean()),
                coverage=float(((low[asked] <= truth) & (truth <= high[asked])).mean()),
                width=float((high[asked] - low[asked]).mean()),
            )
        )
    return rows


def _find_error(guess: Floats, truth: Floats) -> float:
    return float(np.sqrt(((guess - truth) ** 2).mean()))


def _sum_up_ratings(population: Population) -> tuple[NDArray[np.int64], Floats, Floats]:
    shape = len(population.people), len(population.skills)
    count, total, latest = np.zeros(shape, dtype=np.int64), np.zeros(shape), np.full(shape, np.nan)
    stated = [item for item in population.observations if EVIDENCE_KINDS[item.kind].speaks_for]
    for item in sorted([*stated, *population.endorsements], key=lambda item: item.observed_on):
        if item.level is not None:
            count[item.person, item.skill] += 1
            total[item.person, item.skill] += item.level
            latest[item.person, item.skill] = item.level
    return count, latest, total / np.maximum(count, 1)


def read_sample() -> RatedPeople:
    """Read the sample organisation and its planted truth from the files it comes in, without a graph."""
    people = sorted(_read(SAMPLE_DIRECTORY / "people.csv"), key=lambda row: row["person_id"])
    evidence, endorsements = (
        [row for row in _read(SAMPLE_DIRECTORY / name) if row["status"] in {"", "active"}]
        for name in ("evidence.csv", "endorsements.csv")
    )
    evidence = [
        row for row in evidence if not row["valid_until"] or date.fromisoformat(row["valid_until"]) >= SAMPLE_AS_OF
    ]
    planted = list(_read(TRUTH / "skills.csv"))
    skills = sorted({row["skill_id"] for rows in (evidence, endorsements, planted) for row in rows})
    row_of = {row["person_id"]: place for place, row in enumerate(people)}
    column_of = {skill: place for place, skill in enumerate(skills)}
    population = Population(
        as_of=SAMPLE_AS_OF,
        people=tuple(row_of),
        names=tuple(row["name"] for row in people),
        groups=tuple(row["role_id"] or row["function"] for row in people),
        skills=tuple(skills),
        labels=tuple(skills),
        observations=tuple(
            Observation(
                id=f"e{place}",
                person=row_of[row["person_id"]],
                skill=column_of[row["skill_id"]],
                kind=row["kind"],
                level=_read_number(row["level"]),
                score=_read_number(row["score"]),
                observed_on=date.fromisoformat(row["observed_on"]),
                valid_until=None,
                via_id=row["from_id"] or None,
                via=row["from_id"] or None,
                by_id=row["by_id"] or None,
                by=row["by_id"] or None,
            )
            for place, row in enumerate(evidence)
        ),
        endorsements=tuple(
            Endorsement(
                endorser=row_of[row["endorser_id"]],
                person=row_of[row["person_id"]],
                skill=column_of[row["skill_id"]],
                level=_read_number(row["level"]),
                observed_on=date.fromisoformat(row["observed_on"]),
            )
            for row in endorsements
        ),
    )
    truth = np.full((len(people), len(skills)), np.nan)
    for row in planted:
        truth[row_of[row["person_id"]], column_of[row["skill_id"]]] = float(row["level"])
    return RatedPeople("sample organisation", population, truth)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def _read_number(value: str) -> float | None:
    return float(value) if value else None


@dataclass(frozen=True)
class _Rater:
    """How one kind of evidence rates in a simulated organisation."""

    chance: float
    """That a person who has a skill is rated so, in any of the years."""
    sd: float
    offset: float = 0.0
    ruler: float = 0.0
    """Standard deviation of the raters' own rulers."""


RATERS = {
    "self_report": _Rater(0.5, 0.6, 0.15, 0.4),
    "endorsement": _Rater(0.2, 0.8, 0.3, 0.3),
    "attestation": _Rater(0.12, 0.45, 0.0, 0.15),
    "assessment": _Rater(0.08, 0.5),
    "project_outcome": _Rater(0.2, 0.5),
    "course_completion": _Rater(0.2, 0.0),
}
COURSE_LEVELS = (1.0, 2.0, 3.0)


def simulate_people(
    drift: float, seed: int = 0, people: int = 400, skills: int = 40, years: float = 6.0
) -> RatedPeople:
    """Draw an organisation whose levels drift: rated years ago, they are not what they were.

    Args:
        drift: Variance a level gains a year, in squared steps of the scale.
        seed: Seed of every draw.
        people: How many people, in 8 roles.
        skills: How many skills.
        years: How far back evidence goes.
    """
    random = np.random.default_rng([seed, 11])
    role = random.integers(0, 8, people)
    near = random.normal(-1.0, 1.5, (8, skills))[role]
    usual = random.normal(2.4, 0.4, skills) + random.normal(0, 0.35, (8, skills))[role] + 0.2 * near
    level = usual + random.normal(0, 0.45, (people, 1)) + random.normal(0, 0.6, (people, skills))
    has = random.random((people, skills)) < 1 / (1 + np.exp(-near))
    rulers = {kind: random.normal(rater.offset, rater.ruler, people) for kind, rater in RATERS.items()}
    course = random.choice(COURSE_LEVELS, skills)
    as_of = SAMPLE_AS_OF
    observations: list[Observation] = []
    endorsements: list[Endorsement] = []
    for person, skill in np.argwhere(has).tolist():
        kinds = [kind for kind, rater in RATERS.items() if random.random() < rater.chance]
        ages = np.sort(random.uniform(0, years, len(kinds)))
        # A random walk back from today, so that ratings of one year share what has changed since.
        then = level[person, skill] + np.cumsum(
            random.normal(0, 1, len(kinds)) * np.sqrt(drift * np.diff(ages, prepend=0))
        )
        for kind, age, was in zip(random.permutation(kinds).tolist(), ages, then, strict=True):
            by = person if kind == "self_report" else int(random.integers(people))
            stated = (
                course[skill]
                if kind == "course_completion"
                else was + rulers[kind][by] + random.normal(0, RATERS[kind].sd)
            )
            said = float(np.clip(np.round(2 * stated) / 2, 0, HIGHEST))
            on = as_of - timedelta(days=round(365.25 * age))
            if kind == "endorsement":
                if by != person:
                    endorsements.append(Endorsement(by, person, skill, said, on))
                continue
            via = f"course:{skill}" if kind == "course_completion" else None
            score = float(np.clip(was / HIGHEST + 0.2, 0, 1)) if kind == "assessment" else None
            observations.append(
                Observation(f"e{len(observations)}", person, skill, kind, said, score, on, None, via, via, None, None)
            )
    population = Population(
        as_of=as_of,
        people=tuple(f"p{number:04}" for number in range(people)),
        names=tuple(f"P{number}" for number in range(people)),
        groups=tuple(f"role {number}" for number in role),
        skills=tuple(f"s{number:03}" for number in range(skills)),
        labels=tuple(f"S{number}" for number in range(skills)),
        observations=tuple(observations),
        endorsements=tuple(endorsements),
    )
    truth = np.where(has, np.clip(level, 0, HIGHEST), np.nan)
    return RatedPeople(f"simulated, drift {drift:g} a year", population, truth)
