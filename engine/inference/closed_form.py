"""Which skills go together, for more skills than can be trained: one ridge regression a skill, solved in closed form.

EDLAE (Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020). X is people x skills, G = X'X::

    P = (G + diag(penalty + dropout / (1 - dropout) x diag(G)))^-1,    W_ij = -P_ij / P_jj,    W_jj = 0

so that the score of skill j is the sum of W_ij over the skills i that a person shows. P is inverted whole (skills x
skills, Cholesky), or, where people are fewer than skills, in factors (people x people, Woodbury), which is the same P.
Leaving one person out is a change of P by rank one, so scores that never saw the person need no second inversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import get_lapack_funcs
from scipy.sparse import csr_array, eye_array

Floats = NDArray[np.float64]
SINGLE_FROM = 3000
"""Rows from which a matrix is inverted in single precision: half the memory and time."""
BLOCK = 512
JUDGED_SKILLS, JUDGED_PEOPLE = 2000, 500
"""Skills and people, at most, that a penalty is judged on."""


class GramInverse(Protocol):
    """P, however it is held."""

    @property
    def diagonal(self) -> Floats:
        """Return the diagonal of P."""
        ...

    def multiply(self, rows: csr_array) -> Floats:
        """Return rows x P, dense."""
        ...


@dataclass(frozen=True)
class WholeInverse:
    """P as one matrix: for fewer skills than people."""

    matrix: NDArray[np.floating]

    @property
    def diagonal(self) -> Floats:
        """Return the diagonal of P."""
        return self.matrix.diagonal().astype(np.float64)

    def multiply(self, rows: csr_array) -> Floats:
        """Return rows x P, dense."""
        return np.asarray(rows.astype(self.matrix.dtype) @ self.matrix, dtype=np.float64)


@dataclass(frozen=True)
class FactoredInverse:
    """P = D - D X' M X D with D = 1 / penalties and M people x people: for fewer people than skills."""

    inverse_penalties: Floats
    scaled: csr_array
    """X D."""
    middle: NDArray[np.floating]
    """M."""
    diagonal: Floats

    def multiply(self, rows: csr_array) -> Floats:
        """Return rows x P, dense."""
        inner = (rows @ self.scaled.T).toarray().astype(self.middle.dtype) @ self.middle
        product = rows.multiply(self.inverse_penalties).toarray()
        product -= np.asarray(self.scaled.T @ inner.T.astype(np.float64)).T
        return product


def invert_gram(shown: csr_array, penalty: float, dropout: float) -> GramInverse:
    """Invert the penalised Gram matrix in whichever form is smaller.

    Args:
        shown: People x skills, 1 where shown.
        penalty: Ridge penalty, in people; above 0.
        dropout: Share of a profile that is expected to be hidden, below 1.
    """
    people, skills = shown.shape
    penalties = set_penalties(shown, penalty, dropout)
    return invert_in_factors(shown, penalties) if people < skills else invert_whole(shown, penalties)


def set_penalties(shown: csr_array, penalty: float, dropout: float) -> Floats:
    """Return per skill what is added to the diagonal of the Gram matrix."""
    counts = np.asarray(shown.sum(axis=0), dtype=np.float64).reshape(-1)
    return penalty + dropout / (1 - dropout) * counts


def invert_whole(shown: csr_array, penalties: Floats) -> WholeInverse:
    """Invert the skills x skills matrix; 14,000 skills take .8 GB."""
    skills = shown.shape[1]
    gram = np.empty((skills, skills), dtype=_choose_precision(skills), order="F")
    columns = shown.tocsc()
    for start in range(0, skills, BLOCK):
        gram[:, start : start + BLOCK] = (columns.T @ columns[:, start : start + BLOCK]).toarray()
    gram[np.diag_indices(skills)] += penalties.astype(gram.dtype)
    return WholeInverse(_invert_positive(gram))


def invert_in_factors(shown: csr_array, penalties: Floats) -> FactoredInverse:
    """Invert a people x people matrix instead (Woodbury)."""
    people, skills = shown.shape
    inverse_penalties = 1 / penalties
    scaled = csr_array(shown.astype(np.float64).multiply(inverse_penalties))
    middle = np.asfortranarray((scaled @ shown.T).toarray().astype(_choose_precision(people)))
    middle[np.diag_indices(people)] += 1
    middle = _invert_positive(middle)
    diagonal = inverse_penalties.copy()
    columns = scaled.tocsc()
    for start in range(0, skills, BLOCK):
        block = columns[:, start : start + BLOCK]
        right = np.asarray(middle @ block.toarray().astype(middle.dtype), dtype=np.float64)
        diagonal[start : start + BLOCK] -= np.asarray(block.multiply(right).sum(axis=0)).reshape(-1)
    return FactoredInverse(inverse_penalties, scaled, middle, diagonal)


