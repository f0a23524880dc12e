"""Who else answers for occupations: methods that stay sparse where skills are thousands and occupations few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from api.bench.inference.peers import Peer, Scorer, fit_popularity, fit_role_popularity
from api.bench.occupation_data import MINOR_GROUP
from engine.inference.closed_form import invert_gram
from engine.inference.profiles import ROLE, Profiles
from engine.inference.retrieval import find_by_text, scale_rows

Floats = NDArray[np.float64]


def fit_group_popularity(train: Profiles, strength: float) -> Scorer:
    """Fit the share of occupations of the same ISCO-3 group; the overall share counts as ``strength`` of them."""
    score = fit_role_popularity(_call_role(train), strength)
    return lambda asked: score(_call_role(asked))


def fit_user_knn(train: Profiles, neighbours: int) -> Scorer:
    """Fit the share of the ``neighbours`` nearest by the skills they have, weighted by cosine."""
    unit, shown = scale_rows(train.shown), train.shown

    def score(asked: Profiles) -> Floats:
        cosine = (scale_rows(asked.shown) @ unit.T).toarray()
        least = np.sort(cosine, axis=1)[:, -neighbours, None]
        return csr_array(np.where(cosine >= least, cosine, 0)) @ shown.toarray()

    return score


def fit_item_knn(train: Profiles, neighbours: int) -> Scorer:
    """Fit the cosine of each skill with the ``neighbours`` skills most like it."""
    unit = scale_rows(csr_array(train.shown.T))
    cosine = (unit @ unit.T).tocoo()
    off = cosine.row != cosine.col
    guessed, shown, value = cosine.col[off], cosine.row[off], cosine.data[off]
    order = np.lexsort((-value, guessed))
    guessed, shown, value = guessed[order], shown[order], value[order]
    place = np.arange(len(guessed)) - np.searchsorted(guessed, guessed)
    kept = place < neighbours
    weights = csr_array((value[kept], (shown[kept], guessed[kept])), shape=cosine.shape)
    return lambda asked: (asked.shown @ weights).toarray()


def fit_edlae(train: Profiles, penalty: float, dropout: float = 0.0) -> Scorer:
    """Fit EDLAE, which without dropout is EASE^R, keeping every weight."""
    inverse = invert_gram(train.shown, penalty, dropout)
    return lambda asked: asked.shown.toarray() - inverse.multiply(asked.shown) / inverse.diagonal


def fit_text_knn(train: Profiles, neighbours: int, sharpness: float) -> Scorer:
    """Fit the share of those whose descriptions are nearest, weighted by softmax."""

    def score(asked: Profiles) -> Floats:
        rows = {occupation: row for row, occupation in enumerate(train.people)}
        own = np.array([rows.get(occupation, -1) for occupation in asked.people])
        found = find_by_text(_read_texts(asked), _read_texts(train), own, neighbours, sharpness)
        return (found @ train.shown).toarray()

    return score


def compare_texts(asked: Profiles) -> Floats:
    """Return the cosine of each description with each skill's label."""
    assert asked.embeddings is not None
    return np.asarray(_read_texts(asked) @ asked.embeddings.T, dtype=np.float64)


def compare_centroids(asked: Profiles) -> Floats:
    """Return the cosine of the mean of the labels of the skills visible with each skill's label."""
    assert asked.embeddings is not None
    labels = asked.embeddings.astype(np.float64)
    centroid = asked.shown @ labels
    length = np.linalg.norm(centroid, axis=1, keepdims=True)
    return centroid / np.where(length > 0, length, 1) @ labels.T


def _read_texts(profiles: Profiles) -> NDArray[np.float32]:
    assert profiles.texts is not None
    return profiles.texts


def _call_role(profiles: Profiles) -> Profiles:
    return replace(profiles, attributes={ROLE: profiles.attributes[MINOR_GROUP]})


POPULARITY = Peer("popularity", fit_popularity)
GROUP_POPULARITY = Peer("ISCO-3 popularity", fit_group_popularity, {"strength": (0.1, 1.0, 5.0)})
EDLAE = Peer("EDLAE", fit_edlae, {"penalty": (5.0, 10.0, 20.0, 40.0), "dropout": (0.2, 0.4, 0.6)})
TEXT_KNN = Peer("text kNN", fit_text_knn, {"neighbours": (10, 20, 30, 50), "sharpness": (5.0, 10.0, 15.0, 20.0)})
BY_SKILLS = (
    POPULARITY,
    GROUP_POPULARITY,
    Peer("user-KNN", fit_user_knn, {"neighbours": (5, 10, 20, 40)}),
    Peer("item-KNN", fit_item_knn, {"neighbours": (5, 10, 20, 50, 100)}),
    Peer("EASE^R", fit_edlae, {"penalty": (5.0, 10.0, 20.0, 40.0)}),
    EDLAE,
)
BY_TEXT = (POPULARITY, GROUP_POPULARITY, TEXT_KNN)
