"""Our method as the bench asks it: the only module here that knows how ours is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from api.bench.inference.protocol import HIDE, Question
from engine.inference.fitting import fit_profiles
from engine.inference.model import SkillModel
from engine.inference.prior import align_profiles, compute_priors, compute_residual, place_skills
from engine.inference.profiles import Profiles
from engine.inference.settings import InferenceSettings

SUGGESTED = 10
"""Likeliest skills of a person that count as suggestions."""


@dataclass(frozen=True)
class FittedOurs:
    """Ours, fitted: called with people, it returns people x skills, P(hidden) of each skill not visible."""

    model: SkillModel

    def __call__(self, asked: Profiles) -> NDArray[np.float64]:
        """Return the probabilities."""
        place = place_skills(self.model)[:-1]
        logits = np.tile(self.model.base, (len(asked.people), 1))
        priors = compute_priors(self.model, align_profiles(self.model, asked))
        logits[:, place >= 0] = priors[:, place[place >= 0]]
        return np.asarray(expit(logits), dtype=np.float64)

    def list_residuals(self, question: Question, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of each suggestion's log-odds, without the sign, no single part explains."""
        place = place_skills(self.model)[:-1]
        aligned = align_profiles(self.model, question.visible)
        residual = np.zeros(scores.shape)
        learnt = (place >= 0) & (place < len(self.model.learnt))
        residual[:, learnt] = compute_residual(self.model, aligned.shown, aligned.attributes)[:, place[learnt]]
        hidden = np.where(question.find_asked(), scores, -np.inf)
        suggested = np.argsort(-hidden, axis=1, kind="stable")[:, :SUGGESTED]
        return np.abs(np.take_along_axis(residual, suggested, axis=1)).reshape(-1)


def fit_ours(train: Profiles, seed: int) -> FittedOurs:
    """Fit with the default settings, but for the mask rate, which is the protocol's.

    Args:
        train: People with all they show, and attributes that may be learnt from.
        seed: Of the random draws of the fit.
    """
    return FittedOurs(fit_profiles(train, InferenceSettings(mask_low=HIDE, mask_high=HIDE, seed=seed)))
