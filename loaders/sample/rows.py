"""The rows of the organisation's CSV set, one dataclass a file; field names are the column names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    """The one row of organisation.csv."""

    name: str
    currency: str
    inference: str
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A row of teams.csv."""

    team_id: str
    name: str
    function: str
    inference: str


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A row of people.csv."""

    person_id: str
    name: str
    email: str
    title: str
    function: str
    region: str
    team_id: str
    manager_id: str | None
    role_id: str | None
    role_since_on: date | None
    joined_on: date
    hourly_rate: float
    mentor_hours: float | None
    about: str | None
    interests: tuple[str, ...]
    inference: str
    listed_visible: bool
    hidden_visible: bool


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A row of roles.csv."""

    role_id: str
    title: str
    function: str
    description: str
    occupation_id: str
    salary: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class RequirementRow:
    """A row of requirements.csv."""

    role_id: str
    skill_id: str
    level: float
    importance: float
    tier: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class SkillRow:
    """A row of skills.csv: the organisation's own skills."""

    skill_id: str
    preferred_label: str
    alt_labels: tuple[str, ...]
    description: str
    skill_type: str
    reuse_level: str | None
    broader_id: str | None


@dataclass(frozen=True, kw_only=True)
class CourseRow:
    """A row of courses.csv; ``teaches`` and ``needs`` are ``skill=level``."""

    course_id: str
    title: str
    provider: str
    description: str
    money: float
    hours: float
    weeks: float
    teaches: tuple[str, ...]
    needs: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectRow:
    """A row of projects.csv."""

    project_id: str
    title: str
    kind: str
    description: str | None
    function: str
    money: float | None
    hours: float | None
    weeks: float | None
    seats: int
    starts_on: date | None
    ends_on: date | None
    needs: tuple[str, ...]
    develops: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssessmentRow:
    """A row of assessments.csv."""

    assessment_id: str
    title: str
    provider: str
    money: float
    hours: float
    pass_rate: float
    measures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CredentialRow:
    """A row of credentials.csv."""

    credential_id: str
    title: str
    issuer: str


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """A row of evidence.csv."""

    person_id: str
    skill_id: str
    kind: str
    level: float | None
    score: float | None
    observed_on: date
    valid_until: date | None
    origin: str
    origin_ref: str | None
    from_id: str | None
    by_id: str | None
    status: str
    note: str | None


@dataclass(frozen=True, kw_only=True)
class EndorsementRow:
    """A row of endorsements.csv."""

    endorser_id: str
    person_id: str
    skill_id: str
    level: float | None
    observed_on: date
    status: str


@dataclass(frozen=True, kw_only=True)
class TrueSkillRow:
    """A row of truth/skills.csv."""

    person_id: str
    skill_id: str
    level: float


@dataclass(frozen=True, kw_only=True)
class EndorserRow:
    """A row of truth/endorsers.csv."""

    person_id: str
    type: str
