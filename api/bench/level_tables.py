"""How well levels of occupations are predicted from some of them, beside skillinfer on its own protocol.

``skillinfer.validation.held_out_evaluation`` (0.1.1) holds out a fifth of the entities, observes a random share of
their levels with noise and predicts the rest. Here it runs as it is; its random draws are then drawn again for our
mixture, so that both see the same entities, observations and noise. That they are the same is checked: the error of
the mean of the training entities must come out as skillinfer's own ``prior``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.inference.level_mixture import MixtureSettings, fit_level_mixture
from engine.inference.levels import Z90
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SHARES = (0.05, 0.1, 0.3, 0.5)
NOISE = 0.02
SEED = 42
PEERS = ("prior", "knn", "kalman")
OURS = "Skillway"


@dataclass(frozen=True)
class LevelError:
    """One method on one table with one share of the levels observed, means over all held-out entities."""

    table: str
    observed: float
    """Share of an entity's levels that is observed."""
    method: str
    rmse: float
    """Root mean squared error of an entity's other levels, on a scale of 0 to 1."""
    margin: float
    """That less the error of the best method of skillinfer on the same entities; below 0 is better."""
    margin_ci: float
    """Half-width of its 95 % interval, over entities."""
    coverage: float | None
    """Share of the true levels inside the 90 % interval; none for methods that have no interval."""


@dataclass(frozen=True)
class Question:
    """What is observed of one entity."""

    share: float
    entity: int
    columns: NDArray[np.int64]
    values: Floats


def read_onet(folder: Path) -> pd.DataFrame:
    """Read O*NET's importance of skills and knowledge: occupations x elements, each scaled to 0–1 by its range.

    Abilities are not among the files; ``skillinfer.datasets.onet`` has them.

    Raises:
        InvalidInput: The folder does not hold the files.
    """
    import pandas as pd

    parts: list[pd.DataFrame] = []
    for name in ("skills", "knowledge"):
        file = folder / "onet" / f"{name}.csv.gz"
        if not file.is_file():
            raise InvalidInput("folder", f"{file} is not there; give the data folder (SKILLWAY_DATA)")
        table = pd.read_csv(file)
        table = table[table["Scale ID"] == "IM"]
        parts.append(table.pivot(index="O*NET-SOC Code", columns="Element ID", values="Data Value"))
    levels = pd.concat(parts, axis=1).dropna()
    return (levels - levels.min()) / (levels.max() - levels.min())


def measure_table(name: str, levels: pd.DataFrame, splits: int, shares: Sequence[float] = SHARES) -> list[LevelError]:
    """Predict levels of held-out entities by skillinfer and by our mixture.

    Args:
        name: What the table is called.
        levels: Entities x elements, all known, on a scale of 0 to 1.
        splits: How many splits.
        shares: Shares of an entity's levels that are observed.

    Raises:
        InvalidInput: skillinfer is not installed, or draws otherwise than the version this was written for.
    """
    try:
        from skillinfer import Population
        from skillinfer.validation import held_out_evaluation
    except ImportError as cause:
        raise InvalidInput("skillinfer", "is not installed; install skillway with its extra `bench`") from cause

    population = Population.from_dataframe(levels, normalize=False)
    found = held_out_evaluation(population, list(shares), splits, NOISE, SEED)
    errors: dict[str, Floats] = {
        method: found.loc[found["method"] == method, "rmse"].to_numpy(np.float64) for method in PEERS
    }
    covered = found.loc[found["method"] == "kalman", "calibration_coverage"].to_numpy(np.float64)
    share, mean_error, ours, ours_covered = _predict(levels.to_numpy(np.float64), splits, shares)
    if not np.allclose(mean_error, errors["prior"], rtol=0, atol=1e-9):
        raise InvalidInput("skillinfer", "draws its splits otherwise than 0.1.1, so methods cannot be compared")
    errors[OURS] = ours
    coverage = {"kalman": covered, OURS: ours_covered}

    rows: list[LevelError] = []
    for wanted in shares:
        asked = share == wanted
        best = min((errors[method][asked] for method in PEERS), key=lambda values: float(values.mean()))
        for method, values in errors.items():
            margin = values[asked] - best
            rows.append(
                LevelError(
                    table=name,
                    observed=wanted,
                    method=method,
                    rmse=float(values[asked].mean()),
                    margin=float(margin.mean()),
                    margin_ci=float(1.96 * margin.std() / np.sqrt(len(margin))),
                    coverage=float(coverage[method][asked].mean()) if method in coverage else None,
                )
            )
    return rows


def _predict(levels: Floats, splits: int, shares: Sequence[float]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return by question, in skillinfer's order: share, error of the mean, error of the mixture and its coverage."""
    answers: list[tuple[float, float, float, float]] = []
    for train, questions in draw_questions(levels, splits, shares):
        mixture = fit_level_mixture(levels[train], MixtureSettings())
        mean = levels[train].mean(axis=0)
        observed = np.full((len(questions), levels.shape[1]), np.nan)
        for row, question in enumerate(questions):
            observed[row, question.columns] = question.values
        predicted = mixture.predict(observed, NOISE)
        for row, question in enumerate(questions):
            hidden = np.isnan(observed[row])
            truth = levels[question.entity, hidden]
            off = np.abs(predicted.mean[row, hidden] - truth)
            answers.append(
                (
                    question.share,
                    float(np.sqrt(((mean[hidden] - truth) ** 2).mean())),
                    float(np.sqrt((off**2).mean())),
                    float((off <= Z90 * predicted.sd[row, hidden]).mean()),
                )
            )
    share, mean_error, ours, covered = (np.asarray(column) for column in zip(*answers, strict=True))
    return share, mean_error, ours, covered


def draw_questions(
    levels: Floats, splits: int, shares: Sequence[float]
) -> Iterator[tuple[NDArray[np.int64], list[Question]]]:
    """Draw what ``held_out_evaluation`` draws: training entities, and what is observed of the others."""
    random = np.random.default_rng(SEED)
    entities, elements = levels.shape
    for _ in range(splits):
        order = random.permutation(entities)
        held_out = max(1, entities // 5)
        questions: list[Question] = []
        for share in shares:
            count = max(1, int(elements * share))
            for entity in order[:held_out].tolist():
                columns = random.choice(elements, size=count, replace=False)
                values = levels[entity, columns] + random.normal(0, NOISE, count)
                if count < elements:
                    questions.append(Question(share, entity, columns, values))
        yield order[held_out:], questions
