"""What may be seen of one person, as the graph holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.evidence import ListedSkill
from graph_schema.queries.graph import ModelHeader
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.sight import KNOWN
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class Known:
    """What may be seen of a person.

    Attributes:
        beliefs: What is believed of them, most probable first.
        listed: What they list, whether anything is inferred of it or not.
        model: The present model; None where inference has not been run.
        day: The past day that was asked for; None for what the graph holds.
    """

    beliefs: tuple[BeliefRow, ...]
    listed: tuple[ListedSkill, ...]
    model: ModelHeader | None
    day: date | None = None


def read_known(store: GraphStore, person_id: str, day: date | None = None) -> Known:
    """Return what may be seen of a person; what they list as of the day of the model, or of another one."""
    [row] = store.ask(KNOWN, person_id=person_id, as_of=day)
    return Known(tuple(row.beliefs), tuple(row.listed), row.model, day)
