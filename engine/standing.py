"""Where a person stands on an accepted bridge: what is done, what is not needed, and what a new one is planned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.bridge_wishes import BridgeWishes
from engine.bridges.mentorship import offer_mentorships
from engine.bridges.move_graph import MoveGraph, compile_moves
from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms
from engine.bridges.person import list_met
from engine.bridges.plan import plan_bridge
from engine.bridges.prices import sum_exact
from engine.bridges.result import BridgePlan
from engine.bridging import BridgeQuestion, read_question
from engine.kept_bridges import Kept, find_active, list_gifts, list_replaced, name_move, read_kept
from engine.results import Named
from engine.settings import EngineSettings
from engine.ticking import Signs, Tick, read_signs, tick_bridge
from graph_schema.queries.bridges import KeptStepRow
from graph_schema.queries.moves import MENTORS
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class Standing:
    """Where a person stands on the way to a role.

    Attributes:
        kept: The bridge in force, None where there is none.
        asked: The person, the role and the moves on offer as they are now; what is done is not planned again.
        ticks: Step id -> how it was done, for the bridge in force.
        spared: Step id -> why it is no longer needed.
        open: The steps that are left.
        earlier: The steps done of the bridges that this one replaces, the earliest first.
        reached: Whether every requirement of the role is met.
    """

    kept: Kept | None
    asked: BridgeQuestion
    ticks: Mapping[str, Tick]
    spared: Mapping[str, str]
    open: tuple[KeptStepRow, ...]
    earlier: tuple[tuple[KeptStepRow, Tick], ...]
    reached: bool

    def plan(self) -> BridgePlan:
        """Plan the cheapest bridge from here."""
        asked = self.asked
        return plan_bridge(asked.catalogue, asked.traveller, asked.requirements, asked.terms, asked.labels)


def read_standing(
    store: GraphStore,
    person: Named,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes | None,
    today: date,
) -> Standing:
    """Read where a person stands on the way to a role; what is wished is what was, where nothing else is."""
    everything = read_kept(store, person.id, role.id)
    kept = find_active(everything)
    chain = [kept, *list_replaced(everything, kept)] if kept else []
    signs = read_signs(store, person.id, min(item.row.accepted_on for item in chain), today) if kept else Signs((), ())
    ticks = tick_bridge(kept, signs) if kept else {}
    if wishes is None:
        wishes = _carry_on(kept, ticks, today) if kept else BridgeWishes()
    asked = read_question(store, person, role, settings, wishes, today)
    reached = len(list_met(asked.requirements, asked.traveller.held)) == len(asked.requirements)
    if kept is None:
        return Standing(None, asked, {}, {}, (), (), reached)
    earlier: list[tuple[KeptStepRow, Tick]] = []  # the last one first
    counted = set(kept.move_ids)
    for old in chain[1:]:
        done = tick_bridge(old, signs)
        earlier += [
            (step, done[step.id]) for step in old.steps[::-1] if step.id in done and name_move(step) not in counted
        ]
        counted |= set(old.move_ids)
    done_ids = [name_move(step) for step in kept.steps if step.id in ticks] + [name_move(step) for step, _ in earlier]
    left = [step for step in kept.steps if step.id not in ticks]
    catalogue = _lay_over(store, asked.catalogue, left, settings.inference.threshold)
    terms = replace(asked.terms, without=(*asked.terms.without, *done_ids))
    asked = replace(asked, catalogue=catalogue, terms=terms)
    spared = _find_spared(left, asked, reached=reached)
    return Standing(
        kept=kept,
        asked=asked,
        ticks=ticks,
        spared=spared,
        open=tuple(step for step in left if step.id not in spared),
        earlier=tuple(earlier[::-1]),
        reached=reached,
    )


def _carry_on(kept: Kept, ticks: Mapping[str, Tick], today: date) -> BridgeWishes:
    """Carry the wishes of a bridge on to what is left of it: what is done is spent of its limits, and not required."""
    wishes = kept.wishes
    done = [step for step in kept.steps if step.id in ticks]
    money = sum_exact([step.money if step.actual_money is None else step.actual_money for step in done])
    hours = sum_exact([step.hours if step.actual_hours is None else step.actual_hours for step in done])
    elapsed = (today - kept.row.accepted_on).days // 7
    gone = {name_move(step) for step in done}
    return wishes.model_copy(
        update={
            "require": tuple(move for move in wishes.require if move not in gone),
            "budget": None if wishes.budget is None else max(0.0, wishes.budget - money),
            "hours": None if wishes.hours is None else max(0.0, wishes.hours - hours),
            "weeks": None if wishes.weeks is None else max(1, wishes.weeks - elapsed),
        }
    )


def _find_spared(left: Sequence[KeptStepRow], asked: BridgeQuestion, *, reached: bool) -> dict[str, str]:
    if reached:
        return {step.id: "every requirement of the role is met" for step in left}
    index = asked.catalogue.index
    moves = [asked.catalogue.moves[index[name_move(step)]] for step in left if name_move(step) in index]
    awaited = {other for move in moves for other in move.after}
    held = asked.traveller.held
    return {
        step.id: "what it brings is held already"
        for step in left
        if step.gives
        and name_move(step) not in awaited
        and all(held.get(skill, 0.0) >= level for skill, level in list_gifts(step).items())
    }


def _lay_over(store: GraphStore, graph: MoveGraph, left: Sequence[KeptStepRow], threshold: float) -> MoveGraph:
    """Add what is open to this person alone: what they have begun, and the mentors that they were promised.

    Who is in a gig needs no seat, and no skill to join it. A catalogue names the mentors with the most time; the one
    that was accepted need no longer be among them.
    """
    begun = [_go_on(step) for step in left if step.started_on]
    mentors = {step.mentor_id for step in left if not step.started_on and name_move(step) not in graph.index}
    offered = (
        offer_mentorships(
            CatalogueRows(mentors=[row for row in store.ask(MENTORS, threshold=threshold) if row.person_id in mentors]),
            Terms(),
        )
        if mentors - {None}
        else []
    )
    wanted = {name_move(step) for step in left}
    added = {move.id: move for move in (*begun, *offered) if move.id in wanted}
    if not added:
        return graph
    return compile_moves([*(move for move in graph.moves if move.id not in added), *added.values()])


def _go_on(step: KeptStepRow) -> Move:
    return Move(
        id=name_move(step),
        kind=step.kind,
        title=step.title,
        money=step.money,
        hours=step.hours,
        gives=list_gifts(step),
        by=step.mentor_id or "",
    )
