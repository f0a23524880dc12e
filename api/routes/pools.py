"""Pools with a promise, for a role or for skills, and what would make them surer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import PROBLEMS, Answering
from engine.promised_results import PromisedPool, VerificationPlan

router = APIRouter(prefix="/pools", tags=["pools"], responses=PROBLEMS)

Role = Annotated[str | None, Query(description="Title or id of a role, its holders left out; either this or skills.")]
Skills = Annotated[tuple[str, ...], Query(alias="skill", description="Labels or ids of skills, all of them to be had.")]
Levels = Annotated[
    tuple[float, ...], Query(alias="level", description="Level 0 to 5 of each skill, in order; any when not given.")
]
Precision = Annotated[float, Query(description="Share of right entries promised, above 0 and below 1.")]
Core = Annotated[bool, Query(description="Whether every core requirement of the role must be met besides.")]


@router.get("", operation_id="promised_pool", summary="The longest list that keeps a promise")
def show_promised_pool(
    engine: Answering,
    role: Role = None,
    skills: Skills = (),
    levels: Levels = (),
    precision: Precision = 0.9,
    core: Core = False,
) -> PromisedPool:
    """The longest list of people, likeliest first, whose expected share of right entries is as promised."""
    return engine.promised_pool(role, skills=skills, levels=levels, precision=precision, core=core)


@router.get("/verify-next", operation_id="verify_next", summary="What would make such a list surer")
def show_verification_plan(
    engine: Answering,
    role: Role = None,
    skills: Skills = (),
    levels: Levels = (),
    precision: Precision = 0.9,
    core: Core = False,
    count: Annotated[int, Query(description="Most observations to return.")] = 5,
) -> VerificationPlan:
    """The assessments and endorsement requests that are expected to put most entries right an hour."""
    return engine.verify_next(role, skills=skills, levels=levels, precision=precision, core=core, count=count)
