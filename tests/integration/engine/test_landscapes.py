"""Counts by group on a real Neo4j, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.output import dump_result
from engine.inference.settings import InferenceSettings
from engine.landscape_results import Count, RoleLandscape, SkillLandscape
from engine.service import Engine
from engine.settings import AggregateSettings, EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import Forbidden, InvalidInput, NotFound, NotInferred
from graph_schema.store import GraphStore
from tests.integration.engine.access_company import ADMIN, AUDITOR, CALLERS, PROGRAM
from tests.integration.engine.company import TODAY, Company

FEW, ALMOST_ALL, NOT_TOLD = "fewer than 3", "all but fewer than 3", "not told"


def believe(
    company: Company, skill: str, *people: str, listed: bool = False, probability: float = 0.9, level: float = 3.0
) -> None:
    company.relationships += [
        r.HasSkill(
            start_id=person,
            end_id=skill,
            probability=probability,
            level=level,
            listed=listed,
            verified=False,
            as_of=TODAY,
            model="m",
        )
        for person in people
    ]


def of_data(*numbers: int) -> list[str]:
    return [f"data{number:02}" for number in numbers]


def found_company() -> Company:
    """Twenty of Data, seven of Sales, two of Law and one of nothing; the North is Law and half of Data."""
    company = Company()
    company.tenant()
    company.team("switched", inference="soft_off")
    company.skills("sql", "python", "latin")
    company.role("analyst", {"sql": 2.0, "python": 2.0})
    company.role("empty", {})
    own = {
        "data11": {"listed_visible": False}, "data12": {"hidden_visible": False}, "data15": {"inference": "hard_off"},
    }  # fmt: skip
    for number, person in enumerate(of_data(*range(20))):
        team = "switched" if person == "data13" else None
        region = "North" if number < 10 else "South"
        company.person(person, team, function="Data", region=region, **own.get(person, {}))
    sales = [f"sales{number}" for number in range(7)]
    for person in sales:
        company.person(person, function="Sales", region="South")
    for person in ("law0", "law1"):
        company.person(person, function="Law", region="North")
    company.person("new")
    # 6 list SQL and 5 have it hidden, of those of whom it may be told.
    believe(company, "sql", *of_data(0, 1, 2, 3, 4, 5, 11, 13), listed=True)
    believe(company, "sql", *of_data(6, 7, 8, 9, 10, 12, 15))
    believe(company, "sql", "data14", probability=0.3)
    # 10 have Python hidden, of whom data10 does not reach the level asked for.
    believe(company, "python", *of_data(5, 6, 7, 8, 9, 11, 12, 16, 17, 18))
    believe(company, "python", "data10", level=1.0)
    believe(company, "python", *sales, listed=True)
    believe(company, "latin", "law0", "law1", "data00", "data01")
    company.nodes.append(
        n.Model(
            id="m", fitted_at=datetime(2026, 7, 1, tzinfo=UTC), calibration="listing", as_of=TODAY, people=30,
            skills=3, content=b"",
        )
    )  # fmt: skip
    return company


def open_engine(store: GraphStore, **aggregates: object) -> Engine:
    settings = EngineSettings(
        inference=InferenceSettings(updates=30), aggregates=AggregateSettings.model_validate({"least": 3} | aggregates)
    )
    return Engine(store, settings, clock=lambda: TODAY, actor="tester")


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    found_company().write(store)
    return open_engine(store)


def say(count: Count) -> int | str | None:
    return count.word if count.number is None else count.number


def say_skills(found: SkillLandscape) -> dict[str, dict[str, tuple[object, object]]]:
    return {
        line.skill.id: {item.group: (say(item.listed), say(item.listed_or_hidden)) for item in line.groups}
        for line in found.skills
    }


def say_role(found: RoleLandscape) -> dict[str, tuple[object, dict[str, object]]]:
    return {
        item.group: (say(item.ready), {each.skill.id: say(each.met) for each in item.requirements})
        for item in found.counts
    }


def say_groups(found: SkillLandscape | RoleLandscape) -> list[tuple[str, tuple[str, ...], int]]:
    return [(group.name, group.holds, group.people) for group in found.groups]


def test_skills_are_counted_by_group(engine: Engine) -> None:
    found = engine.skill_landscape(skills=["SQL", "python", "latin", "sql"])
    assert say_groups(found) == [
        ("Data", ("Data",), 20), ("Sales", ("Sales",), 7), ("other", ("Law", "not known"), 3),
    ]  # fmt: skip
    assert (found.by, found.least, found.model, found.as_of) == ("function", 3, "m", TODAY)
    untold = (NOT_TOLD, NOT_TOLD)
    assert say_skills(found) == {
        "sql": {"Data": (6, 11), "Sales": (FEW, FEW), "other": untold},
        "python": {"Data": (FEW, 10), "Sales": (ALMOST_ALL, ALMOST_ALL), "other": untold},
        "latin": {"Data": (FEW, FEW), "Sales": (FEW, FEW), "other": untold},
    }


def test_of_no_skills_those_come_of_which_a_number_may_be_told(engine: Engine) -> None:
    found = engine.skill_landscape()
    # 11 of SQL, 10 of Python; those who know Latin are too few.
    assert [line.skill.id for line in found.skills] == ["sql", "python"]
    assert say_skills(found) == say_skills(engine.skill_landscape(skills=["python", "sql"]))
    assert [line.skill.id for line in engine.skill_landscape(top=1).skills] == ["sql"]


def test_the_ready_are_counted_by_group(engine: Engine) -> None:
    found = engine.role_landscape("Analyst")
    assert say_role(found) == {
        # Of 11 who meet SQL and 9 who meet Python, of 20, none to 9 meet both: 3 to 6 of them are told as a number.
        "Data": (5, {"sql": 11, "python": 9}),
        "Sales": (NOT_TOLD, {"sql": FEW, "python": ALMOST_ALL}),
        "other": (NOT_TOLD, {"sql": NOT_TOLD, "python": NOT_TOLD}),
    }
    assert found.threshold == 0.8


def test_groups_are_by_what_is_set(store: GraphStore) -> None:
    found_company().write(store)
    found = open_engine(store, by="region").skill_landscape(skills=["sql"])
    # The one of no region is too few, so the smaller region joins.
    assert say_groups(found) == [("South", ("South",), 17), ("other", ("North", "not known"), 13)]
    assert say_skills(found)["sql"] == {"South": (FEW, FEW), "other": (6, 10)}


def test_nobody_counts_whose_inference_is_off_and_everybody_is_of_a_group(engine: Engine) -> None:
    engine.switch_organisation("soft_off")
    found = engine.skill_landscape(skills=["sql", "python"])
    assert [group.people for group in found.groups] == [20, 7, 3]
    assert {say(cell) for line in found.skills for item in line.groups for cell in (item.listed, item.listed_or_hidden)
            } == {FEW, NOT_TOLD}  # fmt: skip
    assert say_role(engine.role_landscape("analyst"))["Data"][1] == {"sql": FEW, "python": FEW}
    assert engine.skill_landscape().skills == ()


def test_who_may_ask_is_told_the_same_and_of_nobody(engine: Engine) -> None:
    asked = [engine.skill_landscape(), engine.role_landscape("analyst")]
    for caller in (AUDITOR, ADMIN, PROGRAM, replace(PROGRAM, scopes=frozenset({"aggregates:read"}))):
        bound = engine.as_caller(caller)
        assert [bound.skill_landscape(), bound.role_landscape("analyst")] == asked
    for name in ("ana", "mia", "of-data", "of-north", "nobody"):
        with pytest.raises(Forbidden):
            engine.as_caller(CALLERS[name]).skill_landscape()
    told = b"".join(map(dump_result, asked)).lower()
    assert not [person for person in (*of_data(*range(20)), "sales0", "law0", "law1") if person.encode() in told]


def test_every_answer_leaves_a_record(engine: Engine) -> None:
    engine.skill_landscape(top=1)
    engine.role_landscape("analyst")
    assert engine.verify_decisions().holds
    role, skills = engine.list_decisions(top=2).records
    assert (skills.operation, role.operation) == ("skill_landscape", "role_landscape")
    assert (skills.model, skills.answer, role.answer) == ("m", '["sql"]', '["Data", "Sales", "other"]')


def test_what_cannot_be_asked_is_explained(engine: Engine) -> None:
    with pytest.raises(InvalidInput, match="top"):
        engine.skill_landscape(top=0)
    with pytest.raises(NotFound):
        engine.skill_landscape(skills=["greek"])
    with pytest.raises(InvalidInput, match="no requirements"):
        engine.role_landscape("empty")
    few = open_engine(engine.store, least=31)
    for ask in (few.skill_landscape, lambda: few.role_landscape("analyst")):
        with pytest.raises(InvalidInput, match="fewer people than that"):
            ask()
    assert len(open_engine(engine.store, least=30).skill_landscape(skills=["sql"]).groups) == 1
    with pytest.raises(ValueError, match="least"):
        AggregateSettings(least=2)


def test_nothing_is_counted_before_inference(store: GraphStore) -> None:
    company = found_company()
    company.nodes = [node for node in company.nodes if not isinstance(node, n.Model)]
    company.write(store)
    with pytest.raises(NotInferred):
        open_engine(store).skill_landscape()
