"""Texts of people and skills as vectors, where the text embedding part is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.embedding import Embedder
from graph_schema.errors import MissingExtra

TOLD_EVERY = 512
"""Texts between two notes of progress."""


def embed_people(
    texts: Sequence[str | None], embedder: Embedder, say: Callable[[str], None]
) -> NDArray[np.float32] | None:
    """Return a unit vector a person, NaN where nothing is written; None when nothing is, or nothing can be embedded.

    One text at a time: in a batch a vector's last bits hang on the other texts, and an explanation of one person could
    then not give the same number as a score among many. It takes some 1.6 times as long.
    """
    return _embed(texts, embedder, "people", 1, say)


def embed_skills(
    texts: Sequence[str | None], embedder: Embedder, say: Callable[[str], None]
) -> NDArray[np.float32] | None:
    """Return a unit vector a skill, NaN where it has no text; None when none has, or nothing can be embedded."""
    return _embed(texts, embedder, "skills", TOLD_EVERY, say)


def _embed(
    texts: Sequence[str | None], embedder: Embedder, whose: str, at_once: int, say: Callable[[str], None]
) -> NDArray[np.float32] | None:
    distinct = sorted({text for text in texts if text})
    if not distinct:
        return None
    try:
        vectors = np.full((len(texts), embedder.dimension), np.nan, dtype=np.float32)
    except MissingExtra as missing:
        say(f"the texts of {whose} are not used: {missing}")
        return None
    made: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(distinct), at_once):
        batch = distinct[start : start + at_once]
        made |= zip(batch, embedder.embed_texts(batch), strict=True)
        if len(made) % TOLD_EVERY == 0 or len(made) == len(distinct):
            say(f"embedded {len(made):,} of {len(distinct):,} texts of {whose}")
    for row, text in enumerate(texts):
        if text:
            vectors[row] = made[text]
    return vectors
