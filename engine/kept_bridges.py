"""Bridges that were accepted, read from the graph and written to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise

from engine.beliefs import SOURCE
from engine.bridge_wishes import BridgeWishes
from engine.bridges.moves import VERIFIED, name_verified
from engine.bridges.result import BridgePlan, PlannedMove
from engine.bridging import BridgeQuestion
from engine.progress_results import KeptBridge, KeptStep
from engine.results import Named
from graph_schema import bridge_relationships as r
from graph_schema import nodes as n
from graph_schema.graph import Graph
from graph_schema.queries.bridges import KEPT_BRIDGES, KEPT_STEPS, GivenSkill, KeptBridgeRow, KeptStepRow
from graph_schema.schema import Relationship

_USES: Mapping[str, type[Relationship]] = {
    "course": r.StepUsesCourse,
    "gig": r.StepUsesProject,
    "tour_of_duty": r.StepUsesProject,
    "assessment": r.StepUsesAssessment,
    "interim_role": r.StepUsesRole,
}


@dataclass(frozen=True)
class Kept:
    """A bridge that was accepted, as the graph holds it, with its steps in their order."""

    row: KeptBridgeRow
    steps: tuple[KeptStepRow, ...]

    @property
    def wishes(self) -> BridgeWishes:
        """What was wanted of it, on the terms that it was accepted on."""
        return BridgeWishes.model_validate_json(self.row.wishes)

    @property
    def move_ids(self) -> list[str]:
        """The ids of its moves, in their order."""
        return [name_move(step) for step in self.steps]


@dataclass(frozen=True)
class Acceptance:
    """What is to be kept: the bridge that was planned, from what, for whom, and who accepts it when."""

    person: Named
    role: Named
    asked: BridgeQuestion
    plan: BridgePlan
    wishes: BridgeWishes
    on: date
    by: str
    model: str
    begun: Mapping[str, date]
    """Move id -> the day it was begun, of those that are under way."""

    @property
    def move_ids(self) -> list[str]:
        """The ids of the moves, in their order."""
        return [move.id for move in self.plan.moves]

    def make_id(self, replaces: str | None) -> str:
        """Make the id of the bridge from all that it says."""
        said = (self.person.id, self.role.id, self.on.isoformat(), self.wishes.model_dump_json(), replaces or "")
        return f"bridge:{sha256(chr(31).join((*said, *self.move_ids)).encode()).hexdigest()}"


def read_kept(graph: Graph, person_id: str, role_id: str | None = None) -> list[Kept]:
    """Read the bridges that were accepted for a person, the latest first."""
    rows = graph.ask(KEPT_BRIDGES, person_id=person_id, role_id=role_id)
    steps = graph.ask(KEPT_STEPS, bridge_ids=[row.id for row in rows]) if rows else []
    return [Kept(row, tuple(step for step in steps if step.bridge_id == row.id)) for row in rows]


def find_active(kept: Sequence[Kept]) -> Kept | None:
    """Find the bridge in force among those of one person and role."""
    return next((item for item in kept if item.row.status == "active"), None)


def list_replaced(kept: Sequence[Kept], active: Kept) -> list[Kept]:
    """List the bridges that one replaces, one after the other, the last one first."""
    by_id = {item.row.id: item for item in kept}
    found: list[Kept] = []
    before = active.row.replaces
    while before in by_id:
        found.append(by_id[before])
        before = found[-1].row.replaces
    return found


def name_move(step: KeptStepRow) -> str:
    """Give the id of the move of a step; of a mentorship it is made from mentor, skill and level."""
    if step.kind == "mentorship" and step.mentor_id and step.gives:
        return f"mentorship:{step.mentor_id}:{step.gives[0].skill_id}:{step.gives[0].level:g}"
    return step.move_id or step.kind


def list_gifts(step: KeptStepRow) -> dict[str, float]:
    """List what a step was to bring, in the solver's terms: levels, the verified twin of a skill as well."""
    levels = {item.skill_id: item.level for item in step.gives}
    return levels | {name_verified(item.skill_id): item.level for item in step.gives if item.verified}


def say_step(step: KeptStepRow) -> KeptStep:
    """Say a step with names."""
    return KeptStep(
        order=step.order,
        id=name_move(step),
        kind=step.kind,
        title=f"{step.title} with {step.mentor}" if step.mentor else step.title,
        gives=tuple(_say_gift(item) for item in step.gives),
        money=step.money,
        hours=step.hours,
        start_week=step.start_week,
        end_week=step.end_week,
        actual_money=step.actual_money,
        actual_hours=step.actual_hours,
        started_on=step.started_on,
    )


