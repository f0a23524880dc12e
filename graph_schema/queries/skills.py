"""Skills: by name, by nearness, with their vectors."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.query import Query


@dataclass(frozen=True)
class NamedNode:
    """An id with the name shown to people."""

    id: str
    name: str


@dataclass(frozen=True)
class Candidate:
    """Something that a name may stand for, with what tells it from others of that name."""

    id: str
    name: str
    detail: str | None


@dataclass(frozen=True)
class SkillText:
    """What an embedding model reads of a skill."""

    id: str
    label: str
    description: str | None
    embedded: bool


@dataclass(frozen=True)
class SkillVector:
    """A skill with its embedding."""

    id: str
    embedding: list[float]


@dataclass(frozen=True)
class RelatedSkill:
    """A skill near another one; relatedness is 0–1, from the cosine of their vectors."""

    id: str
    label: str
    relatedness: float


FIND_SKILLS = Query(
    name="find_skills",
    row=Candidate,
    text="""
    OPTIONAL MATCH (by_id:Skill {id: $name})
    CALL (by_id) {
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS s
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (s:Skill)
        WHERE toLower(s.preferred_label) = sought OR any(label IN s.alt_labels WHERE toLower(label) = sought)
        RETURN s
    }
    RETURN s.id AS id, s.preferred_label AS name, null AS detail
    ORDER BY toLower(s.preferred_label) <> toLower($name), id
    LIMIT 10
    """,
)

SEARCH_SKILLS = Query(
    name="search_skills",
    row=Candidate,
    text="""
    CALL db.index.fulltext.queryNodes('skill_labels', $words) YIELD node, score
    RETURN node.id AS id, node.preferred_label AS name, null AS detail
    ORDER BY score DESC, id
    LIMIT 10
    """,
)

SKILLS_IN_USE = Query(
    name="skills_in_use",
    row=NamedNode,
    text="""
    CALL () {
        WITH $skill_ids AS ids WHERE ids IS NULL
        MATCH (s:Skill)
        RETURN s
        UNION ALL
        UNWIND coalesce($skill_ids, []) AS id
        MATCH (s:Skill {id: id})
        RETURN s
    }
    WITH s
    WHERE EXISTS { (s)<-[:SHOWS|TEACHES|DEVELOPS|MEASURES|NEEDS]-() }
       OR EXISTS { (:Role)-[:REQUIRES]->(s) }
       OR EXISTS { (:Person)-[:ENDORSED {skill_id: s.id}]->() }
    RETURN s.id AS id, s.preferred_label AS name
    ORDER BY id
    """,
)

SKILL_TEXTS = Query(
    name="skill_texts",
    row=SkillText,
    text="""
    MATCH (s:Skill)
    RETURN s.id AS id, s.preferred_label AS label, s.description AS description, s.embedding IS NOT NULL AS embedded
    ORDER BY id
    """,
)

SKILL_VECTORS_OF = Query(
    name="skill_vectors_of",
    row=SkillVector,
    text="""
    MATCH (s:Skill)
    WHERE s.id IN $skill_ids AND s.embedding IS NOT NULL
    RETURN s.id AS id, s.embedding AS embedding
    ORDER BY id
    """,
)

RELATED_SKILLS = Query(
    name="related_skills",
    row=RelatedSkill,
    text="""
    MATCH (s:Skill {id: $skill_id})
    CALL db.index.vector.queryNodes('skill_embedding', $limit + 1, s.embedding) YIELD node, score
    WHERE node <> s
    RETURN node.id AS id, node.preferred_label AS label, score AS relatedness
    ORDER BY relatedness DESC, id
    LIMIT $limit
    """,
)
