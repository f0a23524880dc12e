"""Announces what is more than one write made from the schema, in the transaction of what it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from graph_schema.event_types import EVENT_TYPES, name_subject
from graph_schema.graph import Graph
from graph_schema.queries.events import ANNOUNCE


def announce(graph: Graph, type_: str, ids: Iterable[str], data: Mapping[str, str] | None = None) -> None:
    """Leave an event of a type about each of some things, to be published once the transaction is through.

    Args:
        graph: The transaction in which it happens.
        type_: A type of ``graph_schema/event_types.py``.
        ids: What it is about.
        data: The fields that the type declares.
    """
    declared = EVENT_TYPES[type_]
    if set(declared.data) != set(data or {}):
        raise ValueError(f"{type_} carries {sorted(declared.data)}, not {sorted(data or {})}")
    subjects = [name_subject(declared.subject, id_) for id_ in ids]
    if subjects:
        graph.ask(ANNOUNCE, type=type_, subjects=subjects, data=json.dumps(data or {}, sort_keys=True))
