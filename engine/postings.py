"""Postings in memory: for each skill that was asked about, who is believed to have it, to tell whom to look at.

An inverted index as search engines keep (Manning, Raghavan, Schütze, *Introduction to Information Retrieval*, 2008,
ch. 1). Nothing of it is an answer: the graph is asked about everybody it finds, so what may be seen of them, and how
ready they are, is always what the graph says now. Whose beliefs have changed since is known from the events; they are
found too, whatever was believed of them before.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.matching import round_level
from graph_schema.errors import StoreUnavailable
from graph_schema.event_types import ERASED, REMOVED, SKILLS_CHANGED
from graph_schema.queries.candidates import BELIEFS_CHANGED, POSTINGS, POSTINGS_OF_PEOPLE, SkillPosting
from graph_schema.queries.roles import RequirementRow
from graph_schema.scales import WORKING_LEVEL
from graph_schema.store import GraphStore

MOST_FOUND_ANYWAY = 100
"""People who are found because their beliefs changed, before what is believed of them is read again."""
MOST_CHANGES = 2000
"""Events after which everything is read again, when it is asked for."""
PATIENCE = 10.0
"""Seconds to wait for others who are reading."""


@dataclass(frozen=True, slots=True)
class _Posting:
    """Who is believed to have a skill, and what is believed of it, in one order."""

    people: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    levels: NDArray[np.float64]
    """In half steps, as they are compared."""
    verified: NDArray[np.bool_]


class Postings:
    """The postings of one graph, for one process and all its threads.

    Args:
        store: The graph, whole.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        # How far events are known: the number and id of one of them, and the stamp of what no event tells of.
        self._after = 0
        self._last: str | None = None
        self._token: str | None = None
        # Of these people nothing is in the postings, and they are found whatever is asked.
        self._changed: frozenset[str] = frozenset()
        # Postings name people by their places here.
        self._people: list[str] = []
        self._row_of: dict[str, int] = {}
        self._postings: dict[str, _Posting] = {}

    def find_people(self, requirements: Sequence[RequirementRow], threshold: float, least: float) -> list[str]:
        """Return everybody who meets requirements of a summed importance, and some who do not.

        Args:
            requirements: The requirements.
            threshold: Probability from which a skill counts.
            least: The summed importance.

        Raises:
            StoreUnavailable: Others are reading, and it takes long.
        """
        with self._hold():
            self._catch_up()
            self._read([item.skill_id for item in requirements])
            met = np.zeros(len(self._people))
            for item in requirements:
                posting = self._postings[item.skill_id]
                meets = (posting.probabilities >= threshold) & (posting.levels >= item.level)
                if item.verified:
                    meets &= posting.verified
                met[posting.people[meets]] += item.importance
            found = {self._people[row] for row in np.flatnonzero(met >= least)}
            return sorted(found | self._changed)

    def catch_up(self) -> None:
        """Leave nothing in memory that is no longer believed, nor of anybody who is gone, without being asked for more.

        Raises:
            StoreUnavailable: Others are reading, and it takes long.
        """
        with self._hold():
            if self._postings:
                self._catch_up()

    @contextmanager
    def _hold(self) -> Generator[None]:
        if not self._lock.acquire(timeout=PATIENCE):
            raise StoreUnavailable("who has which skills is still being read; ask again in a moment")
        try:
            yield
        finally:
            self._lock.release()

    def _catch_up(self) -> None:
        """Learn whose beliefs changed, before anything is read: what is read after it is no older."""
        [since] = self._store.ask(
            BELIEFS_CHANGED, after=self._after, most=MOST_CHANGES, types=[SKILLS_CHANGED], gone=[REMOVED, ERASED]
        )
        known = since.pruned_through <= self._after <= since.shown_through
        known &= (since.before, since.token) == (self._last, self._token)
        if since.more or since.gone or not known:
            self._changed = frozenset()
            self._people, self._row_of, self._postings = [], {}, {}
        else:
            self._drop(since.person_ids)
            if len(self._changed) > MOST_FOUND_ANYWAY:
                self._renew()
        self._after, self._last, self._token = since.shown_through, since.last, since.token

    def _drop(self, person_ids: Collection[str]) -> None:
        """Drop what is held of people whose beliefs changed, and find them anyway from now on."""
        dropped = frozenset(person_ids) - self._changed
        self._changed |= dropped
        if not self._row_of.keys().isdisjoint(dropped):
            for skill_id, posting in self._postings.items():
                self._postings[skill_id] = self._leave_out(posting, dropped)

    def _leave_out(self, posting: _Posting, person_ids: Collection[str]) -> _Posting:
        left_out = np.zeros(len(self._people), dtype=np.bool_)
        left_out[[self._row_of[id_] for id_ in person_ids if id_ in self._row_of]] = True
        stays = ~left_out[posting.people]
        if stays.all():
            return posting
        return _Posting(
            posting.people[stays], posting.probabilities[stays], posting.levels[stays], posting.verified[stays]
        )

    def _renew(self) -> None:
        """Read what is believed of those whose beliefs changed into the postings, which hold nothing of them."""
        rows = self._store.ask(
            POSTINGS_OF_PEOPLE,
            person_ids=sorted(self._changed),
            skill_ids=sorted(self._postings),
            working_level=WORKING_LEVEL,
        )
        for row in rows:
            old, new = self._postings[row.skill_id], self._to_posting(row)
            self._postings[row.skill_id] = _Posting(
                np.concatenate([old.people, new.people]),
                np.concatenate([old.probabilities, new.probabilities]),
                np.concatenate([old.levels, new.levels]),
                np.concatenate([old.verified, new.verified]),
            )
        self._changed = frozenset()

    def _read(self, skill_ids: Sequence[str]) -> None:
        """Read the postings of skills that nobody asked about before."""
        unread = [id_ for id_ in skill_ids if id_ not in self._postings]
        if unread:
            rows = self._store.ask(POSTINGS, skill_ids=unread, working_level=WORKING_LEVEL)
            read = {row.skill_id: self._to_posting(row) for row in rows}
            self._postings |= {id_: self._leave_out(posting, self._changed) for id_, posting in read.items()}

    def _to_posting(self, row: SkillPosting) -> _Posting:
        for person in row.person_ids:
            if person not in self._row_of:
                self._row_of[person] = len(self._people)
                self._people.append(person)
        return _Posting(
            people=np.array([self._row_of[person] for person in row.person_ids], dtype=np.int64),
            probabilities=np.array(row.probabilities, dtype=np.float64),
            levels=np.array([round_level(level) for level in row.levels], dtype=np.float64),
            verified=np.array(row.verified, dtype=np.bool_),
        )


@lru_cache(maxsize=8)
def open_postings(store: GraphStore) -> Postings:
    """Return the postings of a graph, the same ones for the same store."""
    return Postings(store)
