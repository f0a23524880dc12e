"""Projects, gigs and tours of duty: work that needs skills first and develops more."""

from __future__ import annotations

from engine.bridges.moves import Move, name_verified
from engine.bridges.offers import CatalogueRows, Terms, collect_levels, is_priced
from graph_schema.queries.moves import ProjectRow


def offer_projects(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer projects that take people in."""
    return _offer_open(rows, terms, "project")


def offer_gigs(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer gigs: small pieces of work beside the job."""
    return _offer_open(rows, terms, "gig")


def offer_tours(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer tours of duty: time-boxed assignments with goals for both sides."""
    return _offer_open(rows, terms, "tour_of_duty")


def _offer_open(rows: CatalogueRows, terms: Terms, kind: str) -> list[Move]:
    return [
        Move(
            id=row.id,
            kind=kind,
            title=row.title,
            money=row.money or 0.0,
            hours=row.hours or 0.0,
            needs=collect_levels(row.needs),
            gives=_prove(collect_levels(row.develops)),
            weeks=row.weeks or 0.0,
            starts_on=row.starts_on,
        )
        for row in rows.projects
        if row.kind == kind and row.develops and is_priced(row.money, row.hours) and _is_open(row, terms)
    ]


def _prove(levels: dict[str, float]) -> dict[str, float]:
    """Add the verified twins: work that was delivered verifies the skills it developed."""
    return levels | {name_verified(skill): level for skill, level in levels.items()}


def _is_open(row: ProjectRow, terms: Terms) -> bool:
    """Say whether someone can still join: a seat is left, and it has not begun. An unknown number of seats is open."""
    begun = terms.as_of is not None and row.starts_on is not None and row.starts_on < terms.as_of
    return row.seats != 0 and not begun
