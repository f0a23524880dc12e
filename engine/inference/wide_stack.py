"""Learns the coefficients of a wide model from people whose skills are hidden in part.

Every feature of a person leaves that person out: co-occurrence by a rank-one update of its closed form, retrieval and
groups by not counting them. So the coefficients are learnt on what they will meet in strangers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit, logit

from engine.inference.closed_form import GramInverse, score_left_out
from engine.inference.wide import ROWS, WideModel
from engine.inference.wide_features import BUCKETS, Asked, Floats
from engine.inference.wide_settings import WideSettings

FLOOR = 0.005
"""Least chance that a cell is sampled; it then weighs 1 / chance, so that the sample stands for all cells."""
SHARES = frozenset({"co_occurrence", "people_alike", "people_by_text", "group"})
"""Features that guess at a probability: the chance follows the largest."""
FEW = ((0, 0), (1, 2), (3, 9))
"""Fewest and most skills left visible in the draws for all buckets but the last, which hides a share."""
START_PEOPLE = 300
"""Most people that the slopes on neighbours are learnt from."""


@dataclass(frozen=True)
class LeftOut:
    """People fitted on, who can be guessed at as if they had not been."""

    model: WideModel
    shown: csr_array
    """People x learnt skills."""
    inverse: GramInverse
    """The closed form over all of them."""
    people: Asked
    """The same people in the numbers of the model."""

    def guess(
        self, rows: NDArray[np.int64], draw: int, with_text: bool, random: np.random.Generator
    ) -> Iterator[tuple[Asked, NDArray[np.bool_], list[Floats]]]:
        """Yield, some people at a time, what is left visible, what is hidden, and the features of learnt skills.

        Args:
            rows: The people.
            draw: How much is hidden: number of the bucket that it is for.
            with_text: Whether their texts are seen.
            random: Draws what is hidden.
        """
        people = self.shown.shape[0]
        counts = np.asarray(self.shown.sum(axis=0)).reshape(-1)
        for start in range(0, len(rows), ROWS):
            whole = self.people.take(rows[start : start + ROWS])
            visible = _hide(whole.shown, draw, random, self.model.settings)
            texts = whole.texts if with_text else np.full_like(whole.texts, np.nan)
            asked = replace(whole, shown=visible, texts=texts)
            truth = whole.shown.toarray() > 0
            features = [feature.compute() for feature in self.model.list_features(asked)]
            features[0] = logit((counts - truth + 0.5) / (people + 1))
            features[1] = score_left_out(self.inverse, whole.shown, visible)
            yield asked, truth & (visible.toarray() == 0), features


@dataclass(frozen=True)
class _Cells:
    """A sample of people and skills."""

    features: Floats
    truth: NDArray[np.bool_]
    weight: Floats
    group: NDArray[np.int64]
    """Which set of coefficients it teaches."""


def learn_coefficients(left_out: LeftOut) -> Floats:
    """Return without and with text x bucket x (intercept, then the features in order)."""
    settings, sets = left_out.model.settings, 2 * len(BUCKETS)
    shares = [number for number, kind in enumerate(left_out.model.kinds) if kind in SHARES]
    random = np.random.default_rng([settings.seed, 1])
    chosen = _choose_people(left_out, settings.stack_people, random)
    parts: list[_Cells] = []
    for with_text in (False, True) if left_out.people.has_text.any() else (False,):
        for draw in range(len(BUCKETS)):
            for asked, hidden, features in left_out.guess(chosen, draw, with_text, random):
                # Likely cells are all kept and unlikely ones now and then: what decides a ranking is fitted closely.
                chance = np.max([features[number] for number in shares], axis=0)
                group = len(BUCKETS) * asked.has_text + asked.buckets
                parts.append(_sample_cells(asked, hidden, features, chance, group, random))
    cells = _join(parts)
    found = {number: _learn_stack(cells, cells.group == number) for number in range(sets)}
    known = {number: item for number, item in found.items() if item is not None}
    if not known:
        known[0] = np.zeros(1 + cells.features.shape[1])
        known[0][1] = 1.0

    def borrow(number: int) -> Floats:
        # A bucket that nobody fell into takes after the nearest that somebody did.
        size = len(BUCKETS)
        return known[min(known, key=lambda other: (abs(other // size - number // size), abs(other - number)))]

    return np.stack([borrow(number) for number in range(sets)]).reshape(2, len(BUCKETS), -1)


def learn_start(left_out: LeftOut) -> Floats:
    """Return how skills that nobody shows start, learnt by guessing those that are known from their neighbours alone.

    Returns:
        What is added, the slope on the neighbours' logits, and the slope on neighbours that are shown.
    """
    model, settings = left_out.model, left_out.model.settings
    people = left_out.shown.shape[0]
    # That nobody shows it speaks against a skill, as ``neighbour_strength`` people would who were expected to.
    never = float(np.log(settings.neighbour_strength / (people + settings.neighbour_strength)))
    if not model.embeddings.shape[1]:
        return np.array([never, 1.0, 0.0])
    random = np.random.default_rng([settings.seed, 2])
    parts: list[_Cells] = []
    between = csr_array(model.near_learnt.T)
    for asked, hidden, features in left_out.guess(
        _choose_people(left_out, START_PEOPLE, random), len(BUCKETS) - 1, True, random
    ):
        related = np.asarray(between @ model.combine(asked, features).T).T
        near = np.asarray((asked.shown @ model.near_learnt).toarray())
        group = np.zeros(len(related), dtype=np.int64)
        parts.append(_sample_cells(asked, hidden, [related, near], expit(related), group, random))
    cells = _join(parts)
    found = _learn_stack(cells, np.ones(len(cells.truth), dtype=np.bool_))
    if found is None:
        return np.array([never, 1.0, 0.0])
    return np.array([found[0] + never, max(0.0, found[1]), max(0.0, found[2])])


def _choose_people(left_out: LeftOut, most: int, random: np.random.Generator) -> NDArray[np.int64]:
    return np.sort(random.permutation(left_out.shown.shape[0])[:most])


def _hide(whole: csr_array, draw: int, random: np.random.Generator, settings: WideSettings) -> csr_array:
    size = np.diff(whole.indptr)
    row = np.repeat(np.arange(len(size)), size)
    key = random.random(whole.nnz)
    if draw < len(FEW):
        # At least one skill stays hidden, so that there is something to find.
        count = np.minimum(random.integers(FEW[draw][0], FEW[draw][1] + 1, len(size)), size - 1)
        place = np.empty(whole.nnz, dtype=np.int64)
        place[np.lexsort((key, row))] = np.arange(whole.nnz) - np.repeat(whole.indptr[:-1], size)
        kept = place < count[row]
    else:
        kept = key >= random.uniform(settings.mask_low, settings.mask_high, len(size))[row]
    return csr_array((np.ones(int(kept.sum())), (row[kept], whole.indices[kept])), shape=whole.shape)


def _sample_cells(
    asked: Asked,
    hidden: NDArray[np.bool_],
    features: list[Floats],
    chance: Floats,
    group: NDArray[np.int64],
    random: np.random.Generator,
) -> _Cells:
    chance = np.clip(FLOOR + chance, FLOOR, 1)
    drawn = (hidden | (random.random(chance.shape) < chance)) & (asked.shown.toarray() == 0)
    row, column = np.divmod(np.flatnonzero(drawn), drawn.shape[1])
    truth = hidden[row, column]
    return _Cells(
        features=np.stack([feature[row, column] for feature in features], axis=1),
        truth=truth,
        weight=np.where(truth, 1.0, 1 / chance[row, column]),
        group=group[row],
    )


def _join(parts: list[_Cells]) -> _Cells:
    return _Cells(
        features=np.concatenate([part.features for part in parts]),
        truth=np.concatenate([part.truth for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
        group=np.concatenate([part.group for part in parts]),
    )


def _learn_stack(cells: _Cells, inside: NDArray[np.bool_]) -> Floats | None:
    from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]

    truth, features = cells.truth[inside], cells.features[inside]
    if not truth.any() or truth.all():
        return None
    scale = np.maximum(features.std(axis=0), 1e-9)
    stack: Any = LogisticRegression(max_iter=1000)
    stack.fit(features / scale, truth, sample_weight=cells.weight[inside])
    return np.r_[stack.intercept_, stack.coef_[0] / scale]
