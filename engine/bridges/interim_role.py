"""Interim roles: holding another role for a while, for what it asks of whoever holds it."""

from __future__ import annotations

from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms


def offer_interim_roles(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer every role with core requirements: it needs these one level lower, and brings all it requires.

    What a role held for a while costs is in no catalogue; hours and weeks are the house's figures in ``terms``.
    """
    return [
        Move(
            id=row.id,
            kind="interim_role",
            title=row.title,
            hours=terms.interim_hours,
            needs={need.skill_id: need.level - 1.0 for need in row.requires if need.tier == "core" and need.level > 1},
            gives={need.skill_id: need.level for need in row.requires if need.level > 0},
            weeks=terms.interim_weeks,
        )
        for row in rows.roles
        if any(need.tier == "core" for need in row.requires)
    ]
