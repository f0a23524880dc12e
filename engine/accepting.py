"""Accepting a bridge, planning it anew, recording what a step came to, and dropping it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from engine.bridge_wishes import BridgeWishes, read_started
from engine.bridges.result import OUT_OF_REACH, BridgePlan
from engine.bridging import say_missing
from engine.events.announce import announce
from engine.holding import check_rest
from engine.kept_bridges import Acceptance, Kept, find_active, name_move, read_kept, write_bridge
from engine.results import Named
from engine.settings import EngineSettings
from engine.standing import Standing, read_standing
from engine.ticking import LEAVES
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.queries.bridges import CLOSE_BRIDGE, RECORD_STEP, REOPEN_BRIDGE, KeptStepRow
from graph_schema.queries.evidence import LOCK_PERSON
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class Acceptor:
    """Who accepts on which day, on the beliefs of which model."""

    actor: str
    today: date
    model: str


@dataclass(frozen=True)
class StepRecord:
    """What is told of one step; None leaves what is there."""

    money: float | None
    hours: float | None
    started_on: date | None
    done_on: date | None


def accept_bridge(
    store: GraphStore, person: Named, role: Named, settings: EngineSettings, wishes: BridgeWishes, by: Acceptor
) -> Kept:
    """Plan the cheapest bridge from where the person stands and keep it; the same bridge again changes nothing.

    Raises:
        InvalidInput: No bridge leads to the role, or none is needed.
    """
    standing = read_standing(store, person, role, settings, wishes, by.today)
    if standing.reached:
        raise InvalidInput(
            "role", f"{person.name} meets every requirement of {role.name}: there is no bridge to accept"
        )
    plan = _plan(standing, role)
    if standing.kept and _is_same(standing, plan):
        return standing.kept
    return _keep(store, person, role, standing, plan, by)


def replan_bridge(store: GraphStore, person: Named, role: Named, settings: EngineSettings, by: Acceptor) -> Kept:
    """Replace the bridge in force by the cheapest from here, where what is left no longer holds or is dearer.

    Raises:
        NotFound: No bridge is in force.
        InvalidInput: What is left no longer holds, and no bridge leads to the role.
    """
    standing = read_standing(store, person, role, settings, None, by.today)
    kept = require_kept(standing.kept, person, role)
    if standing.reached:
        return kept
    rest = check_rest(store, standing, kept, by.today)
    plan = standing.plan()
    if rest.holds and (plan.status in OUT_OF_REACH or plan.price >= rest.price):
        return kept
    _check(plan, standing, role)
    return _keep(store, person, role, standing, plan, by)


def require_kept(kept: Kept | None, person: Named, role: Named) -> Kept:
    """Give the bridge in force.

    Raises:
        NotFound: There is none.
    """
    if kept is None:
        raise NotFound("accepted bridge", f"{person.name} to {role.name}", "accept one: skillway progress accept")
    return kept


def drop_bridge(store: GraphStore, person: Named, role: Named, today: date) -> Kept:
    """Drop the bridge in force; it stays on record.

    Raises:
        NotFound: There is none.
    """

    def drop(graph: Graph) -> Kept:
        kept = require_kept(find_active(read_kept(graph, person.id, role.id)), person, role)
        if graph.ask(CLOSE_BRIDGE, bridge_id=kept.row.id, status="dropped", closed_on=today)[0].written:
            _announce(graph, "dropped", person.id, role.id, kept.row.id)
        return next(item for item in read_kept(graph, person.id, role.id) if item.row.id == kept.row.id)

    return store.transact("drop_bridge", drop)


def record_step(store: GraphStore, standing: Standing, kept: Kept, name: str, told: StepRecord, today: date) -> str:
    """Record what a step of the bridge in force, or one done of those it replaces, came to; returns its move.

    Raises:
        NotFound: No step has this number, id or title.
        InvalidInput: A value cannot be used, or the step is ticked off by evidence and not by hand.
    """
    step = _find_step(standing, kept, name)
    _check_record(step, told, today)
    row = kept.row

    def record(graph: Graph) -> None:
        graph.ask(
            RECORD_STEP,
            step_id=step.id,
            money=told.money,
            hours=told.hours,
            started_on=told.started_on,
            done_on=told.done_on,
        )
        _announce(graph, "progressed", row.person_id, row.role_id, row.id)

    store.transact("record_step", record)
    return name_move(step)


def _plan(standing: Standing, role: Named) -> BridgePlan:
    plan = standing.plan()
    _check(plan, standing, role)
    return plan


def _check(plan: BridgePlan, standing: Standing, role: Named) -> None:
    if plan.status in OUT_OF_REACH:
        missing = say_missing(standing.asked, plan.unmet, plan.too_late, plan.blocked)
        why = "; ".join(missing[:3]) or "none was found that keeps to the limits"
        raise InvalidInput("role", f"no bridge leads to {role.name}: {why}")


def _is_same(standing: Standing, plan: BridgePlan) -> bool:
    kept, terms = standing.kept, standing.asked.terms
    return (
        kept is not None
        and {move.id for move in plan.moves} == {name_move(step) for step in standing.open}
        and (kept.row.hours_per_week, kept.row.money_per_hour) == (terms.hours_per_week, terms.money_per_hour)
    )


def _keep(
    store: GraphStore,
    person: Named,
    role: Named,
    standing: Standing,
    plan: BridgePlan,
    by: Acceptor,
) -> Kept:
    asked, terms = standing.asked, standing.asked.terms
    begun = dict.fromkeys(read_started(asked.wishes), by.today)
    begun |= {name_move(step): step.started_on for step in standing.open if step.started_on}
    # The steps say what is under way, so that it is no wish any more once it is done.
    wishes = asked.wishes.model_copy(
        update={"hours_per_week": terms.hours_per_week, "money_per_hour": terms.money_per_hour, "started": ()}
    )
    accepted = Acceptance(person, role, asked, plan, wishes, by.today, by.actor, by.model, begun)

    def keep(graph: Graph) -> Kept:
        # Of two acceptances at once, the second waits here, and then replaces the first or finds it to be the same.
        graph.ask(LOCK_PERSON, person_id=person.id)
        everything = read_kept(graph, person.id, role.id)
        active = find_active(everything)
        if active and active.row.id == accepted.make_id(active.row.replaces):
            return active
        replaces = active.row.id if active else None
        id_ = accepted.make_id(replaces)
        if active:
            graph.ask(CLOSE_BRIDGE, bridge_id=active.row.id, status="superseded", closed_on=by.today)
        if any(item.row.id == id_ for item in everything):
            # Dropped and accepted again on one day: what was recorded of its steps stays.
            graph.ask(REOPEN_BRIDGE, bridge_id=id_)
        else:
            write_bridge(graph, accepted, replaces)
        _announce(graph, "accepted", person.id, role.id, id_)
        return next(item for item in read_kept(graph, person.id, role.id) if item.row.id == id_)

    return store.transact("accept_bridge", keep)


def _announce(graph: Graph, what: str, person_id: str, role_id: str, bridge_id: str) -> None:
    announce(graph, f"skillway.bridge.{what}", [person_id], {"bridge": bridge_id, "role": role_id})


def _find_step(standing: Standing, kept: Kept, name: str) -> KeptStepRow:
    if name.isascii() and name.isdecimal():
        found = [step for step in kept.steps if step.order == int(name)]
    else:
        steps = [*kept.steps, *(step for step, _ in standing.earlier)]
        found = [step for step in steps if name == name_move(step) or name.casefold() == step.title.casefold()]
    if not found:
        hint = "; ".join(f"{step.order}. {step.title}" for step in kept.steps)
        raise NotFound("step", name, f"the bridge has {hint}")
    return found[0]


def _check_record(step: KeptStepRow, told: StepRecord, today: date) -> None:
    if told == StepRecord(None, None, None, None):
        raise InvalidInput("money, hours, started_on or done_on", "none is given, so there is nothing to record")
    for field, amount in (("money", told.money), ("hours", told.hours)):
        if amount is not None and not (math.isfinite(amount) and amount >= 0):
            raise InvalidInput(field, f"must be a number of at least 0, not {amount!r}")
    for field, day in (("started_on", told.started_on), ("done_on", told.done_on)):
        if day is not None and day > today:
            raise InvalidInput(field, f"{day} is yet to come; today is {today}")
    if told.done_on and told.started_on and told.done_on < told.started_on:
        raise InvalidInput("done_on", f"must not be before started_on ({told.started_on})")
    if told.done_on and step.kind in LEAVES:
        skill = step.gives[0].label if step.gives else "SKILL"
        raise InvalidInput(
            "done_on",
            f"{step.title} is ticked off by its evidence; record that: skillway evidence add PERSON {skill!r} "
            f"--kind {LEAVES[step.kind]} --via {step.move_id!r} --on {told.done_on}",
        )
