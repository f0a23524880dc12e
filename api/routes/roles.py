"""A role: who can do it, or nearly."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import PROBLEMS, Answering, Role, Wishes
from engine.match_results import PricedPool
from engine.nearest_results import NearestPeople
from engine.results import Pool

router = APIRouter(prefix="/roles", tags=["roles"], responses=PROBLEMS)


@router.get("/{role:path}/pool", operation_id="pool", summary="The talent pool of a role")
def show_pool(
    engine: Answering,
    role: Role,
    top: Annotated[int, Query(description="Most people to return.", ge=1, le=200)] = 20,
    at_least: Annotated[float, Query(description="Least readiness.", ge=0, le=1)] = 0.5,
    explain: Annotated[bool, Query(description="Give all terms of the probability of every hidden skill.")] = False,
    as_of: Annotated[
        date | None,
        Query(
            description=(
                "A past day: everybody who may be seen is inferred from what was observed of them by then, had not "
                "expired and was not withdrawn since, which takes long for many people. The model, the people, what "
                "they hold and the role's requirements are those of today, what people keep from others today stays "
                "kept, and whoever's inference is off today is left out."
            )
        ),
    ] = None,
) -> Pool:
    """The people for a role who do not hold it, listed and hidden, readiest first, with reasons."""
    return engine.pool(role, top=top, at_least=at_least, explain=explain, as_of=as_of)


@router.get("/{role:path}/anyone", operation_id="anyone", summary="The people with the cheapest bridges to a role")
def show_nearest_people(
    engine: Answering,
    role: Role,
    wishes: Wishes,
    top: Annotated[int, Query(description="Most people to return.", ge=1, le=200)] = 20,
    time_limit: Annotated[float, Query(description="Seconds; the list then says what is certain.", ge=0, le=600)] = 60,
) -> NearestPeople:
    """The people with the cheapest bridges, proven: nobody who is not on the list has a cheaper one."""
    return engine.anyone(role, top=top, wishes=wishes, time_limit=time_limit)


@router.get("/{role:path}/people", operation_id="priced_pool", summary="The talent pool of a role with prices")
def show_priced_pool(
    engine: Answering,
    role: Role,
    wishes: Wishes,
    top: Annotated[int, Query(description="Most people to return.", ge=1, le=200)] = 20,
    at_least: Annotated[float, Query(description="Least readiness.", ge=0, le=1)] = 0.5,
    time_limit: Annotated[float, Query(description="Seconds; whom it leaves out has no price.", ge=0, le=600)] = 60,
) -> PricedPool:
    """The people for a role, readiest first, with reasons, and the cheapest bridge of each to all of it."""
    return engine.priced_pool(role, top=top, at_least=at_least, wishes=wishes, time_limit=time_limit)
