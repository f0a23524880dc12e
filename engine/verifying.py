"""What to make sure of next: the assessments and endorsement requests that help a promised pool most an hour.

What is on offer is first valued for everybody at once as if nothing stood against it, which can only be too much. Then,
best first, the graph is asked whether the test was taken before and who could be asked to vouch, until nothing that is
left can be among the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.contests import Contest
from engine.endorsement_requests import Witnesses, choose_request, read_witnesses
from engine.inference.settings import InferenceSettings
from engine.promised_pools import make_promise, word_grounds
from engine.promised_results import Verification, VerificationPlan
from engine.read_moves import read_assessments
from engine.results import Named
from engine.settings import EngineSettings
from engine.verification import Values, expect_answers, expect_no_rating, value_observations
from engine.verification_offers import Grid, Offer, list_cells, offer_assessments, offer_requests
from graph_schema.errors import InvalidInput
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.store import GraphStore

WORTHLESS = 1e-9
"""Gains up to this are rounding."""
TOGETHER = 50
"""Options whose facts are read from the graph in one go."""


def plan_verification(
    store: GraphStore, contest: Contest, precision: float, count: int, settings: EngineSettings
) -> VerificationPlan:
    """Find the observations that would put most entries right an hour, at most one for each person and skill.

    An assessment that measures several of the skills asked is counted for one of them at a time, and is worth more. An
    endorsement is expected to come as seldom as without asking, and to say nothing of the level: asking is worth more
    too.

    Args:
        store: The graph.
        contest: Who may be on the list.
        precision: The share promised.
        count: Most observations to return.
        settings: Hours of what the graph does not price, and of inference.

    Raises:
        InvalidInput: The precision is not above 0 and below 1, or the count is below 1.
    """
    if count < 1:
        raise InvalidInput("count", f"{count} is too few: ask for 1 or more")
    promise = make_promise(contest, precision)
    # Where nobody is listed yet, one observation seldom lists somebody: what brings people past the likeliest counts.
    edge = promise.edge if len(promise.chosen) else float(contest.right.max(initial=0.0))
    grid = list_cells(contest, edge)
    assessments = read_assessments(store)
    offers = [
        *offer_assessments(contest, grid, assessments, edge, settings),
        offer_requests(contest, grid, edge, settings),
    ]
    asked = {item.skill_id for item in contest.asked.requirements}
    return VerificationPlan(
        role=contest.asked.role,
        asked=contest.asked.skills,
        precision=precision,
        listed=len(promise.chosen),
        edge=edge,
        as_of=contest.header.as_of,
        model=contest.header.id,
        calibration=contest.header.calibration,
        rests_on=word_grounds(contest),
        steps=_pick_best(store, contest, grid, offers, edge, count, settings.inference),
        unpriced=tuple(
            Named(item.id, item.title)
            for item in assessments
            if item.hours is None and any(measured.skill_id in asked for measured in item.measures)
        ),
        abstained=contest.abstained,
    )


def _pick_best(
    store: GraphStore,
    contest: Contest,
    grid: Grid,
    offers: Sequence[Offer],
    edge: float,
    count: int,
    settings: InferenceSettings,
) -> tuple[Verification, ...]:
    rate = np.concatenate([offer.values.gain / offer.hours for offer in offers])
    number = np.repeat(np.arange(len(offers)), [len(offer.where) for offer in offers])
    place = np.concatenate([np.arange(len(offer.where)) for offer in offers])
    cell = np.concatenate([offer.where for offer in offers])
    order = np.lexsort((number, cell, -rate))
    order = order[rate[order] > WORTHLESS]
    skill_ids = [item.skill_id for item in contest.asked.requirements]
    best: dict[int, Verification] = {}
    for start in range(0, len(order), TOGETHER):
        options = order[start : start + TOGETHER]
        people = sorted({contest.candidates[int(row)].id for row in grid.row[cell[options]]})
        witnesses = read_witnesses(store, people, skill_ids, contest.header.as_of)
        for option in options:
            # The rate of what has not been looked at can only be lower.
            if len(best) >= count and sorted(item.gain_per_hour for item in best.values())[-count] >= rate[option]:
                return _sort_steps(best, count)
            offer, at = offers[int(number[option])], int(cell[option])
            step = _confirm(contest, grid, offer, int(place[option]), edge, witnesses, settings)
            if step is not None and (at not in best or step.gain_per_hour > best[at].gain_per_hour):
                best[at] = step
    return _sort_steps(best, count)


def _sort_steps(best: Mapping[int, Verification], count: int) -> tuple[Verification, ...]:
    return tuple(sorted(best.values(), key=lambda item: (-item.gain_per_hour, item.person.id, item.skill.id))[:count])


def _confirm(
    contest: Contest,
    grid: Grid,
    offer: Offer,
    place: int,
    edge: float,
    witnesses: Witnesses,
    settings: InferenceSettings,
) -> Verification | None:
    """Return the observation with what it is really worth, or None when it cannot be made or would not count."""
    at = offer.where[place : place + 1]
    person = contest.candidates[int(grid.row[at[0]])]
    skill = contest.asked.skills[int(grid.column[at[0]])].skill
    if person.id not in witnesses.inferred:
        return None
    if offer.assessment is not None:
        if witnesses.has_taken(person.id, skill.id, offer.assessment.id):
            return None
        through, money, values = (
            Named(offer.assessment.id, offer.assessment.title),
            offer.assessment.money,
            offer.values,
        )
    else:
        believed = float(grid.cells.has[at[0]])
        request = choose_request(witnesses, contest.model, person.id, skill.id, believed, settings)
        if request is None:
            return None
        kind = EVIDENCE_KINDS["endorsement"]
        answers = expect_answers(np.asarray([request.weight]), kind.rate_if_has)
        through, money, place = request.colleague, 0.0, 0
        values = value_observations(grid.cells.take(at), answers, expect_no_rating(1), edge, verifies=kind.verifies)
    return _describe(contest, grid, int(at[0]), offer, through, money, values, place)


def _describe(
    contest: Contest, grid: Grid, at: int, offer: Offer, through: Named, money: float | None, values: Values, place: int
) -> Verification | None:
    gain = float(values.gain[place])
    if gain <= WORTHLESS:
        return None
    row, column, cells = int(grid.row[at]), int(grid.column[at]), grid.cells
    low, high = float(cells.right_if_not[at]), float(cells.right_if_met[at])
    well, ill = float(values.met_if_success[place]), float(values.met_if_failure[place])
    return Verification(
        person=Named(contest.candidates[row].id, contest.candidates[row].name),
        skill=contest.asked.skills[column].skill,
        action="endorsement_request" if offer.assessment is None else "assessment",
        through=through,
        hours=offer.hours,
        money=money,
        success=float(values.success[place]),
        met=float(contest.met[row, column]),
        met_if_success=well,
        met_if_failure=ill,
        right=float(contest.right[row]),
        right_if_success=low + (high - low) * well,
        right_if_failure=low + (high - low) * ill,
        gain=gain,
        gain_per_hour=gain / offer.hours,
    )
