"""organisation.csv, teams.csv and people.csv."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from loaders.base import Declaration, Link, Piece, Problem, Row, Table
from loaders.directory import Directory
from loaders.fields import Amount, IsoDate, Listed

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class OrganisationRow(Row):
    """The organisation as a whole; one row."""

    name: str | None = Field(None, description="Name of the organisation.")
    currency: Currency = Field("EUR", description="Currency of every amount, as an ISO 4217 code.")
    inference: n.InferenceSwitch = Field("on", description="Whether anybody's skills are inferred.")
    listed_visible: bool | None = Field(None, description="Whether others may see anybody's listed skills.")
    hidden_visible: bool | None = Field(None, description="Whether others may see anybody's inferred skills.")
    synthetic: bool = Field(False, description="Whether the organisation is made up.")


class TeamRow(Row):
    """A unit of the organisation."""

    team_id: str = Field(description="Your id of the team.")
    name: str = Field(description="Name shown to people.")
    function: str | None = Field(None, description="Function it belongs to, such as Marketing.")
    inference: n.InferenceSwitch = Field("on", description="Whether skills of its members are inferred.")
    listed_visible: bool | None = Field(None, description="Whether others may see its members' listed skills.")
    hidden_visible: bool | None = Field(None, description="Whether others may see its members' inferred skills.")


class PersonRow(Row):
    """Someone of the organisation."""

    person_id: str = Field(description="Your id of the person; never reused for somebody else.")
    name: str = Field(description="Name shown to people.")
    email: str | None = Field(None, description="Where messages go.")
    title: str | None = Field(None, description="Job title as it stands in the HR system.")
    function: str | None = Field(None, description="Function, such as Marketing.")
    region: str | None = Field(None, description="Region or site.")
    team_id: str | None = Field(None, description="Team the person belongs to: an id of teams.csv.")
    manager_id: str | None = Field(None, description="The person's manager: an id of this file.")
    role_id: str | None = Field(None, description="Role the person holds now: an id of roles.csv.")
    role_since_on: IsoDate | None = Field(None, description="First day in that role.")
    joined_on: IsoDate | None = Field(None, description="First day in the organisation.")
    hourly_rate: Amount | None = Field(None, description="Cost of one hour of the person's time.")
    mentor_hours: Amount | None = Field(None, description="Hours a month offered as a mentor.")
    about: str | None = Field(None, description="What the person says of themselves.")
    interests: Listed = Field(
        (),
        description="What the person would like: ids of roles, projects or skills, or labels of skills, joined by |.",
    )
    inference: n.InferenceSwitch = Field("on", description="Whether skills of the person are inferred.")
    listed_visible: bool = Field(True, description="Whether others may see the skills the person lists.")
    hidden_visible: bool = Field(True, description="Whether others may see the skills that were inferred.")


def _organisation_to_graph(row: OrganisationRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    yield n.Tenant(
        name=row.name,
        currency=row.currency,
        inference=row.inference,
        listed_visible=row.listed_visible,
        hidden_visible=row.hidden_visible,
        synthetic=row.synthetic,
    )


def _team_to_graph(row: TeamRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    yield n.Team(
        id=row.team_id,
        name=row.name,
        function=row.function,
        inference=row.inference,
        listed_visible=row.listed_visible,
        hidden_visible=row.hidden_visible,
    )


def _person_to_graph(row: PersonRow, directory: Directory) -> Iterator[Piece]:
    person = row.person_id
    yield n.Person(
        id=person,
        name=row.name,
        email=row.email,
        title=row.title,
        function=row.function,
        region=row.region,
        about=row.about,
        joined_on=row.joined_on,
        hourly_rate=row.hourly_rate,
        mentor_hours=row.mentor_hours,
        inference=row.inference,
        listed_visible=row.listed_visible,
        hidden_visible=row.hidden_visible,
    )
    if row.team_id:
        yield Link(r.MemberOf(start_id=person, end_id=row.team_id), "team_id", essential=False)
    if row.manager_id == person:
        yield Problem("manager_id", person, "nobody is their own manager")
    elif row.manager_id:
        yield Link(r.ReportsTo(start_id=person, end_id=row.manager_id), "manager_id", essential=False)
    if row.role_id:
        holds = r.Holds(start_id=person, end_id=row.role_id, since_on=row.role_since_on)
        yield Link(holds, "role_id", essential=False)
    for interest in row.interests:
        yield _interest_to_graph(person, interest, directory)


def _interest_to_graph(person: str, interest: str, directory: Directory) -> Piece:
    if directory.has(n.Role, interest):
        return Link(r.InterestedInRole(start_id=person, end_id=interest), "interests", essential=False)
    if directory.has(n.Project, interest):
        return Link(r.InterestedInProject(start_id=person, end_id=interest), "interests", essential=False)
    try:
        skill = directory.find_skill("interests", interest)
    except InvalidInput:
        return Problem("interests", interest, "no role, project or skill has this id or label")
    return Link(r.InterestedInSkill(start_id=person, end_id=skill), "interests", essential=False)


ORGANISATION = Table(
    name="organisation",
    description="The organisation as a whole; one row.",
    row=OrganisationRow,
    gives=(n.Tenant,),
    to_graph=_organisation_to_graph,
)
TEAMS = Table(
    name="teams",
    description="Units of the organisation that people are members of.",
    row=TeamRow,
    gives=(n.Team,),
    to_graph=_team_to_graph,
    declares=Declaration(node=n.Team, id="team_id", label="name"),
)
PEOPLE = Table(
    name="people",
    description="Everybody of the organisation.",
    row=PersonRow,
    gives=(
        n.Person, r.MemberOf, r.ReportsTo, r.Holds, r.InterestedInRole, r.InterestedInProject, r.InterestedInSkill,
    ),
    to_graph=_person_to_graph,
    declares=Declaration(node=n.Person, id="person_id", label="name"),
    required=True,
)  # fmt: skip
