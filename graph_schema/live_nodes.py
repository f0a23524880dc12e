"""What people asked to be told of, what they were told, and how it comes by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from graph_schema.ranges import SHARE
from graph_schema.schema import Node, Property

MailPace = Literal["at_once", "daily", "weekly", "never"]
"""How messages come by e-mail; they stand in the list of messages whatever it is."""


@dataclass(frozen=True, kw_only=True)
class Watch(Node):
    """Somebody wants to be told when they, or others, nearly meet what a role asks; or wants it no more.

    It goes with its person and with its role.
    """

    id: Annotated[str, Property("`watch:<sha256 of person, role and whose readiness is watched>`.", "key")]
    kind: Annotated[Literal["own", "pool"], Property("`own`: their own readiness; `pool`: that of others.", "range")]
    active: Annotated[bool, Property("False where they want it no more, although a data set says they would.")] = True
    since: Annotated[date, Property("The day it was asked for.")]
    team: Annotated[
        str | None, Property("Id of the team whose members alone are watched; of a pool, like all below.")
    ] = None
    everybody: Annotated[bool, Property("Whether everybody is watched.")] = False
    reports: Annotated[bool, Property("Whether those are watched who report to the person.")] = False
    functions: Annotated[tuple[str, ...], Property("Functions whose people are watched.")] = ()
    regions: Annotated[tuple[str, ...], Property("Regions whose people are watched.")] = ()


@dataclass(frozen=True, kw_only=True)
class Message(Node):
    """What somebody was told about their own, or another person's, readiness for a role; never twice the same.

    It goes with whom it is to and whom it is about. No mentor stands in it: who would give a mentorship is said by the
    bridge, for as long as they are there.
    """

    id: Annotated[str, Property("`message:<sha256 of to whom, about whom, the role and what it says>`.", "key")]
    written_at: Annotated[datetime, Property("When (UTC).", "range")]
    readiness: Annotated[float, Property("Share of the role's requirements met then, 0–1.", within=SHARE)]
    content: Annotated[str, Property("What is missing, and the cheapest bridge, as JSON.")]
    move_ids: Annotated[tuple[str, ...], Property("Moves of the bridge, but for mentorships.")] = ()
    model: Annotated[str, Property("The model it rests on.")]
    mailed_at: Annotated[datetime | None, Property("When it went out by e-mail (UTC).")] = None
    mail_attempts: Annotated[int, Property("How often that was tried.")] = 0
    mail_after: Annotated[datetime | None, Property("When it may be tried again (UTC).")] = None
    mail_problem: Annotated[str | None, Property("What went wrong at the last attempt.")] = None


@dataclass(frozen=True, kw_only=True)
class MailChoice(Node):
    """How often a person chose to get their messages by e-mail; without one the setting holds."""

    id: Annotated[str, Property("`mail:<person id>`; there is no relationship to the person.", "key")]
    pace: Annotated[MailPace, Property("How often.")]
    chosen_at: Annotated[datetime, Property("When (UTC); what was written before is not sent any more.")]


LIVE_NODES: tuple[type[Node], ...] = (Watch, Message, MailChoice)
"""Every label of messages."""
