"""Whether what is left of an accepted bridge still leads to the role, and what is no longer as it was foretold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.bridges.moves import VERIFIED, Move
from engine.bridges.person import require_levels
from engine.bridges.prices import price_exact, sum_exact
from engine.bridges.schedule import schedule_moves
from engine.bridging import BridgeQuestion
from engine.kept_bridges import Kept, list_gifts, name_move
from engine.standing import Standing
from graph_schema.queries.bridges import MOVE_STATES, KeptStepRow, MoveState
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class RestCheck:
    """What is left of a bridge, carried out as things are now; price and weeks are of what can be carried out."""

    holds: bool
    changes: tuple[str, ...]
    price: float
    weeks: int


def check_rest(store: GraphStore, standing: Standing, kept: Kept, today: date) -> RestCheck:
    """Carry out what is left of a bridge from where the person stands, and name what changed since it was accepted."""
    asked = standing.asked
    catalogue = asked.catalogue
    there = [step for step in standing.open if name_move(step) in catalogue.index]
    moves = {step.id: catalogue.moves[catalogue.index[name_move(step)]] for step in there}
    carried, after = _carry_out(list(moves.values()), asked)
    schedule = schedule_moves(
        carried,
        asked.traveller.held,
        hours_per_week=asked.terms.hours_per_week,
        done=asked.traveller.done,
        starts_on=today,
    )
    titles = {move.id: move.title for move in carried}
    late = [f"{titles[id_]} begins before the bridge gets to it" for id_ in schedule.late]
    stuck = [_say_stuck(move, asked, after) for move in moves.values() if move not in carried]
    unmet = _list_unmet(asked, after)
    changes = (
        *_say_role_changes(kept, asked),
        *_say_gone(store, [step for step in standing.open if step not in there], today),
        *(change for step in there for change in _say_differences(step, moves[step.id], asked)),
        *stuck,
        *late,
        *unmet,
    )
    money, hours = sum_exact([move.money for move in carried]), sum_exact([move.hours for move in carried])
    return RestCheck(
        holds=not (stuck or late or unmet),
        changes=changes,
        price=price_exact(money, hours, asked.terms.money_per_hour),
        weeks=schedule.weeks,
    )


def _carry_out(moves: Sequence[Move], asked: BridgeQuestion) -> tuple[list[Move], dict[str, float]]:
    """Carry out, in an order that works, the moves that can be; returns them and the levels held then."""
    held, done = dict(asked.traveller.held), set(asked.traveller.done)
    carried: list[Move] = []
    while ready := [move for move in moves if move not in carried and _can_begin(move, held, done)]:
        move = ready[0]
        carried.append(move)
        done.add(move.id)
        for skill, level in move.gives.items():
            held[skill] = max(held.get(skill, 0.0), level)
    return carried, held


def _can_begin(move: Move, held: dict[str, float], done: set[str]) -> bool:
    return done.issuperset(move.after) and all(held.get(skill, 0.0) >= level for skill, level in move.needs.items())


def _say_stuck(move: Move, asked: BridgeQuestion, held: dict[str, float]) -> str:
    needs = [_say(skill, level, asked) for skill, level in move.needs.items() if held.get(skill, 0.0) < level]
    if needs:
        return f"{move.title} cannot begin: it needs {' and '.join(needs)}, which nothing before it brings"
    return f"{move.title} cannot begin: what it comes after is not done"


def _list_unmet(asked: BridgeQuestion, held: dict[str, float]) -> list[str]:
    return [
        f"the role needs {_say(skill, level, asked)}, which nothing left brings"
        for skill, level in require_levels(asked.requirements).items()
        if held.get(skill, 0.0) < level
    ]


def _say_role_changes(kept: Kept, asked: BridgeQuestion) -> list[str]:
    then = {item.skill_id: item for item in kept.row.aims}
    said: list[str] = []
    for need in asked.requirements:
        before = then.pop(need.skill_id, None)
        if before is None:
            said.append(f"the role asks for {need.label} at level {need.level:g} now")
        elif before.level != need.level:
            said.append(f"the role asks for {need.label} at level {need.level:g} now, not {before.level:g}")
        if before is not None and before.verified != need.verified:
            wanted = "wants" if need.verified else "no longer wants"
            said.append(f"the role {wanted} {need.label} verified")
    return said + [f"the role no longer asks for {item.label}" for item in then.values()]


def _say_gone(store: GraphStore, steps: Sequence[KeptStepRow], today: date) -> list[str]:
    states = (
        {row.id: row for row in store.ask(MOVE_STATES, move_ids=[name_move(step) for step in steps])} if steps else {}
    )
    return [f"{step.title} {_say_state(step, states[name_move(step)], today)}" for step in steps]


def _say_state(step: KeptStepRow, state: MoveState, today: date) -> str:
    if step.kind == "mentorship":
        return "is no longer offered by the mentor" if step.mentor_id else "has lost its mentor"
    if not state.known:
        return "is no longer in the catalogue"
    join = f"; if it was begun, say so: skillway progress record … {step.order} --started DAY"
    if state.starts_on and state.starts_on < today:
        return f"began on {state.starts_on}{join}"
    if step.kind in ("gig", "tour_of_duty") and not state.seats:
        return f"has no seat left{join}"
    if state.ends_on:
        return f"ends on {state.ends_on}, too soon to be begun now{join}"
    return "is no longer on offer"


def _say_differences(step: KeptStepRow, move: Move, asked: BridgeQuestion) -> list[str]:
    said: list[str] = []
    if (move.money, move.hours) != (step.money, step.hours):
        said.append(
            f"{step.title} takes {move.money:g} {asked.currency} and {move.hours:g} hours now, "
            f"not {step.money:g} and {step.hours:g}"
        )
    for skill, level in list_gifts(step).items():
        now = move.gives.get(skill, 0.0)
        if not skill.startswith(VERIFIED) and now < level and step.kind != "assessment":
            said.append(f"{step.title} brings {_say(skill, now, asked)} now, not {level:g}")
    return said


def _say(skill: str, level: float, asked: BridgeQuestion) -> str:
    plain = skill.removeprefix(VERIFIED)
    verified = " verified" if plain != skill else ""
    return f"{asked.labels.get(plain, plain)}{verified} at level {level:g}"
