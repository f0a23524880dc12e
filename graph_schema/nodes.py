"""What the graph holds: one frozen dataclass a node label.

Every id is deterministic, so the same input twice writes the same graph.
Unknown values are ``None`` and are not stored; they are never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from graph_schema.access_nodes import ApiKey
from graph_schema.event_nodes import Delivery, Event, EventCursor, EventLog, PendingEvent, Subscription
from graph_schema.live_nodes import LIVE_NODES
from graph_schema.ranges import AMOUNT, LEVEL, SHARE
from graph_schema.record_nodes import (
    Decision,
    DecisionChain,
    Erasure,
    PersonalChoice,
    Pseudonym,
    Switch,
    VisibilitySwitch,
)
from graph_schema.schema import Node, Property
from graph_schema.service_nodes import SERVICE_NODES

InferenceSwitch = Literal["on", "soft_off", "hard_off"]
"""``soft_off`` keeps what was inferred but makes nothing new; ``hard_off`` removes what was inferred."""

ProjectKind = Literal["project", "gig", "tour_of_duty"]
EvidenceStatus = Literal["active", "withdrawn"]
BridgeStatus = Literal["active", "dropped", "superseded"]
"""Whether it is finished follows from evidence and is not stored."""


@dataclass(frozen=True, kw_only=True)
class Skill(Node):
    """A taxonomy concept that a person can have, a role can require and a course can teach."""

    id: Annotated[str, Property("`esco:<uuid>`, `onet:<element>` or the organisation's own id.", "key")]
    preferred_label: Annotated[str, Property("The name shown to people.", "full_text")]
    alt_labels: Annotated[tuple[str, ...], Property("Other names of the same skill.", "full_text")] = ()
    description: Annotated[str | None, Property("What the skill is, in the taxonomy's words.")] = None
    skill_type: Annotated[str | None, Property("`skill/competence`, `knowledge` …, as in ESCO.", "range")] = None
    reuse_level: Annotated[str | None, Property("How widely it is used, as in ESCO.")] = None
    uri: Annotated[str | None, Property("The concept's address in its taxonomy.")] = None
    embedding: Annotated[
        tuple[float, ...] | None,
        Property("Vector of label and description; see `skillway embed`.", "vector"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class SkillGroup(Node):
    """A heading of the skill taxonomy; nobody has a group as a skill."""

    id: Annotated[str, Property("`esco:<uuid>` or `esco:isced-f/<code>`.", "key")]
    preferred_label: Annotated[str, Property("The name shown to people.")]
    code: Annotated[str | None, Property("The taxonomy's code, such as S1.2.3.")] = None
    description: Annotated[str | None, Property("What the group holds.")] = None
    uri: Annotated[str | None, Property("The concept's address in its taxonomy.")] = None


@dataclass(frozen=True, kw_only=True)
class Occupation(Node):
    """The taxonomy's description of a job, the same for every employer."""

    id: Annotated[str, Property("`esco:<uuid>` or `onet:<code>`.", "key")]
    preferred_label: Annotated[str, Property("The name shown to people.", "full_text")]
    alt_labels: Annotated[tuple[str, ...], Property("Other names of the same occupation.", "full_text")] = ()
    code: Annotated[str | None, Property("The taxonomy's code, such as 2511.4.", "range")] = None
    description: Annotated[str | None, Property("What people in the occupation do.")] = None
    uri: Annotated[str | None, Property("The concept's address in its taxonomy.")] = None


@dataclass(frozen=True, kw_only=True)
class OccupationGroup(Node):
    """A heading of the occupation taxonomy (ISCO-08)."""

    id: Annotated[str, Property("`esco:isco/C<code>`.", "key")]
    preferred_label: Annotated[str, Property("The name shown to people.")]
    code: Annotated[str | None, Property("The ISCO-08 code, 1 to 4 digits.", "range")] = None
    description: Annotated[str | None, Property("What the group holds.")] = None
    uri: Annotated[str | None, Property("The concept's address in its taxonomy.")] = None


