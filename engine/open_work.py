"""The open work that fits a person: gigs, tours of duty and projects that they can do now, or nearly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.beliefs import read_latest_model
from engine.bridges.moves import find_last_start
from engine.bridges.offers import collect_levels
from engine.inference.settings import InferenceSettings
from engine.match_results import GigMatch, GigMatches, SkillGain
from engine.matching import count_level
from engine.read_catalogue import read_labels
from engine.read_moves import read_open_projects
from engine.results import Named
from engine.seeker import Seeker, name_missing, read_seeker
from graph_schema.errors import InvalidInput
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.moves import ProjectRow
from graph_schema.queries.roles import ROLE_PROFILES, RoleProfile
from graph_schema.store import GraphStore

KINDS = ("gig", "tour_of_duty", "project")
"""Kinds of work that somebody may be matched with; a project counts where it says that it has seats."""


def find_gigs(
    store: GraphStore, person: Named, settings: InferenceSettings, *, top: int, at_least: float
) -> GigMatches:
    """Return the work with a seat left that has not begun and that a person is ready enough for, the best fit first.

    Raises:
        InvalidInput: A number is out of range.
        NotInferred: Inference has not been run.
    """
    if top < 1:
        raise InvalidInput("top", f"{top} given, a list of at least 1 is needed")
    if not 0 <= at_least <= 1:
        raise InvalidInput("at_least", f"must be from 0 to 1, not {at_least!r}")
    latest = read_latest_model(store)
    seeker = read_seeker(store, person, settings)
    labels = read_labels(store)
    wished = sorted(seeker.wishes.get("Role", frozenset()) - seeker.holds)
    roles = store.ask(ROLE_PROFILES, role_ids=wished) if wished else []
    offered: list[ProjectRow] = []
    for item in read_open_projects(store, latest.as_of, KINDS):
        last = find_last_start(item.starts_on, item.ends_on, item.weeks or 0.0)
        if item.id not in seeker.done and (last is None or last >= latest.as_of):
            offered.append(item)
    matches = [_match(item, seeker, roles, labels) for item in offered]
    found = sorted((item for item in matches if item.readiness >= at_least), key=_rank)
    return GigMatches(
        person=person,
        as_of=latest.as_of,
        model=latest.id,
        calibration=latest.calibration,
        at_least=at_least,
        open=len(offered),
        found=len(found),
        currency=store.ask(ORGANISATION)[0].currency,
        gigs=tuple(found[:top]),
    )


def _match(project: ProjectRow, seeker: Seeker, roles: Sequence[RoleProfile], labels: Mapping[str, str]) -> GigMatch:
    needs = seeker.stand_to(project.needs, labels)
    missing = name_missing(needs)
    gives = collect_levels(project.develops)
    steps = (seeker.step_towards(role, gives, proves=True) for role in roles)
    return GigMatch(
        project=Named(project.id, project.title),
        kind=project.kind,
        money=project.money,
        hours=project.hours,
        weeks=project.weeks,
        seats=project.seats or 0,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        readiness=1 - len(missing) / len(needs) if needs else 1.0,
        can_join=not missing,
        needs=needs,
        missing=missing,
        develops=tuple(
            gain for skill, level in gives.items() if (gain := _find_gain(skill, level, seeker, labels)) is not None
        ),
        towards=tuple(step for step in steps if step is not None),
        interested=project.id in seeker.wishes.get("Project", frozenset()),
    )


def _find_gain(skill: str, level: float, seeker: Seeker, labels: Mapping[str, str]) -> SkillGain | None:
    held = seeker.held.get(skill)
    before = count_level(held, seeker.threshold)
    if before is None:
        gain = "new"
    elif level > before:
        gain = "higher"
    elif held is not None and not held.verified:
        gain = "verified"
    else:
        return None
    wished = skill in seeker.wishes.get("Skill", frozenset())
    return SkillGain(Named(skill, labels.get(skill, skill)), level, before, gain, wished)


def _rank(match: GigMatch) -> tuple[bool, float, bool, float, int, str]:
    nearer = max((step.readiness_after - step.readiness_before for step in match.towards), default=0.0)
    wanted = match.interested or any(gain.wished for gain in match.develops)
    # Shares of importance that differ by rounding alone are the same.
    nearer, readiness = round(nearer, 9), round(match.readiness, 9)
    return (not match.can_join, -nearer, not wanted, -readiness, -len(match.develops), match.project.id)
