"""What was known of a person on a past day, on a real Neo4j: as if the graph held what was observed by then alone."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.output import dump_result
from engine.access.callers import OPERATOR, Caller
from engine.beliefs import SOURCE as ENGINE
from engine.beliefs import read_latest_model, read_model
from engine.inference.model import SkillModel
from engine.inference.settings import InferenceSettings
from engine.refreshing import refresh_people
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotInferred
from graph_schema.queries.graph import ModelHeader
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import CALLERS, MAY_SEE, MIA, PROGRAM, found_company_that_changed
from tests.integration.engine.company import TODAY, Company, analysts_and_writers

MARCH = date(2026, 3, 10)
KINDS = (
    "self_report", "self_report", "self_report", "project_outcome", "attestation", "rejection", "course_completion",
)  # fmt: skip


def open_engine(store: GraphStore, today: date = TODAY) -> Engine:
    settings = EngineSettings(inference=InferenceSettings(updates=30))
    return Engine(store, settings, clock=lambda: today, actor="tester")


def infer(store: GraphStore, company: Company) -> Engine:
    company.write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def read_answers(engine: Engine, people: list[str], role: str, day: date | None) -> dict[str, list[Any]]:
    return {
        person: [
            read(engine.profile(person, as_of=day)),
            read(engine.profile(person, explain=True, as_of=day)),
            read(engine.gap(person, role, explain=True, as_of=day)),
        ]
        for person in people
    }


def read(answer: object) -> Any:
    return json.loads(dump_result(answer))


def assert_same(found: Any, wanted: Any) -> None:
    """Hold two answers to each other; numbers of one person alone are summed in another order than everybody's."""
    if isinstance(wanted, float):
        assert found == pytest.approx(wanted, abs=1e-9)
    elif isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for key, value in wanted.items():
            assert_same(found[key], value)
    elif isinstance(wanted, list):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert_same(one, other)
    else:
        assert found == wanted


# --- as if the graph held no more -------------------------------------------------------------------------------------


def draw_company(seed: int) -> Company:
    """Draw a company of which much was told over two years, some of it expired, withdrawn or told of who is off."""
    draw = random.Random(seed)
    company = Company()
    company.tenant()
    company.team("blue")
    company.team("red", inference=draw.choice(["on", "soft_off"]))
    skills = [f"skill{number}" for number in range(8)]
    company.skills(*skills)
    company.role("wanted", {skill: draw.choice([1.0, 2.0, 3.0]) for skill in skills[:5]}, verified=skills[:1])
    company.course("school", dict.fromkeys(skills, 1.0))
    people = [f"person{number:02}" for number in range(12)]
    for person in people:
        switch = draw.choices(["on", "hard_off", "soft_off"], [10, 1, 1])[0]
        built = company.person(person, team=draw.choice(["blue", "blue", "red"]), inference=switch)
        wont = draw.sample(skills, k=4)
        told = {(draw.choice(wont), draw.choice(KINDS)) for _ in range(draw.randrange(9))}
        for skill, kind in sorted(told):
            day = draw_day(draw)
            until = draw.choice([None, None, day + timedelta(days=draw.randrange(300))])
            status: n.EvidenceStatus = "withdrawn" if draw.random() < 0.1 else "active"
            level = draw.choice([None, 1.0, 2.0, 3.5])
            built.shows(skill, kind, level, status, observed_on=day, valid_until=until)
        for skill in draw.sample(wont, k=2):
            for by in draw.sample([item for item in people if item != person], k=draw.randrange(3)):
                company.relationships.append(
                    r.Endorsed(start_id=by, end_id=person, skill_id=skill, level=2.0, observed_on=draw_day(draw))
                )
    return company


def draw_day(draw: random.Random) -> date:
    return TODAY - timedelta(days=draw.randrange(730))


def keep_until(company: Company, day: date) -> Company:
    """Give the company with nothing that was observed after a day."""
    later = {item.id for item in company.nodes if isinstance(item, n.Evidence) and item.observed_on > day}
    return Company(
        [item for item in company.nodes if item.id not in later],
        [
            item
            for item in company.relationships
            if item.start_id not in later and not (isinstance(item, r.Endorsed) and item.observed_on > day)
        ],
    )


