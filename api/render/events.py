"""Events and subscriptions as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.event_results import (
    DeadLetterList,
    EventPage,
    PingResult,
    Replay,
    SubscriptionList,
    SubscriptionSecret,
    SubscriptionState,
)


def render_page(page: EventPage) -> RenderableType:
    """Lay out events, a line each."""
    if not page.events:
        return Text(f"nothing new; the newest event is number {page.newest}")
    table = _make_table("number", "when", "type", "subject", "data")
    for event in page.events:
        data = ", ".join(f"{name} {value}" for name, value in event.data.items())
        table.add_row(str(event.number), f"{event.occurred_at:%Y-%m-%d %H:%M:%S}", event.type, event.subject, data)
    more = Text(f"there are newer ones: --after {page.last}" if page.last < page.newest else "", style="dim")
    return Group(table, more)


def render_subscriptions(found: SubscriptionList) -> RenderableType:
    """Lay out subscriptions, one below the other."""
    if not found.subscriptions:
        return Text("no subscriptions")
    return Group(*(item for state in found.subscriptions for item in (render_subscription(state), Text())))


def render_subscription(state: SubscriptionState) -> RenderableType:
    """Lay out one subscription with how it is doing."""
    table = Table.grid(padding=(0, 2))
    table.add_row("to", state.url)
    table.add_row("by", f"{state.owner}, {state.created_at:%Y-%m-%d}")
    table.add_row("types", ", ".join(state.types) or "all")
    table.add_row("subjects", ", ".join(state.subjects) or "all")
    table.add_row("left", f"{state.behind} new, {state.waiting} waiting, {state.dead} given up")
    if state.paused_at:
        table.add_row("paused", f"{state.paused_at:%Y-%m-%d %H:%M}: {state.paused_because}")
    elif state.failures:
        table.add_row("failing", f"the last {state.failures} sendings")
    return Group(Text(state.id, style="bold"), table)


def render_secret(made: SubscriptionSecret) -> RenderableType:
    """Lay out a secret, which is shown this once."""
    until = made.old_secret_until
    old = f"; the one before signs too until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    secret = Text.assemble("secret  ", (made.secret, "bold"), "\nIt is not shown again", old)
    return Group(render_subscription(made.subscription), secret)


def render_dead_letters(found: DeadLetterList) -> RenderableType:
    """Lay out what was given up, a line each."""
    if not found.dead_letters:
        return Text("nothing was given up")
    table = _make_table("event", "type", "subject", "attempts", "given up", "because")
    for letter in found.dead_letters:
        event = letter.event
        table.add_row(
            event.id, event.type, event.subject, str(letter.attempts), f"{letter.dead_at:%Y-%m-%d %H:%M}",
            letter.problem or "",
        )  # fmt: skip
    return table


def render_replay(replay: Replay) -> str:
    """Say what is sent again."""
    return f"{replay.replayed} dead letters of {replay.subscription_id} are sent again"


def render_ping(found: PingResult) -> str:
    """Say what came back."""
    return f"taken: {found.status}" if found.delivered else f"not taken: {found.problem}"


def _make_table(*names: str) -> Table:
    return Table(*names, box=None, pad_edge=False)
