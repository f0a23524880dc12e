"""What the asker wants of a bridge other than usual: one set of wishes for every question about bridges."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class BridgeWishes(BaseModel):
    """What is wanted of a bridge; what is not given stays as it is usual for the person or the organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours_per_week: float | None = Field(
        default=None, description="Hours a week for it; the organisation's setting when not given."
    )
    money_per_hour: float | None = Field(
        default=None,
        description="Price of an hour of a person's time; their own rate, else the setting, when not given.",
    )
    exclude: tuple[str, ...] = Field(default=(), description="Ids or names of moves that must not be used.")
    kinds: tuple[str, ...] = Field(
        default=(),
        description="Kinds of move to use; all but interim roles, whose cost no catalogue knows, when none is given.",
    )
