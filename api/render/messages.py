"""Watches and messages as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.live.results import Evaluation, MailRun, MessageList, WatchList, WatchState, say_share


def render_watch(state: WatchState) -> RenderableType:
    """Lay out one watch."""
    return Text(_say_watch(state))


def render_watches(found: WatchList) -> RenderableType:
    """Lay out what a person watches."""
    title = Text(f"{found.person.name} watches")
    lines = [Text(f"  {_say_watch(state)}") for state in found.watches] or [Text("  nothing")]
    where = found.email or "no address is known"
    return Group(title, *lines, Text(f"by e-mail: {found.mail_pace.replace('_', ' ')} ({where})", style="dim"))


def render_messages(found: MessageList) -> RenderableType:
    """Lay out what a person was told."""
    if not found.messages:
        return Text(f"{found.person.name} was told nothing yet")
    table = Table.grid(padding=(0, 2))
    for message in found.messages:
        table.add_row(f"{message.written_at:%Y-%m-%d %H:%M}", message.text)
    more = Text(f"there are more: --before {found.before!r}" if found.before else "", style="dim")
    return Group(table, more)


def render_evaluation(run: Evaluation) -> RenderableType:
    """Say what came of looking."""
    return Text(f"{run.messages} messages written, {run.events} changes looked at")


def render_mail_run(run: MailRun) -> RenderableType:
    """Say what was sent."""
    return Text(f"{run.sent} letters sent with {run.messages} messages, {run.failed} not taken")


def _say_watch(state: WatchState) -> str:
    return f"{state.role.name} ({state.role.id}), {_say_whose(state)}, from {say_share(state.threshold)} on"


def _say_whose(state: WatchState) -> str:
    if state.kind == "own":
        return "as their profile says they are interested" if state.interest else "for themselves"
    return f"for others in {state.team.name}" if state.team else "for others"
