"""The sample organisation as a population, with its planted truth, straight from its files."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np

from engine.inference.exposure import find_exposure
from engine.population import Endorsement, Observation, Population
from loaders.sample import SAMPLE_AS_OF, SAMPLE_DIRECTORY, TRUTH


def read_sample() -> tuple[Population, np.ndarray]:
    """Return the sample as a population and, people x skills, whether they truly have the skill."""
    evidence = [row for row in _read(SAMPLE_DIRECTORY / "evidence.csv") if _counts(row)]
    endorsements = [row for row in _read(SAMPLE_DIRECTORY / "endorsements.csv") if _counts(row)]
    people = sorted(_read(SAMPLE_DIRECTORY / "people.csv"), key=lambda row: row["person_id"])
    planted = _read(TRUTH / "skills.csv")
    skills = sorted({row["skill_id"] for rows in (evidence, endorsements, planted) for row in rows})
    row_of = {row["person_id"]: place for place, row in enumerate(people)}
    column_of = {skill: place for place, skill in enumerate(skills)}
    observations = tuple(
        Observation(
            f"e{place}", row_of[row["person_id"]], column_of[row["skill_id"]], row["kind"], _number(row["level"]),
            _number(row["score"]), date.fromisoformat(row["observed_on"]), None, row["from_id"] or None,
            row["from_id"] or None, row["by_id"] or None, row["by_id"] or None,
        )
        for place, row in enumerate(evidence)
    )  # fmt: skip
    claims = [
        (row_of[row["endorser_id"]], row_of[row["person_id"]], column_of[row["skill_id"]]) for row in endorsements
    ]
    teams: defaultdict[str, set[int]] = defaultdict(set)
    for row in people:
        teams[row["team_id"]].add(row_of[row["person_id"]])
    given = np.asarray(claims, dtype=np.int64).T
    shape = (len(people), len(skills))
    exposed = find_exposure([sorted(place) for name, place in teams.items() if name], given, shape)
    population = Population(
        as_of=SAMPLE_AS_OF,
        people=tuple(row_of),
        names=tuple(row["name"] for row in people),
        groups=tuple(row["role_id"] or row["function"] for row in people),
        skills=tuple(skills),
        labels=tuple(skills),
        observations=observations,
        endorsements=tuple(
            Endorsement(*claim, _number(row["level"]), date.fromisoformat(row["observed_on"]))
            for claim, row in zip(claims, endorsements, strict=True)
        ),
        exposed=exposed,
    )
    truth = np.zeros(shape, dtype=np.bool_)
    for row in planted:
        truth[row_of[row["person_id"]], column_of[row["skill_id"]]] = True
    return population, truth


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _counts(row: dict[str, str]) -> bool:
    until = row.get("valid_until")
    return row["status"] in ("", "active") and (not until or date.fromisoformat(until) >= SAMPLE_AS_OF)


def _number(value: str) -> float | None:
    return float(value) if value else None
