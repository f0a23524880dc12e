"""Pools with a promise on a small company in a real Neo4j: who is listed, who cannot be, and what to verify next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.beliefs import read_latest_model, read_model
from engine.inference.posterior import infer_beliefs
from engine.promised_results import Verification
from engine.read_population import read_population
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound, NotInferred
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers
from tests.integration.engine.test_engine import DECISIONS, infer, open_engine

ANALYSTS = {f"analyst{number:02}" for number in range(20)}


def company_with_tests(**ana: Any) -> Company:
    company = analysts_and_writers(**ana)
    company.assessment("sql-test", {"sql": 3.0}, hours=1.0, money=50.0)
    company.assessment("sql-quiz", {"sql": 3.0}, money=5.0)
    return company


@pytest.fixture
def small_company(graph: GraphUnderTest) -> Engine:
    """An Engine on the company as it is; tests must leave it so."""
    if graph.holds != "the small company":
        graph.wipe()
        infer(graph.store, company_with_tests())
        graph.holds = "the small company"
    return open_engine(graph.store)


def find_listed(engine: Engine, **asked: Any) -> set[str]:
    return {entry.person.id for entry in engine.promised_pool(**asked).entries}


def test_a_skill_is_asked_for_by_name_and_everybody_is_judged_alike(small_company: Engine) -> None:
    pool = small_company.promised_pool(skills=["SQL"], precision=0.95)

    assert {entry.person.id for entry in pool.entries} == ANALYSTS | {"ana"}
    assert [entry.right for entry in pool.entries] == sorted((entry.right for entry in pool.entries), reverse=True)
    assert pool.expected_precision is not None
    assert pool.expected_precision >= 0.95
    assert pool.expected_wrong == pytest.approx(sum(1 - entry.right for entry in pool.entries))
    assert (pool.considered, pool.calibration, pool.role, pool.threshold) == (41, "listing", None, 1.0)
    assert "Sql at whatever level" in pool.meaning
    assert "against listing" in pool.rests_on
    assert "No audit" in pool.rests_on


def test_several_skills_must_all_be_had_at_their_levels(small_company: Engine) -> None:
    both = small_company.promised_pool(skills=["sql", "copywriting"], precision=0.6)
    ana = both.entries[0]

    assert ana.person.id == "ana"
    assert ana.right == pytest.approx(ana.skills[0].met * ana.skills[1].met)
    assert find_listed(small_company, skills=["sql"], levels=[5.0], precision=0.1) == set()


def test_every_promise_leaves_a_record(small_company: Engine) -> None:
    before = len(small_company.store.ask(DECISIONS))

    pool = small_company.promised_pool(skills=["sql"], levels=[1.0], precision=0.9)
    small_company.verify_next("Analyst")

    verify, promised = small_company.list_decisions(top=2).records
    assert len(small_company.store.ask(DECISIONS)) == before + 2
    assert (promised.operation, verify.operation) == ("promised_pool", "verify_next")
    called = {item.pseudonym: item.person.id for item in promised.people}
    assert [called[name] for name in json.loads(promised.answer)] == [entry.person.id for entry in pool.entries]


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({}, "role"),
    ({"role": "Analyst", "skills": ["sql"]}, "role"),
    ({"role": "Analyst", "levels": [3.0]}, "level"),
    ({"skills": ["sql"], "levels": [7.0]}, "level"),
    ({"skills": ["sql"], "levels": [float("nan")]}, "level"),
    ({"skills": ["sql"], "levels": [1.0, 2.0]}, "level"),
    ({"skills": ["sql", "SQL"]}, "skill"),
    ({"skills": ["sql"], "core": True}, "core"),
    *(({"skills": ["sql"], "precision": value}, "precision") for value in (0.0, 1.0, 1.5, -0.1, float("nan"))),
]


def test_what_cannot_be_asked_names_its_field(small_company: Engine) -> None:
    for asked, field in MISTAKES:
        for ask in (small_company.promised_pool, small_company.verify_next):
            with pytest.raises(InvalidInput) as caught:
                ask(**asked)
            assert caught.value.field == field, asked
    with pytest.raises(InvalidInput, match="count"):
        small_company.verify_next("Analyst", count=0)
    with pytest.raises(NotFound):
        small_company.promised_pool(skills=["no such skill"])
    with pytest.raises(NotFound):
        small_company.verify_next("no such role")


def test_a_role_leaves_out_who_holds_it_and_core_asks_for_more(store: GraphStore) -> None:
    company = company_with_tests()
    company.nodes.append(n.Role(id="reporter", title="Reporter", threshold=0.5))
    company.relationships += [
        r.RoleRequires(start_id="reporter", end_id="copywriting", level=1.0, importance=0.5, tier="core"),
        r.RoleRequires(start_id="reporter", end_id="sql", level=1.0, importance=0.5, tier="role"),
    ]
    company.person("bo").lists("copywriting", "sql").holds("reporter")
    engine = infer(store, company)

    either = find_listed(engine, role="Reporter", precision=0.95)
    core = engine.promised_pool("Reporter", precision=0.95, core=True)

    assert either > ANALYSTS
    assert "writer00" in either
    assert "bo" not in either
    assert not ANALYSTS & {entry.person.id for entry in core.entries}
    assert [item.demanded for item in core.asked] == [True, False]
    assert "50%" in core.meaning


def test_who_keeps_skills_invisible_is_neither_listed_nor_verified(store: GraphStore) -> None:
    engine = infer(store, company_with_tests(hidden_visible=False))

    assert "ana" not in find_listed(engine, skills=["sql"], precision=0.9)
    plan = engine.verify_next(skills=["sql"], precision=0.98, count=50)
    assert "ana" not in {step.person.id for step in plan.steps}


def test_too_few_people_to_be_calibrated_is_said_with_every_name(store: GraphStore) -> None:
    company = Company()
    company.skills("sql")
    for number in range(6):
        company.person(f"p{number}").lists("sql")
    engine = infer(store, company)

    pool = engine.promised_pool(skills=["sql"])

    assert pool.calibration == "none"
    assert pool.entries == ()
    assert pool.considered == 6
    assert "too few people" in pool.abstained[0].reason
    assert [item.person.id for item in pool.abstained if item.person] == [f"p{number}" for number in range(6)]
    plan = engine.verify_next(skills=["sql"])
    assert plan.steps == ()
    assert plan.abstained


def test_of_a_skill_that_hardly_anybody_shows_only_those_spoken_of_are_judged(store: GraphStore) -> None:
    company = company_with_tests()
    company.person("cy").shows("quality", "assessment", score=1.0).shows("quality", "attestation")
    engine = infer(store, company)

    pool = engine.promised_pool(skills=["quality"], precision=0.5)

    assert [entry.person.id for entry in pool.entries][:1] == ["cy"]
    assert pool.abstained[0].person is None
    assert pool.abstained[0].skills[0].id == "quality"
    assert "only 1 of 42 people" in pool.abstained[0].reason
    nobody = engine.promised_pool(skills=["quality"], precision=0.99)
    assert nobody.entries == ()
    assert nobody.likeliest is not None


def test_an_assessment_is_offered_to_those_it_may_bring_over_the_edge(store: GraphStore) -> None:
    company = company_with_tests()
    company.person("dora").lists("sql", "statistics").shows("sql", "assessment", score=0.6)
    company.relationships.append(r.EvidenceFromAssessment(start_id="evidence:dora:sql:assessment", end_id="sql-test"))
    engine = infer(store, company)

    plan = engine.verify_next(skills=["sql"], levels=[3.0], precision=0.95, count=60)
    tests = [step for step in plan.steps if step.action == "assessment"]

    assert [item.id for item in plan.unpriced] == ["sql-quiz"]
    assert {step.through.id for step in tests} == {"sql-test"}
    assert "analyst00" in {step.person.id for step in tests}
    assert "dora" not in {step.person.id for step in tests}
    for step in plan.steps:
        assert step.gain > 0
        assert step.gain_per_hour == pytest.approx(step.gain / step.hours)
        assert step.right_if_failure < step.right < step.right_if_success
        mean = step.success * step.met_if_success + (1 - step.success) * step.met_if_failure
        assert mean == pytest.approx(step.met, abs=1e-9)
    rates = [step.gain_per_hour for step in plan.steps]
    assert rates == sorted(rates, reverse=True)
    assert len({(step.person.id, step.skill.id) for step in plan.steps}) == len(plan.steps)
    assert engine.verify_next(skills=["sql"], levels=[3.0], precision=0.95, count=3).steps == plan.steps[:3]


def find_request(engine: Engine) -> Verification:
    plan = engine.verify_next(skills=["statistics"], precision=0.94, count=50)
    return next(step for step in plan.steps if step.person.id == "ana")


def test_after_an_endorsement_inference_says_what_was_foretold(store: GraphStore) -> None:
    engine = infer(store, company_with_tests())
    step = find_request(engine)
    assert (step.action, step.through.id, step.money) == ("endorsement_request", "writer00", 0.0)

    given = r.Endorsed(start_id=step.through.id, end_id="ana", skill_id="statistics", level=3.0, observed_on=TODAY)
    store.write_relationships([given], SOURCE)

    model = read_model(store, read_latest_model(store).id)
    population = read_population(store, TODAY)
    beliefs = infer_beliefs(model, population, engine.settings.inference)
    place = (beliefs.person == population.people.index("ana")) & (
        beliefs.skill == population.skills.index("statistics")
    )
    assert beliefs.probability[place].item() == pytest.approx(step.met_if_success, abs=1e-9)


def test_a_colleague_in_exchange_with_the_person_is_passed_over(store: GraphStore) -> None:
    company = company_with_tests()
    company.relationships.append(
        r.Endorsed(start_id="ana", end_id="writer00", skill_id="editing", level=3.0, observed_on=TODAY)
    )

    assert find_request(infer(store, company)).through.id == "writer01"


def test_nothing_is_asked_about_who_is_switched_off(store: GraphStore) -> None:
    engine = infer(store, company_with_tests())
    assert find_request(engine)
    store.write_nodes([n.Person(id="ana", name="Ana", inference="soft_off")], SOURCE)

    plan = engine.verify_next(skills=["statistics"], precision=0.94, count=50)

    assert "ana" not in {step.person.id for step in plan.steps}


def test_a_promise_before_inferring_says_what_to_do(store: GraphStore) -> None:
    company_with_tests().write(store)

    with pytest.raises(NotInferred, match="skillway infer"):
        open_engine(store).promised_pool("Analyst")
