"""The graph as a whole: what it holds, and the models and records kept in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.query import Query


@dataclass(frozen=True)
class LabelCount:
    """How many nodes carry a label."""

    label: str
    count: int


@dataclass(frozen=True)
class Organisation:
    """The organisation's name, currency and switches."""

    name: str | None
    currency: str
    inference: str
    synthetic: bool


@dataclass(frozen=True)
class StoredModel:
    """A fitted model as it is kept in the graph."""

    id: str
    calibration: str
    as_of: date
    content: bytes


@dataclass(frozen=True)
class EmbeddingModel:
    """Which model made the vectors in the graph."""

    model: str
    dimension: int


@dataclass(frozen=True)
class WrittenCount:
    """How many things a write touched."""

    written: int


COUNT_LABELS = Query(
    name="count_labels",
    row=LabelCount,
    text="""
    MATCH (n)
    UNWIND labels(n) AS label
    RETURN label, count(*) AS count
    ORDER BY label
    """,
)

ORGANISATION = Query(
    name="organisation",
    row=Organisation,
    text="""
    OPTIONAL MATCH (t:Tenant {id: 'tenant'})
    RETURN t.name AS name, coalesce(t.currency, 'EUR') AS currency, coalesce(t.inference, 'on') AS inference,
           coalesce(t.synthetic, false) AS synthetic
    """,
)

LATEST_MODEL = Query(
    name="latest_model",
    row=StoredModel,
    text="""
    MATCH (m:Model)
    RETURN m.id AS id, m.calibration AS calibration, m.as_of AS as_of, m.content AS content
    ORDER BY m.fitted_at DESC, id
    LIMIT 1
    """,
)

EMBEDDING_MODEL = Query(
    name="embedding_model",
    row=EmbeddingModel,
    text="""
    MATCH (e:EmbeddingIndex {id: 'embedding'})
    RETURN e.model AS model, e.dimension AS dimension
    """,
)

SET_EMBEDDINGS = Query(
    name="set_embeddings",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $rows AS row
    MATCH (s:Skill {id: row.id})
    SET s.embedding = row.embedding
    RETURN count(s) AS written
    """,
)
