"""Fits a wide model: co-occurrence in closed form, then a few coefficients learnt on what was hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logit

from engine.inference.attributes import learn_codes
from engine.inference.closed_form import choose_penalty, invert_gram, prune_weights
from engine.inference.profiles import Profiles
from engine.inference.retrieval import Entities, find_by_text
from engine.inference.wide import WideModel
from engine.inference.wide_features import BUCKETS, number_groups
from engine.inference.wide_settings import WideSettings
from engine.inference.wide_stack import LeftOut, learn_coefficients, learn_start
from graph_schema.errors import InvalidInput


def fit_wide(profiles: Profiles, settings: WideSettings) -> WideModel:
    """Fit a wide model; the same profiles and settings give the same bytes.

    Args:
        profiles: Who shows what; skills nobody shows start from their neighbours by embedding. Attributes put people
            into groups, numbers by tenths. Texts and embeddings of one length are compared with one another.
        settings: Penalties, how many neighbours, and the seed.

    Raises:
        InvalidInput: Fewer than two people show a skill, or fewer than two skills are shown.
    """
    from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

    with threadpool_limits(limits=1):
        return _fit(profiles, settings)


def _fit(profiles: Profiles, settings: WideSettings) -> WideModel:
    everything = csr_array(profiles.shown.astype(np.bool_).astype(np.float64))
    everything.eliminate_zeros()
    everything.sort_indices()
    rows = np.flatnonzero(np.diff(everything.indptr))
    learnt = np.flatnonzero(everything.sum(axis=0))
    if len(rows) < 2 or len(learnt) < 2:
        problem = f"{len(rows)} people show {len(learnt)} skills; at least two of each are needed to learn from"
        raise InvalidInput("profiles", problem)
    shown = csr_array(csr_array(everything[rows])[:, learnt])
    dropout = (settings.mask_low + settings.mask_high) / 2
    penalty = settings.penalty or choose_penalty(shown, dropout, settings.seed, settings.penalties)
    inverse = invert_gram(shown, penalty, dropout)
    draft = _draft_model(profiles, rows, learnt, shown, prune_weights(inverse, settings.keep), settings)
    left_out = LeftOut(draft, shown, inverse, draft.align(profiles).take(rows))
    fitted = replace(draft, coefficients=learn_coefficients(left_out))
    return replace(fitted, start=learn_start(replace(left_out, model=fitted)))


def _draft_model(
    profiles: Profiles,
    rows: NDArray[np.int64],
    learnt: NDArray[np.int64],
    shown: csr_array,
    weights: csr_array,
    settings: WideSettings,
) -> WideModel:
    """Return the model with all its coefficients 0."""
    people = len(rows)
    attributes = learn_codes(profiles.attributes)
    indexed = np.sort(np.random.default_rng(settings.seed).permutation(people)[: settings.indexed])
    found = rows[indexed]
    none = np.zeros((len(profiles.people), 0), dtype=np.float32)
    texts = none if profiles.texts is None else profiles.texts
    none = np.zeros((len(profiles.skills), 0), dtype=np.float32)
    embeddings = none if profiles.embeddings is None else profiles.embeddings
    place = np.full(len(profiles.skills), -1, dtype=np.int64)
    place[learnt] = np.arange(len(learnt))
    neighbours = find_by_text(embeddings, embeddings[learnt], place, settings.neighbours, settings.neighbour_sharpness)
    draft = WideModel(
        settings=settings,
        skills=profiles.skills,
        attributes=attributes,
        learnt=learnt,
        popularity=logit((np.asarray(shown.sum(axis=0)).reshape(-1) + 0.5) / (people + 1)),
        unknown=float(logit(0.5 / (people + 1))),
        weights=weights,
        neighbours=csr_array(neighbours.astype(np.float32)),
        embeddings=np.nan_to_num(embeddings[learnt]),
        entities=Entities(
            ids=tuple(profiles.people[row] for row in map(int, found)),
            shown=csr_array(shown[indexed]),
            texts=texts[found],
            groups=number_groups(attributes, profiles)[:, found],
        ),
        coefficients=np.zeros((2, len(BUCKETS), 1)),
        start=np.zeros(3),
    )
    return replace(draft, coefficients=np.zeros((2, len(BUCKETS), 1 + len(draft.kinds))))
