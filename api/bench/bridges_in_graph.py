"""``skillway bench bridge-graph``: bridges asked of a running graph, by a new process and by a warm Engine.

The catalogue is the synthetic one of ``skillway bench bridge``, written into an empty graph with people and roles, and
taken out again. People list what the question says they have; some of it may not be believed, so gaps are at least as
wide as drawn. Mentors are people of the graph, so there are fewer mentorships than in the drawn catalogue.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from api.bench.live import remove_organisation, write_organisation
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.kernels import compile_kernels
from engine.bridges.moves import VERIFIED, Move
from engine.bridges.synthetic import Question, SyntheticCatalogue, draw_catalogue, draw_question
from engine.inference.settings import InferenceSettings
from engine.read_catalogue import read_catalogue
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.schema import Node, Relationship
from graph_schema.store import GraphStore

SOURCE = "bench"
TODAY = date(2026, 7, 1)
MENTORS = 4
"""One person of so many is a mentor."""
_SETTINGS = EngineSettings(inference=InferenceSettings(updates=20, passes=1))


@dataclass(frozen=True)
class GraphBridges:
    """One way of asking, at one gap."""

    asked: str
    courses: int
    moves: int
    gap: int
    questions: int
    p50_ms: float
    p95_ms: float
    """From the question to the answer, names looked up and the decision recorded."""


def bench_bridges_in_graph(
    store: GraphStore, courses: int, gaps: Sequence[int], questions: int, on_progress: Callable[[str], None]
) -> list[GraphBridges]:
    """Ask for bridges of people over a catalogue in a graph: warm, after a course has changed, and from the shell.

    Raises:
        InvalidInput: The graph holds people or skills, which a measurement must not touch; or a number is too small.
    """
    if courses < 100 or questions < 1 or any(gap < 1 or gap > 40 for gap in gaps):
        raise InvalidInput("courses, gap or questions", "needs at least 100 courses, gaps of 1 to 40, and a question")
    if store.list_ids(n.Person) or store.list_ids(n.Skill):
        raise InvalidInput("graph", "holds data; set SKILLWAY_HOME to an empty folder to measure bridges")
    compile_kernels()
    catalogue = draw_catalogue(courses, seed=0)
    asked = {f"{gap}-{number:03}": draw_question(catalogue, gap, number) for gap in gaps for number in range(questions)}
    table: list[GraphBridges] = []
    try:
        on_progress(f"writing {courses} courses and what goes with them")
        write_organisation(store, draw_organisation(catalogue, asked))
        engine = Engine(store, _SETTINGS, clock=lambda: TODAY, actor="bench")
        engine.infer(on_progress)
        moves = len(read_catalogue(store, USUAL_KINDS, _SETTINGS.inference.threshold, TODAY).moves)
        for gap in gaps:
            names = [name for name in asked if name.startswith(f"{gap}-")]
            for way, ask in _list_ways(engine, catalogue):
                on_progress(f"asking {way}, gap {gap}")
                ask(names[0])
                took = [_time(ask, name) for name in names]
                p50, p95 = np.percentile(took, (50, 95)).tolist()
                table.append(GraphBridges(way, courses, moves, gap, questions, p50, p95))
    finally:
        on_progress("taking it out again")
        remove_organisation(store)
        for kind in (n.Course, n.Project, n.Assessment):
            store.delete_nodes(kind, SOURCE, list(store.list_ids(kind)))
    return table


def draw_organisation(
    catalogue: SyntheticCatalogue, asked: Mapping[str, Question]
) -> Iterator[Sequence[Node] | Sequence[Relationship]]:
    """Draw nodes and relationships, a kind at a time, in the order they can be written."""
    moves = catalogue.graph.moves
    yield [n.Skill(id=skill, preferred_label=skill) for skill in sorted(catalogue.highest) if VERIFIED not in skill]
    courses = [move for move in moves if move.kind == "course"]
    projects = [move for move in moves if move.kind in ("gig", "tour_of_duty")]
    assessments = [move for move in moves if move.kind == "assessment"]
    yield [n.Course(id=move.id, title=move.id, money=move.money, hours=move.hours) for move in courses]
    yield [
        n.Project(
            id=move.id,
            title=move.id,
            kind="gig" if move.kind == "gig" else "tour_of_duty",
            money=move.money,
            hours=move.hours,
            seats=2,
        )
        for move in projects
    ]
    yield [n.Assessment(id=move.id, title=move.id, money=move.money, hours=move.hours) for move in assessments]
    yield [r.CourseTeaches(start_id=move, end_id=skill, level=level) for move, skill, level in _list_given(courses)]
    yield [r.CourseNeeds(start_id=move, end_id=skill, level=level) for move, skill, level in _list_needed(courses)]
    yield [r.ProjectDevelops(start_id=move, end_id=skill, level=level) for move, skill, level in _list_given(projects)]
    yield [r.ProjectNeeds(start_id=move, end_id=skill, level=level) for move, skill, level in _list_needed(projects)]
    yield [
        r.AssessmentMeasures(start_id=move, end_id=skill, level=level)
        for move, skill, level in _list_needed(assessments)
    ]
    yield [n.Role(id=f"role:{name}", title=f"Role {name}") for name in asked]
    yield [
        r.RoleRequires(
            start_id=f"role:{name}", end_id=skill, level=level, verified=VERIFIED + skill in question.requires
        )
        for name, question in asked.items()
        for skill, level in question.requires.items()
        if not skill.startswith(VERIFIED)
    ]
    yield [
        n.Person(id=f"person:{name}", name=f"Person {name}", mentor_hours=20.0 if place % MENTORS == 0 else None)
        for place, name in enumerate(asked)
    ]
    shown = [
        (f"evidence:{name}:{skill}", f"person:{name}", skill, level)
        for name, question in asked.items()
        for skill, level in question.skills.items()
        if level > 0
    ]
    yield [
        n.Evidence(
            id=id_,
            kind="assessment" if skill.startswith(VERIFIED) else "self_report",
            level=level,
            score=1.0 if skill.startswith(VERIFIED) else None,
            observed_on=TODAY,
            origin=SOURCE,
        )
        for id_, _, skill, level in shown
    ]
    yield [r.EvidenceAbout(start_id=id_, end_id=person) for id_, person, _, _ in shown]
    yield [r.EvidenceShows(start_id=id_, end_id=skill.removeprefix(VERIFIED)) for id_, _, skill, _ in shown]


def _list_given(moves: Sequence[Move]) -> Iterator[tuple[str, str, float]]:
    return ((move.id, skill, level) for move in moves for skill, level in move.gives.items() if VERIFIED not in skill)


def _list_needed(moves: Sequence[Move]) -> Iterator[tuple[str, str, float]]:
    return ((move.id, skill, level) for move in moves for skill, level in move.needs.items())


def _list_ways(engine: Engine, catalogue: SyntheticCatalogue) -> Iterator[tuple[str, Callable[[str], object]]]:
    course = next(move for move in catalogue.graph.moves if move.kind == "course")

    def ask(name: str) -> object:
        return engine.bridge(f"person:{name}", f"role:{name}")

    def ask_after_a_change(name: str) -> object:
        edited = n.Course(id=course.id, title=f"Edited for {name}", money=course.money, hours=course.hours)
        engine.store.write_nodes([edited], SOURCE)
        return ask(name)

    def ask_in_shell(name: str) -> object:
        command = Path(sys.executable).parent / "skillway"
        words = [command, "bridge", f"person:{name}", f"role:{name}", "--json"]
        return subprocess.run(words, check=True, capture_output=True)

    yield "warm Engine", ask
    yield "Engine, a course having changed", ask_after_a_change
    yield "command line", ask_in_shell


def _time(ask: Callable[[str], object], name: str) -> float:
    started = time.perf_counter()
    ask(name)
    return (time.perf_counter() - started) * 1000
