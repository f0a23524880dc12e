"""The decision log as a person reads it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.record_results import DecisionPage, DecisionRecord, DecisionVerification, Pruning

_PROBLEMS = {
    "changed": "its contents are not what was signed",
    "missing": "it is not there",
    "out_of_order": "it does not follow the one before it",
    "head_moved": "the end of the log is not this record",
}


def render_page(page: DecisionPage) -> RenderableType:
    """Lay out records, a line or two each."""
    parts: list[RenderableType] = [item for record in page.records for item in (render_record(record), Text())]
    if not page.records:
        return Text("no records")
    if page.older is not None:
        parts.append(Text(f"there are older ones: --before {page.older}", style="dim"))
    return Group(*parts)


def render_record(record: DecisionRecord) -> RenderableType:
    """Lay out one record with the people whom it names."""
    names = {item.pseudonym: f"{item.person.name} ({item.person.id})" for item in record.people}

    def say(text: str) -> str:
        for pseudonym, name in names.items():
            text = text.replace(pseudonym, name)
        return text

    head = Text.assemble(
        (f"{record.number}  {record.operation}", "bold"),
        f"  {record.asked_at:%Y-%m-%d %H:%M} UTC by {say(record.asked_by)}",
    )
    lines = [head, Text(record.id, style="dim"), Text(f"asked: {say(record.question)}")]
    if record.answer != "[]":
        lines.append(Text(f"answered: {say(record.answer)}"))
    if record.outcome:
        lines.append(Text(f"decided: {record.outcome}" + (f", because {say(record.reason)}" if record.reason else "")))
    return Group(*lines)


def render_verification(found: DecisionVerification) -> RenderableType:
    """Lay out whether the log holds, and where it does not."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    # An id is of use only whole.
    table.add_column(overflow="fold")
    broken = found.broken
    verdict = (
        Text("yes", style="green")
        if broken is None
        else Text(f"no: record {broken.number}: {_PROBLEMS[broken.problem]}", style="red")
    )
    for name, value in (
        ("holds", verdict),
        ("records", f"{found.records}" + (f", {found.first} to {found.last}" if found.first else "")),
        ("head", found.head or "none yet"),
        *([("anchor", found.anchor)] if found.anchor else []),
        *([("unchained", f"{found.unchained} of before records were chained")] if found.unchained else []),
    ):
        table.add_row(name, value)
    return Group(table, Text("keep the head somewhere else: it tells later whether the log was written anew", "dim"))


def render_pruning(pruned: Pruning) -> str:
    """Say what went."""
    rest = f"; the rest hangs on record {pruned.anchor_number}, {pruned.anchor}" if pruned.anchor else ""
    return f"removed {pruned.removed} records older than {pruned.retention_days} days{rest}"
