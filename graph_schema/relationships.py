"""How nodes are joined: one frozen dataclass a relationship, with the drawn edge above each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from graph_schema import nodes as n
from graph_schema.bridge_relationships import BRIDGE_RELATIONSHIPS
from graph_schema.live_relationships import LIVE_RELATIONSHIPS
from graph_schema.ranges import LEVEL, LEVEL_ABOVE_NONE, WEIGHT
from graph_schema.record_nodes import Pseudonym
from graph_schema.schema import Property, Relationship

Tier = Literal["core", "role", "stretch"]
OccupationRelation = Literal["essential", "optional"]
Finding = Literal["yes", "no", "unknown"]
"""Whether the person has the skill, at whatever level above none; ``unknown`` when it could not be found out."""

# --- taxonomy -------------------------------------------------------------------------------------------------------


# (:Skill)-[:BROADER]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class SkillBroaderSkill(Relationship):
    """A narrower skill points to the broader one."""

    type, start, end = "BROADER", n.Skill, n.Skill


# (:Skill)-[:BROADER]->(:SkillGroup)
@dataclass(frozen=True, kw_only=True)
class SkillBroaderGroup(Relationship):
    """A skill points to the heading it stands under."""

    type, start, end = "BROADER", n.Skill, n.SkillGroup


# (:SkillGroup)-[:BROADER]->(:SkillGroup)
@dataclass(frozen=True, kw_only=True)
class GroupBroaderGroup(Relationship):
    """A heading points to the heading above it."""

    type, start, end = "BROADER", n.SkillGroup, n.SkillGroup


# (:Occupation)-[:BROADER]->(:Occupation)
@dataclass(frozen=True, kw_only=True)
class OccupationBroaderOccupation(Relationship):
    """A narrower occupation points to the broader one."""

    type, start, end = "BROADER", n.Occupation, n.Occupation


# (:Occupation)-[:BROADER]->(:OccupationGroup)
@dataclass(frozen=True, kw_only=True)
class OccupationBroaderGroup(Relationship):
    """An occupation points to its ISCO unit group."""

    type, start, end = "BROADER", n.Occupation, n.OccupationGroup


# (:OccupationGroup)-[:BROADER]->(:OccupationGroup)
@dataclass(frozen=True, kw_only=True)
class OccupationGroupBroaderGroup(Relationship):
    """An ISCO group points to the group above it."""

    type, start, end = "BROADER", n.OccupationGroup, n.OccupationGroup


# (:Skill)-[:RELATED {relation}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class SkillRelated(Relationship):
    """The taxonomy says that one skill needs or helps the other."""

    type, start, end, key = "RELATED", n.Skill, n.Skill, ("relation",)

    relation: Annotated[OccupationRelation, Property("`essential` or `optional`, as in ESCO.")]


# (:Occupation)-[:REQUIRES {relation, importance, level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class OccupationRequires(Relationship):
    """The taxonomy says that the occupation needs the skill."""

    type, start, end = "REQUIRES", n.Occupation, n.Skill

    relation: Annotated[OccupationRelation, Property("`essential` or `optional`, as in ESCO.")]
    importance: Annotated[float | None, Property("Importance, 0–1.")] = None
    level: Annotated[float | None, Property("Level needed, 0–5.")] = None


# --- organisation ---------------------------------------------------------------------------------------------------


# (:Role)-[:INSTANCE_OF]->(:Occupation)
@dataclass(frozen=True, kw_only=True)
class RoleInstanceOf(Relationship):
    """The employer's role is one of the taxonomy's occupations."""

    type, start, end = "INSTANCE_OF", n.Role, n.Occupation


# (:Role)-[:REQUIRES {level, importance, tier, verified}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class RoleRequires(Relationship):
    """The role needs the skill at a level."""

    type, start, end = "REQUIRES", n.Role, n.Skill

    level: Annotated[float, Property("Level needed, 0–5: at least.", within=LEVEL_ABOVE_NONE)]
    importance: Annotated[float, Property("Weight in readiness, above 0 and up to 1.", within=WEIGHT)] = 1.0
    tier: Annotated[Tier, Property("`core` for everybody, `role` for this role, `stretch` nice to have.")] = "role"
    verified: Annotated[bool, Property("Whether only a verified skill meets it.")] = False


# (:Person)-[:HOLDS {since_on}]->(:Role)
@dataclass(frozen=True, kw_only=True)
class Holds(Relationship):
    """The person holds the role now."""

    type, start, end = "HOLDS", n.Person, n.Role

    since_on: Annotated[date | None, Property("First day in the role.")] = None


# (:Person)-[:MEMBER_OF]->(:Team)
@dataclass(frozen=True, kw_only=True)
class MemberOf(Relationship):
    """The person belongs to the team."""

    type, start, end = "MEMBER_OF", n.Person, n.Team


# (:Person)-[:REPORTS_TO]->(:Person)
@dataclass(frozen=True, kw_only=True)
class ReportsTo(Relationship):
    """The person's manager."""

    type, start, end = "REPORTS_TO", n.Person, n.Person


