"""The first day: 0, 1 or 2 skills known of a person, and what kind of work they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.bench.inference.metrics import Calibration, average_by_person, measure_calibration, measure_ranking
from api.bench.inference.peers import ROLE_POPULARITY, Scorer
from api.bench.inference.protocol import COLD, show_few
from api.bench.inference.results import ColdStart
from engine.inference.profiles import Profiles


@dataclass(frozen=True)
class ColdAnswer:
    """One method's answers at one number of visible skills and one seed."""

    visible: int
    method: str
    rows: NDArray[np.int64]
    ndcg: NDArray[np.float64] | None
    calibration: Calibration | None


def ask_cold(
    profiles: Profiles, rows: NDArray[np.int64], seed: int, scorers: Mapping[str, Scorer], probable: set[str]
) -> list[ColdAnswer]:
    """Ask every method about the same people at 0, 1 and 2 visible skills.

    Args:
        profiles: The survey.
        rows: Test people.
        seed: Draws the skills seen.
        scorers: Fitted methods by name.
        probable: Names of those that give probabilities.
    """
    answers: list[ColdAnswer] = []
    for visible in COLD:
        question = show_few(profiles, rows, seed, visible)
        asked = question.find_asked()
        for method, score in scorers.items():
            scores = score(question.visible)
            calibration = measure_calibration(scores[asked], question.hidden[asked]) if method in probable else None
            # Ranking by column what was scored alike would measure the file, not the method.
            ndcg = measure_ranking(scores, question).ndcg if np.ptp(scores) > 0 else None
            answers.append(ColdAnswer(visible, method, question.rows, ndcg, calibration))
    return answers


def summarise_cold(data: str, answers: Sequence[ColdAnswer]) -> list[ColdStart]:
    """Average over seeds; margins are to role popularity."""
    table: list[ColdStart] = []
    for visible in COLD:
        reference = _join([item for item in answers if (item.visible, item.method) == (visible, ROLE_POPULARITY.name)])
        for method in dict.fromkeys(item.method for item in answers):
            of = [item for item in answers if (item.visible, item.method) == (visible, method)]
            ndcg, rows = _join(of), np.concatenate([item.rows for item in of])
            told = [item.calibration for item in of if item.calibration is not None]
            table.append(
                ColdStart(
                    data=data,
                    visible=visible,
                    method=method,
                    people=len(rows),
                    ndcg=None if ndcg is None else float(ndcg.mean()),
                    margin=None if ndcg is None or reference is None else average_by_person(rows, ndcg - reference),
                    calibration_error=float(np.mean([item.error for item in told])) if told else None,
                    noise_floor=float(np.mean([item.noise_floor for item in told])) if told else None,
                )
            )
    return table


def _join(answers: Sequence[ColdAnswer]) -> NDArray[np.float64] | None:
    known = [item.ndcg for item in answers if item.ndcg is not None]
    return np.concatenate(known) if len(known) == len(answers) else None