def say_kept(kept: Kept) -> KeptBridge:
    """Say a bridge that was accepted with names."""
    row = kept.row
    return KeptBridge(
        id=row.id,
        person=Named(row.person_id, row.person),
        role=Named(row.role_id, row.role),
        status=row.status,
        accepted_on=row.accepted_on,
        accepted_by=row.accepted_by,
        closed_on=row.closed_on,
        replaces=row.replaces,
        steps=tuple(map(say_step, kept.steps)),
        readiness_before=row.readiness_before,
        money=row.money,
        hours=row.hours,
        weeks=row.weeks,
        price=row.price,
        lower_bound=row.lower_bound,
        currency=row.currency,
        money_per_hour=row.money_per_hour,
        hours_per_week=row.hours_per_week,
        model=row.model,
    )


def write_bridge(graph: Graph, accepted: Acceptance, replaces: str | None) -> None:
    """Write a bridge that is accepted, with its steps and all they lead to; the graph is that of a transaction."""
    id_, plan, asked = accepted.make_id(replaces), accepted.plan, accepted.asked
    bridge = n.Bridge(
        id=id_,
        accepted_on=accepted.on,
        accepted_by=accepted.by,
        status="active",
        wishes=accepted.wishes.model_dump_json(),
        model=accepted.model,
        readiness_before=plan.readiness,
        money=plan.money,
        hours=plan.hours,
        weeks=plan.weeks,
        price=plan.price,
        lower_bound=plan.lower_bound,
        money_per_hour=asked.terms.money_per_hour,
        hours_per_week=asked.terms.hours_per_week,
        currency=asked.currency,
    )
    steps = [_to_step(id_, order, move, accepted.begun) for order, move in enumerate(plan.moves, start=1)]
    graph.write_nodes([bridge], SOURCE)
    graph.write_nodes(steps, SOURCE)
    links: list[Relationship] = [
        r.BridgeFor(start_id=id_, end_id=accepted.person.id),
        r.BridgeTo(start_id=id_, end_id=accepted.role.id),
        r.BridgeFirst(start_id=id_, end_id=steps[0].id),
        *(r.StepThen(start_id=one.id, end_id=other.id) for one, other in pairwise(steps)),
        *(
            r.BridgeAimsAt(start_id=id_, end_id=item.skill_id, level=item.level, verified=item.verified)
            for item in asked.requirements
        ),
    ]
    if replaces:
        links.append(r.BridgeReplaces(start_id=id_, end_id=replaces))
    for step, move in zip(steps, plan.moves, strict=True):
        links += _link_step(step.id, move, asked)
    for kind in dict.fromkeys(map(type, links)):
        graph.write_relationships([link for link in links if type(link) is kind], SOURCE)


def _to_step(bridge_id: str, order: int, move: PlannedMove, begun: Mapping[str, date]) -> n.BridgeStep:
    mentored = move.kind == "mentorship"
    return n.BridgeStep(
        id=f"{bridge_id}/{order}",
        order=order,
        kind=move.kind,
        # The name and the id of a mentor stand at the mentor alone, so that they go when the mentor goes.
        move_id=None if mentored else move.id,
        title="Mentorship" if mentored else move.title,
        money=move.money,
        hours=move.hours,
        start_week=move.start_week,
        end_week=move.end_week,
        started_on=begun.get(move.id),
    )


def _link_step(step_id: str, move: PlannedMove, asked: BridgeQuestion) -> list[Relationship]:
    links: list[Relationship] = []
    if move.kind == "mentorship":
        mentor = asked.catalogue.moves[asked.catalogue.index[move.id]].by
        links.append(r.StepUsesMentor(start_id=step_id, end_id=mentor))
    else:
        links.append(_USES[move.kind](start_id=step_id, end_id=move.id))
    levels: dict[str, float] = {}
    for skill, level in move.gives.items():
        plain = skill.removeprefix(VERIFIED)
        levels[plain] = max(levels.get(plain, 0.0), level)
    links += [
        r.StepGives(start_id=step_id, end_id=skill, level=level, verified=name_verified(skill) in move.gives)
        for skill, level in levels.items()
    ]
    return links


def _say_gift(item: GivenSkill) -> str:
    return (
        f"{item.label} verified at level {item.level:g}" if item.verified else f"{item.label} at level {item.level:g}"
    )
