"""Our method as the bench asks it: the only module here that knows how ours is fitted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from api.bench.inference.peers import Scorer, hide_rates
from api.bench.inference.protocol import HIDE
from api.bench.inference.surveys import ROLE
from engine.inference.cooccurrence import estimate_rates, learn_cooccurrence
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
    settings = InferenceSettings(mask_low=HIDE, mask_high=HIDE, seed=seed)
    roles = sorted({str(role) for role in train.attributes.get(ROLE, ()) if role is not None})
    numbers = {role: number for number, role in enumerate(roles)}
    counts = np.asarray(train.shown.sum(axis=0), dtype=np.float64).reshape(-1)
    base = logit(hide_rates(estimate_rates(counts, len(train.people))))
    found = learn_cooccurrence(train.shown, _number_roles(train, numbers), len(roles), base, settings)

    def score(asked: Profiles) -> NDArray[np.float64]:
        logits = asked.shown @ found.weights + found.base
        role = _number_roles(asked, numbers)
        logits[role >= 0] += found.group_weights[role[role >= 0]]
        return np.asarray(expit(logits), dtype=np.float64)

    return score


def _number_roles(profiles: Profiles, numbers: dict[str, int]) -> NDArray[np.int64]:
    roles = profiles.attributes.get(ROLE, [None] * len(profiles.people))
    return np.fromiter((numbers.get(str(role), -1) for role in roles), np.int64, len(profiles.people))
