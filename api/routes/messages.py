"""Messages: roles that a person watches, what they were told, and how often it comes by e-mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, Answering, Person, Role
from engine.live.results import MessageList, WatchList, WatchState
from graph_schema.live_nodes import MailPace

router = APIRouter(prefix="/people/{person}", tags=["messages"], responses=PROBLEMS)

Team = Annotated[str | None, Query(description="Only members of this team, by id or name.")]


class ChosenPace(BaseModel):
    """How often a person wants their messages by e-mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pace: MailPace = Field(description="`at_once`, `daily`, `weekly` or `never`.")


@router.get("/messages", operation_id="list_messages", summary="What a person was told")
def list_messages(
    engine: Answering,
    person: Person,
    before: Annotated[str | None, Query(description="What the page before was answered with, to go on.")] = None,
    limit: Annotated[int, Query(description="Most messages, up to 200.")] = 50,
) -> MessageList:
    """The latest first: for which roles they, or people they watch, are nearly qualified, and what closes the gap."""
    return engine.list_messages(person, before=before, limit=limit)


@router.get("/watches", operation_id="list_watches", summary="Roles that a person watches")
def list_watches(engine: Answering, person: Person) -> WatchList:
    """For themselves and for others, with how often messages come by e-mail."""
    return engine.list_watches(person)


@router.put("/watches/mail", operation_id="choose_mail_pace", summary="How often messages come by e-mail")
def choose_mail_pace(engine: Answering, person: Person, chosen: ChosenPace) -> WatchList:
    """Messages stand in the list in any case."""
    return engine.choose_mail_pace(person, chosen.pace)


@router.put("/watches/own/{role:path}", operation_id="watch_role", summary="Watch a role for oneself")
def watch_role(engine: Answering, person: Person, role: Role) -> WatchState:
    """The person is told when they nearly meet what the role asks, and which bridge takes them there."""
    return engine.watch_role(person, role)


@router.delete("/watches/own/{role:path}", operation_id="unwatch_role", summary="Watch a role no more")
def unwatch_role(engine: Answering, person: Person, role: Role) -> WatchList:
    """Also where a data set holds the person to be interested in it."""
    return engine.unwatch_role(person, role)


@router.put("/watches/pool/{role:path}", operation_id="watch_pool", summary="Watch a role for others")
def watch_pool(engine: Answering, person: Person, role: Role, team: Team = None) -> WatchState:
    """The person is told when people whom they see nearly meet what the role asks."""
    return engine.watch_pool(person, role, team=team)


@router.delete("/watches/pool/{role:path}", operation_id="unwatch_pool", summary="Watch a role for others no more")
def unwatch_pool(engine: Answering, person: Person, role: Role, team: Team = None) -> WatchList:
    """What was told stays in the list of messages."""
    return engine.unwatch_pool(person, role, team=team)
