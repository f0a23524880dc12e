"""``skillway bench live``: from one new piece of evidence to the graph that has acted on it, in a running graph.

The organisation is synthetic and seeded: 18 listed skills and 4 endorsements a person, roles of 50 people. It is
written into an empty graph and taken out again. The model is fitted in few steps, because how well it guesses does not
change how long an update takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.bench.synthetic import draw_people
from engine.beliefs import SOURCE as ENGINE
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.evidence_ids import RECORDED
from graph_schema.schema import Node, Relationship
from graph_schema.store import GraphStore

SOURCE = "bench"
TODAY = date(2026, 7, 1)
ENDORSERS = 4
HOLDERS = 50
WARM_UP = 200
"""Updates before the clock runs, so that a server that has just started has compiled what it runs."""


@dataclass(frozen=True)
class LiveUpdate:
    """One size of organisation, and one kind of update measured in it."""

    update: str
    people: int
    skills: int
    evidence: int
    """Pieces of evidence in the graph."""
    beliefs: int
    """HAS_SKILL relationships in the graph."""
    changed: float
    """Beliefs that an update writes, on average."""
    p50_ms: float
    p95_ms: float
    """From the call to the answer: evidence written, posterior and HAS_SKILL updated and committed, list refreshed."""


def bench_live(
    store: GraphStore,
    people: Sequence[int],
    skills: int,
    questions: int,
    on_progress: Callable[[str], None],
) -> list[LiveUpdate]:
    """Record and withdraw evidence about people of growing organisations, one piece after the other.

    Raises:
        InvalidInput: The graph holds people or skills, which a measurement must not touch; or a number is too small.
    """
    if min(people, default=0) < 2 or questions < 1:
        raise InvalidInput("people", "at least 2 are needed, and 1 question")
    if store.list_ids(n.Person) or store.list_ids(n.Skill):
        raise InvalidInput("graph", "holds data; set SKILLWAY_HOME to an empty folder to measure updates")
    table: list[LiveUpdate] = []
    for size in people:
        try:
            on_progress(f"writing {size} people")
            evidence = write_organisation(store, draw_organisation(size, skills))
            engine = Engine(store, EngineSettings(inference=_SETTINGS), clock=lambda: TODAY, actor="bench")
            run = engine.infer(on_progress)
            on_progress("recording and withdrawing evidence")
            table += [
                LiveUpdate(update, size, skills, evidence, run.created, changed, *_find_percentiles(took))
                for update, changed, took in _measure(engine, size, skills, questions)
            ]
        finally:
            on_progress("taking it out again")
            remove_organisation(store)
    return table


_SETTINGS = InferenceSettings(updates=20, passes=1)


def draw_organisation(people: int, skills: int) -> Iterator[Sequence[Node] | Sequence[Relationship]]:
    """Draw nodes and relationships, a kind at a time, in the order they can be written."""
    shown = draw_people(people, skills)
    cells = list(zip(*(part.tolist() for part in shown.nonzero()), strict=True))
    random = np.random.default_rng(5)
    ages = random.integers(1, 1500, len(cells)).tolist()
    levels = random.integers(1, 6, len(cells)).tolist()
    roles = range(-(-people // HOLDERS))
    yield [n.Skill(id=_skill(column), preferred_label=f"Skill {column}") for column in range(skills)]
    yield [n.Role(id=f"role:{role}", title=f"Role {role}") for role in roles]
    yield [n.Person(id=_person(row), name=f"Person {row}", function="Bench") for row in range(people)]
    yield [r.Holds(start_id=_person(row), end_id=f"role:{row // HOLDERS}") for row in range(people)]
    ids = [f"evidence:bench:{row}:{column}" for row, column in cells]
    yield [
        n.Evidence(
            id=id, kind="self_report", level=float(level), observed_on=TODAY - timedelta(days=age), origin=SOURCE
        )
        for id, level, age in zip(ids, levels, ages, strict=True)
    ]
    yield [r.EvidenceAbout(start_id=id, end_id=_person(row)) for id, (row, _) in zip(ids, cells, strict=True)]
    yield [r.EvidenceShows(start_id=id, end_id=_skill(column)) for id, (_, column) in zip(ids, cells, strict=True)]
    yield list(_draw_endorsements(random, shown.indptr, shown.indices, people))


def _draw_endorsements(
    random: np.random.Generator, starts: NDArray[Any], columns: NDArray[Any], people: int
) -> Iterator[r.Endorsed]:
    """Neighbours of a role vouch for one another, so that ties among endorsers occur as they do in teams."""
    for row in range(people):
        near = np.arange(max(0, row - 10), min(people, row + 11))
        endorsers = random.choice(near[near != row], min(ENDORSERS, len(near) - 1), replace=False)
        for endorser in endorsers.tolist():
            column = int(random.choice(columns[starts[row] : starts[row + 1]]))
            yield r.Endorsed(
                start_id=_person(endorser), end_id=_person(row), skill_id=_skill(column), level=3.0, observed_on=TODAY
            )


def write_organisation(store: GraphStore, pieces: Iterator[Sequence[Node] | Sequence[Relationship]]) -> int:
    """Write what was drawn; returns how many pieces of evidence are in it."""
    evidence = 0
    for items in pieces:
        nodes = [item for item in items if isinstance(item, Node)]
        evidence += sum(isinstance(item, n.Evidence) for item in nodes)
        store.write_nodes(nodes, SOURCE)
        store.write_relationships([item for item in items if isinstance(item, Relationship)], SOURCE)
    return evidence


def _measure(engine: Engine, people: int, skills: int, questions: int) -> Iterator[tuple[str, float, list[float]]]:
    random = np.random.default_rng(6)
    asked = [
        (_person(row), _skill(column))
        for row, column in zip(
            random.integers(0, people, questions + WARM_UP).tolist(),
            random.integers(0, skills, questions + WARM_UP).tolist(),
            strict=True,
        )
    ]
    recorded = [_time(lambda item=item: engine.record_evidence(*item, "attestation", level=4.0)) for item in asked]
    ids = [change.evidence_id for change, _ in recorded]
    withdrawn = [_time(lambda id=id: engine.withdraw_evidence(id)) for id in ids]
    for update, done in (("record", recorded), ("withdraw", withdrawn)):
        counted = done[WARM_UP:]
        yield update, float(np.mean([change.changed for change, _ in counted])), [took for _, took in counted]


def _time(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    given = work()
    return given, (time.perf_counter() - started) * 1000


def _find_percentiles(took: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.percentile(took, (50, 95)).tolist()
    return p50, p95


def remove_organisation(store: GraphStore) -> None:
    """Take people, roles and skills out again, with all that hangs on them."""
    # Evidence and beliefs first: a person or a skill with all that hangs on it may be more than one transaction holds.
    for source in (RECORDED, SOURCE):
        store.delete_nodes(n.Evidence, source, list(store.read_fingerprints(n.Evidence, source)))  # type: ignore[arg-type]
    beliefs = store.read_fingerprints(r.HasSkill, ENGINE)
    store.delete_relationships(r.HasSkill, ENGINE, [key for key in beliefs if isinstance(key, tuple)])
    store.delete_nodes(n.Model, ENGINE, list(store.list_ids(n.Model)))
    for kind in (n.Person, n.Role, n.Skill):
        store.delete_nodes(kind, SOURCE, list(store.list_ids(kind)))


def _person(row: int) -> str:
    return f"bench:person:{row:07}"


def _skill(column: int) -> str:
    return f"bench:skill:{column:05}"
