"""Which evidence counts on a real graph: expiry, withdrawal, negative evidence, last use, and who could have spoken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.inference.exposure import weigh_silence
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company, PersonBuilder, analysts_and_writers
from tests.integration.engine.test_audits import BELIEFS
from tests.integration.engine.test_engine import infer, open_engine

YESTERDAY = TODAY - timedelta(days=1)


def believe(engine: Engine, person: str, skill: str) -> float:
    return engine.explain(person, skill).logit


def from_where(company: Company, evidence: str, origin: n.Assessment | n.Project) -> None:
    if origin not in company.nodes:
        company.nodes.append(origin)
    kind = r.EvidenceFromAssessment if isinstance(origin, n.Assessment) else r.EvidenceFromProject
    company.relationships.append(kind(start_id=evidence, end_id=origin.id))


def bo(company: Company) -> PersonBuilder:
    return company.person("bo").lists("editing")


@pytest.mark.parametrize(
    "values",
    [
        {"status": "withdrawn"},
        {"valid_until": YESTERDAY},
        {"observed_on": TODAY + timedelta(days=1)},
    ],
    ids=["withdrawn", "expired", "still to come"],
)
def test_what_does_not_count_is_as_if_it_had_never_been(store: GraphStore, values: dict) -> None:
    company = analysts_and_writers()
    bo(company).shows("python", "credential", **values)
    engine = infer(store, company)
    found = engine.explain("bo", "python")

    store.delete_nodes(n.Evidence, SOURCE, ["evidence:bo:python:credential"])

    assert not found.verified
    assert engine.explain("bo", "python").terms == found.terms
    assert open_engine(store).infer().model == found.model


def test_evidence_counts_on_its_last_day(store: GraphStore) -> None:
    company = analysts_and_writers()
    bo(company).shows("python", "credential", valid_until=TODAY)
    engine = infer(store, company)

    assert engine.explain("bo", "python").verified
    assert any(term.kind == "credential" for term in engine.explain("bo", "python").terms)


@pytest.mark.parametrize("values", [{"valid_until": YESTERDAY}, {"status": "withdrawn"}], ids=["expired", "withdrawn"])
def test_a_report_that_no_longer_counts_is_not_listed_either(store: GraphStore, values: dict) -> None:
    company = analysts_and_writers()
    company.person("bo", inference="hard_off").lists("editing").shows("python", "self_report", **values)
    engine = infer(store, company)

    assert [item.skill.id for item in engine.profile("bo").listed] == ["editing"]


def test_a_withdrawn_endorsement_counts_no_more(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    before = engine.explain("ana", "sql")
    endorsed = r.Endorsed(
        start_id="analyst00", end_id="ana", skill_id="sql", level=3.0, observed_on=date(2026, 2, 1), status="withdrawn"
    )

    store.write_relationships([endorsed], SOURCE)

    after = engine.explain("ana", "sql")
    assert not any(term.kind == "endorsement" for term in after.terms)
    vote = next(term for term in before.terms if term.kind == "endorsement")
    assert after.probability == vote.counterfactual


def test_a_failed_test_counts_against_until_it_is_passed(store: GraphStore) -> None:
    company = analysts_and_writers()
    test = n.Assessment(id="test:python", title="Python Test")
    person = bo(company)
    person.shows("python", "assessment", level=None, score=0.2, observed_on=date(2025, 1, 1))
    from_where(company, "evidence:bo:python:assessment", test)
    engine = infer(store, company)
    failed = engine.explain("bo", "python")
    term = next(term for term in failed.terms if term.kind == "assessment")
    assert term.logit < -1
    assert not failed.verified

    passed = n.Evidence(
        id="evidence:bo:python:again",
        kind="assessment",
        level=3.0,
        score=0.9,
        observed_on=date(2026, 1, 1),
        origin="test",
    )
    store.write_nodes([passed], SOURCE)
    store.write_relationships([r.EvidenceAbout(start_id=passed.id, end_id="bo")], SOURCE)
    store.write_relationships([r.EvidenceShows(start_id=passed.id, end_id="python")], SOURCE)
    store.write_relationships([r.EvidenceFromAssessment(start_id=passed.id, end_id=test.id)], SOURCE)

    now = engine.explain("bo", "python")
    assert now.verified
    assert now.probability > 0.5
    overtaken = next(item for item in now.terms if item.evidence_id == "evidence:bo:python:assessment")
    assert overtaken.logit == pytest.approx(0.3 * term.logit)


def test_who_says_no_is_believed(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").lists("sql").holds("analyst").shows("statistics", "rejection", level=None)
    engine = infer(store, company)

    assert next(term for term in engine.explain("bo", "statistics").terms if term.kind == "rejection").logit < -2


def test_an_old_course_is_fresh_while_the_skill_is_in_use(store: GraphStore) -> None:
    company = analysts_and_writers()
    bo(company).shows("python", "course_completion", observed_on=date(2018, 1, 1))
    engine = infer(store, company)
    faded = next(term for term in engine.explain("bo", "python").terms if term.kind == "course_completion")

    used = Company()
    PersonBuilder(used, "bo").shows("python", "project_outcome", observed_on=date(2026, 6, 1))
    used.write(store)

    fresh = next(term for term in engine.explain("bo", "python").terms if term.kind == "course_completion")
    assert fresh.logit > 2 * faded.logit
    assert fresh.text.endswith("in use on 2026-06-01")
    assert fresh.observed_on == date(2018, 1, 1)


def colleagues(company: Company) -> None:
    """Writers see one another's work in their team; writer00 vouches for Python of writer01 alone."""
    company.relationships.append(
        r.Endorsed(start_id="writer00", end_id="writer01", skill_id="python", level=3.0, observed_on=date(2026, 2, 1))
    )


def silence_about(engine: Engine, person: str) -> float:
    return sum(term.logit for term in engine.explain(person, "python").terms if term.kind == "silence")


def test_silence_of_the_team_counts_against_and_is_explained_to_the_same_number(store: GraphStore) -> None:
    company = analysts_and_writers()
    colleagues(company)
    engine = infer(store, company)

    expected = weigh_silence(InferenceSettings())
    assert silence_about(engine, "writer05") == expected
    assert silence_about(engine, "ana") == expected
    assert silence_about(engine, "writer01") == 0.0
    assert silence_about(engine, "writer00") == 0.0
    assert silence_about(engine, "analyst00") == 0.0
    for belief in store.ask(BELIEFS)[::4]:
        why = engine.explain(belief.person, belief.skill)
        assert why.probability == pytest.approx(belief.probability, abs=1e-9)
        assert sum(term.logit for term in why.terms) == pytest.approx(why.logit, abs=1e-9)


def test_who_is_erased_was_never_exposed(store: GraphStore) -> None:
    company = analysts_and_writers()
    colleagues(company)
    engine = infer(store, company)
    assert silence_about(engine, "writer05") < 0.0

    store.delete_nodes(n.Person, SOURCE, ["writer01"])
    assert silence_about(engine, "writer05") == 0.0
