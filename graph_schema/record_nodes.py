"""What is kept of what was asked and decided, and of people who were erased.

A record of the decision log is never changed, not even when somebody it names is erased: it names people by
pseudonyms, and only a ``STANDS_FOR`` relationship says whom a pseudonym stands for. That goes with the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from graph_schema.schema import Node, Property


@dataclass(frozen=True, kw_only=True)
class Decision(Node):
    """One link of the decision log: a ranked list, a recommendation, or what a human then decided; never changed."""

    id: Annotated[str, Property("`decision:<sha256 of the record, the one before it included>`.", "key")]
    number: Annotated[
        int | None, Property("Its place in the log, from 1; absent in logs older than that.", "range")
    ] = None
    previous: Annotated[str | None, Property("Id of the record before it; absent for the first.")] = None
    operation: Annotated[str, Property("What was asked or done, such as pool or bridge.", "range")]
    asked_by: Annotated[str, Property("Who asked; the pseudonym of somebody of the organisation.", "range")]
    asked_at: Annotated[datetime, Property("When (UTC).", "range")]
    question: Annotated[str, Property("The input, as JSON; people by pseudonym.")]
    answer: Annotated[str, Property("The ids in the output, in order, as JSON; people by pseudonym.")]
    model: Annotated[str | None, Property("The model the answer rests on.")] = None
    about: Annotated[str | None, Property("Id of the record whose outcome this one is.", "range")] = None
    outcome: Annotated[str | None, Property("What a human decided.")] = None
    reason: Annotated[str | None, Property("Why, in the human's words; those whom the record names, by pseudonym.")] = (
        None
    )


@dataclass(frozen=True, kw_only=True)
class DecisionChain(Node):
    """Both ends of the decision log; the lock on it puts records in one order, whatever process writes them."""

    id: Annotated[str, Property("Always `decisions`.", "key")] = "decisions"
    number: Annotated[int, Property("Number of the last record.")] = 0
    head: Annotated[str | None, Property("Id of the last record.")] = None
    anchor_number: Annotated[int, Property("Number of the last record that was pruned; 0 when none was.")] = 0
    anchor: Annotated[str | None, Property("Its id, which the first record that is left points to.")] = None


@dataclass(frozen=True, kw_only=True)
class Pseudonym(Node):
    """What the decision log calls somebody: random, so that without its relationship it says nothing of them."""

    id: Annotated[str, Property("`pseudonym:<random>`.", "key")]


@dataclass(frozen=True, kw_only=True)
class PersonalChoice(Node):
    """What a person chose for themselves: it goes before what any data set says, now and later.

    It stays when a data set drops the person, so that a gap in it lifts no objection, and goes when they are erased.
    """

    id: Annotated[str, Property("`choice:<person id>`; there is no relationship to the person.", "key")]
    inference: Annotated[Literal["on", "hard_off"] | None, Property("Whether they let skills be inferred.")] = None
    listed_visible: Annotated[bool | None, Property("Whether others may see their listed skills.")] = None
    hidden_visible: Annotated[bool | None, Property("Whether others may see their inferred skills.")] = None


HandSwitch = Literal["on", "soft_off", "hard_off", "opt_in"]
"""What a switch made by hand says; ``opt_in``, of the organisation alone, is hard off but for those who allow it."""


@dataclass(frozen=True, kw_only=True)
class Switch(Node):
    """A switch of inference made by hand, for the organisation or a team, whatever a data set says later.

    The strictest of all that bear on somebody is in force. It stays when a data set drops the team, so that a gap in it
    switches nothing on.
    """

    id: Annotated[
        str, Property("`switch:organisation` or `switch:team:<team id>`; there is no relationship to it.", "key")
    ]
    inference: Annotated[HandSwitch, Property("What was chosen.")]
    switched_at: Annotated[datetime, Property("When (UTC); the decision log says who.")]


@dataclass(frozen=True, kw_only=True)
class VisibilitySwitch(Node):
    """A word said by hand on what others may see, for the organisation or a team and one kind of skills.

    The nearest word counts: a person's own choice, then their team's, then the organisation's. It stays when a data set
    drops the team, as a switch does, and goes when it is taken back.
    """

    id: Annotated[
        str,
        Property(
            "`visibility:<listed or hidden>:organisation` or `visibility:<listed or hidden>:team:<team id>`.", "key"
        ),
    ]
    visible: Annotated[bool, Property("Whether others may see the skills.")]
    switched_at: Annotated[datetime, Property("When (UTC); the decision log says who.")]


@dataclass(frozen=True, kw_only=True)
class Erasure(Node):
    """The receipt of an erasure: what went and when, and nothing of whom."""

    id: Annotated[str, Property("`erasure:<sha256 of the rest but the tombstone>`.", "key")]
    erased_at: Annotated[datetime, Property("When (UTC).", "range")]
    counts: Annotated[str, Property("How many things of each kind went, as JSON.")]
    salt: Annotated[str | None, Property("Random, the same for all receipts of the graph.")] = None
    tombstone: Annotated[
        str | None, Property("Digest of salt and id, by which a load knows whom not to bring back; absent once lifted.")
    ] = None
