"""What the Engine answers about watches and messages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from engine.results import Named


@dataclass(frozen=True)
class MissingSkill:
    """A requirement that is not met: the skill, the level asked, and whether it has to be verified."""

    skill: Named
    level: float
    verified: bool


@dataclass(frozen=True)
class AdvisedMove:
    """A move of the cheapest bridge; a mentorship has no id here, and names no mentor."""

    id: str | None
    kind: str
    title: str
    money: float
    hours: float


@dataclass(frozen=True)
class Advice:
    """What a message says: what is missing, and the cheapest bridge as it was then.

    ``status`` is ``optimal`` where the bridge is proven the cheapest, ``feasible`` where it may be dearer than need be,
    ``infeasible`` or ``unknown`` where none leads there, and ``met`` where nothing is missing.
    """

    status: str
    threshold: float
    readiness_after: float
    missing: tuple[MissingSkill, ...]
    moves: tuple[AdvisedMove, ...]
    money: float
    hours: float
    weeks: int
    price: float
    currency: str


@dataclass(frozen=True)
class Message:
    """What somebody was told, and about whom; ``own`` where it is about themselves."""

    id: str
    written_at: datetime
    person: Named
    own: bool
    role: Named
    readiness: float
    advice: Advice
    mailed_at: datetime | None
    text: str


@dataclass(frozen=True)
class MessageList:
    """What a person was told, the latest first; ``before`` is what to ask with for those before, if there are more."""

    person: Named
    messages: tuple[Message, ...]
    before: str | None


@dataclass(frozen=True)
class WatchState:
    """A role that is watched: by its person for themselves (``own``), or for others (``pool``).

    ``interest`` says that a data set holds the person to be interested in it; they asked for nothing themselves.
    """

    kind: str
    role: Named
    threshold: float
    team: Named | None
    since: date | None
    interest: bool


@dataclass(frozen=True)
class WatchList:
    """What a person watches, and how often they get messages by e-mail: where to, if anywhere."""

    person: Named
    watches: tuple[WatchState, ...]
    email: str | None
    mail_pace: str


@dataclass(frozen=True)
class Evaluation:
    """How many changes were looked at, and how many messages came of them."""

    events: int
    messages: int


@dataclass(frozen=True)
class MailRun:
    """How many letters went out, with how many messages, and how many did not."""

    sent: int
    messages: int
    failed: int


def describe_message(name: str, role: str, readiness: float, advice: Advice, *, own: bool) -> str:
    """Say a message in one or two sentences.

    Args:
        name: Of whom it is about.
        role: The title of the role.
        readiness: Share of the requirements met, 0–1.
        advice: What is missing, and the bridge.
        own: Whether it is said to the one it is about.
    """
    who, are, have, them = ("You", "are", "meet", "you") if own else (name, "is", "meets", "them")
    if not advice.missing:
        return f"{who} {have} every requirement of {role}."
    start = f"{who} {are} {say_share(readiness)} qualified for {role}"
    if not advice.moves:
        missing = ", ".join(_say_missing(item) for item in advice.missing)
        return f"{start}; what is missing is {missing}, and nothing on offer leads there for now."
    titles = [move.title for move in advice.moves]
    moves = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and then {titles[-1]}"
    take = "takes" if len(titles) == 1 else "take"
    cost = f"{advice.money:,.0f} {advice.currency}, {advice.hours:g} h"
    return f"{start}; {moves} ({cost}) {take} {them} to {say_share(advice.readiness_after)}."


def say_share(share: float) -> str:
    """Say a share in whole percent, rounded down: nobody is 100 % qualified who lacks something."""
    return f"{math.floor(100 * share + 1e-9)} %"


def _say_missing(item: MissingSkill) -> str:
    return f"{item.skill.name} at level {item.level:g}{', verified' if item.verified else ''}"
