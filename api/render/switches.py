"""Switches of inference as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.switch_results import SwitchChange, SwitchList, SwitchState


def render_switches(found: SwitchList) -> RenderableType:
    """Lay out all switches, that of the organisation first."""
    return _lay_out([found.organisation, *found.teams])


def render_switch_change(change: SwitchChange) -> RenderableType:
    """Lay out what a switch did."""
    return Group(_lay_out([change.switch]), Text(f"{change.removed:,} beliefs removed"))


def _lay_out(states: list[SwitchState]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("of", "people", "data sets say", "by hand", "in force"):
        table.add_column(name)
    for state in states:
        table.add_row(
            "the organisation" if state.team is None else f"{state.team.name} ({state.team.id})",
            f"{state.people:,}",
            state.by_data,
            state.by_hand or "-",
            Text(state.in_force, style="green" if state.in_force == "on" else "yellow"),
        )
    return table
