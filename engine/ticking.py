"""Which steps of an accepted bridge incoming evidence ticks off: a pure function, so what is withdrawn unticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.bridges.mentorship import BY_MENTOR
from engine.kept_bridges import Kept, read_kept
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.graph import Graph
from graph_schema.queries.bridges import EVIDENCE_OF_MOVES, HELD_ROLES, HeldRole, KeptStepRow, MoveEvidenceRow

LEAVES: Mapping[str, str] = {
    "course": "course_completion",
    "gig": "project_outcome",
    "tour_of_duty": "project_outcome",
    "assessment": "assessment",
}
"""Kind of move -> the kind of evidence that it leaves when it is done. The others may be ticked off by hand."""


@dataclass(frozen=True)
class Tick:
    """That a step is done: since when, by which evidence, in words."""

    done_on: date | None
    evidence: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Signs:
    """All that may tick off steps of one person: evidence, the oldest first, and the roles held now."""

    evidence: Sequence[MoveEvidenceRow]
    roles: Sequence[HeldRole]


def read_signs(graph: Graph, person_id: str, since: date, until: date, also: str | None = None) -> Signs:
    """Read what may tick off steps; ``also`` is the id of evidence that counts although it is withdrawn."""
    evidence = graph.ask(EVIDENCE_OF_MOVES, person_id=person_id, since=since, until=until, also=also)
    return Signs(evidence, graph.ask(HELD_ROLES, person_id=person_id))


def tick_step(step: KeptStepRow, accepted_on: date, signs: Signs) -> Tick | None:
    """Say whether a step is done: what it leaves was observed on or after the day the bridge was accepted.

    A course is done by its completion, a gig or tour of duty by its outcome, an assessment by a result that was passed,
    a mentorship by what the mentor signs of the skill, an interim role by holding it; the last two also by hand.
    """
    found = [item for item in signs.evidence if item.observed_on >= accepted_on and _ticks(step, item)]
    if found:
        kind = found[0].kind.replace("_", " ")
        return Tick(found[0].observed_on, tuple(item.id for item in found), f"{kind} of {found[0].observed_on}")
    held = next((item for item in signs.roles if step.kind == "interim_role" and item.role_id == step.move_id), None)
    if held:
        return Tick(held.since_on, (), "the role is held")
    if step.done_on:
        return Tick(step.done_on, (), f"recorded as done on {step.done_on}")
    return None


def tick_bridge(kept: Kept, signs: Signs) -> dict[str, Tick]:
    """Tick off the steps of a bridge: id of the step -> how it was done."""
    ticks = {step.id: tick_step(step, kept.row.accepted_on, signs) for step in kept.steps}
    return {id_: tick for id_, tick in ticks.items() if tick}


def say_ticks(graph: Graph, person_id: str, evidence_id: str, status: str, today: date) -> tuple[str, ...]:
    """Say which steps of bridges in force a piece of evidence ticks off, or opens again now that it is withdrawn."""
    said: list[str] = []
    for kept in (item for item in read_kept(graph, person_id) if item.row.status == "active"):
        signs = read_signs(graph, person_id, kept.row.accepted_on, today, evidence_id)
        for step in kept.steps:
            tick = tick_step(step, kept.row.accepted_on, signs)
            if tick is None or evidence_id not in tick.evidence:
                continue
            place = f"step {step.order} of {len(kept.steps)} of the bridge to {kept.row.role}, {step.title}, is"
            if status == "active":
                said.append(f"{place} done")
            elif tick.evidence == (evidence_id,):
                said.append(f"{place} open again")
    return tuple(said)


def _ticks(step: KeptStepRow, item: MoveEvidenceRow) -> bool:
    if step.kind == "mentorship":
        skills = {given.skill_id for given in step.gives}
        return item.kind in BY_MENTOR and item.by_id == step.mentor_id is not None and item.skill_id in skills
    return item.kind == LEAVES.get(step.kind) and item.via_id == step.move_id and _is_passed(item)


def _is_passed(item: MoveEvidenceRow) -> bool:
    scores = EVIDENCE_KINDS[item.kind].scores
    return scores is None or item.score is None or item.score >= scores.middle
