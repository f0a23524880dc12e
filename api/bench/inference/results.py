"""What the bench finds, as printed and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from api.bench.inference.metrics import Interval


@dataclass(frozen=True)
class Guessing:
    """One method on one survey, means over all test people of all seeds."""

    data: str
    method: str
    setting: str
    """What tuning chose; empty where there is nothing to choose."""
    people: int
    """Answers judged: test people, summed over seeds."""
    ndcg: float
    """NDCG@10, higher is better."""
    margin: Interval
    """NDCG@10 less that of ``reference``, by person."""
    reference: str
    """The best tuned peer."""
    recall_5: float
    recall_10: float
    mrr: float
    """Mean of 1 / place of the first hidden skill."""
    brier_skill: float | None
    """Over all cells not visible; None, like the two below, where a method gives no probability."""
    calibration_error: float | None
    """Expected calibration error, 15 bins of equal mass, no calibration step; mean over seeds."""
    noise_floor: float | None
    """What it would be if the probabilities were right."""
    calibration_error_of_all: float | None
    """The error also over test people of whom nothing was hidden or nothing visible. The ranking leaves them out, which
    chooses by outcome: with short profiles even right probabilities are then wrong by more than the noise floor."""
    fit_seconds: float
    """One fit with the chosen setting, tuning not counted; mean over seeds."""
    score_seconds: float
    """All skills of the test people of one seed; mean over seeds."""


@dataclass(frozen=True)
class ColdStart:
    """One method asked about people of whom hardly a skill is visible, attributes known."""

    data: str
    visible: int
    """Skills seen of each person."""
    method: str
    people: int
    ndcg: float | None
    """None where the method had nothing to tell skills apart by."""
    margin: Interval | None
    """NDCG@10 less that of role popularity."""
    calibration_error: float | None
    noise_floor: float | None


@dataclass(frozen=True)
class GroupAudit:
    """Ours for one group of people; the attribute was no feature."""

    data: str
    attribute: str
    """Empty in the row of everybody."""
    group: str
    people: int
    calibration_error: float
    noise_floor: float
    """Larger for smaller groups: compare the error with this before comparing groups."""
    worst: bool
    """The calibration error furthest above its noise floor among the groups of the attribute."""
    selection_rate: float
    """Share of the skills not visible that are suggested (P at or above the threshold), mean by person."""
    hidden_rate: float
    """Share of the skills not visible that were hidden, mean by person."""
    impact_ratio: float | None
    """Selection rate / the highest among the groups of the attribute; None where nothing is suggested."""


@dataclass(frozen=True)
class Residuals:
    """How much of the ten likeliest skills of each person no single part of the profile explains."""

    data: str
    suggestions: int
    under_half: float
    """Share of the suggestions whose residual is under half a unit of log-odds, whatever its sign."""
    median: float
    """Of the residual without its sign, in log-odds."""


@dataclass(frozen=True)
class InferenceBench:
    """All that ``skillway bench inference`` measures."""

    seeds: int
    methods: list[Guessing]
    cold_start: list[ColdStart]
    groups: list[GroupAudit]
    residuals: list[Residuals]
