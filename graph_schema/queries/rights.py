"""What people may ask for themselves: their choices, and all that is held about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query


@dataclass(frozen=True)
class ChoiceRow:
    """What a person chose for themselves; unknown where they chose nothing."""

    inference: Literal["on", "hard_off"] | None
    listed_visible: bool | None
    hidden_visible: bool | None


CHOICE_OF = Query(
    name="choice_of",
    row=ChoiceRow,
    text="""
    MATCH (choice:PersonalChoice {id: 'choice:' + $person_id})
    RETURN choice.inference AS inference, choice.listed_visible AS listed_visible,
           choice.hidden_visible AS hidden_visible
    """,
)

APPLY_CHOICE = Query(
    name="apply_choice",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (choice:PersonalChoice {id: 'choice:' + $person_id})
    MATCH (p:Person {id: $person_id})
    SET p.inference = coalesce(choice.inference, p.inference),
        p.listed_visible = coalesce(choice.listed_visible, p.listed_visible),
        p.hidden_visible = coalesce(choice.hidden_visible, p.hidden_visible)
    RETURN count(p) AS written
    """,
)
