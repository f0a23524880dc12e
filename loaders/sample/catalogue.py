"""Read the catalogues the sample is made from: plain TOML in ``catalogues/``, with ids from the ESCO excerpt."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from loaders.sample import ESCO_EXCERPT

CATALOGUE = Path(__file__).parent / "catalogues"

Level = float
Levels = Mapping[str, Level]
"""Skill label -> level, 0-5."""


@dataclass(frozen=True)
class Cluster:
    """Skills that come together, the usual ones first."""

    function: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class OwnSkill:
    """A skill that ESCO lacks."""

    id: str
    label: str
    alt_labels: tuple[str, ...]
    description: str
    broader: str
    skill_type: str


@dataclass(frozen=True)
class SkillCatalogue:
    """Every skill by label."""

    transversal: tuple[str, ...]
    leadership: tuple[str, ...]
    clusters: dict[str, Cluster]
    own: tuple[OwnSkill, ...]


@dataclass(frozen=True)
class FunctionProfile:
    """How many people and which teams a function has."""

    people: int
    teams: tuple[str, ...]


@dataclass(frozen=True)
class RoleProfile:
    """A role as the catalogue tells it; ``requires`` spells the requirements out where a story needs them."""

    id: str
    title: str
    function: str
    occupation: str
    grade: int
    share: int
    clusters: tuple[str, str]
    purpose: str
    verified: str | None = None
    requires: dict[str, tuple[float, float, Literal["core", "role", "stretch"]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Organisation:
    """The organisation's frame."""

    name: str
    currency: str
    regions: tuple[str, ...]
    functions: dict[str, FunctionProfile]
    roles: tuple[RoleProfile, ...]


@dataclass(frozen=True)
class CourseFamily:
    """A course for beginners and, perhaps, the one that builds on it."""

    start: str
    skills: tuple[str, ...]
    next: str | None = None


@dataclass(frozen=True)
class CourseText:
    """A course written out."""

    id: str
    title: str
    provider: str
    money: float
    hours: float
    weeks: float
    teaches: dict[str, Level]
    needs: dict[str, Level] = field(default_factory=dict)


@dataclass(frozen=True)
class CourseCatalogue:
    """All courses before prices are set."""

    providers: tuple[str, ...]
    families: dict[str, tuple[CourseFamily, ...]]
    course: tuple[CourseText, ...]


@dataclass(frozen=True)
class OpenProject:
    """A gig or tour of duty that people can join."""

    id: str
    title: str
    function: str
    kind: Literal["gig", "tour_of_duty"]
    hours: float
    weeks: float
    seats: int
    needs: dict[str, Level]
    develops: dict[str, Level]
    description: str = ""
    starts_on: date | None = None


@dataclass(frozen=True)
class FinishedProject:
    """A delivered project and whose skills it used."""

    title: str
    clusters: tuple[str, ...]


@dataclass(frozen=True)
class ProjectCatalogue:
    """Open and finished projects."""

    open: tuple[OpenProject, ...]
    finished: dict[str, tuple[FinishedProject, ...]]


@dataclass(frozen=True)
class AssessmentText:
    """A test and what it can confirm."""

    id: str
    title: str
    money: float
    hours: float
    pass_rate: float
    measures: dict[str, Level]


@dataclass(frozen=True)
class CredentialText:
    """A badge, the skills it stands for and how many years it lasts; 0 is for ever."""

    id: str
    title: str
    issuer: str
    years: int
    skills: dict[str, Level]


@dataclass(frozen=True)
class TestCatalogue:
    """Assessments and credentials."""

    assessments: tuple[AssessmentText, ...]
    credentials: tuple[CredentialText, ...]


@dataclass(frozen=True)
class NameLists:
    """Given and family names."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class PlantedEvidence:
    """One observation a story rests on; ``source`` is a course, project or assessment, ``by`` a person."""

    kind: str
    on: date
    levels: dict[str, Level]
    source: str | None = None
    by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PlantedPerson:
    """Someone a story needs: what they know, must not know, list, never list, and the evidence of it."""

    id: str
    name: str
    role: str | None = None
    role_since_on: date | None = None
    about: str | None = None
    interests: tuple[str, ...] = ()
    hourly_rate: float | None = None
    truth: dict[str, Level] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    endorsed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: tuple[PlantedEvidence, ...] = ()


@dataclass(frozen=True)
class RequirementChange:
    """A requirement that is added or raised in July 2026."""

    role: str
    skill: str
    level: Level
    importance: float
    tier: Literal["core", "role", "stretch"]


@dataclass(frozen=True)
class Stories:
    """Everything planted."""

    ring_claims: tuple[str, ...]
    payback_claims: tuple[str, ...]
    person: tuple[PlantedPerson, ...]
    changes: tuple[RequirementChange, ...]

    @property
    def by_person(self) -> dict[str, PlantedPerson]:
        """Planted people by id."""
        return {person.id: person for person in self.person}


def read_catalogue(name: str, shape: type[Any]) -> Any:
    """Read one TOML catalogue into its dataclass; a misspelt field is an error that names it."""
    values = tomllib.loads((CATALOGUE / f"{name}.toml").read_text(encoding="utf-8"))
    values.pop("excerpt", None)
    return TypeAdapter(shape).validate_python(values)


@cache
def read_skills() -> SkillCatalogue:
    """Read the skill clusters."""
    return read_catalogue("skills", SkillCatalogue)


@cache
def read_organisation() -> Organisation:
    """Read functions and roles."""
    return read_catalogue("organisation", Organisation)


@cache
def read_stories() -> Stories:
    """Read the stories."""
    return read_catalogue("stories", Stories)


@cache
def read_skill_ids() -> dict[str, str]:
    """Return skill label -> id: ESCO's from the excerpt, the organisation's own from the catalogue."""
    ids = {label: _shorten_uri(uri) for label, uri in read_concepts("skills_en.csv")}
    return ids | {skill.label: skill.id for skill in read_skills().own}


@cache
def read_occupation_ids() -> dict[str, str]:
    """Return occupation label -> id from the excerpt."""
    return {label.strip(): _shorten_uri(uri) for label, uri in read_concepts("occupations_en.csv")}


def read_concepts(name: str) -> list[tuple[str, str]]:
    """Return (preferred label, URI) of one file of the excerpt."""
    with (ESCO_EXCERPT / name).open(encoding="utf-8", newline="") as file:
        return [(row["preferredLabel"], row["conceptUri"]) for row in csv.DictReader(file)]


def _shorten_uri(uri: str) -> str:
    return "esco:" + uri.rsplit("/", 1)[-1]
