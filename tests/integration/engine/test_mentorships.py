"""Mentorships of bridges that are kept: ticked off, and their hours promised once, on a real Neo4j."""

from __future__ import annotations

import json
from dataclasses import replace

from engine.bridges.moves import Move
from engine.read_catalogue import read_catalogue
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema.query import Query
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company
from tests.integration.engine.test_engine import infer
from tests.integration.engine.test_progress import states
from tests.integration.engine.test_recording import open_engine


def mentored() -> Company:
    company = Company()
    company.tenant()
    company.skills("sql", "statistics")
    company.role("beginner", {"sql": 1.0})
    for number in range(20):
        company.person(f"analyst{number:02}").lists("sql", "statistics", level=4.0)
    company.person("mia", mentor_hours=20.0).lists("sql", level=4.0).shows("sql", "attestation", level=4.0)
    company.person("bo").lists("statistics").shows("sql", "rejection", level=None)
    return company


def test_a_mentorship_is_ticked_off_by_its_mentor_or_by_hand_and_forgets_them(store: GraphStore) -> None:
    infer(store, mentored())
    engine = open_engine(store)
    kept = engine.accept_bridge("bo", "beginner")
    assert [(step.id, step.title) for step in kept.steps] == [("mentorship:mia:sql:1", "Mentorship with Mia")]

    told = engine.record_evidence("bo", "sql", "attestation", level=0.5, by="mia")
    assert told.bridges == ("step 1 of 1 of the bridge to Beginner, Mentorship, is done",)
    engine.record_evidence("bo", "sql", "rejection")
    shown = engine.bridge_progress("bo", "beginner")
    assert states(shown) == ["done"]
    assert shown.steps[0].short == ("Sql at level 1",)
    assert (shown.state, shown.holds, shown.advice) == ("under_way", False, "stuck")
    engine.withdraw_evidence(told.evidence_id)
    assert states(engine.bridge_progress("bo", "beginner")) == ["open"]
    by_hand = engine.record_step("bo", "beginner", "1", done_on=TODAY)
    assert by_hand.steps[0].why == f"recorded as done on {TODAY}"

    store.delete_nodes(n.Person, SOURCE, ["mia"])
    assert engine.kept_bridges("bo").bridges[0].steps[0].title == "Mentorship"
    everything = store.ask(Query(name="all_steps", row=dict, text="MATCH (s:BridgeStep) RETURN properties(s) AS said"))
    assert "mia" not in json.dumps(everything, default=str).casefold()


def open_mentorships(engine: Engine, person: str) -> list[str]:
    steps = engine.bridge(person, "beginner").steps
    return [f"{step.id} in {step.end_week} weeks" for step in steps]


def test_hours_that_a_mentor_promised_to_one_are_not_offered_to_the_next(store: GraphStore) -> None:
    company = mentored()
    company.person("cy").lists("statistics").shows("sql", "rejection", level=None)
    infer(store, company)
    engine = open_engine(store)
    # Of 20 hours a month 12 are a mentorship: 2.6 weeks. The 8 that are left are none.
    before = open_mentorships(engine, "cy")
    assert before == open_mentorships(engine, "bo") == ["mentorship:mia:sql:1 in 3 weeks"]
    assert [item.price for item in engine.anyone("beginner", top=50).people if item.person.id == "cy"] == [12 * 30.0]

    engine.accept_bridge("bo", "beginner")

    assert open_mentorships(engine, "cy") == []
    assert "cy" not in {item.person.id for item in engine.anyone("beginner", top=50).people}
    assert "infeasible" in {item.status for item in engine.roles("cy").roles}
    # To whom they were promised they are as they were foretold.
    assert open_mentorships(engine, "bo") == before
    assert engine.bridge_progress("bo", "beginner").holds
    assert engine.accept_bridge("bo", "beginner") == engine.kept_bridges("bo").bridges[0]

    done = engine.record_evidence("bo", "sql", "attestation", level=1.0, by="mia")
    assert open_mentorships(engine, "cy") == before
    engine.withdraw_evidence(done.evidence_id)
    assert open_mentorships(engine, "cy") == []
    engine.drop_bridge("bo", "beginner")
    assert open_mentorships(engine, "cy") == before


def test_a_mentor_with_time_for_more_gives_what_is_left_of_it(store: GraphStore) -> None:
    company = mentored()
    company.person("cy").lists("statistics").shows("sql", "rejection", level=None)
    company.nodes = [replace(item, mentor_hours=30.0) if item.id == "mia" else item for item in company.nodes]
    infer(store, company)
    engine = open_engine(store)
    engine.accept_bridge("bo", "beginner")

    # 18 hours a month are left: 12 / 18 months are 2.9 weeks.
    assert open_mentorships(engine, "cy") == ["mentorship:mia:sql:1 in 3 weeks"]
    engine.accept_bridge("cy", "beginner")
    # 18 and 30 hours: two people were promised 12 each, and each keeps their own.
    assert engine.bridge_progress("bo", "beginner").holds
    assert engine.bridge_progress("cy", "beginner").holds
    engine.record_step("bo", "beginner", "1", done_on=TODAY)
    [mentorship] = [move for move in read_mentorships(engine) if move.id == "mentorship:mia:sql:1"]
    assert mentorship.weeks == round(12 / 18 * 52 / 12, 2)


def read_mentorships(engine: Engine) -> list[Move]:
    return list(read_catalogue(engine.store, ["mentorship"], 0.5, TODAY).moves)