# (:Person)-[:INTERESTED_IN]->(:Role)
@dataclass(frozen=True, kw_only=True)
class InterestedInRole(Relationship):
    """The person would like the role."""

    type, start, end = "INTERESTED_IN", n.Person, n.Role


# (:Person)-[:INTERESTED_IN]->(:Project)
@dataclass(frozen=True, kw_only=True)
class InterestedInProject(Relationship):
    """The person would like to join the project."""

    type, start, end = "INTERESTED_IN", n.Person, n.Project


# (:Person)-[:INTERESTED_IN]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class InterestedInSkill(Relationship):
    """The person would like to learn the skill."""

    type, start, end = "INTERESTED_IN", n.Person, n.Skill


# --- evidence -------------------------------------------------------------------------------------------------------


# (:Person)-[:ENDORSED {skill_id, level, observed_on, status}]->(:Person)
@dataclass(frozen=True, kw_only=True)
class Endorsed(Relationship):
    """One person vouches for one skill of another; one edge a skill. It belongs to both of them."""

    type, start, end, key = "ENDORSED", n.Person, n.Person, ("skill_id",)

    skill_id: Annotated[str, Property("The skill vouched for.", "range")]
    level: Annotated[float | None, Property("Level vouched for, 0–5.", within=LEVEL)] = None
    observed_on: Annotated[date, Property("When it was given.")]
    status: Annotated[n.EvidenceStatus, Property("A withdrawn one stays and counts no more.")] = "active"


# (:Evidence)-[:ABOUT]->(:Person)
@dataclass(frozen=True, kw_only=True)
class EvidenceAbout(Relationship):
    """Whom the evidence is about."""

    type, start, end = "ABOUT", n.Evidence, n.Person


# (:Evidence)-[:SHOWS]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class EvidenceShows(Relationship):
    """Which skill the evidence speaks of."""

    type, start, end = "SHOWS", n.Evidence, n.Skill


# (:Evidence)-[:FROM]->(:Course)
@dataclass(frozen=True, kw_only=True)
class EvidenceFromCourse(Relationship):
    """The course that left the evidence."""

    type, start, end = "FROM", n.Evidence, n.Course


# (:Evidence)-[:FROM]->(:Project)
@dataclass(frozen=True, kw_only=True)
class EvidenceFromProject(Relationship):
    """The project that left the evidence."""

    type, start, end = "FROM", n.Evidence, n.Project


# (:Evidence)-[:FROM]->(:Assessment)
@dataclass(frozen=True, kw_only=True)
class EvidenceFromAssessment(Relationship):
    """The assessment that left the evidence."""

    type, start, end = "FROM", n.Evidence, n.Assessment


# (:Evidence)-[:FROM]->(:Credential)
@dataclass(frozen=True, kw_only=True)
class EvidenceFromCredential(Relationship):
    """The credential that left the evidence."""

    type, start, end = "FROM", n.Evidence, n.Credential


# (:Evidence)-[:BY]->(:Person)
@dataclass(frozen=True, kw_only=True)
class EvidenceBy(Relationship):
    """Who signed or observed it."""

    type, start, end = "BY", n.Evidence, n.Person


# (:Person)-[:HAS_SKILL {probability, level, listed, verified, as_of, model}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class HasSkill(Relationship):
    """What the engine believes; a pure function of evidence, model and `as_of`, rebuilt and never edited by hand."""

    type, start, end = "HAS_SKILL", n.Person, n.Skill

    probability: Annotated[float, Property("P(the person has the skill), 0–1.", "range")]
    level: Annotated[float | None, Property("Expected level given that they have it, 0–5; unknown is absent.")] = None
    level_low: Annotated[float | None, Property("Lower end of the 90 % interval of the level.")] = None
    level_high: Annotated[float | None, Property("Upper end of the 90 % interval of the level.")] = None
    listed: Annotated[bool, Property("Whether the person reports the skill.")]
    verified: Annotated[bool, Property("Backed by a verifying kind of evidence, not expired.")]
    as_of: Annotated[date, Property("The day the belief is computed for.")]
    model: Annotated[str, Property("The model that computed it.")]


