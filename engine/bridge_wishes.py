"""What the asker wants of a bridge other than usual: one set of wishes for every question about bridges."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, Field

from graph_schema.errors import InvalidInput


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
    budget: float | None = Field(default=None, description="Most money that the whole bridge may cost, hours aside.")
    hours: float | None = Field(default=None, description="Most hours that the whole bridge may take.")
    weeks: int | None = Field(default=None, description="Most calendar weeks that the bridge may take.")
    require: tuple[str, ...] = Field(default=(), description="Ids or names of moves that the bridge must have.")
    started: tuple[str, ...] = Field(
        default=(),
        description="Moves under way, by id or name, or MOVE=HOURS with the hours left: their money is spent, their "
        "needs are met, and only the hours left count.",
    )


def read_started(wishes: BridgeWishes) -> dict[str, float | None]:
    """Read the moves under way with the hours left of each; None where all of its hours are.

    Raises:
        InvalidInput: The hours left are below 0 or no number, or a move is given twice.
    """
    left: dict[str, float | None] = {}
    for item in wishes.started:
        move, sign, given = item.rpartition("=")
        hours = _read_number(given) if sign else None
        name = item if hours is None else move
        if hours is not None and not (hours >= 0 and math.isfinite(hours)):
            raise InvalidInput("started", f"{item!r} leaves no number of hours of at least 0")
        if name in left:
            raise InvalidInput("started", f"{name!r} is given twice")
        left[name] = hours
    return left


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
