"""Switches of inference, and of what others may see: for the organisation and for teams."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, Answering
from engine.switch_results import SwitchChange, SwitchList, VisibilityChange

router = APIRouter(prefix="/switches", tags=["switches"], responses=PROBLEMS)


class TeamSwitch(BaseModel):
    """What a team is switched to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inference: Literal["on", "soft_off", "hard_off"] = Field(
        description="`soft_off` keeps what was inferred and makes nothing new, `hard_off` removes it."
    )


class OrganisationSwitch(BaseModel):
    """What the organisation is switched to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inference: Literal["on", "soft_off", "hard_off", "opt_in"] = Field(
        description="As of a team; `opt_in` is hard off for everybody who has not allowed it."
    )


class VisibilitySwitch(BaseModel):
    """What others may see of one kind of skills."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skills: Literal["listed", "hidden"] = Field(description="Which skills.")
    visible: bool | None = Field(
        strict=True, description="Whether others may see them; null takes back what was said by hand."
    )


@router.get("", operation_id="list_switches", summary="The switches of the organisation and of its teams")
def list_switches(engine: Answering) -> SwitchList:
    """What data sets say, what was chosen by hand, and what is in force."""
    return engine.list_switches()


@router.put("/organisation", operation_id="switch_organisation", summary="Switch inference for the organisation")
def switch_organisation(engine: Answering, chosen: OrganisationSwitch) -> SwitchChange:
    """No load undoes it; what was believed of those who are hard off now goes."""
    return engine.switch_organisation(chosen.inference)


@router.put("/teams/{team:path}", operation_id="switch_team", summary="Switch inference for a team")
def switch_team(
    engine: Answering, team: Annotated[str, Path(description="Name or id of a team.")], chosen: TeamSwitch
) -> SwitchChange:
    """No load undoes it; what was believed of those who are hard off now goes."""
    return engine.switch_team(team, chosen.inference)


@router.put(
    "/visibility/organisation",
    operation_id="switch_organisation_visibility",
    summary="Switch what others may see, for the organisation",
)
def switch_organisation_visibility(engine: Answering, chosen: VisibilitySwitch) -> VisibilityChange:
    """No load undoes it; what is said for a team goes before it, and what people choose themselves before both."""
    return engine.switch_organisation_visibility(chosen.skills, chosen.visible)


@router.put(
    "/visibility/teams/{team:path}",
    operation_id="switch_team_visibility",
    summary="Switch what others may see, for a team",
)
def switch_team_visibility(
    engine: Answering, team: Annotated[str, Path(description="Name or id of a team.")], chosen: VisibilitySwitch
) -> VisibilityChange:
    """No load undoes it; what people choose themselves goes before it."""
    return engine.switch_team_visibility(team, chosen.skills, chosen.visible)