# (:Person)-[:AUDITED {propensity, probability, outcome, …}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class Audited(Relationship):
    """The pair was drawn, so that somebody finds out whether the person has the skill. It goes with the person."""

    type, start, end = "AUDITED", n.Person, n.Skill

    drawn_on: Annotated[date, Property("The day it was drawn.")]
    drawn_by: Annotated[str, Property("Who drew it.")]
    stratum: Annotated[str, Property("What it was drawn as: evidence present and band of probability.")]
    propensity: Annotated[float, Property("Probability with which the draw chose it, above 0 and up to 1.")]
    probability: Annotated[float, Property("What was believed when it was drawn, 0–1; the auditor is not told.")]
    model: Annotated[str, Property("The model that believed it.")]
    outcome: Annotated[Finding | None, Property("What the audit found; absent until it is recorded.")] = None
    recorded_on: Annotated[date | None, Property("The day that the outcome holds for.")] = None
    recorded_by: Annotated[str | None, Property("Who recorded it.")] = None


# (:Pseudonym)-[:STANDS_FOR]->(:Person)
@dataclass(frozen=True, kw_only=True)
class StandsFor(Relationship):
    """Whom the decision log means by the pseudonym. It goes with the person."""

    type, start, end = "STANDS_FOR", Pseudonym, n.Person


# --- moves ----------------------------------------------------------------------------------------------------------


# (:Course)-[:TEACHES {level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class CourseTeaches(Relationship):
    """Who passes the course has the skill at the level."""

    type, start, end = "TEACHES", n.Course, n.Skill

    level: Annotated[float, Property("Level reached, 0–5.", within=LEVEL_ABOVE_NONE)]


# (:Course)-[:NEEDS {level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class CourseNeeds(Relationship):
    """Who joins the course must have the skill at the level."""

    type, start, end = "NEEDS", n.Course, n.Skill

    level: Annotated[float, Property("Level needed, 0–5: at least.", within=LEVEL_ABOVE_NONE)]


# (:Course)-[:AFTER]->(:Course)
@dataclass(frozen=True, kw_only=True)
class CourseAfter(Relationship):
    """The course can be taken only after the other one."""

    type, start, end = "AFTER", n.Course, n.Course


# (:Project)-[:NEEDS {level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class ProjectNeeds(Relationship):
    """Who joins the project must have the skill at the level."""

    type, start, end = "NEEDS", n.Project, n.Skill

    level: Annotated[float, Property("Level needed, 0–5: at least.", within=LEVEL_ABOVE_NONE)]


# (:Project)-[:DEVELOPS {level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class ProjectDevelops(Relationship):
    """Who finishes the project has the skill at the level."""

    type, start, end = "DEVELOPS", n.Project, n.Skill

    level: Annotated[float, Property("Level reached, 0–5.", within=LEVEL_ABOVE_NONE)]


# (:Assessment)-[:MEASURES {level}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class AssessmentMeasures(Relationship):
    """Who passes the assessment has the skill verified at the level."""

    type, start, end = "MEASURES", n.Assessment, n.Skill

    level: Annotated[float, Property("Highest level it can confirm, 0–5.", within=LEVEL_ABOVE_NONE)]


RELATIONSHIPS: tuple[type[Relationship], ...] = (
    SkillBroaderSkill, SkillBroaderGroup, GroupBroaderGroup,
    OccupationBroaderOccupation, OccupationBroaderGroup, OccupationGroupBroaderGroup,
    SkillRelated, OccupationRequires, RoleInstanceOf, RoleRequires, Holds, MemberOf, ReportsTo,
    InterestedInRole, InterestedInProject, InterestedInSkill, Endorsed,
    EvidenceAbout, EvidenceShows, EvidenceFromCourse, EvidenceFromProject, EvidenceFromAssessment,
    EvidenceFromCredential, EvidenceBy, HasSkill, Audited, StandsFor,
    CourseTeaches, CourseNeeds, CourseAfter, ProjectNeeds, ProjectDevelops, AssessmentMeasures,
    *BRIDGE_RELATIONSHIPS, *LIVE_RELATIONSHIPS,
)  # fmt: skip
"""Every relationship of the graph."""
