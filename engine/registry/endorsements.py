"""Endorsements as objects: edges of the graph, whose id holds both people and the skill."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from graph_schema.errors import InvalidInput
from graph_schema.graph import Graph
from graph_schema.queries.objects import PAGE_ENDORSEMENTS, READ_ENDORSEMENTS, StoredEndorsement

Triple = tuple[str, str, str]
"""Who vouches, for whom, and for which skill."""
_PREFIX = "endorsement:"


def make_id(endorser: str, person: str, skill: str) -> str:
    """Return the id of an endorsement: it can be read back, and needs no quoting in an address."""
    text = json.dumps([endorser, person, skill], ensure_ascii=False, separators=(",", ":"))
    return _PREFIX + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_id(object_id: str) -> Triple | None:
    """Return what an id stands for; nothing when it is none."""
    if not object_id.startswith(_PREFIX):
        return None
    coded = object_id.removeprefix(_PREFIX)
    try:
        parts: object = json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))
    except ValueError:
        return None
    if not isinstance(parts, list):
        return None
    texts = cast(list[object], parts)
    if len(texts) != 3 or not all(isinstance(part, str) for part in texts):
        return None
    return cast(Triple, tuple(texts))


def read_rows(graph: Graph, triples: Sequence[Triple]) -> dict[Triple, StoredEndorsement]:
    """Return the endorsements that the graph holds of those asked for."""
    rows = graph.ask(READ_ENDORSEMENTS, keys=[[*triple] for triple in triples])
    return {(row.endorser_id, row.person_id, row.skill_id): row for row in rows}


def read_values(graph: Graph, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the fields of the endorsements that the graph holds of those asked for."""
    triples = [triple for object_id in ids if (triple := read_id(object_id)) is not None]
    return {make_id(*triple): to_values(row) for triple, row in read_rows(graph, triples).items()}


def page_values(
    graph: Graph, after: str | None, limit: int, filters: Mapping[str, Any], within: Collection[str] | None
) -> list[dict[str, Any]]:
    """Return the fields of the first endorsements after an id, in the order of endorser, person and skill."""
    last = ("", "", "") if after is None else read_id(after)
    if last is None:
        raise InvalidInput("after", "is none of the cursors that a page was answered with")
    rows = graph.ask(
        PAGE_ENDORSEMENTS,
        after=[*last],
        limit=limit,
        endorser_id=filters.get("endorser_id"),
        person_id=filters.get("person_id"),
        skill_id=filters.get("skill_id"),
        status=filters.get("status"),
        within=None if within is None else sorted(within),
    )
    return [to_values(row) for row in rows]


def to_values(row: StoredEndorsement) -> dict[str, Any]:
    """Return the fields of an endorsement."""
    return {
        "id": make_id(row.endorser_id, row.person_id, row.skill_id),
        "endorser_id": row.endorser_id,
        "person_id": row.person_id,
        "skill_id": row.skill_id,
        "level": row.level,
        "observed_on": row.observed_on,
        "status": row.status,
    }
