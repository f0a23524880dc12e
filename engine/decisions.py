"""The decision log: a record for every ranked list, recommendation and decision, each chained to the one before it.

A record's id is the digest of its contents, the id of the record before it among them, so that none can be changed,
left out or moved without the chain telling (``engine/decision_log.py``). Whoever can write to the graph could write
the whole chain anew: keep the id of the last record (the head) somewhere else now and then.

A record is never changed, and yet it must name nobody who was erased. So it names people by pseudonyms: random, and
tied to them by one relationship, which goes with the person. The record then verifies as before, and says nothing of
whom it was about but that the same pseudonym stands elsewhere in the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from engine.beliefs import SOURCE
from graph_schema.graph import Graph
from graph_schema.nodes import Decision, DecisionChain
from graph_schema.queries.decisions import (
    LOCK_DECISIONS,
    NAMES_OF_PSEUDONYMS,
    TAKE_PSEUDONYMS,
    ChainEnds,
    DecisionRow,
    PseudonymRow,
)
from graph_schema.store import GraphStore

PSEUDONYM = re.compile(r"pseudonym:[0-9a-f-]{36}")
_SEPARATOR = re.compile(r"([ :=])")
_LONGEST = 6
"""Parts of the longest id that is looked for inside of another one, such as the mentor's in a mentorship's."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be recorded; people by id."""

    operation: str
    question: Mapping[str, object]
    answer: Iterable[str] = ()
    model: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a human decided about a record, and why."""

    about: DecisionRow
    outcome: str
    reason: str | None


def record_decision(
    store: GraphStore,
    actor: str,
    operation: str,
    question: Mapping[str, object],
    answer: Iterable[str],
    model: str | None,
) -> None:
    """Write who asked what, when, on which model, and the ids that were answered, in order."""
    told = Told(operation=operation, question=question, answer=tuple(answer), model=model)
    store.transact("record_decision", lambda graph: append_decision(graph, actor, told))


def append_decision(graph: Graph, actor: str, told: Told, decided: Outcome | None = None) -> Decision:
    """Append a record to the log, in the transaction of what it records.

    Every string of question and answer that is the id of a person, or holds one between spaces, colons or equals
    signs, is written with their pseudonym. An id of something else that is also a person's reads as that person's.
    """
    question = json.loads(json.dumps(told.question))
    answer = list(told.answer)
    # People before the log, as everywhere, so that two transactions do not wait for one another.
    known = _take_pseudonyms(graph, actor, [*_list_strings(question), *_list_strings(answer)])
    [ends] = graph.ask(LOCK_DECISIONS)
    unsigned = Decision(
        id="",
        number=ends.number + 1,
        previous=ends.head,
        operation=told.operation,
        asked_by=known.get(actor, actor),
        asked_at=datetime.now(UTC),
        question=_to_text(_mask(question, known)),
        answer=_to_text(_mask(answer, known)),
        model=told.model,
        about=decided.about.id if decided else None,
        outcome=decided.outcome if decided else None,
        reason=_mask_reason(graph, decided) if decided else None,
    )
    decision = replace(unsigned, id=digest_decision(unsigned))
    graph.write_nodes([decision], SOURCE)
    write_ends(graph, replace(ends, number=ends.number + 1, head=decision.id))
    return decision


def write_ends(graph: Graph, ends: ChainEnds) -> None:
    """Move the ends of the log, which the transaction has locked."""
    chain = DecisionChain(
        number=ends.number, head=ends.head, anchor_number=ends.anchor_number, anchor=ends.anchor
    )  # fmt: skip
    graph.write_nodes([chain], SOURCE)


def digest_decision(record: Decision | DecisionRow) -> str:
    """Return the id that a record must have: SHA-256 over all of its contents but the id itself.

    The contents are written in the canonical form of RFC 8785: JSON in UTF-8 without white space, members sorted by
    name. There are strings, whole numbers and nulls in it only, of which that form and Python's are the same; the
    instant is UTC in ISO 8601 with microseconds.
    """
    content = {
        "number": record.number,
        "previous": record.previous,
        "operation": record.operation,
        "asked_by": record.asked_by,
        "asked_at": record.asked_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "question": record.question,
        "answer": record.answer,
        "model": record.model,
        "about": record.about,
        "outcome": record.outcome,
        "reason": record.reason,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"decision:{sha256(canonical.encode()).hexdigest()}"


def list_pseudonyms(record: DecisionRow) -> list[str]:
    """Return the pseudonyms that a record names people by, each once."""
    text = "\n".join((record.asked_by, record.question, record.answer, record.reason or ""))
    return list(dict.fromkeys(PSEUDONYM.findall(text)))


def _take_pseudonyms(graph: Graph, actor: str, strings: Sequence[str]) -> dict[str, str]:
    """Return person id -> pseudonym of all who are named, and the actor's under the name they go by."""
    candidates = dict.fromkeys(strings) | {run: None for text in strings for run in _list_runs(text)}
    taken = graph.ask(TAKE_PSEUDONYMS, actor=actor, person_ids=sorted(candidates))
    known = {row.person_id: row.pseudonym for row in taken}
    asking = [row.pseudonym for row in taken if row.asks]
    return {**known, actor: asking[0]} if asking else known


def _mask_reason(graph: Graph, decided: Outcome) -> str | None:
    """Write the people of the record that is decided about with their pseudonyms, by whatever they are called."""
    people = graph.ask(NAMES_OF_PSEUDONYMS, pseudonyms=list_pseudonyms(decided.about))
    called = {name.casefold(): row.pseudonym for row in people for name in _list_names(row)}
    if decided.reason is None or not called:
        return decided.reason
    # In one pass, so that no name is looked for inside of a pseudonym.
    names = "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda found: called.get(found[0].casefold(), found[0]), decided.reason)


def _list_names(row: PseudonymRow) -> Iterator[str]:
    yield from filter(None, (row.person_id, row.name, row.email))


def _to_text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast(Mapping[str, object], value).values():
            yield from _list_strings(item)
    elif isinstance(value, list):
        for item in cast(list[object], value):
            yield from _list_strings(item)


def _mask(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return known[value] if value in known else _mask_parts(value, known)
    if isinstance(value, Mapping):
        return {name: _mask(item, known) for name, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [_mask(item, known) for item in cast(list[Any], value)]
    return value


def _mask_parts(text: str, known: Mapping[str, str]) -> str:
    parts, masked, start = _SEPARATOR.split(text), "", 0
    while start < len(parts):
        ends = range(min(len(parts), start + 2 * _LONGEST), start, -1)
        end = next((end for end in ends if "".join(parts[start:end]) in known), None)
        masked += parts[start] if end is None else known["".join(parts[start:end])]
        start = start + 1 if end is None else end
    return masked


def _list_runs(text: str) -> Iterator[str]:
    parts = _SEPARATOR.split(text)
    for start in range(0, len(parts), 2):
        for end in range(start + 1, min(len(parts), start + 2 * _LONGEST) + 1, 2):
            yield "".join(parts[start:end])
