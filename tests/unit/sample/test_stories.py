"""The stories of loaders/sample/README.md hold in the checked-in files."""

from __future__ import annotations

import json

import pytest

from engine.bridges.instance import read_instance
from engine.bridges.solve import solve_instance
from loaders.sample import (
    CHANGE_COURSE,
    CHANGED_REQUIREMENTS,
    CHANGED_ROLE_PEOPLE,
    CHANGING_ROLE,
    FORMER_REPORTS,
    HIDDEN_ANALYSTS,
    NAMESAKES,
    PAYBACK_PAIR,
    RING,
    STORY_COURSE,
    STORY_GIG,
    STORY_PERSON,
    STORY_ROLE,
    TALENT_EXPORTER,
)
from loaders.sample.catalogue import read_stories
from loaders.sample.moves import read_levels
from tests.unit.sample.tables import (
    list_listed,
    measure_readiness,
    read_labels,
    read_requirements,
    read_sample,
    read_table,
    read_truth,
    show_levels,
)

PEOPLE = {row["person_id"]: row for row in read_sample("people")}
MISSING = {"perform data cleansing", "data quality assessment", "data models"}


def list_moves() -> list[dict[str, object]]:
    courses = [
        {
            "id": row["course_id"], "kind": "course", "cost": float(row["money"]), "hours": float(row["hours"]),
            "needs": split_levels(row["needs"]), "after": [item for item in row["after"].split("|") if item],
            "gives": split_levels(row["teaches"]),
        }
        for row in read_sample("courses")
    ]  # fmt: skip
    projects = [
        {
            "id": row["project_id"], "kind": row["kind"], "cost": float(row["money"]), "hours": float(row["hours"]),
            "needs": split_levels(row["needs"]), "gives": split_levels(row["develops"]),
        }
        for row in read_sample("projects")
        if row["seats"] != "0"
    ]  # fmt: skip
    return [*courses, *projects]


def split_levels(text: str) -> dict[str, float]:
    return read_levels(tuple(filter(None, text.split("|"))))


def ask_bridge(person: str, requires: dict[str, float], *, without: str = "") -> tuple[tuple[str, ...], float | None]:
    instance = {
        "schema": "skillway.bridge/1",
        "person": {"id": person, "skills": read_truth()[person]},
        "target": {"id": "role", "requires": requires},
        "moves": [move for move in list_moves() if move["id"] != without],
        "objective": {"money_per_hour": float(PEOPLE[person]["hourly_rate"])},
    }
    solution = solve_instance(read_instance(json.dumps(instance)))
    assert solution.status == "optimal"
    return solution.moves, solution.price


def test_the_marketing_specialist_shows_what_she_never_listed() -> None:
    assert PEOPLE[STORY_PERSON]["name"] == "Ines Duarte"
    assert PEOPLE[STORY_PERSON]["function"] == "Marketing"
    shown, listed = show_levels(STORY_PERSON), list_listed(STORY_PERSON)
    for label in ("Python (computer programming)", "SQL", "statistics", "perform data analysis"):
        assert shown[label] >= 2.5 or label == "perform data analysis"
        assert label not in listed
    assert len(listed) >= 6


def test_the_marketing_specialist_nearly_fits_the_role() -> None:
    requirements = read_requirements(STORY_ROLE)
    shown, truth = show_levels(STORY_PERSON), read_truth()[STORY_PERSON]
    assert {label for label, (level, _) in requirements.items() if shown.get(label, 0) < level} == MISSING
    assert {label for label, (level, _) in requirements.items() if truth.get(label, 0) < level} == MISSING
    assert 0.8 < measure_readiness(truth, requirements) < 0.9


def test_a_ten_hour_course_opens_a_twenty_hour_gig() -> None:
    course = next(row for row in read_sample("courses") if row["course_id"] == STORY_COURSE)
    gig = next(row for row in read_sample("projects") if row["project_id"] == STORY_GIG)
    needs = split_levels(gig["needs"])
    known = read_truth()[STORY_PERSON]
    assert (float(course["hours"]), float(gig["hours"])) == (10, 20)
    assert {label for label, level in needs.items() if known.get(label, 0) < level} == set(
        split_levels(course["teaches"])
    )
    assert int(gig["seats"]) > 0


def test_course_and_gig_are_the_cheapest_bridge_to_the_role() -> None:
    requires = {label: level for label, (level, _) in read_requirements(STORY_ROLE).items()}
    moves, price = ask_bridge(STORY_PERSON, requires)
    assert set(moves) == {STORY_COURSE, STORY_GIG, "course:data-modelling-basics"}
    assert moves.index(STORY_COURSE) < moves.index(STORY_GIG)
    assert price == 1426
    _, other = ask_bridge(STORY_PERSON, requires, without=STORY_GIG)
    assert other == 4156


