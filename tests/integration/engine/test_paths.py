"""What paths in a real Neo4j say about moves, and the example of five nodes where the cheapest path is no way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.queries.paths import LEADS_TO, SIMPLE_ROUTES
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, Company
from tests.integration.engine.test_engine import infer


@dataclass(frozen=True)
class Weighted:
    moves: list[str]
    price: float
    lacking: list[str]


CHEAPEST_PATH = Query(
    name="cheapest_path",
    row=Weighted,
    text="""
    MATCH (first:Course WHERE NOT (first)-[:NEEDS]->())
          (()-[:TEACHES|DEVELOPS]->(:Skill)<-[:NEEDS]-(next)){0,3}
          (last)-[:TEACHES|DEVELOPS]->(:Skill)<-[:REQUIRES]-(:Role {id: $role_id})
    WITH [first] + next AS moves
    RETURN [move IN moves | move.id] AS moves, reduce(sum = 0.0, move IN moves | sum + move.money) AS price,
           COLLECT {
               UNWIND moves AS move
               MATCH (move)-[:NEEDS]->(s:Skill)
               WHERE NOT EXISTS { MATCH (other)-[:TEACHES]->(s) WHERE other IN moves }
               RETURN s.id
           } AS lacking
    ORDER BY price, moves
    LIMIT 1
    """,
)
"""What a weighted shortest path answers: the least sum on one path from what needs nothing to the role."""


def five_nodes() -> Company:
    """The person can take A and B (5 each); the gig (1) needs both and leads to the target, and so does T alone (8)."""
    company = Company()
    company.tenant()
    company.skills("a", "b", "t", "other")
    company.person("p").lists("other")
    company.role("target", {"t": 1.0})
    company.course("A", {"a": 1.0}, money=5.0, hours=0.0)
    company.course("B", {"b": 1.0}, money=5.0, hours=0.0)
    company.gig("gig", needs={"a": 1.0, "b": 1.0}, develops={"t": 1.0}, money=1.0, hours=0.0)
    company.course("T", {"t": 1.0}, money=8.0, hours=0.0)
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    return infer(store, five_nodes())


def test_the_cheapest_path_is_no_way_and_the_bridge_is(store: GraphStore, engine: Engine) -> None:
    [path] = store.ask(CHEAPEST_PATH, role_id="target")
    bridge = engine.bridge("p", "target")
    by_gig = engine.bridge("p", "target", wishes=BridgeWishes(exclude=("T",)))

    assert (path.moves, path.price) == (["A", "gig"], 6.0)
    assert path.lacking == ["b"], "the gig needs what nothing on the path brings"
    assert ([step.id for step in bridge.steps], bridge.price, bridge.status) == (["T"], 8.0, "optimal")
    assert ([step.id for step in by_gig.steps], by_gig.price) == (["A", "B", "gig"], 11.0)


def test_chains_say_by_which_way_a_move_counts_and_what_more_it_takes(engine: Engine) -> None:
    found = engine.chains("A", "target")
    direct = engine.chains("T", "Target")

    [chain] = found.chains
    assert [(step.move.id, step.skill.id, step.also_needs) for step in chain.steps] == [("A", "a", 0), ("gig", "t", 1)]
    assert chain.meets
    assert not found.cut
    assert [[step.move.id for step in chain.steps] for chain in direct.chains] == [["T"]]
    assert engine.chains("A", "target", moves=1).chains == ()


def test_chains_know_levels_seats_and_what_must_be_verified(store: GraphStore, engine: Engine) -> None:
    more = Company()
    more.course("little-a", {"a": 0.5}, money=1.0, hours=0.0)
    more.gig("full", needs={"a": 1.0}, develops={"t": 1.0}, seats=0)
    more.assessment("test-t", {"t": 1.0}, money=1.0, hours=0.0)
    more.write(store)
    assert engine.chains("little-a", "target").chains == (), "the level is too low"
    assert len(engine.chains("A", "target").chains) == 1, "nobody can join what has no seat"
    assert engine.chains("test-t", "target").chains == (), "nothing there must be verified"

    store.write_relationships([r.RoleRequires(start_id="target", end_id="t", level=1.0, verified=True)], SOURCE)
    assert [chain.meets for chain in engine.chains("test-t", "target").chains] == [True]
    assert [chain.meets for chain in engine.chains("T", "target").chains] == [False]
    assert [chain.meets for chain in engine.chains("A", "target").chains] == [True], "a gig verifies"


def test_chains_come_shortest_first_each_move_once_and_cut_where_asked(store: GraphStore, engine: Engine) -> None:
    circle = Company()
    circle.course("C", {"b": 1.0, "t": 1.0}, needs={"a": 1.0}, money=1.0)
    circle.course("D", {"a": 1.0}, needs={"b": 1.0}, money=1.0)
    circle.write(store)

    found = engine.chains("A", "target")
    ways = [[step.move.id for step in chain.steps] for chain in found.chains]

    assert ways == [["A", "C"], ["A", "gig"], ["A", "C", "gig"], ["A", "C", "D", "gig"]]
    first = engine.chains("A", "target", most=2)
    assert (first.chains, first.cut) == (found.chains[:2], True)
    assert not engine.chains("A", "target", most=4).cut


@pytest.mark.parametrize("number", [{"moves": 0}, {"moves": 5}, {"most": 0}, {"most": 1_001}])
def test_numbers_out_of_range_are_named(engine: Engine, number: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(number))):
        engine.chains("A", "target", **number)


def test_what_a_course_leads_to(store: GraphStore, engine: Engine) -> None:
    later = Company()
    later.course("later", {"b": 2.0}, money=1.0)
    later.relationships.append(r.CourseAfter(start_id="later", end_id="T"))
    later.write(store)

    assert [(item.id, item.kind, item.skill) for item in store.ask(LEADS_TO, move_id="A")] == [("gig", "gig", "A")]
    assert [(item.id, item.kind, item.skill) for item in store.ask(LEADS_TO, move_id="T")] == [
        ("later", "course", None),
        ("target", "role", "T"),
    ]


def test_where_every_move_needs_one_skill_the_cheapest_path_is_the_bridge(store: GraphStore, engine: Engine) -> None:
    line = Company()
    line.course("ladder", {"t": 1.0}, needs={"a": 1.0}, money=2.0, hours=0.0)
    line.write(store)

    routes = store.ask(SIMPLE_ROUTES, skill_id="t", level=1.0, money_per_hour=30.0, rows=10)
    bridge = engine.bridge("p", "target")

    assert [(route.move_ids, route.money) for route in routes] == [(["A", "ladder"], 7.0), (["T"], 8.0)]
    assert ([step.id for step in bridge.steps], bridge.price) == (routes[0].move_ids, routes[0].money)
