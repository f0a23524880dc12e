"""The checked-in CSV set as dictionaries, with labels for ids."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from loaders.sample import SAMPLE_DIRECTORY, TRUTH
from loaders.sample.catalogue import read_skill_ids

Row = dict[str, str]


@cache
def read_table(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read_sample(name: str) -> tuple[Row, ...]:
    return read_table(SAMPLE_DIRECTORY / f"{name}.csv")


@cache
def read_labels() -> dict[str, str]:
    return {identifier: label for label, identifier in read_skill_ids().items()}


@cache
def read_truth() -> dict[str, dict[str, float]]:
    """Person -> skill label -> level."""
    truth: dict[str, dict[str, float]] = {}
    for row in read_table(TRUTH / "skills.csv"):
        truth.setdefault(row["person_id"], {})[read_labels()[row["skill_id"]]] = float(row["level"])
    return truth


def read_requirements(role: str, path: Path | None = None) -> dict[str, tuple[float, float]]:
    """Skill label -> (level, importance) of one role."""
    rows = read_table(path or SAMPLE_DIRECTORY / "requirements.csv")
    return {
        read_labels()[row["skill_id"]]: (float(row["level"]), float(row["importance"]))
        for row in rows
        if row["role_id"] == role
    }


def measure_readiness(skills: dict[str, float], requirements: dict[str, tuple[float, float]]) -> float:
    met = sum(weight for label, (level, weight) in requirements.items() if skills.get(label, 0) >= level)
    return met / sum(weight for _, weight in requirements.values())


def show_levels(person: str) -> dict[str, float]:
    """What the record shows of a person: skill label -> highest level of evidence that someone else stands behind."""
    shown: dict[str, float] = {}
    for row in read_sample("evidence"):
        if row["person_id"] == person and row["kind"] not in ("self_report", "rejection") and row["level"]:
            label = read_labels()[row["skill_id"]]
            shown[label] = max(shown.get(label, 0), float(row["level"]))
    return shown


def list_listed(person: str) -> set[str]:
    return {
        read_labels()[row["skill_id"]]
        for row in read_sample("evidence")
        if row["person_id"] == person and row["kind"] == "self_report"
    }
