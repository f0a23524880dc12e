"""Work, courses and mentors for a person, and prices for a pool: values worked out by hand, in a real Neo4j."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.access.callers import Caller
from engine.bridge_wishes import BridgeWishes
from engine.match_results import GigMatch, SkillNeed
from engine.service import Engine
from graph_schema.errors import InvalidInput, NotFound, NotInferred
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.match_company import (
    found_company,
    ids,
    open_shared,
    plain,
    wishing,
)
from tests.integration.engine.test_engine import infer, open_engine

__all__ = ["plain", "wishing"]


# --- work -------------------------------------------------------------------------------------------------------------


def test_work_says_what_is_met_what_is_missing_and_what_it_brings(wishing: Engine) -> None:
    gigs = {item.project.id: item for item in wishing.gigs("zoe", at_least=0.0).gigs}

    python = gigs["python-gig"]
    assert (python.readiness, python.can_join, ids(python.missing)) == (0.5, False, ["quality"])
    assert [(need.skill.id, need.level_required, need.state) for need in python.needs] == [
        ("quality", 1.0, "improbable"),
        ("sql", 2.0, "met"),
    ]
    assert [(gain.skill.id, gain.level, gain.level_before, gain.gain) for gain in python.develops] == [
        ("python", 2.0, None, "new")
    ]
    [step] = python.towards
    assert (step.role.id, ids(step.skills)) == ("modeller", ["python"])
    assert (step.readiness_before, step.readiness_after) == (0.25, 0.5)
    # She has both at the level, of which SQL is verified already; the modeller wants statistics at 5.
    proof = gigs["proof-gig"]
    assert [(gain.skill.id, gain.gain) for gain in proof.develops] == [("statistics", "verified")]
    assert proof.towards == ()
    assert gigs["deep-gig"].needs[0].state == "level"
    assert (gigs["open-gig"].money, gigs["open-gig"].readiness, gigs["open-gig"].can_join) == (None, 1.0, True)
    assert gigs["project"].interested
    assert [gain.wished for gain in gigs["project"].develops] == [True]


def test_work_that_nobody_can_join_or_that_was_done_is_left_out(wishing: Engine) -> None:
    found = wishing.gigs("zoe", at_least=0.0)

    assert {item.project.id for item in found.gigs} == {
        "quality-gig", "proof-gig", "python-gig", "law-gig", "deep-gig", "open-gig", "project",
    }  # fmt: skip
    assert (found.open, found.found) == (7, 7)
    # Who has not done it may do it.
    assert "done-gig" in {item.project.id for item in wishing.gigs("user00", at_least=0.0).gigs}


def test_work_is_ranked_by_what_can_be_joined_then_by_interest_then_by_readiness(wishing: Engine) -> None:
    found = wishing.gigs("zoe", at_least=0.0)

    # quality-gig brings the modeller from 1/4 to 2/4; the project is wished for; proof-gig verifies one skill and
    # open-gig brings nothing. Of those she cannot join, two bring the modeller nearer, and of one she meets half.
    assert ids(item.project for item in found.gigs) == [
        "quality-gig", "project", "proof-gig", "open-gig", "python-gig", "deep-gig", "law-gig",
    ]  # fmt: skip
    ready = wishing.gigs("zoe", at_least=0.5, top=3)
    assert (ready.found, ids(item.project for item in ready.gigs)) == (5, ["quality-gig", "project", "proof-gig"])


def test_without_a_wish_readiness_and_what_is_learnt_decide(plain: Engine) -> None:
    found = plain.gigs("zoe", at_least=0.0)

    assert ids(item.project for item in found.gigs) == [
        "project", "proof-gig", "quality-gig", "open-gig", "python-gig", "law-gig", "deep-gig",
    ]  # fmt: skip
    assert all(item.towards == () and not item.interested for item in found.gigs)


def test_the_answer_to_a_need_is_that_of_a_gap(wishing: Engine) -> None:
    gap = {item.skill.id: item for item in wishing.gap("zoe", "modeller").requirements}
    needs: list[SkillNeed] = [need for item in wishing.gigs("zoe", at_least=0.0).gigs for need in item.needs]

    assert {need.level for need in needs if need.skill.id == "sql"} == {gap["sql"].level}
    assert {need.skill.name for need in needs if need.skill.id == "sql"} == {"Sql"}


def test_what_is_kept_from_others_counts_for_the_person_alone(store: GraphStore) -> None:
    company = found_company()
    company.person("kim", function="Data", hidden_visible=False).shows("quality", "attestation", 3.0)
    engine = infer(store, company)

    def stand(engine: Engine) -> GigMatch:
        return next(item for item in engine.gigs("kim", at_least=0.0).gigs if item.project.id == "python-gig")

    kim = Caller(name="kim", role="employee", person_id="kim")
    partner = Caller(name="key:data", role="talent_partner", functions=("Data",))
    assert ids(stand(engine.as_caller(kim)).missing) == ["sql"]
    assert ids(stand(engine.as_caller(partner)).missing) == ["quality", "sql"]


# --- courses ----------------------------------------------------------------------------------------------------------


def test_courses_are_ranked_by_the_requirements_of_a_role_that_they_close(plain: Engine) -> None:
    found = plain.courses("zoe", role="modeller")

    assert (found.chosen_by, ids(found.roles), found.money_per_hour) == ("asked", ["modeller"], 20.0)
    courses = {item.course.id: item for item in found.courses}
    # Of what closes one requirement: first what she can start, by price, unknown last; then what she cannot.
    assert list(courses) == ["both-course", "python-course", "quality-course", "cheap-course", "later-course"]
    both = courses["both-course"]
    assert (both.gain, both.price) == (0.5, 900.0 + 10 * 20.0)
    [step] = both.closes
    assert (step.role.id, ids(step.skills)) == ("modeller", ["python", "quality"])
    assert (step.readiness_before, step.readiness_after) == (0.25, 0.75)
    assert (courses["quality-course"].price, courses["quality-course"].hours) == (None, None)
    assert courses["quality-course"].can_start
    assert (ids(courses["cheap-course"].missing), courses["cheap-course"].can_start) == (["law"], False)
    assert (ids(courses["later-course"].after), courses["later-course"].can_start) == (["python-talk"], False)
    assert ids(item.course for item in plain.courses("zoe", role="modeller", top=2).courses) == list(courses)[:2]


def test_without_a_role_those_of_interest_count_and_else_the_nearest(wishing: Engine, graph: GraphUnderTest) -> None:
    wished = wishing.courses("zoe")
    assert (wished.chosen_by, ids(wished.roles)) == ("interest", ["modeller"])
    assert "law-course" not in {item.course.id for item in wished.courses}

    plain = open_shared(graph, "zoe has no wishes", found_company())
    nearest = plain.courses("zoe")
    # Half of the lawyer is met, a quarter of the modeller, and nothing verified of the coder.
    assert (nearest.chosen_by, ids(nearest.roles)) == ("nearest", ["lawyer", "modeller", "coder"])
    gains = {item.course.id: item.gain for item in nearest.courses}
    assert gains["law-course"] == 0.5
    assert gains["python-course"] == 0.25 + 0.5
    # A course verifies nothing.
    assert {skill.id for item in nearest.courses for step in item.closes for skill in step.skills} == {
        "python", "quality", "law",
    }  # fmt: skip


def test_what_a_course_closes_is_what_the_role_lacks_after_it(plain: Engine) -> None:
    """Held against a count over all courses and requirements, written apart from the engine."""
    held = {"sql": 3.0, "statistics": 3.0}
    asked = {"sql": 2.0, "python": 2.0, "quality": 2.0, "statistics": 5.0}
    taught = {
        "both-course": {"python": 2.0, "quality": 2.0}, "python-course": {"python": 3.0},
        "python-talk": {"python": 1.5}, "cheap-course": {"quality": 2.0}, "quality-course": {"quality": 2.0},
        "later-course": {"quality": 2.0}, "law-course": {"law": 2.0},
    }  # fmt: skip
    expected = {
        course: closed
        for course, gives in taught.items()
        if (closed := {skill for skill, level in asked.items() if held.get(skill, 0) < level <= gives.get(skill, 0)})
    }
    found = plain.courses("zoe", role="modeller").courses
    assert {item.course.id: set(ids(item.closes[0].skills)) for item in found} == expected


# --- records and mistakes ---------------------------------------------------------------------------------------------


def test_every_list_leaves_a_record_that_names_people_by_pseudonyms(store: GraphStore) -> None:
    engine = infer(store, found_company())
    engine.gigs("zoe", top=1)
    engine.courses("zoe", role="modeller", top=2)
    engine.mentors("zoe", "python", top=1)
    engine.priced_pool("lawyer", top=1)

    pool, mentors, courses, gigs = engine.list_decisions(top=4).records
    assert [item.operation for item in (gigs, courses, mentors, pool)] == ["gigs", "courses", "mentors", "priced_pool"]
    assert json.loads(courses.answer) == ["both-course", "python-course"]
    assert json.loads(gigs.answer) == ["project"]
    assert [item.person.id for item in pool.people] == ["zoe"]
    assert {item.person.id for item in mentors.people} == {"zoe", "ann"}
    assert all("zoe" not in item.question + item.answer for item in (pool, mentors, courses, gigs))


@pytest.mark.parametrize(
    ("operation", "given", "field"),
    [
        ("gigs", {"person": "zoe", "top": 0}, "top"),
        ("gigs", {"person": "zoe", "at_least": 1.5}, "at_least"),
        ("gigs", {"person": "zoe", "at_least": float("nan")}, "at_least"),
        ("courses", {"person": "zoe", "top": 0}, "top"),
        ("mentors", {"person": "zoe", "skill": "python", "level": 0.0}, "level"),
        ("mentors", {"person": "zoe", "skill": "python", "level": 5.5}, "level"),
        ("mentors", {"person": "zoe", "skill": "python", "level": float("nan")}, "level"),
        ("mentors", {"person": "zoe", "skill": "python", "top": 0}, "top"),
        ("priced_pool", {"role": "lawyer", "top": 0}, "top"),
        ("priced_pool", {"role": "lawyer", "at_least": -1.0}, "at_least"),
        ("priced_pool", {"role": "lawyer", "time_limit": -1.0}, "time_limit"),
        ("priced_pool", {"role": "lawyer", "wishes": BridgeWishes(weeks=3)}, "weeks"),
    ],
)
def test_what_makes_no_sense_names_its_field(plain: Engine, operation: str, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        getattr(plain, operation)(**given)

    assert caught.value.field == field


def test_unknown_names_are_not_found(plain: Engine) -> None:
    for ask in (
        lambda: plain.gigs("nobody"),
        lambda: plain.courses("zoe", role="none"),
        lambda: plain.mentors("zoe", "x"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_nothing_is_matched_before_inference(store: GraphStore) -> None:
    found_company().write(store)
    engine = open_engine(store)

    for ask in (lambda: engine.gigs("zoe"), lambda: engine.courses("zoe"), lambda: engine.mentors("zoe", "python")):
        with pytest.raises(NotInferred):
            ask()
