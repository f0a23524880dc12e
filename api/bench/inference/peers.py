"""Other methods for the same question: each with the settings it is tuned over, so that none is beaten untuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from api.bench.inference.protocol import HIDE
from api.bench.inference.surveys import ROLE
from engine.inference.profiles import Profiles, Value

Floats = NDArray[np.float64]
Scorer = Callable[[Profiles], Floats]
"""From people with what is visible of them to people x skills, higher where a skill is likelier hidden."""
Setting = Mapping[str, float | str]


@dataclass(frozen=True)
class Peer:
    """One method.

    Attributes:
        name: As the table prints it.
        fit: From train people, and one value a setting by keyword, to a scorer.
        choices: By setting the values that tuning chooses from, in order.
        gives_probability: Whether scores are probabilities; calibration is unknown where they are not.
    """

    name: str
    fit: Callable[..., Scorer]
    choices: Mapping[str, tuple[float | str, ...]] = field(default_factory=dict[str, tuple[float | str, ...]])
    gives_probability: bool = False


def hide_rates(rates: Floats, hide: float = HIDE) -> Floats:
    """Return P(hidden | not visible), where shares of people have the skills and ``hide`` of each share is hidden."""
    return np.clip(hide * rates / (1 - (1 - hide) * rates), 1e-6, 1 - 1e-6)


def fit_popularity(train: Profiles, hide: float = HIDE) -> Scorer:
    """Fit the share of people who have each skill, the same for everybody."""
    rates = hide_rates(_share(train.shown), hide)
    return lambda asked: np.tile(rates, (len(asked.people), 1))


def fit_role_popularity(train: Profiles, strength: float, hide: float = HIDE) -> Scorer:
    """Fit the share of people of the same role; the overall share counts as much as ``strength`` people."""
    overall = _share(train.shown)
    roles = np.asarray(train.attributes[ROLE], dtype=object)
    rates: dict[Value, Floats] = {}
    for role in sorted({str(role) for role in roles if role is not None}):
        inside = csr_array(train.shown[np.flatnonzero(roles == role)])
        share = (_count(inside) + strength * overall) / (inside.shape[0] + strength)
        rates[role] = hide_rates(share, hide)
    unknown = hide_rates(overall, hide)
    return lambda asked: np.stack([rates.get(role, unknown) for role in asked.attributes[ROLE]])


def fit_item_knn(train: Profiles, neighbours: float) -> Scorer:
    """Fit the cosine of each skill with the ``neighbours`` skills most like it."""
    gram = _multiply(train.shown)
    length = np.sqrt(np.maximum(np.diag(gram), 1))
    cosine = gram / np.outer(length, length)
    np.fill_diagonal(cosine, 0)
    place = np.argsort(np.argsort(-cosine, axis=0, kind="stable"), axis=0, kind="stable")
    weights = np.where(place < neighbours, cosine, 0)
    return lambda asked: asked.shown @ weights


def fit_ease(train: Profiles, penalty: float) -> Scorer:
    """Fit EASE^R in closed form (Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019)."""
    gram = _multiply(train.shown)
    weights = solve_without_self(gram, np.full(len(gram), penalty))
    return lambda asked: asked.shown @ weights


def fit_edlae(train: Profiles, penalty: float, dropout: float) -> Scorer:
    """Fit EDLAE: dropout as a diagonal penalty (Steck, Autoencoders that don't overfit towards the identity, 2020)."""
    gram = _multiply(train.shown)
    weights = solve_without_self(gram, dropout / (1 - dropout) * np.diag(gram) + penalty)
    return lambda asked: asked.shown @ weights


def solve_without_self(gram: Floats, penalty: Floats) -> Floats:
    """Return the ridge regression of each skill on all others; no skill explains itself."""
    inverse = np.linalg.inv(gram + np.diag(penalty))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def _count(shown: csr_array) -> Floats:
    return np.asarray(shown.sum(axis=0), dtype=np.float64).reshape(-1)


def _share(shown: csr_array) -> Floats:
    return _count(shown) / shown.shape[0]


def _multiply(shown: csr_array) -> Floats:
    return (shown.T @ shown).toarray().astype(np.float64)


PENALTIES = (1.0, 5.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12800.0)
POPULARITY = Peer("popularity", fit_popularity, gives_probability=True)
ROLE_POPULARITY = Peer(
    "role popularity", fit_role_popularity, {"strength": (0.0, 0.1, 1.0, 5.0, 20.0, 80.0)}, gives_probability=True
)
EDLAE = Peer(
    "EDLAE", fit_edlae, {"penalty": PENALTIES, "dropout": (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)}
)
CLOSED_FORM = (
    POPULARITY,
    ROLE_POPULARITY,
    Peer("item-KNN", fit_item_knn, {"neighbours": (5, 10, 20, 40, 80, 160, 320)}),
    Peer("EASE^R", fit_ease, {"penalty": PENALTIES}),
    EDLAE,
)