def test_the_manager_signed_for_people_before_they_moved_elsewhere() -> None:
    home = PEOPLE[TALENT_EXPORTER]["function"]
    signed: dict[str, list[str]] = {}
    for row in read_sample("evidence"):
        if row["by_id"] == TALENT_EXPORTER:
            signed.setdefault(row["person_id"], []).append(row["observed_on"])
    functions = {PEOPLE[person]["function"] for person in FORMER_REPORTS}
    assert len(functions) == 5
    assert home not in functions
    for person in FORMER_REPORTS:
        assert max(signed[person]) < PEOPLE[person]["role_since_on"]
        assert PEOPLE[person]["manager_id"] != TALENT_EXPORTER
        assert PEOPLE[person]["joined_on"] < min(signed[person])


def test_the_changed_requirements_add_one_and_raise_one() -> None:
    before, after = read_sample("requirements"), read_table(CHANGED_REQUIREMENTS)
    assert list(before[0]) == list(after[0])
    old = {(row["role_id"], row["skill_id"]): row for row in before}
    changed = [row for row in after if old.get((row["role_id"], row["skill_id"])) != row]
    assert set(old) <= {(row["role_id"], row["skill_id"]) for row in after}
    assert {row["role_id"] for row in changed} == {CHANGING_ROLE}
    assert {read_labels()[row["skill_id"]] for row in changed} == {"business intelligence", "create a financial report"}


@pytest.mark.parametrize("person", CHANGED_ROLE_PEOPLE)
@pytest.mark.parametrize("known", ["truth", "record"])
def test_one_module_makes_up_for_the_change(person: str, known: str) -> None:
    skills = read_truth()[person] if known == "truth" else show_levels(person)
    before = read_requirements(CHANGING_ROLE)
    after = read_requirements(CHANGING_ROLE, CHANGED_REQUIREMENTS)
    assert measure_readiness(skills, before) == 1
    assert 0.8 <= measure_readiness(skills, after) < 1
    course = next(row for row in read_sample("courses") if row["course_id"] == CHANGE_COURSE)
    assert measure_readiness(skills | split_levels(course["teaches"]), after) == 1


@pytest.mark.parametrize("person", CHANGED_ROLE_PEOPLE)
def test_the_module_is_the_cheapest_way_back(person: str) -> None:
    requires = {label: level for label, (level, _) in read_requirements(CHANGING_ROLE, CHANGED_REQUIREMENTS).items()}
    assert ask_bridge(person, requires)[0] == (CHANGE_COURSE,)


def test_hidden_analysts_of_six_functions_fit_and_do_not_say_so() -> None:
    requirements = read_requirements(STORY_ROLE)
    assert len({PEOPLE[person]["function"] for person in HIDDEN_ANALYSTS} | {"Marketing", "Data"}) == 8
    for person in HIDDEN_ANALYSTS:
        assert measure_readiness(read_truth()[person], requirements) >= 0.75
        core = {"SQL", "Python (computer programming)", "statistics"} - list_listed(person)
        assert len(core) >= 1


def test_one_hidden_analyst_is_known_by_endorsements_only() -> None:
    person = HIDDEN_ANALYSTS[0]
    labels = read_labels()
    endorsed = {labels[row["skill_id"]] for row in read_sample("endorsements") if row["person_id"] == person}
    planted = set(read_stories().by_person[person].endorsed)
    assert planted <= endorsed & set(read_truth()[person])
    assert planted & (set(show_levels(person)) | list_listed(person)) == set()


@pytest.mark.parametrize(("group", "claims"), [(RING, "ring_claims"), (PAYBACK_PAIR, "payback_claims")])
def test_dishonest_endorsers_vouch_for_what_nobody_of_them_has(group: tuple[str, ...], claims: str) -> None:
    labels = read_labels()
    claimed = set(getattr(read_stories(), claims))
    made = {
        (row["endorser_id"], row["person_id"], labels[row["skill_id"]])
        for row in read_sample("endorsements")
        if row["endorser_id"] in group and row["person_id"] in group
    }
    for one in group:
        assert not claimed & set(read_truth()[one])
        assert not claimed & (set(show_levels(one)) | list_listed(one))
        for other in group:
            if one != other:
                assert {(one, other, label) for label in claimed} <= made


def test_two_people_share_a_name_and_nobody_else_does() -> None:
    names = [row["name"] for row in PEOPLE.values()]
    assert {person for person, row in PEOPLE.items() if names.count(row["name"]) > 1} == set(NAMESAKES)
