"""Gigs and tours of duty: work that needs skills first and develops more."""

from __future__ import annotations

from engine.bridges.moves import Move, name_verified
from engine.bridges.offers import CatalogueRows, Terms, collect_levels, is_priced


def offer_gigs(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer gigs: small pieces of work beside the job."""
    return _offer_open(rows, terms, "gig")


def offer_tours(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer tours of duty: time-boxed assignments with goals for both sides."""
    return _offer_open(rows, terms, "tour_of_duty")


def _offer_open(rows: CatalogueRows, terms: Terms, kind: str) -> list[Move]:
    """Offer what can still be joined: a seat is left (0 or unknown means none is), and it has not begun."""
    offered = (
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
            ends_on=row.ends_on,
        )
        for row in rows.projects
        if row.kind == kind and row.develops and is_priced(row.money, row.hours) and (row.seats or 0) > 0
    )
    return [move for move in offered if not _is_past(move, terms)]


def _prove(levels: dict[str, float]) -> dict[str, float]:
    """Add the verified twins: work that was delivered verifies the skills it developed."""
    return levels | {name_verified(skill): level for skill, level in levels.items()}


def _is_past(move: Move, terms: Terms) -> bool:
    return terms.as_of is not None and move.begins_by is not None and move.begins_by < terms.as_of
