"""Switches of the organisation and of teams, on a real Neo4j: nobody who is off is inferred, and no load undoes it."""

from __future__ import annotations

import pytest

from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.queries.people import BELIEFS_OF_PERSON, MEMBERS
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, Company, analysts_and_writers
from tests.integration.engine.test_rights import list_operations, open_engine

WATCHED = ("ana", "lea", "analyst00")


def company() -> Company:
    """The writers, of whom Ana and Lea know SQL, are one team; the analysts are in none; Lea is in two teams."""
    company = analysts_and_writers()
    company.team("others")
    company.person("lea", team="writers").lists("copywriting").shows("sql", "project_outcome")
    company.relationships.append(r.MemberOf(start_id="lea", end_id="others"))
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    company().write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def believed(engine: Engine, person: str) -> int:
    return len(engine.store.ask(BELIEFS_OF_PERSON, person_id=person))


def in_force(engine: Engine) -> dict[str, str]:
    members = {row.id: row.inference for row in engine.store.ask(MEMBERS, person_ids=None)}
    assert all(engine.profile(person).inference == members[person] for person in WATCHED)
    return {person: members[person] for person in WATCHED}


def stand_in_lists(engine: Engine) -> set[str]:
    """Say who is found by what was inferred, in any list."""
    found = {item.person.id for item in engine.pool("analyst", top=50, at_least=0.1).entries}
    found |= {item.person.id for item in engine.anyone("analyst", top=50).people}
    found |= {item.entry.person.id for item in engine.priced_pool("analyst", top=50, at_least=0.1).people}
    found |= {item.person.id for item in engine.promised_pool(skills=["sql"], precision=0.3).entries}
    return found & {"ana", "lea"}


def test_a_team_that_is_hard_off_is_believed_nothing_and_stands_in_no_list(engine: Engine) -> None:
    others = believed(engine, "analyst00")
    assert stand_in_lists(engine) == {"ana", "lea"}
    team = ["ana", "lea", *(f"writer{number:02}" for number in range(20))]
    of_team = sum(believed(engine, person) for person in team)

    change = engine.switch_team("Writers", "hard_off")

    assert change.removed == of_team > 0
    assert (change.switch.by_hand, change.switch.by_data, change.switch.in_force) == ("hard_off", "on", "hard_off")
    assert in_force(engine) == {"ana": "hard_off", "lea": "hard_off", "analyst00": "on"}
    assert [believed(engine, person) for person in WATCHED] == [0, 0, others]
    assert engine.profile("ana").hidden == ()
    assert stand_in_lists(engine) == set()
    engine.infer()
    assert [believed(engine, person) for person in ("ana", "lea")] == [0, 0]
    assert believed(engine, "analyst00") > 0
    engine.record_evidence("ana", "python", "attestation", level=4.0)
    assert believed(engine, "ana") == 0
    assert stand_in_lists(engine) == set()

    back = engine.switch_team("writers", "on")
    assert (back.removed, back.switch.in_force) == (0, "on")
    engine.infer()
    assert stand_in_lists(engine) == {"ana", "lea"}
    assert list_operations(engine).count("switch_team") == 2


def test_soft_off_keeps_what_is_believed_and_makes_nothing_new(engine: Engine) -> None:
    before = engine.store.ask(BELIEFS_OF_PERSON, person_id="ana")

    assert engine.switch_organisation("soft_off").removed == 0

    assert in_force(engine) == dict.fromkeys(WATCHED, "soft_off")
    engine.record_evidence("ana", "python", "attestation", level=4.0)
    assert engine.store.ask(BELIEFS_OF_PERSON, person_id="ana") == before
    engine.infer()
    assert engine.store.ask(BELIEFS_OF_PERSON, person_id="ana") == before


def test_the_strictest_switch_is_in_force(engine: Engine) -> None:
    engine.switch_organisation("soft_off")
    engine.switch_team("others", "hard_off")
    assert in_force(engine) == {"ana": "soft_off", "lea": "hard_off", "analyst00": "soft_off"}
    listed = engine.list_switches()
    assert (listed.organisation.in_force, listed.organisation.people) == ("soft_off", 42)
    assert {item.team.id: (item.by_hand, item.in_force, item.people) for item in listed.teams if item.team} == {
        "others": ("hard_off", "hard_off", 1),
        "writers": (None, "soft_off", 22),
    }
    # Their own objection goes before a switch that is on.
    engine.switch_organisation("on")
    engine.object_to_inference("ana")
    assert in_force(engine) == {"ana": "hard_off", "lea": "hard_off", "analyst00": "on"}


def test_no_load_undoes_a_switch_made_by_hand_nor_a_hand_what_data_say(engine: Engine, store: GraphStore) -> None:
    engine.switch_team("writers", "hard_off")
    engine.switch_organisation("opt_in")
    loaded = company()
    loaded.write(store)
    assert in_force(engine) == dict.fromkeys(WATCHED, "hard_off")

    engine.switch_organisation("on")
    # A team that is gone from the data set for a while comes back as it was switched.
    store.delete_nodes(n.Team, SOURCE, ["writers"])
    assert in_force(engine)["ana"] == "on"
    loaded.write(store)
    assert in_force(engine)["ana"] == "hard_off"

    engine.switch_team("writers", "on")
    store.write_nodes([n.Tenant(name="Small Company", inference="hard_off")], SOURCE)
    assert in_force(engine)["analyst00"] == "hard_off"
    assert engine.switch_organisation("on").switch.in_force == "hard_off"


def test_in_a_pilot_only_those_are_inferred_who_allowed_it(engine: Engine) -> None:
    before = believed(engine, "ana")

    change = engine.switch_organisation("opt_in")

    assert change.switch.in_force == "opt_in"
    assert change.removed > before
    assert in_force(engine) == dict.fromkeys(WATCHED, "hard_off")
    assert engine.allow_inference("ana").inference == "on"
    assert believed(engine, "ana") > 0
    # That a data set says on is no consent.
    assert believed(engine, "lea") == 0
    assert stand_in_lists(engine) == {"ana"}
    engine.infer()
    assert believed(engine, "lea") == 0
    assert believed(engine, "ana") > 0
    engine.object_to_inference("ana")
    assert believed(engine, "ana") == 0

    engine.switch_organisation("on")
    engine.infer()
    assert stand_in_lists(engine) == {"lea"}


def test_what_there_is_not_cannot_be_switched(engine: Engine) -> None:
    for switch in (lambda: engine.switch_team("writers", "opt_in"), lambda: engine.switch_organisation("off")):
        with pytest.raises(InvalidInput) as refused:
            switch()
        assert refused.value.field == "inference"
    with pytest.raises(NotFound, match="Writers"):
        engine.switch_team("write", "hard_off")
    assert engine.list_switches().organisation.by_hand is None
