from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from engine.embedding import PACKAGED_MODEL, Embedder, describe_skill
from graph_schema.errors import InvalidInput, MissingExtra


def test_choosing_a_model_loads_no_torch():
    code = "import sys; from engine.embedding import Embedder; Embedder(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setattr("engine.embedding.find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match="embed"):
        Embedder().embed_texts(["SQL"])


def test_a_skill_is_described_by_label_and_description():
    assert describe_skill("SQL", None) == "SQL"
    assert describe_skill("SQL", "A language.") == "SQL. A language."
    assert len(describe_skill("SQL", "x" * 5000)) < 400


@pytest.mark.embed
def test_the_packaged_model_tells_near_from_far():
    embedder = Embedder()
    assert embedder.name == PACKAGED_MODEL
    vectors = embedder.embed_texts(["SQL", "query a relational database", "bake bread"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, embedder.dimension) == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert np.array_equal(vectors, embedder.embed_texts(["SQL", "query a relational database", "bake bread"]))
    assert embedder.embed_texts([]).shape == (0, 384)


@pytest.mark.embed
def test_a_model_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InvalidInput, match="embedding_model"):
        Embedder(str(tmp_path)).embed_texts(["SQL"])
