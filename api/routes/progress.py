"""Bridges that were accepted: keeping one, following it, planning it anew, dropping it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, Answering, Person, Role
from engine.bridge_wishes import BridgeWishes
from engine.progress_results import BridgeProgress, KeptBridge, KeptBridges

router = APIRouter(prefix="/people/{person}", tags=["progress"], responses=PROBLEMS)

Step = Annotated[str, Path(description="Number of the step, or id or title of its move.")]


class StepRecord(BaseModel):
    """What a step of an accepted bridge came to; what is not given stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    money: float | None = Field(None, description="Money it cost.")
    hours: float | None = Field(None, description="Hours it took.")
    started_on: date | None = Field(None, description="The day it was begun.")
    done_on: date | None = Field(None, description="The day a mentorship or an interim role was done.")


@router.get("/progress", operation_id="kept_bridges", summary="All bridges accepted for a person")
def list_kept(engine: Answering, person: Person) -> KeptBridges:
    """Every bridge that was ever accepted for the person, the latest first."""
    return engine.kept_bridges(person)


@router.post("/roles/{role:path}/progress/replan", operation_id="replan_bridge", summary="Plan a bridge anew")
def replan_bridge(engine: Answering, person: Person, role: Role) -> KeptBridge:
    """Puts the cheapest bridge from here in the place of the accepted one, where that no longer holds or is dearer."""
    return engine.replan_bridge(person, role)


@router.put("/roles/{role:path}/progress/steps/{step:path}", operation_id="record_step", summary="What a step came to")
def record_step(engine: Answering, person: Person, role: Role, step: Step, told: StepRecord) -> BridgeProgress:
    """Records money, hours and days of a step; courses, gigs and assessments are ticked off by their evidence."""
    return engine.record_step(person, role, step, **told.model_dump())


@router.post("/roles/{role:path}/progress", operation_id="accept_bridge", summary="Accept the cheapest bridge")
def accept_bridge(engine: Answering, person: Person, role: Role, wishes: BridgeWishes | None = None) -> KeptBridge:
    """Keeps the cheapest bridge as of today; the same one again changes nothing, another replaces it."""
    return engine.accept_bridge(person, role, wishes=wishes or BridgeWishes())


@router.get("/roles/{role:path}/progress", operation_id="bridge_progress", summary="How far an accepted bridge is")
def show_progress(engine: Answering, person: Person, role: Role) -> BridgeProgress:
    """Which steps are done, whether what is left still leads to the role, what else would, and what it has cost."""
    return engine.bridge_progress(person, role)


@router.delete("/roles/{role:path}/progress", operation_id="drop_bridge", summary="Drop an accepted bridge")
def drop_bridge(engine: Answering, person: Person, role: Role) -> KeptBridge:
    """Drops the bridge in force; it stays on record."""
    return engine.drop_bridge(person, role)
