"""A simulated organisation with a planted truth: who has what is real survey data, what is seen of it is drawn.

What people have is that of the 2023 developer survey. Everything else is made, seeded: teams of eight of one role,
skills that people had and lost, eight kinds of evidence with true rates that are not the hand-set ones, false evidence
that falls on plausible skills, scores, dates. It ranks designs; it does not prove accuracy in the field.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, load_npz

from engine.inference.exposure import find_exposure
from engine.population import Endorsement, Observation, Population
from graph_schema.errors import InvalidInput

AS_OF = date(2026, 7, 1)
TEAM = 8
LOST = 0.12
"""Skills that people had and lost, as a share of those they have."""
OLDEST = 2190
"""Days that the oldest evidence goes back: six years."""
RATES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "careful": {
        "self_report": (0.55, 0.012),
        "endorsement": (0.10, 0.006),
        "attestation": (0.08, 0.002),
        "assessment": (0.06, 0.006),
        "credential": (0.05, 0.0015),
        "course_completion": (0.10, 0.012),
        "project_outcome": (0.15, 0.004),
        "rejection": (0.002, 0.012),
    },
    "careless": {
        "self_report": (0.35, 0.03),
        "endorsement": (0.10, 0.02),
        "attestation": (0.08, 0.006),
        "assessment": (0.06, 0.006),
        "credential": (0.05, 0.004),
        "course_completion": (0.10, 0.03),
        "project_outcome": (0.12, 0.006),
        "rejection": (0.004, 0.012),
    },
}
"""By world: P(such evidence exists | had the skill then), and | had not, on average over skills.

The hand-set weights suit the careful world; in the careless one people list and endorse what they do not have and leave
out what they do.
"""
SCORES = (0.66, 0.42, 0.18)
"""Mean score of those who have the skill and of those who do not, and the standard deviation of both."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class World:
    """People with their evidence, and people x skills, what is true of them."""

    name: str
    population: Population
    truth: Flags


def simulate_world(folder: Path, name: str, people: int, skills: int, seed: int) -> World:
    """Draw people from the survey and everything that an organisation would see of them.

    Args:
        folder: The data folder; ``people/so2023_have.npz`` and its neighbours are read.
        name: ``careful`` or ``careless``.
        people: How many people.
        skills: How many of the most frequent skills.
        seed: Of everything drawn.

    Raises:
        InvalidInput: The folder does not hold the data.
    """
    random = np.random.default_rng(seed)
    truth, roles = _read_truth(folder, people, skills, random)
    plausible = _judge_plausible(truth, roles)
    lost_days = _lose_skills(truth, plausible, random)
    teams = _form_teams(roles, random)
    had, observations, endorsements = 0, [], []
    for kind, (if_has, if_not) in RATES[name].items():
        days_ago = np.minimum(random.exponential(700.0, truth.shape), OLDEST).astype(np.int64)
        had = truth | (days_ago > lost_days)
        seen = random.random(truth.shape) < np.where(had, if_has, np.minimum(0.5, if_not * plausible))
        for person, skill in np.argwhere(seen).tolist():
            on = AS_OF - timedelta(days=int(days_ago[person, skill]))
            if kind == "endorsement":
                others = [other for other in teams[person] if other != person]
                count = min(len(others), 1 + int(random.random() < 0.2))
                chosen = random.choice(others, count, replace=False) if others else []
                endorsements += [Endorsement(int(other), person, skill, None, on) for other in chosen]
            else:
                score = None
                if kind == "assessment":
                    score = float(np.clip(random.normal(SCORES[0 if had[person, skill] else 1], SCORES[2]), 0, 1))
                id = f"{kind}:{person}:{skill}"
                observations.append(Observation(id, person, skill, kind, None, score, on, None, None, None, None, None))
    claims = np.asarray([(item.endorser, item.person, item.skill) for item in endorsements], dtype=np.int64).T
    exposed = find_exposure([sorted(team) for team in {tuple(team) for team in teams}], claims, truth.shape)
    names = tuple(f"p{row:05}" for row in range(people))
    labels = tuple(f"s{column:03}" for column in range(truth.shape[1]))
    population = Population(
        as_of=AS_OF,
        people=names,
        names=names,
        groups=tuple(roles),
        skills=labels,
        labels=labels,
        observations=tuple(observations),
        endorsements=tuple(endorsements),
        exposed=exposed,
    )
    return World(name, population, truth)


def _read_truth(folder: Path, people: int, skills: int, random: np.random.Generator) -> tuple[Flags, list[str]]:
    matrix = folder / "people" / "so2023_have.npz"
    if not matrix.is_file():
        raise InvalidInput("--data", f"{matrix} is not there; give the data folder (SKILLWAY_DATA)")
    have = csr_array(load_npz(matrix))
    with gzip.open(folder / "people" / "so2023_have_people.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        roles = np.asarray([row.get("role") or "" for row in csv.DictReader(rows)])
    frequent = np.sort(np.argsort(-np.asarray((have > 0).sum(axis=0)).reshape(-1), kind="stable")[:skills])
    truth = have[:, frequent].toarray() > 0
    several = np.flatnonzero(truth.sum(axis=1) >= 4)
    chosen = np.sort(random.choice(several, min(people, len(several)), replace=False))
    return truth[chosen], roles[chosen].tolist()


def _judge_plausible(truth: Flags, roles: list[str]) -> NDArray[np.float64]:
    """Return people x skills: how plausible each skill is for the role, 1 on average over skills."""
    groups = np.asarray(roles)
    overall = truth.mean(axis=0)
    plausible = np.empty(truth.shape)
    for role in sorted(set(roles)):
        inside = groups == role
        plausible[inside] = (truth[inside].sum(axis=0) + 20 * overall) / (inside.sum() + 20)
    return plausible / plausible.mean(axis=1, keepdims=True)


def _lose_skills(truth: Flags, plausible: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return people x skills: how many days ago a skill was lost; infinite where it never was there."""
    rate = LOST * truth.sum(axis=1, keepdims=True) / np.maximum((~truth).sum(axis=1, keepdims=True), 1)
    lost = ~truth & (random.random(truth.shape) < rate * plausible)
    return np.where(lost, random.uniform(200, 2000, truth.shape), np.inf)


def _form_teams(roles: list[str], random: np.random.Generator) -> list[list[int]]:
    """Return for each person the team of eight, or fewer, of their role."""
    teams: list[list[int]] = [[] for _ in roles]
    groups = np.asarray(roles)
    for role in sorted(set(roles)):
        inside = random.permutation(np.flatnonzero(groups == role)).tolist()
        for start in range(0, len(inside), TEAM):
            team = sorted(inside[start : start + TEAM])
            for person in team:
                teams[person] = team
    return teams
