"""Grades that people of a real network give one another: who is lenient, who is rated highly, who returns a favour.

Advogato's members certified one another as observer, apprentice, journeyer or master; the last three are grades 0, 1
and 2 here. A fifth of them is held out and predicted.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.sparse.linalg import lsqr

from graph_schema.errors import InvalidInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
GRADES = {"0.6": 0.0, "0.8": 1.0, "1.0": 2.0}
HELD_OUT = 0.2
SHRINKAGE = 2.0
"""Grades that the global mean is worth in the mean of those received."""


@dataclass(frozen=True)
class GradeError:
    """How far one method is off on held-out grades, over all splits."""

    method: str
    rmse: float
    """Root mean squared error, in grades."""
    deviation: float
    """Standard deviation of it over the splits."""


@dataclass(frozen=True)
class Grades:
    """Who gave which grade to whom."""

    giver: Integers
    taker: Integers
    grade: Floats
    people: int

    def select(self, rows: Integers) -> Grades:
        """Return some of them."""
        return Grades(self.giver[rows], self.taker[rows], self.grade[rows], self.people)


def bench_grades(folder: Path, splits: int = 10) -> list[GradeError]:
    """Predict held-out grades of the Advogato network.

    Args:
        folder: The data folder; ``trust/advogato.csv.gz`` is read.
        splits: How many seeded splits.

    Raises:
        InvalidInput: The folder does not hold the data.
    """
    grades = read_grades(folder)
    errors: dict[str, list[float]] = {}
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(len(grades.grade))
        cut = int(HELD_OUT * len(order))
        test, train = grades.select(order[:cut]), grades.select(order[cut:])
        guesses = {
            "global mean": np.full(cut, train.grade.mean()),
            "mean received": average_received(train, np.ones(len(train.grade)))[test.taker],
            "PageRank-weighted mean received": average_received(train, _rank_givers(train))[test.taker],
            "severity + level": predict_grades(train, test, reciprocity=False),
            "severity + level + reciprocity": predict_grades(train, test, reciprocity=True),
        }
        for method, guess in guesses.items():
            errors.setdefault(method, []).append(float(np.sqrt(((guess - test.grade) ** 2).mean())))
    return [GradeError(method, float(np.mean(found)), float(np.std(found))) for method, found in errors.items()]


def read_grades(folder: Path) -> Grades:
    """Read the network; certificates of oneself are left out."""
    file = folder / "trust" / "advogato.csv.gz"
    if not file.is_file():
        raise InvalidInput("folder", f"{file} is not there; give the data folder (SKILLWAY_DATA)")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        read = [(int(row["src"]), int(row["dst"]), GRADES[row["weight"]]) for row in csv.DictReader(rows)]
    giver, taker, grade = (np.asarray(column) for column in zip(*read, strict=True))
    others = np.flatnonzero(giver != taker)
    return Grades(giver, taker, grade, int(max(giver.max(), taker.max())) + 1).select(others)


def average_received(train: Grades, weight: Floats) -> Floats:
    """Return the weighted mean grade that each person received, shrunken towards the mean of all."""
    sums = np.bincount(train.taker, weight * train.grade, train.people)
    weights = np.bincount(train.taker, weight, train.people)
    return (sums + SHRINKAGE * train.grade.mean()) / (weights + SHRINKAGE)


def predict_grades(train: Grades, test: Grades, reciprocity: bool) -> Floats:
    """Predict grades as mean + severity of the giver + level of the taker + what the taker thinks of the giver.

    All parts are fitted at once by ridge regression, each effect with the weight of one grade against it (LSQR, Paige
    and Saunders 1982).
    """
    mean = float(train.grade.mean())
    parts = [_list_parts(grades, train, mean, reciprocity) for grades in (train, test)]
    effects = lsqr(parts[0], train.grade - mean, damp=1.0)[0]
    return np.clip(mean + parts[1] @ effects, 0.0, 2.0)


def _list_parts(grades: Grades, train: Grades, mean: float, reciprocity: bool) -> csr_array:
    rows, one = np.arange(len(grades.grade)), np.ones(len(grades.grade))
    shape = (len(rows), grades.people)
    parts = [csr_array((one, (rows, who)), shape=shape) for who in (grades.giver, grades.taker)]
    if reciprocity:
        given = train.giver * train.people + train.taker
        order = np.argsort(given)
        wanted = grades.taker * grades.people + grades.giver
        place = order[np.minimum(np.searchsorted(given[order], wanted), len(given) - 1)]
        returned = given[place] == wanted
        parts.append(csr_array(np.c_[returned, np.where(returned, train.grade[place] - mean, 0.0)]))
    return csr_array(hstack(parts))


def _rank_givers(train: Grades) -> Floats:
    """Return the PageRank of each grade's giver, 1 on average."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(train.people))
    graph.add_edges_from(zip(train.giver.tolist(), train.taker.tolist(), strict=True))
    ranks = nx.pagerank(graph)
    return np.asarray([ranks[int(who)] for who in train.giver]) * train.people
