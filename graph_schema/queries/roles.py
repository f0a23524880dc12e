"""Roles and what they require."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from graph_schema.queries.skills import Candidate, NamedNode
from graph_schema.query import Query


@dataclass(frozen=True)
class RequirementRow:
    """One skill a role requires."""

    skill_id: str
    label: str
    level: float
    importance: float
    tier: str
    verified: bool


@dataclass(frozen=True)
class RoleProfile:
    """A role with all that it requires."""

    id: str
    title: str
    requirements: list[RequirementRow]


@dataclass(frozen=True)
class WholeRole:
    """A role with what it requires, the most important first."""

    id: str
    title: str
    function: str | None
    salary: float | None
    threshold: float
    requirements: list[RequirementRow]


REQUIREMENT: LiteralString = """{
        skill_id: s.id, label: s.preferred_label, level: need.level, importance: need.importance, tier: need.tier,
        verified: coalesce(need.verified, false)
    }"""
"""Cypher: what a role asks of the skill ``s`` by the relationship ``need``."""

FIND_ROLES = Query(
    name="find_roles",
    row=Candidate,
    text="""
    OPTIONAL MATCH (by_id:Role {id: $name})
    CALL (by_id) {
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS r
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (r:Role)
        WHERE toLower(r.title) = sought
        RETURN r
    }
    RETURN r.id AS id, r.title AS name, r.function AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEARCH_ROLES = Query(
    name="search_roles",
    row=Candidate,
    text="""
    CALL db.index.fulltext.queryNodes('role_labels', $words) YIELD node, score
    RETURN node.id AS id, node.title AS name, node.function AS detail
    ORDER BY score DESC, id
    LIMIT 10
    """,
)

ROLE = Query(
    name="role",
    row=WholeRole,
    text=f"""
    MATCH (r:Role {{id: $role_id}})
    CALL (r) {{
        MATCH (r)-[need:REQUIRES]->(s:Skill)
        WITH need, s ORDER BY need.importance DESC, s.id
        RETURN collect({REQUIREMENT}) AS requirements
    }}
    RETURN r.id AS id, r.title AS title, r.function AS function, r.salary AS salary,
           coalesce(r.threshold, 0.8) AS threshold, requirements
    """,
)

REQUIREMENTS_OF_ROLE = Query(
    name="requirements_of_role",
    row=RequirementRow,
    text="""
    MATCH (:Role {id: $role_id})-[need:REQUIRES]->(s:Skill)
    RETURN s.id AS skill_id, s.preferred_label AS label, need.level AS level, need.importance AS importance,
           need.tier AS tier, coalesce(need.verified, false) AS verified
    ORDER BY importance DESC, skill_id
    """,
)

HOLDERS_OF_ROLE = Query(
    name="holders_of_role",
    row=NamedNode,
    text="""
    MATCH (p:Person)-[:HOLDS]->(:Role {id: $role_id})
    RETURN p.id AS id, p.name AS name
    ORDER BY id
    """,
)

ROLES_WITH_REQUIREMENTS = Query(
    name="roles_with_requirements",
    row=WholeRole,
    text=f"""
    MATCH (r:Role)-[need:REQUIRES]->(s:Skill)
    WITH r, need, s ORDER BY need.importance DESC, s.id
    RETURN r.id AS id, r.title AS title, r.function AS function, r.salary AS salary,
           coalesce(r.threshold, 0.8) AS threshold,
           collect({REQUIREMENT}) AS requirements
    ORDER BY id
    """,
)

ROLE_PROFILES = Query(
    name="role_profiles",
    row=RoleProfile,
    text=f"""
    MATCH (r:Role)
    WHERE $role_ids IS NULL OR r.id IN $role_ids
    MATCH (r)-[need:REQUIRES]->(s:Skill)
    WITH r, need, s ORDER BY need.importance DESC, s.id
    RETURN r.id AS id, r.title AS title,
           collect({REQUIREMENT}) AS requirements
    ORDER BY id
    """,
)
