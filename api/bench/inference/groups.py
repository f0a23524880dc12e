"""Whether ours is as calibrated, and suggests as much, for every group of people it was never told about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from api.bench.inference.metrics import measure_calibration
from api.bench.inference.protocol import Question
from api.bench.inference.results import GroupAudit
from api.bench.inference.surveys import LEAST_IN_GROUP, Survey
from engine.inference.settings import InferenceSettings

THRESHOLD = InferenceSettings().threshold


@dataclass(frozen=True)
class _Answers:
    guess: NDArray[np.float64]
    asked: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    rows: NDArray[np.int64]


def audit_groups(survey: Survey, questions: Sequence[tuple[Question, NDArray[np.float64]]]) -> list[GroupAudit]:
    """Audit everybody, then each group of each attribute, largest first.

    Args:
        survey: Whose groups are told apart; people who did not say count among everybody only.
        questions: By seed the question and the probabilities that ours answered; pooled over seeds.
    """
    answers = _Answers(
        guess=np.concatenate([guess for _, guess in questions]),
        asked=np.concatenate([question.find_asked() for question, _ in questions]),
        hidden=np.concatenate([question.hidden for question, _ in questions]),
        rows=np.concatenate([question.rows for question, _ in questions]),
    )
    table = [_audit(survey.name, "", "everybody", answers, np.arange(len(answers.rows)))]
    for attribute, told in survey.groups.items():
        group = np.asarray(told, dtype=object)
        sizes = {str(name): int((group == name).sum()) for name in set(told) - {None}}
        inside = {
            name: np.flatnonzero(group[answers.rows] == name)
            for name in sorted(sizes, key=lambda name: (-sizes[name], name))
            if sizes[name] >= LEAST_IN_GROUP
        }
        table += _compare([_audit(survey.name, attribute, name, answers, at) for name, at in inside.items() if len(at)])
    return table


def _audit(data: str, attribute: str, group: str, answers: _Answers, at: NDArray[np.int64]) -> GroupAudit:
    guess, asked, hidden = answers.guess[at], answers.asked[at], answers.hidden[at]
    calibration = measure_calibration(guess[asked], hidden[asked])
    cells = asked.sum(axis=1)
    return GroupAudit(
        data=data,
        attribute=attribute,
        group=group,
        people=len(at),
        calibration_error=calibration.error,
        noise_floor=calibration.noise_floor,
        worst=False,
        selection_rate=float((((guess >= THRESHOLD) & asked).sum(axis=1) / cells).mean()),
        hidden_rate=float((hidden.sum(axis=1) / cells).mean()),
        impact_ratio=None,
    )


def _compare(audits: list[GroupAudit]) -> list[GroupAudit]:
    excess = max((_find_excess(audit) for audit in audits), default=0.0)
    rate = max((audit.selection_rate for audit in audits), default=0.0)
    return [
        replace(
            audit,
            worst=_find_excess(audit) == excess,
            impact_ratio=audit.selection_rate / rate if rate > 0 else None,
        )
        for audit in audits
    ]


def _find_excess(audit: GroupAudit) -> float:
    # The error alone would always name the smallest group.
    return audit.calibration_error - audit.noise_floor
