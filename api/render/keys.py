"""API keys as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.access.key_results import Key, KeyList, NewKey


def render_new_key(made: NewKey) -> RenderableType:
    """Show a key with its secret, which is shown this once."""
    # On a line of its own, and never wrapped, so that it can be copied whole.
    token = Text(made.token, style="bold", no_wrap=True, overflow="ignore")
    return Group(token, Text("shown this once: keep it where secrets are kept", style="dim"), _lay_out((made.key,)))


def render_keys(found: KeyList) -> RenderableType:
    """List keys without their secrets."""
    return _lay_out(found.keys) if found.keys else Text("there are no API keys")


def _lay_out(keys: tuple[Key, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("id", "name", "role", "for", "state", "good until"):
        table.add_column(name)
    for key in keys:
        about = ", ".join((*filter(None, (key.person,)), *key.functions, *key.regions, *key.scopes))
        table.add_row(key.id, key.name, key.role, about, key.state, f"{key.expires_at:%Y-%m-%d}")
    return table
