"""Writes the vectors of skills to the graph and keeps their index in step with the model that made them."""

from __future__ import annotations

from collections.abc import Callable

from engine.beliefs import SOURCE, stay_quiet
from engine.embedding import Embedder, describe_skill
from engine.results import EmbeddingRun
from graph_schema.nodes import EmbeddingIndex
from graph_schema.queries.graph import CLEAR_EMBEDDINGS, EMBEDDING_MODEL, SET_EMBEDDINGS
from graph_schema.queries.skills import SKILL_TEXTS
from graph_schema.store import GraphStore

_BATCH = 512


def run_embedding(
    store: GraphStore, model: str | None, on_progress: Callable[[str], None] | None = None
) -> EmbeddingRun:
    """Embed the skills that have no vector yet; all of them when the model is another than the one in the graph.

    Raises:
        MissingExtra: The text embedding part is not installed.
    """
    say = on_progress or stay_quiet
    embedder = Embedder(model)
    known = store.ask(EMBEDDING_MODEL)
    same_model = bool(known) and known[0].model == embedder.name
    if not same_model:
        # First of all, so that an interrupted run never leaves vectors of two models side by side.
        store.ask(CLEAR_EMBEDDINGS)
        store.set_vector_index(embedder.dimension)
        store.write_nodes([EmbeddingIndex(model=embedder.name, dimension=embedder.dimension)], SOURCE)
    skills = store.ask(SKILL_TEXTS)
    pending = [skill for skill in skills if not skill.embedded]
    for start in range(0, len(pending), _BATCH):
        batch = pending[start : start + _BATCH]
        vectors = embedder.embed_texts([describe_skill(skill.label, skill.description) for skill in batch])
        rows = [{"id": skill.id, "embedding": vector.tolist()} for skill, vector in zip(batch, vectors, strict=True)]
        store.ask(SET_EMBEDDINGS, rows=rows)
        say(f"embedded {min(start + _BATCH, len(pending))} of {len(pending)} skills")
    return EmbeddingRun(embedder.name, embedder.dimension, len(pending), len(skills) - len(pending))
