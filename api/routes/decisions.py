"""The decision log: what was asked and decided, and whether the log is whole."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, Answering
from engine.record_results import DecisionPage, DecisionRecord, DecisionVerification

router = APIRouter(prefix="/decisions", tags=["decisions"], responses=PROBLEMS)


class ToldOutcome(BaseModel):
    """What a human decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str = Field(description="What was decided, such as `accepted` or `rejected`.")
    reason: str | None = Field(None, description="Why, in their words; name nobody but whom it is about.")


@router.get("", operation_id="list_decisions", summary="Records of the decision log")
def list_records(
    engine: Answering,
    operation: Annotated[str | None, Query(description="Only of this operation, such as `pool`.")] = None,
    person: Annotated[str | None, Query(description="Only what names this person: name, e-mail or id.")] = None,
    since: Annotated[date | None, Query(description="First day, UTC.")] = None,
    until: Annotated[date | None, Query(description="Last day, UTC.")] = None,
    before: Annotated[int | None, Query(description="Only records with a smaller number.", ge=0, lt=2**62)] = None,
    top: Annotated[int, Query(description="Most records to return, up to 1000.")] = 50,
) -> DecisionPage:
    """The newest first; `older` is what to send as `before` for the next page."""
    return engine.list_decisions(
        operation=operation, person=person, since=since, until=until, before=before, top=top
    )  # fmt: skip


@router.get("/verification", operation_id="verify_decisions", summary="Whether the decision log is whole")
def verify(engine: Answering) -> DecisionVerification:
    """Whether every record is as it was written and none is missing; `broken` says where it is not so."""
    return engine.verify_decisions()


@router.post("/{decision}/outcome", operation_id="record_outcome", summary="Record what a human decided")
def record_outcome(
    engine: Answering, decision: Annotated[str, Path(description="Id of the record.")], told: ToldOutcome
) -> DecisionRecord:
    """A record of its own, which points to the first; that stays as it is."""
    return engine.record_outcome(decision, told.outcome, reason=told.reason)