def prune_weights(inverse: GramInverse, keep: int) -> csr_array:
    """Return W, skill shown x skill guessed, single precision: of each skill guessed the ``keep`` largest weights."""
    skills = len(inverse.diagonal)
    unit = eye_array(skills, format="csr")
    keep = min(keep, skills - 1)
    rows: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    for start in range(0, skills, BLOCK):
        part = np.arange(start, min(start + BLOCK, skills))
        # P is symmetric, so its rows are its columns.
        block = -inverse.multiply(csr_array(unit[part])) / inverse.diagonal[part, None]
        block[np.arange(len(part)), part] = 0
        largest = np.sort(np.argpartition(-np.abs(block), keep, axis=1)[:, :keep], axis=1)
        rows.append(largest.reshape(-1))
        values.append(np.take_along_axis(block, largest, axis=1).reshape(-1).astype(np.float32))
    guessed = np.repeat(np.arange(skills), keep)
    return csr_array((np.concatenate(values), (np.concatenate(rows), guessed)), shape=(skills, skills))


def score_left_out(inverse: GramInverse, profiles: csr_array, visible: csr_array) -> Floats:
    """Return the scores of all skills for people on whom P rests, as if it did not rest on that person.

    Exact but for the dropout part of the penalties, which keeps counting the person.

    Args:
        inverse: P over these people and others.
        profiles: The people's whole rows, as they entered P.
        visible: The same rows with some of the skills: what the scores are read from.
    """
    own = inverse.multiply(profiles)
    left = 1 - np.asarray(profiles.multiply(own).sum(axis=1)).reshape(-1, 1)
    seen = np.asarray(visible.multiply(own).sum(axis=1)).reshape(-1, 1)
    product = inverse.multiply(visible) + seen / left * own
    return visible.toarray() - product / (inverse.diagonal + own**2 / left)


def choose_penalty(shown: csr_array, dropout: float, seed: int, candidates: tuple[float, ...]) -> float:
    """Return the candidate that ranks hidden skills best (NDCG@10), each person judged as if left out.

    Judged on some people and the most frequent skills; all of ESCO's choose the same.

    Args:
        shown: People x skills, 1 where shown.
        dropout: Share of each profile that is hidden.
        seed: Seed of what is hidden.
        candidates: Penalties to choose among.
    """
    from sklearn.metrics import ndcg_score  # pyright: ignore[reportMissingTypeStubs,reportUnknownVariableType]

    counts = np.asarray(shown.sum(axis=0)).reshape(-1)
    frequent = np.sort(np.lexsort((np.arange(len(counts)), -counts))[:JUDGED_SKILLS])
    shown = csr_array(shown[:, frequent])
    random = np.random.default_rng(seed)
    asked = np.flatnonzero(np.diff(shown.indptr) >= 2)
    profiles = csr_array(shown[np.sort(random.permutation(asked)[:JUDGED_PEOPLE])])
    truth = profiles.toarray() > 0
    seen = truth & (random.random(truth.shape) >= dropout)
    judged = np.flatnonzero((truth & ~seen).any(axis=1) & seen.any(axis=1))
    if not len(judged):
        return candidates[len(candidates) // 2]
    profiles, hidden, seen = csr_array(profiles[judged]), (truth & ~seen)[judged], seen[judged]
    visible = csr_array(seen.astype(np.float64))

    def judge(penalty: float) -> float:
        scores = score_left_out(invert_gram(shown, penalty, dropout), profiles, visible)
        scores[seen] = scores.min() - 1
        return float(ndcg_score(hidden, scores, k=10, ignore_ties=True))

    return max(candidates, key=judge)


def _choose_precision(rows: int) -> type[np.floating]:
    return np.float32 if rows > SINGLE_FROM else np.float64


def _invert_positive(matrix: NDArray[np.floating]) -> NDArray[np.floating]:
    # In place, by Cholesky: half the work of a general inverse, and no second copy of a matrix that may be .8 GB.
    routines: Any = get_lapack_funcs(("potrf", "potri"), (matrix,))
    factorise, invert = routines
    factor, failed = factorise(matrix, lower=True, overwrite_a=True, clean=False)
    if failed:
        raise np.linalg.LinAlgError("the Gram matrix is not positive definite; raise the penalty")
    inverse: NDArray[np.floating] = invert(factor, lower=True, overwrite_c=True)[0]
    for start in range(0, len(inverse), BLOCK):
        stop = start + BLOCK
        inverse[start:stop, stop:] = inverse[stop:, start:stop].T
        block = inverse[start:stop, start:stop]
        inverse[start:stop, start:stop] = np.tril(block) + np.tril(block, -1).T
    return inverse
