"""Moves: courses, projects, assessments, mentors and roles, with what each needs and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.skills import Candidate, NamedNode
from graph_schema.query import Query
from graph_schema.sight import SHOWN


@dataclass(frozen=True)
class SkillLevel:
    """A skill at a level, 0–5: at least."""

    skill_id: str
    level: float


@dataclass(frozen=True)
class MoveLevels:
    """What moves need and give, a column each: the move, whether it needs the skill or gives it, which, and how far.

    Collected, because one long list crosses the wire several times as fast as a row an edge.
    """

    move_ids: list[str]
    needed: list[bool]
    skill_ids: list[str]
    levels: list[float]


@dataclass(frozen=True)
class CourseOrder:
    """Which course comes after which, a column each."""

    move_ids: list[str]
    earlier_ids: list[str]


@dataclass(frozen=True)
class CourseHead:
    """A course, and what it costs."""

    id: str
    title: str
    provider: str | None
    money: float | None
    hours: float | None
    weeks: float | None


@dataclass(frozen=True)
class CourseRow(CourseHead):
    """A course with what it needs and teaches."""

    needs: list[SkillLevel]
    teaches: list[SkillLevel]
    after: list[str]


@dataclass(frozen=True)
class ProjectHead:
    """A gig, tour of duty or project, what it costs and when it is."""

    id: str
    title: str
    kind: str
    money: float | None
    hours: float | None
    weeks: float | None
    seats: int | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class ProjectRow(ProjectHead):
    """A gig, tour of duty or project with what it needs and develops."""

    needs: list[SkillLevel]
    develops: list[SkillLevel]


@dataclass(frozen=True)
class AssessmentHead:
    """An assessment, what it costs and how many pass."""

    id: str
    title: str
    money: float | None
    hours: float | None
    pass_rate: float | None


@dataclass(frozen=True)
class AssessmentRow(AssessmentHead):
    """An assessment with what it measures."""

    measures: list[SkillLevel]


@dataclass(frozen=True)
class MentorRow:
    """Someone who offers time as a mentor, with the skills they are believed to have."""

    person_id: str
    name: str
    capacity_hours: float
    skills: list[SkillLevel]


@dataclass(frozen=True)
class MentorPromise:
    """Hours that a mentor is promised for by a bridge in force of somebody, and has still to give."""

    mentor_id: str
    person_id: str
    hours: float


@dataclass(frozen=True)
class RequiredSkill:
    """A skill a role requires."""

    skill_id: str
    level: float
    importance: float
    tier: str


@dataclass(frozen=True)
class RoleRow:
    """A role with what it requires."""

    id: str
    title: str
    requires: list[RequiredSkill]


@dataclass(frozen=True)
class LabelledSkillLevel:
    """A skill, by id and label, at a level."""

    skill_id: str
    label: str
    level: float


@dataclass(frozen=True)
class CompletedMoves:
    """The courses and projects that a person has completed."""

    person_id: str
    move_ids: list[str]


FIND_COURSES = Query(
    name="find_courses",
    row=Candidate,
    text="""
    OPTIONAL MATCH (course:Course {id: $name})
    OPTIONAL MATCH (project:Project {id: $name})
    OPTIONAL MATCH (assessment:Assessment {id: $name})
    WITH coalesce(course, project, assessment) AS by_id
    CALL (by_id) {
        WITH by_id WHERE by_id IS NOT NULL
        RETURN by_id AS c
        UNION
        UNWIND CASE WHEN by_id IS NULL THEN [toLower($name)] ELSE [] END AS sought
        MATCH (c:Course|Project|Assessment)
        WHERE toLower(c.title) = sought
        RETURN c
    }
    RETURN c.id AS id, c.title AS name, c.provider AS detail
    ORDER BY id
    LIMIT 10
    """,
)

SEARCH_COURSES = Query(
    name="search_courses",
    row=Candidate,
    text="""
    UNWIND ['course_labels', 'project_labels', 'assessment_labels'] AS index
    CALL db.index.fulltext.queryNodes(index, $words) YIELD node, score
    RETURN node.id AS id, node.title AS name, node.provider AS detail
    ORDER BY score DESC, id
    LIMIT 10
    """,
)

COURSES = Query(
    name="courses",
    row=CourseHead,
    text="""
    MATCH (c:Course)
    RETURN c.id AS id, c.title AS title, c.provider AS provider, c.money AS money, c.hours AS hours, c.weeks AS weeks
    ORDER BY id
    """,
)

COURSE_LEVELS = Query(
    name="course_levels",
    row=MoveLevels,
    text="""
    MATCH (c:Course)-[r:NEEDS|TEACHES]->(s:Skill)
    WITH c, r, s ORDER BY c.id, s.id
    RETURN collect(c.id) AS move_ids, collect(type(r) = 'NEEDS') AS needed, collect(s.id) AS skill_ids,
           collect(r.level) AS levels
    """,
)

COURSE_ORDER = Query(
    name="course_order",
    row=CourseOrder,
    text="""
    MATCH (c:Course)-[:AFTER]->(earlier:Course)
    WITH c, earlier ORDER BY c.id, earlier.id
    RETURN collect(c.id) AS move_ids, collect(earlier.id) AS earlier_ids
    """,
)

OPEN_PROJECTS = Query(
    name="open_projects",
    row=ProjectHead,
    text="""
    MATCH (p:Project)
    WHERE p.kind IN $kinds AND p.seats > 0 AND (p.ends_on IS NULL OR p.ends_on >= $as_of)
    RETURN p.id AS id, p.title AS title, p.kind AS kind, p.money AS money, p.hours AS hours, p.weeks AS weeks,
           p.seats AS seats, p.starts_on AS starts_on, p.ends_on AS ends_on
    ORDER BY id
    """,
)

OPEN_PROJECT_LEVELS = Query(
    name="open_project_levels",
    row=MoveLevels,
    text="""
    MATCH (p:Project)-[r:NEEDS|DEVELOPS]->(s:Skill)
    WHERE p.kind IN $kinds AND p.seats > 0 AND (p.ends_on IS NULL OR p.ends_on >= $as_of)
    WITH p, r, s ORDER BY p.id, s.id
    RETURN collect(p.id) AS move_ids, collect(type(r) = 'NEEDS') AS needed, collect(s.id) AS skill_ids,
           collect(r.level) AS levels
    """,
)

PROJECTS = Query(
    name="projects",
    row=ProjectRow,
    text="""
    MATCH (p:Project)
    WHERE p.id IN $ids
    RETURN p.id AS id, p.title AS title, p.kind AS kind, p.money AS money, p.hours AS hours, p.weeks AS weeks,
           p.seats AS seats, p.starts_on AS starts_on, p.ends_on AS ends_on,
           [(p)-[r:NEEDS]->(s:Skill) | {skill_id: s.id, level: r.level}] AS needs,
           [(p)-[r:DEVELOPS]->(s:Skill) | {skill_id: s.id, level: r.level}] AS develops
    ORDER BY id
    """,
)

ASSESSMENTS = Query(
    name="assessments",
    row=AssessmentHead,
    text="""
    MATCH (a:Assessment)
    RETURN a.id AS id, a.title AS title, a.money AS money, a.hours AS hours, a.pass_rate AS pass_rate
    ORDER BY id
    """,
)

ASSESSMENT_LEVELS = Query(
    name="assessment_levels",
    row=MoveLevels,
    text="""
    MATCH (a:Assessment)-[r:MEASURES]->(s:Skill)
    WITH a, r, s ORDER BY a.id, s.id
    RETURN collect(a.id) AS move_ids, collect(false) AS needed, collect(s.id) AS skill_ids, collect(r.level) AS levels
    """,
)

MENTORS = Query(
    name="mentors",
    row=MentorRow,
    text=f"""
    MATCH (p:Person)-[has:HAS_SKILL]->(s:Skill)
    WHERE p.mentor_hours > 0 AND has.level >= 3 AND (has.listed OR has.verified) AND has.probability >= $threshold
      AND {SHOWN}
    WITH p, s, has ORDER BY s.id
    RETURN p.id AS person_id, p.name AS name, p.mentor_hours AS capacity_hours,
           collect({{skill_id: s.id, level: has.level}}) AS skills
    ORDER BY person_id
    """,
)

MENTOR_PROMISES = Query(
    name="mentor_promises",
    row=MentorPromise,
    # A mentorship is done as engine/ticking.py has it: by hand, or by what the mentor signed of the skill since.
    text="""
    MATCH (bridge:Bridge {status: 'active'})-[:FOR]->(p:Person)
    MATCH (bridge)-[:FIRST]->(:BridgeStep)-[:THEN]->*(step:BridgeStep {kind: 'mentorship'})-[:USES]->(mentor:Person)
    WHERE step.done_on IS NULL
      AND NOT EXISTS {
          MATCH (step)-[:GIVES]->(s:Skill)<-[:SHOWS]-(e:Evidence)-[:ABOUT]->(p)
          WHERE e.kind IN $signed_by_mentor AND e.status = 'active' AND (e)-[:BY]->(mentor)
            AND e.observed_on >= bridge.accepted_on AND e.observed_on <= $as_of
      }
      AND NOT EXISTS {
          MATCH (step)-[:GIVES]->(s:Skill), (mentor)-[vouched:ENDORSED]->(p)
          WHERE vouched.skill_id = s.id AND vouched.status = 'active'
            AND vouched.observed_on >= bridge.accepted_on AND vouched.observed_on <= $as_of
      }
    RETURN mentor.id AS mentor_id, p.id AS person_id, sum(step.hours) AS hours
    ORDER BY mentor_id, person_id
    """,
)

ROLES = Query(
    name="roles",
    row=RoleRow,
    text="""
    MATCH (r:Role)-[need:REQUIRES]->(s:Skill)
    WITH r, need, s ORDER BY s.id
    RETURN r.id AS id, r.title AS title,
           collect({skill_id: s.id, level: need.level, importance: need.importance, tier: need.tier}) AS requires
    ORDER BY id
    """,
)

TAUGHT_BY = Query(
    name="taught_by",
    row=LabelledSkillLevel,
    text="""
    MATCH (move:Course|Project {id: $move_id})-[gives:TEACHES|DEVELOPS]->(s:Skill)
    RETURN s.id AS skill_id, s.preferred_label AS label, gives.level AS level
    ORDER BY skill_id
    """,
)

NEEDED_BY = Query(
    name="needed_by",
    row=SkillLevel,
    text="""
    MATCH (move:Course|Project {id: $move_id})-[needs:NEEDS]->(s:Skill)
    RETURN s.id AS skill_id, needs.level AS level
    ORDER BY skill_id
    """,
)

ROLES_ASKING_FOR = Query(
    name="roles_asking_for",
    row=NamedNode,
    text="""
    MATCH (r:Role)-[:REQUIRES]->(s:Skill)
    WHERE s.id IN $skill_ids
    RETURN DISTINCT r.id AS id, r.title AS name
    ORDER BY id
    """,
)

COMPLETED_MOVES = Query(
    name="completed_moves",
    row=NamedNode,
    text="""
    MATCH (:Person {id: $person_id})<-[:ABOUT]-(e:Evidence)-[:FROM]->(move:Course|Project)
    WHERE e.status = 'active' AND e.kind IN ['course_completion', 'project_outcome']
      AND ($as_of IS NULL OR e.observed_on <= $as_of)
    RETURN DISTINCT move.id AS id, move.title AS name
    ORDER BY id
    """,
)

COMPLETED_BY_EVERYBODY = Query(
    name="completed_by_everybody",
    row=CompletedMoves,
    text="""
    MATCH (p:Person)<-[:ABOUT]-(e:Evidence)-[:FROM]->(move:Course|Project)
    WHERE e.status = 'active' AND e.kind IN ['course_completion', 'project_outcome']
    WITH DISTINCT p, move ORDER BY move.id
    RETURN p.id AS person_id, collect(move.id) AS move_ids
    ORDER BY person_id
    """,
)
