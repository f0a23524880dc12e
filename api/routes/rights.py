"""What people may ask for themselves: see it all, reject, correct, object, hide, be erased."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.output import dump_result
from api.personal_page import write_personal_page
from api.routes.asking import PROBLEMS, Answering, Person, Skill
from engine.personal_results import PersonalExport
from engine.record_results import ChoiceChange, ErasureList, ErasureReceipt, Readmission
from engine.results import EvidenceChange

router = APIRouter(tags=["rights"], responses=PROBLEMS)

Which = Annotated[str, Path(description="Which skills: `listed` or `hidden`.")]


class CorrectedLevel(BaseModel):
    """The level at which a person says they have a skill."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float = Field(description="0 to 5.")


@router.get(
    "/people/{person}/export",
    operation_id="export_person",
    summary="All that is held and inferred about a person",
    response_model=PersonalExport,
    responses={200: {"content": {"text/html": {}}, "description": "As JSON, or as a page."}},
)
def export_person(
    engine: Answering,
    person: Person,
    page: Annotated[Literal["json", "html"], Query(alias="format", description="JSON, or a page.")] = "json",
) -> Response:
    """With sources, and the logic in plain words."""
    held = engine.export_person(person)
    if page == "html":
        return Response(write_personal_page(held), media_type="text/html")
    return Response(dump_result(held), media_type="application/json")


@router.post(
    "/people/{person}/skills/{skill:path}/rejection", operation_id="reject_skill", summary="Reject an inferred skill"
)
def reject_skill(engine: Answering, person: Person, skill: Skill) -> EvidenceChange:
    """The person says they do not have it: evidence against it, and what they reported before is withdrawn."""
    return engine.reject_skill(person, skill)


@router.post("/people/{person}/skills/{skill:path}/correction", operation_id="correct_level", summary="Correct a level")
def correct_level(engine: Answering, person: Person, skill: Skill, told: CorrectedLevel) -> EvidenceChange:
    """What the person says now stands in place of what they reported of the skill before."""
    return engine.correct_level(person, skill, told.level)


@router.post("/people/{person}/objection", operation_id="object_to_inference", summary="Object to inference")
def object_to_inference(engine: Answering, person: Person) -> ChoiceChange:
    """What was inferred goes at once, and no load switches it on again."""
    return engine.object_to_inference(person)


@router.delete("/people/{person}/objection", operation_id="allow_inference", summary="Lift an objection to inference")
def allow_inference(engine: Answering, person: Person) -> ChoiceChange:
    """The person's skills are inferred again, unless their team or the organisation is switched off."""
    return engine.allow_inference(person)


@router.delete("/people/{person}/visibility/{which}", operation_id="hide_skills", summary="Hide a kind of skills")
def hide_skills(engine: Answering, person: Person, which: Which) -> ChoiceChange:
    """Others see them no more, whatever a load says later."""
    return engine.hide_skills(person, which)


@router.put("/people/{person}/visibility/{which}", operation_id="show_skills", summary="Show a kind of skills")
def show_skills(engine: Answering, person: Person, which: Which) -> ChoiceChange:
    """Others may see them again."""
    return engine.show_skills(person, which)


@router.delete("/people/{person}", operation_id="erase_person", summary="Erase a person")
def erase_person(engine: Answering, person: Person) -> ErasureReceipt:
    """With all that is held and inferred about them; the receipt names nobody. There is no way back."""
    return engine.erase_person(person)


@router.post("/erasures/readmission/{person_id:path}", operation_id="readmit_person", summary="Let somebody back in")
def readmit_person(
    engine: Answering, person_id: Annotated[str, Path(description="The exact id that the data set has.")]
) -> Readmission:
    """A load may then bring back somebody who was erased."""
    return engine.readmit_person(person_id)


@router.get("/erasures", operation_id="list_erasures", summary="The receipts of all erasures")
def list_erasures(engine: Answering) -> ErasureList:
    """The newest first; they name nobody."""
    return engine.list_erasures()
