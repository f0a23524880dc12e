"""One piece of evidence at a time on a real Neo4j: what is believed follows, as if everybody had been inferred anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.beliefs import read_latest_model, read_model, to_relationships
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.read_population import read_population
from engine.results import EvidenceChange
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema.errors import InvalidInput, LoadError, NotFound, NotInferred
from graph_schema.evidence_ids import RECORDED
from graph_schema.queries.people import BELIEFS_OF_PERSON
from graph_schema.query import Query
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers

ORGANISATION = Path(__file__).parents[2] / "data" / "organisation" / "files"
LATER = TODAY + timedelta(days=40)


@dataclass(frozen=True)
class Piece:
    status: str
    source: str
    kind: str
    via: str | None
    by: str | None


EVIDENCE = Query(
    name="one_piece_of_evidence",
    row=Piece,
    text="""
    MATCH (e:Evidence {id: $id})
    OPTIONAL MATCH (e)-[:FROM]->(via)
    OPTIONAL MATCH (e)-[:BY]->(by)
    RETURN e.status AS status, e.source AS source, e.kind AS kind, via.id AS via, by.id AS by
    """,
)


def open_engine(store: GraphStore, today: date = TODAY) -> Engine:
    return Engine(store, EngineSettings(inference=InferenceSettings(updates=100)), clock=lambda: today, actor="tester")


@pytest.fixture
def company() -> Company:
    """Analysts, writers and Ana, with people who vouch for one another and somebody who is left alone."""
    company = analysts_and_writers()
    company.skills("juggling")
    company.course("circus-school", {"juggling": 2.0})
    company.skills("unicycling")
    company.nodes.append(n.Credential(id="badge", title="Badge of SQL"))
    for person, by in (("analyst01", "analyst00"), ("analyst00", "analyst01"), ("ana", "analyst01")):
        company.person(person).endorsed("sql", by=by)
        company.nodes.pop()
    company.person("analyst01").endorsed("sql", by="ana")
    company.nodes.pop()
    company.person("quiet", inference="hard_off").lists("sql").endorsed("sql", by="ana")
    company.person("analyst02").endorsed("python", by="quiet")
    company.nodes.pop()
    return company


@pytest.fixture
def engine(store: GraphStore, company: Company) -> Engine:
    company.write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def read_everything(store: GraphStore) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (row.person_id, row.skill_id): {
            name: value for name, value in asdict(row).items() if name not in ("label", "fingerprint")
        }
        for person in store.list_ids(n.Person)
        for row in store.ask(BELIEFS_OF_PERSON, person_id=person)
    }


def infer_everything(store: GraphStore, engine: Engine, today: date = TODAY) -> dict[tuple[str, str], dict[str, Any]]:
    """What everybody would be believed to have with the model as it is; nothing is written."""
    model = read_model(store, read_latest_model(store).id)
    population = read_population(store, today)
    beliefs = infer_beliefs(model, population, engine.settings.inference)
    found = (asdict(item) for item in to_relationships(beliefs, range(len(beliefs))))
    off = {person for person in ("quiet",) if person in population.people}
    return {
        (item["start_id"], item["end_id"]): {
            "person_id": item.pop("start_id"), "skill_id": item.pop("end_id"), **item
        }
        for item in found
        if item["start_id"] not in off
    }  # fmt: skip


def assert_same(found: dict[tuple[str, str], dict[str, Any]], wanted: dict[tuple[str, str], dict[str, Any]]) -> None:
    assert found.keys() == wanted.keys()
    for pair, belief in wanted.items():
        for name, value in belief.items():
            if isinstance(value, float):
                assert found[pair][name] == pytest.approx(value, abs=1e-12, rel=0), (pair, name)
            else:
                assert found[pair][name] == value, (pair, name)


def test_everybody_is_believed_to_have_what_inferring_everybody_would_say(store: GraphStore, engine: Engine) -> None:
    model = read_latest_model(store).id
    steps: list[dict[str, Any]] = [
        {"person": "ana", "skill": "python", "kind": "attestation", "level": 4.0, "by": "analyst02"},
        {"person": "ana", "skill": "sql", "kind": "assessment", "score": 0.2, "observed_on": date(2026, 5, 1)},
        {"person": "analyst01", "skill": "editing", "kind": "self_report", "level": 2.0},
        {"person": "analyst00", "skill": "juggling", "kind": "credential", "via": "Badge of SQL", "level": 1.5},
        {"person": "analyst00", "skill": "statistics", "kind": "rejection"},
        {"person": "writer07", "skill": "quality", "kind": "course_completion", "via": "quality-course"},
    ]
    for step in steps:
        change = engine.record_evidence(**step)
        wanted = infer_everything(store, engine)
        assert_same(read_everything(store), wanted)
        assert change.changed > 0
        assert change.model == model
        believed = wanted[change.person.id, change.skill.id]
        assert change.after is not None
        assert change.after.probability == pytest.approx(believed["probability"], abs=1e-12)
        assert [item.skill.id for item in change.hidden] == [
            item.skill.id for item in engine.profile(change.person.id).hidden
        ]

    assert read_latest_model(store).id == model


def test_a_skill_new_to_the_model_is_believed_of_whom_it_was_shown(store: GraphStore, engine: Engine) -> None:
    engine.record_evidence("ana", "unicycling", "attestation", level=4.0)

    mine = {pair: belief for pair, belief in read_everything(store).items() if pair[0] == "ana"}
    wanted = infer_everything(store, engine)
    assert ("ana", "unicycling") in mine
    assert_same(mine, {pair: belief for pair, belief in wanted.items() if pair[0] == "ana"})


def test_the_answer_says_before_and_after(engine: Engine) -> None:
    change = engine.record_evidence("Ana", "juggling", "attestation", level=5.0)
    again = engine.record_evidence("Ana", "juggling", "assessment", score=1.0)

    assert change.before is not None, "in so small a company even what nobody shows is believed a little"
    assert not change.before.hidden
    assert change.after is not None
    assert (change.after.probability or 0) > (change.before.probability or 1)
    assert again.before == change.after
    assert again.after is not None
    assert (again.after.probability or 0) > (change.after.probability or 1)
    assert again.after.verified
    assert "juggling" in [item.skill.id for item in again.hidden]


def test_withdrawn_is_as_if_never_told(store: GraphStore, engine: Engine) -> None:
    before = read_everything(store)
    told = engine.record_evidence("ana", "python", "attestation", level=4.0, by="analyst00")
    assert read_everything(store) != before

    withdrawn = engine.withdraw_evidence(told.evidence_id)

    assert read_everything(store) == before
    assert (withdrawn.before, withdrawn.after) == (told.after, told.before)
    assert store.ask(EVIDENCE, id=told.evidence_id) == [Piece("withdrawn", RECORDED, "attestation", None, "analyst00")]


def test_told_twice_it_counts_once(store: GraphStore, engine: Engine) -> None:
    first = engine.record_evidence("ana", "python", "project_outcome", via="Clean Up Gig", level=3.0)
    second = engine.record_evidence("Ana", "Python", "project_outcome", via="clean-up-gig", level=3.0)
    other = engine.record_evidence("ana", "python", "project_outcome", via="clean-up-gig", level=4.0)

    assert second.evidence_id == first.evidence_id != other.evidence_id
    assert (second.changed, second.after) == (0, first.after)
    assert store.ask(EVIDENCE, id=first.evidence_id) == [
        Piece("active", RECORDED, "project_outcome", "clean-up-gig", None)
    ]


def test_told_again_after_it_was_withdrawn_it_counts_again(engine: Engine) -> None:
    told = engine.record_evidence("ana", "python", "attestation")
    engine.withdraw_evidence(told.evidence_id)

    assert engine.record_evidence("ana", "python", "attestation").after == told.after


def test_inferring_everybody_afterwards_counts_it_too(store: GraphStore, engine: Engine) -> None:
    told = engine.record_evidence("ana", "juggling", "attestation", level=4.0)

    engine.infer()

    assert any(term.evidence_id == told.evidence_id for term in engine.explain("ana", "juggling").terms)


def test_what_is_told_and_withdrawn_at_once_is_all_acted_on(store: GraphStore, engine: Engine) -> None:
    before = read_everything(store)
    skills = ["python", "juggling", "editing", "quality"]
    with ThreadPoolExecutor(len(skills)) as pool:
        told = list(pool.map(lambda skill: engine.record_evidence("ana", skill, "attestation", level=4.0), skills))
        assert_same(read_everything(store), infer_everything(store, engine))
        assert {skill for person, skill in read_everything(store) if person == "ana"} >= set(skills)

        list(pool.map(lambda change: engine.withdraw_evidence(change.evidence_id), told))
        assert_same(read_everything(store), before)


@pytest.mark.parametrize("switch", ["soft_off", "hard_off"])
def test_while_inference_is_off_evidence_is_kept_and_nothing_is_inferred(
    store: GraphStore, engine: Engine, switch: n.InferenceSwitch
) -> None:
    before = {pair: belief for pair, belief in read_everything(store).items() if pair[0] == "ana"}
    store.write_nodes([n.Person(id="ana", name="Ana", inference=switch)], SOURCE)

    change = engine.record_evidence("ana", "python", "attestation")

    after = {pair: belief for pair, belief in read_everything(store).items() if pair[0] == "ana"}
    assert change.inference == switch
    assert after == (before if switch == "soft_off" else {})
    assert store.ask(EVIDENCE, id=change.evidence_id)[0].status == "active"
    store.write_nodes([n.Person(id="ana", name="Ana", inference="on")], SOURCE)
    again = engine.record_evidence("ana", "python", "attestation")
    assert again.evidence_id == change.evidence_id
    assert_same(read_everything(store), infer_everything(store, engine))


def test_a_later_day_stands_on_the_beliefs_that_were_refreshed_and_on_no_others(
    store: GraphStore, engine: Engine
) -> None:
    later = open_engine(store, LATER)
    told = later.record_evidence("ana", "quality", "attestation", level=3.0)

    beliefs = read_everything(store)
    assert {belief["as_of"] for (person, _), belief in beliefs.items() if person == "ana"} == {LATER}
    assert {belief["as_of"] for (person, _), belief in beliefs.items() if person != "ana"} == {TODAY}
    assert later.profile("ana").as_of == LATER
    assert later.profile("analyst00").as_of == TODAY
    wanted = infer_everything(store, engine, LATER)
    mine = {pair: belief for pair, belief in beliefs.items() if pair[0] == "ana"}
    assert_same(mine, {pair: belief for pair, belief in wanted.items() if pair[0] == "ana"})
    # What is explained and what a pool gives for a reason know of it too.
    for (person, skill), belief in mine.items():
        assert later.explain(person, skill).probability == pytest.approx(belief["probability"], abs=1e-9)
    assert any(term.evidence_id == told.evidence_id for term in later.explain("ana", "quality").terms)
    entry = next(item for item in later.pool("Analyst", at_least=0.1).entries if item.person.id == "ana")
    assert any(
        "attested" in reason for skill in entry.skills for reason in skill.reasons if skill.skill.id == "quality"
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"level": 5.5}, "level"),
        ({"level": -0.5}, "level"),
        ({"level": float("nan")}, "level"),
        ({"score": 0.5}, "score"),
        ({"kind": "assessment", "score": 1.5}, "score"),
        ({"kind": "assessment", "score": float("nan")}, "score"),
        ({"kind": "rumour"}, "kind"),
        ({"kind": "endorsement"}, "kind"),
        ({"observed_on": TODAY + timedelta(days=1)}, "observed_on"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    store: GraphStore, engine: Engine, told: dict[str, Any], field: str
) -> None:
    before = store.list_ids(n.Evidence)

    with pytest.raises(InvalidInput) as caught:
        engine.record_evidence(**{"person": "ana", "skill": "sql", "kind": "attestation", **told})

    assert caught.value.field == field
    assert store.list_ids(n.Evidence) == before


@pytest.mark.parametrize(
    "told", [{"person": "nobody"}, {"skill": "flying"}, {"via": "no such course"}, {"by": "nobody"}]
)
def test_what_is_not_there_is_named_and_nothing_is_written(
    store: GraphStore, engine: Engine, told: dict[str, Any]
) -> None:
    before = store.list_ids(n.Evidence)

    with pytest.raises(NotFound, match=next(iter(told.values()))):
        engine.record_evidence(**{"person": "ana", "skill": "sql", "kind": "attestation", **told})

    assert store.list_ids(n.Evidence) == before


def test_evidence_that_is_not_there_cannot_be_withdrawn(engine: Engine) -> None:
    with pytest.raises(NotFound, match="evidence:none"):
        engine.withdraw_evidence("evidence:none")


def test_without_a_model_nothing_is_recorded(store: GraphStore, company: Company) -> None:
    company.write(store)

    with pytest.raises(NotInferred, match="skillway infer"):
        open_engine(store).record_evidence("ana", "juggling", "attestation")

    assert RECORDED not in store.list_ids(n.Evidence).values()


def test_a_data_set_loaded_again_leaves_what_was_recorded_and_withdrawn(store: GraphStore) -> None:
    loader = get_loader("organisation")
    run_loader(store, loader, ORGANISATION)
    engine = open_engine(store, date(2026, 9, 1))
    engine.infer()
    loaded = store.list_ids(n.Evidence)
    person, skill = next(iter(store.list_ids(n.Person))), next(iter(store.list_ids(n.Skill)))
    told: EvidenceChange = engine.record_evidence(person, skill, "attestation")
    withdrawn = sorted(loaded)[0]
    engine.withdraw_evidence(withdrawn)

    report = run_loader(store, loader, ORGANISATION)

    assert report.changed == 0
    assert store.list_ids(n.Evidence) == {**loaded, told.evidence_id: RECORDED}
    assert store.ask(EVIDENCE, id=withdrawn)[0].status == "withdrawn"
    with pytest.raises(LoadError, match="another name"):
        run_loader(store, loader, ORGANISATION, source=RECORDED)
