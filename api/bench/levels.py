"""Levels: how well unstated ones are predicted, and how near believed levels of people come to the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.bench.level_tables import LevelError, measure_table, read_onet
from api.bench.rated_people import LevelOfPeople, measure_people, read_sample, simulate_people
from engine.inference.settings import InferenceSettings

DRIFTS = (0.0, 0.2)


@dataclass(frozen=True)
class LevelBench:
    """What ``skillway bench levels`` prints."""

    tables: list[LevelError]
    people: list[LevelOfPeople]


def bench_levels(folder: Path, splits: int = 5) -> LevelBench:
    """Predict levels of occupations beside skillinfer, then levels of people whose true levels are known.

    Args:
        folder: The data folder; ``onet/skills.csv.gz`` and ``onet/knowledge.csv.gz`` are read.
        splits: How many splits of the occupations.

    Raises:
        InvalidInput: The folder does not hold the data, or skillinfer is not installed.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return LevelBench(_bench_tables(folder, splits), bench_people(DRIFTS))


def _bench_tables(folder: Path, splits: int) -> list[LevelError]:
    ours = read_onet(folder)
    rows = measure_table(f"O*NET 29.3 skills and knowledge, {len(ours)} x {len(ours.columns)}", ours, splits)
    from skillinfer import datasets

    theirs = datasets.onet().to_dataframe()
    name = f"O*NET 30.2 of skillinfer, with abilities, {len(theirs)} x {len(theirs.columns)}"
    return rows + measure_table(name, theirs, splits)


def bench_people(drifts: Sequence[float]) -> list[LevelOfPeople]:
    """Compare believed levels with the truth of the sample organisation and of simulated ones.

    Args:
        drifts: Variance that a level gains a year, for each simulated organisation.
    """
    settings = InferenceSettings(floor=0.0)
    organisations = [read_sample(), *(simulate_people(drift) for drift in drifts)]
    return [row for people in organisations for row in measure_people(people, settings)]
