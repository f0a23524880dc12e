"""Chains: by which way a move counts for a role, told by paths in the graph."""

from __future__ import annotations

from datetime import date

from engine.progress_results import Chain, Chains, ChainStep
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.graph import Graph
from graph_schema.queries.paths import CHAINS

LONGEST = 4
"""Most moves in a chain: the number of paths grows with every one."""
MOST = 1_000
"""Most chains that can be asked for."""


def find_chains(graph: Graph, move: Named, role: Named, as_of: date, *, most: int, moves: int) -> Chains:
    """Find the chains from a move to a role, over moves that are on offer, shortest first.

    Raises:
        InvalidInput: A number is out of range.
    """
    if not 1 <= moves <= LONGEST:
        raise InvalidInput("moves", f"must be from 1 to {LONGEST}, and {moves} is not")
    if not 1 <= most <= MOST:
        raise InvalidInput("most", f"must be from 1 to {MOST:,}, and {most} is not")
    # One more than asked for tells whether there are more.
    found = graph.ask(CHAINS, move_id=move.id, role_id=role.id, as_of=as_of, most_moves=moves, rows=most + 1)
    return Chains(
        move=move,
        role=role,
        most_moves=moves,
        chains=tuple(
            Chain(
                tuple(
                    ChainStep(
                        move=Named(link.move_id, link.title),
                        also_needs=link.also_needs,
                        skill=Named(link.skill_id, link.skill),
                        gives=link.gives,
                        asked=link.asked,
                    )
                    for link in row.links
                ),
                meets=row.meets,
            )
            for row in found[:most]
        ),
        cut=len(found) > most,
    )
