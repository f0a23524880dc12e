"""The courses that bring a person nearest to a role: by the requirements they close, what they cost and need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.beliefs import read_latest_model
from engine.bridges.offers import collect_levels
from engine.bridges.prices import price_exact, sum_exact
from engine.match_results import CourseMatch, CourseMatches, StepTowards
from engine.matching import judge_requirement, learn, measure_held
from engine.read_catalogue import read_labels
from engine.read_moves import read_courses
from engine.results import Named
from engine.seeker import Seeker, name_missing, read_seeker
from engine.settings import EngineSettings
from graph_schema.errors import InvalidInput
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.moves import CourseRow
from graph_schema.queries.roles import ROLE_PROFILES, RoleProfile
from graph_schema.store import GraphStore

NEAREST = 3
"""How many roles count for somebody who has said of none that they would like it."""


def find_courses(
    store: GraphStore, person: Named, settings: EngineSettings, *, role: Named | None, top: int
) -> CourseMatches:
    """Return the courses not done yet that close requirements of a role, of the roles of interest, or of the nearest.

    Raises:
        InvalidInput: Nothing is asked for.
        NotInferred: Inference has not been run.
    """
    if top < 1:
        raise InvalidInput("top", f"{top} given, a list of at least 1 is needed")
    latest = read_latest_model(store)
    seeker = read_seeker(store, person, settings.inference)
    chosen_by, roles = _choose_roles(store, seeker, role)
    rate = settings.bridge.money_per_hour if seeker.hourly_rate is None else seeker.hourly_rate
    labels, courses = read_labels(store), read_courses(store)
    titles = {item.id: item.title for item in courses}
    matches = [_match(item, seeker, roles, labels, titles, rate) for item in courses if item.id not in seeker.done]
    found = sorted((item for item in matches if item.closes), key=_rank)
    return CourseMatches(
        person=person,
        as_of=latest.as_of,
        model=latest.id,
        calibration=latest.calibration,
        roles=tuple(Named(item.id, item.title) for item in roles),
        chosen_by=chosen_by,
        money_per_hour=rate,
        currency=store.ask(ORGANISATION)[0].currency,
        found=len(found),
        courses=tuple(found[:top]),
    )


def _choose_roles(store: GraphStore, seeker: Seeker, role: Named | None) -> tuple[str, list[RoleProfile]]:
    if role is not None:
        return "asked", store.ask(ROLE_PROFILES, role_ids=[role.id])
    wished = sorted(seeker.wishes.get("Role", frozenset()) - seeker.holds)
    if wished:
        return "interest", store.ask(ROLE_PROFILES, role_ids=wished)
    others = [item for item in store.ask(ROLE_PROFILES, role_ids=None) if item.id not in seeker.holds]
    ready = {item.id: measure_held(item.requirements, seeker.held, seeker.threshold) for item in others}
    unmet = [item for item in others if seeker.list_unmet(item.requirements)]
    return "nearest", sorted(unmet, key=lambda item: (-ready[item.id], item.id))[:NEAREST]


def _match(
    course: CourseRow,
    seeker: Seeker,
    roles: Sequence[RoleProfile],
    labels: Mapping[str, str],
    titles: Mapping[str, str],
    rate: float,
) -> CourseMatch:
    needs = seeker.stand_to(course.needs, labels)
    after = tuple(Named(id_, titles[id_]) for id_ in course.after if id_ not in {*seeker.done, course.id})
    missing = name_missing(needs)
    gives = collect_levels(course.teaches)
    closes = tuple(step for role in roles if (step := _close(seeker, role, gives)) is not None)
    return CourseMatch(
        course=Named(course.id, course.title),
        provider=course.provider,
        money=course.money,
        hours=course.hours,
        weeks=course.weeks,
        price=None if course.money is None or course.hours is None else price_exact(course.money, course.hours, rate),
        can_start=not (missing or after),
        needs=needs,
        missing=missing,
        after=after,
        closes=closes,
        gain=sum_exact([step.readiness_after for step in closes] + [-step.readiness_before for step in closes]),
    )


def _close(seeker: Seeker, role: RoleProfile, gives: Mapping[str, float]) -> StepTowards | None:
    """Say which requirements of a role are met once this is learnt; what comes nearer and is not met is left out."""
    step = seeker.step_towards(role, gives, proves=False)
    if step is None:
        return None
    after = learn(seeker.held, gives, seeker.threshold, proves=False)
    met = {
        item.skill_id
        for item in role.requirements
        if judge_requirement(item, after.get(item.skill_id), seeker.threshold) == "met"
    }
    closed = tuple(item for item in step.skills if item.id in met)
    return replace(step, skills=closed) if closed else None


def _rank(match: CourseMatch) -> tuple[float, bool, bool, float, str]:
    # Shares of importance that differ by rounding alone are the same.
    return (-round(match.gain, 9), not match.can_start, match.price is None, match.price or 0.0, match.course.id)
