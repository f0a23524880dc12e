"""A person: what they are believed to know, why, and how they get to a role."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.render.gantt import draw_gantt
from api.routes.asking import PROBLEMS, Answering, Person, Role, Skill, Wishes
from engine.bridge_results import BridgeAlternatives, BridgeExpectation, BridgeFront, WhatIf
from engine.bridges.what_if import Supposition
from engine.inference.results import Explanation
from engine.match_results import CourseMatches, GigMatches, MentorMatches
from engine.nearest_results import NearestRoles
from engine.results import Bridge, Gap, PersonProfile

router = APIRouter(prefix="/people", tags=["people"], responses=PROBLEMS)


Explained = Annotated[bool, Query(description="Give all terms of the probability of every hidden skill.")]
AsOf = Annotated[
    date | None,
    Query(
        description=(
            "A past day: what was observed of the person by then, had not expired and was not withdrawn since, with "
            "the model and the role of today."
        )
    ),
]


PlannedAsOf = Annotated[
    date | None,
    Query(
        description=(
            "A past day: what was known of the person then and what they had completed by then. The calendar starts on "
            "it, and work that had not ended by it is on offer; the other moves, prices, hours, seats, mentors and the "
            "role's requirements are those of today, for no history of them is kept."
        )
    ),
]


@router.get("/{person}", operation_id="profile", summary="A person's listed and hidden skills")
def show_profile(engine: Answering, person: Person, explain: Explained = False, as_of: AsOf = None) -> PersonProfile:
    """The skills a person lists, and those they are believed to have but never listed."""
    return engine.profile(person, explain=explain, as_of=as_of)


# Names may hold a slash ("UX/UI designer"); a server sees it decoded, so every name but a person's may span segments.
@router.get(
    "/{person}/skills/{skill:path}/explanation",
    operation_id="explain",
    summary="Why a person is believed to have a skill",
)
def show_explanation(engine: Answering, person: Person, skill: Skill, as_of: AsOf = None) -> Explanation:
    """The terms that sum to the log-odds, each with its source, and the ratings behind the level."""
    return engine.explain(person, skill, as_of=as_of)


@router.get("/{person}/roles/{role:path}/gap", operation_id="gap", summary="How ready a person is for a role")
def show_gap(engine: Answering, person: Person, role: Role, explain: Explained = False, as_of: AsOf = None) -> Gap:
    """Every requirement of the role and how the person stands to it."""
    return engine.gap(person, role, explain=explain, as_of=as_of)


@router.get("/{person}/roles/{role:path}/bridge", operation_id="bridge", summary="The cheapest bridge to a role")
def show_bridge(
    engine: Answering,
    person: Person,
    role: Role,
    wishes: Wishes,
    price_without: Annotated[bool, Query(description="Price it without each of its moves as well.")] = False,
    as_of: PlannedAsOf = None,
) -> Bridge:
    """The provably cheapest ordered set of courses, gigs and other moves that takes the person to the role."""
    return engine.bridge(person, role, price_without=price_without, as_of=as_of, wishes=wishes)


@router.get(
    "/{person}/roles/{role:path}/bridge/gantt",
    operation_id="bridge_gantt",
    summary="The calendar of the cheapest bridge, drawn",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "A Gantt picture."}},
)
def draw_bridge(engine: Answering, person: Person, role: Role, wishes: Wishes, as_of: PlannedAsOf = None) -> Response:
    """The moves of the cheapest bridge as bars over weeks."""
    return Response(draw_gantt(engine.bridge(person, role, as_of=as_of, wishes=wishes)), media_type="image/svg+xml")


@router.post("/{person}/roles/{role:path}/bridge/what-if", operation_id="what_if", summary="The bridge as it would be")
def suppose(engine: Answering, person: Person, role: Role, supposed: Supposition, wishes: Wishes) -> WhatIf:
    """The cheapest bridge as it is, and with moves that nobody offers yet or levels the role does not ask for."""
    return engine.what_if(person, role, supposed, wishes=wishes)


@router.get(
    "/{person}/roles/{role:path}/bridge/expected",
    operation_id="bridge_expected",
    summary="What a bridge costs on average",
)
def show_expectation(engine: Answering, person: Person, role: Role, wishes: Wishes) -> BridgeExpectation:
    """The cheapest bridge and what it costs on average, since it counts on skills that are only believed."""
    return engine.bridge_expected(person, role, wishes=wishes)


@router.get(
    "/{person}/roles/{role:path}/bridge/alternatives",
    operation_id="bridge_alternatives",
    summary="Truly different bridges to a role",
)
def show_alternatives(
    engine: Answering,
    person: Person,
    role: Role,
    wishes: Wishes,
    best: Annotated[int, Query(description="Most bridges to return.")] = 5,
    difference: Annotated[
        float | None, Query(description="Share of the moves of every bridge that later ones leave out, rounded up.")
    ] = None,
) -> BridgeAlternatives:
    """The cheapest bridge, then the cheapest that differs from all before it, and so on, each with its proof."""
    return engine.bridge_alternatives(person, role, best=best, difference=difference, wishes=wishes)


@router.get(
    "/{person}/roles/{role:path}/bridge/front",
    operation_id="bridge_front",
    summary="Price against weeks of the bridges to a role",
)
def show_front(engine: Answering, person: Person, role: Role, wishes: Wishes) -> BridgeFront:
    """The bridges from the cheapest to the soonest, none both cheaper and sooner, each with its proof or its bound."""
    return engine.bridge_front(person, role, wishes=wishes)


@router.get("/{person}/roles", operation_id="roles", summary="The roles a person can get to")
def show_nearest_roles(
    engine: Answering,
    person: Person,
    wishes: Wishes,
    time_limit: Annotated[float, Query(description="Seconds; roles left out are then named.", ge=0, le=600)] = 60,
) -> NearestRoles:
    """The roles the person does not hold, by the price of the bridge against what each pays."""
    return engine.roles(person, wishes=wishes, time_limit=time_limit)


Top = Annotated[int, Query(description="Most to return.", ge=1, le=200)]


@router.get("/{person}/gigs", operation_id="gigs", summary="The open work that a person can do, or nearly")
def show_gigs(
    engine: Answering,
    person: Person,
    top: Top = 20,
    at_least: Annotated[float, Query(description="Least share of what is needed that they meet.", ge=0, le=1)] = 0.5,
) -> GigMatches:
    """Gigs, tours of duty and projects with a seat left: how ready the person is, and what they would learn."""
    return engine.gigs(person, top=top, at_least=at_least)


@router.get("/{person}/courses", operation_id="courses", summary="The courses that bring a person nearest to a role")
def show_courses(
    engine: Answering,
    person: Person,
    role: Annotated[
        str | None, Query(description="Title or id of a role; roles of interest, else the nearest, when not given.")
    ] = None,
    top: Top = 20,
) -> CourseMatches:
    """Courses by the weight of the requirements they close, with what they cost and what must be met first."""
    return engine.courses(person, role=role, top=top)


@router.get(
    "/{person}/skills/{skill:path}/mentors", operation_id="mentors", summary="The mentors of a skill for a person"
)
def show_mentors(
    engine: Answering,
    person: Person,
    skill: Skill,
    level: Annotated[
        float | None, Query(description="The level to reach, above 0 and up to 5; the next one when not given.")
    ] = None,
    top: Top = 20,
) -> MentorMatches:
    """Who offers time as a mentor, has the skill well enough, and has hours that nobody was promised."""
    return engine.mentors(person, skill, level=level, top=top)
