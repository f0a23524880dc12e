"""What others may see of people: the lock on it, what settles it, who says so; see ``graph_schema/visibility.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.sight import LISTED_SHOWN, OTHERS_SHOWN
from graph_schema.visibility import DECIDE, LOCK

Word = Literal["person", "data_set", "team", "organisation", "nobody"]
"""Whose word counts: the person's own, a data set's about them, their team's, the organisation's, or nobody's."""


@dataclass(frozen=True)
class UnsettledPerson:
    """Somebody of whom others see what they should not, or not what they may: what they are to see."""

    id: str
    listed: bool
    hidden: bool


@dataclass(frozen=True)
class ShownRow:
    """Whether others see each kind of a person's skills, and by whose word."""

    listed: bool
    listed_by: Word
    hidden: bool
    hidden_by: Word


LOCK_VISIBILITY = Query(
    name="lock_visibility",
    access="write",
    row=WrittenCount,
    text=f"""
    {LOCK}
    RETURN count(visibility) AS written
    """,
)

UNSETTLED_PEOPLE = Query(
    name="unsettled_people",
    row=UnsettledPerson,
    # Apart from the write of it: a statement that writes locks every choice and switch that it looks for, which for
    # everybody of a large organisation takes three times as long.
    text=f"""
    CALL () {{
        WITH $team_id AS team_id WHERE team_id IS NULL
        MATCH (p:Person)
        RETURN p
        UNION ALL
        MATCH (:Team {{id: $team_id}})<-[:MEMBER_OF]-(p:Person)
        RETURN DISTINCT p
    }}
    {DECIDE}
    WITH p, listed.visible AS listed, hidden.visible AS hidden
    WHERE listed <> {LISTED_SHOWN} OR hidden <> {OTHERS_SHOWN}
    RETURN p.id AS id, listed, hidden
    ORDER BY id
    """,
)

SETTLE_PEOPLE = Query(
    name="settle_people",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $people AS person
    MATCH (p:Person {id: person.id})
    SET p.listed_shown = person.listed, p.hidden_shown = person.hidden
    RETURN count(p) AS written
    """,
)

SHOWN_OF_PERSON = Query(
    name="shown_of_person",
    row=ShownRow,
    text=f"""
    MATCH (p:Person {{id: $person_id}})
    {DECIDE}
    RETURN listed.visible AS listed, listed.by AS listed_by, hidden.visible AS hidden, hidden.by AS hidden_by
    """,
)
