"""Results about switches of inference, and of what others may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.results import Named


@dataclass(frozen=True)
class VisibilityState:
    """Whether others may see one kind of skills, as the organisation or one team says.

    Attributes:
        by_data: What the data sets say; unknown where they say nothing.
        by_hand: What was chosen by hand; unknown where nothing was.
        switched_at: When that was.
        in_force: Whether others see the skills of those who chose nothing themselves: where data sets and a hand
            differ, others do not. What a team says goes before what the organisation says; where neither says
            anything, others do.
    """

    by_data: bool | None
    by_hand: bool | None
    switched_at: datetime | None
    in_force: bool


@dataclass(frozen=True)
class SwitchState:
    """The switches of the organisation, or of one team.

    Attributes:
        team: The team; unknown for the organisation.
        by_data: What the data sets say: ``on``, ``soft_off`` or ``hard_off``.
        by_hand: What was chosen by hand, for the organisation also ``opt_in``; unknown where nothing was.
        switched_at: When that was.
        in_force: The strictest of both and, for a team, of those of the organisation. Of one person, it is the
            strictest of this and their own; under ``opt_in`` it is ``hard_off`` for all who have not allowed it.
        listed: Whether others may see the skills that its people list.
        hidden: Whether others may see the skills that its people are believed to have beside.
        people: How many people belong to it.
    """

    team: Named | None
    by_data: str
    by_hand: str | None
    switched_at: datetime | None
    in_force: str
    listed: VisibilityState
    hidden: VisibilityState
    people: int


@dataclass(frozen=True)
class SwitchList:
    """All switches but those of people, which are theirs."""

    organisation: SwitchState
    teams: tuple[SwitchState, ...]


@dataclass(frozen=True)
class SwitchChange:
    """What a switch did: ``removed`` beliefs of people whose inference is hard off now.

    What is on again is inferred with the next ``infer``.
    """

    switch: SwitchState
    removed: int


@dataclass(frozen=True)
class VisibilityChange:
    """What a switch of visibility did: of how many people others see now what they did not, or no longer."""

    switch: SwitchState
    changed: int