def go_back(
    graph: GraphUnderTest, company: Company, people: list[str], model: ModelHeader, content: SkillModel, day: date
) -> Engine:
    """Give the engine as it was on a day: without what was observed since, and with the model that was fitted later."""
    graph.wipe()
    keep_until(company, day).write(graph.store)
    stored = n.Model(
        id=model.id, fitted_at=datetime.now(UTC), calibration=model.calibration, as_of=day,
        people=len(people), skills=len(content.skills), content=content.to_bytes(),
    )  # fmt: skip
    graph.store.write_nodes([stored], ENGINE)
    then = open_engine(graph.store, day)
    refresh_people(graph.store, people, content, then.settings.inference, day)
    return then


@pytest.mark.parametrize("seed", range(3))
def test_a_past_day_is_answered_as_if_nothing_had_been_observed_since(graph: GraphUnderTest, seed: int) -> None:
    graph.wipe()
    graph.holds = "something of a test"
    company = draw_company(seed)
    engine = infer(graph.store, company)
    people = [item.id for item in company.nodes if isinstance(item, n.Person)]
    header = read_latest_model(graph.store)
    model = read_model(graph.store, header.id)
    days = [TODAY - timedelta(days=back) for back in (150, 400)]
    answers = {day: read_answers(engine, people, "wanted", day) for day in days}
    now = read_answers(engine, people, "wanted", None)

    for day in days:
        then = go_back(graph, company, people, header, model, day)
        assert_same(answers[day], read_answers(then, people, "wanted", None))
        assert any(profile["hidden"] for profile, *_ in answers[day].values())
        assert answers[day] != now


