"""A course: what it opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import PROBLEMS, Answering, Course, Role
from engine.progress_results import Chains
from engine.results import Unlocks

router = APIRouter(prefix="/courses", tags=["courses"], responses=PROBLEMS)


@router.get("/{course:path}/unlocks", operation_id="unlocks", summary="What a course opens, and for whom")
def show_unlocks(
    engine: Answering,
    course: Course,
    time_limit: Annotated[float, Query(description="Seconds for pricing bridges with and without.", ge=0, le=600)] = 20,
) -> Unlocks:
    """The roles, gigs and tours of duty that a course opens, the people it opens them to, and what it saves them."""
    return engine.unlocks(course, time_limit=time_limit)


@router.get("/{course:path}/chains/{role:path}", operation_id="chains", summary="By which way a move counts for a role")
def show_chains(
    engine: Answering,
    course: Course,
    role: Role,
    most: Annotated[int, Query(description="Most chains to return.")] = 20,
    moves: Annotated[int, Query(description="Most moves in a chain, 1 to 4.")] = 4,
) -> Chains:
    """It brings a skill, which the next move needs, and so on to a requirement; one need of each move is shown."""
    return engine.chains(course, role, most=most, moves=moves)
