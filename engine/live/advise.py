"""Finds who nearly meets what a role asks, and drafts what they, or those who watch them, are told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from engine.bridge_terms import set_terms
from engine.bridge_wishes import BridgeWishes
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.move_graph import MoveGraph
from engine.bridges.person import Traveller, hold_levels, list_met
from engine.bridges.plan import plan_bridge
from engine.bridges.result import OUT_OF_REACH, PlannedMove
from engine.live.results import Advice, AdvisedMove, MissingSkill
from engine.matching import measure_readiness
from engine.pools import combine_held
from engine.read_catalogue import read_catalogue, read_labels
from engine.results import Named
from engine.settings import EngineSettings
from graph_schema.queries.graph import LATEST_MODEL, ORGANISATION
from graph_schema.queries.live import (
    NEAR_IN_POOL,
    NEAR_PEOPLE,
    NEAR_WATCHERS,
    POOL_WATCHES,
    NearPersonRow,
    PoolWatchRow,
)
from graph_schema.queries.roles import ROLE, WholeRole
from graph_schema.scales import WORKING_LEVEL
from graph_schema.sight import Sight
from graph_schema.store import GraphStore

_ROUNDING = 1e-9
"""Sums of importance that differ by no more are the same sum, added up in another order."""
_AT_A_TIME = 200
"""People who are read at once."""


@dataclass(frozen=True)
class Draft:
    """A message that is due, unless it was told before."""

    to_id: str
    about_id: str
    role_id: str
    readiness: float
    advice: Advice
    model: str

    @cached_property
    def id(self) -> str:
        """Make its id from what it says: what is missing and which moves close that, not what they cost today."""
        missing = [(item.skill.id, item.level, item.verified) for item in self.advice.missing]
        moves = [move.id or move.title for move in self.advice.moves]
        said = json.dumps([self.to_id, self.about_id, self.role_id, missing, moves])
        return f"message:{sha256(said.encode()).hexdigest()}"

    def to_row(self, now: datetime) -> dict[str, Any]:
        """Return it as it is written."""
        properties = {
            "written_at": now,
            "readiness": self.readiness,
            "content": json.dumps(asdict(self.advice), ensure_ascii=False),
            "move_ids": [move.id for move in self.advice.moves if move.id],
            "model": self.model,
            "mail_attempts": 0,
        }
        ends = {"to_id": self.to_id, "about_id": self.about_id, "role_id": self.role_id}
        data = json.dumps({"message": self.id, "role": self.role_id}, sort_keys=True)
        return {"id": self.id, **ends, "properties": properties, "data": data}


@dataclass(frozen=True)
class Advisor:
    """Drafts messages from the graph as it is; whatever does not depend on the person is read once.

    Attributes:
        store: The whole graph.
        settings: Of the engine.
        today: The first day of a bridge.
    """

    store: GraphStore
    settings: EngineSettings
    today: date

    @cached_property
    def catalogue(self) -> MoveGraph:
        """The moves on offer today."""
        return read_catalogue(self.store, USUAL_KINDS, self.settings.inference.threshold, self.today)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return read_labels(self.store)

    @cached_property
    def _currency(self) -> str:
        return self.store.ask(ORGANISATION)[0].currency

    def draft(self, role_id: str, people: Collection[str] | None = None) -> list[Draft]:
        """Draft what is due about a role: to those who watch it themselves, and to those who watch others.

        Args:
            role_id: The role.
            people: Only about these; about everybody when None.
        """
        watches = (watch for watch in self.store.ask(POOL_WATCHES) if watch.role_id == role_id)
        return [*self.draft_own(role_id, people), *self.draft_pools(watches, people)]

    def draft_own(self, role_id: str, people: Collection[str] | None = None) -> list[Draft]:
        """Draft what is due to those who watch a role themselves; arguments as of :meth:`draft`."""
        told = self._read_role(role_id)
        if told is None:
            return []
        near = [row.id for row in self.store.ask(NEAR_WATCHERS, **self._ask(told, people))]
        return [draft for row in self._read(self.store, near, told) if (draft := self._advise(row, row.id, told))]

    def draft_pools(self, watches: Iterable[PoolWatchRow], people: Collection[str] | None = None) -> list[Draft]:
        """Draft what is due to those who watch others.

        Args:
            watches: Their watches.
            people: Only about these; about everybody when None.
        """
        return [draft for watch in watches for draft in self._draft_pool(watch, people)]

    def _draft_pool(self, watch: PoolWatchRow, people: Collection[str] | None) -> Iterator[Draft]:
        told = self._read_role(watch.role_id)
        if told is None:
            return
        seen = self.store.seen_by(
            Sight(
                everybody=watch.everybody,
                person=watch.watcher_id,
                reports=watch.reports,
                functions=tuple(watch.functions),
                regions=tuple(watch.regions),
            )
        )
        ask = self._ask(told, people) | {"team": watch.team, "watcher_id": watch.watcher_id}
        near = [row.id for row in seen.ask(NEAR_IN_POOL, **ask)]
        for row in self._read(seen, near, told):
            if draft := self._advise(row, watch.watcher_id, told):
                yield draft

    def _read_role(self, role_id: str) -> _Told | None:
        """Read what is told about; None where the role is gone or asks for nothing, or nothing was ever inferred."""
        roles, latest = self.store.ask(ROLE, role_id=role_id), self.store.ask(LATEST_MODEL)
        if not (roles and latest and roles[0].requirements):
            return None
        return _Told(roles[0], latest[0].id, latest[0].as_of)

    def _ask(self, told: _Told, people: Collection[str] | None) -> dict[str, Any]:
        total = sum(item.importance for item in told.role.requirements)
        needs = [
            {"skill_id": item.skill_id, "level": item.level, "importance": item.importance, "verified": item.verified}
            for item in told.role.requirements
        ]
        return {
            "role_id": told.role.id,
            "person_ids": None if people is None else sorted(people),
            "requirements": needs,
            "threshold": self.settings.inference.threshold,
            "working_level": WORKING_LEVEL,
            "least": told.role.threshold * total - _ROUNDING,
        }

    def _read(self, store: GraphStore, people: list[str], told: _Told) -> Iterator[NearPersonRow]:
        for start in range(0, len(people), _AT_A_TIME):
            yield from store.ask(NEAR_PEOPLE, person_ids=people[start : start + _AT_A_TIME], as_of=told.as_of)

    def _advise(self, row: NearPersonRow, to_id: str, told: _Told) -> Draft | None:
        threshold = self.settings.inference.threshold
        held = hold_levels(combine_held(row.listed, row.beliefs, threshold, own=row.own), threshold)
        met = set(list_met(told.role.requirements, held))
        readiness = measure_readiness(told.role.requirements, met)
        if readiness < told.role.threshold - _ROUNDING:
            return None
        missing = tuple(
            MissingSkill(Named(item.skill_id, item.label), item.level, item.verified)
            for item in told.role.requirements
            if item.skill_id not in met
        )
        nothing = Advice("met", told.role.threshold, readiness, missing, (), 0.0, 0.0, 0, 0.0, self._currency)
        advice = self._plan(row, held, told, nothing) if missing else nothing
        return Draft(to_id, row.id, told.role.id, readiness, advice, told.model)

    def _plan(self, row: NearPersonRow, held: Mapping[str, float], told: _Told, nothing: Advice) -> Advice:
        terms = set_terms(BridgeWishes(), self.settings, row.hourly_rate, self.today)
        terms = replace(terms, without=(told.role.id,), time_limit=self.settings.live.time_limit)
        traveller = Traveller(id=row.id, held=held, done=frozenset(row.done))
        plan = plan_bridge(self.catalogue, traveller, told.role.requirements, terms, self._labels)
        if plan.status in OUT_OF_REACH:
            return replace(nothing, status=plan.status)
        return replace(
            nothing,
            status=plan.status,
            readiness_after=plan.readiness_after,
            moves=tuple(map(self._say_move, plan.moves)),
            money=plan.money,
            hours=plan.hours,
            weeks=plan.weeks,
            price=plan.price,
        )

    def _say_move(self, move: PlannedMove) -> AdvisedMove:
        if move.kind != "mentorship":
            return AdvisedMove(move.id, move.kind, move.title, move.money, move.hours)
        # Who the mentor is must not outlast them.
        gives = move.gives.items()
        learnt = ", ".join(f"{self._labels.get(skill, skill)} to level {level:g}" for skill, level in gives)
        return AdvisedMove(None, move.kind, f"a mentorship in {learnt}", move.money, move.hours)


@dataclass(frozen=True)
class _Told:
    """What is told about: the role, and the model that beliefs are of."""

    role: WholeRole
    model: str
    as_of: date
