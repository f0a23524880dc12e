"""The decision log read, verified, decided upon and pruned; ``engine/decisions.py`` says how it is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.decisions import Outcome, Told, append_decision, digest_decision, list_pseudonyms, write_ends
from engine.record_results import (
    BrokenRecord,
    DecisionPage,
    DecisionRecord,
    DecisionVerification,
    NamedPseudonym,
    Pruning,
)
from engine.results import Named
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.queries.decisions import (
    DECISION,
    DECISION_CHAIN,
    DECISIONS,
    DECISIONS_BETWEEN,
    FIRST_DECISION_SINCE,
    LOCK_DECISIONS,
    MISPLACED_DECISIONS,
    PRUNE_DECISIONS,
    PSEUDONYMS_OF_PERSON,
    ChainEnds,
    DecisionRow,
)
from graph_schema.queries.sight import NAMES_SEEN
from graph_schema.store import GraphStore

BATCH = 5_000
"""Records that are read, or removed, at once."""
MOST = 1_000
"""Most records of one page."""
_BEYOND = 2**62
_EMPTY = ChainEnds(number=0, head=None, anchor_number=0, anchor=None)


@dataclass(frozen=True, kw_only=True)
class DecisionFilter:
    """Which records to list; days are whole days in UTC, both included."""

    operation: str | None = None
    person: Named | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None
    top: int = 50


@dataclass(frozen=True)
class _Walk:
    """How far the chain was followed, and where it broke."""

    number: int
    id: str | None
    broken: BrokenRecord | None = None


def list_decisions(store: GraphStore, asked: DecisionFilter) -> DecisionPage:
    """Return records of the log, the newest first, with the people whom their pseudonyms stand for and who may be seen.

    Raises:
        InvalidInput: The number of records asked for is out of range.
    """
    if not 1 <= asked.top <= MOST:
        raise InvalidInput("top", f"must be from 1 to {MOST}, and {asked.top} is not")
    pseudonyms = None
    if asked.person is not None:
        pseudonyms = [row.pseudonym for row in store.ask(PSEUDONYMS_OF_PERSON, person_id=asked.person.id)]
    rows = store.ask(
        DECISIONS,
        before=_BEYOND if asked.before is None else min(asked.before, _BEYOND),
        operation=asked.operation,
        since=_begin(asked.since),
        until=datetime.combine(asked.until, time.max, UTC) if asked.until else None,
        pseudonyms=pseudonyms,
        top=asked.top + 1,
    )
    more = len(rows) > asked.top
    rows = rows[: asked.top]
    return DecisionPage(_name_people(store, rows), rows[-1].number if more else None)


def record_outcome(store: GraphStore, actor: str, decision_id: str, outcome: str, reason: str | None) -> DecisionRecord:
    """Append what a human decided about a record; the record itself stays as it is.

    Raises:
        NotFound: The log has no such record, or no longer.
        InvalidInput: The outcome is empty.
    """
    if not outcome.strip():
        raise InvalidInput("outcome", "is empty; say what was decided, such as accepted or rejected")

    def record(graph: Graph) -> str:
        found = graph.ask(DECISION, decision_id=decision_id)
        if not found:
            raise NotFound("decision", decision_id, "skillway decisions list shows those there are")
        told = Told(operation="outcome", question={"decision": decision_id}, model=found[0].model)
        decided = Outcome(about=found[0], outcome=outcome.strip(), reason=reason.strip() if reason else None)
        return append_decision(graph, actor, told, decided).id

    written = store.transact("record_outcome", record)
    return _name_people(store, store.ask(DECISION, decision_id=written))[0]


def verify_decisions(store: GraphStore) -> DecisionVerification:
    """Follow the chain from its anchor to its head, and say where it breaks first, if it does.

    Records that come in meanwhile are verified too: the last of them with the log locked, so that nothing is missed.
    """
    begun = _read_ends(store)
    walk = _follow(store, _Walk(begun.anchor_number, begun.anchor), begun.number)

    def finish(graph: Graph) -> DecisionVerification:
        [ends] = graph.ask(LOCK_DECISIONS)
        # Where it was pruned meanwhile, what was followed is gone, and what is left is followed from the new anchor.
        pruned = ends.anchor_number != begun.anchor_number
        last = _follow(graph, _Walk(ends.anchor_number, ends.anchor) if pruned else walk, ends.number)
        misplaced = graph.ask(MISPLACED_DECISIONS, after=ends.anchor_number, through=ends.number)[0]
        broken = last.broken
        if broken is None and last.id != ends.head:
            broken = BrokenRecord(ends.number, last.id, "head_moved")
        if broken is None and misplaced.outside:
            broken = BrokenRecord(ends.number, None, "out_of_order")
        some = last.number > ends.anchor_number
        return DecisionVerification(
            holds=broken is None,
            records=last.number - ends.anchor_number,
            first=ends.anchor_number + 1 if some else None,
            last=last.number if some else None,
            head=ends.head,
            anchor=ends.anchor,
            unchained=misplaced.unnumbered,
            broken=broken,
        )

    return store.transact("verify_decisions", finish)


def prune_decisions(store: GraphStore, actor: str, retention_days: int | None, today: date) -> Pruning:
    """Remove records older than the setting says; the id of the last of them stays, as what the chain hangs on.

    Raises:
        InvalidInput: There is no such setting, or the log does not hold: a break must not be pruned away.
    """
    if retention_days is None:
        raise InvalidInput("retention_days", "is not set; set SKILLWAY_ENGINE__DECISIONS__RETENTION_DAYS first")
    if (broken := verify_decisions(store).broken) is not None:
        raise InvalidInput(
            "decisions", f"the log does not hold at record {broken.number} ({broken.problem}); nothing was pruned"
        )
    since = _begin(today - timedelta(days=retention_days))
    removed = 0
    while batch := store.transact("prune_decisions", lambda graph: _prune(graph, since)):
        removed += batch
    ends = _read_ends(store)
    if removed:
        question = {"retention_days": retention_days, "removed": removed, "through": ends.anchor_number}
        told = Told(operation="prune_decisions", question=question)
        store.transact("record_pruning", lambda graph: append_decision(graph, actor, told))
    return Pruning(retention_days, removed, ends.anchor_number, ends.anchor)


def _prune(graph: Graph, since: datetime | None) -> int:
    [ends] = graph.ask(LOCK_DECISIONS)
    kept = graph.ask(FIRST_DECISION_SINCE, since=since)[0].number
    through = min(ends.number if kept is None else kept - 1, ends.anchor_number + BATCH)
    if through <= ends.anchor_number:
        return 0
    last = graph.ask(DECISIONS_BETWEEN, after=through - 1, through=through)[0]
    removed = graph.ask(PRUNE_DECISIONS, after=ends.anchor_number, through=through)[0].written
    write_ends(graph, ChainEnds(ends.number, ends.head, anchor_number=through, anchor=last.id))
    return removed


def _follow(graph: Graph, walk: _Walk, through: int) -> _Walk:
    """Follow the chain from where it was followed to a record, by number; stops where it breaks."""
    while walk.broken is None and walk.number < through:
        upto = min(walk.number + BATCH, through)
        for row in graph.ask(DECISIONS_BETWEEN, after=walk.number, through=upto):
            if (problem := _judge(row, walk)) is not None:
                return _Walk(walk.number, walk.id, problem)
            walk = _Walk(row.number, row.id)
        if walk.number < upto:
            return _Walk(walk.number, walk.id, BrokenRecord(walk.number + 1, None, "missing"))
    return walk


def _judge(row: DecisionRow, before: _Walk) -> BrokenRecord | None:
    if row.number > before.number + 1:
        return BrokenRecord(before.number + 1, None, "missing")
    if digest_decision(row) != row.id:
        return BrokenRecord(row.number, row.id, "changed")
    if row.number <= before.number or row.previous != before.id:
        return BrokenRecord(row.number, row.id, "out_of_order")
    return None


def _read_ends(graph: Graph) -> ChainEnds:
    return next(iter(graph.ask(DECISION_CHAIN)), _EMPTY)


def _name_people(store: GraphStore, rows: list[DecisionRow]) -> tuple[DecisionRecord, ...]:
    named = {row.id: list_pseudonyms(row) for row in rows}
    wanted = sorted({pseudonym for pseudonyms in named.values() for pseudonym in pseudonyms})
    known = {
        row.pseudonym: NamedPseudonym(row.pseudonym, Named(row.person_id, row.name))
        for row in store.ask(NAMES_SEEN, pseudonyms=wanted)
    }
    return tuple(
        DecisionRecord(**asdict(row), people=tuple(known[name] for name in named[row.id] if name in known))
        for row in rows
    )


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
