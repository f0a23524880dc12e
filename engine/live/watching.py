"""Watching: somebody asks to be told when they, or people they see, come near to a role; and asks it no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from engine.beliefs import SOURCE
from engine.decisions import Told, append_decision
from engine.live.advise import Advisor, Draft
from engine.live.evaluate import tell
from engine.live.results import WatchList, WatchState
from engine.results import Named
from engine.settings import LiveSettings
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.live_nodes import Watch
from graph_schema.live_relationships import WatchBy, WatchOn
from graph_schema.queries.live import POOL_WATCHES, WATCHES_OF_PERSON, WatchRow
from graph_schema.queries.mail import MAIL_CHOICE
from graph_schema.queries.people import PERSON
from graph_schema.sight import Sight
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class WatchRequest:
    """Who asks to be told about a role; of others where a sight says whom they see, of themselves where it is None."""

    person: Named
    role: Named
    sight: Sight | None = None
    team: Named | None = None

    @property
    def kind(self) -> str:
        """Whose readiness is watched."""
        return "own" if self.sight is None else "pool"

    def to_node(self, today: date, *, active: bool) -> Watch:
        """Return the watch as it is kept."""
        team = self.team.id if self.team else ""
        said = "\x1f".join((self.person.id, self.role.id, self.kind, team))
        id_ = f"watch:{sha256(said.encode()).hexdigest()}"
        if self.sight is None:
            return Watch(id=id_, kind="own", active=active, since=today)
        return Watch(
            id=id_,
            kind="pool",
            active=active,
            since=today,
            team=team or None,
            everybody=self.sight.everybody,
            reports=self.sight.reports,
            functions=self.sight.functions,
            regions=self.sight.regions,
        )


def start_watch(store: GraphStore, actor: str, asked: WatchRequest, advisor: Advisor) -> WatchState:
    """Keep a watch, and tell at once what is due about it.

    Raises:
        InvalidInput: The person holds the role that they watch for themselves.
    """
    person, role = asked.person, asked.role
    if asked.kind == "own" and role.id in store.whole.ask(PERSON, person_id=person.id)[0].role_ids:
        raise InvalidInput("role", f"{person.name} holds {role.name} already, so there is nothing to be told of")
    if not _is_kept(store, asked):
        store.transact("start_watch", lambda graph: _write(graph, actor, asked, advisor.today, active=True))
        drafts = _draft(store, asked, advisor)
        store.transact("tell", lambda graph: tell(graph, drafts, actor, ("watch",)))
    return _find(store, asked)


def end_watch(store: GraphStore, actor: str, asked: WatchRequest, today: date) -> None:
    """End a watch; an interest that a data set holds of the person is heeded no more either.

    Raises:
        NotFound: It is not watched.
    """
    _find(store, asked)
    store.transact("end_watch", lambda graph: _write(graph, actor, asked, today, active=False))


def list_watches(store: GraphStore, person: Named, settings: LiveSettings) -> WatchList:
    """Return what a person watches, and how often they get messages by e-mail."""
    [mail] = store.ask(MAIL_CHOICE, person_id=person.id)
    return WatchList(
        person=person,
        watches=tuple(_say(row) for row in store.ask(WATCHES_OF_PERSON, person_id=person.id)),
        email=mail.email,
        mail_pace=mail.pace or settings.mail_pace,
    )


def _write(graph: Graph, actor: str, asked: WatchRequest, today: date, *, active: bool) -> None:
    watch = asked.to_node(today, active=active)
    graph.write_nodes([watch], SOURCE)
    graph.write_relationships([WatchBy(start_id=watch.id, end_id=asked.person.id)], SOURCE)
    graph.write_relationships([WatchOn(start_id=watch.id, end_id=asked.role.id)], SOURCE)
    question = {
        "person": asked.person.id,
        "role": asked.role.id,
        "of": asked.kind,
        "team": asked.team.id if asked.team else None,
    }
    append_decision(graph, actor, Told(operation="watch" if active else "unwatch", question=question))


def _draft(store: GraphStore, asked: WatchRequest, advisor: Advisor) -> list[Draft]:
    if asked.kind == "own":
        return advisor.draft_own(asked.role.id, {asked.person.id})
    id_ = asked.to_node(advisor.today, active=True).id
    return advisor.draft_pools(watch for watch in store.whole.ask(POOL_WATCHES) if watch.id == id_)


def _is_kept(store: GraphStore, asked: WatchRequest) -> bool:
    return any(_fits(row, asked) and not row.interest for row in _read(store, asked))


def _find(store: GraphStore, asked: WatchRequest) -> WatchState:
    for row in _read(store, asked):
        if _fits(row, asked):
            return _say(row)
    whose = "themselves" if asked.kind == "own" else "others"
    raise NotFound("watch", f"{asked.person.name} on {asked.role.name} for {whose}", "list them: skillway watch list")


def _read(store: GraphStore, asked: WatchRequest) -> list[WatchRow]:
    return store.whole.ask(WATCHES_OF_PERSON, person_id=asked.person.id)


def _fits(row: WatchRow, asked: WatchRequest) -> bool:
    team = asked.team.id if asked.team else None
    return (row.kind, row.role_id, row.team_id) == (asked.kind, asked.role.id, team)


def _say(row: WatchRow) -> WatchState:
    team = None if row.team_id is None else Named(row.team_id, row.team or row.team_id)
    return WatchState(row.kind, Named(row.role_id, row.role), row.threshold, team, row.since, row.interest)
