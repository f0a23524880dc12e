"""A course: what it opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import PROBLEMS, Answering, Course
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
