"""Postings in memory find whoever meets requirements, whatever was written since they were read, and by whom."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, date, datetime

import numpy as np
import pytest

from engine.events.publish import prune_events, publish_events
from engine.matching import judge_requirement, to_held
from engine.postings import MOST_CHANGES, MOST_FOUND_ANYWAY, Postings
from graph_schema.embedded import ServerAddress
from graph_schema.nodes import Person, Skill
from graph_schema.queries.candidates import CANDIDATES_WITH_SKILLS
from graph_schema.queries.graph import WrittenCount
from graph_schema.queries.roles import RequirementRow
from graph_schema.query import Query
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore

PEOPLE, SKILLS, THRESHOLD = 300, 8, 0.5
SOURCE = "test"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
REQUIREMENTS = [
    RequirementRow(f"skill:{i}", f"Skill {i}", level=2.0 + i % 3, importance=1.0 + i, tier="core", verified=i == 3)
    for i in range(SKILLS)
]
LEAST = 0.4 * sum(item.importance for item in REQUIREMENTS)

FORGET_WHAT_HAPPENED = Query(
    name="forget_what_happened",
    access="write",
    row=WrittenCount,
    # As where a backup was restored and other things happened since: as many events, and none of them the same.
    text="""
    MATCH (e:PendingEvent|Event)
    FOREACH (gone IN CASE WHEN e:PendingEvent THEN [e] ELSE [] END | DELETE gone)
    FOREACH (other IN CASE WHEN e:PendingEvent THEN [] ELSE [e] END | SET other.id = 'event:' + randomUUID())
    RETURN count(*) AS written
    """,
)


def draw_beliefs(rng: np.random.Generator, people: range) -> list[HasSkill]:
    return [
        HasSkill(
            start_id=f"person:{person}",
            end_id=f"skill:{skill}",
            probability=float(rng.uniform(0.3, 1)),
            level=float(rng.uniform(1, 5)) if rng.random() < 0.8 else None,
            level_low=None,
            level_high=None,
            listed=bool(rng.random() < 0.5),
            verified=bool(rng.random() < 0.5),
            as_of=date(2026, 11, 30),
            model="model:test",
        )
        for person in people
        for skill in rng.permutation(SKILLS)[: rng.integers(1, SKILLS)]
    ]


def find_by_the_rules(store: GraphStore) -> set[str]:
    found: set[str] = set()
    for row in store.ask(CANDIDATES_WITH_SKILLS, skill_ids=[item.skill_id for item in REQUIREMENTS]):
        held = {item.skill_id: to_held(item) for item in row.skills}
        met = (judge_requirement(item, held.get(item.skill_id), THRESHOLD) for item in REQUIREMENTS)
        if sum(item.importance for item, state in zip(REQUIREMENTS, met, strict=True) if state == "met") >= LEAST:
            found.add(row.id)
    return found


@pytest.fixture
def other(store: GraphStore, address: ServerAddress) -> Generator[GraphStore]:
    """The company, and another process that writes to its graph."""
    store.write_nodes([Skill(id=item.skill_id, preferred_label=item.label) for item in REQUIREMENTS], SOURCE)
    store.write_nodes([Person(id=f"person:{i}", name=f"Person {i}") for i in range(PEOPLE)], SOURCE)
    store.write_relationships(draw_beliefs(np.random.default_rng(3), range(PEOPLE)), SOURCE)
    publish_events(store, NOW)
    with GraphStore(address.uri, address.username, address.password.get_secret_value()) as other:
        yield other


def find(postings: Postings) -> set[str]:
    return set(postings.find_people(REQUIREMENTS, THRESHOLD, LEAST))


def test_what_nobody_touches_is_found_exactly_and_read_once(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    expected = find_by_the_rules(other)
    assert 30 < len(expected) < PEOPLE - 30
    assert find(postings) == expected
    held = postings._postings["skill:1"]
    assert find(postings) == expected
    assert postings._postings["skill:1"] is held


@pytest.mark.parametrize("publishes", [True, False])
@pytest.mark.parametrize("many", [7, MOST_FOUND_ANYWAY + 50])
def test_beliefs_that_another_process_writes_or_removes_are_followed(
    store: GraphStore, other: GraphStore, many: int, publishes: bool
) -> None:
    postings = Postings(store)
    rng = np.random.default_rng(many)
    find(postings)
    read = postings._people
    for round_ in range(4):
        start = round_ * 20
        people = range(start, start + many)
        gone = [(f"person:{i}", f"skill:{skill}") for i in people for skill in range(SKILLS) if rng.random() < 0.5]
        other.delete_relationships(HasSkill, SOURCE, gone)
        other.write_relationships(draw_beliefs(rng, people), SOURCE)
        if publishes:
            publish_events(other, NOW)
        found, expected = find(postings), find_by_the_rules(other)
        assert expected <= found
        assert len(found - expected) <= MOST_FOUND_ANYWAY
    assert postings._people is read, "what did not change was read again"


def test_who_is_removed_does_not_stay_in_memory(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    assert "person:1" in {*find(postings), *postings._people}
    other.delete_nodes(Person, SOURCE, ["person:1"])
    postings.catch_up()
    assert "person:1" not in postings._people
    assert "person:1" not in find(postings)


def test_what_is_no_longer_believed_does_not_stay_in_memory(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    find(postings)
    row = postings._row_of["person:1"]
    assert any(row in posting.people for posting in postings._postings.values())
    other.delete_relationships(HasSkill, SOURCE, [("person:1", f"skill:{skill}") for skill in range(SKILLS)])
    postings.catch_up()
    assert not any(row in posting.people for posting in postings._postings.values())


def test_skills_that_are_read_later_hold_nothing_that_changed_since(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    postings.find_people(REQUIREMENTS[:4], THRESHOLD, 1.0)
    rng = np.random.default_rng(6)
    other.write_relationships(draw_beliefs(rng, range(20)), SOURCE)
    publish_events(other, NOW)
    find(postings)
    keys = [(f"person:{i}", f"skill:{skill}") for i in range(20) for skill in range(SKILLS)]
    other.delete_relationships(HasSkill, SOURCE, keys)
    other.write_relationships(draw_beliefs(rng, range(20)), SOURCE)
    other.write_relationships(draw_beliefs(rng, range(20, 20 + MOST_FOUND_ANYWAY)), SOURCE)
    publish_events(other, NOW)
    assert find(postings) == find_by_the_rules(other)


def test_a_graph_that_was_restored_is_read_anew(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    find(postings)
    other.write_relationships(draw_beliefs(np.random.default_rng(5), range(PEOPLE)), SOURCE)
    other.ask(FORGET_WHAT_HAPPENED)
    assert find(postings) == find_by_the_rules(other)


def test_a_company_inferred_anew_is_read_anew(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    find(postings)
    rng = np.random.default_rng(9)
    for _ in range(MOST_CHANGES // PEOPLE + 1):
        other.write_relationships(draw_beliefs(rng, range(PEOPLE)), SOURCE)
    assert find(postings) == find_by_the_rules(other)
    publish_events(other, NOW)
    assert find(postings) == find_by_the_rules(other)


def test_changes_that_no_event_tells_of_any_more_are_not_missed(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    find(postings)
    other.write_relationships(draw_beliefs(np.random.default_rng(4), range(PEOPLE)), SOURCE)
    publish_events(other, NOW)
    prune_events(other, datetime(2027, 11, 30, tzinfo=UTC), retention_days=1)
    assert find(postings) == find_by_the_rules(other)


def test_another_graph_in_the_same_place_is_read_anew(store: GraphStore, other: GraphStore) -> None:
    postings = Postings(store)
    find(postings)
    other.delete_nodes(Person, SOURCE, [f"person:{i}" for i in range(PEOPLE)])
    other.write_nodes([Person(id="person:new", name="New")], SOURCE)
    assert find(postings) == set()
