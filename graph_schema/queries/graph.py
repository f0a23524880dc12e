"""The graph as a whole: what it holds, and the models and records kept in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.query import Query


@dataclass(frozen=True)
class Organisation:
    """The organisation's name, currency and switches."""

    name: str | None
    currency: str
    inference: str
    synthetic: bool


@dataclass(frozen=True)
class ModelHeader:
    """A fitted model without its contents."""

    id: str
    calibration: str
    as_of: date


@dataclass(frozen=True)
class ModelContent:
    """A fitted model as it is kept in the graph."""

    id: str
    content: bytes


@dataclass(frozen=True)
class ModelId:
    """A model that some belief in the graph rests on."""

    id: str


@dataclass(frozen=True)
class Freshness:
    """Whether everything that was loaded has been inferred on."""

    fresh: bool


@dataclass(frozen=True)
class MoveLabel:
    """The label of a move: Course, Project or Assessment."""

    label: str


@dataclass(frozen=True)
class EmbeddingModel:
    """Which model made the vectors in the graph."""

    model: str
    dimension: int


@dataclass(frozen=True)
class WrittenCount:
    """How many things a write touched."""

    written: int


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
    row=ModelHeader,
    text="""
    MATCH (m:Model)
    RETURN m.id AS id, m.calibration AS calibration, m.as_of AS as_of
    ORDER BY m.fitted_at DESC, id
    LIMIT 1
    """,
)

MODEL_CONTENT = Query(
    name="model_content",
    row=ModelContent,
    text="""
    MATCH (m:Model {id: $model_id})
    RETURN m.id AS id, m.content AS content
    """,
)

MODELS_IN_USE = Query(
    name="models_in_use",
    row=ModelId,
    text="""
    MATCH (:Person)-[has:HAS_SKILL]->(:Skill)
    RETURN DISTINCT has.model AS id
    ORDER BY id
    """,
)

BELIEFS_ARE_FRESH = Query(
    name="beliefs_are_fresh",
    row=Freshness,
    text="""
    OPTIONAL MATCH (d:DataSet)
    WITH max(d.loaded_at) AS loaded_at
    OPTIONAL MATCH (m:Model)
    WITH loaded_at, max(m.fitted_at) AS fitted_at
    RETURN fitted_at IS NOT NULL AND (loaded_at IS NULL OR fitted_at >= loaded_at) AS fresh
    """,
)

LABEL_OF_MOVE = Query(
    name="label_of_move",
    row=MoveLabel,
    text="""
    MATCH (move:Course|Project|Assessment {id: $move_id})
    RETURN labels(move)[0] AS label
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

CLEAR_EMBEDDINGS = Query(
    name="clear_embeddings",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (s:Skill)
    WHERE s.embedding IS NOT NULL
    REMOVE s.embedding
    RETURN count(s) AS written
    """,
)
