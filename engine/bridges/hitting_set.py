"""The cheapest set of moves that takes one of every landmark: a linear model in HiGHS, grown row by row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.bridges.kernels import IntArray

GRID = 1024
"""Dual weights are floored to 1/1024 of a price unit: every bound drawn from them is then exact integer arithmetic."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The linear relaxation: a share of each move, and a dual weight (in 1/GRID of a unit) for each landmark and limit.

    ``charges`` say what every unit of weight under a limit adds to the price of a move (Lagrange multipliers).
    """

    shares: npt.NDArray[np.float64]
    weights: tuple[int, ...]
    charges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Moves that hit every landmark known, none being cheaper than ``at_least``; ``settled`` when they are cheapest."""

    moves: tuple[int, ...]
    at_least: int
    settled: bool


class HittingSet:
    """Landmarks over the moves of one problem, as a model that is solved again and again as it grows.

    A move becomes a column when a landmark names it first: no other move is ever worth buying.
    """

    def __init__(self, price: Sequence[int] | IntArray) -> None:
        """Start without landmarks; ``price`` is in whole units, a number a move."""
        import highspy  # only solving needs it

        self._price = [int(value) for value in price]
        self._columns: dict[int, int] = {}
        self._moves: list[int] = []
        self._known: set[tuple[int, ...]] = set()
        self._rows: list[int] = []
        self._limits: list[tuple[int, Sequence[int]]] = []
        self._whole = False
        self.landmarks: list[tuple[int, ...]] = []
        self._highspy = highspy
        self._model = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),  # the default of 1e-4 would be a wrong answer
            ("mip_abs_gap", 0.5),  # prices are whole numbers
            ("mip_allow_restart", False),  # up to 4.5 times faster on these models
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
        ):
            self._model.setOptionValue(option, value)

    def add_landmark(self, landmark: tuple[int, ...]) -> bool:
        """Demand one of these moves; False when that was demanded before."""
        if landmark in self._known:
            return False
        self._known.add(landmark)
        self.landmarks.append(landmark)
        self._rows.append(self._model.getNumRow())
        self._add_row(landmark, [1.0] * len(landmark), 1.0, math.inf)
        return True

    def add_landmarks(self, landmarks: Iterable[tuple[int, ...]]) -> bool:
        """Demand one move of each; whether any of that is new."""
        known = len(self.landmarks)
        for landmark in landmarks:
            self.add_landmark(landmark)
        return len(self.landmarks) > known

    def limit(self, weights: Sequence[int], most: int) -> None:
        """Demand that the chosen moves weigh no more than ``most`` together."""
        moves = [move for move in self._moves if weights[move]]
        self._limits.append((self._model.getNumRow(), weights))
        self._add_row(moves, [float(weights[move]) for move in moves], -math.inf, float(most))

    def reprice(self, price: Sequence[int]) -> None:
        """Minimise something else from now on; a move below zero is worth buying whether a landmark names it or not."""
        self._price = [int(value) for value in price]
        for move, value in enumerate(self._price):
            if value < 0:
                self._column(move)
        costs = np.array([self._price[move] for move in self._moves], dtype=np.float64)
        self._model.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def fix(self, move: int, taken: bool) -> None:
        """Settle once and for all whether a move is chosen."""
        self._model.changeColBounds(self._column(move), float(taken), float(taken))

    def relax(self) -> Relaxation | None:
        """Solve the linear relaxation; None when the solver cannot."""
        if not self._moves:
            return Relaxation(np.zeros(len(self._price)), (), (0,) * len(self._limits))
        self._declare(whole=False)
        self._model.run()
        if self._model.getModelStatus() != self._highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._model.getSolution()
        shares = np.zeros(len(self._price))
        shares[self._moves] = solution.col_value
        duals = solution.row_dual
        weights = tuple(max(0, math.floor(duals[row] * GRID)) for row in self._rows)
        return Relaxation(shares, weights, tuple(max(0, math.floor(-duals[row] * GRID)) for row, _ in self._limits))

    def proves_impossible(self) -> bool:
        """Whether the last solve showed that no moves at all keep every limit and hit every landmark."""
        return self._model.getModelStatus() == self._highspy.HighsModelStatus.kInfeasible

    def choose(self, best: Iterable[int] = (), seconds: float = math.inf) -> Choice | None:
        """Find the cheapest moves that hit every landmark, starting from a known answer; None when there are none."""
        chosen = {self._column(move) for move in best}
        if not self._moves:
            return Choice((), 0, True)
        self._declare(whole=True)
        self._model.setOptionValue("time_limit", min(seconds, 1e7))
        if chosen:
            start = np.array([float(column in chosen) for column in range(len(self._moves))])
            self._model.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        self._model.run()
        status, info = self._model.getModelStatus(), self._model.getInfo()
        settled = status == self._highspy.HighsModelStatus.kOptimal
        if not settled and info.primal_solution_status != self._highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = self._model.getSolution().col_value
        moves = tuple(sorted(move for move, value in zip(self._moves, values, strict=True) if value > 0.5))
        bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else 0.0
        return Choice(moves, math.ceil(bound - 0.01 - 1e-14 * abs(bound)), settled)

    def _declare(self, *, whole: bool) -> None:
        if whole != self._whole or whole:
            self._whole = whole
            kind = self._highspy.HighsVarType.kInteger if whole else self._highspy.HighsVarType.kContinuous
            count = len(self._moves)
            kinds = np.full(count, int(kind), dtype=np.uint8)
            self._model.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)

    def _column(self, move: int) -> int:
        if move not in self._columns:
            self._columns[move] = len(self._moves)
            self._moves.append(move)
            heavy = [(row, float(weights[move])) for row, weights in self._limits if weights[move]]
            rows = np.array([row for row, _ in heavy], dtype=np.int32)
            self._model.addCol(
                float(self._price[move]), 0.0, 1.0, len(rows), rows, np.array([weight for _, weight in heavy])
            )
        return self._columns[move]

    def _add_row(self, moves: Sequence[int], weights: Sequence[float], least: float, most: float) -> None:
        columns = np.array([self._column(move) for move in moves], dtype=np.int32)
        self._model.addRow(least, most, len(columns), columns, np.array(weights, dtype=np.float64))
