"""Audits as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.commands.run import say_inference
from engine.audit_results import AuditDraw, AuditRecording, AuditStatus
from engine.inference.calibration import Reliability

_PARTS = {"shift": "added for everybody, log-odds", "slope": "worth of what is believed before evidence, factor"}


def render_draw(drawn: AuditDraw) -> RenderableType:
    """Lay out what was drawn from which stratum; which pairs these are stands in the file."""
    table = Table(box=None, pad_edge=False)
    table.add_column("evidence and probability")
    table.add_column("pairs", justify="right")
    table.add_column("drawn", justify="right")
    for item in drawn.strata:
        table.add_row(item.name, f"{item.pairs:,}", f"{item.drawn:,}")
    return Group(Text(f"{drawn.size:,} pairs of person and skill drawn on {drawn.drawn_on}, {drawn.model}"), table)


def render_status(status: AuditStatus) -> RenderableType:
    """Lay out how far the audit is and what it says of the probabilities."""
    answered = status.yes + status.no + status.unknown
    head = Text(
        f"{status.drawn:,} pairs drawn, {answered:,} answered: {status.yes:,} yes, {status.no:,} no, "
        f"{status.unknown:,} unknown; {status.unanswered:,} open"
    )
    table = _tabulate(
        ("believed when drawn", status.when_drawn),
        ("believed now", status.now),
        ("by a fit without the outcome", status.kept_out),
    )
    return Group(head, Text(f"probabilities calibrated against: {status.calibration}"), table)


def render_recording(recording: AuditRecording) -> RenderableType:
    """Lay out what was recorded and what that changed."""
    table = Table(box=None, pad_edge=False)
    for name in ("what evidence is worth, factor", "before", "after"):
        table.add_column(name, justify="left" if name.startswith("what") else "right")
    for item in recording.changes:
        table.add_row(_PARTS.get(item.part, item.part.replace("_", " ")), f"{item.before:.2f}", f"{item.after:.2f}")
    parts: list[RenderableType] = [
        Text(f"{recording.recorded:,} outcomes recorded"),
        Text(f"calibration: {recording.calibration_before} -> {recording.status.calibration}"),
        table if recording.changes else Text("weights as before"),
        _tabulate(("the model before", recording.before), ("the model now", recording.status.now)),
        Text(say_inference(recording.run), style="dim"),
        Text(),
        render_status(recording.status),
    ]
    return Group(*parts)


def _tabulate(*rows: tuple[str, Reliability | None]) -> RenderableType:
    table = Table(box=None, pad_edge=False)
    for name in ("probabilities against outcomes", "outcomes", "Brier", "off by", "by chance"):
        table.add_column(name, justify="left" if name.startswith("prob") else "right")
    for name, found in rows:
        if found is not None:
            table.add_row(
                name, f"{found.outcomes:,}", f"{found.brier:.4f}", f"{found.error:.1%}", f"{found.chance:.1%}"
            )
    return table
