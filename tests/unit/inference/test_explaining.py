from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest
from pydantic import TypeAdapter

from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.results import Explanation
from engine.inference.settings import InferenceSettings
from tests.unit.inference.builders import AS_OF, Company, company_of_two_trades

SETTINGS = InferenceSettings(updates=150, passes=5)


@cache
def fitted() -> SkillModel:
    return fit_model(company_of_two_trades(), SETTINGS)


def ana() -> Company:
    company = Company("data0", "data1", "data4").person("ana", "shop", lists="data0 data1").person("bo").person("cy")
    company.saw("ana", "data4", "course_completion", via="Statistics 1", days_ago=100, id="course")
    company.saw("ana", "data4", "project_outcome", via="Churn study", days_ago=50, id="project")
    return company.endorsed("bo", "ana", "data4").endorsed("cy", "ana", "data4")


def explain(company: Company, **settings: float) -> Explanation:
    return explain_belief(fitted(), company.build(), "ana", "data4", SETTINGS.model_copy(update=settings))


def test_the_terms_say_dates_and_sources():
    found = explain(ana())
    course = next(term for term in found.terms if term.evidence_id == "course")
    assert course.text == "completed the course Statistics 1 (2026-03-23); in use on 2026-05-12"
    assert course.source == "Statistics 1"
    assert course.logit > 0
    assert course.counterfactual < found.probability
    vote = next(term for term in found.terms if term.evidence_id == "endorsement:bo>ana>data4")
    assert vote.text == f"endorsed by Bo ({AS_OF.isoformat()})"
    other = next(term for term in found.terms if term.skill_id == "data0")
    assert other.kind == "co_occurrence"
    assert "DATA0" in other.text
    assert found.terms[0].kind == "base_rate"
    sizes = [abs(term.logit) for term in found.terms[1:]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_counterfactual_is_the_world_without_it():
    whole = explain(ana())
    without = Company("data0", "data1", "data4").person("ana", "shop", lists="data0 data1").person("bo").person("cy")
    without.saw("ana", "data4", "project_outcome", via="Churn study", days_ago=50, id="project")
    without.endorsed("bo", "ana", "data4").endorsed("cy", "ana", "data4")
    course = next(term for term in whole.terms if term.evidence_id == "course")
    assert course.counterfactual == explain(without).probability


def test_without_the_strongest_of_a_source_the_next_counts_in_full():
    company = Company("data4").person("ana").saw("ana", "data4", "attestation", by="Boss", id="old", days_ago=300)
    company.saw("ana", "data4", "attestation", by="Boss", id="new")
    found = explain(company)
    alone = explain(
        Company("data4").person("ana").saw("ana", "data4", "attestation", by="Boss", id="old", days_ago=300)
    )
    assert next(term.counterfactual for term in found.terms if term.evidence_id == "new") == alone.probability
    old = next(term for term in found.terms if term.evidence_id == "old")
    assert "same source" in old.text


def test_friends_of_one_another_are_said_to_count_once():
    company = ana().endorsed("bo", "cy", "data0").endorsed("cy", "bo", "data0")
    votes = [term for term in explain(company).terms if term.kind == "endorsement"]
    assert sorted(term.logit > 0 for term in votes) == [False, True]
    assert any("counts once" in term.text for term in votes if term.logit == 0)


def test_floor_and_cap_are_terms():
    company = Company("data4").person("ana", "shop")
    for number in range(8):
        company.person(f"w{number}").endorsed(f"w{number}", "ana", "data4")
    found = explain(company)
    cap = next(term for term in found.terms if term.kind == "endorsement_cap")
    assert cap.logit < 0
    assert found.probability == pytest.approx(SETTINGS.endorsement_cap)
    floor = next(term for term in explain(ana()).terms if term.kind == "evidence_floor")
    assert floor.logit > 0


def decides(company: Company, names: set[str], threshold: float) -> bool:
    kept = Company(*company._skills)
    kept._groups = dict(company._groups)
    kept._seen = [item for item in company._seen if item.get("id", "") not in names and item["skill"] not in names]
    kept._endorsed = [item for item in company._endorsed if f"endorsement:{item[0]}>{item[1]}>{item[2]}" not in names]
    return explain(kept).probability < threshold


@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.8, 0.9, 0.95])
def test_the_decisive_set_is_the_smallest(threshold):
    company = ana()
    found = explain(company, threshold=threshold)
    pieces = ["course", "project", "endorsement:bo>ana>data4", "endorsement:cy>ana>data4", "data0", "data1"]
    smallest = next(
        (size for size in range(7) for some in combinations(pieces, size) if decides(company, set(some), threshold)),
        0,
    )
    assert len(found.decisive) == smallest
    if found.decisive:
        assert decides(company, set(found.decisive), threshold)


def test_nothing_is_decisive_below_the_threshold():
    company = Company("data0", "data4").person("ana", "shop")
    assert explain(company).decisive == ()


def test_many_pieces_are_still_answered():
    company = Company("data4").person("ana", "shop")
    for number in range(20):
        company.saw("ana", "data4", "course_completion", via=f"c{number}", id=f"e{number:02}")
    assert 1 < len(explain(company).decisive) <= 20


def test_an_explanation_is_json():
    adapter = TypeAdapter(Explanation)
    found = explain(ana())
    assert adapter.validate_json(adapter.dump_json(found)) == found
