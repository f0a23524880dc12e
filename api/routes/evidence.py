"""Evidence told one piece at a time, and acted on at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, Answering, Person
from engine.results import EvidenceChange

router = APIRouter(tags=["evidence"], responses=PROBLEMS)


class ToldEvidence(BaseModel):
    """One observation about a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: str = Field(description="Label or id of the skill it speaks of.")
    kind: str = Field(description="Kind of evidence, such as `assessment`; a wrong one is answered with all there are.")
    level: float | None = Field(None, description="Level shown, 0 to 5.")
    score: float | None = Field(None, description="Result, 0 to 1, of a kind that is graded.")
    observed_on: date | None = Field(None, description="When the skill was last seen; today when not given.")
    via: str | None = Field(
        None, description="Title or id of the course, project, assessment or credential that left it."
    )
    by: str | None = Field(None, description="Name, e-mail or id of who signed or observed it.")
    valid_until: date | None = Field(None, description="Last day it counts; it does not expire when not given.")


@router.post("/people/{person}/evidence", operation_id="record_evidence", summary="Record one piece of evidence")
def record_evidence(engine: Answering, person: Person, told: ToldEvidence) -> EvidenceChange:
    """Writes it, refreshes what is believed of the person, and says what changed; told twice, it counts once."""
    return engine.record_evidence(person, **told.model_dump())


@router.post(
    "/evidence/{evidence}/withdrawal", operation_id="withdraw_evidence", summary="Withdraw one piece of evidence"
)
def withdraw_evidence(
    engine: Answering, evidence: Annotated[str, Path(description="Id of the evidence.")]
) -> EvidenceChange:
    """It stays on record and counts no more; what is believed of the person is as if it had never been told."""
    return engine.withdraw_evidence(evidence)
