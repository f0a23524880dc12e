"""Looks at what has changed, and tells whoever it brings near to a role; nobody is told the same thing twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.decisions import Told, append_decision
from engine.event_results import PublishedEvent
from engine.events.consume import Write, begin_anew, consume_events
from engine.events.publish import publish_events
from engine.events.worker import read_clock
from engine.live.advise import Advisor, Draft
from engine.live.affected import TYPES, find_affected
from engine.live.results import Evaluation
from engine.settings import EngineSettings
from graph_schema.errors import EventsPruned
from graph_schema.graph import Graph
from graph_schema.queries.events import EVENT_ENDS
from graph_schema.queries.live import WATCHED_ROLES, WRITE_MESSAGES
from graph_schema.store import GraphStore

CONSUMER = "live-gaps"
ACTOR = "skillway live"
"""Who tells, for the decision log, where nobody asked."""
BATCH = 500
"""Events that are looked at together."""
WRITTEN = "skillway.message.written"


def evaluate_changes(store: GraphStore, settings: EngineSettings, today: date) -> Evaluation:
    """Look at all that has changed since the last time, and write the messages that come of it.

    The first time, and when what has changed is no longer kept, everybody who is watched is looked at.

    Args:
        store: The whole graph.
        settings: Of the engine.
        today: The first day of bridges.
    """
    publish_events(store, read_clock())
    looked = _Looked(store, settings, today)
    events = count = looked.go_on()
    while count == BATCH:
        events += (count := looked.go_on())
    return Evaluation(events, looked.messages)


def tell(graph: Graph, drafts: Iterable[Draft], actor: str, because: Sequence[str]) -> int:
    """Write the messages that nobody was told yet, with a record of the decision log for each role; returns how many.

    Args:
        graph: The transaction.
        drafts: What is due.
        actor: Who has them told, for the record.
        because: Types of the events that gave rise to it.
    """
    now = read_clock()
    of_role: dict[str, list[Draft]] = {}
    for draft in drafts:
        of_role.setdefault(draft.role_id, []).append(draft)
    written = 0
    for role_id, items in sorted(of_role.items()):
        rows = [draft.to_row(now) for draft in items]
        fresh = {row.id for row in graph.ask(WRITE_MESSAGES, messages=rows, type=WRITTEN)}
        told = [draft for draft in items if draft.id in fresh]
        if told:
            question = {"role": role_id, "because": list(because)}
            answer = [f"{draft.to_id} {draft.about_id} {draft.id}" for draft in told]
            append_decision(
                graph, actor, Told(operation="message", question=question, answer=answer, model=told[0].model)
            )
        written += len(told)
    return written


@dataclass
class _Looked:
    """What was looked at so far, and how many messages came of it."""

    store: GraphStore
    settings: EngineSettings
    today: date
    messages: int = field(default=0, init=False)
    _written: int = field(default=0, init=False)

    def go_on(self) -> int:
        """Look at some more changes; returns how many, 0 when there are no more."""
        try:
            count = consume_events(self.store, CONSUMER, self._prepare, types=TYPES, limit=BATCH)
        except EventsPruned:
            count = None
        if count is None:
            return self._begin()
        self.messages += self._written
        self._written = 0
        return count

    def _begin(self) -> int:
        ends = self.store.ask(EVENT_ENDS)[0].number
        advisor = Advisor(self.store, self.settings, self.today)
        for role in self.store.ask(WATCHED_ROLES):
            drafts = advisor.draft(role.id)
            self.messages += self.store.transact("tell", lambda graph, drafts=drafts: tell(graph, drafts, ACTOR, ()))
        begin_anew(self.store, CONSUMER, ends)
        return self.go_on()

    def _prepare(self, events: Sequence[PublishedEvent]) -> Write:
        advisor = Advisor(self.store, self.settings, self.today)
        affected = find_affected(self.store, events, lambda: advisor.catalogue)
        drafts = [draft for role_id, people in sorted(affected.items()) for draft in advisor.draft(role_id, people)]
        because = sorted({event.type for event in events})
        self._written = 0

        def write(graph: Graph) -> None:
            self._written = tell(graph, drafts, ACTOR, because)

        return write
