"""What a path in the graph can say about moves: how one counts for a role, where it leads, and simple routes.

A move needs *all* that it needs, and a path shows one need of each move. So a path says by which way something counts,
and not that the way can be gone; only of moves that need one skill or none is it a way that can be gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.query import Query


@dataclass(frozen=True)
class ChainLink:
    """A move that brings a skill to a level, and the level that the next move, or the role, asks.

    ``also_needs`` counts what the move needs besides what the link before brings, courses that it comes after as well.
    """

    move_id: str
    title: str
    also_needs: int
    skill_id: str
    skill: str
    gives: float
    asked: float


@dataclass(frozen=True)
class ChainRow:
    """One chain from a move to a requirement of a role, and whether its last move meets the requirement."""

    links: list[ChainLink]
    meets: bool


@dataclass(frozen=True)
class LeadsTo:
    """A move or role that asks for a skill that a move brings, or a course that comes after it (without a skill)."""

    id: str
    title: str
    kind: str
    skill: str | None
    gives: float | None
    asked: float | None


@dataclass(frozen=True)
class RouteRow:
    """Moves of which each needs nothing but what the one before brings; ``skill`` is what the last one brings."""

    move_ids: list[str]
    titles: list[str]
    skill: str
    level: float
    money: float
    hours: float


@dataclass(frozen=True)
class PathStep:
    """One node of an accepted bridge drawn as a path: the bridge itself first, then its steps."""

    place: int
    label: str
    title: str
    uses: str | None
    gives: list[str]


CHAINS = Query(
    name="chains",
    row=ChainRow,
    # One turn of the quantified part is a skill that a move brings and the next one needs.
    text="""
    MATCH (start:Course|Project|Assessment {id: $move_id}), (role:Role {id: $role_id})
    MATCH (start)
        ((move:Course|Project)-[brings:TEACHES|DEVELOPS]->(skill:Skill)<-[asks:NEEDS]-(next:Course|Project)
            WHERE brings.level >= asks.level
              AND (next:Course OR (next.kind IN ['gig', 'tour_of_duty'] AND next.seats > 0
                                   AND (next.ends_on IS NULL OR next.ends_on >= $as_of)))){0,3}
        (last)-[ends:TEACHES|DEVELOPS|MEASURES]->(goal:Skill)<-[need:REQUIRES]-(role)
    WHERE size(next) < $most_moves AND ends.level >= need.level
      AND (coalesce(need.verified, false) OR NOT last:Assessment)
      AND all(place IN range(0, size(next) - 1) WHERE next[place] <> start AND NOT next[place] IN next[..place])
    WITH move + [last] AS moves, skill + [goal] AS skills, brings + [ends] AS gifts, asks + [need] AS asked,
         NOT coalesce(need.verified, false) OR NOT last:Course AS meets,
         [one IN move + [last] | COUNT { (one)-[:NEEDS|AFTER]->() }] AS needs
    RETURN [place IN range(0, size(moves) - 1) | {
               move_id: moves[place].id, title: moves[place].title,
               also_needs: needs[place] - CASE place WHEN 0 THEN 0 ELSE 1 END,
               skill_id: skills[place].id, skill: skills[place].preferred_label,
               gives: gifts[place].level, asked: asked[place].level
           }] AS links, meets
    ORDER BY size(links), [link IN links | link.move_id + ' ' + link.skill_id]
    LIMIT $rows
    """,
)

LEADS_TO = Query(
    name="leads_to",
    row=LeadsTo,
    text="""
    MATCH (start:Course|Project {id: $move_id})
    CALL (start) {
        MATCH (start)-[brings:TEACHES|DEVELOPS]->(s:Skill)<-[asks:NEEDS|REQUIRES]-(led:Course|Project|Role)
        WHERE brings.level >= asks.level AND led <> start
        RETURN led, s.preferred_label AS skill, brings.level AS gives, asks.level AS asked
        UNION ALL
        MATCH (start)<-[:AFTER]-(led:Course)
        RETURN led, null AS skill, null AS gives, null AS asked
    }
    RETURN led.id AS id, led.title AS title, coalesce(led.kind, toLower(labels(led)[0])) AS kind, skill, gives, asked
    ORDER BY kind, id, skill
    """,
)

SIMPLE_ROUTES = Query(
    name="simple_routes",
    row=RouteRow,
    # Every move needs one skill at most, and the first one none: here, and here alone, the cheapest path is the answer.
    text="""
    MATCH (goal:Skill {id: $skill_id})
    MATCH (first:Course|Project WHERE NOT EXISTS { (first)-[:NEEDS|AFTER]->() })
        ((move:Course|Project)-[brings:TEACHES|DEVELOPS]->(skill:Skill)<-[asks:NEEDS]-(next:Course|Project)
            WHERE brings.level >= asks.level AND COUNT { (next)-[:NEEDS|AFTER]->() } = 1){0,3}
        (last)-[ends:TEACHES|DEVELOPS]->(goal)
    WITH [first] + next AS moves, goal, ends
    WHERE ends.level >= $level
      AND all(place IN range(0, size(moves) - 1) WHERE NOT moves[place] IN moves[..place])
      AND all(one IN moves WHERE one:Course OR (one.kind IN ['gig', 'tour_of_duty'] AND one.seats > 0))
      AND all(one IN moves WHERE one.money IS NOT NULL OR one.hours IS NOT NULL)
    WITH moves, goal, ends,
         reduce(sum = 0.0, one IN moves | sum + coalesce(one.money, 0.0)) AS money,
         reduce(sum = 0.0, one IN moves | sum + coalesce(one.hours, 0.0)) AS hours
    RETURN [one IN moves | one.id] AS move_ids, [one IN moves | one.title] AS titles,
           goal.preferred_label AS skill, ends.level AS level, money, hours
    ORDER BY money + $money_per_hour * hours, size(move_ids), move_ids
    LIMIT $rows
    """,
)

BRIDGE_PATH = Query(
    name="bridge_path",
    row=PathStep,
    text="""
    MATCH path = (:Bridge {id: $bridge_id})-[:FIRST]->(:BridgeStep)-[:THEN]->*(last:BridgeStep)
    WHERE NOT (last)-[:THEN]->()
    UNWIND range(0, length(path)) AS place
    WITH place, nodes(path)[place] AS node
    OPTIONAL MATCH (node)-[:TO]->(role:Role)
    OPTIONAL MATCH (node)-[:USES]->(used)
    RETURN place, labels(node)[0] AS label, coalesce(node.title, role.title) AS title,
           coalesce(used.title, used.name) AS uses,
           COLLECT {
               MATCH (node)-[gives:GIVES]->(s:Skill)
               RETURN s.preferred_label + ' ' + toString(gives.level) ORDER BY s.id
           } AS gives
    ORDER BY place
    """,
)