@dataclass(frozen=True, kw_only=True)
class Team(Node):
    """A unit of the organisation that people are members of."""

    id: Annotated[str, Property("The organisation's id.", "key")]
    name: Annotated[str, Property("The name shown to people.", "range")]
    function: Annotated[str | None, Property("The function it belongs to, such as Marketing.", "range")] = None
    inference: Annotated[InferenceSwitch, Property("Whether skills of its members are inferred.")] = "on"
    listed_visible: Annotated[
        bool | None, Property("Whether others may see its members' listed skills; unknown leaves it to others.")
    ] = None
    hidden_visible: Annotated[
        bool | None, Property("Whether others may see its members' inferred skills; unknown leaves it to others.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Person(Node):
    """Someone of the organisation, with the switches that say what may be inferred and shown.

    What counts of all that is said about what others may see stands beside them, as ``listed_shown`` and
    ``hidden_shown``: see ``graph_schema/visibility.py``.
    """

    id: Annotated[str, Property("The organisation's id.", "key")]
    name: Annotated[str, Property("The name shown to people.", "range")]
    email: Annotated[str | None, Property("Where messages go.", "range")] = None
    title: Annotated[str | None, Property("Job title as it stands in the HR system.", "range")] = None
    function: Annotated[str | None, Property("Function, such as Marketing.", "range")] = None
    region: Annotated[str | None, Property("Region or site.", "range")] = None
    about: Annotated[str | None, Property("What the person says of themselves.")] = None
    joined_on: Annotated[date | None, Property("First day in the organisation.")] = None
    hourly_rate: Annotated[float | None, Property("Cost of one hour of the person's time.", within=AMOUNT)] = None
    mentor_hours: Annotated[
        float | None, Property("Hours a month the person offers as a mentor, if any.", "range", within=AMOUNT)
    ] = None
    inference: Annotated[InferenceSwitch, Property("Whether skills of the person are inferred.")] = "on"
    listed_visible: Annotated[bool, Property("Whether others may see the listed skills.")] = True
    hidden_visible: Annotated[bool, Property("Whether others may see the inferred skills.")] = True


@dataclass(frozen=True, kw_only=True)
class Role(Node):
    """An employer's own profile of a position, with requirements."""

    id: Annotated[str, Property("The organisation's id.", "key")]
    title: Annotated[str, Property("The name shown to people.", "full_text")]
    function: Annotated[str | None, Property("Function, such as Data.", "range")] = None
    description: Annotated[str | None, Property("What the role is for.")] = None
    salary: Annotated[float | None, Property("Yearly pay at the middle of its band.", within=AMOUNT)] = None
    threshold: Annotated[
        float, Property("Readiness, 0–1, from which people count as nearly qualified.", within=SHARE)
    ] = 0.8


@dataclass(frozen=True, kw_only=True)
class Course(Node):
    """Something people can take to learn skills; a move."""

    id: Annotated[str, Property("The catalogue's id.", "key")]
    title: Annotated[str, Property("The name shown to people.", "full_text")]
    provider: Annotated[str | None, Property("Who gives it.")] = None
    description: Annotated[str | None, Property("What it covers.")] = None
    money: Annotated[float | None, Property("Price for one person, in the organisation's currency.", within=AMOUNT)] = (
        None
    )
    hours: Annotated[float | None, Property("Hours of work for one person.", within=AMOUNT)] = None
    weeks: Annotated[float | None, Property("Shortest time on the calendar, in weeks.", within=AMOUNT)] = None


@dataclass(frozen=True, kw_only=True)
class Project(Node):
    """Work that shows and develops skills; a gig or tour of duty is a move while it has seats."""

    id: Annotated[str, Property("The organisation's id.", "key")]
    title: Annotated[str, Property("The name shown to people.", "full_text")]
    kind: Annotated[ProjectKind, Property("A gig is part-time, a tour of duty full-time.", "range")] = "project"
    description: Annotated[str | None, Property("What is done in it.")] = None
    function: Annotated[str | None, Property("Function that runs it.", "range")] = None
    money: Annotated[
        float | None, Property("Cost of taking part for one person, beyond their time.", within=AMOUNT)
    ] = None
    hours: Annotated[float | None, Property("Hours of work for one person.", within=AMOUNT)] = None
    weeks: Annotated[float | None, Property("Shortest time on the calendar, in weeks.", within=AMOUNT)] = None
    seats: Annotated[int | None, Property("Places still open; 0 or unknown means nobody can join.", within=AMOUNT)] = (
        None
    )
    starts_on: Annotated[date | None, Property("First day.")] = None
    ends_on: Annotated[date | None, Property("Last day.")] = None


@dataclass(frozen=True, kw_only=True)
class Assessment(Node):
    """A test that measures skills; a move that turns a believed skill into a verified one."""

    id: Annotated[str, Property("The catalogue's id.", "key")]
    title: Annotated[str, Property("The name shown to people.", "full_text")]
    provider: Annotated[str | None, Property("Who runs it.")] = None
    money: Annotated[float | None, Property("Price for one person, in the organisation's currency.", within=AMOUNT)] = (
        None
    )
    hours: Annotated[float | None, Property("Hours for one person.", within=AMOUNT)] = None
    pass_rate: Annotated[float | None, Property("Share of those at the level who pass, 0–1.", within=SHARE)] = None


@dataclass(frozen=True, kw_only=True)
class Credential(Node):
    """A badge or certificate that someone outside or inside the organisation issues."""

    id: Annotated[str, Property("The issuer's id.", "key")]
    title: Annotated[str, Property("The name shown to people.", "full_text")]
    issuer: Annotated[str | None, Property("Who issues it.")] = None


@dataclass(frozen=True, kw_only=True)
class Evidence(Node):
    """One dated observation about one person and one skill; never changed, only withdrawn or expired."""

    id: Annotated[str, Property("`evidence:<sha256 of source, person, skill, kind and the source's own id>`.", "key")]
    kind: Annotated[str, Property("One of the kinds in `evidence_kinds.py`.", "range")]
    level: Annotated[float | None, Property("Level shown, 0–5.", within=LEVEL)] = None
    score: Annotated[
        float | None, Property("Result of a graded kind, 0–1; a low one counts against.", within=SHARE)
    ] = None
    observed_on: Annotated[date, Property("When the skill was last seen.", "range")]
    valid_until: Annotated[date | None, Property("Last day it counts; unknown means it does not expire.")] = None
    origin: Annotated[str, Property("System or form it came from.")]
    origin_ref: Annotated[str | None, Property("The origin's own id.")] = None
    status: Annotated[EvidenceStatus, Property("Withdrawn evidence stays and counts no more.", "range")] = "active"
    note: Annotated[str | None, Property("What the origin says about it, in words.")] = None


@dataclass(frozen=True, kw_only=True)
class Tenant(Node):
    """The organisation as a whole, with the switches that hold for everybody."""

    id: Annotated[str, Property("Always `tenant`.", "key")] = "tenant"
    name: Annotated[str | None, Property("The organisation's name.")] = None
    currency: Annotated[str, Property("ISO 4217 code of every amount.")] = "EUR"
    inference: Annotated[InferenceSwitch, Property("Whether anybody's skills are inferred.")] = "on"
    listed_visible: Annotated[
        bool | None, Property("Whether others may see anybody's listed skills; unknown is no word on it.")
    ] = None
    hidden_visible: Annotated[
        bool | None, Property("Whether others may see anybody's inferred skills; unknown is no word on it.")
    ] = None
    synthetic: Annotated[bool, Property("True for the fictional sample organisation.")] = False


@dataclass(frozen=True, kw_only=True)
class Model(Node):
    """A fitted inference model, kept in the graph so that every process explains with the same numbers."""

    id: Annotated[str, Property("`model:<digest of its contents>`.", "key")]
    fitted_at: Annotated[datetime, Property("When it was fitted (UTC).", "range")]
    calibration: Annotated[str, Property("Calibrated against: none, listing or audit(n, date).")]
    as_of: Annotated[date, Property("The day it was fitted for; a belief refreshed since then has a later day.")]
    people: Annotated[int, Property("How many people it was fitted on.")]
    skills: Annotated[int, Property("How many skills it knows.")]
    content: Annotated[bytes, Property("The model itself, a compressed array file.")]


@dataclass(frozen=True, kw_only=True)
class Bridge(Node):
    """A bridge that was accepted, as it was foretold on that day; its steps are ticked off by incoming evidence.

    It goes with its person and with its role.
    """

    id: Annotated[
        str, Property("`bridge:<sha256 of person, role, day, terms, moves and the bridge it replaces>`.", "key")
    ]
    accepted_on: Annotated[date, Property("The first day of its calendar.")]
    accepted_by: Annotated[str, Property("Who accepted it.")]
    status: Annotated[
        BridgeStatus, Property("`active` until dropped or replaced; finished is read off evidence.", "range")
    ]
    closed_on: Annotated[date | None, Property("The day it was dropped or replaced.")] = None
    wishes: Annotated[str, Property("What was wanted of it other than usual, as JSON.")]
    model: Annotated[str, Property("The model whose beliefs it starts from.")]
    readiness_before: Annotated[float, Property("Share of requirements met when it was accepted, 0–1.")]
    money: Annotated[float, Property("Money foretold for all steps.")]
    hours: Annotated[float, Property("Hours foretold for all steps.")]
    weeks: Annotated[int, Property("Calendar weeks foretold.")]
    price: Annotated[float, Property("Money and hours foretold, in money.")]
    lower_bound: Annotated[float, Property("What no bridge was cheaper than when it was accepted.")]
    money_per_hour: Annotated[float, Property("What an hour of the person's counts for in the price.")]
    hours_per_week: Annotated[float, Property("Hours a week foretold.")]
    currency: Annotated[str, Property("ISO 4217 code of every amount.")]


@dataclass(frozen=True, kw_only=True)
class BridgeStep(Node):
    """One move of a bridge that was accepted: what was foretold, and what it came to.

    The title stays when the move is gone. Of a mentorship only the relationship to the mentor says who gives it, so
    that nothing of them stays when they go.
    """

    id: Annotated[str, Property("`<id of the bridge>/<order>`.", "key")]
    order: Annotated[int, Property("Its place in the bridge, from 1.")]
    kind: Annotated[str, Property("Kind of move.", "range")]
    move_id: Annotated[str | None, Property("Id of the move; absent for a mentorship.")] = None
    title: Annotated[str, Property("The title of the move when it was accepted.")]
    money: Annotated[float, Property("Money foretold.")]
    hours: Annotated[float, Property("Hours foretold.")]
    start_week: Annotated[int, Property("The week it was to start in, the first being 1.")]
    end_week: Annotated[int, Property("The week it was to end in.")]
    actual_money: Annotated[float | None, Property("Money it really cost.")] = None
    actual_hours: Annotated[float | None, Property("Hours it really took.")] = None
    started_on: Annotated[date | None, Property("The day the person began it.")] = None
    done_on: Annotated[date | None, Property("The day it was done, for kinds that leave no evidence of their own.")] = (
        None
    )


@dataclass(frozen=True, kw_only=True)
class ProtectedAttributes(Node):
    """Attributes that serve audits only; no matching query can reach them from a person."""

    id: Annotated[str, Property("`protected:<person id>`; there is no relationship to the person.", "key")]
    age_band: Annotated[str | None, Property("Age band.")] = None
    sex: Annotated[str | None, Property("Sex, as the person states it.")] = None
    ethnicity: Annotated[str | None, Property("Ethnicity, as the person states it.")] = None


@dataclass(frozen=True, kw_only=True)
class DataSet(Node):
    """One loaded source: what was loaded, when, and under which licence."""

    id: Annotated[str, Property("The source's name, such as `esco` or `organisation`.", "key")]
    loader: Annotated[str, Property("The loader that read it.")]
    fingerprint_of_input: Annotated[str, Property("Digest of the input files; the same input changes nothing.")]
    loaded_at: Annotated[datetime, Property("When it last changed the graph (UTC).")]
    licence: Annotated[str | None, Property("Licence or notice that must be shown with it.")] = None


@dataclass(frozen=True, kw_only=True)
class Migration(Node):
    """A numbered step of the schema that has been applied to this graph."""

    id: Annotated[str, Property("The step's number and name.", "key")]
    number: Annotated[int, Property("Order of the step.")]
    applied_at: Annotated[datetime, Property("When (UTC).")]


@dataclass(frozen=True, kw_only=True)
class Stamp(Node):
    """The version of a part of the graph: a new token with every write to it, so that what was read stays in use."""

    id: Annotated[str, Property("The part, such as `courses`; see `graph_schema/stamps.py`.", "key")]
    token: Annotated[str, Property("Random, and never the same again.")]


@dataclass(frozen=True, kw_only=True)
class EmbeddingIndex(Node):
    """Which model made the vectors in the graph; vectors of two models are never mixed."""

    id: Annotated[str, Property("Always `embedding`.", "key")] = "embedding"
    model: Annotated[str, Property("Name of the embedding model.")]
    dimension: Annotated[int, Property("Length of its vectors.")]


NODES: tuple[type[Node], ...] = (
    Skill, SkillGroup, Occupation, OccupationGroup, Team, Person, Role, Course, Project, Assessment, Credential,
    Evidence, Bridge, BridgeStep, Tenant, Model, Decision, DecisionChain, Pseudonym, PersonalChoice, Switch,
    VisibilitySwitch, Erasure, ApiKey, ProtectedAttributes, DataSet, Migration, Stamp, EmbeddingIndex, PendingEvent,
    Event, EventLog, EventCursor, Subscription, Delivery, *LIVE_NODES, *SERVICE_NODES,
)  # fmt: skip
"""Every node label of the graph."""
