"""Objects read and written on a real Neo4j: what is written is read back, and nothing is lost or owned by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.inference.settings import InferenceSettings
from engine.registry.drafts import BadRow
from engine.registry.kinds import KINDS
from engine.registry.results import RowResult
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.errors import ChangedMeanwhile, InUse, InvalidInput, NotFound, OwnedElsewhere
from graph_schema.queries.people import BELIEFS_OF_PERSON
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import TODAY, analysts_and_writers
from tests.integration.engine.test_erasing import dump

DATA = Path(__file__).parents[2] / "data"
ORDER = (
    "skills", "teams", "roles", "courses", "projects", "assessments", "credentials", "people", "evidence",
    "endorsements",
)  # fmt: skip
"""Kinds before those that refer to them."""


def open_engine(store: GraphStore) -> Engine:
    return Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    return open_engine(store)


@pytest.fixture
def company(engine: Engine) -> Engine:
    """A small company that a data set owns, and that has been inferred."""
    analysts_and_writers().write(engine.store)
    engine.infer()
    return engine


def put(engine: Engine, kind: str, *rows: Mapping[str, Any], **terms: Any) -> list[RowResult]:
    return list(engine.write_objects(kind, rows, **terms).rows)


def list_all(engine: Engine, kind: str) -> list[Mapping[str, Any]]:
    return list(engine.list_objects(kind, limit=1000).items)


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def load_sample(store: GraphStore) -> None:
    run_loader(store, get_loader("esco"), DATA / "esco" / "files")
    run_loader(store, get_loader("organisation"), DATA / "organisation" / "files")


def without_owner(found: Mapping[tuple[str, ...], Mapping[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {
        key: {name: value for name, value in item.items() if name != "source"}
        for key, item in found.items()
        if key[0] not in ("ObjectLock", "DataSet", "Tenant", "Evidence", "ABOUT", "SHOWS", "FROM", "BY")
    }


def test_a_graph_written_through_the_registry_equals_the_one_loaded_from_csv(graph: GraphUnderTest) -> None:
    engine = open_engine(graph.store)
    graph.wipe()
    graph.holds = "something of a test"
    load_sample(graph.store)
    loaded = dump(graph.store)
    told = {kind: list_all(engine, kind) for kind in ORDER}
    for kind in ORDER:
        assert {row.status for row in put(engine, kind, *told[kind])} == {"unchanged"}
    assert dump(graph.store) == loaded | {key: {} for key in ()} | {
        key: value for key, value in dump(graph.store).items() if key[0] == "ObjectLock"
    }

    graph.wipe()
    run_loader(graph.store, get_loader("esco"), DATA / "esco" / "files")
    for kind in ORDER:
        rows = [as_json(item) for item in told[kind] if not str(item["id"]).startswith("esco:")]
        if kind == "evidence":
            rows = [{name: value for name, value in row.items() if name != "id"} for row in rows]
        results = put(engine, kind, *rows)
        assert [row.problems for row in results if row.status != "created"] == [], kind
        if kind != "evidence":
            kept = [item for item in list_all(engine, kind) if not str(item["id"]).startswith("esco:")]
            assert kept == [item for item in told[kind] if not str(item["id"]).startswith("esco:")]
    assert without_owner(dump(graph.store)) == without_owner(loaded)
    again = [{**item, "id": None} for item in told["evidence"]]
    assert len(list_all(engine, "evidence")) == len(again)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_is_read_alike_alone_and_in_a_page(graph: GraphUnderTest, kind: str) -> None:
    engine = open_engine(graph.store)
    if graph.holds != "esco and a company":
        graph.wipe()
        load_sample(graph.store)
        graph.holds = "esco and a company"
    items = list_all(engine, kind)
    assert items
    for item in items[:3]:
        read = engine.read_object(kind, str(item["id"]))
        assert (read.values, read.id) == (item, item["id"])
    pages, cursor = [], None
    while True:
        page = engine.list_objects(kind, limit=2, after=cursor)
        pages += page.items
        cursor = page.next
        if cursor is None:
            break
    assert pages == items


def test_filters_words_and_fields_narrow_a_list(graph: GraphUnderTest) -> None:
    engine = open_engine(graph.store)
    if graph.holds != "esco and a company":
        graph.wipe()
        load_sample(graph.store)
        graph.holds = "esco and a company"
    assert [item["id"] for item in engine.list_objects("people", filters={"team_id": "t2"}).items] == ["cy"]
    found = engine.list_objects("people", filters={"manager_id": "bo", "function": "Data"}, fields=["name", "roles"])
    assert [list(item) for item in found.items] == [["id", "name", "roles"]]
    assert [item["id"] for item in engine.list_objects("courses", filters={"q": "More (sql"}).items] == ["c1", "c2"]
    shown = engine.list_objects("evidence", filters={"person_id": "ana", "kind": "assessment"}).items
    assert [item["via_id"] for item in shown] == ["a1"]
    assert len(engine.list_objects("evidence", filters={"observed_on": "2025-05-05"}).items) == 1
    assert [item["id"] for item in engine.list_objects("people", within=["bo", "nobody"]).items] == ["bo"]
    assert len(engine.list_objects("endorsements", within=["bo"]).items) == 1
    assert engine.list_objects("endorsements", filters={"status": "withdrawn", "person_id": "ana"}).items == ()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"filters": {"about": "x"}}, "about"),
        ({"filters": {"mentor_hours": "many"}}, "mentor_hours"),
        ({"filters": {"q": "x"}}, "q"),
        ({"fields": ["secret"]}, "fields"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"after": "é"}, "after"),
    ],
)
def test_a_list_says_what_it_cannot_use(engine: Engine, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        engine.list_objects("people", **asked)
    assert refused.value.field == field


def test_a_row_is_created_updated_and_left_alone(engine: Engine) -> None:
    put(engine, "skills", {"id": "sql", "preferred_label": "SQL"}, {"id": "r", "preferred_label": "R"})
    course = {"id": "c", "title": "One", "hours": 3, "teaches": [{"skill_id": "sql", "level": 2}]}
    [created] = put(engine, "courses", course)
    stamps = dump_stamps(engine)
    [same] = put(engine, "courses", course)
    assert (created.status, same.status, same.etag) == ("created", "unchanged", created.etag)
    assert dump_stamps(engine) == stamps
    [changed] = put(engine, "courses", {"id": "c", "title": "One", "teaches": [{"skill_id": "r", "level": 2}]})
    read = engine.read_object("courses", "c")
    assert (changed.status, changed.etag) == ("updated", read.etag)
    assert (read.values["hours"], read.values["teaches"]) == (None, [{"skill_id": "r", "level": 2.0}])
    assert dump_stamps(engine) != stamps
    [patched] = put(engine, "courses", {"id": "c", "title": "Two", "teaches": None}, mode="patch")
    read = engine.read_object("courses", "c")
    assert (patched.etag, read.values["title"], read.values["teaches"]) == (read.etag, "Two", [])


def dump_stamps(engine: Engine) -> set[str]:
    from graph_schema.queries.stamps import STAMPS

    return {row.token for row in engine.store.ask(STAMPS)}


def test_each_row_is_judged_on_its_own(engine: Engine) -> None:
    put(engine, "skills", {"id": "sql", "preferred_label": "SQL"})
    rows: list[Any] = [
        {"id": "a", "title": "A", "after": ["b"]},
        {"id": "b", "title": "B"},
        {"id": "b", "title": "B again"},
        {"id": "c", "title": "C", "money": -1, "colour": "red"},
        {"id": "d", "title": "D", "needs": [{"skill_id": "no such", "level": 1}]},
        {"id": "e", "title": "E", "after": ["d"]},
        {"id": "f", "title": "F", "after": ["f"]},
        {"title": "no id"},
        BadRow("is no JSON"),
        {"id": "g", "title": "G", "teaches": [{"skill_id": "sql", "level": 1}, {"skill_id": "sql", "level": 2}]},
        {"id": "h", "title": "3", "hours": "3"},
    ]
    results = put(engine, "courses", *rows)
    assert [row.status for row in results] == ["created", "created", *["rejected"] * 9]
    assert [row.line for row in results] == [*range(1, 12)]
    faults = [[item.field for item in row.problems] for row in results]
    assert faults[2:] == [["id"], ["money", "colour"], ["needs"], ["after"], ["after"], ["id"], [""], ["teaches"],
                          ["hours"]]  # fmt: skip
    assert results[2].reason == "repeated"
    assert [item["id"] for item in list_all(engine, "courses")] == ["a", "b"]


def test_five_thousand_rows_refer_to_one_another_in_any_order(engine: Engine) -> None:
    rows = [
        {"id": f"c{number:05}", "title": f"Course {number}", "after": [f"c{number + 1:05}"]} for number in range(5_000)
    ]
    rows[-1]["after"] = []
    assert {row.status for row in put(engine, "courses", *rows)} == {"created"}
    assert {row.status for row in put(engine, "courses", *rows)} == {"unchanged"}


def test_of_two_writers_who_have_seen_the_same_one_wins(engine: Engine) -> None:
    [first] = put(engine, "teams", {"id": "t", "name": "Zero"})
    for attempt in range(5):
        seen = engine.read_object("teams", "t").etag
        with ThreadPoolExecutor(4) as pool:
            wrote = [
                pool.submit(put, engine, "teams", {"id": "t", "name": f"{attempt} {writer}"}, if_match=[seen])
                for writer in range(4)
            ]
        assert sorted(item.result()[0].reason or "written" for item in wrote) == ["changed-meanwhile"] * 3 + ["written"]
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(put, engine, "teams", {"id": "new", "name": f"{n}"}, create_only=True) for n in range(4)]
    assert sorted(item.result()[0].status for item in made) == ["created", "rejected", "rejected", "rejected"]
    with pytest.raises(ChangedMeanwhile):
        engine.delete_object("teams", "t", [str(first.etag)])
    assert put(engine, "teams", {"id": "none", "name": "x"}, if_match=["*"])[0].reason == "changed-meanwhile"


def test_what_a_data_set_owns_stays_its_own_until_it_is_taken_over(engine: Engine) -> None:
    load_sample(engine.store)
    course = {**engine.read_object("courses", "c1").values, "title": "Mine"}
    [refused] = put(engine, "courses", course)
    assert (refused.reason, refused.owner) == ("owned-elsewhere", "organisation")
    with pytest.raises(OwnedElsewhere):
        engine.write_objects("courses", [course]).require_one()
    with pytest.raises(OwnedElsewhere):
        engine.delete_object("courses", "c2")
    assert put(engine, "courses", course, take_over=True)[0].status == "updated"
    mine = dump(engine.store)["Course", "c1"]
    report = run_loader(engine.store, get_loader("organisation"), DATA / "organisation" / "files")
    assert [(item.value, item.reason) for item in report.rejected] == [("c1", "this course belongs to source api")]
    assert dump(engine.store)["Course", "c1"] == mine
    given = {**engine.list_objects("endorsements", filters={"person_id": "ana"}).items[0], "level": 5}
    assert put(engine, "endorsements", given)[0].reason == "owned-elsewhere"
    assert put(engine, "endorsements", given, take_over=True)[0].status == "updated"


def test_somebody_erased_is_refused_and_what_people_chose_stays(company: Engine) -> None:
    person = dict(company.read_object("people", "ana").values)
    company.erase_person("ana")
    [refused] = put(company, "people", person)
    assert refused.reason == "erased"
    company.readmit_person("ana")
    assert put(company, "people", {**person, "team_id": None})[0].status == "created"
    company.object_to_inference("ana")
    [same] = put(company, "people", {**person, "team_id": None})
    read = company.read_object("people", "ana")
    assert (same.status, same.etag, read.values["inference"]) == ("unchanged", read.etag, "hard_off")
    with pytest.raises(InUse, match="erased"):
        company.delete_object("people", "ana")


def test_what_is_in_use_is_not_deleted(company: Engine) -> None:
    new = {"id": "new", "preferred_label": "New", "broader": ["sql"]}
    put(company, "skills", new)
    put(company, "courses", {"id": "own", "title": "Own", "teaches": [{"skill_id": "new", "level": 1}]})
    with pytest.raises(InUse, match=r"Course own \(TEACHES\)"):
        company.delete_object("skills", "new")
    gone = company.delete_object("courses", "own")
    assert gone.relationships == {"(:Course)-[:TEACHES]->(:Skill)": 1}
    company.delete_object("skills", "new")
    with pytest.raises(NotFound):
        company.read_object("skills", "new")
    with pytest.raises(NotFound):
        company.delete_object("skills", "new")


def test_evidence_acts_at_once_and_is_never_changed(company: Engine) -> None:
    before = {row.skill_id: row.probability for row in company.store.ask(BELIEFS_OF_PERSON, person_id="writer00")}
    said = {
        "person_id": "writer00", "skill_id": "python", "kind": "assessment", "score": 0.9, "level": 4,
        "observed_on": "2026-06-01", "origin": "lms",
    }  # fmt: skip
    first, second, third = put(
        company, "evidence", said, said, {**said, "person_id": "writer01", "kind": "attestation", "score": None}
    )
    assert (first.status, second.reason, third.status) == ("created", "repeated", "created")
    after = {row.skill_id: row.probability for row in company.store.ask(BELIEFS_OF_PERSON, person_id="writer00")}
    assert after["python"] > before.get("python", 0.0) + 0.3
    alone = company.record_evidence(
        "writer02", "python", "attestation", level=4, observed_on=TODAY.replace(month=6, day=1)
    )
    together = {row.skill_id: row for row in company.store.ask(BELIEFS_OF_PERSON, person_id="writer01")}
    assert alone.after is not None
    assert together["python"].probability == pytest.approx(alone.after.probability, abs=1e-9)
    read = company.read_object("evidence", str(first.id))
    assert put(company, "evidence", said)[0].status == "unchanged"
    assert put(company, "evidence", {**read.values, "level": 1.0})[0].problems[0].field == "id"
    assert put(company, "evidence", {**read.values}, mode="patch")[0].status == "rejected"
    assert company.delete_object("evidence", str(first.id), [read.etag]).status == "withdrawn"
    again = {row.skill_id: row.probability for row in company.store.ask(BELIEFS_OF_PERSON, person_id="writer00")}
    assert again == pytest.approx(before)
    assert put(company, "evidence", said)[0].status == "unchanged"
    assert company.read_object("evidence", str(first.id)).values["status"] == "withdrawn"


def test_endorsements_act_on_whom_they_are_for(company: Engine) -> None:
    given = {"endorser_id": "analyst03", "person_id": "writer05", "skill_id": "sql", "observed_on": "2026-06-01"}
    wrong = {**given, "endorser_id": "writer05"}
    unknown = {**given, "skill_id": "no such"}
    first, self_made, missing = put(company, "endorsements", given, wrong, unknown)
    assert (first.status, self_made.problems[0].field, missing.problems[0].field) == (
        "created",
        "endorser_id",
        "skill_id",
    )
    beliefs = {row.skill_id for row in company.store.ask(BELIEFS_OF_PERSON, person_id="writer05")}
    assert "sql" in beliefs
    read = company.read_object("endorsements", str(first.id))
    assert company.delete_object("endorsements", read.id, [read.etag]).status == "withdrawn"
    assert put(company, "endorsements", given)[0].status == "unchanged"
    assert put(company, "endorsements", {**given, "observed_on": "2026-06-02"})[0].status == "updated"
    assert company.read_object("endorsements", read.id).values["status"] == "active"


def test_switching_somebody_off_takes_what_was_inferred(company: Engine) -> None:
    person = company.read_object("people", "writer07").values
    assert company.store.ask(BELIEFS_OF_PERSON, person_id="writer07")
    put(company, "people", {**person, "inference": "hard_off"}, take_over=True)
    assert company.store.ask(BELIEFS_OF_PERSON, person_id="writer07") == []
