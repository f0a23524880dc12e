"""Courses: money and hours for skills, some after others."""

from __future__ import annotations

from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms, collect_levels, is_priced


def offer_courses(rows: CatalogueRows, terms: Terms) -> list[Move]:  # noqa: ARG001 - every kind is called alike
    """Offer every course that teaches something and whose money or hours are known."""
    return [
        Move(
            id=row.id,
            kind="course",
            title=row.title,
            money=row.money or 0.0,
            hours=row.hours or 0.0,
            needs=collect_levels(row.needs),
            after=tuple(sorted({other for other in row.after if other != row.id})),
            gives=collect_levels(row.teaches),
            weeks=row.weeks or 0.0,
        )
        for row in rows.courses
        if row.teaches and is_priced(row.money, row.hours)
    ]
