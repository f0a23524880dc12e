"""Assessments: they teach nothing, they turn a skill one has into a verified one."""

from __future__ import annotations

from engine.bridges.moves import Move, name_verified
from engine.bridges.offers import CatalogueRows, Terms, collect_levels, expect_amount, is_priced


def offer_assessments(rows: CatalogueRows, terms: Terms) -> list[Move]:  # noqa: ARG001 - every kind is called alike
    """Offer every assessment at what it is expected to cost until passed (money and hours by pass rate).

    It needs the skills it measures, at the level it certifies: who lacks them would fail. An unknown pass rate counts
    as 1; one of 0 can never be passed and is not offered.
    """
    moves: list[Move] = []
    for row in rows.assessments:
        measures = collect_levels(row.measures)
        rate = 1.0 if row.pass_rate is None else min(row.pass_rate, 1.0)
        if measures and rate > 0 and is_priced(row.money, row.hours):
            moves.append(
                Move(
                    id=row.id,
                    kind="assessment",
                    title=row.title,
                    money=expect_amount(row.money or 0.0, rate),
                    hours=expect_amount(row.hours or 0.0, rate),
                    needs=measures,
                    gives={name_verified(skill): level for skill, level in measures.items()},
                )
            )
    return moves
