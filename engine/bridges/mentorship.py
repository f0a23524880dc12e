"""Mentorships: hours with someone who has the skill, one level at a time, up to one below their own.

A mentor offers hours a month, so a mentorship lasts as long as they need to give its hours.
"""

from __future__ import annotations

import math
from collections import defaultdict

from engine.bridges.moves import Move
from engine.bridges.offers import CatalogueRows, Terms
from graph_schema.queries.moves import MentorRow

WEEKS_A_MONTH = 52 / 12
BY_MENTOR = ("attestation", "endorsement")
"""Kinds of evidence by which a mentor says that a mentorship has borne fruit."""


def offer_mentorships(rows: CatalogueRows, terms: Terms) -> list[Move]:
    """Offer, for every skill and level, the mentors with the most hours to give who have the next level themselves."""
    hours = terms.mentor_hours_per_level
    able: defaultdict[tuple[str, int], list[MentorRow]] = defaultdict(list)
    for row in rows.mentors:
        if row.capacity_hours >= hours:
            for skill in row.skills:
                for level in range(1, math.floor(skill.level)):
                    able[skill.skill_id, level].append(row)
    return [
        Move(
            id=f"mentorship:{mentor.person_id}:{skill}:{level}",
            kind="mentorship",
            title=f"Mentorship with {mentor.name}",
            money=hours * terms.mentor_money_per_hour,
            hours=hours,
            needs={skill: float(level - 1)} if level > 1 else {},
            gives={skill: float(level)},
            weeks=round(hours / mentor.capacity_hours * WEEKS_A_MONTH, 2),
            by=mentor.person_id,
        )
        for (skill, level), mentors in able.items()
        for mentor in sorted(mentors, key=lambda row: (-row.capacity_hours, row.person_id))[: terms.mentors_per_step]
    ]
