"""What can be wished of a bridge on the command line: the same options for every command that plans one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.bridge_wishes import BridgeWishes

HoursPerWeek = Annotated[float | None, typer.Option(help="Hours a week the person can give.")]
MoneyPerHour = Annotated[float | None, typer.Option(help="Price of an hour of the person's time.")]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", "--without", help="A move that must not be used; may be repeated.")
]
Kind = Annotated[list[str] | None, typer.Option(help="A kind of move to use; may be repeated.")]
Budget = Annotated[float | None, typer.Option(help="Most money for a whole bridge, hours aside.")]
Hours = Annotated[float | None, typer.Option(help="Most hours for a whole bridge.")]
Weeks = Annotated[int | None, typer.Option(help="Most calendar weeks for a bridge.")]
Require = Annotated[list[str] | None, typer.Option(help="A move that must be in it; may be repeated.")]
Started = Annotated[
    list[str] | None,
    typer.Option(metavar="MOVE[=HOURS]", help="A move under way, and the hours left of it; may be repeated."),
]


def gather_wishes(
    hours_per_week: float | None,
    money_per_hour: float | None,
    exclude: Sequence[str] | None,
    kind: Sequence[str] | None,
    budget: float | None,
    hours: float | None,
    weeks: int | None,
    require: Sequence[str] | None,
    started: Sequence[str] | None,
) -> BridgeWishes:
    """Gather the options of a command, in the order they are declared here."""
    from engine.bridge_wishes import BridgeWishes

    return BridgeWishes(
        hours_per_week=hours_per_week,
        money_per_hour=money_per_hour,
        exclude=tuple(exclude or ()),
        kinds=tuple(kind or ()),
        budget=budget,
        hours=hours,
        weeks=weeks,
        require=tuple(require or ()),
        started=tuple(started or ()),
    )
