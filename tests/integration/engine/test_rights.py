"""People's rights on a real Neo4j: see it all, reject, correct, object, choose what others see."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.queries.people import BELIEFS_OF_PERSON
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.integration.engine.company import SOURCE, TODAY, analysts_and_writers
from tests.integration.engine.test_erasing import KEEP_BRIDGE, ORGANISATION, dump


def open_engine(store: GraphStore) -> Engine:
    return Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    analysts_and_writers().write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def list_operations(engine: Engine) -> list[str]:
    assert engine.verify_decisions().holds
    return [item.operation for item in engine.list_decisions().records]


def test_a_rejected_skill_is_believed_no_more(engine: Engine) -> None:
    assert "sql" in [item.skill.id for item in engine.profile("ana").hidden]

    change = engine.reject_skill("Ana", "SQL")

    assert change.before is not None
    assert change.after is not None
    assert (change.after.probability or 1) < (change.before.probability or 0)
    assert "sql" not in [item.skill.id for item in engine.profile("ana").hidden]
    [record] = engine.list_decisions().records
    assert (record.operation, [item.person.id for item in record.people]) == ("reject_skill", ["ana"])
    assert change.evidence_id in record.answer


def test_a_skill_that_was_listed_is_not_once_it_is_rejected(engine: Engine) -> None:
    engine.reject_skill("analyst00", "sql")

    assert "sql" not in [item.skill.id for item in engine.profile("analyst00").listed]


def test_a_corrected_level_stands_in_place_of_the_one_before(store: GraphStore, engine: Engine) -> None:
    engine.correct_level("analyst00", "sql", 1.0)
    low = engine.correct_level("analyst00", "sql", 1.0)
    high = engine.correct_level("analyst00", "sql", 5.0)

    assert low.after is not None
    assert high.after is not None
    assert high.after.level is not None
    assert low.after.level is not None
    assert high.after.level > low.after.level + 1
    active = [
        item for item in engine.export_person("analyst00").evidence if item.skill == "Sql" and item.status == "active"
    ]
    assert [(item.kind, item.level) for item in active] == [("self_report", 5.0)]
    with pytest.raises(InvalidInput, match="level"):
        engine.correct_level("analyst00", "sql", 7.0)
    assert list_operations(engine)[1:] == ["correct_level"] * 3


def test_whoever_objects_is_not_inferred_whatever_a_load_says(store: GraphStore, engine: Engine) -> None:
    before = engine.profile("ana")
    store.write_relationships(
        [
            r.Audited(
                start_id="ana", end_id="sql", drawn_on=TODAY, drawn_by="x", stratum="s", propensity=0.5,
                probability=0.9, model="m",
            )
        ],
        SOURCE,
    )  # fmt: skip

    change = engine.object_to_inference("ana")

    assert (change.inference, change.changed > 0) == ("hard_off", True)
    assert store.ask(BELIEFS_OF_PERSON, person_id="ana") == []
    assert not [key for key in dump(store) if key[:2] == ("AUDITED", "ana")]
    store.write_nodes([n.Person(id="ana", name="Ana", title="Writer")], SOURCE)
    assert engine.profile("ana").inference == "hard_off"
    engine.infer()
    assert engine.profile("ana").hidden == ()

    lifted = engine.allow_inference("ana")

    assert (lifted.inference, lifted.changed > 0) == ("on", True)
    engine.infer()
    assert engine.profile("ana").hidden == before.hidden
    assert list_operations(engine) == ["allow_inference", "object_to_inference"]


def test_an_objection_holds_while_a_data_set_drops_somebody_and_brings_them_back(
    store: GraphStore, engine: Engine
) -> None:
    engine.object_to_inference("ana")
    store.delete_nodes(n.Person, SOURCE, ["ana"])

    analysts_and_writers().write(store)

    assert engine.profile("ana").inference == "hard_off"


def test_a_person_may_not_switch_on_what_their_team_switches_off(store: GraphStore, engine: Engine) -> None:
    store.write_nodes([n.Team(id="writers", name="Writers", inference="hard_off")], SOURCE)

    change = engine.allow_inference("ana")

    assert (change.inference, store.ask(BELIEFS_OF_PERSON, person_id="ana")) == ("hard_off", [])


def test_objecting_needs_no_model(store: GraphStore) -> None:
    analysts_and_writers().write(store)

    assert open_engine(store).object_to_inference("ana").inference == "hard_off"


def test_listed_and_hidden_skills_are_hidden_apart(store: GraphStore, engine: Engine) -> None:
    def find() -> bool:
        return "ana" in [item.person.id for item in engine.pool("Analyst", at_least=0.1).entries]

    assert find()
    hidden = engine.hide_skills("ana", "hidden")

    assert (hidden.listed_visible, hidden.hidden_visible, find()) == (True, False, False)
    assert engine.hide_skills("ana", "listed").listed_visible is False
    store.write_nodes([n.Person(id="ana", name="Ana", title="Writer")], SOURCE)
    assert not find()
    shown = engine.show_skills("ana", "hidden")
    assert (shown.listed_visible, shown.hidden_visible, find()) == (False, True, True)
    with pytest.raises(InvalidInput, match="skills"):
        engine.hide_skills("ana", "all")


def test_all_that_is_held_is_in_the_export(store: GraphStore, engine: Engine) -> None:
    engine.record_evidence("ana", "python", "attestation", level=2.0, by="analyst02", observed_on=date(2026, 6, 1))
    engine.pool("Analyst", at_least=0.0)
    engine.hide_skills("ana", "listed")
    store.ask(KEEP_BRIDGE, person_id="ana", mentor_id="analyst01", by="tester", wishes="{}")
    store.write_nodes([n.ProtectedAttributes(id="protected:ana", age_band="30-39")], SOURCE)
    store.write_relationships([r.InterestedInRole(start_id="ana", end_id="analyst")], SOURCE)
    store.write_relationships([r.ReportsTo(start_id="ana", end_id="writer00")], SOURCE)

    held = engine.export_person("Ana")

    assert {fact.name: fact.value for fact in held.facts} == {
        "source": SOURCE, "id": "ana", "name": "Ana", "inference": "on", "listed_visible": False,
        "hidden_visible": True,
    }  # fmt: skip
    assert (held.teams, held.managers, held.interests) == (("Writers",), ("Writer00",), ("Analyst",))
    assert [item.title for item in held.roles] == ["Writer"]
    assert {fact.name: fact.value for fact in held.protected_attributes}["age_band"] == "30-39"
    told = next(item for item in held.evidence if item.kind == "attestation")
    assert (told.skill, told.level, told.by, told.data_set) == ("Python", 2.0, "Analyst02", "recorded")
    assert len(held.evidence) == 4
    assert [(item.direction, item.other, item.skill) for item in held.endorsements] == [
        ("received", "Analyst00", "Sql")
    ]
    assert [item.id for item in held.bridges] == ["bridge:ana"]
    assert [item.operation for item in held.decisions] == ["pool", "hide_skills"]
    beliefs = {row.skill_id: row for row in store.ask(BELIEFS_OF_PERSON, person_id="ana")}
    assert {item.skill.id for item in held.beliefs} == set(beliefs)
    for item in held.beliefs:
        assert item.probability == beliefs[item.skill.id].probability
        found = engine.explain("ana", item.skill.id)
        assert [reason.logit for reason in item.reasons] == [term.logit for term in found.terms]
    assert any("adds up" in text or "add up" in text for text in held.logic)
    assert list_operations(engine)[0] == "export_person"


def test_whoever_is_switched_off_has_nothing_inferred_to_export(engine: Engine) -> None:
    engine.object_to_inference("ana")

    held = engine.export_person("ana")

    assert (held.inference, held.beliefs, len(held.evidence)) == ("hard_off", (), 3)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("reject_skill", ("nobody", "sql")),
        ("reject_skill", ("ana", "flying")),
        ("correct_level", ("ana", "flying", 2.0)),
        ("object_to_inference", ("nobody",)),
        ("hide_skills", ("nobody", "listed")),
        ("erase_person", ("nobody",)),
        ("export_person", ("nobody",)),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_written(
    store: GraphStore, engine: Engine, method: str, arguments: tuple[Any, ...]
) -> None:
    before = dump(store)

    with pytest.raises(NotFound):
        getattr(engine, method)(*arguments)

    assert dump(store) == before
    assert engine.list_decisions().records == ()


def test_a_loaded_change_of_title_leaves_the_objection(store: GraphStore, tmp_path: Path) -> None:
    for file in ORGANISATION.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    loader = get_loader("organisation")
    run_loader(store, loader, tmp_path)
    engine = open_engine(store)
    person = sorted(store.list_ids(n.Person))[0]
    engine.object_to_inference(person)
    people = next(tmp_path.glob("people.csv"))
    text = people.read_text(encoding="utf-8")
    name = engine.profile(person).person.name
    people.write_text(text.replace(name, f"{name} Changed"), encoding="utf-8")

    report = run_loader(store, loader, tmp_path)

    assert report.changes["Person"].updated == 1
    assert engine.profile(person).person.name == f"{name} Changed"
    assert engine.profile(person).inference == "hard_off"
