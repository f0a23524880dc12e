"""How far an accepted bridge is: what is left of it, whether that still leads to the role, and what it has cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from engine.bridges.moves import name_verified
from engine.bridges.person import list_met
from engine.bridges.prices import price_exact, sum_exact
from engine.bridges.result import OUT_OF_REACH, BridgePlan
from engine.bridging import say_missing
from engine.holding import check_rest
from engine.kept_bridges import Kept, say_kept, say_step
from engine.matching import measure_readiness
from engine.progress_results import BridgeAnew, BridgeProgress, BridgeRest, Comparison, StepProgress
from engine.results import Named
from engine.standing import Standing
from engine.ticking import Tick
from graph_schema.queries.bridges import KeptStepRow
from graph_schema.store import GraphStore


def measure_progress(store: GraphStore, standing: Standing, kept: Kept, today: date) -> BridgeProgress:
    """Say how far a bridge in force is; nothing is written."""
    asked, row = standing.asked, kept.row
    rest = check_rest(store, standing, kept, today)
    plan = None if standing.reached else standing.plan()
    steps = tuple(_say_progress(step, standing, row.accepted_on, today) for step in kept.steps)
    earlier = tuple(_say_done(step, tick, standing) for step, tick in standing.earlier)
    done = [(step, tick) for step in kept.steps if (tick := standing.ticks.get(step.id))] + list(standing.earlier)
    money = sum_exact([step.money for step in standing.open])
    hours = sum_exact([step.hours for step in standing.open])
    return BridgeProgress(
        bridge=say_kept(kept),
        as_of=today,
        state="finished" if standing.reached else "under_way",
        advice=_advise(plan, rest.price if rest.holds else None),
        readiness=measure_readiness(asked.requirements, list_met(asked.requirements, asked.traveller.held)),
        steps=steps,
        earlier=earlier,
        behind=any(step.overdue for step in steps),
        foretold_end_on=row.accepted_on + timedelta(weeks=row.weeks),
        left=BridgeRest(
            money=money,
            hours=hours,
            price=price_exact(money, hours, row.money_per_hour),
            price_now=rest.price if rest.holds else None,
            weeks=rest.weeks if rest.holds else None,
            ends_on=today + timedelta(weeks=rest.weeks) if rest.holds else None,
        ),
        holds=rest.holds,
        changes=rest.changes,
        anew=None if plan is None else _say_anew(plan, standing),
        money=_compare([(step.money, step.actual_money) for step, _ in done]),
        hours=_compare([(step.hours, step.actual_hours) for step, _ in done]),
    )


def _advise(plan: BridgePlan | None, price_now: float | None) -> str:
    if plan is None:
        return "finished"
    if plan.status in OUT_OF_REACH:
        return "stuck" if price_now is None else "stay"
    return "replan" if price_now is None or plan.price < price_now else "stay"


def _say_anew(plan: BridgePlan, standing: Standing) -> BridgeAnew:
    return BridgeAnew(
        status=plan.status,
        moves=tuple(Named(move.id, move.title) for move in plan.moves),
        money=plan.money,
        hours=plan.hours,
        price=plan.price,
        weeks=plan.weeks,
        missing=say_missing(standing.asked, plan.unmet, plan.too_late, plan.blocked),
    )


def _say_progress(step: KeptStepRow, standing: Standing, accepted_on: date, today: date) -> StepProgress:
    tick = standing.ticks.get(step.id)
    if tick:
        return _say_done(step, tick, standing)
    spared = standing.spared.get(step.id)
    overdue = spared is None and today >= accepted_on + timedelta(weeks=step.end_week)
    state = "open" if spared is None else "not_needed"
    return StepProgress(say_step(step), state, spared or "", None, (), (), overdue=overdue)


def _say_done(step: KeptStepRow, tick: Tick, standing: Standing) -> StepProgress:
    said = say_step(step)
    held = standing.asked.traveller.held
    short = tuple(
        gift
        for item, gift in zip(step.gives, said.gives, strict=True)
        if held.get(name_verified(item.skill_id) if item.verified else item.skill_id, 0.0) < item.level
    )
    return StepProgress(said, "done", tick.why, tick.done_on, tick.evidence, short, overdue=False)


def _compare(amounts: Sequence[tuple[float, float | None]]) -> Comparison:
    known = [(foretold, actual) for foretold, actual in amounts if actual is not None]
    return Comparison(
        of=len(amounts),
        known=len(known),
        foretold=sum_exact([foretold for foretold, _ in known]) if known else None,
        actual=sum_exact([actual for _, actual in known]) if known else None,
    )
