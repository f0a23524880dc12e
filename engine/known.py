"""What may be seen of one person, as the graph holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema.queries.evidence import ListedSkill
from graph_schema.queries.graph import LATEST_MODEL, ModelHeader
from graph_schema.queries.people import BeliefRow
from graph_schema.queries.sight import BELIEFS_SEEN, LISTED_SEEN
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


def read_known(store: GraphStore, person_id: str) -> Known:
    """Return what may be seen of a person as the graph holds it."""
    return Known(
        beliefs=tuple(store.ask(BELIEFS_SEEN, person_id=person_id)),
        listed=tuple(store.ask(LISTED_SEEN, person_id=person_id, as_of=None)),
        model=find_model(store),
    )


def find_model(store: GraphStore) -> ModelHeader | None:
    """Return the model that was fitted last, None where inference has not been run."""
    return next(iter(store.ask(LATEST_MODEL)), None)
