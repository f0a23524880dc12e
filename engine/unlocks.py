"""What a course opens: the roles it brings people over the threshold of, and the gigs they can then join."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.bridge_terms import choose_number
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.moves import VERIFIED
from engine.bridges.person import Traveller, hold_levels
from engine.matching import Held, count_level, learn, measure_held, to_held
from engine.read_catalogue import read_catalogue
from engine.read_moves import read_open_projects
from engine.results import Named, UnlockedPerson, UnlockedProject, UnlockedRole, Unlocks
from engine.settings import EngineSettings
from engine.unlock_worth import Appraiser, sum_worth
from graph_schema.queries.candidates import CANDIDATES_WITH_SKILLS
from graph_schema.queries.graph import LABEL_OF_MOVE, ORGANISATION
from graph_schema.queries.moves import (
    COMPLETED_BY_EVERYBODY,
    NEEDED_BY,
    ROLES_ASKING_FOR,
    TAUGHT_BY,
    ProjectRow,
    SkillLevel,
)
from graph_schema.queries.people import HOURLY_RATES
from graph_schema.queries.roles import HOLDERS_OF_ROLE, REQUIREMENTS_OF_ROLE, ROLE, RequirementRow
from graph_schema.queries.skills import NamedNode
from graph_schema.store import GraphStore


@dataclass(frozen=True)
class Offer:
    """What the course gives: levels and names by skill id, and whether it verifies them, as delivered work does."""

    gives: Mapping[str, float]
    skills: Mapping[str, Named]
    proves: bool
    threshold: float


@dataclass(frozen=True)
class Learner:
    """Someone who might take the course, with what is believed of them by skill id."""

    person: Named
    held: Mapping[str, Held]


def find_unlocks(
    store: GraphStore, course: Named, engine_settings: EngineSettings, as_of: date, time_limit: float
) -> Unlocks:
    """Return what a course or gig opens, and for whom: only people who can take it now count.

    An assessment teaches nothing and so opens nothing.

    A role is opened for those whom it brings over the role's threshold of readiness; an open gig or tour of duty for
    those who then meet all it needs and did not before. What it saves people on their bridges to these roles is priced
    within a time limit in seconds.

    Raises:
        InvalidInput: The time limit is no number of seconds.
    """
    deadline = time.monotonic() + choose_number("time_limit", time_limit, time_limit, least=0.0)
    settings = engine_settings.inference
    taught = store.ask(TAUGHT_BY, move_id=course.id)
    skills = {item.skill_id: Named(item.skill_id, item.label) for item in taught}
    gives = {item.skill_id: item.level for item in taught}
    roles = store.ask(ROLES_ASKING_FOR, skill_ids=sorted(gives))
    projects = [
        item
        for item in read_open_projects(store, as_of)
        if item.id != course.id and any(need.skill_id in gives for need in item.needs)
    ]
    requirements = {item.id: store.ask(REQUIREMENTS_OF_ROLE, role_id=item.id) for item in roles}
    needs = store.ask(NEEDED_BY, move_id=course.id)
    asked = {item.skill_id for rows in requirements.values() for item in rows} | set(gives)
    asked |= {item.skill_id for project in projects for item in project.needs} | {item.skill_id for item in needs}
    catalogue = read_catalogue(store, USUAL_KINDS, settings.threshold, as_of)
    asked |= {skill.removeprefix(VERIFIED) for skill in catalogue.ladders}
    able = [item for item in _read_learners(store, sorted(asked)) if _meets(needs, item.held, settings.threshold)]
    proves = store.ask(LABEL_OF_MOVE, move_id=course.id)[0].label == "Project"
    offer = Offer(gives, skills, proves, settings.threshold)
    opened = sorted(
        (_open_role(store, role, requirements[role.id], offer, able) for role in roles),
        key=lambda role: (-len(role.people), role.role.id),
    )
    rates = {row.person_id: row.hourly_rate for row in store.ask(HOURLY_RATES)}
    done = {row.person_id: frozenset(row.move_ids) for row in store.ask(COMPLETED_BY_EVERYBODY)}
    brought = {item.person.id for role in opened for item in role.people}
    appraiser = Appraiser(
        catalogue,
        course.id,
        {
            item.person.id: Traveller(
                item.person.id, hold_levels(item.held, settings.threshold), done.get(item.person.id, frozenset())
            )
            for item in able
            if item.person.id in brought
        },
        {id_: rates.get(id_, engine_settings.bridge.money_per_hour) for id_ in brought},
        deadline,
    )
    appraised = tuple(appraiser.appraise(role, requirements[role.role.id]) for role in opened)
    return Unlocks(
        course=course,
        teaches=tuple(skills.values()),
        roles=appraised,
        projects=tuple(
            sorted(
                (_open_project(project, offer, able) for project in projects),
                key=lambda project: (-len(project.people), project.project.id),
            )
        ),
        worth=sum_worth(appraised),
        currency=store.ask(ORGANISATION)[0].currency,
    )


def _open_role(
    store: GraphStore,
    role: NamedNode,
    requirements: Sequence[RequirementRow],
    offer: Offer,
    able: Sequence[Learner],
) -> UnlockedRole:
    threshold = store.ask(ROLE, role_id=role.id)[0].threshold
    holders = {item.id for item in store.ask(HOLDERS_OF_ROLE, role_id=role.id)}
    people: list[UnlockedPerson] = []
    for item in able:
        if item.person.id in holders:
            continue
        before = measure_held(requirements, item.held, offer.threshold)
        after = measure_held(requirements, _learn(item.held, offer), offer.threshold)
        if before < threshold <= after:
            people.append(UnlockedPerson(item.person, before, after))
    return UnlockedRole(
        role=Named(role.id, role.name),
        skills=tuple(offer.skills[item.skill_id] for item in requirements if item.skill_id in offer.skills),
        threshold=threshold,
        people=tuple(sorted(people, key=lambda item: (-item.readiness_after, item.person.id))),
    )


def _open_project(project: ProjectRow, offer: Offer, able: Sequence[Learner]) -> UnlockedProject:
    return UnlockedProject(
        project=Named(project.id, project.title),
        kind=project.kind,
        skills=tuple(offer.skills[item.skill_id] for item in project.needs if item.skill_id in offer.skills),
        people=tuple(
            item.person
            for item in able
            if not _meets(project.needs, item.held, offer.threshold)
            and _meets(project.needs, _learn(item.held, offer), offer.threshold)
        ),
    )


def _read_learners(store: GraphStore, skill_ids: Sequence[str]) -> list[Learner]:
    rows = store.ask(CANDIDATES_WITH_SKILLS, skill_ids=skill_ids)
    return [Learner(Named(row.id, row.name), {item.skill_id: to_held(item) for item in row.skills}) for row in rows]


def _meets(needs: Sequence[SkillLevel], held: Mapping[str, Held], threshold: float) -> bool:
    levels = {need.skill_id: count_level(held.get(need.skill_id), threshold) for need in needs}
    return all((level := levels[need.skill_id]) is not None and level >= need.level for need in needs)


def _learn(held: Mapping[str, Held], offer: Offer) -> dict[str, Held]:
    return learn(held, offer.gives, offer.threshold, proves=offer.proves)
