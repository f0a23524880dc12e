"""Pools, bridges and explanations as of a past day, on a real Neo4j: as they were given on it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine import past_pools
from engine.access.callers import OPERATOR, Caller
from engine.beliefs import SOURCE as ENGINE
from engine.beliefs import read_latest_model, read_model
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import Forbidden, InvalidInput, NotInferred, SkillwayError
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import CALLERS, MIA, OF_DATA, PROGRAM, found_company_that_changed
from tests.integration.engine.company import TODAY, Company, analysts_and_writers
from tests.integration.engine.test_as_of import (
    MARCH,
    assert_same,
    draw_company,
    go_back,
    infer,
    open_engine,
    read,
)


def tell(ask: Callable[[], object]) -> Any:
    """Give an answer, or why there is none."""
    try:
        return read(ask())
    except SkillwayError as error:
        return f"{type(error).__name__}: {error}"


def read_answers(engine: Engine, people: list[str], role: str, skills: list[str], day: date | None) -> dict[str, Any]:
    answers = {
        "pool": tell(lambda: engine.pool(role, top=50, at_least=0.3, as_of=day)),
        "everybody": tell(lambda: engine.pool(role, top=3, at_least=0.0, explain=True, as_of=day)),
    }
    for person in people:
        answers[f"bridge of {person}"] = tell(
            lambda person=person: engine.bridge(person, role, price_without=True, as_of=day)
        )
        for skill in skills:
            answers[f"{skill} of {person}"] = tell(
                lambda person=person, skill=skill: engine.explain(person, skill, as_of=day)
            )
    return answers


# --- as it was on that day --------------------------------------------------------------------------------------------


def draw_company_with_moves(seed: int) -> Company:
    """Draw a company as for one person, with moves that differ, some of which people have completed."""
    company = draw_company(seed)
    draw = random.Random(seed)
    skills = [item.id for item in company.nodes if isinstance(item, n.Skill)]
    people = [item.id for item in company.nodes if isinstance(item, n.Person)]
    for number, skill in enumerate(skills):
        company.course(f"course{number}", {skill: draw.choice([2.0, 3.0])}, money=50.0 * number, hours=10.0)
    company.gig("gig", {skills[0]: 1.0}, {skills[1]: 3.0}, hours=5.0, ends_on=TODAY - timedelta(days=200))
    company.assessment("test", {skills[0]: 3.0}, money=20.0, hours=1.0)
    for person in draw.sample(people, k=6):
        number = draw.randrange(len(skills))
        day = TODAY - timedelta(days=draw.randrange(500))
        company.nodes.append(
            n.Evidence(id=f"done:{person}", kind="course_completion", level=2.0, observed_on=day, origin="test")
        )
        company.relationships += [
            r.EvidenceAbout(start_id=f"done:{person}", end_id=person),
            r.EvidenceShows(start_id=f"done:{person}", end_id=skills[number]),
            r.EvidenceFromCourse(start_id=f"done:{person}", end_id=f"course{number}"),
        ]
    return company


@pytest.mark.parametrize("seed", range(3))
def test_a_past_day_is_answered_as_if_nothing_had_been_observed_since(graph: GraphUnderTest, seed: int) -> None:
    graph.wipe()
    graph.holds = "something of a test"
    company = draw_company_with_moves(seed)
    engine = infer(graph.store, company)
    people = [item.id for item in company.nodes if isinstance(item, n.Person)]
    header = read_latest_model(graph.store)
    model = read_model(graph.store, header.id)
    day = TODAY - timedelta(days=250)
    answers = read_answers(engine, people, "wanted", ["skill0", "skill3"], day)
    now = read_answers(engine, people, "wanted", ["skill0", "skill3"], None)

    then = go_back(graph, company, people, header, model, day)
    assert_same(answers, read_answers(then, people, "wanted", ["skill0", "skill3"], None))
    assert answers["everybody"]["entries"]
    for kind in ("pool", "bridge", "skill0"):
        assert any(answers[name] != now[name] for name in answers if name.startswith(kind))


def test_what_is_recorded_later_changes_no_answer_of_that_day(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo", team="writers").lists("sql", "editing")
    engine = infer(store, company)
    people, skills = ["ana", "bo", "writer00"], ["sql", "quality"]
    before = read_answers(engine, people, "analyst", skills, None)

    later = open_engine(store, TODAY + timedelta(days=40))
    day = TODAY + timedelta(days=20)
    for skill in ("statistics", "quality"):
        later.record_evidence("bo", skill, "attestation", level=3.0, observed_on=day)
    later.record_evidence("ana", "sql", "rejection", observed_on=day)
    later.record_evidence("ana", "quality", "course_completion", level=3.0, observed_on=day, via="quality-course")
    later.record_evidence("writer00", "statistics", "self_report", level=4.0, observed_on=day)

    after = read_answers(later, people, "analyst", skills, None)
    assert {name for name in before if before[name] != after[name]} >= {
        "pool", "everybody", "bridge of ana", "bridge of bo", "sql of ana", "quality of bo",
    }  # fmt: skip
    assert_same(read_answers(later, people, "analyst", skills, TODAY), before)


def test_people_are_inferred_in_portions(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = infer(store, analysts_and_writers())
    whole = [read(engine.pool("writer", top=top, at_least=0.0, as_of=MARCH)) for top in (5, 50)]
    assert len(whole[1]["entries"]) == whole[1]["found"] > 10
    monkeypatch.setattr(past_pools, "PORTION", 3)
    assert_same([read(engine.pool("writer", top=top, at_least=0.0, as_of=MARCH)) for top in (5, 50)], whole)


def test_a_bridge_counts_on_what_was_done_and_on_offer_then(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").lists("sql", "statistics")
    company.gig("old-gig", {}, {"quality": 3.0}, hours=1.0, ends_on=MARCH)
    company.nodes.append(n.Evidence(id="done:bo", kind="course_completion", observed_on=MARCH, origin="test"))
    company.relationships += [
        r.EvidenceAbout(start_id="done:bo", end_id="bo"),
        r.EvidenceShows(start_id="done:bo", end_id="editing"),
        r.EvidenceFromCourse(start_id="done:bo", end_id="quality-bootcamp"),
    ]
    engine = infer(store, company)

    def plan(day: date | None, **wishes: Any) -> tuple[str, list[str], date]:
        found = engine.bridge("bo", "analyst", as_of=day, wishes=BridgeWishes(**wishes))
        return found.status, [step.id for step in found.steps], found.as_of

    assert plan(MARCH) == ("optimal", ["old-gig"], MARCH)
    assert plan(None) == ("optimal", ["quality-course", "clean-up-gig"], TODAY)
    assert plan(MARCH - timedelta(days=1), kinds=["course"])[:2] == ("optimal", ["quality-bootcamp"])
    assert plan(MARCH, kinds=["course"])[0] == plan(None, kinds=["course"])[0] == "infeasible"


# --- what is left behind, and what is refused -------------------------------------------------------------------------


def test_only_a_decision_record_is_left_and_it_names_the_day(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    def read_state() -> tuple[Any, ...]:
        return store.read_fingerprints(HasSkill, ENGINE), *(store.list_ids(kind) for kind in (n.Evidence, n.Model))

    before = read_state()
    engine.pool("analyst", as_of=MARCH, explain=True)
    engine.bridge("ana", "analyst", as_of=MARCH)
    engine.explain("ana", "sql", as_of=MARCH)
    engine.pool("analyst")
    assert read_state() == before
    records = engine.list_decisions(top=3).records
    assert [(item.operation, json.loads(item.question).get("as_of")) for item in records] == [
        ("pool", None), ("bridge", str(MARCH)), ("pool", str(MARCH)),
    ]  # fmt: skip


@pytest.mark.parametrize("caller", [OPERATOR, PROGRAM], ids=lambda caller: caller.role)
def test_a_day_that_is_yet_to_come_is_refused(store: GraphStore, caller: Caller) -> None:
    engine = infer(store, analysts_and_writers()).as_caller(caller)
    tomorrow = TODAY + timedelta(days=1)
    for ask in (
        lambda: engine.explain("ana", "sql", as_of=tomorrow),
        lambda: engine.bridge("ana", "analyst", as_of=tomorrow),
        lambda: engine.pool("analyst", as_of=tomorrow),
    ):
        with pytest.raises(InvalidInput, match="yet to come; today is 2026-07-01") as refused:
            ask()
        assert refused.value.field == "as_of"


def test_what_cannot_be_answered_of_today_cannot_be_of_the_past(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.role("anything", {})
    company.write(store)
    engine = open_engine(store)
    for ask in (
        lambda: engine.explain("ana", "sql", as_of=MARCH),
        lambda: engine.bridge("ana", "analyst", as_of=MARCH),
        lambda: engine.pool("analyst", as_of=MARCH),
    ):
        with pytest.raises(NotInferred, match="skillway infer"):
            ask()
    engine.infer()
    with pytest.raises(InvalidInput, match="has no requirements"):
        engine.pool("anything", as_of=MARCH)


def test_before_anything_was_observed_nobody_lists_anything(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    for day in (date.min, date(2025, 1, 1)):
        pool = engine.pool("analyst", top=50, at_least=0.0, as_of=day)
        assert (pool.as_of, pool.considered) == (day, engine.pool("analyst").considered)
        assert not any(skill.listed or skill.verified for entry in pool.entries for skill in entry.skills)
        assert engine.bridge("ana", "analyst", as_of=day).as_of == day
        assert {term.evidence_id for term in engine.explain("ana", "sql", as_of=day).terms} == {None}


# --- who may see what -------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(store: GraphStore) -> Engine:
    return infer(store, found_company_that_changed())


def test_today_is_what_the_graph_holds_whoever_asks(watched: Engine) -> None:
    for name, caller in CALLERS.items():
        bound = watched.as_caller(caller)
        for ask in (
            lambda day, bound=bound: bound.pool("python-analyst", top=50, at_least=0.0, explain=True, as_of=day),
            lambda day, bound=bound: bound.bridge("eve", "python-analyst", as_of=day),
            lambda day, bound=bound: bound.bridge("fay", "python-analyst", as_of=day),
            lambda day, bound=bound: bound.explain("eve", "statistics", as_of=day),
            lambda day, bound=bound: bound.explain("fay", "statistics", as_of=day),
        ):
            now = tell(lambda ask=ask: ask(None))
            assert_same(tell(lambda ask=ask: ask(TODAY)), now)
        if name in ("mia", "of-data", "program", "operator"):
            assert bound.pool("python-analyst", at_least=0.0, as_of=TODAY).entries


def list_skills(engine: Engine, role: str = "python-analyst") -> dict[str, dict[str, bool]]:
    """Give of everybody in the pool of March which skills are told, and whether they are listed."""
    pool = engine.pool(role, top=50, at_least=0.0, as_of=MARCH)
    return {entry.person.id: {skill.skill.id: skill.listed for skill in entry.skills} for entry in pool.entries}


@pytest.mark.parametrize("caller", [MIA, PROGRAM, OPERATOR], ids=lambda caller: caller.role)
def test_what_is_kept_today_counts_in_no_pool_of_the_past(watched: Engine, caller: Caller) -> None:
    told = list_skills(watched.as_caller(caller))
    assert told["ana"].items() >= {"sql": True, "statistics": False}.items()
    assert True not in told["eve"].values()
    assert "statistics" in told["eve"]
    assert False not in told["fay"].values()
    assert "sql" in told["fay"]
    assert "sql" not in told["lou"]
    assert "statistics" in told["lou"]
    # What Hal listed then is of the hidden kind now, and so is all else that is believed of him.
    assert told.get("hal", {}) == {}


def test_who_keeps_something_counts_it_for_themselves(watched: Engine) -> None:
    lou = Caller(name="lou", role="manager", person_id="lou")
    assert list_skills(watched.as_caller(lou))["lou"].items() >= {"sql": False, "statistics": False}.items()


def test_reasons_of_the_past_name_nobody_and_nothing_that_is_kept(watched: Engine) -> None:
    bound = watched.as_caller(MIA)
    pool = bound.pool("python-analyst", top=50, at_least=0.0, explain=True, as_of=MARCH)
    told = [term for entry in pool.entries for skill in entry.skills for term in skill.terms or ()]
    assert told
    assert not any("Dan" in term.text for term in told)
    assert not any("Dan" in reason for entry in pool.entries for skill in entry.skills for reason in skill.reasons)
    kept = {"eve": "sql", "lou": "sql"}
    for entry in pool.entries:
        of_one = {term.skill_id for skill in entry.skills for term in skill.terms or ()}
        assert kept.get(entry.person.id) not in of_one - {None}


@pytest.mark.parametrize("person", ["lou", "hal"])
def test_bridges_and_explanations_of_the_past_tell_nothing_that_is_kept_now(watched: Engine, person: str) -> None:
    own = watched.as_caller(Caller(name=person, role="employee", person_id=person))
    assert own.explain(person, "sql", as_of=MARCH).probability > 0.5
    ready = own.bridge(person, "python-analyst", as_of=MARCH).readiness_before
    for caller in (MIA, replace(OF_DATA, functions=("Sales",)), PROGRAM):
        bound = watched.as_caller(caller)
        with pytest.raises(Forbidden, match="shows others no belief about"):
            bound.explain(person, "sql", as_of=MARCH)
        assert bound.bridge(person, "python-analyst", as_of=MARCH).readiness_before < ready


def test_a_pool_holds_nobody_who_may_not_be_seen(watched: Engine) -> None:
    seen = list_skills(watched.as_caller(OF_DATA))
    assert set(seen) <= {"mia", "ana", "ben", "max"} | {name for name in seen if name.startswith("analyst")}
    for day in (None, MARCH):
        pool = watched.as_caller(OF_DATA).pool("python-analyst", top=50, at_least=0.0, as_of=day)
        assert {entry.person.id for entry in pool.entries} == {"mia", "ana", "ben", "max"}
        assert pool.considered == 4


@pytest.mark.parametrize("switch", ["soft_off", "hard_off"])
def test_of_whom_inference_is_off_now_nothing_is_inferred_of_the_past(store: GraphStore, switch: str) -> None:
    engine = infer(store, analysts_and_writers())
    assert "ana" in list_skills(engine, "analyst")
    considered = engine.pool("analyst", as_of=MARCH).considered
    engine.switch_team("writers", switch)
    assert list_skills(engine, "analyst") == {}
    assert engine.pool("analyst", as_of=MARCH).considered == considered
    with pytest.raises(InvalidInput, match="inference is switched off"):
        engine.explain("ana", "sql", as_of=MARCH)
    assert engine.bridge("ana", "writer", as_of=MARCH).readiness_before == 0.5
    assert engine.bridge("ana", "analyst", as_of=MARCH).readiness_before == 0.0


def test_what_was_withdrawn_since_never_counted(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").shows("quality", "attestation").lists("sql", "statistics")
    engine = infer(store, company)
    [found] = engine.pool("analyst", at_least=1.0, as_of=MARCH).entries
    assert found.person.id == "bo"
    engine.withdraw_evidence("evidence:bo:quality:attestation")
    assert engine.pool("analyst", at_least=1.0, as_of=MARCH).found == 0
    assert engine.bridge("bo", "analyst", as_of=MARCH).steps
    assert engine.explain("bo", "quality", as_of=MARCH).probability < 0.5
