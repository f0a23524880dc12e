"""What others may see of a person: who says so, and whose word counts.

Of the skills that people list, and apart of those that they are believed to have beside, the nearest word counts:

1. their own choice;
2. a data set that keeps theirs from others (that it does not is no word: it is what stands where nothing was said);
3. their teams', by data sets and by hand: where these differ, what keeps them from others;
4. the organisation's, likewise;
5. and where nobody says anything, others see them.

Reading asks no team and no switch: what counts stands on the person, as ``listed_shown`` and ``hidden_shown``, and
every write of what it rests on settles it anew, in the same statement. All those writes take one lock first, so that
none settles by a word that another is just changing.
"""

from __future__ import annotations

from typing import LiteralString

LOCK: LiteralString = (
    "MERGE (visibility:ObjectLock {id: 'visibility'}) SET visibility.locked = true REMOVE visibility.locked "
)
"""Cypher: lets one transaction at a time change what is shown; writing a property is how Cypher takes the lock."""

_WORDS: LiteralString = """
OPTIONAL MATCH (choice:PersonalChoice {id: 'choice:' + p.id})
OPTIONAL MATCH (p)-[:MEMBER_OF]->(team:Team)
OPTIONAL MATCH (listed:VisibilitySwitch {id: 'visibility:listed:team:' + team.id})
OPTIONAL MATCH (hidden:VisibilitySwitch {id: 'visibility:hidden:team:' + team.id})
WITH p, choice, collect(team.listed_visible) + collect(listed.visible) AS listed_of_teams,
     collect(team.hidden_visible) + collect(hidden.visible) AS hidden_of_teams
OPTIONAL MATCH (tenant:Tenant {id: 'tenant'})
OPTIONAL MATCH (listed:VisibilitySwitch {id: 'visibility:listed:organisation'})
OPTIONAL MATCH (hidden:VisibilitySwitch {id: 'visibility:hidden:organisation'})
WITH p, choice, listed_of_teams, hidden_of_teams, [tenant.listed_visible, listed.visible] AS listed_of_all,
     [tenant.hidden_visible, hidden.visible] AS hidden_of_all
"""


def _decide(own: LiteralString, data: LiteralString, teams: LiteralString, whole: LiteralString) -> LiteralString:
    return f"""CASE
    WHEN {own} IS NOT NULL THEN {{visible: {own}, by: 'person'}}
    WHEN {data} = false THEN {{visible: false, by: 'data_set'}}
    WHEN false IN {teams} THEN {{visible: false, by: 'team'}}
    WHEN true IN {teams} THEN {{visible: true, by: 'team'}}
    WHEN false IN {whole} THEN {{visible: false, by: 'organisation'}}
    WHEN true IN {whole} THEN {{visible: true, by: 'organisation'}}
    ELSE {{visible: true, by: 'nobody'}}
END"""


DECIDE: LiteralString = (
    f"{_WORDS}WITH p, "
    + _decide("choice.listed_visible", "p.listed_visible", "listed_of_teams", "listed_of_all")
    + " AS listed, "
    + _decide("choice.hidden_visible", "p.hidden_visible", "hidden_of_teams", "hidden_of_all")
    + " AS hidden "
)
"""Cypher: goes on with the person ``p`` and, of ``listed`` and ``hidden`` skills, whether others see them and by whose
word; everything else is forgotten."""

SETTLE: LiteralString = f"{DECIDE}SET p.listed_shown = listed.visible, p.hidden_shown = hidden.visible "
"""Cypher: settles what counts of the person ``p``."""

SETTLE_EVERYBODY: LiteralString = f"MATCH (p:Person) {SETTLE}"
"""Cypher: settles what counts of everybody."""
