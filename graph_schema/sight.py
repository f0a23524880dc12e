"""Whom somebody who asks may see: a condition that the graph itself keeps, in the queries that show people to others.

A graph is bound to a sight (:meth:`graph_schema.store.GraphStore.seen_by`), and every query of it then carries the
sight as the parameter ``$sight``. Queries that show people say in their text whom they show, with :data:`SEEN`, before
anything is ranked or cut; what is read to compute with is read whole. Without a sight ``$sight`` is null: everybody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, LiteralString


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Whom somebody may see: those of whom any line below is true; nobody when none is.

    Attributes:
        everybody: Everybody.
        person: This person, with all that others may not see of them.
        reports: Those who report to this person, directly.
        functions: Everybody of these functions.
        regions: Everybody of these regions.
    """

    everybody: bool = False
    person: str | None = None
    reports: bool = False
    functions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def bind(self) -> dict[str, Any]:
        """Return it as the parameter of queries."""
        return asdict(self) | {"functions": list(self.functions), "regions": list(self.regions)}


SEEN: LiteralString = """(
        $sight IS NULL OR $sight.everybody OR p.id = $sight.person
        OR p.function IN $sight.functions OR p.region IN $sight.regions
        OR ($sight.reports AND EXISTS { (p)-[:REPORTS_TO]->(:Person {id: $sight.person}) })
    )"""
"""Cypher: whether the person ``p`` may be seen."""

OWN: LiteralString = "coalesce($sight IS NULL OR p.id = $sight.person, false)"
"""Cypher: whether who asks may see of the person ``p`` what others may not."""

LISTED_SHOWN: LiteralString = "coalesce(p.listed_shown, p.listed_visible, true)"
"""Cypher: whether others may see the skills that the person ``p`` lists; see :mod:`graph_schema.visibility`."""

OTHERS_SHOWN: LiteralString = "coalesce(p.hidden_shown, p.hidden_visible, true)"
"""Cypher: whether others may see the skills that the person ``p`` is believed to have beside."""

SHOWN: LiteralString = f"CASE WHEN has.listed THEN {LISTED_SHOWN} ELSE {OTHERS_SHOWN} END"
"""Cypher: whether others may see the belief ``has`` about the person ``p``."""
