"""Our method as the bench asks it: the only module here that knows how ours is fitted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from api.bench.inference.peers import Scorer
from api.bench.inference.protocol import HIDE
from engine.inference.fitting import fit_profiles
from engine.inference.prior import align_profiles, compute_priors, place_skills
from engine.inference.profiles import Profiles
from engine.inference.settings import InferenceSettings


def fit_ours(train: Profiles, seed: int) -> Scorer:
    """Fit with the default settings, but for the mask rate, which is the protocol's.

    Args:
        train: People with all they show, and attributes that may be learnt from.
        seed: Of the random draws of the fit.

    Returns:
        A function from people with what is visible of them to people x skills: P(hidden) of each skill not visible.
    """
    model = fit_profiles(train, InferenceSettings(mask_low=HIDE, mask_high=HIDE, seed=seed))
    place = place_skills(model)[:-1]

    def score(asked: Profiles) -> NDArray[np.float64]:
        aligned = align_profiles(model, asked)
        logits = np.tile(model.base, (len(asked.people), 1))
        priors = compute_priors(model, aligned)
        logits[:, place >= 0] = priors[:, place[place >= 0]]
        return np.asarray(expit(logits), dtype=np.float64)

    return score
