"""Endorsements written by other systems: edges, some hundred a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from engine.registry.changes import say_owner
from engine.registry.drafts import Draft, Terms
from engine.registry.endorsements import read_rows, to_values
from engine.registry.kinds import EdgeKind
from engine.registry.preconditions import check_create_only, check_match
from engine.registry.reading import make_etag
from engine.registry.results import FieldFault
from graph_schema.errors import ChangedMeanwhile
from graph_schema.evidence_ids import API
from graph_schema.graph import Graph
from graph_schema.nodes import Person, Skill
from graph_schema.object_queries import find_known
from graph_schema.queries.objects import LOCK_PEOPLE, StoredEndorsement
from graph_schema.relationships import Endorsed


def write_endorsements(
    graph: Graph,
    kind: EdgeKind,
    drafts: Sequence[Draft],
    terms: Terms,
    refresh: Callable[[Graph, Sequence[str]], None],
) -> list[Draft]:
    """Write endorsements that were checked by themselves, and refresh those whom they are for.

    How much an endorser's word weighs is learnt when everybody is inferred anew. None waits for another one.
    """
    graph.ask(LOCK_PEOPLE, person_ids=sorted({draft.values["person_id"] for draft in drafts}))
    people = sorted({draft.values[end] for draft in drafts for end in ("endorser_id", "person_id")})
    skills = sorted({draft.values["skill_id"] for draft in drafts})
    known_people = {row.id for row in graph.ask(find_known(Person), ids=people)}
    known_skills = {row.id for row in graph.ask(find_known(Skill), ids=skills)}
    triples = {
        draft.line: (draft.values["endorser_id"], draft.values["person_id"], draft.values["skill_id"])
        for draft in drafts
    }
    stored = read_rows(graph, [*triples.values()])
    items: list[Endorsed] = []
    for draft in drafts:
        before = stored.get(triples[draft.line])
        if faults := tuple(_find_missing(draft.values, known_people, known_skills)):
            draft.reject("invalid", *faults)
            continue
        _judge(draft, kind, before, terms)
        if draft.result is None:
            items.append(_make_edge(draft.values))
            draft.mark("created" if before is None else "updated", make_etag(draft.values))
    if graph.write_relationships(items, API) < len(items):
        raise ChangedMeanwhile("somebody who is referred to went in the meantime; send it again")
    refresh(graph, sorted({item.end_id for item in items}))
    return []


def _judge(draft: Draft, kind: EdgeKind, stored: StoredEndorsement | None, terms: Terms) -> None:
    before = None if stored is None else to_values(stored)
    etag = None if before is None else make_etag(before)
    try:
        check_match(terms.if_match, etag)
        check_create_only(terms.create_only, etag)
    except ChangedMeanwhile as error:
        draft.reject("changed-meanwhile", FieldFault("id", str(error)))
        return
    if stored is None or before is None or etag is None:
        return
    foreign = stored.source != API
    # What was withdrawn stays so when the same is said again; said anew, on another day, it counts.
    withdrawn = before["status"] == "withdrawn" and {**before, "status": "active"} == draft.values
    if (before == draft.values or withdrawn) and not (foreign and terms.take_over):
        draft.mark("unchanged", etag)
    elif foreign and not terms.take_over:
        fault = f"this {kind.singular} {say_owner(stored.source)}; change it there, or send take_over=true"
        draft.reject("owned-elsewhere", FieldFault("id", fault), owner=stored.source)
    elif withdrawn:
        draft.values = before


def _find_missing(values: Mapping[str, Any], people: Set[str], skills: Set[str]) -> Iterator[FieldFault]:
    for end in ("endorser_id", "person_id"):
        if values[end] not in people:
            yield FieldFault(end, f"no person has the id {values[end]!r}")
    if values["skill_id"] not in skills:
        yield FieldFault("skill_id", f"no skill has the id {values['skill_id']!r}")


def _make_edge(values: Mapping[str, Any]) -> Endorsed:
    return Endorsed(
        start_id=values["endorser_id"],
        end_id=values["person_id"],
        skill_id=values["skill_id"],
        level=values["level"],
        observed_on=values["observed_on"],
        status=values["status"],
    )
