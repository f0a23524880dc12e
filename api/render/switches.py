"""Switches as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.switch_results import SwitchChange, SwitchList, SwitchState, VisibilityChange, VisibilityState


def render_switches(found: SwitchList) -> RenderableType:
    """Lay out all switches, those of the organisation first."""
    states = [found.organisation, *found.teams]
    return Group(_lay_out(states), Text(), _lay_out_visibility(states))


def render_switch_change(change: SwitchChange) -> RenderableType:
    """Lay out what a switch did."""
    return Group(_lay_out([change.switch]), Text(f"{change.removed:,} beliefs removed"))


def render_visibility_change(change: VisibilityChange) -> RenderableType:
    """Lay out what a switch of visibility did."""
    said = Text(f"others see something else now of {change.changed:,} people")
    return Group(_lay_out_visibility([change.switch]), said)


def _lay_out_visibility(states: list[SwitchState]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("of", "skills", "data sets say", "by hand", "in force"):
        table.add_column(name)
    for state in states:
        for skills, of in (("listed", state.listed), ("hidden", state.hidden)):
            table.add_row(_name(state), skills, _say(of.by_data), _say(of.by_hand), _say_in_force(of))
    return table


def _say(word: bool | None) -> str:
    return {True: "show", False: "hide", None: "-"}[word]


def _say_in_force(of: VisibilityState) -> Text:
    return Text(_say(of.in_force), style="green" if of.in_force else "yellow")


def _name(state: SwitchState) -> str:
    return "the organisation" if state.team is None else f"{state.team.name} ({state.team.id})"


def _lay_out(states: list[SwitchState]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("of", "people", "data sets say", "by hand", "in force"):
        table.add_column(name)
    for state in states:
        table.add_row(
            _name(state),
            f"{state.people:,}",
            state.by_data,
            state.by_hand or "-",
            Text(state.in_force, style="green" if state.in_force == "on" else "yellow"),
        )
    return table
