"""Landscapes: how many people of each group have a skill or are ready for a role."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import PROBLEMS, Answering, Role
from engine.landscape_results import RoleLandscape, SkillLandscape

router = APIRouter(prefix="/landscape", tags=["landscape"], responses=PROBLEMS)

Skills = Annotated[
    tuple[str, ...],
    Query(alias="skill", description="Labels or ids of skills; those with the highest numbers when none is given."),
]


@router.get("/skills", operation_id="skill_landscape", summary="How many people of each group have a skill")
def show_skill_landscape(
    engine: Answering,
    skills: Skills = (),
    top: Annotated[int, Query(description="Most skills where none is given, at least 1.")] = 50,
) -> SkillLandscape:
    """By group: who lists a skill, and who has it, listed or hidden; a word where a number would tell too much."""
    return engine.skill_landscape(skills=skills, top=top)


@router.get(
    "/roles/{role:path}", operation_id="role_landscape", summary="How many people of each group are ready for a role"
)
def show_role_landscape(engine: Answering, role: Role) -> RoleLandscape:
    """By group: who is ready, and who meets each requirement; a word where a number would tell too much."""
    return engine.role_landscape(role)
