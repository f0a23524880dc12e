"""A course: what it opens."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.asking import PROBLEMS, Answering, Course
from engine.results import Unlocks

router = APIRouter(prefix="/courses", tags=["courses"], responses=PROBLEMS)


@router.get("/{course:path}/unlocks", operation_id="unlocks", summary="What a course opens, and for whom")
def show_unlocks(engine: Answering, course: Course) -> Unlocks:
    """The roles, gigs and tours of duty that a course opens, and the people it opens them to."""
    return engine.unlocks(course)