def test_before_anything_was_observed_nothing_is_listed_nor_shown(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    for day in (date.min, date(2025, 1, 1)):
        profile = engine.profile("ana", as_of=day, explain=True)
        assert (profile.as_of, profile.listed, profile.model) == (day, (), engine.profile("ana").model)
        gap = engine.gap("ana", "analyst", as_of=day)
        assert (gap.as_of, gap.readiness_listed) == (day, 0.0)
        assert len(gap.requirements) == 3


@pytest.mark.parametrize("inference", ["on", "hard_off"])
def test_today_is_what_the_graph_holds(store: GraphStore, inference: str) -> None:
    engine = infer(store, analysts_and_writers(inference=inference))
    people = ["ana", "analyst00", "writer03"]
    assert_same(read_answers(engine, people, "analyst", TODAY), read_answers(engine, people, "analyst", None))


def test_asking_about_a_past_day_writes_nothing(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    def read_state() -> tuple[Any, ...]:
        beliefs = store.read_fingerprints(HasSkill, ENGINE)
        return beliefs, *(store.list_ids(kind) for kind in (n.Evidence, n.Model, n.Decision, n.Event))

    before = read_state()
    engine.profile("ana", as_of=MARCH, explain=True)
    engine.gap("ana", "analyst", as_of=MARCH, explain=True)
    assert read_state() == before


def test_evidence_counts_on_the_days_before_it_expired(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").shows("quality", "attestation", observed_on=date(2026, 2, 1), valid_until=MARCH).shows(
        "editing", "self_report", observed_on=date(2026, 2, 1), valid_until=MARCH
    )
    engine = infer(store, company)

    def tell(day: date | None) -> tuple[list[str], str, bool]:
        profile = engine.profile("bo", as_of=day)
        gap = engine.gap("bo", "analyst", as_of=day)
        quality = next(item for item in gap.requirements if item.skill.id == "quality")
        return [item.skill.id for item in profile.listed], quality.state, quality.verified

    assert tell(date(2026, 1, 31))[0] == tell(MARCH + timedelta(days=1))[0] == tell(None)[0] == []
    assert tell(MARCH) == tell(date(2026, 2, 1)) == (["editing"], "met", True)
    assert tell(MARCH + timedelta(days=1))[1:] == tell(None)[1:] != ("met", True)


def test_what_was_withdrawn_since_never_counted(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").shows("quality", "attestation", observed_on=date(2026, 2, 1))
    engine = infer(store, company)
    assert "quality" in [item.skill.id for item in engine.profile("bo", as_of=MARCH).hidden]
    engine.withdraw_evidence("evidence:bo:quality:attestation")
    assert "quality" not in [item.skill.id for item in engine.profile("bo", as_of=MARCH).hidden]


@pytest.mark.parametrize("switch", ["soft_off", "hard_off"])
def test_where_inference_is_off_now_nothing_is_inferred_of_the_past(store: GraphStore, switch: str) -> None:
    engine = infer(store, analysts_and_writers())
    assert engine.profile("ana", as_of=MARCH).hidden
    engine.switch_team("writers", switch)
    profile = engine.profile("ana", as_of=MARCH, explain=True)
    assert (profile.hidden, profile.inference) == ((), switch)
    assert [(item.skill.id, item.probability) for item in profile.listed] == [("copywriting", None)]
    gap = engine.gap("ana", "analyst", as_of=MARCH, explain=True)
    assert {item.state for item in gap.requirements} == {"unknown"}


def test_without_a_model_the_past_is_what_was_listed(store: GraphStore) -> None:
    analysts_and_writers().write(store)
    engine = open_engine(store)
    assert [item.skill.id for item in engine.profile("ana", as_of=MARCH).listed] == ["copywriting"]
    with pytest.raises(NotInferred, match="skillway infer"):
        engine.gap("ana", "analyst", as_of=MARCH)


def test_a_day_that_is_yet_to_come_is_refused(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    for caller in (OPERATOR, PROGRAM):
        for ask in (engine.as_caller(caller).profile, lambda *_, **day: engine.gap("ana", "analyst", **day)):
            with pytest.raises(InvalidInput, match="yet to come; today is 2026-07-01") as refused:
                ask("ana", as_of=TODAY + timedelta(days=1))
            assert refused.value.field == "as_of"


# --- what people keep to themselves -----------------------------------------------------------------------------------


@pytest.fixture
def watched(store: GraphStore) -> Engine:
    return infer(store, found_company_that_changed())


@pytest.mark.parametrize("person", ["eve", "fay"])
def test_today_is_veiled_as_what_the_graph_holds(watched: Engine, person: str) -> None:
    for name, caller in CALLERS.items():
        if person in MAY_SEE[name]:
            bound = watched.as_caller(caller)
            now = read_answers(bound, [person], "python-analyst", None)
            assert_same(read_answers(bound, [person], "python-analyst", TODAY), now)


@pytest.mark.parametrize("caller", [MIA, PROGRAM], ids=lambda caller: caller.role)
def test_what_people_keep_from_others_is_not_told_of_the_past(watched: Engine, caller: Caller) -> None:
    bound = watched.as_caller(caller)
    assert watched.profile("eve", as_of=MARCH).listed
    assert bound.profile("eve", as_of=MARCH).listed == ()
    assert bound.profile("eve", as_of=MARCH).hidden == watched.profile("eve", as_of=MARCH).hidden != ()
    assert watched.profile("fay", as_of=MARCH).hidden
    assert bound.profile("fay", as_of=MARCH).hidden == ()
    assert bound.profile("fay", as_of=MARCH).listed == watched.profile("fay", as_of=MARCH).listed != ()
    for person in ("eve", "fay"):
        profile = bound.profile(person, as_of=MARCH, explain=True)
        gap = bound.gap(person, "python-analyst", as_of=MARCH, explain=True)
        seen = {item.skill.id for item in (*profile.listed, *profile.hidden)}
        assert {item.skill.id for item in gap.requirements if item.probability is not None} == seen
        terms = [term for item in (*profile.hidden, *gap.requirements) for term in item.terms or ()]
        assert bool(terms) is (person == "eve")
        assert {term.skill_id for term in terms if term.skill_id} <= seen
        assert caller is PROGRAM or not any("Dan" in term.text for term in terms)


@pytest.mark.parametrize(("person", "kind"), [("lou", "hidden"), ("hal", "listed")])
def test_what_was_of_the_other_kind_then_does_not_tell_what_is_kept_now(
    watched: Engine, person: str, kind: str
) -> None:
    own = watched.as_caller(Caller(name=person, role="employee", person_id=person))
    assert "sql" in [item.skill.id for item in getattr(own.profile(person, as_of=MARCH), kind)]
    for caller in (MIA, replace(MIA, role="talent_partner", functions=("Sales",)), PROGRAM):
        bound = watched.as_caller(caller)
        profile = bound.profile(person, as_of=MARCH, explain=True)
        assert "sql" not in [item.skill.id for item in (*profile.hidden, *profile.listed)]
        gap = bound.gap(person, "python-analyst", as_of=MARCH, explain=True)
        assert {item.skill.id: (item.state, item.probability) for item in gap.requirements}["sql"] == ("unknown", None)
        terms = [term for item in (*profile.hidden, *gap.requirements) for term in item.terms or ()]
        assert "sql" not in {term.skill_id for term in terms}
        assert bool(profile.hidden) is (person == "lou")
