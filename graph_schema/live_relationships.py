"""How watches and messages are joined to people and roles."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema import nodes as n
from graph_schema.live_nodes import Message, Watch
from graph_schema.schema import Relationship


# (:Watch)-[:BY]->(:Person)
@dataclass(frozen=True, kw_only=True)
class WatchBy(Relationship):
    """Who wants to be told."""

    type, start, end = "BY", Watch, n.Person


# (:Watch)-[:ON]->(:Role)
@dataclass(frozen=True, kw_only=True)
class WatchOn(Relationship):
    """The role whose requirements count."""

    type, start, end = "ON", Watch, n.Role


# (:Message)-[:TO]->(:Person)
@dataclass(frozen=True, kw_only=True)
class MessageTo(Relationship):
    """Who is told."""

    type, start, end = "TO", Message, n.Person


# (:Message)-[:ABOUT]->(:Person)
@dataclass(frozen=True, kw_only=True)
class MessageAbout(Relationship):
    """Whose readiness it is about: the one who is told, or another."""

    type, start, end = "ABOUT", Message, n.Person


# (:Message)-[:ON]->(:Role)
@dataclass(frozen=True, kw_only=True)
class MessageOn(Relationship):
    """The role that they are ready, or nearly ready, for."""

    type, start, end = "ON", Message, n.Role


LIVE_RELATIONSHIPS: tuple[type[Relationship], ...] = (WatchBy, WatchOn, MessageTo, MessageAbout, MessageOn)
"""Every relationship of messages."""
