"""skills.csv, roles.csv and requirements.csv."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from loaders.base import Declaration, Link, Piece, Problem, Row, Table
from loaders.directory import Directory
from loaders.fields import Amount, Listed, RequiredLevel, Share, Weight


class SkillRow(Row):
    """A skill of the organisation's own that the taxonomy lacks."""

    skill_id: str = Field(description="Your id of the skill.")
    preferred_label: str = Field(description="Name shown to people.")
    alt_labels: Listed = Field((), description="Other names, joined by |.")
    description: str | None = Field(None, description="What the skill is.")
    skill_type: str | None = Field(None, description="skill/competence or knowledge, as in ESCO.")
    reuse_level: str | None = Field(
        None, description="transversal, cross-sector, sector-specific or occupation-specific, as in ESCO."
    )
    broader_id: str | None = Field(None, description="The broader skill: an id or an exact preferred label.")


class RoleRow(Row):
    """A role of the organisation."""

    role_id: str = Field(description="Your id of the role.")
    title: str = Field(description="Name shown to people.")
    function: str | None = Field(None, description="Function, such as Data.")
    description: str | None = Field(None, description="What the role is for.")
    occupation_id: str | None = Field(None, description="The taxonomy's occupation, such as esco:<uuid>.")
    salary: Amount | None = Field(None, description="Yearly pay at the middle of its band.")
    threshold: Share = Field(0.8, description="Readiness from which people count as nearly qualified.")


class RequirementRow(Row):
    """A skill that a role needs."""

    role_id: str = Field(description="An id of roles.csv.")
    skill_id: str = Field(description="The skill: an id or an exact preferred label.")
    level: RequiredLevel = Field(description="Level needed, at least; leave the row out when the skill is not needed.")
    importance: Weight = Field(1.0, description="Weight in readiness.")
    tier: r.Tier = Field("role", description="core for everybody, role for this role, stretch for nice to have.")
    verified: bool = Field(False, description="Whether only a verified skill meets it.")


def _skill_to_graph(row: SkillRow, directory: Directory) -> Iterator[Piece]:
    yield n.Skill(
        id=row.skill_id,
        preferred_label=row.preferred_label,
        alt_labels=row.alt_labels,
        description=row.description,
        skill_type=row.skill_type,
        reuse_level=row.reuse_level,
    )
    if row.broader_id is None:
        return
    try:
        broader = directory.find_skill("broader_id", row.broader_id)
    except InvalidInput as error:
        yield Problem("broader_id", row.broader_id, error.problem)
        return
    if broader == row.skill_id:
        yield Problem("broader_id", row.broader_id, "a skill is not broader than itself")
        return
    yield Link(r.SkillBroaderSkill(start_id=row.skill_id, end_id=broader), "broader_id", essential=False)


def _role_to_graph(row: RoleRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    yield n.Role(
        id=row.role_id,
        title=row.title,
        function=row.function,
        description=row.description,
        salary=row.salary,
        threshold=row.threshold,
    )
    if row.occupation_id:
        instance = r.RoleInstanceOf(start_id=row.role_id, end_id=row.occupation_id)
        yield Link(instance, "occupation_id", essential=False)


def _requirement_to_graph(row: RequirementRow, directory: Directory) -> Iterator[Piece]:
    requires = r.RoleRequires(
        start_id=row.role_id,
        end_id=directory.find_skill("skill_id", row.skill_id),
        level=row.level,
        importance=row.importance,
        tier=row.tier,
        verified=row.verified,
    )
    yield Link(requires, "role_id")


SKILLS = Table(
    name="skills",
    description="The organisation's own skills that the taxonomy lacks.",
    row=SkillRow,
    gives=(n.Skill, r.SkillBroaderSkill),
    to_graph=_skill_to_graph,
    declares=Declaration(node=n.Skill, id="skill_id", label="preferred_label"),
)
ROLES = Table(
    name="roles",
    description="The organisation's own profiles of positions.",
    row=RoleRow,
    gives=(n.Role, r.RoleInstanceOf),
    to_graph=_role_to_graph,
    declares=Declaration(node=n.Role, id="role_id", label="title"),
)
REQUIREMENTS = Table(
    name="requirements",
    description="Which skills a role needs, and at what level.",
    row=RequirementRow,
    gives=(r.RoleRequires,),
    to_graph=_requirement_to_graph,
)
