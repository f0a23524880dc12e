"""Whether pools keep their promise, on the sample organisation, whose truth is planted.

Every skill that anybody has is asked for at whatever level and at levels 2 and 3, the two foremost requirements of
every role together, and every role, without and with those who hold it. The lists are compared with what people really
know. The interval counts people, not entries: one person's entries are right or wrong together.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.contests import Asked, Contest, ask_for_role, ask_for_skills, judge_candidates
from engine.matching import HALF_STEP, measure_readiness
from engine.promised_pools import make_promise
from engine.results import Named
from engine.service import Engine
from graph_schema.queries.moves import ROLES
from graph_schema.queries.roles import HOLDERS_OF_ROLE, REQUIREMENTS_OF_ROLE
from graph_schema.queries.skills import SKILLS_IN_USE
from loaders.sample import TRUTH

PRECISIONS = (0.8, 0.9, 0.95)
LEVELS = (None, 2.0, 3.0)

Truth = Mapping[str, Mapping[str, float]]
"""Person id -> skill id -> level."""


@dataclass(frozen=True)
class PromiseKept:
    """What was promised of many lists, and what they held."""

    asked: str
    promised: float
    lists: int
    """How many were asked for."""
    empty: int
    """How many of them hold nobody."""
    entries: int
    expected: float | None
    """Expected share of right entries, over all entries."""
    realised: float | None
    """Share of entries that are right in truth."""
    margin: float | None
    """Half-width of its 95 % interval."""
    found: float | None
    """Share of all who are right, holders of the role apart, that are listed."""
    kept: bool
    """Whether the realised share is not below the promise by more than the margin."""


def bench_pools(engine: Engine, on_progress: Callable[[str], None]) -> list[PromiseKept]:
    """Compare promised pools with the truth of the sample organisation, which the engine's graph must hold."""
    truth = read_truth()
    table: list[PromiseKept] = []
    for name, questions in _list_questions(engine, truth).items():
        on_progress(f"{name}: {len(questions)} lists")
        tallies = {precision: _Tally() for precision in PRECISIONS}
        for asked in questions:
            contest = judge_candidates(engine.store, asked, engine.settings.inference)
            held_by = engine.store.ask(HOLDERS_OF_ROLE, role_id=asked.role.id) if asked.role else []
            able = {person for person in truth if is_right(asked, truth[person])} - {item.id for item in held_by}
            for precision, tally in tallies.items():
                tally.add(contest, precision, able)
        table += [tally.summarise(name, precision) for precision, tally in tallies.items()]
    return table


def read_truth() -> Truth:
    """Return what people of the sample organisation really know."""
    truth: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with (TRUTH / "skills.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            truth[row["person_id"]][row["skill_id"]] = float(row["level"])
    return truth


def is_right(asked: Asked, known: Mapping[str, float]) -> bool:
    """Say whether listing somebody is right, by what they really know."""
    met = {
        item.skill_id
        for item in asked.requirements
        if item.skill_id in known and known[item.skill_id] >= item.level - HALF_STEP
    }
    demanded = {item.skill_id for item, must in zip(asked.requirements, asked.demanded, strict=True) if must}
    return demanded <= met and measure_readiness(asked.requirements, met) >= asked.threshold - 1e-9


def _list_questions(engine: Engine, truth: Truth) -> dict[str, list[Asked]]:
    known = {skill for skills in truth.values() for skill in skills}
    skills = [Named(item.id, item.name) for item in engine.store.ask(SKILLS_IN_USE, skill_ids=None) if item.id in known]
    roles = [Named(row.id, row.title) for row in engine.store.ask(ROLES)]
    questions = {
        "a skill" if level is None else f"a skill at {level:g}": [
            ask_for_skills([skill], [] if level is None else [level]) for skill in skills
        ]
        for level in LEVELS
    }
    pairs = [engine.store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id)[:2] for role in roles]
    questions["two skills at 2"] = [
        ask_for_skills([Named(item.skill_id, item.label) for item in pair], [2.0] * len(pair)) for pair in pairs
    ]
    asked = [ask_for_role(engine.store, role, core=False) for role in roles]
    # Hardly anybody is ready for a role that they do not hold, so those who hold it are guessed at too.
    return questions | {"a role": asked, "a role, holders too": [replace(item, role=None) for item in asked]}


class _Tally:
    """Entries of many lists, counted by person."""

    def __init__(self) -> None:
        self.lists = self.empty = self.able = 0
        self.expected = 0.0
        self.listed: defaultdict[str, list[bool]] = defaultdict(list)

    def add(self, contest: Contest, precision: float, able: set[str]) -> None:
        promise = make_promise(contest, precision)
        people = [contest.candidates[int(row)].id for row in promise.chosen]
        self.lists += 1
        self.empty += not people
        self.expected += len(people) - promise.expected_wrong
        self.able += len(able)
        for person in people:
            self.listed[person].append(person in able)

    def summarise(self, asked: str, precision: float) -> PromiseKept:
        entries = sum(map(len, self.listed.values()))
        right = sum(map(sum, self.listed.values()))
        realised = right / entries if entries else None
        margin = None if realised is None else 1.96 * math.sqrt(sum(self._list_deviations(realised))) / entries
        return PromiseKept(
            asked=asked,
            promised=precision,
            lists=self.lists,
            empty=self.empty,
            entries=entries,
            expected=self.expected / entries if entries else None,
            realised=realised,
            margin=margin,
            found=right / self.able if self.able else None,
            kept=realised is None or margin is None or realised >= precision - margin,
        )

    def _list_deviations(self, realised: float) -> Iterator[float]:
        # The variance of a ratio of sums over people (clusters), by linearisation.
        return ((sum(right) - realised * len(right)) ** 2 for right in self.listed.values())
