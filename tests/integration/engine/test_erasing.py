"""Erasing somebody on a real Neo4j: afterwards the graph is as if they had never been in it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.beliefs import SOURCE as ENGINE
from engine.beliefs import read_latest_model, read_model, to_relationships
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.read_population import read_population
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import NotFound
from graph_schema.event_types import ERASED
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers

ORGANISATION = Path(__file__).parents[2] / "data" / "organisation" / "files"
KEPT_RECORDS = {"Decision", "DecisionChain", "Pseudonym", "Erasure", "Stamp", "Migration", "EventLog"}
EVENTS = {"PendingEvent", "Event"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("self_report", "attestation", "assessment", "credential", "course_completion", "project_outcome", "rejection")
SKILLS = ("sql", "statistics", "python", "copywriting", "editing", "quality")


@dataclass(frozen=True)
class Dumped:
    """One node, or one relationship with its ends."""

    kind: str
    ends: list[str]
    properties: dict[str, Any]


NODES = Query(
    name="dump_nodes",
    row=Dumped,
    text="MATCH (n) RETURN labels(n)[0] AS kind, [n.id] AS ends, properties(n) AS properties",
)
RELATIONSHIPS = Query(
    name="dump_relationships",
    row=Dumped,
    text="""
    MATCH (a)-[r]->(b)
    RETURN type(r) AS kind, [a.id, b.id, coalesce(r.skill_id, '')] AS ends, properties(r) AS properties
    """,
)
KEEP_BRIDGE = Query(
    name="keep_bridge",
    row=WrittenCount,
    access="write",
    text="""
    MATCH (p:Person {id: $person_id}), (mentor:Person {id: $mentor_id})
    CREATE (p)<-[:FOR]-(b:Bridge {id: 'bridge:' + p.id, accepted_by: $by, wishes: $wishes})
           -[:FIRST]->(one:BridgeStep {id: 'bridge:' + p.id + '/1', title: 'One'})
    CREATE (one)-[:THEN]->(:BridgeStep {id: 'bridge:' + p.id + '/2', title: 'Two'})
    CREATE (one)-[:USES]->(mentor)
    RETURN count(b) AS written
    """,
)


def open_engine(store: GraphStore) -> Engine:
    return Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")


def dump(store: GraphStore) -> dict[tuple[str, ...], dict[str, Any]]:
    """Everything in the graph but the log, the receipts and what tells when it was written.

    Of events it says what is told of whom, whatever the number of writes; that somebody was erased is told to those who
    must erase their copies, and is no more part of the comparison than the receipt.
    """
    found = {
        (item.kind, *item.ends): item.properties for item in store.ask(NODES) if item.kind not in KEPT_RECORDS | EVENTS
    }
    found |= {
        ("Event", item.properties["type"], item.properties["subject"]): {}
        for item in store.ask(NODES)
        if item.kind in EVENTS and item.properties["type"] != ERASED
    }
    found |= {
        (item.kind, *item.ends): item.properties for item in store.ask(RELATIONSHIPS) if item.kind != "STANDS_FOR"
    }
    return {
        key: {name: value for name, value in properties.items() if name not in ("fitted_at", "fingerprint")}
        for key, properties in found.items()
    }


def assert_same(found: Mapping[tuple[str, ...], Any], wanted: Mapping[tuple[str, ...], Any]) -> None:
    assert found.keys() == wanted.keys()
    for key, properties in wanted.items():
        assert found[key].keys() == properties.keys(), key
        for name, value in properties.items():
            close = pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
            assert found[key][name] == close, (key, name)


def make_company(seed: int) -> tuple[Company, str]:
    """A random company, and somebody of it who takes part in all there is."""
    draw = random.Random(seed)
    company = Company()
    company.tenant()
    for team in ("red", "blue"):
        company.team(team)
    company.skills(*SKILLS, "juggling")
    company.role("analyst", {"sql": 2.0, "statistics": 2.0})
    company.role("writer", {"copywriting": 2.0, "editing": 2.0})
    people = [f"person{number:02}" for number in range(14)]
    for person in people:
        switch = draw.choice(["on"] * 8 + ["hard_off"])
        builder = company.person(
            person, team=draw.choice(["red", "blue", None]), inference=switch, name=f"Name {person}"
        )
        builder.holds(draw.choice(["analyst", "writer"]))
        for skill in draw.sample(SKILLS, 3):
            kind = draw.choice(KINDS)
            builder.shows(skill, kind, score=draw.random() if kind == "assessment" else None)
            if draw.random() < 0.4:
                by = draw.choice(people)
                company.relationships.append(r.EvidenceBy(start_id=f"evidence:{person}:{skill}:{kind}", end_id=by))
    gone = draw.choice(people)
    pairs = {(draw.choice(people), draw.choice(people), draw.choice(SKILLS)) for _ in range(30)}
    pairs |= {(gone, other, "sql") for other in draw.sample(people, 3)} | {(people[0], gone, "python")}
    company.relationships += [
        r.Endorsed(start_id=a, end_id=b, skill_id=skill, level=3.0, observed_on=date(2026, 2, 1))
        for a, b, skill in sorted(pairs)
        if a != b
    ]
    # Nobody else shows juggling.
    company.person(gone).shows("juggling", "attestation")
    company.nodes = [node for node in company.nodes if not (isinstance(node, n.Person) and node.name == gone.title())]
    company.relationships += [
        r.ReportsTo(start_id=gone, end_id=people[1] if gone != people[1] else people[2]),
        r.ReportsTo(start_id=people[3] if gone != people[3] else people[4], end_id=gone),
        r.InterestedInRole(start_id=gone, end_id="writer"),
        r.InterestedInSkill(start_id=gone, end_id="python"),
    ]
    company.nodes += [n.ProtectedAttributes(id=f"protected:{person}", sex="x") for person in people]
    company.relationships += [
        r.Audited(
            start_id=person, end_id="sql", drawn_on=TODAY, drawn_by="tester", stratum="s", propensity=0.5,
            probability=0.5, model="model:old", outcome=draw.choice(["yes", "no"]), recorded_on=TODAY, recorded_by="x",
        )
        for person in sorted({gone, *draw.sample(people, 4)})
    ]  # fmt: skip
    return company, gone


def leave_out(company: Company, gone: str) -> Company:
    """The same company without somebody; what they signed about others is there unsigned."""
    own = {item.start_id for item in company.relationships if isinstance(item, r.EvidenceAbout) and item.end_id == gone}
    out = {gone, f"protected:{gone}", *own}
    return Company(
        [node for node in company.nodes if node.id not in out],
        [item for item in company.relationships if not {item.start_id, item.end_id} & out],
    )


@pytest.mark.parametrize("seed", range(4))
def test_after_erasing_the_graph_is_as_if_they_had_never_been(graph: GraphUnderTest, seed: int) -> None:
    company, gone = make_company(seed)
    store = graph.store
    graph.wipe()
    graph.holds = "something of a test"
    company.write(store)
    engine = open_engine(store)
    engine.infer()
    engine.pool("analyst", at_least=0.0)
    [held] = [item.end_id for item in company.relationships if isinstance(item, r.Holds) and item.start_id == gone]
    engine.watch_role(gone, "writer" if held == "analyst" else "analyst")
    engine.watch_pool(gone, held)
    engine.choose_mail_pace(gone, "weekly")
    engine.object_to_inference(gone) if seed % 3 == 0 else engine.hide_skills(gone, "listed")
    fitted = read_model(store, read_latest_model(store).id)
    model_node = next(item for item in store.ask(NODES) if item.kind == "Model")

    engine.erase_person(gone)
    erased = dump(store)
    held = [(item.kind, item.ends, {**item.properties, "content": None}) for item in store.ask(NODES)]
    told = [properties["type"] for _, _, properties in held if properties.get("subject") == f"person:{gone}"]
    assert told == [ERASED]
    assert gone not in repr([item for item in held if item[2].get("type") != ERASED])
    assert gone not in repr(store.ask(RELATIONSHIPS))
    engine.infer()
    inferred = dump(store)
    assert gone.encode() not in next(value["content"] for key, value in inferred.items() if key[0] == "Model")

    graph.wipe()
    rest = leave_out(company, gone)
    rest.write(store)
    # With the model that was fitted with them, nothing else told of them.
    population = read_population(store, TODAY)
    beliefs = infer_beliefs(fitted, population, engine.settings.inference)
    off = {node.id for node in rest.nodes if isinstance(node, n.Person) and node.inference != "on"}
    store.write_relationships(
        [item for item in to_relationships(beliefs, np.arange(len(beliefs))) if item.start_id not in off], ENGINE
    )
    model = {name: value for name, value in model_node.properties.items() if name not in ("source", "fingerprint")}
    store.write_nodes([n.Model(**model)], ENGINE)
    store.delete_relationships(r.Audited, SOURCE, [(person, "sql") for person in sorted(off)])
    assert_same(erased, dump(store))

    graph.wipe()
    rest.write(store)
    engine.infer()
    assert_same(inferred, dump(store))


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    analysts_and_writers().write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def test_the_receipt_counts_what_went_and_names_nobody(store: GraphStore, engine: Engine) -> None:
    engine.record_evidence("analyst01", "python", "attestation", by="ana")
    engine.pool("Analyst", at_least=0.0)
    beliefs = len([key for key in dump(store) if key[:2] == ("HAS_SKILL", "ana")])

    receipt = engine.erase_person("Ana")

    wanted = {
        "evidence": 3,
        "endorsements_received": 1,
        "evidence_signed": 1,
        "beliefs": beliefs,
        "roles": 1,
        "teams": 1,
    }
    assert {name: receipt.counts[name] for name in wanted} == wanted
    assert receipt.counts["pseudonyms"] == 1
    assert sum(receipt.counts.values()) == sum(wanted.values()) + 1
    assert engine.list_erasures().receipts == (receipt,)
    assert len(receipt.models_left) == 1
    engine.infer()
    assert engine.list_erasures().receipts[0].models_left == ()
    with pytest.raises(NotFound):
        engine.profile("ana")
    with pytest.raises(NotFound):
        engine.erase_person("ana")


def test_the_log_still_holds_and_no_longer_says_who(store: GraphStore, engine: Engine) -> None:
    engine.bridge("ana", "Analyst")
    [before] = engine.list_decisions().records
    assert [item.person.id for item in before.people] == ["ana"]
    herself = Engine(store, engine.settings, clock=lambda: TODAY, actor="Ana")
    herself.erase_person("ana")

    assert engine.verify_decisions().holds
    erased, bridge = engine.list_decisions().records
    assert (bridge.question, bridge.people) == (before.question, ())
    assert erased.asked_by.startswith("pseudonym:")
    assert json.loads(erased.question) == {"receipt": engine.list_erasures().receipts[0].id}
    with pytest.raises(NotFound):
        engine.list_decisions(person="ana")


def test_kept_bridges_go_and_those_of_others_lose_their_mentor(store: GraphStore, engine: Engine) -> None:
    store.ask(KEEP_BRIDGE, person_id="ana", mentor_id="writer00", by="tester", wishes="{}")
    store.ask(KEEP_BRIDGE, person_id="writer01", mentor_id="ana", by="Ana", wishes='["mentorship:ana:sql:2"]')

    assert engine.erase_person("ana").counts["bridges"] == 1

    left = dump(store)
    assert {key[1] for key in left if key[0] in ("Bridge", "BridgeStep")} == {
        "bridge:writer01", "bridge:writer01/1", "bridge:writer01/2",
    }  # fmt: skip
    assert left["Bridge", "bridge:writer01"]["accepted_by"] == "erased"
    assert left["Bridge", "bridge:writer01"]["wishes"] == '["mentorship:erased:sql:2"]'
    assert not [key for key in left if key[0] == "USES"]


def test_records_of_before_the_chain_that_name_them_go(store: GraphStore, engine: Engine) -> None:
    old, other = (
        n.Decision(id=f"decision:{id}", operation="gap", asked_by="x", asked_at=LONG_AGO, question=asked, answer="[]")
        for id, asked in (("old", '{"person": "ana"}'), ("other", '{"role": "analyst"}'))
    )
    store.write_nodes([old, other], ENGINE)

    engine.erase_person("ana")

    assert {"decision:old", "decision:other"} & set(store.list_ids(n.Decision)) == {"decision:other"}


def test_a_load_does_not_bring_them_back_until_they_are_let_in(store: GraphStore) -> None:
    loader = get_loader("organisation")
    run_loader(store, loader, ORGANISATION)
    engine = open_engine(store)
    gone = sorted(store.list_ids(n.Person))[0]
    before = dump(store)
    engine.erase_person(gone)

    report = run_loader(store, loader, ORGANISATION)

    refused = next(item for item in report.rejected if "erased" in item.reason)
    assert (refused.value, refused.file.startswith("people")) == (gone, True)
    assert f"skillway rights readmit {gone}" in refused.reason
    assert gone not in store.list_ids(n.Person)
    assert not [key for key in dump(store) if gone in key]
    with pytest.raises(NotFound):
        engine.readmit_person("somebody else")

    engine.readmit_person(gone)

    assert not [item for item in run_loader(store, loader, ORGANISATION).rejected if "erased" in item.reason]
    assert dump(store).keys() == before.keys()
    with pytest.raises(NotFound):
        engine.readmit_person(gone)
