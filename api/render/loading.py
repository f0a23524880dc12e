"""A load report as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from loaders.report import LoadReport

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN = 20


def render_report(report: LoadReport) -> RenderableType:
    """Return what was loaded, what could not be, and the notice that must be shown with the data."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(_say_summary(report), style="bold"), *_list_changes(report)]
    parts += [Text(line) for line in _list_findings(report)]
    if report.licence:
        parts.append(Text(report.licence, style="dim"))
    return Group(*parts)


def _say_summary(report: LoadReport) -> str:
    rows = sum(report.rows.values())
    verb = "would change" if report.dry_run else "changed"
    return (
        f"{report.source}: {rows:,} rows in {len(report.rows)} files, {report.changed:,} nodes and relationships "
        f"{verb}, {_count_rejected(report, 'row'):,} rows rejected ({report.seconds:.1f} s)"
    )


def _list_changes(report: LoadReport) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    for heading in ("created", "updated", "unchanged", "removed"):
        table.add_column(heading, justify="right")
    for kind, change in report.changes.items():
        numbers = (change.created, change.updated, change.unchanged, change.removed)
        if any(numbers):
            table.add_row(Text(kind), *(f"{number:,}" if number else "" for number in numbers))
    if table.row_count:
        yield table


def _list_findings(report: LoadReport) -> Iterator[str]:
    yield from (f"Note: {warning}" for warning in report.warnings)
    yield from (f"Left out: {count:,} ({reason})" for reason, count in report.left_out.items())
    if report.rejected:
        values = _count_rejected(report, "value")
        yield f"Not loaded: {_count_rejected(report, 'row'):,} rows, and {values:,} values of rows that were loaded"
        yield from (f"  {item}" for item in report.rejected[:_SHOWN])
        if (more := len(report.rejected) - _SHOWN) > 0:
            yield f"  … and {more:,} more; --json lists them all"
    if report.unmapped:
        names = ", ".join(f"{item.name} ({item.count:,})" for item in report.unmapped[:_SHOWN])
        more = " …" if len(report.unmapped) > _SHOWN else ""
        yield f"No concept of the taxonomy for {len(report.unmapped):,} names: {names}{more}"


def _count_rejected(report: LoadReport, scope: str) -> int:
    return sum(item.scope == scope for item in report.rejected)
